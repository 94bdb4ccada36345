"""The evidence for one model of effect, heterogeneity and bias, and what it says of them, by quadrature."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.priors import HeterogeneityPrior, beyond_prior
from ipt_evidence.engine.small_study.bias_priors import BiasPrior, SlopeOnError, WeightSteps
from ipt_evidence.engine.small_study.boxes import DROP, Axis, boxes_of, gauss_of, masses, rules_on, tensor
from ipt_evidence.engine.small_study.marginals import (
    Marginal,
    Mixture,
    NormalMixture,
    OnGrid,
    OnMovedNodes,
    OnNodes,
    Spike,
)
from ipt_evidence.engine.small_study.step_weights import StepWeights
from ipt_evidence.engine.small_study.weight_integral import Summit, summit
from ipt_evidence.errors import SynthesisError

_COARSE, _FINE, _TAUS = 12, 20, 80
_WEIGHTS, _MORE_WEIGHTS = {1: 24, 2: 16, 3: 10}, {1: 48, 2: 24, 3: 16}
"""Nodes along each weight, by how many a model has: beside average and tau, and where one of them or both are 0."""
_A_UNIT, _SLOPES = 2.0, 16.0
"""Nodes along log(tau), if that is more, and along the log of a slope for each unit of it."""
_NEARLY_NONE = 1e-3
"""Of the smallest standard error: over the root of k, the tau below which likelihoods are those without any."""
_FARTHEST = 1e6
"""Standard errors that selection may move an average."""
_VAST = 1e6
"""Times all effects, errors and averages at which a larger tau differs only by the power of it in the likelihood."""
_SPENT = 1e-5
"""Share of the mean of tau that is not looked for beyond where tau is likely."""
_SCANNED = 250
"""Most points that are added to look for an average where there is no tau."""
_LIKELY, _COUNTS = 5.0, 12.0
"""A point whose log density is lower than the highest by more has fewer nodes; or is kept rough, it hardly counts."""
_STANDING = 8
"""Standard errors that stand for those of all trials, and 1.5 more for every time that the variance grows by e."""


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
    def _prior_grid(self) -> tuple[Floats, Floats, float]:
        """Return values of log(tau) (n,), the prior's mass around each, and the log of its constant."""
        grid = np.linspace(*self.prior.limits(), 8001)
        mass, total = masses(self.prior.log_density(grid), [np.full(grid.size, grid[1] - grid[0])])
        return grid, mass, total

    @cached_property
    def nearly_none(self) -> tuple[float, float, Marginal]:
        """Return the log(tau) below which likelihoods do not differ, the prior's mass below it, and how it lies there.

        Half of the prior lies above at least.
        """
        grid, mass, _ = self._prior_grid
        cumulative = np.cumsum(mass)
        least = np.log(_NEARLY_NONE) + 0.5 * float(np.log(self.v.min() / self.y.size))
        size = max(min(int(np.searchsorted(grid, least)), int(np.searchsorted(cumulative, 0.5))), 2)
        below = float(cumulative[size - 1])
        # Between two points of the grid, around which masses lie.
        return float(grid[size - 1] + grid[size]) / 2, below, OnGrid(grid[:size], mass[:size] / (below or 1.0))

    @cached_property
    def _vast(self) -> float:
        sizes = [np.abs(self.y).max(), np.sqrt(self.v.max()), abs(self.centre), self.spread]
        return float(np.log(_VAST * max(sizes)))

    def tau2(self, log_tau: Floats) -> Floats:
        """Return tau squared, held where all that grows with it is the power of tau: larger ones drown the trials."""
        return np.asarray(np.exp(2 * np.minimum(log_tau, self._vast)))

    def log_prior_of_tau(self, log_tau: Floats) -> Floats:
        """Return the log density of log(tau), which integrates to 1, with the likelihood's fall where tau is held."""
        fall = self.y.size * np.maximum(log_tau - self._vast, 0.0)
        return self.prior.log_density(log_tau) - self._prior_grid[2] - fall

    def normal(self, tau2: Floats, slopes: Floats, error: Floats, *, effect: bool) -> tuple[Floats, Floats, Floats]:
        """Return log evidence, mean and variance of the average, (m, n), where effects are moved by slope * error.

        For tau2 (m,), slopes (n,) and error (k,).
        """
        weights = 1 / (self.v + tau2[:, None])
        rest = self.y - (self.centre if effect else 0.0)
        sums = weights @ np.column_stack([rest**2, rest * error, error**2, rest, error, np.ones(rest.size)])
        square, cross, squared_error, pull, drag, total = sums.T[:, :, None]
        log = 0.5 * (np.log(weights) - np.log(2 * np.pi)).sum(axis=1)[:, None]
        log = log - 0.5 * (square - 2 * slopes * cross + slopes**2 * squared_error)
        if not effect:
            return log, np.zeros_like(log), np.zeros_like(log)
        pull, variance = pull - slopes * drag, 1 / (total + self.spread**-2)
        log += 0.5 * (pull**2 * variance - np.log1p(self.spread**2 * total))
        return log, self.centre + pull * variance, variance + np.zeros_like(log)

    def given_tau(self, log_tau: Floats) -> tuple[Floats, Floats, Floats]:
        """Return log evidence, mean and standard deviation of the average for values of log(tau) (m,), without bias."""
        none = np.zeros(1), np.zeros(self.y.size)
        log, mean, variance = self.normal(self.tau2(log_tau), *none, effect=True)
        return log[:, 0], mean[:, 0], np.sqrt(variance[:, 0])

    @cached_property
    def tau_axis(self) -> Axis:
        """Where tau that counts is likely without bias, for a start."""
        low, high = self.nearly_none[0], self.prior.limits()[1]
        grid = np.linspace(low, high, 2001)
        log = self.log_prior_of_tau(grid) + self.given_tau(grid)[0]
        kept = np.flatnonzero(log > log.max() - DROP)
        if not kept.size:
            raise SynthesisError(beyond_prior(self.prior.name))
        first = np.linspace(grid[max(kept[0] - 1, 0)], grid[min(kept[-1] + 1, 2000)], _COARSE)
        return Axis(first, low, high)


class _Density(NamedTuple):
    """A log density over axes, and how finely it is integrated.

    Attributes
    ----------
    rough, exact : callable
        The log density, to find boxes and to integrate.
    coarse, fine : list of int
        Points along each axis for either, at least.
    a_unit : list of float
        More of the latter, if need be, for each unit of the width of a box.
    tau : int
        Which axis is log(tau), if there is one.
    """

    rough: Callable[[list[Floats]], Floats]
    exact: Callable[[list[Floats]], Floats]
    coarse: list[int]
    fine: list[int]
    a_unit: list[float]
    tau: int

    def rules_on(self, boxes: list[tuple[float, float]]) -> tuple[list[Floats], list[Floats]]:
        """Return nodes and weights of each box: the least number, or a multiple that its width needs."""
        widths = [high - low for low, high in boxes]
        parts = zip(self.fine, self.a_unit, widths, strict=True)
        return rules_on(boxes, [least * max(1, int(np.ceil(rate * width / least))) for least, rate, width in parts])

    def times_tau(self) -> "_Density":
        """Return the density times tau."""
        place = self.tau

        def raised(log: Callable[[list[Floats]], Floats]) -> Callable[[list[Floats]], Floats]:
            return lambda grids: log(grids) + grids[place].reshape([-1 if i == place else 1 for i in range(len(grids))])

        return self._replace(rough=raised(self.rough), exact=raised(self.exact))

    def log_integral(self, axes: list[Axis]) -> float:
        """Return the log of the integral over the axes."""
        nodes, rules = self.rules_on(boxes_of(axes, self.rough, self.coarse))
        return masses(self.exact(nodes), rules)[1]


def evidences(data: Data, bias: BiasPrior | None, *, effect: bool) -> tuple[Evidence, Evidence]:
    """Integrate a model without and with heterogeneity over everything that it does not know."""
    without, above = (
        _of_weights(data, bias, effect=effect, heterogeneity=heterogeneity)
        if isinstance(bias, WeightSteps)
        else _of_slope(data, bias, effect=effect, heterogeneity=heterogeneity)
        for heterogeneity in (False, True)
    )
    _, below, tau = data.nearly_none
    if not below:
        return without, above
    # A wide prior puts much on a tau that is as good as none: that part has the likelihood without it.
    parts = np.array([np.log(below) + without.log_evidence, above.log_evidence])
    none, some = special.softmax(parts).tolist()
    average = Mixture((none, without.average), (some, above.average))
    return without, Evidence(float(special.logsumexp(parts)), average, Mixture((none, tau), (some, above.tau)))


def _of_slope(data: Data, bias: SlopeOnError | None, *, effect: bool, heterogeneity: bool) -> Evidence:
    """Integrate a normal model over tau and the slope; over the average it is done by hand."""
    axes = [data.tau_axis] if heterogeneity else []
    if bias is not None:
        middle = float(np.log(bias.scale))
        axes.append(Axis(middle + np.linspace(-14.0, 6.0, 3 * _COARSE), middle - 40.0, middle + 40.0))
    error = np.zeros(data.y.size) if bias is None else data.v ** (bias.power / 2)

    def parts(grids: list[Floats]) -> tuple[Floats, Floats, Floats]:
        tau2 = data.tau2(grids[0]) if heterogeneity else np.zeros(1)
        slopes = np.zeros(1) if bias is None else np.exp(grids[-1])
        log, mean, variance = data.normal(tau2, slopes, error, effect=effect)
        if heterogeneity:
            log = log + data.log_prior_of_tau(grids[0])[:, None]
        if bias is not None:
            log = log + bias.log_density(grids[-1])
        return log.reshape([grid.size for grid in grids]), mean, variance

    def log_density(grids: list[Floats]) -> Floats:
        return parts(grids)[0]

    # Tau and slope make up for each other along a ridge.
    rates = [*([2 * _A_UNIT] if heterogeneity else []), *([] if bias is None else [_SLOPES])]
    sizes = [_COARSE * 3] * len(axes), [_TAUS if bias is None else _TAUS // 2] * len(axes)
    density = _Density(log_density, log_density, *sizes, rates, 0)
    boxes = boxes_of(axes, density.rough, density.coarse)
    nodes, rules = density.rules_on(boxes)
    log, mean, variance = parts(nodes)
    mass, total = masses(log, rules)
    average: Marginal = Spike()
    if effect:
        gaps = np.zeros_like(mean) if bias is None else np.gradient(mean, axis=1)
        average = NormalMixture(*(part.ravel() for part in (mass, mean, variance, gaps)))
    tau: Marginal = Spike()
    if heterogeneity:
        marginal = mass.reshape(nodes[0].size, -1).sum(axis=1)
        beyond = _beyond(density, axes, boxes[0], (nodes[0], marginal, rules[0]), total)
        tau = OnNodes(nodes[0], marginal, boxes[0], beyond)
    return Evidence(total, average, tau)


def _of_weights(data: Data, bias: WeightSteps, *, effect: bool, heterogeneity: bool) -> Evidence:
    """Integrate a selection model over average, tau and, for each pair of them, weights."""
    model = _Selection(data, bias, effect, heterogeneity)
    axes = model.axes()
    # Where there is no tau the points that it leaves go to the average.
    coarse, fine = (_COARSE, _FINE) if len(axes) > 1 else (3 * _COARSE, 2 * _FINE)
    last = len(axes) - 1
    sizes = [coarse] * len(axes), [fine] * len(axes)
    rates = [0.0] * last + [_A_UNIT if heterogeneity else 0.0] if axes else []
    density = _Density(model.rough, model.log_density, *sizes, rates, last)
    boxes = boxes_of(axes, density.rough, density.coarse)
    nodes, rules = density.rules_on(boxes)
    mass, log_evidence = masses(density.exact(nodes), rules)
    average: Marginal = Spike()
    tau: Marginal = Spike()
    if heterogeneity:
        marginal = mass.sum(axis=0) if effect else mass
        beyond = _beyond(density, axes, boxes[-1], (nodes[-1], marginal, rules[-1]), log_evidence)
        tau = OnNodes(nodes[-1], marginal, boxes[-1], beyond)
    if effect:
        _, centre, scale = data.given_tau(nodes[1] if heterogeneity else np.array([-np.inf]))
        average = OnMovedNodes(nodes[0], mass.reshape(nodes[0].size, centre.size), boxes[0], centre, scale)
    return Evidence(log_evidence, average, tau)


def _beyond(
    density: _Density,
    axes: list[Axis],
    box: tuple[float, float],
    found: tuple[Floats, Floats, Floats],
    log_evidence: float,
) -> float:
    """Return what log(tau) above its box adds to the mean of tau, given nodes, masses and weights in it."""
    nodes, mass, rule = found
    weighted = mass * np.exp(nodes)
    before, last = weighted[-2:] / rule[-2:]
    # As much as if it falls on as its last two nodes do.
    step = nodes[-1] - nodes[-2]
    if last == 0 or box[1] >= axes[density.tau].most:
        return 0.0
    if last < before and last * step <= _SPENT * weighted.sum() * np.log(before / last):
        return 0.0
    farther, along = [*axes], axes[density.tau]
    farther[density.tau] = Axis(np.linspace(box[1], along.most, along.first.size), box[1], along.most)
    return float(np.exp(density.times_tau().log_integral(farther) - log_evidence))


class _Selection:
    """A model with weights, and what it has besides."""

    def __init__(self, data: Data, bias: WeightSteps, effect: bool, heterogeneity: bool) -> None:
        def steps(effects: Floats, variances: Floats) -> StepWeights:
            return StepWeights(effects, variances, np.array(bias.steps), two_sided=bias.two_sided)

        self.data, self.effect, self.heterogeneity = data, effect, heterogeneity
        self._steps = steps(data.y, data.v)
        # How rarely a trial is published depends on its standard error alone, smoothly: a few stand for all.
        log_v = np.log(data.v)
        log_v, self._times = gauss_of(log_v, _STANDING + int(1.5 * np.ptp(log_v)))
        self._few = steps(np.zeros(log_v.size), np.exp(log_v))

    def axes(self) -> list[Axis]:
        """Return where average and tau are looked for.

        The average is looked for in standard errors from where it lies for one tau without selection: the two are far
        from independent, and with strong selection the average falls without end as tau grows.
        """
        if not self.effect:
            return [self.data.tau_axis] if self.heterogeneity else []
        if self.heterogeneity:
            return [Axis(np.linspace(-8.0, 8.0, _COARSE), -_FARTHEST, _FARTHEST, 1.0), self.data.tau_axis]
        # Where trials do not differ but effects do, there may be several maxima, thousands of standard errors apart.
        reach = 8 + 2 * float(np.ptp(self.data.y) / self.data.given_tau(np.array([-np.inf]))[2][0])
        first = np.linspace(-reach, reach, 3 * _COARSE + int(min(reach / 8, _SCANNED)))
        return [Axis(first, -_FARTHEST, _FARTHEST, 1.0)]

    def rough(self, grids: list[Floats]) -> Floats:
        """Return about the log density at every combination of average and tau."""
        log, means, tau2 = _without_weights(self, tensor(grids))
        return (log + self._rough_summit(means, tau2).log_normal()).reshape([grid.size for grid in grids])

    def log_density(self, grids: list[Floats]) -> Floats:
        """Return the log density at every combination of average and tau, rough only where it hardly counts."""
        log, means, tau2 = _without_weights(self, tensor(grids))
        near = self._rough_summit(means, tau2)
        result = log + near.log_normal()
        counts = result > result.max() - _COUNTS
        if self.heterogeneity:  # in the mean of tau as well
            weighted = result + np.broadcast_to(grids[-1], [grid.size for grid in grids]).ravel()
            counts |= weighted > weighted.max() - _COUNTS
        kept = np.flatnonzero(counts)
        log_shares = self._steps.log_shares(means[kept], tau2[kept])
        peak = summit(log_shares, np.ones(self.data.y.size), self._steps.counts, near.logs[kept])
        nodes = (_WEIGHTS if len(grids) > 1 else _MORE_WEIGHTS)[self._steps.size]
        likely = result[kept] > result.max() - _LIKELY
        for chosen, size in ((np.flatnonzero(likely), nodes), (np.flatnonzero(~likely), 3 * nodes // 4)):
            result[kept[chosen]] = log[kept[chosen]] + peak.at(chosen).log_integral(size)
        return result.reshape([grid.size for grid in grids])

    def _rough_summit(self, means: Floats, tau2: Floats) -> Summit:
        return summit(self._few.log_shares(means, tau2), self._times, self._steps.counts)


def _without_weights(model: _Selection, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log density of data, average and tau without selection, the averages and tau2, at points (m, axes)."""
    data, effect, heterogeneity = model.data, model.effect, model.heterogeneity
    log_tau = points[:, -1] if heterogeneity else np.full(len(points), -np.inf)
    tau2 = data.tau2(log_tau)
    _, centre, scale = data.given_tau(log_tau)
    means = centre + scale * points[:, 0] if effect else np.zeros(len(points))
    total = data.v + tau2[:, None]
    log = -0.5 * (np.log(2 * np.pi * total) + (data.y - means[:, None]) ** 2 / total).sum(axis=1)
    if effect:
        log = log - 0.5 * (np.log(2 * np.pi) + ((means - data.centre) / data.spread) ** 2)
        log = log + np.log(scale / data.spread)
    if heterogeneity:
        log = log + data.log_prior_of_tau(log_tau)
    return log, means, tau2
