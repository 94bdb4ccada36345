"""WAAP-WLS: the average of the adequately powered trials."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, Floats, within
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.small_study.weighted_line import no_surer_than_sampling, weighted_regression
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
    estimate, se : float
        Average and its standard error with multiplicative error; NaN where all effects used are equal.
    sampling_se : float
        Standard error that sampling error alone gives, were all true effects equal.
    held_at_sampling : bool
        Whether the other is below it or NaN: the multiplicative error is below 1. Test and interval then rest on
        ``sampling_se``.
    statistic, p_value, ci_low, ci_high : float
        Test and interval by t with one degree of freedom fewer than trials used.
    """

    k: int
    k_powered: int
    powered: Bools
    model: str
    estimate: float
    se: float
    sampling_se: float
    held_at_sampling: bool
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float


def waap_wls(
    effects: ArrayLike, variances: ArrayLike, *, power: float = 0.80, alpha: float = 0.05, level: float = 0.95
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
        If data are unusable, k < 2, power, alpha or level is impossible, or power is not above alpha/2.

    Notes
    -----
    Stanley, Doucouliagos & Ioannidis (2017); unrestricted weighted least squares, weights 1/variance. Theirs lets
    the multiplicative error fall below 1; that test and interval do not follow it there is ours, after Thompson & Sharp
    (1999).
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    with Checks(SynthesisError) as checks:
        power = within(checks, "power", power, 0, 1)
        alpha = within(checks, "alpha", alpha, 0, 1)
    if power <= alpha / 2:
        raise SynthesisError(
            f"power must be above alpha/2, which every trial has, got power {power!r} and alpha {alpha!r}; raise power "
            "or lower alpha"
        )
    average = _average(y, v, level)
    needed = special.ndtri(power) - special.ndtri(alpha / 2)
    powered = np.sqrt(v) * needed <= abs(average["estimate"])
    model = "WAAP" if powered.sum() >= 2 else "WLS"
    if model == "WAAP":
        average = _average(y[powered], v[powered], level)
    return WaapWls(k=y.size, k_powered=int(powered.sum()), powered=powered, model=model, **average)


def _average(y: Floats, v: Floats, level: float) -> dict[str, Any]:
    """Return the weighted mean, both standard errors, and test and interval from the larger."""
    (mean,) = weighted_regression(y, np.ones((y.size, 1)), 1 / v, level)
    found = asdict(no_surer_than_sampling(mean, y.size - 1, level))
    del found["dispersion"]
    return found
