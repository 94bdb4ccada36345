"""Meta-regression on a network: comparisons that depend on a moderator of the trials."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Checks, Floats, columns, one_of, read_number
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.labels import read_names
from ipt_evidence.engine.networks.contrasts import Contrasts, components, one_per_study, read_contrasts
from ipt_evidence.engine.networks.model import (
    DEPENDENT,
    Estimable,
    check_method,
    fit_estimable,
    tau2_of,
    treatment_columns,
)
from ipt_evidence.engine.pooling.inference import chi2_p
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.errors import SynthesisError

INTERACTIONS = ("common", "separate")
_LOST = 1e-14
"""Share of the largest standard error of a combination of slopes below which another is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkRegression(FrozenArrays):
    """Comparisons of a network at one value of a moderator, and how they change with it.

    Attributes
    ----------
    treatments : tuple of str
        Order of rows and columns: the reference first, the others sorted.
    at : float
        Value of the moderator at which the comparisons hold.
    estimate, se, statistic, p_value, ci_low, ci_high : ndarray, shape (t, t)
        Row treatment minus column treatment there; NaN where the trials of a treatment do not tell its effect from its
        slope, so that nothing is known of it at another value of the moderator than theirs.
    slope, slope_se, slope_statistic, slope_p_value, slope_low, slope_high : ndarray, shape (t,)
        By how much the effect of each treatment against the reference changes with one unit of the moderator, 0 for the
        reference; NaN where the trials do not tell.
    qm, qm_df, qm_p_value : float
        Test that no effect changes: chi-squared, or F with ``q_df`` unless ``interval`` is normal.
    tau2 : float
        Variance between trials that is left; NaN without degrees of freedom.
    tau2_without : float
        That of the network without the moderator.
    q, q_df, q_p_value : float
        Generalised Q of what is left; the p-value is NaN without degrees of freedom.
    interaction, method, interval : str
        The choices made.
    level : float
        Coverage of the intervals.
    """

    treatments: tuple[str, ...]
    at: float
    estimate: Floats
    se: Floats
    statistic: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    slope: Floats
    slope_se: Floats
    slope_statistic: Floats
    slope_p_value: Floats
    slope_low: Floats
    slope_high: Floats
    qm: float
    qm_df: int
    qm_p_value: float
    tau2: float
    tau2_without: float
    q: float
    q_df: int
    q_p_value: float
    interaction: str
    method: str
    interval: str
    level: float


def network_regression(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    moderators: ArrayLike,
    *,
    reference: str | None = None,
    interaction: str = "common",
    at: float | None = None,
    method: str = "REML",
    interval: str = "normal",
    level: float = 0.95,
) -> NetworkRegression:
    """Let the comparisons of a network depend on a moderator of its trials.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies, method, interval, level
        As in :func:`ipt_evidence.synthesis.network`.
    moderators : array_like, shape (c,)
        One number per contrast, the same for all contrasts of a trial.
    reference : str, optional
        Treatment against which effects change; the first of the sorted ones if not given. Choose the one all others are
        compared with: under "common" comparisons between the others do not change.
    interaction : {"common", "separate"}
        One slope for all treatments against the reference, or one for each, where trials of it differ in the moderator.
    at : float, optional
        Value of the moderator at which to report the comparisons; the mean over trials if not given.

    Returns
    -------
    NetworkRegression
        Comparisons at one value of the moderator, slopes and their joint test.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.network`, or if a moderator is not finite or differs within a trial, the
        network falls into several components, no slope is determined, or ``interaction`` is unknown.

    Notes
    -----
    Dias et al. (2013) for both interactions. Trials were not drawn by their moderator: slopes compare
    trials, not people. Agrees with metafor's rma.mv: ``tests/oracle``.
    """
    level = check_choices(interval=interval, level=level)
    check_method(method)
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies, reference=reference)
    x, where = _read_moderator(contrasts, moderators, studies, np.size(effects), interaction, at)
    middle = float(x.mean())
    size = len(contrasts.treatments)
    # Slopes of the deviation from the middle, which keeps its digits however far the origin lies; those of the
    # reference are 0.
    # The others gain together what the reference loses, and exactly nothing in trials without it.
    gaining = -contrasts.design[:, :1] if interaction == "common" else contrasts.design[:, 1:]
    gains = gaining * (x - middle)[contrasts.study][:, None]
    found = fit_estimable(contrasts, np.column_stack([contrasts.design[:, 1:], gains]), method)
    own = np.eye(gains.shape[1])[np.zeros(size - 1, dtype=int) if interaction == "common" else np.arange(size - 1)]
    position = np.column_stack([np.eye(size - 1), (where - middle) * own])
    position = np.vstack([np.zeros(position.shape[1]), position])
    slopes = np.column_stack([np.zeros((size, size - 1)), np.vstack([np.zeros(gains.shape[1]), own])])
    estimate, se, test = found.test(position[:, None] - position[None, :], interval, level)
    slope, slope_se, slope_test = found.test(slopes, interval, level)
    qm, qm_df, qm_p = _joint(found, size - 1, interval)
    df = found.df
    design = treatment_columns(contrasts)
    return NetworkRegression(
        treatments=contrasts.treatments,
        at=where,
        estimate=estimate,
        se=se,
        **test._asdict(),
        slope=slope,
        slope_se=slope_se,
        slope_statistic=slope_test.statistic,
        slope_p_value=slope_test.p_value,
        slope_low=slope_test.ci_low,
        slope_high=slope_test.ci_high,
        qm=qm,
        qm_df=qm_df,
        qm_p_value=qm_p,
        tau2=found.tau2 if df or method == "CE" else np.nan,
        tau2_without=tau2_of(contrasts, design, method) if len(contrasts.effects) > design.shape[1] else np.nan,
        q=found.q_common,
        q_df=df,
        q_p_value=chi2_p(found.q_common, df),
        interaction=interaction,
        method=method,
        interval=interval if df else "normal",
        level=level,
    )


def _read_moderator(
    contrasts: Contrasts, moderators: ArrayLike, studies: ArrayLike, size: int, interaction: str, at: float | None
) -> tuple[Floats, float]:
    """Return the moderator of each trial, shape (k,), and where it is held: at its mean if ``at`` is None."""
    with Checks(SynthesisError) as checks:
        (given,) = columns(checks, moderators=moderators)
        names = read_names(checks, "studies", studies, size)
        if given.size != size:
            checks.note(f"moderators must have one number per contrast, shape ({size},), got shape {given.shape}")
        one_of(checks, "interaction", interaction, INTERACTIONS)
        where = None if at is None else read_number(checks, "at", at)
        if len(components(contrasts)) > 1:
            checks.note("moderators need a connected network; fit each component by itself")
    x = one_per_study(contrasts.studies, names, given, "moderators")
    return x, float(x.mean()) if where is None else where


def _joint(found: Estimable, first: int, interval: str) -> tuple[float, int, float]:
    """Test all slopes, the coefficients from ``first`` on, as far as the trials determine them."""
    # Combinations of slopes that hold nothing of what the trials do not tell.
    left, value, _ = np.linalg.svd(found.unknown[first:], full_matrices=True)
    known = left[:, int(np.sum(value > DEPENDENT)) :].T
    if not known.size:
        raise SynthesisError(
            "no slope can be told from the treatments: trials of one comparison do not differ in the moderator"
        )
    rows = np.column_stack([np.zeros((len(known), first)), known * found.scale[first:]])
    estimate, _ = found.combine(rows)
    root = rows @ found.root
    turn, size, _ = np.linalg.svd(root, full_matrices=False)
    if size[-1] <= _LOST * size[0]:
        raise SynthesisError(
            "variances range too widely for a regression on this network: rounding hides the test of its slopes; leave "
            "out the least precise trials"
        )
    chi2 = float(np.sum((estimate @ turn / size) ** 2))
    if interval == "normal" or not found.df:
        return chi2, len(known), chi2_p(chi2, len(known))
    f = chi2 / len(known) / found.fitted.stretch(found.df, interval) ** 2
    return f, len(known), float(special.fdtrc(len(known), found.df, f))
