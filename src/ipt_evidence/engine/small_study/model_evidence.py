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
from ipt_evidence.engine.small_study.weight_integral import summit

_COARSE, _FINE, _SLOPES = 12, 20, 80
_FARTHEST = 1e6
"""Standard errors that selection may move an average."""
_MATTERS = 14.0
"""The log density there is exact up to so far below the highest; roughly worked out it errs by less than 4."""


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
        axes, lambda grids: parts(tensor(grids))[0].reshape([grid.size for grid in grids]), [_COARSE * 3] * len(axes)
    )
    nodes, rules = rules_on(boxes, [_SLOPES] * len(boxes))
    log, mean, variance = parts(tensor(nodes))
    mass, total = masses(log.reshape([each.size for each in nodes]), rules)
    average = NormalMixture(mass.ravel(), mean, variance) if effect else Spike()
    tau = OnNodes(nodes[0], mass.reshape(nodes[0].size, -1).sum(axis=1), boxes[0]) if heterogeneity else Spike()
    return Evidence(total, average, tau)


def _of_weights(data: Data, bias: WeightSteps, *, effect: bool, heterogeneity: bool) -> Evidence:
    """Integrate a selection model over average, tau and, for each pair of them, weights."""
    steps = StepWeights(data.y, data.v, np.array(bias.steps), two_sided=bias.two_sided)
    model = _Selection(data, steps, effect, heterogeneity)
    axes = model.axes()
    # Where there is no tau the points that it leaves go to the average.
    coarse, fine = (_COARSE, _FINE) if len(axes) > 1 else (3 * _COARSE, 2 * _FINE)
    boxes = boxes_of(axes, lambda grids: _log_density(model, grids, rough=True), [coarse] * len(axes))
    nodes, rules = rules_on(boxes, [fine] * len(axes))
    mass, log_evidence = masses(_log_density(model, nodes, rough=False), rules)
    average: Marginal = Spike()
    tau: Marginal = Spike()
    if heterogeneity:
        tau = OnNodes(nodes[-1], mass.sum(axis=0) if effect else mass, boxes[-1])
    if effect:
        centre, scale = _given_tau(data, nodes[1] if heterogeneity else np.array([-np.inf]))
        average = OnMovedNodes(nodes[0], mass.reshape(nodes[0].size, centre.size), boxes[0], centre, scale)
    return Evidence(log_evidence, average, tau)


class _Selection(NamedTuple):
    """A model with weights, and what it has besides."""

    data: Data
    steps: StepWeights
    effect: bool
    heterogeneity: bool

    def axes(self) -> list[Axis]:
        """Return where average and tau are looked for.

        The average is looked for in standard errors from where it lies for one tau without selection: the two are far
        from independent, and with strong selection the average falls without end as tau grows.
        """
        average = [Axis(-8.0, 8.0, -_FARTHEST, _FARTHEST)] if self.effect else []
        return [*average, *([self.data.tau_axis] if self.heterogeneity else [])]


def _log_density(model: _Selection, grids: list[Floats], *, rough: bool) -> Floats:
    """Return the log density at every combination of average and tau, exact wherever it matters unless rough."""
    log, means, tau2 = _without_weights(model, tensor(grids))
    peak = summit(model.steps.log_shares(means, tau2), model.steps.counts)
    result = log + peak.log_normal()
    if not rough:
        near = np.flatnonzero(result > result.max() - _MATTERS)
        result[near] = log[near] + peak.at(near).log_integral()
    return result.reshape([grid.size for grid in grids])


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


def _given_tau(data: Data, log_tau: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the average for values of log(tau) (m,), without selection."""
    _, mean, variance = data.normal(np.exp(2 * log_tau)[:, None], np.zeros((1, 1)), effect=True)
    return mean, np.sqrt(variance)
