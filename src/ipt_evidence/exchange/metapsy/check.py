"""Hedges' g of Metapsy files computed again from their own raw columns, and every difference with its likely reason."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.effect_sizes.conversions import smd_from_log_odds_ratio
from ipt_evidence.engine.effect_sizes.means import hedges_g
from ipt_evidence.engine.effect_sizes.results import EffectSizes
from ipt_evidence.exchange.metapsy.reasons import (
    CHANGES,
    COUNTS,
    FIGURES,
    MEANS,
    SOURCES,
    TOLERANCE,
    Recomputed,
    reason_of,
    relative,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetapsyCheck:
    """The effects of a Metapsy file beside those that follow from its raw columns.

    Attributes
    ----------
    compared : int
        Rows that have both an effect of their own and figures it follows from.
    agreeing : int
        Of these, rows whose g and standard error agree to `TOLERANCE`.
    orientation : int
        1 if the file's effects are first arm minus second arm as metapsyTools computes them, -1 if turned round.
    mismatches : pandas.DataFrame
        One row each for everything else: line, study, from, g_file, g_recomputed, se_file, se_recomputed, difference
        (relative, of g or of the standard error, whichever is larger), reason.
    """

    compared: int
    agreeing: int
    orientation: int
    mismatches: pd.DataFrame


def check_metapsy(rows: pd.DataFrame) -> MetapsyCheck:
    """Compute g and its standard error again by the formulas of metapsyTools, and compare.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns ``line``, ``study`` and `FIGURES` as numbers, NaN where the file has none.

    Returns
    -------
    MetapsyCheck
        What agrees, and every row that does not.

    Notes
    -----
    metapsyTools takes the first that is complete of means, mean changes, counts and the ready-made value. Means and
    changes: the esc variant of :func:`hedges_g`. Counts: log odds ratio times sqrt(3)/pi and J = 1 - 3/(4N - 9),
    sign turned, variance times 3/pi^2 without J, 0.5 in each cell where an arm has no event. Published files turn
    all signs once more, so that a positive effect favours the first arm; which it is, is found from the rows.
    """
    table, orientation = beside(rows)
    both = np.isfinite(table["g_recomputed"]) & np.isfinite(table["g_file"])
    either = np.isfinite(table["g_recomputed"]) | np.isfinite(table["g_file"])
    agrees = both & (table["difference"] <= TOLERANCE)
    mismatches = table[either & ~agrees]
    return MetapsyCheck(
        compared=int(both.sum()),
        agreeing=int(agrees.sum()),
        orientation=orientation,
        mismatches=mismatches.assign(reason=reasons_of(mismatches, rows, orientation)).reset_index(drop=True),
    )


def beside(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the effects of a file beside those from its figures, and the orientation, as in `MetapsyCheck`.

    Returns
    -------
    pandas.DataFrame
        A row each row of the file: line, study, from, g_file, g_recomputed, se_file, se_recomputed, difference.
    int
        1 or -1.
    """
    values = {name: rows[name].to_numpy(dtype=float, na_value=np.nan) for name in FIGURES}
    origin = _origin(values)
    g, se = _recomputed(values, origin)
    own, own_se = values[".g"], values[".g_se"]
    # A ready-made value is copied, sign and all, so it says nothing about the sign of the others.
    turning = np.isfinite(g) & np.isfinite(own) & (origin != "ready-made") & (np.abs(own) > 0)
    orientation = -1 if np.sign(g[turning] * own[turning]).sum() < 0 else 1
    g = np.where(origin == "ready-made", g, orientation * g)
    table = pd.DataFrame(
        {
            "line": rows["line"].to_numpy(),
            "study": rows["study"].to_numpy(),
            "from": origin,
            "g_file": own,
            "g_recomputed": g,
            "se_file": own_se,
            "se_recomputed": se,
            "difference": np.maximum(relative(g, own), relative(se, own_se)),
        },
        index=rows.index,
    )
    return table, orientation


def reasons_of(chosen: pd.DataFrame, rows: pd.DataFrame, orientation: int) -> pd.Series:
    """Return why the effects of chosen rows of `beside` are others than those from their figures."""
    figures = rows.loc[chosen.index, list(FIGURES)].astype(float).to_dict("records")
    columns = (chosen[name] for name in ("from", "g_recomputed", "se_recomputed"))
    reasons = [
        reason_of(row, Recomputed(here, g, se, orientation)) for row, here, g, se in zip(figures, *columns, strict=True)
    ]
    return pd.Series(reasons, index=chosen.index, dtype="str")


def _origin(values: dict[str, Floats]) -> np.ndarray:
    complete = [np.all([np.isfinite(values[name]) for name in names], axis=0) for names in SOURCES.values()]
    usable = [
        complete[0] & _has_sd(values, MEANS),
        complete[1] & _has_sd(values, CHANGES),
        _counted(values),
        complete[3],
    ]
    return np.select(usable, list(SOURCES), default="")


def _has_sd(values: dict[str, Floats], names: tuple[str, ...]) -> Bools:
    _, sd1, n1, _, sd2, n2 = (values[name] for name in names)
    return np.asarray((sd1 >= 0) & (sd2 >= 0) & (np.fmax(sd1, sd2) > 0) & (n1 >= 2) & (n2 >= 2))


def _counted(values: dict[str, Floats]) -> Bools:
    a, n1, c, n2 = (values[name] for name in COUNTS)
    return np.asarray((a >= 0) & (c >= 0) & (a < n1) & (c < n2))


def _recomputed(values: dict[str, Floats], origin: np.ndarray) -> tuple[Floats, Floats]:
    g, se = np.full(origin.size, np.nan), np.full(origin.size, np.nan)
    for name, compute in _COMPUTED.items():
        rows = origin == name
        if rows.any():
            effects = compute(*(values[column][rows] for column in SOURCES[name]))
            g[rows], se[rows] = effects.values, np.sqrt(effects.variances)
    return g, se


def _from_means(*figures: Floats) -> EffectSizes:
    return hedges_g(*figures, formula="esc")


def _from_counts(events1: Floats, total1: Floats, events2: Floats, total2: Floats) -> EffectSizes:
    add = np.where((events1 == 0) | (events2 == 0), 0.5, 0.0)
    a, b, c, d = (cell + add for cell in (events1, total1 - events1, events2, total2 - events2))
    effects = smd_from_log_odds_ratio(np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d)
    correction = 1 - 3 / (4 * (a + b + c + d) - 9)
    return EffectSizes(values=-correction * effects.values, variances=effects.variances.copy())


def _ready_made(g: Floats, se: Floats) -> EffectSizes:
    return EffectSizes(values=g.copy(), variances=se**2)


_COMPUTED: dict[str, Callable[..., EffectSizes]] = {
    "means": _from_means,
    "changes": _from_means,
    "counts": _from_counts,
    "ready-made": _ready_made,
}
