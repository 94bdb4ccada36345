"""How strong selective publication would have to be to explain an average away, and the average in the worst case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of, read_number, read_numbers, within
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import AT_A_STEP, infer
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.errors import SynthesisError

_GRID = 100
_FAR = 1e6
"""Selection ratio that comes to the worst case for any number of trials."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorstCase(FrozenArrays):
    """Averages under publication that favours affirmative trials: significant ones in the favoured direction.

    Attributes
    ----------
    k, k_affirmative : int
        Trials, and affirmative ones among them.
    favoured : str
        Direction that is favoured, as used: "greater" or "less".
    ratios : ndarray, shape (r + 1,)
        How many times likelier affirmative trials are to be published; the last is infinite, the worst case, in which
        only the others count.
    estimate, se, df : ndarray, shape (r + 1,)
        Average at each ratio, its robust standard error and degrees of freedom; NaN where a single trial is left.
    sampling_se, held_at_sampling : ndarray, shape (r + 1,)
        Standard error that sampling error alone gives it, and whether the robust one is below that.
    ci_low, ci_high : ndarray, shape (r + 1,)
        Interval by t from the larger of the two standard errors; NaN where a single trial is left.
    target : float
        What the average would have to be brought to.
    ratio_estimate, ratio_interval : float
        Smallest ratio at which the average, and the near limit of its interval, reaches ``target``: 1 if it is there
        without selection, infinite if no selection of this kind could bring it there, NaN if there is no interval.
    tau2 : float
        Between-trial variance that the weights go by, of all trials (REML).
    level : float
        Coverage of the intervals.
    """

    k: int
    k_affirmative: int
    favoured: str
    ratios: Floats
    estimate: Floats
    se: Floats
    df: Floats
    sampling_se: Floats
    held_at_sampling: Bools
    ci_low: Floats
    ci_high: Floats
    target: float
    ratio_estimate: float
    ratio_interval: float
    tau2: float
    level: float


class _Average(NamedTuple):
    estimate: float
    se: float
    df: float
    sampling_se: float


def worst_case_bias(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    ratios: Sequence[float] = (1.0, 2.0, 4.0, 10.0),
    favoured: str = "auto",
    alpha: float = 0.05,
    target: float = 0.0,
    level: float = 0.95,
) -> WorstCase:
    """Correct an average for assumed selection of affirmative trials, and ask how much selection would explain it away.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of independent trials.
    ratios : sequence of float
        Selection ratios of 1 or more at which to report the average; the worst case is added.
    favoured : {"auto", "greater", "less"}
        Direction in which significant results are favoured; "auto" takes the sign of the average.
    alpha : float
        Two-sided level at which a result is significant.
    target : float
        What the average is to be brought to.
    level : float
        Coverage of the intervals.

    Returns
    -------
    WorstCase
        Averages by ratio, and the ratios that reach the target.

    Raises
    ------
    SynthesisError
        If data are unusable, all trials are affirmative (the worst case has no trial) or none is (selection of this
        kind changes nothing), or a choice is impossible.

    Notes
    -----
    Mathur & VanderWeele (2020): trials that are not affirmative count ``ratio`` times, with
    random-effects weights of all trials; CR2 standard errors and Satterthwaite degrees of freedom with the
    random-effects model as the working one (Tipton 2015). Agrees with clubSandwich on the weighted mean:
    ``tests/oracle``. That no interval is surer than sampling error alone lets it be is ours, as in
    :func:`ipt_evidence.synthesis.pool_dependent`. Nothing is estimated about selection: this is a sensitivity
    analysis, and publication need not have worked this way.
    """
    y, v = read_effects(effects, variances)
    given, alpha, target, level = _check(ratios, favoured, alpha, target, level)
    pooled = pool(y, v)
    direction = favoured if favoured != "auto" else "less" if pooled.estimate < 0 else "greater"
    sign = -1.0 if direction == "less" else 1.0
    affirmative = sign * y / np.sqrt(v) > (1 + AT_A_STEP) * -special.ndtri(alpha / 2)
    if affirmative.all() or not affirmative.any():
        what = (
            "all trials are affirmative, so the worst case has none" if affirmative.all() else "no trial is affirmative"
        )
        raise SynthesisError(f"{what}; this analysis has nothing to say here")
    every = np.append(given, np.inf)
    found = [_average(y, v, pooled.tau2, affirmative, ratio) for ratio in every]
    estimate, se, df, sampling_se = (np.array(part) for part in zip(*found, strict=True))
    test = infer(estimate, np.maximum(se, sampling_se), df, level, "t")

    def distance(ratio: float, *, limit: bool) -> float:
        """Return how far the average, or the near limit of its interval, lies on the favoured side of the target."""
        one = _average(y, v, pooled.tau2, affirmative, ratio)
        margin = special.stdtrit(one.df, (1 + level) / 2) * max(one.se, one.sampling_se) if limit else 0.0
        return float(sign * (one.estimate - target) - margin)

    return WorstCase(
        k=y.size,
        k_affirmative=int(affirmative.sum()),
        favoured=direction,
        ratios=every,
        estimate=estimate,
        se=se,
        df=df,
        sampling_se=sampling_se,
        held_at_sampling=se < sampling_se,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        target=target,
        ratio_estimate=_first(lambda ratio: distance(ratio, limit=False)),
        ratio_interval=_first(lambda ratio: distance(ratio, limit=True)),
        tau2=pooled.tau2,
        level=level,
    )


def _check(
    given: ArrayLike, favoured: str, alpha: float, target: float, level: float
) -> tuple[Floats, float, float, float]:
    """Return ratios, alpha, target and level once all choices are possible."""
    level = check_choices(level=level)
    with Checks(SynthesisError) as checks:
        one_of(checks, "favoured", favoured, ("auto", "greater", "less"))
        alpha = within(checks, "alpha", alpha, 0, 1)
        ratios = read_numbers(checks, "ratios", given)
        if ratios.ndim != 1:
            checks.note(f"ratios must be one-dimensional, got shape {ratios.shape}")
        checks.require(
            "ratios", ratios.ravel(), np.isfinite(ratios.ravel()) & (ratios.ravel() >= 1), "finite and 1 or more"
        )
        target = read_number(checks, "target", target)
    return ratios, alpha, target, level


def _average(y: Floats, v: Floats, tau2: float, affirmative: Bools, ratio: float) -> _Average:
    """Return the weighted mean with CR2 standard error, Satterthwaite degrees of freedom and its sampling error."""
    if np.isinf(ratio):
        y, v, affirmative, ratio = y[~affirmative], v[~affirmative], affirmative[~affirmative], 1.0
    phi = v + tau2
    weights = np.where(affirmative, 1.0, ratio) / phi
    share = weights / weights.sum()
    estimate, sampling_se = float(share @ y), float(np.sqrt(share**2 @ v))
    if y.size == 1:
        return _Average(estimate, np.nan, np.nan, sampling_se)
    hat = np.eye(y.size) - share
    # The adjusted residuals have, under the working model, the variances of the effects.
    loading = share * np.sqrt(phi / np.einsum("ij,j,ij->i", hat, phi, hat))
    parts = loading[:, None] * hat
    omega = (parts * phi) @ parts.T
    df = float(np.trace(omega) ** 2 / np.sum(omega**2))
    return _Average(estimate, float(np.linalg.norm(loading * (y - estimate))), df, sampling_se)


def _first(distance: Callable[[float], float]) -> float:
    """Return the smallest ratio at which the distance falls to 0: 1 if at once, infinite if never, NaN if unknown."""
    grid = np.geomspace(1.0, _FAR, _GRID)
    values = np.array([distance(ratio) for ratio in grid])
    if np.isnan(values).any():
        return np.nan
    if values[0] <= 0:
        return 1.0
    below = np.flatnonzero(values <= 0)
    if not below.size:
        return np.inf
    return float(optimize.brentq(distance, grid[below[0] - 1], grid[below[0]], xtol=1e-12, rtol=1e-13))
