"""The network estimates of all pairwise comparisons."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.networks.contrasts import Contrasts, components, read_contrasts
from ipt_evidence.engine.networks.model import Fit, check_method, expand, fit, tau2_of, treatment_columns, trials_of
from ipt_evidence.engine.pooling.inference import chi2_p, infer
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.engine.pooling.subsets import heterogeneity, prediction
from ipt_evidence.engine.pooling.tau2 import q_profile, typical_variance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkEstimates(FrozenArrays):
    """All pairwise comparisons of a network.

    Entry ``[i, j]`` of every matrix compares treatment i with treatment j (i minus j). It is 0 (p-value 1) on
    the diagonal and NaN where no chain of trials joins the two treatments.

    Attributes
    ----------
    treatments : tuple of str
        Order of rows and columns: the reference first, the others sorted.
    components : tuple of tuple of str
        Connected parts of the network; more than one means that treatments of different parts cannot be
        compared.
    k : int
        Number of trials.
    n_contrasts : int
        Independent contrasts: arms minus one, summed over trials.
    estimate, se, statistic, p_value, ci_low, ci_high : ndarray, shape (t, t)
        Network estimates with tests against 0 and confidence intervals.
    pi_low, pi_high : ndarray, shape (t, t)
        Prediction intervals for the effect in a new trial, by t with ``q_df`` degrees of freedom whatever
        ``interval`` is, because tau2 is estimated; all NaN for ``q_df < 2`` and for the common-effect model.
    tau2, tau2_low, tau2_high : float
        Variance of the true effects between trials, the same for every comparison, and its Q-profile
        interval. Without degrees of freedom nothing is known of it: all three are NaN, and intervals cover
        sampling error only. The common-effect model has none: tau2 is 0 by definition.
    i2 : float
        Share of tau2 in the total variance, percent; for the common-effect model (Q - df)/Q. NaN without degrees
        of freedom.
    q, q_df, q_p_value : float
        Generalised Q of the whole network (heterogeneity and inconsistency); the p-value is NaN without df.
    adjustment : float
        Largest change, in standard errors, that was needed to make the effects of a multi-arm trial add up.
    method, interval : str
        The choices made.
    level : float
        Coverage of all intervals.
    """

    treatments: tuple[str, ...]
    components: tuple[tuple[str, ...], ...]
    k: int
    n_contrasts: int
    estimate: Floats
    se: Floats
    statistic: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    pi_low: Floats
    pi_high: Floats
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    q: float
    q_df: int
    q_p_value: float
    adjustment: float
    method: str
    interval: str
    level: float


def network(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    *,
    reference: str | None = None,
    method: str = "REML",
    interval: str = "normal",
    level: float = 0.95,
) -> NetworkEstimates:
    """Compare all treatments of a network by frequentist random-effects network meta-analysis.

    Parameters
    ----------
    effects : array_like, shape (c,)
        Effect of ``treatments1`` minus that of ``treatments2``, on an additive scale.
    variances : array_like, shape (c,)
        Sampling variances (not standard errors) of ``effects``.
    treatments1, treatments2 : array_like of str, shape (c,)
        The two treatments of each contrast.
    studies : array_like of str, shape (c,)
        The trial each contrast comes from. A trial of m arms gives all m(m-1)/2 pairwise contrasts, in any
        direction: their variances determine the covariances, cov(ij, il) = (v_ij + v_il - v_jl)/2.
    reference : str, optional
        The treatment to put first, so that column 0 of the results compares every treatment with it.
    method : {"REML", "ML", "DL", "PM", "EB", "HE", "HS", "CE"}
        Estimator of the between-trial variance, which all comparisons share.
    interval : {"normal", "HKSJ", "adhoc"}
        As in :func:`ipt_evidence.synthesis.pool`; normal by default, as network software does. Without degrees of
        freedom there is no Q to adjust by: the interval is then normal, and the result says so.
    level : float
        Coverage of the intervals.

    Returns
    -------
    NetworkEstimates
        Matrices over all pairs of treatments. A disconnected network is reported by component: one tau2
        serves all components (fit them separately to let it differ), comparisons across components are NaN.

    Raises
    ------
    SynthesisError
        If numbers or labels are unusable, a multi-arm trial lacks a pairwise contrast or gives one twice, its
        variances cannot belong to one set of arms (no arm variances reproduce them within 25%), its effects
        do not add up (one lies more than half a standard error from what the others imply), a choice is
        unknown, or all effects agree exactly so that HKSJ leaves nothing to test against.

    Notes
    -----
    Random effects of two contrasts that share a trial and an arm correlate 1/2, so that every comparison
    varies by tau2 (Lu & Ades 2004; Ruecker 2012 for the equivalent graph). Effects of multi-arm trials that
    add up only nearly, as standardised differences with pairwise standard deviations do, are replaced by the
    closest set that does. HKSJ multiplies all variances by Q(tau2)/df (Jackson & Riley 2014). A network of two
    treatments is the meta-analysis of :func:`ipt_evidence.synthesis.pool`. Agrees with metafor's rma.mv, prediction
    intervals with test="t": ``tests/oracle``.

    Examples
    --------
    >>> found = network([0.6, 0.4], [0.04, 0.05], ["exercise", "diet"], ["waitlist", "waitlist"], ["A", "B"])
    >>> found.treatments
    ('diet', 'exercise', 'waitlist')
    >>> round(float(found.estimate[1, 0]), 3), round(float(found.se[1, 0]), 3)
    (0.2, 0.3)
    """
    level = check_choices(interval=interval, level=level)
    check_method(method)
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies, reference=reference)
    design = treatment_columns(contrasts)
    df = len(contrasts.effects) - design.shape[1]
    tau2 = tau2_of(contrasts, design, method)
    fitted = fit(contrasts, design, tau2)
    q = fit(contrasts, design, 0.0).q
    return NetworkEstimates(
        treatments=contrasts.treatments,
        components=tuple(tuple(contrasts.treatments[place] for place in members) for members in components(contrasts)),
        k=len(contrasts.studies),
        n_contrasts=len(contrasts.effects),
        **_comparisons(contrasts, fitted, df, tau2, method=method, interval=interval, level=level),
        **_heterogeneity(contrasts, design, tau2, q, method=method, level=level),
        q=q,
        q_df=df,
        q_p_value=chi2_p(q, df),
        adjustment=contrasts.adjustment,
        method=method,
        interval=interval if df else "normal",
        level=level,
    )


def joined(contrasts: Contrasts) -> Bools:
    """Return which pairs of treatments a chain of trials connects, shape (t, t)."""
    label = np.zeros(len(contrasts.treatments))
    for number, members in enumerate(components(contrasts)):
        label[list(members)] = number
    return np.asarray(label[:, None] == label[None, :])


def _comparisons(
    contrasts: Contrasts, fitted: Fit, df: int, tau2: float, *, method: str, interval: str, level: float
) -> dict[str, Any]:
    position = expand(contrasts, fitted.coefficients)
    root = expand(contrasts, fitted.root)
    degrees = np.array([float(df)])
    estimate = position[:, None] - position[None, :]
    se = fitted.stretch(df, interval) * np.linalg.norm(root[:, None, :] - root[None, :, :], axis=2)
    test = infer(estimate, se, degrees, level, interval)
    low, high = prediction(estimate, se, np.full_like(se, tau2), degrees + 1, method=method, level=level)
    found = {"estimate": estimate, "se": se, **test._asdict(), "pi_low": low, "pi_high": high}
    itself = np.eye(len(contrasts.treatments), dtype=bool)
    known = joined(contrasts)
    for name, matrix in found.items():
        on_diagonal = 1.0 if name == "p_value" else 0.0
        undefined = np.isnan(matrix) if name.startswith("pi_") else False
        found[name] = np.where(known, np.where(itself & ~undefined, on_diagonal, matrix), np.nan)
    return found


def _heterogeneity(
    contrasts: Contrasts, design: Floats, tau2: float, q: float, *, method: str, level: float
) -> dict[str, Any]:
    if len(contrasts.effects) == design.shape[1]:
        return {"tau2": 0.0 if method == "CE" else np.nan, "tau2_low": np.nan, "tau2_high": np.nan, "i2": np.nan}
    trials = trials_of(contrasts, design)
    low, high = q_profile(trials, level)
    i2, _ = heterogeneity(
        np.array([tau2]), typical_variance(trials.df, trials.at_zero), np.array([q]), trials.df, method
    )
    return {"tau2": tau2, "tau2_low": low, "tau2_high": high, "i2": float(i2[0])}
