"""What publication bias may look like, with a prior of how strong it is: weight functions, PET and PEESE."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ipt_evidence.engine.checks import Checks, Floats, positive_number, read_numbers, short, yes_or_no
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True)
class WeightSteps:
    """Results are published the more rarely, the larger their p-value: weights fall from 1, step by step.

    The weights are, before the data, like uniform numbers put in order (a cumulative Dirichlet distribution with all
    parameters 1).

    Attributes
    ----------
    steps : tuple of float
        Increasing p-values at which the weight changes; at most three.
    two_sided : bool
        Whether p-values are two-sided.
    """

    steps: tuple[float, ...]
    two_sided: bool = False

    def __post_init__(self) -> None:
        with Checks(SynthesisError) as checks:
            cuts = read_numbers(checks, "steps", self.steps)
            yes_or_no(checks, "two_sided", self.two_sided)
        possible = cuts.ndim == 1 and 1 <= cuts.size <= 3 and bool(np.all((cuts > 0) & (cuts < 1)))
        if not possible or np.any(np.diff(cuts) <= 0):
            raise SynthesisError(
                f"steps must be one to three increasing p-values between 0 and 1, got {short(self.steps)}"
            )

    @property
    def name(self) -> str:
        """Return what is printed beside results."""
        side = "two" if self.two_sided else "one"
        return f"weights, {side}-sided p " + ", ".join(f"{step:g}" for step in self.steps)


@dataclass(frozen=True, slots=True)
class SlopeOnError:
    """Effects are larger where they are imprecise: by a multiple of the standard error (PET) or variance (PEESE).

    Attributes
    ----------
    power : int
        1 for the standard error, 2 for the variance.
    scale : float
        Of the prior of the multiple, a half-Cauchy, or half-normal, distribution. That of the variance has the unit of
        1 / effects.
    heavy : bool
        Half-Cauchy if True.
    """

    power: int
    scale: float
    heavy: bool = True

    def __post_init__(self) -> None:
        with Checks(SynthesisError) as checks:
            if not isinstance(self.power, int | float | np.number) or self.power not in (1, 2):
                checks.note(f"power must be 1 (standard error) or 2 (variance), got {short(self.power)}")
            object.__setattr__(self, "scale", positive_number(checks, "scale", self.scale))
            yes_or_no(checks, "heavy", self.heavy)

    @property
    def name(self) -> str:
        """Return what is printed beside results."""
        kind = "half-Cauchy" if self.heavy else "half-normal"
        return f"{'PET' if self.power == 1 else 'PEESE'}, {kind}({self.scale:g})"

    def log_density(self, log_slope: Floats) -> Floats:
        """Return the log density of the logarithm of the multiple."""
        x = np.exp(log_slope) / self.scale
        shape = np.log(2 / np.pi) - np.log1p(x**2) if self.heavy else 0.5 * np.log(2 / np.pi) - 0.5 * x**2
        return np.asarray(shape + np.log(x))


BiasPrior = WeightSteps | SlopeOnError

PSMA: tuple[BiasPrior, ...] = (
    WeightSteps((0.05,), two_sided=True),
    WeightSteps((0.05, 0.1), two_sided=True),
    WeightSteps((0.05,)),
    WeightSteps((0.025, 0.05)),
    WeightSteps((0.05, 0.5)),
    WeightSteps((0.025, 0.05, 0.5)),
    SlopeOnError(1, 1.0),
    SlopeOnError(2, 5.0),
)
"""The six weight functions, PET and PEESE of Bartos et al. (2023), for standardised mean differences."""


def check_bias(checks: Checks, bias: object) -> None:
    """Note a breach unless ``bias`` is a sequence of priors of bias."""
    if isinstance(bias, str | bytes) or not isinstance(bias, Sequence):
        checks.note(f"bias must be a sequence of WeightSteps and SlopeOnError, got {short(bias)}; () is for none")
        return
    wrong = [place for place, each in enumerate(bias) if not isinstance(each, BiasPrior)]
    if wrong:
        shown = ", ".join(f"{short(bias[place]):.30}" for place in wrong)
        checks.note(
            f"bias must hold WeightSteps and SlopeOnError, such as SlopeOnError(1, 1.0); positions {wrong} are {shown}"
        )


def shares_of(bias: tuple[BiasPrior, ...]) -> Floats:
    """Return the share of each in the probability of bias: half for weights, half for slopes where both are given."""
    weighs = np.array([isinstance(each, WeightSteps) for each in bias])
    groups = int(weighs.any()) + int((~weighs).any())
    return 1 / (groups * np.where(weighs, max(weighs.sum(), 1), max((~weighs).sum(), 1)))
