"""Why an effect in a Metapsy file is another one than its raw columns give: the first explanation that fits."""

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.effect_sizes.means import SMD_FORMULAS, hedges_g

TOLERANCE = 1e-6
"""Relative difference beyond which two values are different."""

MEANS = ("mean_arm1", "sd_arm1", "n_arm1", "mean_arm2", "sd_arm2", "n_arm2")
CHANGES = ("mean_change_arm1", "sd_change_arm1", "n_change_arm1", "mean_change_arm2", "sd_change_arm2", "n_change_arm2")
COUNTS = ("event_arm1", "totaln_arm1", "event_arm2", "totaln_arm2")
READY = ("precalc_g", "precalc_g_se")
FIGURES = (*MEANS, *CHANGES, *COUNTS, *READY, ".g", ".g_se")

SOURCES = {"means": MEANS, "changes": CHANGES, "counts": COUNTS, "ready-made": READY}
"""Where an effect can come from, in the order in which metapsyTools takes the first that is complete."""

MOST_DIGITS = 6
"""A value with more decimals than this was not rounded for print."""


ONLY_G, NOTHING_FITS = "the standard error agrees, g does not", "not explained"
ROUNDED = "the file has rounded values"
UNEXPLAINED = (ONLY_G, NOTHING_FITS)
"""Reasons that name no cause."""


class Recomputed(NamedTuple):
    """An effect computed again: from which columns, g and its standard error, and the sign of the file."""

    origin: str
    g: float
    se: float
    orientation: int


def relative(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return the difference of two values over the larger of them; below 0.001 over that."""
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    return np.asarray(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-3))


def reason_of(row: Mapping[str, float], found: Recomputed) -> str:
    """Return why the effect of a row is not the recomputed one.

    Parameters
    ----------
    row : mapping of str to float
        `FIGURES` of the row, NaN where the file has none.
    found : Recomputed
        The effect computed again; NaN where nothing could be computed.

    Returns
    -------
    str
        A clause for the list of mismatches; ``not explained`` if nothing fits.
    """
    own, own_se = row[".g"], row[".g_se"]
    if not found.origin:
        return _what_is_missing(row)
    if math.isnan(own):
        return "the file has no .g although its figures give one"
    if _same(found.g, own) and math.isnan(own_se):
        return "the file has no .g_se"
    if _same(-found.g, own) and _same(found.se, own_se):
        return "sign turned against the other rows of the file"
    if _rounded(found.g, own) and (_rounded(found.se, own_se) or math.isnan(own_se)):
        return ROUNDED
    if _same(found.g, own):
        unscaled = _same(found.se * _correction(row, found.origin), own_se)
        return f"g agrees, the standard error {'is ours times J' if unscaled else 'does not'}"
    other = next((name for name, value in _other_effects(row, found) if _same(value, own)), None)
    if other:
        return f"g is {other}"
    return ONLY_G if _same(found.se, own_se) else NOTHING_FITS


def _correction(row: Mapping[str, float], origin: str) -> float:
    """Return J = 1 - 3/(4N - 9), the correction for small samples; NaN of what is no mean."""
    if origin not in ("means", "changes"):
        return math.nan
    figures = [row[column] for column in SOURCES[origin]]
    return 1 - 3 / (4 * (figures[2] + figures[5]) - 9)


def _same(first: float, second: float) -> bool:
    return bool(relative(first, second) <= TOLERANCE)


def _rounded(recomputed: float, own: float) -> bool:
    """Return whether ``own`` is ``recomputed`` to the digits it is written with."""
    if _same(recomputed, own):
        return True
    digits = len(f"{own:.12g}".partition(".")[2])
    return digits <= MOST_DIGITS and abs(recomputed - own) <= 0.5000001 * 10.0**-digits


def _what_is_missing(row: Mapping[str, float]) -> str:
    for name, columns in SOURCES.items():
        missing = [column for column in columns if math.isnan(row[column])]
        if not missing:
            return f"no effect follows from its {name}: too few people, no spread, or events in nobody or everybody"
        if len(missing) < len(columns):
            return f"nothing to compute it from, missing: {', '.join(missing)}"
    return "no raw figures: nothing to compute it from"


def _other_effects(row: Mapping[str, float], found: Recomputed) -> Iterator[tuple[str, float]]:
    """Yield what else the value of the file might be, with its name."""
    for name in ("means", "changes"):
        figures = [row[column] for column in SOURCES[name]]
        if any(map(math.isnan, figures)) or min(figures[2], figures[5]) < 2 or min(figures[1], figures[4]) <= 0:
            continue
        effects = {each: found.orientation * float(hedges_g(*figures, formula=each).values[0]) for each in SMD_FORMULAS}
        if found.origin != name:
            yield f"that of the {name}", effects["esc"]
            continue
        yield from ((f"by the formula of {each}", value) for each, value in effects.items() if each != "esc")
        total = figures[2] + figures[5]
        yield "Cohen's d, without correction for small samples", effects["esc"] / (1 - 3 / (4 * total - 9))
    if found.origin != "ready-made":
        yield "the ready-made value", row["precalc_g"]
