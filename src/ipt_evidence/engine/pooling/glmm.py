"""The binomial-normal model of two-by-two tables: exact within trials, so rare events need no correction."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.engine.pooling.rare_events import Tables, read_synthesis_tables
from ipt_evidence.errors import SynthesisError

_STEPS = 200
_NODES, _LOG_WEIGHTS = np.polynomial.hermite.hermgauss(25)
_LOG_WEIGHTS = np.log(_LOG_WEIGHTS) + _NODES**2


@dataclass(frozen=True, slots=True, kw_only=True)
class BinomialNormal:
    """A random-effects log odds ratio from exact binomial likelihoods.

    Attributes
    ----------
    k, k_uninformative : int
        Tables given, and those among them left out because no one or everyone has the event.
    estimate, se : float
        Average log odds ratio of group 1 over group 2 and its standard error from the observed information.
    ci_low, ci_high, statistic, p_value : float
        Normal confidence interval and test.
    tau2 : float
        Maximum likelihood estimate of the variance of true log odds ratios between trials.
    log_likelihood : float
        Maximum of the log-likelihood.
    at_bound : tuple of str
        ("tau2",) where the likelihood falls from tau2 = 0: tau2 is held there, and the standard error takes it as
        known.
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


class _State(NamedTuple):
    """Likelihood and derivatives at one point.

    Attributes
    ----------
    height : float
        Log-likelihood without binomial coefficients.
    score : ndarray, shape (2,)
        Slope in the average and in tau.
    score_trials : ndarray, shape (k,)
        Slope in each trial's intercept.
    hessian : ndarray, shape (2, 2)
        Second derivatives in average and tau.
    cross, hessian_trials : ndarray, shape (k, 2) and (k,)
        Second derivatives in each intercept and (average, tau), and in the intercept.
    """

    height: float
    score: Floats
    score_trials: Floats
    hessian: Floats
    cross: Floats
    hessian_trials: Floats

    def profile(self, size: int) -> tuple[Floats, Floats]:
        """Return score and Hessian of the first ``size`` parameters, the intercepts eliminated."""
        ratio = self.cross[:, :size] / self.hessian_trials[:, None]
        return (
            self.score[:size] - ratio.T @ self.score_trials,
            self.hessian[:size, :size] - ratio.T @ self.cross[:, :size],
        )


def _evaluate(tables: Tables, average: float, tau: float, intercepts: Floats) -> _State:
    a, n1, c, n2 = tables
    u, log_weight = _nodes(tables, average, tau, intercepts)
    eta1 = intercepts[:, None] + (average + u) / 2
    eta2 = intercepts[:, None] - (average + u) / 2
    height = _log_binomial(a, n1, eta1) + _log_binomial(c, n2, eta2) + log_weight
    top = special.logsumexp(height, axis=1)
    mass = np.exp(height - top[:, None])
    p1, p2 = special.expit(eta1), special.expit(eta2)
    r1, r2 = a[:, None] - n1[:, None] * p1, c[:, None] - n2[:, None] * p2
    w1, w2 = n1[:, None] * p1 * (1 - p1), n2[:, None] * p2 * (1 - p2)
    # Slopes of the complete log-likelihood in intercept, average and tau, at every node.
    slopes = np.stack([r1 + r2, (r1 - r2) / 2, (u**2 / tau**3 - 1 / tau) if tau > 0 else np.zeros_like(u)])
    first = np.einsum("kn,skn->ks", mass, slopes)
    second = np.einsum("kn,skn,tkn->kst", mass, slopes, slopes) - first[:, :, None] * first[:, None, :]
    expected = {
        (0, 0): -(w1 + w2),
        (0, 1): -(w1 - w2) / 2,
        (1, 1): -(w1 + w2) / 4,
        (2, 2): (1 / tau**2 - 3 * u**2 / tau**4) if tau > 0 else np.zeros_like(u),
    }
    for (s, t), values in expected.items():
        mean = np.sum(mass * values, axis=1)
        second[:, s, t] += mean
        if s != t:
            second[:, t, s] += mean
    return _State(
        height=float(top.sum()),
        score=first[:, 1:].sum(axis=0),
        score_trials=first[:, 0],
        hessian=second[:, 1:, 1:].sum(axis=0),
        cross=second[:, 0, 1:],
        hessian_trials=second[:, 0, 0],
    )


def _log_binomial(events: Floats, total: Floats, eta: Floats) -> Floats:
    return events[:, None] * eta - total[:, None] * np.logaddexp(0.0, eta)


def _nodes(tables: Tables, average: float, tau: float, intercepts: Floats) -> tuple[Floats, Floats]:
    """Return quadrature nodes (k, n) round the mode of every trial's random effect and their log weights."""
    k = intercepts.size
    if tau == 0:
        return np.zeros((k, 1)), np.zeros((k, 1))
    a, n1, c, n2 = tables
    u = np.zeros(k)
    for _ in range(_STEPS):
        p1 = special.expit(intercepts + (average + u) / 2)
        p2 = special.expit(intercepts - (average + u) / 2)
        slope = (a - n1 * p1 - c + n2 * p2) / 2 - u / tau**2
        curvature = (n1 * p1 * (1 - p1) + n2 * p2 * (1 - p2)) / 4 + 1 / tau**2
        # The mode need not be exact: nodes may lie anywhere near it.
        step = np.clip(slope / curvature, -2, 2)
        u = u + step
        if np.abs(step).max() < 1e-8:
            break
    width = np.sqrt(2 / curvature)[:, None]
    nodes = u[:, None] + width * _NODES
    normal = -0.5 * (nodes / tau) ** 2 - np.log(tau) - 0.5 * np.log(2 * np.pi)
    return nodes, _LOG_WEIGHTS + np.log(width) + normal


def _fit_given_tau(tables: Tables, tau: float, average: float, intercepts: Floats) -> tuple[float, Floats, _State]:
    """Maximise over average and intercepts by Newton steps, halved while the likelihood would fall."""
    state = _evaluate(tables, average, tau, intercepts)
    for _ in range(_STEPS):
        score, hessian = state.profile(1)
        step = -score[0] / hessian[0, 0] if hessian[0, 0] < 0 else np.sign(score[0])
        steps = -(state.score_trials + state.cross[:, 0] * step) / state.hessian_trials
        length = 1.0
        while length > 1e-8:
            following = _evaluate(tables, average + length * step, tau, intercepts + length * steps)
            if following.height >= state.height - 1e-12 * abs(state.height):
                break
            length /= 2
        average, intercepts, state = average + length * step, intercepts + length * steps, following
        if max(abs(step), float(np.abs(steps).max())) < 1e-9:
            return average, intercepts, state
    raise SynthesisError(
        f"the binomial-normal model did not converge in {_STEPS} steps; use mantel_haenszel for these tables"
    )


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
        If a table is impossible, none is informative, one group has no event (or no one without) in any of
        them, or the iteration does not converge.

    Notes
    -----
    Stijnen, Hamza & Ozdemir (2010); the model "UM.FS" of metafor's ``rma.glmm``: in trial i the log odds are
    ``alpha_i`` plus and minus half of ``estimate + u_i``, u_i normal with variance tau2. The integral over
    u_i is taken by adaptive Gauss-Hermite quadrature with 25 nodes.
    """
    check_choices(level=level)
    everything, informative = read_synthesis_tables(events1, total1, events2, total2)
    tables: Tables = tuple(column[informative] for column in everything)  # type: ignore[assignment]
    a, n1, c, n2 = tables
    if min(a.sum(), c.sum(), (n1 - a).sum(), (n2 - c).sum()) == 0:
        raise SynthesisError(
            "the log odds ratio is infinite, because one group has no event (or no one without) in any "
            "informative table; report the risk difference"
        )
    average, tau, state = _fit(tables)
    variance = -np.linalg.inv(state.profile(2 if tau > 0 else 1)[1])[0, 0]
    se = np.sqrt(np.array([variance]))
    test = infer(np.array([average]), se, np.zeros(1), level, "normal")
    constant = _log_choose(a, n1).sum() + _log_choose(c, n2).sum()
    return BinomialNormal(
        k=informative.size,
        k_uninformative=int(np.sum(~informative)),
        estimate=float(average),
        se=float(se[0]),
        ci_low=float(test.ci_low[0]),
        ci_high=float(test.ci_high[0]),
        statistic=float(test.statistic[0]),
        p_value=float(test.p_value[0]),
        tau2=tau**2,
        log_likelihood=float(state.height + constant),
        at_bound=() if tau > 0 else ("tau2",),
        level=level,
    )


def _log_choose(events: Floats, total: Floats) -> Floats:
    return np.asarray(special.gammaln(total + 1) - special.gammaln(events + 1) - special.gammaln(total - events + 1))


def _fit(tables: Tables) -> tuple[float, float, _State]:
    """Return average, tau and state at the greatest likelihood over tau >= 0."""
    a, n1, c, n2 = tables
    grid = [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8]
    fits = [_fit_given_tau(tables, 0.0, 0.0, special.logit((a + c) / (n1 + n2)))]
    for tau in grid[1:]:
        fits.append(_fit_given_tau(tables, tau, *fits[-1][:2]))
    best = int(np.argmax([state.height for _, _, state in fits]))
    low, high = grid[max(best - 1, 0)] or grid[1] / 10, grid[min(best + 1, len(grid) - 1)]

    def slope(tau: float) -> float:
        return float(_fit_given_tau(tables, tau, *fits[best][:2])[2].score[1])

    if slope(low) <= 0:
        return fits[0][0], 0.0, fits[0][2]
    if slope(high) > 0:
        raise SynthesisError(f"tau of the log odds ratios exceeds {high:g}: the trials have nothing in common")
    tau = float(optimize.brentq(slope, low, high, xtol=1e-12, rtol=1e-12))
    average, _, state = _fit_given_tau(tables, tau, *fits[best][:2])
    return average, tau, state
