"""Figures of a Metapsy file that cannot be those its own effects were computed from."""

from collections import Counter

import numpy as np
import pandas as pd

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.exchange.metapsy.check import beside, reasons_of
from ipt_evidence.exchange.metapsy.reasons import UNEXPLAINED
from ipt_evidence.exchange.oddities import in_lines
from ipt_evidence.words.numbers import counted

LEAST_RATIO, LEAST_DIFFERENCE = 3.0, 0.2
"""Effects further apart than both are no matter of another formula, another standard deviation or an adjustment."""

FACTORS = {
    **{10.0**k: f"{10**k}: a decimal point was lost in the means" for k in (1, 2, 3, 4)},
    **{10.0**-k: f"{10**k}: a decimal point was lost in the standard deviations" for k in (1, 2, 3)},
}
NEAR = 0.1
"""Relative distance from a factor that rounding of printed effects explains."""


def contradictions(numbers: pd.DataFrame, file: str) -> dict[int, str]:
    """Return the lines whose figures contradict their own effect, each with what is to be looked up.

    Parameters
    ----------
    numbers : pandas.DataFrame
        `FIGURES`, as `numbers_of` gives them.
    file : str
        Name of the file in errors.

    Raises
    ------
    ExtractionError
        If these are most rows that have both, with the factor that most of them share.
    """
    compared, odd = _odd_rows(numbers)
    if 2 * len(odd) > compared:
        rule = (
            f"the figures of {len(odd)} of {counted(compared, 'row')} contradict the file's own .g "
            f"({in_lines(odd['line'])}); effects from the figures differ {_factor(odd)}"
        )
        remedy = "Put the figures right, or empty .g if it is the effects that are wrong, and import again"
        refuse(file, rule, remedy, line=int(odd["line"].iloc[0]))
    return {
        int(line): f"g from the {origin} is {g:.3g}, .g of the file {own:.3g}: look the figures up"
        for line, origin, g, own in zip(odd["line"], odd["from"], odd["g_recomputed"], odd["g_file"], strict=True)
    }


def _odd_rows(numbers: pd.DataFrame) -> tuple[int, pd.DataFrame]:
    """Return how many rows have both figures and an effect, and those of which no effect can be that of the file."""
    table, orientation = beside(numbers)
    table = table[np.isfinite(table["g_recomputed"]) & np.isfinite(table["g_file"])]
    own, computed = table["g_file"].abs(), table["g_recomputed"].abs()
    larger, smaller = np.maximum(own, computed), np.minimum(own, computed)
    far = (larger > LEAST_RATIO * smaller) & (larger - smaller > LEAST_DIFFERENCE) & table["from"].ne("ready-made")
    odd = table[far]
    return len(table), odd[reasons_of(odd, numbers, orientation).isin(UNEXPLAINED)]


def _factor(odd: pd.DataFrame) -> str:
    """Return the factor that most of the rows share, with what it says."""
    ratios = (odd["g_recomputed"] / odd["g_file"]).abs()
    near = [factor for ratio in ratios for factor in FACTORS if abs(ratio / factor - 1) <= NEAR]
    factor, times = Counter(near).most_common(1)[0] if near else (1.0, 0)
    if 2 * times <= len(odd):
        return "by no common factor"
    return f"by a factor of {FACTORS[factor]} ({counted(times, 'row')})"
