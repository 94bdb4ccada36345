"""Effect sizes of binary outcomes, with explicit rules for zero cells."""

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import PEOPLE, Bools, Checks, Floats, one_of, read_columns
from ipt_evidence.engine.effect_sizes.results import ArmContrasts, BinaryContrasts, EffectSizes

ZERO_CELL_RULES = ("constant", "treatment_arm", "none")
"""What is done where a cell is zero; see :func:`log_odds_ratio`."""

_LEAST = 1e-6
"""Part of a person below which a count is a whole number and rounding."""


def read_tables(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """Read and check two-by-two tables given as events and totals, each scalar or shape (k,)."""
    with Checks() as checks:
        a, n1, c, n2 = read_columns(checks, events1=events1, total1=total1, events2=events2, total2=total2)
        groups = (("1", a, n1), ("2", c, n2))
        for name, events, total in groups:
            checks.require(f"events{name}", events, np.isfinite(events), "finite")
            checks.require(f"total{name}", total, np.isfinite(total), "finite")
            checks.require(f"total{name}", total, total > 0, "positive")
            checks.require(f"events{name}", events, (events >= 0) & (events <= total), f"from 0 to total{name}")
        checks.finish()
        for name, events, total in groups:
            checks.require(f"total{name}", total, total <= PEOPLE, f"at most {PEOPLE:g}: more people there are not")
            whole = (np.minimum(events, total - events) >= _LEAST) | (events == 0) | (events == total)
            checks.require(f"events{name}", events, whole, f"0, total{name} or at least {_LEAST:g} from both")
    return a, n1, c, n2


def _corrected(
    tables: tuple[Floats, Floats, Floats, Floats], rule: str
) -> tuple[tuple[Floats, Floats, Floats, Floats], Bools, Bools]:
    """Return the tables after the zero-cell rule, where it was needed, and which tables are uninformative."""
    with Checks() as checks:
        one_of(checks, "zero_cells", rule, ZERO_CELL_RULES)
    a, n1, c, n2 = tables
    needed = (a == 0) | (a == n1) | (c == 0) | (c == n2)
    uninformative = ((a == 0) & (c == 0)) | ((a == n1) & (c == n2))
    if rule == "none":
        with Checks() as checks:
            checks.require("events1", a, ~needed, "neither 0 nor all in any arm when zero_cells='none'")
    # The two corrections of a trial sum to 1; proportional to the own arm they leave a null effect null.
    share1 = n1 / (n1 + n2) if rule == "treatment_arm" else np.full_like(n1, 0.5)
    add1, add2 = np.where(needed, share1, 0.0), np.where(needed, 1 - share1, 0.0)
    return (a + add1, n1 + 2 * add1, c + add2, n2 + 2 * add2), needed, uninformative


def _contrasts(value: Floats, part1: Floats, part2: Floats, corrected: Bools, uninformative: Bools) -> BinaryContrasts:
    return BinaryContrasts(
        values=value,
        variances=part1 + part2,
        variances1=part1,
        variances2=part2,
        corrected=corrected,
        uninformative=uninformative,
    )


def log_odds_ratio(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike, *, zero_cells: str = "constant"
) -> BinaryContrasts:
    """Compute the log odds ratio of group 1 over group 2.

    Parameters
    ----------
    events1, total1, events2, total2 : array_like, scalar or shape (k,)
        Participants with the event and participants in all, per group.
    zero_cells : {"constant", "treatment_arm", "none"}
        Only where one of the four cells is zero: "constant" adds 1/2 to each cell (metafor's "only0");
        "treatment_arm" adds n1/(n1+n2) to the cells of group 1 and n2/(n1+n2) to those of group 2, so that
        two arms without events give an odds ratio near one whatever their sizes; "none" refuses.

    Returns
    -------
    BinaryContrasts
        Positive values: the event is more frequent in group 1.

    Raises
    ------
    EffectSizeError
        If a value is not finite, a total is not positive, events lie outside 0..total, lengths differ, or
        ``zero_cells`` is "none" and a cell is zero.

    Notes
    -----
    Variance: the sum of the reciprocal cells (Woolf, 1955). Treatment-arm correction: Sweeting, Sutton &
    Lambert (2004). Agrees with metafor 3.8-1: ``tests/oracle``.
    """
    (a, n1, c, n2), corrected, uninformative = _corrected(read_tables(events1, total1, events2, total2), zero_cells)
    b, d = n1 - a, n2 - c
    return _contrasts(np.log(a / b) - np.log(c / d), 1 / a + 1 / b, 1 / c + 1 / d, corrected, uninformative)


def log_risk_ratio(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike, *, zero_cells: str = "constant"
) -> BinaryContrasts:
    """Compute the log risk ratio of group 1 over group 2.

    Parameters
    ----------
    events1, total1, events2, total2, zero_cells
        As in :func:`log_odds_ratio`; a cell of non-events that is zero counts as zero too, as in metafor.

    Returns
    -------
    BinaryContrasts
        Positive values: the event is more frequent in group 1. Variance parts 1/events - 1/total.

    Raises
    ------
    EffectSizeError
        As :func:`log_odds_ratio`.
    """
    (a, n1, c, n2), corrected, uninformative = _corrected(read_tables(events1, total1, events2, total2), zero_cells)
    parts = (n1 - a) / (a * n1), (n2 - c) / (c * n2)
    return _contrasts(np.log(a / n1) - np.log(c / n2), *parts, corrected, uninformative)


def risk_difference(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike, *, zero_cells: str = "constant"
) -> BinaryContrasts:
    """Compute the risk difference, group 1 minus group 2.

    Parameters
    ----------
    events1, total1, events2, total2, zero_cells
        As in :func:`log_odds_ratio`. The correction is needed here for the variance; as in metafor it
        enters the difference too.

    Returns
    -------
    BinaryContrasts
        Values between -1 and 1; variance parts risk (1 - risk) / total.

    Raises
    ------
    EffectSizeError
        As :func:`log_odds_ratio`.
    """
    (a, n1, c, n2), corrected, uninformative = _corrected(read_tables(events1, total1, events2, total2), zero_cells)
    p1, p2 = a / n1, c / n2
    return _contrasts(p1 - p2, p1 * (1 - p1) / n1, p2 * (1 - p2) / n2, corrected, uninformative)


def peto_log_odds_ratio(events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike) -> EffectSizes:
    """Compute Peto's one-step log odds ratio, meant for rare events and balanced arms.

    Parameters
    ----------
    events1, total1, events2, total2 : array_like, scalar or shape (k,)
        As in :func:`log_odds_ratio`; no correction is made.

    Returns
    -------
    EffectSizes
        (O - E)/V with variance 1/V, V the hypergeometric variance.

    Raises
    ------
    EffectSizeError
        As :func:`log_odds_ratio`, or if a trial has no event or only events (V = 0).

    Notes
    -----
    Yusuf, Peto, Lewis, Collins & Sleight (1985).
    """
    a, n1, c, n2 = read_tables(events1, total1, events2, total2)
    expected, information = peto_parts(a, n1, c, n2)
    with Checks() as checks:
        checks.require("events1 + events2", a + c, information > 0, "neither 0 nor everyone")
    return EffectSizes(values=(a - expected) / information, variances=1 / information)


def peto_parts(a: Floats, n1: Floats, c: Floats, n2: Floats) -> tuple[Floats, Floats]:
    """Return the expected events in group 1 and the hypergeometric variance of checked tables (k,)."""
    total, events = n1 + n2, a + c
    information = n1 * n2 * events * (total - events) / (total**2 * np.maximum(total - 1, 1))
    return n1 * events / total, information


def arcsine_difference(events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike) -> ArmContrasts:
    """Compute the difference of arcsine-transformed risks, defined without correction for zero cells.

    Parameters
    ----------
    events1, total1, events2, total2 : array_like, scalar or shape (k,)
        As in :func:`log_odds_ratio`.

    Returns
    -------
    ArmContrasts
        asin(sqrt(p1)) - asin(sqrt(p2)); each arm contributes 1/(4 total) to the variance.

    Raises
    ------
    EffectSizeError
        As :func:`log_odds_ratio`.

    Notes
    -----
    Ruecker, Schwarzer, Carpenter & Olkin (2009).
    """
    a, n1, c, n2 = read_tables(events1, total1, events2, total2)
    v1, v2 = 1 / (4 * n1), 1 / (4 * n2)
    values = np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2))
    return ArmContrasts(values=values, variances=v1 + v2, variances1=v1, variances2=v2)
