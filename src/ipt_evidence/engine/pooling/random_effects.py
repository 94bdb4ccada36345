"""The random-effects average of independent effect sizes, with everything that is reported about it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Bools, Checks, Floats, read_number, short
from ipt_evidence.engine.frozen import frozen
from ipt_evidence.engine.pooling.inference import chi2_p, infer, scale_factor
from ipt_evidence.engine.pooling.inputs import read_synthesis, read_variances
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.subsets import heterogeneity, prediction
from ipt_evidence.engine.pooling.tau2 import estimate_tau2, q_profile, typical_variance
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEffect:
    """An average of independent effect sizes.

    Attributes
    ----------
    k : int
        Number of effect sizes pooled.
    estimate, se : float
        Average effect and its standard error, in the units of the input effects and with their sign.
    ci_low, ci_high : float
        Confidence interval of the average.
    statistic, p_value : float
        Test of an average of 0: t with k-1 degrees of freedom, or z for ``interval="normal"``.
    pi_low, pi_high : float
        Prediction interval: where the true effect of a new, similar trial lies, by t with k-1 degrees of freedom
        whatever ``interval`` is, because tau2 is estimated. NaN for ``k < 3``, where tau2 is next to unknown, and
        for the common-effect model, which knows only one true effect.
    tau2, tau2_low, tau2_high : float
        Variance of true effects between trials, in squared units, and its Q-profile interval, which does not
        depend on ``method``. Both limits NaN: the effects are more alike than chance allows under any tau2.
    i2, i2_low, i2_high : float
        Share of tau2 in the total variance, tau2/(tau2 + typical sampling variance), in percent; for the
        common-effect model (Q - df)/Q. The limits follow from those of tau2.
    h2 : float
        Total over sampling variance, 1/(1 - i2/100); for the common-effect model Q/df.
    q, q_df, q_p_value : float
        Cochran's Q, its degrees of freedom k-1 and its p-value.
    method, interval : str
        The choices made.
    level : float
        Coverage of all intervals.
    """

    k: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float
    pi_low: float
    pi_high: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    i2_low: float
    i2_high: float
    h2: float
    q: float
    q_df: int
    q_p_value: float
    method: str
    interval: str
    level: float


def pool(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", interval: str = "adhoc", level: float = 0.95
) -> PooledEffect:
    """Pool independent effect sizes by a random-effects (or the common-effect) model.

    Parameters
    ----------
    effects : array_like, shape (k,)
        Effect sizes on an additive scale (ratios: their logarithms), one per trial, at least two.
    variances : array_like, shape (k,)
        Sampling variances (not standard errors) of ``effects``, in squared units; all positive.
    method : {"REML", "ML", "DL", "PM", "SJ", "EB", "HE", "HS", "CE"}
        Estimator of the between-trial variance; "CE" is the common-effect model.
    interval : {"HKSJ", "adhoc", "normal"}
        "HKSJ": Hartung-Knapp-Sidik-Jonkman standard error and t with k-1 degrees of freedom; "adhoc": the
        same, the standard error never below that of the model; "normal": the model's standard error and z.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    PooledEffect
        Plain numbers, named as the columns of the tables of results.

    Raises
    ------
    SynthesisError
        If fewer than two effects are given, lengths differ, an effect is not finite, a variance is not
        positive and finite, a choice is unknown, or the estimate of tau2 does not converge.

    Notes
    -----
    Viechtbauer (2005) for tau2; Hartung & Knapp (2001), Sidik & Jonkman (2002) for HKSJ; Higgins, Thompson &
    Spiegelhalter (2009) for the prediction interval, here with k-1 degrees of freedom; Viechtbauer (2007) for
    Q-profile intervals; Higgins & Thompson (2002) for I2 and H2. Equal effects have an HKSJ standard error of
    0, which says that HKSJ cannot be used there, not that the average is certain. Agrees with metafor 3.8-1:
    ``tests/oracle``.

    Examples
    --------
    >>> pooled = pool([0.1, 0.3, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01])
    >>> round(pooled.estimate, 4), round(pooled.tau2, 4)
    (0.3772, 0.0429)
    """
    y, v, level = read_synthesis(effects, variances, method=method, interval=interval, level=level)
    trials = MeanOfTrials.alone(y, v)
    tau2 = estimate_tau2(trials, method)
    at_tau2 = trials.average(tau2)
    estimate = at_tau2.mean
    se = np.sqrt(scale_factor(at_tau2.q, trials.df, interval) / at_tau2.w)
    test = infer(estimate, se, trials.df, level, interval)
    pi = prediction(estimate, se, tau2, trials.k, method=method, level=level)
    at_zero = trials.at_zero
    q, typical = at_zero.q, typical_variance(trials.df, at_zero)
    i2, h2 = heterogeneity(tau2, typical, q, trials.df, method)
    tau2_limits = np.array(q_profile(trials, level))
    i2_limits = 100 * tau2_limits / (tau2_limits + typical)
    return PooledEffect(
        k=y.size,
        estimate=float(estimate[0]),
        se=float(se[0]),
        **test.single(),
        pi_low=float(pi[0][0]),
        pi_high=float(pi[1][0]),
        tau2=float(tau2[0]),
        tau2_low=float(tau2_limits[0]),
        tau2_high=float(tau2_limits[1]),
        i2=float(i2[0]),
        i2_low=float(i2_limits[0]),
        i2_high=float(i2_limits[1]),
        h2=float(h2[0]),
        q=float(q[0]),
        q_df=y.size - 1,
        q_p_value=chi2_p(q.item(), y.size - 1),
        method=method,
        interval=interval,
        level=level,
    )


def weight_percent(variances: ArrayLike, tau2: float) -> Floats:
    """Return the weights that trials have in a pooled average, in percent.

    Parameters
    ----------
    variances : array_like, shape (k,)
        Sampling variances.
    tau2 : float
        Between-trial variance of the synthesis; 0 for the common-effect model.

    Returns
    -------
    ndarray, shape (k,)
        Weights that sum to 100.

    Raises
    ------
    SynthesisError
        If a variance is not positive and finite or ``tau2`` is negative or not finite.
    """
    v = read_variances(variances)
    with Checks(SynthesisError) as checks:
        rule = "zero or positive and finite"
        between = read_number(checks, "tau2", tau2, rule)
        if between < 0:
            checks.note(f"tau2 must be {rule}, got {short(tau2)}")
    return frozen(shares(v, between))


def shares(variances: Floats, tau2: float | Floats, chosen: Bools | bool = True) -> Floats:
    """Return :func:`weight_percent` of what has been checked, (k,) or (n, k): of the chosen trials, 0 for the others.

    A single trial, whose ``tau2`` is not known (NaN), has all the weight.
    """
    weights = chosen / (variances + np.where(np.isnan(tau2), 0.0, tau2))
    total = weights.sum(axis=-1, keepdims=True)
    return np.divide(100 * weights, total, out=np.zeros_like(weights), where=total > 0)
