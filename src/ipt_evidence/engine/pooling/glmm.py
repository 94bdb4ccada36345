"""The binomial-normal model of two-by-two tables: exact within trials, so rare events need no correction."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.pooling.binomial_likelihood import BinomialNormalLikelihood, Fit
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.engine.pooling.rare_events import Tables, read_synthesis_tables
from ipt_evidence.errors import SynthesisError

_WIDEST = 16.0
"""Tau up to which its grid goes in any case."""
_RATIO = 2.0
"""Of one tau of the grid to that before."""
_ROUNDS = 100
_NEARLY = 1e-9
"""Newton step of the logarithm of tau that no longer matters."""
_LEAST = 1e-6
"""Share of the smallest standard error below which tau is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinomialNormal:
    """A random-effects log odds ratio from exact binomial likelihoods.

    Attributes
    ----------
    k, k_uninformative : int
        Tables given, and those among them left out because no one or everyone has the event.
    estimate, se : float
        Average log odds ratio of group 1 over group 2 and its standard error: from the observed information at tau2,
        which counts as known, every intercept following the average.
    ci_low, ci_high, statistic, p_value : float
        Normal confidence interval and test.
    tau2 : float
        Maximum likelihood estimate of the variance of true log odds ratios between trials.
    log_likelihood : float
        Maximum of the log-likelihood.
    at_bound : tuple of str
        ("tau2",) where the likelihood falls from tau2 = 0: tau2 is held there.
    level : float
        Coverage of the interval.
    """

    k: int
    k_uninformative: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float
    tau2: float
    log_likelihood: float
    at_bound: tuple[str, ...]
    level: float


def pool_binomial(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike, *, level: float = 0.95
) -> BinomialNormal:
    """Pool two-by-two tables by a logistic model with fixed trial and random treatment effects.

    Parameters
    ----------
    events1, total1, events2, total2 : array_like, scalar or shape (k,)
        As in :func:`ipt_evidence.effects.log_odds_ratio`.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    BinomialNormal
        Average log odds ratio and its variance between trials.

    Raises
    ------
    SynthesisError
        If a table is impossible, none is informative, or the likelihood has no maximum: in every informative table
        everyone in one group or no one in the other has the event (the average is infinite), or everyone in one and no
        one in the other, not always in the same (the variance is).

    Notes
    -----
    Stijnen, Hamza & Ozdemir (2010); the model "UM.FS" of metafor's ``rma.glmm``: in trial i the log odds are
    ``alpha_i`` plus and minus half of ``estimate + u_i``, u_i normal with variance tau2. The integral over u_i is
    right to about ten digits also where it has a cliff; see :class:`BinomialNormalLikelihood`. The standard error
    takes tau2 as known, as :func:`pool` does, and so is continuous where tau2 reaches 0; ``rma.glmm`` takes it as
    estimated, and is not.
    """
    level = check_choices(level=level)
    everything, informative = read_synthesis_tables(events1, total1, events2, total2)
    tables: Tables = tuple(column[informative] for column in everything)  # type: ignore[assignment]
    _check_bounded(tables)
    found = _highest(BinomialNormalLikelihood(tables))
    # Near tau = 0 what links average and tau falls like tau, and what is known of tau like its square: the information
    # of both together would make the standard error step.
    se = 1 / np.sqrt(found.information()[:1, 0])
    test = infer(np.array([found.average]), se, np.zeros(1), level, "normal")
    return BinomialNormal(
        k=informative.size,
        k_uninformative=int(np.sum(~informative)),
        estimate=found.average,
        se=float(se[0]),
        **test.single(),
        tau2=found.tau**2,
        log_likelihood=found.height,
        at_bound=() if found.tau > 0 else ("tau2",),
        level=level,
    )


def _check_bounded(tables: Tables) -> None:
    """Refuse tables whose likelihood has no maximum, because it rises without end in the average or in tau."""
    a, n1, c, n2 = tables
    b, d = n1 - a, n2 - c
    if not (a * d).any() or not (b * c).any():
        raise SynthesisError(
            "the log odds ratio is infinite, because in every informative table everyone in one group or no one in the "
            "other has the event; report the risk difference"
        )
    if np.all((b + c == 0) | (a + d == 0)):
        raise SynthesisError(
            "the variance between trials is infinite, because in every informative table everyone in one group and no "
            "one in the other has the event, not always in the same; report the counts"
        )


def _highest(likelihood: BinomialNormalLikelihood) -> Fit:
    """Return the highest maximum over tau >= 0: beside the highest fit of a grid, or where the slope turns in it."""
    fits = [likelihood.given(0.0)]
    least = min(likelihood.smallest_error(fits[0]), _WIDEST)
    tau = least / 4
    while len(fits) < 2 or tau < _WIDEST or fits[-1].score[1] > 0:
        fits.append(likelihood.given(tau, fits[-1]))
        tau *= _RATIO
    between = [(low, high) for low, high in pairwise(fits) if low.score[1] > 0 > high.score[1]]
    tops = [_top(likelihood, low, high) for low, high in between]
    return max([_beside_highest(likelihood, fits, least), *tops], key=lambda fit: fit.height)


def _beside_highest(likelihood: BinomialNormalLikelihood, fits: list[Fit], least: float) -> Fit:
    """Return the maximum beside the highest fit of a grid, of which that at tau = 0 may be one."""
    best = int(np.argmax([fit.height for fit in fits]))
    if not best and fits[0].hessian[1, 1] <= 0:
        return fits[0]
    first = best if fits[best].score[1] > 0 or not best else best - 1
    low, high = fits[first : first + 2]
    while not low.score[1] > 0 > high.score[1]:
        if high.tau < _LEAST * least:
            return fits[0]
        middle = likelihood.given(np.sqrt(low.tau * high.tau) or high.tau / 4, high)
        # The maximum is on the side of the higher end, beyond the end that rises towards it.
        if low.score[1] > 0:
            inside = middle.score[1] > 0 and middle.height >= low.height
        else:
            inside = middle.score[1] > 0 or middle.height < high.height
        low, high = (middle, high) if inside else (low, middle)
    return _top(likelihood, low, high)


def _top(likelihood: BinomialNormalLikelihood, low: Fit, high: Fit) -> Fit:
    """Return the maximum between a fit that rises with tau and one that falls, by Newton steps in the logarithm."""
    found = low if low.height > high.height else high
    for _ in range(_ROUNDS):
        slope, bend = found.along_tau()
        step = -slope / bend if bend < 0 else np.inf
        if abs(step) < _NEARLY:
            break
        tau = found.tau * np.exp(np.clip(step, -_RATIO, _RATIO))
        if not low.tau < tau < high.tau:
            tau = np.sqrt(low.tau * high.tau)
        found = likelihood.given(float(tau), found)
        low, high = (found, high) if found.score[1] > 0 else (low, found)
    return found
