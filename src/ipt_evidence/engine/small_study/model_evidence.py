"""The evidence for one model of effect, heterogeneity and bias, and what it says of them, by quadrature."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.priors import HeterogeneityPrior
from ipt_evidence.engine.small_study.bias_priors import BiasPrior, SlopeOnError, WeightSteps
from ipt_evidence.engine.small_study.boxes import DROP, Axis, boxes_of, masses, rules_on, tensor
from ipt_evidence.engine.small_study.marginals import Marginal, NormalMixture, OnMovedNodes, OnNodes, Spike
from ipt_evidence.engine.small_study.weight_functions import StepWeights

_COARSE, _FINE, _SLOPES = 12, 20, 80
_WEIGHTS = {1: 32, 2: 18, 3: 12}
"""Nodes along each weight, by how many a model has."""
_FAR_WEIGHTS = {1: 80, 2: 36, 3: 16}
"""The same where weights are so small that their logarithms are integrated over."""
_TINY = 0.3
"""Largest root of a weight that matters, below which its logarithm is integrated over."""
_FARTHEST = 1e6
"""Standard errors that selection may move an average."""
_POWER = 3
"""Weights are powers of what is integrated over: they may be tiny, where hardly anything else is published."""
_AT_ONCE = 2_000_000
_GROUP = 32
"""Trials whose chances are multiplied before a logarithm is taken: few enough for hardly any product to vanish."""
_LEAST = 1e-280
"""A product that is smaller has lost digits, or some of its factors have."""


class _NoNumberHoldsError(Exception):
    """A chance of being published is smaller than any number."""


class Evidence(NamedTuple):
    """The log of the probability of the data under a model, and the posterior of the average and of tau."""

    log_evidence: float
    average: Marginal
    tau: Marginal


@dataclass(frozen=True)
class Data:
    """Trials, the priors of average (normal) and tau, and what all models on them share.

    Attributes
    ----------
    y, v : ndarray, shape (k,)
        Effects, positive ones favoured by bias, and variances.
    centre, spread : float
        Mean and standard deviation of the prior of the average.
    prior : HeterogeneityPrior
        Prior of tau.
    """

    y: Floats
    v: Floats
    centre: float
    spread: float
    prior: HeterogeneityPrior

    @cached_property
    def _constant(self) -> float:
        grid = np.linspace(*self.prior.limits(), 8001)
        return float(special.logsumexp(self.prior.log_density(grid)) + np.log(grid[1] - grid[0]))

    def log_prior_of_tau(self, log_tau: Floats) -> Floats:
        """Return the log density of log(tau), which integrates to 1."""
        return self.prior.log_density(log_tau) - self._constant

    def normal(self, tau2: Floats, shift: Floats, *, effect: bool) -> tuple[Floats, Floats, Floats]:
        """Return log evidence, mean and variance of the average at values of tau2 (m, 1) and of a shift (m, k)."""
        weights = 1 / (self.v + tau2)
        rest = self.y - shift - (self.centre if effect else 0.0)
        log = 0.5 * (np.log(weights) - np.log(2 * np.pi) - weights * rest**2).sum(axis=1)
        if not effect:
            return log, np.zeros(len(log)), np.zeros(len(log))
        total, pull = weights.sum(axis=1), (weights * rest).sum(axis=1)
        variance = 1 / (total + self.spread**-2)
        log += 0.5 * (pull**2 * variance - np.log1p(self.spread**2 * total))
        return log, self.centre + pull * variance, variance

    @cached_property
    def tau_axis(self) -> Axis:
        """Where tau is likely without bias, for a start."""
        low, high = self.prior.limits()
        grid = np.linspace(low, high, 2001)
        log = self.log_prior_of_tau(grid) + self.normal(np.exp(2 * grid)[:, None], np.zeros((1, 1)), effect=True)[0]
        kept = np.flatnonzero(log > log.max() - DROP)
        return Axis(grid[max(kept[0] - 1, 0)], grid[min(kept[-1] + 1, 2000)], low, high)


def evidence(data: Data, bias: BiasPrior | None, *, effect: bool, heterogeneity: bool) -> Evidence:
    """Integrate a model over everything that it does not know."""
    if isinstance(bias, WeightSteps):
        return _of_weights(data, bias, effect=effect, heterogeneity=heterogeneity)
    return _of_slope(data, bias, effect=effect, heterogeneity=heterogeneity)


def _of_slope(data: Data, bias: SlopeOnError | None, *, effect: bool, heterogeneity: bool) -> Evidence:
    """Integrate a normal model over tau and the slope; over the average it is done by hand."""
    axes = [data.tau_axis] if heterogeneity else []
    if bias is not None:
        middle = float(np.log(bias.scale))
        axes.append(Axis(middle - 14.0, middle + 6.0, middle - 40.0, middle + 40.0))
    error = np.zeros(data.y.size) if bias is None else data.v ** (bias.power / 2)

    def parts(points: Floats) -> tuple[Floats, Floats, Floats]:
        tau2 = np.exp(2 * points[:, :1]) if heterogeneity else np.zeros((len(points), 1))
        slope = np.zeros((len(points), 1)) if bias is None else np.exp(points[:, -1:])
        log, mean, variance = data.normal(tau2, slope * error, effect=effect)
        if heterogeneity:
            log = log + data.log_prior_of_tau(points[:, 0])
        if bias is not None:
            log = log + bias.log_density(points[:, -1])
        return log, mean, variance

    boxes = boxes_of(
        axes, lambda grids: parts(tensor(grids))[0].reshape([grid.size for grid in grids]), [_COARSE * 3] * 2
    )
    nodes, rules = rules_on(boxes, [_SLOPES] * len(boxes))
    log, mean, variance = parts(tensor(nodes))
    mass, total = masses(log.reshape([each.size for each in nodes]), rules)
    average = NormalMixture(mass.ravel(), mean, variance) if effect else Spike()
    tau = OnNodes(nodes[0], mass.reshape(nodes[0].size, -1).sum(axis=1), boxes[0]) if heterogeneity else Spike()
    return Evidence(total, average, tau)


def _of_weights(data: Data, bias: WeightSteps, *, effect: bool, heterogeneity: bool) -> Evidence:
    """Integrate a selection model over average, tau and weights, each weight as a share of the one before."""
    model = _Selection(
        data, StepWeights(data.y, data.v, np.array(bias.steps), two_sided=bias.two_sided), effect, heterogeneity
    )
    boxes, nodes, log, rules = _over_roots(model) or _over_logarithms(model)
    mass, log_evidence = masses(log, rules)
    average: Marginal = Spike()
    tau: Marginal = Spike()
    if heterogeneity:
        at = int(effect)
        over = tuple(axis for axis in range(mass.ndim) if axis != at)
        tau = OnNodes(nodes[at], mass.sum(axis=over), boxes[at])
    if effect:
        centre, scale = _given_tau(data, nodes[1] if heterogeneity else np.array([-np.inf]))
        average = OnMovedNodes(
            nodes[0], mass.reshape(nodes[0].size, centre.size, -1).sum(axis=2), boxes[0], centre, scale
        )
    return Evidence(log_evidence, average, tau)


class _Selection(NamedTuple):
    """A model with weights, and what it has besides."""

    data: Data
    steps: StepWeights
    effect: bool
    heterogeneity: bool

    @property
    def others(self) -> int:
        """Number of parameters besides the weights: the average, if there is an effect, and tau."""
        return int(self.effect) + int(self.heterogeneity)

    def axes(self, reach: float) -> list[Axis]:
        """Return where average and tau are looked for.

        The average is looked for in standard errors from where it lies for one tau without selection: the two are far
        from independent, and with strong selection the average falls without end as tau grows.
        """
        average = [Axis(-reach, reach, -_FARTHEST, _FARTHEST)] if self.effect else []
        return [*average, *([self.data.tau_axis] if self.heterogeneity else [])]


class _Grid(NamedTuple):
    """A log density at every combination of nodes, with the boxes and rules of its axes."""

    boxes: list[tuple[float, float]]
    nodes: list[Floats]
    log: Floats
    rules: list[Floats]


def _over_roots(model: _Selection) -> _Grid | None:
    """Return the density over roots of weights, or None where weights matter that are too small for that."""
    size, axes = model.steps.size, model.axes(8.0)

    def density(grids: list[Floats]) -> Floats:
        return _near_weights(model, grids)

    coarse = [_COARSE] * len(axes) + [6] * size
    try:
        boxes = boxes_of([*axes, *[Axis(0.0, 1.0, 0.0, 1.0)] * size], density, coarse)
        if min(high for _, high in boxes[len(axes) :]) < _TINY:
            return None
        if size == 1 and boxes[-1][0] == 0:
            # One weight has points enough for its logarithm wherever the smallest ones count.
            log = density(rules_on(boxes, coarse)[0])
            if log[..., 0].max() > log.max() - DROP / 2:
                return None
        nodes, rules = rules_on(boxes, [_FINE] * len(axes) + [_WEIGHTS[size]] * size)
        return _Grid(boxes, nodes, density(nodes), rules)
    except _NoNumberHoldsError:
        return None


def _over_logarithms(model: _Selection) -> _Grid:
    """Return the density over log odds of weights."""
    size, reach, data = model.steps.size, 8.0, model.data
    if model.effect:
        # The highest density may be thousands of standard errors away: a box is drawn in to it in fewer looks than it
        # is widened.
        least = data.tau_axis.low if model.heterogeneity else -np.inf
        reach += 2 * float(np.ptp(data.y) / _given_tau(data, np.array([least]))[1][0])
    axes = model.axes(reach)

    def density(grids: list[Floats]) -> Floats:
        return _far_weights(model, grids)

    # Where there is no tau the points that it leaves go to the average.
    coarse, fine = (_COARSE, _FINE) if len(axes) > 1 else (3 * _COARSE, 2 * _FINE)
    everywhere = [*axes, *[Axis(-20.0, 20.0, -1e6, 1e6)] * size]
    boxes = boxes_of(everywhere, density, [coarse] * len(axes) + [8] * size)
    nodes, rules = rules_on(boxes, [fine] * len(axes) + [_FAR_WEIGHTS[size]] * size)
    return _Grid(boxes, nodes, density(nodes), rules)


def _without_weights(model: _Selection, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log density of data, average and tau without selection, the averages and tau2, at points (m, axes)."""
    data, _, effect, heterogeneity = model
    log_tau = points[:, -1] if heterogeneity else np.full(len(points), -np.inf)
    tau2 = np.exp(2 * log_tau)
    centre, scale = _given_tau(data, log_tau) if effect else (np.zeros(len(points)), np.ones(len(points)))
    means = centre + scale * points[:, 0] if effect else centre
    total = data.v + tau2[:, None]
    log = -0.5 * (np.log(2 * np.pi * total) + (data.y - means[:, None]) ** 2 / total).sum(axis=1)
    if effect:
        log = log - 0.5 * (np.log(2 * np.pi) + ((means - data.centre) / data.spread) ** 2)
        log = log + np.log(scale / data.spread)
    if heterogeneity:
        log = log + data.log_prior_of_tau(log_tau)
    return log, means, tau2


def _later(steps: StepWeights) -> Floats:
    """Return how often each weight, as a share of the one before, is a factor of data and prior."""
    counts, size = steps.counts[1:], steps.size
    return np.array([counts[place:].sum() + size - 1.0 - place for place in range(size)])


def _near_weights(model: _Selection, grids: list[Floats]) -> Floats:
    """Return the log density at every combination of average, tau and roots of relative weights."""
    steps, axes = model.steps, model.others
    log, means, tau2 = _without_weights(model, tensor(grids[:axes]))
    roots = tensor(grids[axes:])
    relative = roots**_POWER
    weights = np.column_stack([np.ones(len(relative)), np.cumprod(relative, axis=1)])
    prior = (
        special.gammaln(steps.size + 1)
        + np.log(relative) @ _later(steps)
        + (np.log(_POWER) + np.log(relative / roots)).sum(axis=1)
    )
    chance = _log_chances(steps.shares(means, tau2), weights)
    if not np.isfinite(chance).all():
        raise _NoNumberHoldsError
    return (log[:, None] + prior - chance).reshape([grid.size for grid in grids])


def _far_weights(model: _Selection, grids: list[Floats]) -> Floats:
    """Return the log density where weights may be smaller than any number: all is kept as logarithms.

    The log odds of each relative weight are counted from where selection begins to matter for the average and tau: the
    weights that matter fall with the average by many orders.
    """
    steps, axes = model.steps, model.others
    log, means, tau2 = _without_weights(model, tensor(grids[:axes]))
    inner = tensor(grids[axes:])
    shares = steps.log_shares(means, tau2)
    typical = shares.mean(axis=1)
    start = np.minimum(typical[:, :-1] - typical[:, 1:], 0.0)
    result = np.empty((len(log), len(inner)))
    block = max(1, _AT_ONCE // (model.data.y.size * len(inner)))
    for first in range(0, len(log), block):
        part = slice(first, first + block)
        odds = start[part, None, :] + inner
        relative = special.log_expit(odds)
        first_one = np.zeros((*odds.shape[:2], 1))
        weights = np.concatenate([first_one, np.cumsum(relative, axis=2)], axis=2)
        chance = _log_far_chances(shares[part], weights)
        prior = relative @ (_later(steps) + 1) + special.log_expit(-odds).sum(axis=2)
        result[part] = log[part, None] + special.gammaln(steps.size + 1) + prior - chance
    return result.reshape([grid.size for grid in grids])


def _given_tau(data: Data, log_tau: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the average for values of log(tau) (m,), without selection."""
    _, mean, variance = data.normal(np.exp(2 * log_tau)[:, None], np.zeros((1, 1)), effect=True)
    return mean, np.sqrt(variance)


def _log_far_chances(shares: Floats, weights: Floats) -> Floats:
    """Return what :func:`_log_chances` does of logarithms: shares (m, k, s), weights (m, w, s), result (m, w)."""
    # Products are taken of numbers near 1: of shares as told from typical ones, and of weights that make up for it.
    typical = shares.mean(axis=1, keepdims=True)
    apart, heavy = shares - typical, weights + typical
    top, high = apart.max(axis=2), heavy.max(axis=2)
    chance = np.exp(apart - top[:, :, None]) @ np.exp(heavy - high[:, :, None]).swapaxes(1, 2)
    products = [np.prod(chance[:, group : group + _GROUP], axis=1) for group in range(0, chance.shape[1], _GROUP)]
    with np.errstate(divide="ignore"):
        result = sum(np.log(product) for product in products)
    row, column = np.nonzero(np.min(products, axis=0) < _LEAST)
    factors = chance[row, :, column]
    kept = factors.min(axis=1, initial=1.0) > _LEAST
    result[row[kept], column[kept]] = np.log(factors[kept]).sum(axis=1)
    result += top.sum(axis=1)[:, None] + shares.shape[1] * high
    # Trials that are too unlike each other for that are added up as logarithms.
    row, column = row[~kept], column[~kept]
    result[row, column] = np.logaddexp.reduce(shares[row] + weights[row, column][:, None, :], axis=2).sum(axis=1)
    return result


def _log_chances(shares: Floats, weights: Floats) -> Floats:
    """Return the log of the chance that all trials are published: shares (m, k, s), weights (w, s), result (m, w)."""
    m, k, size = shares.shape
    result = np.empty((m, len(weights)))
    block = max(1, _AT_ONCE // (k * len(weights)))
    for start in range(0, m, block):
        part = shares[start : start + block]
        chance = (part.reshape(-1, size) @ weights.T).reshape(len(part), k, -1)
        groups = range(0, k, _GROUP)
        with np.errstate(divide="ignore"):
            logs = [np.log(np.prod(chance[:, group : group + _GROUP], axis=1)) for group in groups]
        result[start : start + block] = sum(logs)
    return result
