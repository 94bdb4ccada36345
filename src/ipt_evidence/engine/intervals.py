"""Where an interval lies against no difference, and against a difference of some size."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def side_of_null(low: ArrayLike, high: ArrayLike) -> NDArray[np.int_]:
    """Say on which side of no difference, 0, intervals lie: 1 above, -1 below, 0 if they include it or are unknown."""
    return np.greater(low, 0).astype(int) - np.less(high, 0)


def excludes_null(low: float, high: float) -> bool:
    """Tell whether an interval excludes no difference; one that is not known does not."""
    return bool((low > 0) != (high < 0))


def includes_null(low: float, high: float) -> bool:
    """Tell whether an interval includes no difference; one that is not known does not."""
    return bool(low <= 0 <= high)


def short_of(low: Any, high: Any, difference: float) -> tuple[Any, Any]:
    """Tell whether intervals stay short of a difference downwards, and whether they do upwards.

    Of one interval or of many at once; one that is not known, or held against a difference that is not, stays short of
    nothing.
    """
    return low > -difference, high < difference
