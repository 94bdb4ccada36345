"""Prior distributions of the between-trial standard deviation, weakly informative and published."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from ipt_evidence.engine.checks import RANGE, Checks, Floats, positive_number, short, within
from ipt_evidence.errors import SynthesisError


class HeterogeneityPrior(Protocol):
    """A proper prior for the between-trial standard deviation tau."""

    @property
    def name(self) -> str:
        """Return the prior as it is printed beside results."""

    def log_density(self, log_tau: Floats) -> Floats:
        """Return the log density of log(tau), constants left out."""

    def limits(self, power: float = 0.0) -> tuple[float, float]:
        """Return values of log(tau) outside which no data put any probability, weighted by ``tau**power``.

        The upper one is infinite where tau has no mean of that power.
        """


def check_prior(checks: Checks, prior: object) -> None:
    """Note a breach unless ``prior`` is a prior of tau, not the name or the class of one, or None."""
    parts = ("name", "log_density", "limits")
    if prior is not None and (isinstance(prior, type) or not all(hasattr(prior, part) for part in parts)):
        checks.note(
            f"prior must be a prior of tau, such as HalfNormal(0.5), got {short(prior)}; leave it out for the default"
        )


def beyond_prior(name: str) -> str:
    """Return what is said where effects and a prior have nothing in common."""
    return (
        f"the effects lie so far from what the prior, {name}, expects that rounding hides the posterior; check "
        "units or choose another prior"
    )


def _positive(prior: object, *names: str) -> None:
    """Read fields that must be positive."""
    with Checks(SynthesisError) as checks:
        for name in names:
            object.__setattr__(prior, name, positive_number(checks, name, getattr(prior, name)))


def _log_scale(prior: object, name: str) -> None:
    """Read a field that must be the logarithm of a variance that can be computed with."""
    with Checks(SynthesisError) as checks:
        most = 2 * np.log(RANGE)
        object.__setattr__(prior, name, within(checks, name, getattr(prior, name), -most, most))


@dataclass(frozen=True, slots=True)
class HalfNormal:
    """tau is the size of a normal deviate with mean 0.

    Attributes
    ----------
    scale : float
        Standard deviation of the deviate, in units of the effects: tau is below ``2 * scale`` with
        probability .95. 0.5 is weakly informative for standardised mean differences and log odds ratios.
    """

    scale: float = 0.5

    def __post_init__(self) -> None:
        _positive(self, "scale")

    @property
    def name(self) -> str:
        """Return the prior as it is printed beside results."""
        return f"half-normal({self.scale:g}) for tau"

    def log_density(self, log_tau: Floats) -> Floats:
        """Return the log density of log(tau), constants left out."""
        return log_tau - 0.5 * (np.exp(log_tau) / self.scale) ** 2

    def limits(self, power: float = 0.0) -> tuple[float, float]:
        """Return values of log(tau) outside which no data put any probability, weighted by ``tau**power``."""
        return np.log(self.scale) - 33.0, np.log(self.scale) + 12.0


@dataclass(frozen=True, slots=True)
class LogNormal:
    """log(tau2) is normal.

    Attributes
    ----------
    mean, sd : float
        Mean and standard deviation of log(tau2).
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _log_scale(self, "mean")
        _positive(self, "sd")

    @property
    def name(self) -> str:
        """Return the prior as it is printed beside results."""
        return f"log-normal({self.mean:g}, {self.sd:g}^2) for tau2"

    def log_density(self, log_tau: Floats) -> Floats:
        """Return the log density of log(tau), constants left out."""
        return -0.5 * ((2 * log_tau - self.mean) / self.sd) ** 2

    def limits(self, power: float = 0.0) -> tuple[float, float]:
        """Return values of log(tau) outside which no data put any probability, weighted by ``tau**power``."""
        # Weighted, log(tau2) is normal with the same deviation, further up.
        return (self.mean - 30 * self.sd) / 2, (self.mean + power * self.sd**2 / 2 + 30 * self.sd) / 2


@dataclass(frozen=True, slots=True)
class LogStudentT:
    """log(tau2) is a Student t deviate with 5 degrees of freedom, moved and stretched.

    Attributes
    ----------
    location, scale : float
        Location and scale of log(tau2).
    """

    location: float
    scale: float

    def __post_init__(self) -> None:
        _log_scale(self, "location")
        _positive(self, "scale")

    @property
    def name(self) -> str:
        """Return the prior as it is printed beside results."""
        return f"log-t5({self.location:g}, {self.scale:g}) for tau2"

    def log_density(self, log_tau: Floats) -> Floats:
        """Return the log density of log(tau), constants left out."""
        return -3 * np.log1p(((2 * log_tau - self.location) / self.scale) ** 2 / 5)

    def limits(self, power: float = 0.0) -> tuple[float, float]:
        """Return values of log(tau) outside which no data put any probability, weighted by ``tau**power``."""
        # Its tail, a power of log(tau), bears no power of tau.
        high = np.inf if power > 0 else (self.location + 60 * self.scale) / 2
        return (self.location - 60 * self.scale) / 2, high


@dataclass(frozen=True, slots=True)
class InverseGamma:
    """1/tau has a gamma distribution.

    Attributes
    ----------
    shape, scale : float
        Shape, and scale in units of the effects. 1 and 0.15 fit the heterogeneity of standardised mean differences in
        psychology (van Erp et al. 2017), the default of model-averaged meta-analysis.
    """

    shape: float = 1.0
    scale: float = 0.15

    def __post_init__(self) -> None:
        _positive(self, "shape", "scale")

    @property
    def name(self) -> str:
        """Return the prior as it is printed beside results."""
        return f"inverse-gamma({self.shape:g}, {self.scale:g}) for tau"

    def log_density(self, log_tau: Floats) -> Floats:
        """Return the log density of log(tau), constants left out."""
        return -self.shape * log_tau - self.scale * np.exp(-log_tau)

    def limits(self, power: float = 0.0) -> tuple[float, float]:
        """Return values of log(tau) outside which no data put any probability, weighted by ``tau**power``."""
        # The density of tau falls with its power -(shape + 1).
        high = np.inf if power >= self.shape else np.log(self.scale) + 45.0 / (self.shape - power)
        return np.log(self.scale) - 7.0, high


TURNER_MENTAL_HEALTH = MappingProxyType(
    {
        "non-pharmacological vs control": LogNormal(-2.34, 1.72),
        "non-pharmacological vs pharmacological": LogNormal(-1.09, 1.27),
        "non-pharmacological vs non-pharmacological": LogNormal(-1.67, 1.47),
    }
)
"""Priors for log odds ratios of mental health indicators, by comparison: Turner et al. (2015), Table IV."""

RHODES_GENERAL = LogStudentT(-3.44, 2.59)
"""Prior for standardised mean differences in health care at large: Rhodes et al. (2015), section 3.3.

Their entry for mental health outcomes of non-pharmacological treatments is not offered: its printed location
-3.85 is 1.00 away from where the other cells of their additive model put it, and a misprint would make every
synthesis with it too sure.
"""

PUBLISHED: Mapping[str, HeterogeneityPrior] = MappingProxyType(
    {
        "rhodes_2015_general": RHODES_GENERAL,
        "turner_2015_v_control": TURNER_MENTAL_HEALTH["non-pharmacological vs control"],
        "turner_2015_v_pharmacological": TURNER_MENTAL_HEALTH["non-pharmacological vs pharmacological"],
        "turner_2015_v_non_pharmacological": TURNER_MENTAL_HEALTH["non-pharmacological vs non-pharmacological"],
    }
)
"""The published priors by name."""
