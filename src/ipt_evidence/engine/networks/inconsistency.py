"""Do direct and indirect evidence agree? For the network as a whole, and comparison by comparison."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.networks.contrasts import Contrasts, direct_pairs, parts_of, read_contrasts
from ipt_evidence.engine.networks.model import check_method, determined, expand, fit, tau2_of, treatment_columns
from ipt_evidence.engine.networks.restricted import Leftover, SplitTrials
from ipt_evidence.engine.pooling.inference import chi2_p, infer
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

    Indirect is what trials say that do not hold both treatments: a chain of these must join the two.

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
    only_direct_estimate, only_direct_low, only_direct_high : ndarray
        For each of these, what the trials with both treatments say, with intervals. It is the estimate of the network
        unless such a trial has further arms, of which other trials tell, too.
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
    only_direct_estimate: Floats
    only_direct_low: Floats
    only_direct_high: Floats


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
        p_total=chi2_p(q_total, df_total),
        p_within=chi2_p(q_within, df_within),
        p_between=chi2_p(q_between, df_between),
        tau2_within=tau2,
        q_between_random=float(np.maximum(q_random, 0.0)),
        p_between_random=chi2_p(q_random, df_between),
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
    Which comparisons have indirect evidence: van Valkenhoef, Dias, Ades & Welton (2016). Where trials have further arms
    the model of a split also fits without, and then holds trials of another comparison against each other.
    """
    level = check_choices(interval=interval, level=level)
    check_method(method)
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies)
    names = contrasts.treatments
    found = splits_of(contrasts)
    rows = _split_rows(contrasts, found, method, interval)
    (*figures, tau2, df), alone = rows[:, : len(found.both)], rows[:, len(found.both) :]
    sides: dict[str, Floats] = {}
    for name, estimate, se in zip(("direct", "indirect", "difference"), figures[::2], figures[1::2], strict=True):
        test = infer(estimate, se, df, level, interval)
        sides |= {name: estimate, f"{name}_se": se, f"{name}_low": test.ci_low, f"{name}_high": test.ci_high}
    alone_test = infer(alone[0], alone[1], alone[-1], level, interval)
    return NodeSplit(
        treatments1=tuple(names[first] for first, _ in found.both),
        treatments2=tuple(names[second] for _, second in found.both),
        k_direct=np.array([sum({*pair} <= {*arms} for arms in contrasts.arms) for pair in found.both], dtype=np.int64),
        **sides,
        p_value=test.p_value,
        tau2=tau2,
        only_direct=tuple((names[first], names[second]) for first, second in found.alone),
        only_direct_estimate=alone[0],
        only_direct_low=alone_test.ci_low,
        only_direct_high=alone_test.ci_high,
    )


class Splits(NamedTuple):
    """The comparisons made in trials, pairs of places of treatments, and how each is split.

    Attributes
    ----------
    both : list of pair
        Those that a chain of trials without both treatments answers, too.
    alone : list of pair
        The others.
    columns : ndarray, shape (s, n)
        For each of ``both`` and then of ``alone``, the column by which trials of both treatments may differ from the
        others: the first gains half of the difference, the second loses half.
    told : ndarray of bool, shape (s,)
        Whether the trials tell it from the columns of the treatments: always for ``both``.
    """

    both: list[tuple[int, int]]
    alone: list[tuple[int, int]]
    columns: Floats
    told: Bools

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return all of them, in the order of the columns."""
        return self.both + self.alone


def splits_of(contrasts: Contrasts) -> Splits:
    """Return how every comparison made in trials is split."""
    both: list[tuple[int, int]] = []
    alone: list[tuple[int, int]] = []
    for pair in direct_pairs(contrasts):
        others = (arms for arms in contrasts.arms if not {*pair} <= {*arms})
        parts = parts_of(others, len(contrasts.treatments))
        (both if any({*pair} <= {*part} for part in parts) else alone).append(pair)
    first, second = np.array(both + alone).T
    holding = np.array([[{*pair} <= {*arms} for arms in contrasts.arms] for pair in both + alone])
    columns = (contrasts.design[:, first] - contrasts.design[:, second]).T / 2 * holding[:, contrasts.study]
    told = determined(contrasts, treatment_columns(contrasts), columns)
    told[: len(both)] = True
    return Splits(both, alone, columns, told)


def _split_rows(contrasts: Contrasts, splits: Splits, method: str, interval: str) -> Floats:
    """Return direct, indirect and difference, each with its standard error, tau2 and the df left, (8, s).

    Where trials do not tell the column, the network has none.
    """
    consistent = treatment_columns(contrasts)
    df = len(contrasts.effects) - consistent.shape[1] - splits.told
    tau2 = np.full(len(df), tau2_of(contrasts, consistent, method))
    whole = fit(contrasts, consistent, tau2[0])
    if df[splits.told].any():
        leftover = Leftover.of(contrasts, consistent)
        tau2[splits.told] = estimate_tau2(SplitTrials.of(contrasts, leftover, splits.columns[splits.told]), method)
    position = expand(contrasts, np.eye(consistent.shape[1]))
    rows = []
    for place, (i, j) in enumerate(splits.pairs):
        told, indirect = splits.told[place], position[i] - position[j]
        difference, fitted = np.zeros_like(indirect), whole
        if told:
            fitted = fit(contrasts, np.column_stack([consistent, splits.columns[place]]), tau2[place])
            indirect, difference = np.append(indirect, 0.0), np.append(difference, 1.0)
        stretch = fitted.stretch(int(df[place]), interval)
        figures = [
            (combination @ fitted.coefficients, stretch * np.linalg.norm(combination @ fitted.root))
            for combination in (indirect + difference, indirect, difference)
        ]
        rows.append([*np.ravel(figures), tau2[place], df[place]])
    return np.array(rows).T


def _saturated(contrasts: Contrasts, designs: tuple[tuple[int, ...], ...]) -> Floats:
    """Return the design matrix in which every design has effects of its own."""
    own = np.array([designs.index(arms) for arms in contrasts.arms])[contrasts.study]
    blocks = [
        np.where((own == number)[:, None], contrasts.design[:, arms[1:]], 0.0) for number, arms in enumerate(designs)
    ]
    return np.concatenate(blocks, axis=1)
