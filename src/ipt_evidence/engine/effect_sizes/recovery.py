"""Means and standard deviations from medians and quartiles, response rates from means."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from ipt_evidence.engine.checks import RANGE, Checks, Floats, check_people, check_positive, columns, one_of, yes_or_no
from ipt_evidence.engine.frozen import FrozenArrays, frozen
from ipt_evidence.errors import EffectSizeError

RECOVERY_METHODS = ("luo", "wan", "mcgrath")
"""Published ways from quantiles to mean and standard deviation; see :func:`mean_sd_from_quartiles`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecoveredMoments(FrozenArrays):
    """Means and standard deviations estimated from quantiles.

    Attributes
    ----------
    means, sds : ndarray, shape (k,)
        In units of the scale.
    """

    means: Floats
    sds: Floats


def _read(method: str, n: ArrayLike, **quantiles: ArrayLike) -> tuple[Floats, ...]:
    with Checks() as checks:
        one_of(checks, "method", method, RECOVERY_METHODS)
        *values, sizes = columns(checks, **quantiles, n=n)
        names = list(quantiles)
        check_people(checks, "n", sizes, 5)
        for i in range(len(names) - 1):
            checks.require(names[i], values[i], values[i] <= values[i + 1], f"at most {names[i + 1]}")
        checks.require(names[0], values[0], values[0] < values[-1], f"below {names[-1]}")
    return *values, sizes


def _range_width(n: Floats) -> Floats:
    """Return the expected range of n standard normal deviates (Blom's approximation; Wan et al., 2014)."""
    return np.asarray(2 * special.ndtri((n - 0.375) / (n + 0.25)))


def _quartile_width(n: Floats) -> Floats:
    """Return the expected distance of the quartiles of n standard normal deviates (Wan et al., 2014)."""
    return np.asarray(2 * special.ndtri((0.75 * n - 0.125) / (n + 0.25)))


def mean_sd_from_quartiles(
    q1: ArrayLike, median: ArrayLike, q3: ArrayLike, n: ArrayLike, *, method: str = "luo"
) -> RecoveredMoments:
    """Estimate mean and standard deviation from the quartiles.

    Parameters
    ----------
    q1, median, q3 : array_like, scalar or shape (k,)
        First quartile, median and third quartile, in ascending order.
    n : array_like, scalar or shape (k,)
        Numbers of participants, at least 5.
    method : {"luo", "wan", "mcgrath"}
        "luo": the mean weighted by n (Luo et al., 2018) with the standard deviation of Wan et al. (2014), of
        five numbers that of Shi et al. (2020); "wan": both by Wan et al. (2014); "mcgrath": the quantile
        estimation of McGrath et al. (2020), for skewed scores: normal, log-normal, gamma and Weibull
        distributions are fitted to the quantiles and the closest one taken (normal alone where a quantile
        is not positive).

    Returns
    -------
    RecoveredMoments
        Means and standard deviations, shape (k,). The first two methods assume normal scores; a median far
        from the middle of the quartiles says that they are not.

    Raises
    ------
    EffectSizeError
        If a value is not finite, quantiles are out of order or all equal, n is below 5, lengths differ or the
        method is unknown.
    """
    low, middle, high, sizes = _read(method, n, q1=q1, median=median, q3=q3)
    if method == "mcgrath":
        return _fit_all(np.array([low, middle, high]), np.array([[0.25], [0.5], [0.75]]) + 0 * sizes)
    share = np.full_like(sizes, 2 / 3) if method == "wan" else 0.7 + 0.39 / sizes
    means = share * (low + high) / 2 + (1 - share) * middle
    return RecoveredMoments(means=means, sds=(high - low) / _quartile_width(sizes))


def mean_sd_from_range(
    minimum: ArrayLike, median: ArrayLike, maximum: ArrayLike, n: ArrayLike, *, method: str = "luo"
) -> RecoveredMoments:
    """Estimate mean and standard deviation from median and range.

    Parameters
    ----------
    minimum, median, maximum : array_like, scalar or shape (k,)
        In ascending order.
    n, method
        As in :func:`mean_sd_from_quartiles`.

    Returns
    -------
    RecoveredMoments
        Means and standard deviations, shape (k,).

    Raises
    ------
    EffectSizeError
        As :func:`mean_sd_from_quartiles`.
    """
    low, middle, high, sizes = _read(method, n, minimum=minimum, median=median, maximum=maximum)
    if method == "mcgrath":
        return _fit_all(np.array([low, middle, high]), np.array([1 / sizes, 0.5 + 0 * sizes, 1 - 1 / sizes]))
    share = np.full_like(sizes, 1 / 2) if method == "wan" else 4 / (4 + sizes**0.75)
    means = share * (low + high) / 2 + (1 - share) * middle
    return RecoveredMoments(means=means, sds=(high - low) / _range_width(sizes))


def mean_sd_from_five_numbers(
    minimum: ArrayLike,
    q1: ArrayLike,
    median: ArrayLike,
    q3: ArrayLike,
    maximum: ArrayLike,
    n: ArrayLike,
    *,
    method: str = "luo",
) -> RecoveredMoments:
    """Estimate mean and standard deviation from range, quartiles and median.

    Parameters
    ----------
    minimum, q1, median, q3, maximum : array_like, scalar or shape (k,)
        In ascending order.
    n, method
        As in :func:`mean_sd_from_quartiles`.

    Returns
    -------
    RecoveredMoments
        Means and standard deviations, shape (k,).

    Raises
    ------
    EffectSizeError
        As :func:`mean_sd_from_quartiles`.
    """
    a, low, middle, high, b, sizes = _read(method, n, minimum=minimum, q1=q1, median=median, q3=q3, maximum=maximum)
    if method == "mcgrath":
        same = 0 * sizes
        levels = np.array([1 / sizes, 0.25 + same, 0.5 + same, 0.75 + same, 1 - 1 / sizes])
        return _fit_all(np.array([a, low, middle, high, b]), levels)
    if method == "wan":
        outer, inner, range_part = (np.full_like(sizes, share) for share in (1 / 4, 1 / 2, 1 / 2))
    else:
        outer, inner = 2.2 / (2.2 + sizes**0.75), 0.7 - 0.72 / sizes**0.55
        range_part = 1 / (1 + 0.07 * sizes**0.6)
    means = outer * (a + b) / 2 + inner * (low + high) / 2 + (1 - outer - inner) * middle
    sds = range_part * (b - a) / _range_width(sizes) + (1 - range_part) * (high - low) / _quartile_width(sizes)
    return RecoveredMoments(means=means, sds=sds)


def _normal(p: Floats, location: float, scale: float) -> Floats:
    return np.asarray(location + np.exp(scale) * special.ndtri(p))


def _log_normal(p: Floats, location: float, scale: float) -> Floats:
    return np.asarray(np.exp(location + np.exp(scale) * special.ndtri(p)))


def _gamma(p: Floats, shape: float, scale: float) -> Floats:
    return np.asarray(np.exp(scale) * special.gammaincinv(np.exp(shape), p))


def _weibull(p: Floats, shape: float, scale: float) -> Floats:
    return np.asarray(np.exp(scale) * (-np.log1p(-p)) ** np.exp(-shape))


Quantiles = Callable[[Floats, float, float], Floats]


def _fit_all(values: Floats, levels: Floats) -> RecoveredMoments:
    with np.errstate(all="ignore"):  # steps on the way may go anywhere
        fitted = np.array([_fit_one(*pair) for pair in zip(values.T, levels.T, strict=True)]).reshape(-1, 2)
    with Checks() as checks:
        for name, moment in (("mean", fitted[:, 0]), ("standard deviation", fitted[:, 1])):
            rule = f"below {RANGE:g}; quantiles so far apart say nothing of it"
            checks.require(f"the {name} of the closest distribution", moment, np.abs(moment) < RANGE, rule)
        checks.require(f"the {name} of the closest distribution", moment, ~(moment <= 0), "positive")
    return RecoveredMoments(means=fitted[:, 0], sds=fitted[:, 1])


def _fit_one(values: Floats, levels: Floats) -> tuple[float, float]:
    """Return mean and standard deviation of the distribution whose quantiles come closest."""
    width = float(special.ndtri(levels[-1]) - special.ndtri(levels[0]))
    # In standard deviations of a normal distribution: steps of the search know no other unit.
    unit = float(values[-1] - values[0]) / width
    scaled = values / unit
    middle = float(scaled[scaled.size // 2])
    starts: dict[Quantiles, tuple[float, float]] = {_normal: (middle, 0.0)}
    if values[0] > 0:
        ratio = (np.log(values[-1]) - np.log(values[0])) / width
        shape = 2 * np.log(middle)
        starts[_log_normal] = (np.log(middle), np.log(ratio))
        starts[_gamma] = (shape, np.log(middle) - shape)
        starts[_weibull] = (max(np.log(1.2 * middle), -1.0), np.log(middle))
    fits = []
    for quantiles, start in starts.items():
        if not np.isfinite(quantiles(levels, *start)).all():
            continue  # so skewed that this distribution has no numbers for it
        found = optimize.least_squares(
            lambda x, q=quantiles: q(levels, *x) - scaled, start, method="lm", xtol=1e-14, ftol=1e-14
        )
        fits.append((found.cost, quantiles, found.x))
    _, closest, (first, second) = min(fits, key=lambda fit: fit[0])
    mean, sd = _moments(closest, float(first), float(second))
    return unit * mean, unit * sd


def _moments(quantiles: Quantiles, first: float, second: float) -> tuple[float, float]:
    if quantiles is _normal:
        return first, float(np.exp(second))
    if quantiles is _log_normal:
        variance = np.exp(2 * second)
        mean = float(np.exp(first + variance / 2))
        return mean, mean * float(np.sqrt(np.expm1(variance)))
    if quantiles is _gamma:
        return float(np.exp(first + second)), float(np.exp(second + first / 2))
    one, two = special.gammaln(1 + np.exp(-first)), special.gammaln(1 + 2 * np.exp(-first))
    mean = float(np.exp(second + one))
    return mean, mean * float(np.sqrt(np.expm1(two - 2 * one)))


def response_rate_from_scores(mean: ArrayLike, sd: ArrayLike, cutoff: ArrayLike, *, lower_is_better: bool) -> Floats:
    """Estimate the share of responders from the scores at the end, taken to be normal.

    Parameters
    ----------
    mean, sd : array_like, scalar or shape (k,)
        Mean and standard deviation of the scores at the end.
    cutoff : array_like, scalar or shape (k,)
        Score that counts as response: for a fall by half, half of the mean score at the start. For a scale on
        which more is better no share of the start is a natural cut-off; state one.
    lower_is_better : bool
        True if responders are those at or below the cut-off, False if at or above.

    Returns
    -------
    ndarray, shape (k,)
        Shares between 0 and 1; times n they are imputed numbers of responders.

    Raises
    ------
    EffectSizeError
        If a value is not finite, ``sd`` is not positive or lengths differ.

    Notes
    -----
    Furukawa, Cipriani, Barbui, Brambilla & Watanabe (2005).
    """
    with Checks(EffectSizeError) as checks:
        m, s, cut = columns(checks, mean=mean, sd=sd, cutoff=cutoff)
        check_positive(checks, "sd", s)
        yes_or_no(checks, "lower_is_better", lower_is_better)
    return frozen(special.ndtr((cut - m) / s if lower_is_better else (m - cut) / s))
