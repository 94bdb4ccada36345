"""WAAP-WLS: the average of the adequately powered trials."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, within
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.small_study.weighted_line import weighted_regression
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaapWls(FrozenArrays):
    """The weighted average of the adequately powered trials.

    Attributes
    ----------
    k, k_powered : int
        Number of trials and of those with enough power for the average of all.
    powered : ndarray of bool, shape (k,)
        Which they are.
    model : str
        "WAAP" if at least two trials are powered, else "WLS" (all trials).
    estimate, se, statistic, p_value, ci_low, ci_high : float
        Average with multiplicative error, t with one degree of freedom fewer than trials used.
    """

    k: int
    k_powered: int
    powered: Bools
    model: str
    estimate: float
    se: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float


def waap_wls(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    power: float = 0.80,
    alpha: float = 0.05,
    level: float = 0.95,
) -> WaapWls:
    """Average only the trials that could have found the average of all.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least two trials.
    power, alpha : float
        A trial is adequately powered if its two-sided test at ``alpha`` detects the average with this power:
        its standard error is at most |average| / (z(1 - alpha/2) + z(power)), |average| / 2.8016 by default, where
        the literature rounds to 2.80. Two powered trials are enough, as in Stanley et al. (2017).
    level : float
        Coverage of the interval.

    Returns
    -------
    WaapWls
        With fewer than two powered trials the average of all.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 2, or power, alpha or level is impossible.

    Notes
    -----
    Stanley, Doucouliagos & Ioannidis (2017); unrestricted weighted least squares, weights 1/variance.
    """
    y, v = read_effects(effects, variances)
    check_choices(level=level)
    checks = Checks(SynthesisError)
    within(checks, "power", power, 0, 1)
    within(checks, "alpha", alpha, 0, 1)
    checks.finish()
    (average,) = weighted_regression(y, np.ones((y.size, 1)), 1 / v, level)
    needed = special.ndtri(1 - alpha / 2) + special.ndtri(power)
    powered = np.sqrt(v) * needed <= abs(average.estimate)
    model = "WAAP" if powered.sum() >= 2 else "WLS"
    if model == "WAAP":
        (average,) = weighted_regression(y[powered], np.ones((int(powered.sum()), 1)), 1 / v[powered], level)
    return WaapWls(
        k=y.size,
        k_powered=int(powered.sum()),
        powered=powered,
        model=model,
        estimate=average.estimate,
        se=average.se,
        statistic=average.statistic,
        p_value=average.p_value,
        ci_low=average.ci_low,
        ci_high=average.ci_high,
    )
