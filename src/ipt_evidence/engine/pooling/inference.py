"""Standard errors, intervals and p-values from weighted sums, elementwise over rows of trials."""

from typing import NamedTuple

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats

ON_THE_FIT = 1e-10
"""Share of the effects below which a distance from the fit is taken for rounding."""

AT_A_STEP = 1e-12
"""Share of a p-value or z-value below which its distance from a step is taken for rounding: it is at the step."""


class Inference(NamedTuple):
    """What follows from estimates and their standard errors; arrays of one shape."""

    statistic: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats

    def single(self) -> dict[str, float]:
        """Return by name, in plain numbers, what follows from one estimate."""
        return {name: part.item() for name, part in zip(self._fields, self, strict=True)}

    def plural(self) -> dict[str, Floats]:
        """Return by name, statistic and p-value in the plural, what follows from many."""
        return dict(zip(("statistics", "p_values", "ci_low", "ci_high"), self, strict=True))


def scale_factor(q: Floats, df: Floats, interval: str) -> Floats:
    """Return the factor on the model variance: Q/df for HKSJ, at least 1 for adhoc, 1 for normal or df = 0.

    ``q`` is the generalised Q statistic at the estimated tau2, shape (b,) as ``df``.
    """
    if interval == "normal":
        return np.ones_like(q)
    factor = np.divide(q, df, out=np.ones_like(q), where=df > 0)
    return np.maximum(factor, 1.0) if interval == "adhoc" else factor


def critical_value(df: Floats, level: float, interval: str) -> Floats:
    """Return the two-sided critical value: of t with ``df``, or of the normal if asked for or df = 0."""
    tail = (1 + level) / 2
    normal = special.ndtri(tail)
    if interval == "normal":
        return np.full_like(df, normal)
    if df.size == 1:
        return np.asarray(special.stdtrit(df, tail)) if df.item() > 0 else np.full_like(df, normal)
    # A few distinct degrees of freedom serve any number of rows.
    distinct, place = np.unique(np.where(df > 0, df, 1.0), return_inverse=True)
    return np.where(df > 0, special.stdtrit(distinct, tail)[place], normal)


def infer(estimate: Floats, se: Floats, df: Floats, level: float, interval: str) -> Inference:
    """Test estimates against 0 and put intervals round them, t-based unless ``interval`` is normal.

    A standard error that is not known (NaN) makes everything but the estimate NaN.
    """
    statistic = standardised(estimate, se)
    margin = critical_value(df, level, interval) * se
    p_value = two_sided_p(statistic, np.zeros_like(df) if interval == "normal" else df)
    return Inference(statistic, p_value, estimate - margin, estimate + margin)


def standardised(estimate: Floats, se: Floats) -> Floats:
    """Return estimates over their standard errors.

    A standard error of 0 (HKSJ of equal effects) gives an infinite statistic, or 0 where the estimate is 0 too.
    """
    statistic = np.where(estimate == 0, 0.0, np.copysign(np.inf, estimate))
    return np.divide(estimate, se, out=statistic, where=se != 0)


def two_sided_p(statistic: Floats, df: Floats) -> Floats:
    """Return two-sided p-values: of t with ``df``, or of the normal where df = 0."""
    size, by_t = -np.abs(statistic), df > 0
    if by_t.all():
        return np.asarray(2 * special.stdtr(df, size))
    normal = np.asarray(2 * special.ndtr(size))
    return np.where(by_t, 2 * special.stdtr(np.where(by_t, df, 1.0), size), normal) if by_t.any() else normal


def chi2_p(q: float, df: int) -> float:
    """Return the p-value of a chi-squared statistic, at least 0; NaN without degrees of freedom."""
    return float(special.chdtrc(df, max(q, 0.0))) if df else np.nan


def heterogeneity_q(effects: Floats, variances: Floats) -> float:
    """Return Cochran's Q of effects, shape (k,)."""
    weights = 1 / variances
    residuals = effects - weights @ effects / weights.sum()
    return float(weights @ residuals**2)


def heterogeneity_p(effects: Floats, variances: Floats) -> float:
    """Return the p-value of Cochran's Q of effects, shape (k,), k at least 2."""
    return chi2_p(heterogeneity_q(effects, variances), effects.size - 1)


def overlapping(effects: Floats, variances: Floats, low: Floats, high: Floats, level: float) -> Bools:
    """Return which effects have a normal interval that overlaps with that from ``low`` to ``high``; NaN has none."""
    own_low, own_high = own_intervals(effects, variances, level)
    return np.asarray((own_low <= high) & (own_high >= low))


def own_intervals(effects: Floats, variances: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the limits of the normal interval of each effect."""
    margin = special.ndtri((1 + level) / 2) * np.sqrt(variances)
    return effects - margin, effects + margin


def widened(effects: Floats, variances: Floats, level: float) -> tuple[float, float, float]:
    """Return the mean of two effects or more, as sure as the most precise and less so the further they lie apart.

    It is weighted by precision. Its variance is that of the most precise effect plus the spread of the effects: their
    weighted sample variance ``k / (k - 1) * sum(w * (y - mean)**2) / sum(w)``. So an effect that is the same takes
    nothing from what another showed, and larger variances never narrow the interval: the spread does not depend on
    their size, only on their ratios.

    Returns
    -------
    mean, low, high : float
        The weighted mean and its limits.

    Notes
    -----
    A multiplicative model (Thompson & Sharp 1999) with a floor: for two effects of the same variance the spread is what
    it adds to the variance of the mean, doubled. Where the intervals of two effects meet, it is at most three times as
    wide as the wider of them.
    """
    weights = 1 / variances
    mean = float(weights @ effects / weights.sum())
    spread = effects.size / (effects.size - 1) * heterogeneity_q(effects, variances) / weights.sum()
    half = float(special.ndtri((1 + level) / 2) * np.sqrt(variances.min() + spread))
    return mean, mean - half, mean + half
