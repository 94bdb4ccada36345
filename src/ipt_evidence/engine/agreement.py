"""How far two people who judged the same things agree: raw agreement, and Cohen's kappa with its interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of two raters on the same items.

    Attributes
    ----------
    n, equal : int
        Items, and those that both put into the same category.
    percent : float
        Raw agreement, 0 to 100; NaN without items.
    kappa : float
        Agreement beyond what chance would give, at most 1; NaN without items, and where both put every item into one
        and the same category: chance alone then makes them agree.
    ci_low, ci_high : float
        Its interval, cut at -1 and 1; NaN where kappa is, and where its standard error is 0, as with full agreement:
        an interval of no width would claim a certainty that no number of items gives.
    """

    n: int
    equal: int
    percent: float
    kappa: float
    ci_low: float
    ci_high: float


def rater_agreement(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Agreement:
    """Describe how far two raters agree.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Categories, of any one type, that each gave to the items, in the same order.
    level : float
        Coverage of the interval.

    Raises
    ------
    ValueError
        If the two differ in length.

    Notes
    -----
    kappa = (p_o - p_e) / (1 - p_e), with p_o the share of items in the same category, and p_e the sum over categories
    of the product of both raters' shares: Cohen (1960), Educational and Psychological Measurement 20, 37-46. Standard
    error for large samples: Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72, 323-327. Both are computed by
    statsmodels; the interval is kappa plus and minus the normal quantile times the standard error.
    """
    # It takes longer to load than all else a page needs, and most reviews have no two raters.
    from statsmodels.stats.inter_rater import cohens_kappa

    one, other = np.asarray(first), np.asarray(second)
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError(f"both raters must judge the same items: their shapes are {one.shape} and {other.shape}")
    n, equal = len(one), int(np.count_nonzero(one == other))
    percent = 100 * equal / n if n else np.nan
    categories, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    if len(categories) < 2:
        return Agreement(n=n, equal=equal, percent=percent, kappa=np.nan, ci_low=np.nan, ci_high=np.nan)
    counts = np.zeros((len(categories), len(categories)))
    np.add.at(counts, (places[:n], places[n:]), 1)
    # Where both agree fully rounding may leave a variance below 0, which is one of 0.
    with np.errstate(invalid="ignore"):
        found = cohens_kappa(counts)
    half = ndtri((1 + level) / 2) * found.std_kappa if equal < n and found.std_kappa > 0 else np.nan
    low, high = np.clip([found.kappa - half, found.kappa + half], -1, 1)
    return Agreement(
        n=n, equal=equal, percent=percent, kappa=float(found.kappa), ci_low=float(low), ci_high=float(high)
    )
