"""Location-scale models: moderators of the average effect and of how much effects differ."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Checks, Floats, one_of
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.moderators.location_scale_likelihood import Likelihood, highest
from ipt_evidence.engine.moderators.regression import read_design
from ipt_evidence.engine.pooling.designs import RegressionOfTrials, orthonormal
from ipt_evidence.engine.pooling.inference import chi2_p, infer
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocationScale(FrozenArrays):
    """A meta-regression in which the between-trial variance, too, depends on moderators.

    Attributes
    ----------
    coefficients, se, statistics, p_values, ci_low, ci_high : ndarray, shape (p + 1,)
        Of the average effect, intercept first; t with k - p - 1 degrees of freedom.
    scale_coefficients, scale_se, scale_statistics, scale_p_values, scale_low, scale_high : ndarray, shape (q + 1,)
        Of log(tau2), intercept first; t with k - q - 1 degrees of freedom. NaN where tau2 is at its bound.
    tau2 : ndarray, shape (k,)
        Between-trial variance at the moderators of each trial.
    lr_statistic, lr_df, lr_p_value : float
        Likelihood-ratio test against one tau2 for all trials.
    at_bound : tuple of str
        ("tau2",) where the likelihood rises for ever as log(tau2) runs off to minus infinity at the moderators of some
        trials, so that its coefficients have no values: tau2 is 0 there, and the trials left cannot tell the
        coefficients; those of the average take these tau2 as known.
    k : int
        Number of trials.
    log_likelihood : float
        At the maximum, with all constants.
    method : str
        The choice made.
    level : float
        Coverage of the intervals.
    """

    coefficients: Floats
    se: Floats
    statistics: Floats
    p_values: Floats
    ci_low: Floats
    ci_high: Floats
    scale_coefficients: Floats
    scale_se: Floats
    scale_statistics: Floats
    scale_p_values: Floats
    scale_low: Floats
    scale_high: Floats
    tau2: Floats
    lr_statistic: float
    lr_df: int
    lr_p_value: float
    at_bound: tuple[str, ...]
    k: int
    log_likelihood: float
    method: str
    level: float


def location_scale(
    effects: ArrayLike,
    variances: ArrayLike,
    scale_moderators: ArrayLike,
    *,
    moderators: ArrayLike | None = None,
    method: str = "REML",
    level: float = 0.95,
) -> LocationScale:
    """Let moderators explain how much effects differ between trials, besides how large they are.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, one per trial.
    scale_moderators : array_like, shape (k,) or (k, q)
        Moderators of the between-trial variance; an intercept is added.
    moderators : array_like, shape (k,) or (k, p), optional
        Moderators of the average; without them it is the same for all trials.
    method : {"REML", "ML"}
        Restricted or full maximum likelihood.
    level : float
        Coverage of the intervals.

    Returns
    -------
    LocationScale
        Coefficients of average and log(tau2), tau2 by trial, the test against one tau2.

    Raises
    ------
    SynthesisError
        If data are unusable, moderators are not finite or linearly dependent, there are not more trials than
        coefficients, a choice is unknown, or no maximum is found.

    Notes
    -----
    Viechtbauer & Lopez-Lopez (2022): log(tau2_i) is linear in the moderators. The highest maximum uphill of the best
    starts is taken: gentle and steep ones along each moderator, and those at which the trials that need a tau2 most
    have it and the others next to none, since all the spread can be that of a few trials at an end. Standard errors of
    the scale are from the observed information, those of the average given tau2. Agrees with metafor's
    ``rma(scale = , test = "t")``: ``tests/oracle``.
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    with Checks(SynthesisError) as checks:
        one_of(checks, "method", method, ("REML", "ML"))
    x = np.ones((y.size, 1)) if moderators is None else read_design(moderators, y.size)
    z = read_design(scale_moderators, y.size, called="scale_moderators")
    basis, triangle = orthonormal(x)
    scale_basis, scale_triangle = orthonormal(z, called="scale_moderators")
    # Every column of length sqrt(k): the search does not depend on units or origins of moderators either.
    back, scale_back = np.linalg.inv(triangle), np.linalg.inv(scale_triangle) * np.sqrt(y.size)
    if y.size <= x.shape[1] + z.shape[1]:
        raise SynthesisError(
            f"a location-scale model with {x.shape[1] + z.shape[1]} coefficients needs more trials, got {y.size}"
        )
    # Effects in units of a typical standard error: the search does not depend on their scale.
    unit = float(np.sqrt(np.median(v)))
    z = scale_basis * np.sqrt(y.size)
    likelihood = Likelihood(y / unit, v / unit**2, basis, z, restricted=method == "REML")
    same = float(estimate_tau2(RegressionOfTrials.of(y[None] / unit, v[None] / unit**2, x), method)[0])
    alpha = highest(likelihood, same, scale_basis.T @ np.ones(y.size) / np.sqrt(y.size))
    tau2 = likelihood.tau2(alpha)
    bound = likelihood.at_bound(alpha)
    tau2 = np.where(bound, 0.0, tau2)
    found = likelihood.value(tau2)
    scale_se = np.full(alpha.size, np.nan)
    if bound.any():
        alpha = np.full(alpha.size, np.nan)
    else:
        scale_se = _standard_errors(likelihood, alpha, scale_back)
    (coefficients,), (root,) = likelihood.location(tau2[None])
    coefficients, se = unit * (back @ coefficients), unit * np.linalg.norm(back @ root, axis=1)
    alpha = scale_back @ alpha
    alpha[0] += 2 * np.log(unit)
    test = infer(coefficients, se, np.full(se.size, float(y.size - x.shape[1])), level, "t")
    scale_test = infer(alpha, scale_se, np.full(alpha.size, float(y.size - z.shape[1])), level, "t")
    statistic = max(2 * (found - likelihood.value(np.full(y.size, same))), 0.0)
    df = z.shape[1] - 1
    return LocationScale(
        coefficients=coefficients,
        se=se,
        **test.plural(),
        scale_coefficients=alpha,
        scale_se=scale_se,
        scale_statistics=scale_test.statistic,
        scale_p_values=scale_test.p_value,
        scale_low=scale_test.ci_low,
        scale_high=scale_test.ci_high,
        tau2=unit**2 * tau2,
        lr_statistic=statistic,
        lr_df=df,
        lr_p_value=chi2_p(statistic, df),
        at_bound=("tau2",) if bound.any() else (),
        k=y.size,
        log_likelihood=found - (y.size - x.shape[1] * (method == "REML")) * float(np.log(unit)),
        method=method,
        level=level,
    )


def _standard_errors(likelihood: Likelihood, alpha: Floats, back: Floats) -> Floats:
    """Return standard errors of ``back @ alpha``."""
    information = -likelihood.at(alpha).hessian
    if np.linalg.eigvalsh(information).min() <= 0:
        raise SynthesisError(
            "the scale is not identified, its information matrix is not positive definite; use fewer moderators"
        )
    return np.asarray(np.sqrt(np.diag(back @ np.linalg.inv(information) @ back.T)))
