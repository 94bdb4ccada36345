"""Student's distribution function at millions of values, from a table: a tenth of the time of one after the other."""

from functools import lru_cache

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats

_CELLS = 2**14
"""Of the table: with as many the error is below 1e-13."""


def student_probability(df: int, values: Floats) -> Floats:
    """Return the probability that a t deviate with ``df`` degrees of freedom lies below finite values (...)."""
    table, size = _table(df), np.abs(values)
    place = _CELLS * (size / (1 + size))
    cell = np.minimum(place.astype(np.intp), _CELLS - 1)
    x = place - cell
    above = table[3].take(cell)
    for power in (2, 1, 0):
        above = above * x + table[power].take(cell)
    return np.where(values < 0, 1 - above, above)


@lru_cache(maxsize=8)
def _table(df: int) -> Floats:
    """Return the coefficients (4, cells) of cubics with the right values and slopes at the ends of every cell.

    The cells are those of ``t / (1 + t)``, in which the function is smooth from the middle to infinity.
    """
    place = np.arange(_CELLS) / _CELLS
    t = place / (1 - place)
    density = np.exp(-special.betaln(0.5, df / 2) - (df + 1) / 2 * np.log1p(t**2 / df)) / np.sqrt(df)
    slope = np.append(density / (1 - place) ** 2, 1 / np.pi if df == 1 else 0.0) / _CELLS
    value = np.append(special.stdtr(df, t), 1.0)
    rise, left, right = np.diff(value), slope[:-1], slope[1:]
    return np.array([value[:-1], left, 3 * rise - 2 * left - right, left + right - 2 * rise])
