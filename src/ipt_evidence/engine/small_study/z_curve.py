"""z-curve: how often trials like those significant would be significant again. History, with warnings."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import DRAWS, Checks, Floats, whole_number, within
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import AT_A_STEP
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.errors import SynthesisError

_MEANS = np.arange(7.0)
_HIGHEST = 6.0
"""Larger z-values have a power of 1 and no part in the mixture."""
_ROUNDS = 200
_STEPS = 300
_ERR_MARGIN, _EDR_MARGIN = 0.03, 0.05
"""By how much bootstrap limits are moved outwards, after the simulations of its authors."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZCurve(FrozenArrays):
    """What the z-values beyond significance say of the power of trials.

    Attributes
    ----------
    k, k_significant : int
        Trials, and those significant in either direction.
    discovery_rate : float
        Share of the trials given that are significant.
    replication_rate, replication_low, replication_high : float
        Expected replication rate: how many of the significant trials would be significant again, and in the same
        direction, if they were repeated exactly.
    expected_discovery_rate, discovery_low, discovery_high : float
        Mean power of all trials that were ever run, extrapolated from the significant ones. Below ``discovery_rate``,
        if its interval is too, more significant trials are seen than there should be.
    false_discovery_rate : float
        The most of the significant trials that can be false (Soric).
    weights : ndarray, shape (7,)
        Share of the significant trials (z up to 6) with a mean z of 0, 1, ..., 6.
    log_likelihood : float
        Of the significant z-values up to 6 at the maximum.
    draws, seed : int
        Of the bootstrap behind the intervals.
    warnings : tuple of str
        Why the result should not be relied on.
    level : float
        Coverage of the intervals.
    """

    k: int
    k_significant: int
    discovery_rate: float
    replication_rate: float
    replication_low: float
    replication_high: float
    expected_discovery_rate: float
    discovery_low: float
    discovery_high: float
    false_discovery_rate: float
    weights: Floats
    log_likelihood: float
    draws: int
    seed: int
    warnings: tuple[str, ...]
    level: float


def z_curve(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    alpha: float = 0.05,
    draws: int = 500,
    seed: int = 20261129,
    level: float = 0.95,
) -> ZCurve:
    """Fit a z-curve; read its ``warnings``.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances; at least ten trials significant with z up to 6.
    alpha : float
        Two-sided level of significance.
    draws, seed : int
        Bootstrap samples and the seed they are drawn from.
    level : float
        Coverage of the intervals.

    Returns
    -------
    ZCurve
        Expected replication and discovery rate, with what speaks against relying on them.

    Raises
    ------
    SynthesisError
        If data are unusable, fewer than ten trials are significant, ``alpha`` puts significance beyond z = 6, or
        ``draws`` is below 100.

    Notes
    -----
    Bartos & Schimmack (2022): a mixture of normals folded at 0, with means 0 to 6, of z-values beyond significance. The
    likelihood has one maximum in the weights; where the package of the authors stops its search early, this one does
    not, so that values may differ. The replication rate counts a repetition in the same direction only, as the package
    does since its version 1.0.9. Intervals are bootstrap quantiles, of shorter searches as there, moved outwards by
    0.03 and 0.05. It says nothing on the size of an effect. It fails with few significant trials (the discovery rate
    rests on z-values just beyond significance), where p-values were pushed below the level, where z-values of one trial
    are several, and where true power falls between 0 and the lowest means, which the significant z-values do not tell.
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    with Checks(SynthesisError) as checks:
        alpha = within(checks, "alpha", alpha, 0, 1)
        whole_number(checks, "draws", draws, 100, most=DRAWS)
        whole_number(checks, "seed", seed, 0)
    z, edge = np.abs(y) / np.sqrt(v), float(-special.ndtri(alpha / 2))
    if edge >= _HIGHEST:
        raise SynthesisError(f"alpha = {alpha!r} puts significance beyond z = {_HIGHEST:g}, where a z-curve ends")
    # In order: the bootstrap draws by place, and the order of rows must not matter.
    significant = np.sort(z[z >= (1 - AT_A_STEP) * edge])
    fitted = significant[significant < (1 - AT_A_STEP) * _HIGHEST]
    if fitted.size < 10:
        raise SynthesisError(f"a z-curve needs at least 10 significant trials with z below 6, got {fitted.size}")
    power = _power(edge)
    chances = _densities(fitted, edge)
    weights = _maximum(chances)
    inside = np.array([fitted.size / significant.size])
    again, ever = (float(rate[0]) for rate in _rates(weights[None], power, inside))
    (low1, high1), (low2, high2) = _bootstrap(chances, significant.size, power, draws, seed, level).tolist()
    return ZCurve(
        k=y.size,
        k_significant=significant.size,
        discovery_rate=significant.size / y.size,
        replication_rate=again,
        replication_low=max(low1 - _ERR_MARGIN, alpha / 2),
        replication_high=min(high1 + _ERR_MARGIN, 1.0),
        expected_discovery_rate=ever,
        discovery_low=max(low2 - _EDR_MARGIN, alpha),
        discovery_high=min(high2 + _EDR_MARGIN, 1.0),
        false_discovery_rate=min((1 / ever - 1) * alpha / (1 - alpha), 1.0),
        weights=weights,
        log_likelihood=float(np.log(chances @ weights).sum()),
        draws=draws,
        seed=seed,
        warnings=_warnings(significant.size),
        level=level,
    )


def _densities(z: Floats, edge: float) -> Floats:
    """Return the density of each z-value (n,) under each component, folded and cut at significance and 6: (n, 7)."""
    folded = np.exp(-0.5 * (z[:, None] - _MEANS) ** 2) + np.exp(-0.5 * (z[:, None] + _MEANS) ** 2)
    inside = special.ndtr(_HIGHEST - _MEANS) - special.ndtr(edge - _MEANS)
    mirrored = special.ndtr(-edge - _MEANS) - special.ndtr(-_HIGHEST - _MEANS)
    return np.asarray(folded / np.sqrt(2 * np.pi) / (inside + mirrored))


def _maximum(chances: Floats) -> Floats:
    """Return the weights of greatest likelihood: constrained Newton steps (Wang 2007) until none could gain."""
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    count, size = chances.shape
    firm = 1e4
    weights = np.full(size, 1 / size)
    for _ in range(_ROUNDS):
        value = np.log(chances @ weights).sum()
        ratio = chances / (chances @ weights)[:, None]
        if ratio.mean(axis=0).max() - 1 < 1e-10:
            return weights
        rows = np.vstack([ratio / np.sqrt(count), np.full(size, firm)])
        target, _ = optimize.nnls(rows, np.append(np.full(count, 2 / np.sqrt(count)), firm))
        step = target / target.sum() - weights
        for _ in range(60):
            if np.log(chances @ (weights + step)).sum() >= value:
                break
            step = step / 2
        else:
            return weights
        weights = np.maximum(weights + step, 0.0)
    return weights


class _Power(NamedTuple):
    """Of each component (7,): the chance of significance, and of that in the same direction given the first."""

    once: Floats
    again: Floats


def _power(edge: float) -> _Power:
    """Return the power of each component beyond a z-value of either sign."""
    above, below = special.ndtr(_MEANS - edge), special.ndtr(-edge - _MEANS)
    return _Power(above + below, (above**2 + below**2) / (above + below))


def _rates(weights: Floats, power: _Power, inside: Floats) -> tuple[Floats, Floats]:
    """Return expected replication and discovery rate of weights (b, 7), with the share of z-values below 6 (b,)."""
    again = inside * (weights @ power.again) + 1 - inside
    return again, 1 / (inside * (weights @ (1 / power.once)) + 1 - inside)


def _bootstrap(chances: Floats, size: int, power: _Power, draws: int, seed: int, level: float) -> Floats:
    """Return limits of both rates, shape (2, 2); samples are fitted together, by expectation and maximisation."""
    rng = np.random.default_rng(seed)
    n = len(chances)
    counts = rng.multinomial(size, np.append(np.full(n, 1 / size), (size - n) / size), size=draws)[:, :n].astype(float)
    fitted = counts.sum(axis=1)
    weights = np.full((draws, chances.shape[1]), 1 / chances.shape[1])
    for _ in range(_STEPS):
        weights *= (counts / (weights @ chances.T)) @ chances / np.maximum(fitted, 1.0)[:, None]
    return np.quantile(np.array(_rates(weights, power, fitted / size)), [(1 - level) / 2, (1 + level) / 2], axis=1).T


def _warnings(significant: int) -> tuple[str, ...]:
    found = [
        "z-curve is offered to compare with earlier work; it says nothing on the size of an effect",
        "the expected discovery rate extrapolates to trials that nobody saw",
    ]
    if significant < 30:
        found.append(f"{significant} significant trials are few; its authors ask for 30, better 100")
    return tuple(found)
