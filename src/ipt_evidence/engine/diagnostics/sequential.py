"""Evidence as it accumulates, held to the size it would take and to boundaries that allow for looking often."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from ipt_evidence.engine.checks import RANGE, Checks, Floats, read_number, within
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.engine.pooling.subsets import cumulative
from ipt_evidence.errors import SynthesisError

_FARTHEST = 9.0
"""Normal deviate that stands for no boundary at all: what may be spent so far is less than rounding."""

_NODES, _RULE = np.polynomial.legendre.leggauss(16)
_WIDTH = 4.0
"""Widest panel of quadrature, in standard deviations of the steps before and after it."""

_PANELS = 40
"""Most panels, so that a hundred looks take less than a second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SequentialAnalysis(FrozenArrays):
    """Trials one after the other, against boundaries for repeated looks.

    Attributes
    ----------
    k : int
        Number of trials.
    threshold : float
        Effect that the required size is to show.
    required : float
        Information that it takes: the inverse of a sampling variance, enlarged for heterogeneity.
    diversity : float
        Share of the variance of the average that heterogeneity makes (D2), percent.
    fraction : ndarray, shape (k,)
        Information of the trials so far as a share of ``required``.
    estimate, z : ndarray, shape (k,)
        Average so far and its normal test by the random-effects model.
    boundary : ndarray, shape (k,)
        Size of ``z`` from which it would count at that look; infinite where so little may be spent that it would lie
        beyond 9, NaN after the look at which the required size is reached, where all is spent.
    crossed : int
        Place of the first trial at which ``z`` reaches its boundary; -1 where none does.
    alpha, power : float
        As given.
    method : str
        Estimator of the between-trial variance.
    """

    k: int
    threshold: float
    required: float
    diversity: float
    fraction: Floats
    estimate: Floats
    z: Floats
    boundary: Floats
    crossed: int
    alpha: float
    power: float
    method: str


def sequential_analysis(
    effects: ArrayLike,
    variances: ArrayLike,
    threshold: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    method: str = "REML",
) -> SequentialAnalysis:
    """Hold accumulating evidence to the required information size and to boundaries for repeated looks.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances in the order in which trials were published.
    threshold : float
        The smallest effect that matters, other than 0.
    alpha : float
        Two-sided level of all looks together.
    power : float
        Chance of showing ``threshold`` at the required size.
    method : str
        As in :func:`ipt_evidence.synthesis.pool`.

    Returns
    -------
    SequentialAnalysis
        Share of the required size, tests and boundaries, trial by trial.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.pool`, or if ``threshold`` is 0 or not finite, a chance is impossible, or
        ``power`` is not above ``alpha/2``, where the formula of the required size has no meaning.

    Notes
    -----
    Wetterslev et al. (2009) for the size, ((z(1 - alpha/2) + z(power))/threshold)^2/(1 - D2); Lan &
    DeMets (1983) for O'Brien-Fleming spending, solved look by look (Armitage, McPherson & Rowe 1969). Read it for
    what it is: nobody planned these looks, the heterogeneity that enlarges the size is itself estimated, and the
    Cochrane Handbook advises against resting conclusions on such boundaries. A size not reached says that more would
    be needed to show ``threshold``, no more. A trial that adds no information to double precision has the boundary of
    the look before it; one that adds next to none has one that is, if anything, too strict. Boundaries are held to
    multivariate normal probabilities in R: ``tests/oracle``.
    """
    y, v, _ = read_synthesis(effects, variances, method=method)
    with Checks(SynthesisError) as checks:
        alpha = within(checks, "alpha", alpha, 0, 1)
        power = within(checks, "power", power, 0, 1)
        difference = read_number(checks, "threshold", threshold, "finite and other than 0")
        if difference == 0:
            checks.note(f"threshold must be finite and other than 0, got {threshold!r}")
        checks.finish()
        # Small levels keep their digits in the lower tail.
        deviates = float(special.ndtri(power) - special.ndtri(alpha / 2))
        if np.isinf(deviates):
            checks.note(f"alpha must be large enough to be halved, got {alpha!r}")
        elif deviates <= 0:
            checks.note(
                f"power must be above alpha/2, or the required size has no meaning, "
                f"got power {power!r} and alpha {alpha!r}; raise power or lower alpha"
            )
        if not 1 / RANGE < abs(difference) < RANGE:
            checks.note(f"threshold must be between {1 / RANGE:g} and {RANGE:g} in size, got {threshold!r}")
    whole = pool(y, v, method=method, interval="normal")
    information = np.cumsum(1 / v)
    # Both variances of the average of all trials: that of a common effect over that of the model.
    alike = float(1 / information[-1] / whole.se**2) if whole.tau2 > 0 else 1.0
    required = (deviates / difference) ** 2 / alike
    steps = cumulative(y, v, method=method, interval="normal")
    fraction = information / required
    z = steps.estimate / steps.se
    boundary = _boundaries(fraction, alpha)
    beyond = np.flatnonzero(np.abs(z) >= boundary)
    return SequentialAnalysis(
        k=y.size,
        threshold=difference,
        required=required,
        diversity=100 * (1 - alike),
        fraction=fraction,
        estimate=steps.estimate,
        z=z,
        boundary=boundary,
        crossed=int(beyond[0]) if beyond.size else -1,
        alpha=alpha,
        power=power,
        method=method,
    )


def _boundaries(fraction: Floats, alpha: float) -> Floats:
    """Return the boundaries of looks at increasing shares of the required size."""
    looks = np.minimum(fraction[: int(np.sum(fraction < 1)) + 1], 1.0)
    reached = looks > 0
    # Half of the level is spent on each side; a share of 0 spends nothing.
    spent = np.zeros(looks.size)
    spent[reached] = 4 * special.ndtr(special.ndtri(alpha / 4) / np.sqrt(looks[reached]))
    boundary = np.full(fraction.size, np.nan)
    score, share, last = _Score(np.zeros(1), np.ones(1), 0.0), 0.0, np.inf
    for place, allowed in enumerate(np.diff(spent, prepend=0.0)):
        if looks[place] > (looks[place - 1] if place else 0.0):
            root, step = np.sqrt(looks[place]), np.sqrt(looks[place] - share)
            last = score.bound(allowed, step, root)
            # Where nothing can stop, or the step is too short for the panels, the score grows on from the look before.
            if last < np.inf and score.end <= score.reach(step):
                following = looks[place + 1 :][looks[place + 1 :] > looks[place]]
                after = np.sqrt(following[0] - looks[place]) if following.size else step
                score, share = score.after(last * root, step, after), looks[place]
        boundary[place] = last
    return boundary


class _Score(NamedTuple):
    """Size of the score, z times the root of the share, of the looks that did not stop: it grows by normal steps.

    Nodes of quadrature (m,), the density there times their weights (m,), and where the score would have stopped.
    """

    points: Floats
    mass: Floats
    end: float

    @staticmethod
    def reach(step: float) -> float:
        """Return the largest end to which panels can follow a step."""
        return _PANELS * _WIDTH * step

    def crossing(self, end: float, step: float) -> float:
        """Return the chance that the score lies beyond ``end`` on either side after a step."""
        return float(self.mass @ (special.ndtr((-end - self.points) / step) + special.ndtr((self.points - end) / step)))

    def bound(self, allowed: float, step: float, root: float) -> float:
        """Return the z that is crossed with the chance that may be spent, infinite if it is beyond the farthest."""
        if self.crossing(_FARTHEST * root, step) >= allowed:
            return np.inf
        z = optimize.brentq(lambda z: self.crossing(z * root, step) - allowed, 0.0, _FARTHEST, xtol=1e-12)
        return float(z)

    def after(self, end: float, step: float, following: float) -> "_Score":
        """Return the score after a step, where it stays within ``end``, on panels that serve the following step too."""
        edges = _edges(end, step, following)
        half = np.diff(edges)[:, None] / 2
        points = (edges[:-1, None] + (_NODES + 1) * half).ravel()
        new, old = points / step, self.points / step
        kernel = _bell(new, old)
        # From the other side of 0 comes only what is near it.
        near, from_near = (int(np.searchsorted(side, _FARTHEST)) for side in (new, old))
        kernel[:near, :from_near] += _bell(new[:near], -old[:from_near])
        return _Score(points, (_RULE * half).ravel() * (kernel @ self.mass) / (step * np.sqrt(2 * np.pi)), end)


def _edges(end: float, step: float, following: float) -> Floats:
    """Return the edges of equal panels from 0 to ``end``, the last cut ever finer if the following step is short."""
    shortest = min(step, following) if end <= _Score.reach(following) else step
    panels = int(np.clip(np.ceil(end / (_WIDTH * shortest)), 5, _PANELS))
    edges = np.linspace(0, end, panels + 1)
    cuts = int(np.ceil(np.log(max(end / panels / following, 1.0)) / np.log(4.0)))
    return np.concatenate([edges[:-1], end - end / panels * 0.25 ** np.arange(1, cuts + 1), edges[-1:]])


def _bell(new: Floats, old: Floats) -> Floats:
    """Return exp(-(new - old)^2/2) of every pair, in place: most of the time goes here."""
    kernel: Floats = np.subtract.outer(new, old)
    kernel *= kernel
    kernel *= -0.5
    return np.exp(kernel, out=kernel)
