"""PET-PEESE: the effect that a trial without sampling error would be expected to show."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Checks, within
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.small_study.weighted_line import HeldCoefficient, no_surer_than_sampling, weighted_line
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True)
class PetPeese:
    """The two regressions and the rule that chooses between them.

    Attributes
    ----------
    k : int
        Number of trials.
    pet : HeldCoefficient
        Intercept of the regression on standard errors (precision-effect test).
    peese : HeldCoefficient
        Intercept of the regression on variances.
    chosen : str
        "peese" if PET finds an effect, else "pet". This goes by the test as published, from ``pet.se`` whatever its
        size, so that the estimate is that of other software; without one, where all effects lie on the line, it is
        "pet".
    """

    k: int
    pet: HeldCoefficient
    peese: HeldCoefficient
    chosen: str


def pet_peese(effects: ArrayLike, variances: ArrayLike, *, alpha: float = 0.10, level: float = 0.95) -> PetPeese:
    """Extrapolate effects to a standard error of zero.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials of different precision.
    alpha : float
        PEESE is chosen if the two-sided p-value of PET is below this. 0.10 is the usual one-sided test at
        5%, taken in the direction of the estimate.
    level : float
        Coverage of the intervals.

    Returns
    -------
    PetPeese
        Both intercepts with t tests on k-2 degrees of freedom.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3, all variances are equal, or alpha or level is impossible.

    Notes
    -----
    Stanley & Doucouliagos (2014): weighted least squares with weights 1/variance and multiplicative error. Theirs lets
    that error fall below 1; that test and interval do not follow it there is ours, after Thompson & Sharp (1999).
    PET is biased towards 0 where there is an effect, PEESE away from it where there is none. Both are
    unreliable with few trials, with large heterogeneity, and for standardised mean differences of small
    trials.
    """
    y, v, level = read_synthesis(effects, variances, at_least=3, level=level)
    with Checks(SynthesisError) as checks:
        alpha = within(checks, "alpha", alpha, 0, 1)
    pet, _ = weighted_line(y, np.sqrt(v), 1 / v, level, called="standard errors")
    peese, _ = weighted_line(y, v, 1 / v, level, called="variances")
    return PetPeese(
        k=y.size,
        pet=no_surer_than_sampling(pet, y.size - 2, level),
        peese=no_surer_than_sampling(peese, y.size - 2, level),
        chosen="peese" if pet.p_value < alpha else "pet",
    )
