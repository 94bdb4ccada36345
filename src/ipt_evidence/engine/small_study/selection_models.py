"""Selection models: the average before trials were selected by their p-values, by maximum likelihood."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ipt_evidence.engine.checks import Checks, Floats, one_of, read_numbers
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import chi2_p, infer
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.engine.small_study.beta_weights import BetaWeights
from ipt_evidence.engine.small_study.selection_likelihood import Solution, maximise
from ipt_evidence.engine.small_study.step_weights import StepWeights
from ipt_evidence.errors import SynthesisError

ALTERNATIVES = ("auto", "greater", "less", "two-sided")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionModel(FrozenArrays):
    """An average adjusted for selection by p-value.

    Attributes
    ----------
    k : int
        Number of trials.
    estimate, se, statistic, p_value, ci_low, ci_high : float
        Adjusted average with normal test and interval; the standard error is from the observed information of what
        is not at a bound. It steps where a parameter reaches its bound: above it counts as estimated, at it as known.
    tau2 : float
        Between-trial variance before selection.
    weights, weights_se : ndarray
        Step function: relative chance of publication in each interval of the p-value, the first fixed at 1
        with standard error 0. Beta function: the two exponents delta (1 and 1 mean no selection); one that is held at
        0 has no standard error, NaN.
    steps : tuple of float
        Upper limits of the intervals, the last 1; empty for the beta function.
    counts : tuple of int
        Trials per interval; empty for the beta function.
    log_likelihood : float
        At the maximum.
    lr_statistic, lr_df, lr_p_value : float
        Likelihood-ratio test against no selection.
    at_bound : tuple of str
        "tau2", and of the beta function "delta1" and "delta2", where the likelihood falls from their being 0: they are
        held there, and standard errors take them as known.
    alternative : str
        Direction in which results are favoured, as used: "greater", "less" or "two-sided".
    level : float
        Coverage of the interval.
    profile : callable
        Returns the limits of the profile interval; see :attr:`profile_low`.
    """

    k: int
    estimate: float
    se: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    tau2: float
    weights: Floats
    weights_se: Floats
    steps: tuple[float, ...]
    counts: tuple[int, ...]
    log_likelihood: float
    lr_statistic: float
    lr_df: int
    lr_p_value: float
    at_bound: tuple[str, ...]
    alternative: str
    level: float
    profile: Callable[[], tuple[float, float]] = field(repr=False)

    @property
    def profile_low(self) -> float:
        """Lower end of the averages that a likelihood-ratio test does not reject, tau2 and weights being free.

        This interval does not step at a bound, need not be symmetric, and is infinite where the likelihood never
        falls far enough. Where these averages fall into parts, it is the outermost end. It takes as long to find as the
        maximum, and is found when first asked for.
        """
        return self.profile()[0]

    @property
    def profile_high(self) -> float:
        """Upper end of it."""
        return self.profile()[1]


def selection_model(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    steps: Sequence[float] = (0.025,),
    alternative: str = "auto",
    level: float = 0.95,
) -> SelectionModel:
    """Fit a step-function selection model; with one step the three-parameter model.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, more trials than parameters.
    steps : sequence of float
        Increasing p-values between 0 and 1 at which the chance of publication may change: one-sided ones, so
        that 0.025 is the usual two-sided 5%, unless ``alternative`` is "two-sided".
    alternative : {"auto", "greater", "less", "two-sided"}
        Which results are favoured: significantly positive, negative, or any. "auto" takes the sign of the
        unadjusted (ML) average.
    level : float
        Coverage of the interval.

    Returns
    -------
    SelectionModel
        Adjusted average, weights and likelihood-ratio test.

    Raises
    ------
    SynthesisError
        If data are unusable, there are no more trials than parameters (mean, tau2 and one weight a step), an
        interval of the p-value holds no trial (its weight is then 0 or infinite), a choice is impossible, or
        the likelihood has no maximum.

    Notes
    -----
    Vevea & Hedges (1995); metafor ``selmodel(type="stepfun")`` on an ML fit. The information matrix is
    that of mean, tau2 and weights together; a tau2 of 0, at which the likelihood falls, is held there, as metafor
    does, so that the standard error has a step there; the profile interval has none. The weights need many trials;
    below about ten read the result as a sensitivity analysis.
    """
    y, v = read_effects(effects, variances)
    cuts = _read_steps(steps)
    direction = _direction(y, v, alternative)
    level = check_choices(level=level)
    sign = -1.0 if direction == "less" else 1.0
    build = partial(StepWeights, steps=cuts, two_sided=direction == "two-sided")
    counts = build(sign * y, v).counts
    _check_counts(counts, cuts, y.size)
    solution = maximise(sign * y, v, build, float(special.chdtri(1, 1 - level)))
    return SelectionModel(
        **_shared(solution, sign, y.size, level),
        weights=np.concatenate([[1.0], solution.delta]),
        weights_se=np.concatenate([[0.0], solution.delta_se]),
        steps=(*cuts.tolist(), 1.0),
        counts=tuple(counts.tolist()),
        alternative=direction,
    )


def beta_selection_model(
    effects: ArrayLike, variances: ArrayLike, *, alternative: str = "auto", level: float = 0.95
) -> SelectionModel:
    """Fit a selection model whose weight is a beta function of the p-value.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least five trials.
    alternative : {"auto", "greater", "less"}
        As in :func:`selection_model`; p-values are one-sided.
    level : float
        Coverage of the interval.

    Returns
    -------
    SelectionModel
        ``weights`` holds the two exponents.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 5, a choice is unknown, or the likelihood has no maximum or its highest one where
        every effect is more than five standard deviations from the average, or half of them more than ten.

    Notes
    -----
    Citkowicz & Vevea (2017); metafor ``selmodel(type="beta")``, which also treats p-values below 1e-5 (above
    1 - 1e-5) as equal to that number. So weights have an end where an exponent is 0, and it may be; metafor stops
    at 1e-5. With few trials the likelihood may be higher far from the effects than near
    them; the highest maximum is given, its interval is then wide.
    """
    y, v = read_effects(effects, variances)
    if isinstance(alternative, str) and alternative == "two-sided":
        raise SynthesisError("the beta weight function takes one-sided p-values; choose greater or less")
    direction = _direction(y, v, alternative)
    level = check_choices(level=level)
    sign = -1.0 if direction == "less" else 1.0
    _check_size(y.size, 2)
    solution = maximise(sign * y, v, BetaWeights, float(special.chdtri(1, 1 - level)))
    return SelectionModel(
        **_shared(solution, sign, y.size, level),
        weights=solution.delta,
        weights_se=solution.delta_se,
        steps=(),
        counts=(),
        alternative=direction,
    )


def _shared(solution: Solution, sign: float, k: int, level: float) -> dict[str, Any]:
    """Return the fields both models have in common."""
    estimate, se = np.array(sign * solution.mean), np.array(solution.se)

    def profile() -> tuple[float, float]:
        low, high = solution.limits()
        return (low, high) if sign > 0 else (-high, -low)

    statistic = float(max(2 * (solution.log_likelihood - solution.unselected), 0.0))
    return {
        "k": k,
        "estimate": float(estimate),
        "se": float(se),
        **infer(estimate, se, np.array(0.0), level, "normal").single(),
        "tau2": float(solution.tau2),
        "log_likelihood": float(solution.log_likelihood),
        "lr_statistic": statistic,
        "lr_df": solution.delta.size,
        "lr_p_value": chi2_p(statistic, solution.delta.size),
        "at_bound": solution.at_bound,
        "level": level,
        "profile": profile,
    }


def _direction(y: Floats, v: Floats, alternative: str) -> str:
    with Checks(SynthesisError) as checks:
        one_of(checks, "alternative", alternative, ALTERNATIVES)
    if alternative != "auto":
        return alternative
    return "less" if pool(y, v, method="ML", interval="normal").estimate < 0 else "greater"


def _read_steps(steps: ArrayLike) -> Floats:
    with Checks(SynthesisError) as checks:
        cuts = read_numbers(checks, "steps", steps)
    if cuts.ndim != 1 or not cuts.size or not np.all((cuts > 0) & (cuts < 1)) or np.any(np.diff(cuts) <= 0):
        raise SynthesisError(f"steps must be increasing p-values between 0 and 1, got {cuts.tolist()}")
    return cuts


def _check_size(k: int, free: int) -> None:
    if k <= free + 2:
        raise SynthesisError(
            f"a selection model with {free} weight parameter(s) needs at least {free + 3} trials, got {k}"
        )


def _check_counts(counts: NDArray[np.int64], cuts: Floats, k: int) -> None:
    _check_size(k, cuts.size)
    limits = [0.0, *cuts.tolist(), 1.0]
    empty = [f"({limits[i]:g}, {limits[i + 1]:g}]" for i in range(counts.size) if not counts[i]]
    if empty:
        raise SynthesisError(
            f"no trial has a p-value in {', '.join(empty)}, so the chance of publication there cannot be "
            "estimated; move or drop steps, or choose the other alternative"
        )
