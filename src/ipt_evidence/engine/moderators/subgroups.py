"""Subgroups of trials compared by contrasts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Checks, Floats, short
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.labels import check_told_apart
from ipt_evidence.engine.moderators.regression import regress
from ipt_evidence.engine.pooling.aggregation import cluster_numbers
from ipt_evidence.engine.pooling.inference import infer, scale_factor
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgroupComparison(FrozenArrays):
    """Subgroup averages with one between-trial variance, and their differences.

    Attributes
    ----------
    groups : ndarray, shape (g,)
        Labels in order of first appearance; the first is the reference.
    k : ndarray of int, shape (g,)
        Trials per subgroup.
    estimate, se, ci_low, ci_high : ndarray, shape (g,)
        Average per subgroup.
    difference, difference_se, difference_ci_low, difference_ci_high, difference_p_value : ndarray, shape (g,)
        Subgroup minus reference; the entry of the reference is 0 with p = 1.
    qm, qm_df, qm_p_value : float, int, float
        Test that all subgroups are alike, as in :class:`MetaRegression`.
    tau2, r2 : float
        As in :class:`MetaRegression`.
    """

    groups: NDArray
    k: NDArray[np.int64]
    estimate: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats
    difference: Floats
    difference_se: Floats
    difference_ci_low: Floats
    difference_ci_high: Floats
    difference_p_value: Floats
    qm: float
    qm_df: int
    qm_p_value: float
    tau2: float
    r2: float


def compare_subgroups(
    effects: ArrayLike,
    variances: ArrayLike,
    groups: ArrayLike,
    *,
    method: str = "REML",
    interval: str = "adhoc",
    level: float = 0.95,
) -> SubgroupComparison:
    """Compare subgroups of trials by the differences between them, never by each one's own p-value.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, one per trial.
    groups : array_like, shape (k,)
        Label of the subgroup of each trial; at least two different ones, and at least one more trial than
        subgroups.
    method, interval, level
        As in :func:`ipt_evidence.synthesis.pool`.

    Returns
    -------
    SubgroupComparison
        Averages, differences from the first subgroup, and the test of all differences.

    Raises
    ------
    SynthesisError
        As :func:`regress`, if a label is missing, or if there is only one subgroup.

    Notes
    -----
    One meta-regression on 0/1 columns, so all subgroups share one tau2: with few trials separate ones are
    too uncertain to rest a comparison on. Borenstein & Higgins (2013).
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    labels, number = cluster_numbers(groups, y.size, called="groups")
    with Checks(SynthesisError) as checks:
        check_told_apart(checks, "groups", labels)
    if labels.size < 2:
        raise SynthesisError(f"a comparison needs at least two subgroups, got {short(labels.tolist())}")
    if y.size <= labels.size:
        raise SynthesisError(
            f"a comparison of {labels.size} subgroups needs at least {labels.size + 1} effect sizes, got {y.size}; "
            "join subgroups"
        )
    members = (number[:, None] == np.arange(labels.size)).astype(float)
    fit = regress(effects, variances, members[:, 1:], method=method, interval=interval, level=level)
    weights = 1 / (v + fit.tau2)
    together = weights @ members
    estimate = (weights * y) @ members / together
    q = np.array([weights @ (y - estimate[number]) ** 2])
    se = np.sqrt(scale_factor(q, np.array([float(fit.qe_df)]), interval) / together)
    average = infer(estimate, se, np.full(labels.size, float(fit.qe_df)), level, interval)
    zero = np.zeros(1)
    return SubgroupComparison(
        groups=labels,
        k=members.sum(axis=0).astype(np.int64),
        estimate=estimate,
        se=se,
        ci_low=average.ci_low,
        ci_high=average.ci_high,
        difference=np.concatenate([zero, fit.coefficients[1:]]),
        difference_se=np.concatenate([zero, fit.se[1:]]),
        difference_ci_low=np.concatenate([zero, fit.ci_low[1:]]),
        difference_ci_high=np.concatenate([zero, fit.ci_high[1:]]),
        difference_p_value=np.concatenate([zero + 1, fit.p_values[1:]]),
        qm=fit.qm,
        qm_df=fit.qm_df,
        qm_p_value=fit.qm_p_value,
        tau2=fit.tau2,
        r2=fit.r2,
    )
