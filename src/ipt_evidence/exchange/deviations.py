"""Standard deviations of a group from what is printed in their place, with how they follow.

Cochrane Handbook, chapter 6, 6.5.2.2: SD = SE √n; of an interval of a mean, SE = (upper - lower) / 2t, with t of n - 1
degrees of freedom.
"""

import math
from collections.abc import Mapping

from ipt_evidence.exchange.numerals import number

DIGITS = 6
LEVEL = 95.0
"""Coverage in percent of an interval that does not say it."""


def of_error(error: str, n: int) -> tuple[str, str]:
    """Return the standard deviation that a standard error of the mean of ``n`` people gives, and how.

    Raises
    ------
    ValueError
        If the cell is no number.
    """
    return _rounded(float(number(error)) * math.sqrt(n)), f"SD = SE × √n, SE {error}"


def of_limits(mean: str, low: str, high: str, n: int, level: float) -> tuple[str, str]:
    """Return the standard deviation that an interval of the mean of ``n`` people gives, and how.

    Parameters
    ----------
    mean : str
        What the interval is of; empty where it is not known.
    low, high : str
        Limits.
    n : int
        People; at least 2.
    level : float
        Coverage in percent.

    Raises
    ------
    ValueError
        If a cell is no number, the mean does not lie in the interval, or one person has no interval.
    """
    if n < 2:
        raise ValueError(f"an interval of {n} participants gives no standard deviation")
    ends = float(number(low)), float(number(high))
    middle = float(number(mean)) if mean else sum(ends) / 2
    if not ends[0] < middle < ends[1]:
        raise ValueError(f"the mean {mean or 'of an interval'} does not lie between {low} and {high}")
    width = ends[1] - ends[0]
    error = width / (2 * _quantile(level, n - 1))
    return _rounded(error * math.sqrt(n)), f"SD from the {level:g} % CI {low} to {high} by t, n - 1 df"


def deviation_of(figures: Mapping[str, str], n: int) -> tuple[str, str] | None:
    """Return the standard deviation that ``se``, else ``ci_low`` and ``ci_high`` of 95 % give, and how; else None.

    The interval must hold ``mean``, if that is among the figures.

    Raises
    ------
    ValueError
        As the functions above.
    """
    if se := figures.get("se"):
        return of_error(se, n)
    low, high = figures.get("ci_low"), figures.get("ci_high")
    return of_limits(figures.get("mean", ""), low, high, n, LEVEL) if low and high else None


def _quantile(level: float, df: int) -> float:
    # Here, because few files need it, and SciPy takes a second to load.
    from scipy.stats import t

    return float(t.ppf(0.5 + level / 200, df))


def _rounded(value: float) -> str:
    return f"{value:.{DIGITS}g}"
