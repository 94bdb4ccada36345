"""Do direct and indirect evidence agree? For the network as a whole, and comparison by comparison."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.networks.contrasts import Contrasts, direct_pairs, read_contrasts
from ipt_evidence.engine.networks.model import check_method, determined, expand, fit, tau2_of, treatment_columns
from ipt_evidence.engine.networks.restricted import Leftover, SplitTrials
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.engine.pooling.tau2 import estimate_tau2


@dataclass(frozen=True, slots=True, kw_only=True)
class Inconsistency:
    """Heterogeneity within designs and inconsistency between them.

    A design is the set of treatments that a trial compares. Degrees of freedom of 0 make a test impossible:
    its p-value is NaN (between: no loop of different designs; within: no two trials of one design).

    Attributes
    ----------
    designs : tuple of tuple of str
        The sets of treatments compared, in order of appearance.
    q_total, q_within, q_between : float
        Common-effect decomposition: q_total = q_within + q_between.
    df_total, df_within, df_between : int
        Their degrees of freedom.
    p_total, p_within, p_between : float
        Their p-values.
    tau2_within : float
        Heterogeneity between trials of the same design, from the full design-by-treatment interaction model; NaN
        where no two trials have the same design.
    q_between_random, p_between_random : float
        Test of consistency given that heterogeneity, with ``df_between`` degrees of freedom; NaN where it is not
        known.
    """

    designs: tuple[tuple[str, ...], ...]
    q_total: float
    q_within: float
    q_between: float
    df_total: int
    df_within: int
    df_between: int
    p_total: float
    p_within: float
    p_between: float
    tau2_within: float
    q_between_random: float
    p_between_random: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeSplit(FrozenArrays):
    """Direct against indirect evidence, one entry per comparison that has both.

    Attributes
    ----------
    treatments1, treatments2 : tuple of str
        The comparisons; effects are treatment 1 minus treatment 2.
    k_direct : ndarray of int
        Trials that compare the two directly.
    direct, direct_se, direct_low, direct_high : ndarray
        Estimates from trials with both treatments, with intervals.
    indirect, indirect_se, indirect_low, indirect_high : ndarray
        Likewise from the rest of the network.
    difference, difference_se, difference_low, difference_high, p_value : ndarray
        Direct minus indirect, with its interval and its test against 0.
    tau2 : ndarray
        Heterogeneity that is left when the comparison is split, or that of the consistent network.
    only_direct : tuple of tuple of str
        Comparisons made in trials but not answered by the rest of the network: nothing to compare with.
    """

    treatments1: tuple[str, ...]
    treatments2: tuple[str, ...]
    k_direct: np.ndarray
    direct: Floats
    direct_se: Floats
    direct_low: Floats
    direct_high: Floats
    indirect: Floats
    indirect_se: Floats
    indirect_low: Floats
    indirect_high: Floats
    difference: Floats
    difference_se: Floats
    difference_low: Floats
    difference_high: Floats
    p_value: Floats
    tau2: Floats
    only_direct: tuple[tuple[str, str], ...]


def network_inconsistency(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    *,
    method: str = "REML",
) -> Inconsistency:
    """Test a network for inconsistency by the design-by-treatment interaction model.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies
        As in :func:`ipt_evidence.synthesis.network`.
    method : str
        Estimator of the between-trial variance.

    Returns
    -------
    Inconsistency
        Decomposition of Q and the random-effects test.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.network`.

    Notes
    -----
    Higgins et al. (2012) for the model; Krahn, Binder & Koenig (2013) for the decomposition.
    """
    check_method(method)
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies)
    consistent = treatment_columns(contrasts)
    designs = tuple(dict.fromkeys(contrasts.arms))
    saturated = _saturated(contrasts, designs)
    df_total = len(contrasts.effects) - consistent.shape[1]
    df_within = len(contrasts.effects) - saturated.shape[1]
    df_between = df_total - df_within
    tau2 = tau2_of(contrasts, saturated, method)
    q_total, q_within = fit(contrasts, consistent, 0.0).q, fit(contrasts, saturated, 0.0).q
    # Without a loop the two models are one and the difference is nothing but rounding.
    q_between = max(q_total - q_within, 0.0) if df_between else 0.0
    q_random = fit(contrasts, consistent, tau2).q - fit(contrasts, saturated, tau2).q if df_between else 0.0
    if not df_within and method != "CE":
        tau2 = q_random = np.nan
    return Inconsistency(
        designs=tuple(tuple(contrasts.treatments[arm] for arm in arms) for arms in designs),
        q_total=q_total,
        q_within=q_within,
        q_between=q_between,
        df_total=df_total,
        df_within=df_within,
        df_between=df_between,
        p_total=_chi2_p(q_total, df_total),
        p_within=_chi2_p(q_within, df_within),
        p_between=_chi2_p(q_between, df_between),
        tau2_within=tau2,
        q_between_random=float(np.maximum(q_random, 0.0)),
        p_between_random=_chi2_p(q_random, df_between),
    )


def node_split(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    *,
    method: str = "REML",
    interval: str = "normal",
    level: float = 0.95,
) -> NodeSplit:
    """Split every comparison of a network into direct and indirect evidence.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies
        As in :func:`ipt_evidence.synthesis.network`.
    method : str
        Estimator of the between-trial variance.
    interval, level
        As in :func:`ipt_evidence.synthesis.network`; t has the degrees of freedom that the split leaves.

    Returns
    -------
    NodeSplit
        Comparisons in the order of the sorted treatments.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.network`.

    Notes
    -----
    Dias et al. (2010), as one model for each comparison: in trials that hold both treatments the first one
    gains half of the difference between direct and indirect evidence and the second loses half, so that the
    answer does not depend on the order of the two (White 2015, side-splitting). tau2 is estimated anew for
    each comparison; where the split leaves no degrees of freedom for it, that of the consistent network stands in.
    """
    check_choices(interval=interval, level=level)
    check_method(method)
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies)
    names = contrasts.treatments
    gains, only_direct = split_columns(contrasts)
    rows, df = _split_rows(contrasts, gains, method, interval)
    direct, direct_se, indirect, indirect_se, difference, difference_se, tau2 = rows
    direct_test, indirect_test, test = (
        infer(estimate, se, np.full(len(gains), df), level, interval)
        for estimate, se in ((direct, direct_se), (indirect, indirect_se), (difference, difference_se))
    )
    return NodeSplit(
        treatments1=tuple(names[first] for first, _ in gains),
        treatments2=tuple(names[second] for _, second in gains),
        k_direct=np.array([sum({*pair} <= {*arms} for arms in contrasts.arms) for pair in gains], dtype=np.int64),
        direct=direct,
        direct_se=direct_se,
        direct_low=direct_test.ci_low,
        direct_high=direct_test.ci_high,
        indirect=indirect,
        indirect_se=indirect_se,
        indirect_low=indirect_test.ci_low,
        indirect_high=indirect_test.ci_high,
        difference=difference,
        difference_se=difference_se,
        difference_low=test.ci_low,
        difference_high=test.ci_high,
        p_value=test.p_value,
        tau2=tau2,
        only_direct=tuple((names[first], names[second]) for first, second in only_direct),
    )


def split_columns(contrasts: Contrasts) -> tuple[dict[tuple[int, int], Floats], list[tuple[int, int]]]:
    """Return, by comparison, the column (n,) by which trials of both treatments may differ from the others.

    The first treatment gains half of the difference and the second loses half. Comparisons that the rest of the network
    does not answer come second.
    """
    design = contrasts.design
    pairs = direct_pairs(contrasts)
    both = np.array([[{*pair} <= {*arms} for arms in contrasts.arms] for pair in pairs])
    first, second = np.array(pairs).T
    columns = (design[:, first] - design[:, second]).T / 2 * both[:, contrasts.study]
    told = determined(contrasts, treatment_columns(contrasts), columns)
    gains = {pair: column for pair, column, is_told in zip(pairs, columns, told, strict=True) if is_told}
    return gains, [pair for pair in pairs if pair not in gains]


def _split_rows(
    contrasts: Contrasts, gains: dict[tuple[int, int], Floats], method: str, interval: str
) -> tuple[Floats, float]:
    """Return direct, indirect and difference, each with its standard error, and tau2, (7, s); and the df left."""
    consistent = treatment_columns(contrasts)
    spare = len(contrasts.effects) - consistent.shape[1] - 1
    if not gains:
        return np.empty((7, 0)), float(spare)
    columns = np.array(list(gains.values()))
    tau2 = np.full(len(gains), tau2_of(contrasts, consistent, method))
    if spare:
        leftover = Leftover.of(contrasts, consistent)
        tau2 = estimate_tau2(SplitTrials.of(contrasts, leftover, columns), method)
    position = expand(contrasts, np.eye(consistent.shape[1]))
    rows = []
    for (i, j), column, t in zip(gains, columns, tau2.tolist(), strict=True):
        fitted = fit(contrasts, np.column_stack([consistent, column]), t)
        indirect = np.append(position[i] - position[j], 0.0)
        difference = np.append(np.zeros(len(indirect) - 1), 1.0)
        stretch = fitted.stretch(spare, interval)
        figures = [
            (combination @ fitted.coefficients, stretch * np.linalg.norm(combination @ fitted.root))
            for combination in (indirect + difference, indirect, difference)
        ]
        rows.append([*np.ravel(figures), t])
    return np.array(rows).T, float(spare)


def _saturated(contrasts: Contrasts, designs: tuple[tuple[int, ...], ...]) -> Floats:
    """Return the design matrix in which every design has effects of its own."""
    own = np.array([designs.index(arms) for arms in contrasts.arms])[contrasts.study]
    blocks = [
        np.where((own == number)[:, None], contrasts.design[:, arms[1:]], 0.0) for number, arms in enumerate(designs)
    ]
    return np.concatenate(blocks, axis=1)


def _chi2_p(q: float, df: int) -> float:
    return float(special.chdtrc(df, np.maximum(q, 0.0))) if df else np.nan
