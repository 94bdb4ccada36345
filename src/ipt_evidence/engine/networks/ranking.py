"""Order in the estimates of a network: P-scores, how sure they are, and the league table."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import DRAWS, Checks, Floats, short, whole_number, within, yes_or_no
from ipt_evidence.engine.frozen import FrozenArrays, frozen
from ipt_evidence.engine.labels import read_name
from ipt_evidence.engine.networks.estimates import NetworkEstimates
from ipt_evidence.engine.networks.student import student_probability
from ipt_evidence.errors import SynthesisError

_TIED = 9
"""Decimals, in units of the largest standard error, beyond which estimates are tied."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeagueTable(FrozenArrays):
    """Network estimates with the treatments in order of their P-scores.

    Attributes
    ----------
    treatments : tuple of str
        Best first.
    p_scores : ndarray, shape (t,)
        Their P-scores.
    estimate, ci_low, ci_high : ndarray, shape (t, t)
        Row treatment minus column treatment.
    """

    treatments: tuple[str, ...]
    p_scores: Floats
    estimate: Floats
    ci_low: Floats
    ci_high: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking(FrozenArrays):
    """How sure the order of the treatments of a network is.

    Attributes
    ----------
    treatments : tuple of str
        Those ranked, in the order of the network.
    p_scores : ndarray, shape (t,)
        P-scores of the estimates.
    p_score_low, p_score_high : ndarray, shape (t,)
        Central interval of the P-scores of networks drawn round the estimates.
    mean_rank, median_rank, rank_low, rank_high : ndarray, shape (t,)
        Mean, median and central interval of the rank among drawn effects; 1 is the best.
    rank_probability : ndarray, shape (t, t)
        Share of the draws in which the row treatment has rank 1, 2, ...
    sucra : ndarray, shape (t,)
        Area under the cumulative ranking curve, (t - mean rank)/(t - 1); the P-score up to the error of simulation.
    draws, seed : int
        As given.
    level : float
        Coverage of the intervals.
    """

    treatments: tuple[str, ...]
    p_scores: Floats
    p_score_low: Floats
    p_score_high: Floats
    mean_rank: Floats
    median_rank: Floats
    rank_low: Floats
    rank_high: Floats
    rank_probability: Floats
    sucra: Floats
    draws: int
    seed: int
    level: float


def p_scores(found: NetworkEstimates, *, larger_is_better: bool = True, part: str | None = None) -> Floats:
    """Return the P-score of every treatment: the mean certainty that it is better than another treatment.

    Parameters
    ----------
    found : NetworkEstimates
        Result of :func:`network`.
    larger_is_better : bool
        Whether a larger effect is the better one.
    part : str, optional
        A treatment of the component to rank: asked for where the network falls into several, because treatments
        that no chain of trials joins have no common order.

    Returns
    -------
    ndarray, shape (t,)
        Between 0 and 1, mean 1/2, in the order of ``found.treatments``; NaN for those of other components.

    Raises
    ------
    SynthesisError
        If the network falls into several components and ``part`` is not given, or is no treatment.

    Notes
    -----
    Ruecker & Schwarzer (2015). The certainty is one minus the one-sided p-value, on the scale of the
    interval.
    """
    mine = _members(found, part, larger_is_better)
    square = np.ix_(mine, mine)
    scores = np.full(len(found.treatments), np.nan)
    better_by = (1 if larger_is_better else -1) * found.estimate[square]
    itself = np.eye(len(mine), dtype=bool)
    certainty = _certainty(found, better_by / np.where(itself, 1.0, found.se[square]), special.stdtr)
    scores[mine] = np.where(itself, 0.0, certainty).sum(axis=1) / (len(mine) - 1)
    return frozen(scores)


def _certainty(found: NetworkEstimates, statistic: Floats, by_t: Callable[[int, Floats], Floats]) -> Floats:
    """Return one minus the one-sided p-value, on the scale of the interval."""
    if found.interval != "normal" and found.q_df:
        return by_t(found.q_df, statistic)
    return np.asarray(special.ndtr(statistic))


def _scores(found: NetworkEstimates, drawn: Floats, se: Floats) -> Floats:
    """Return the P-scores of drawn effects, both (draws, t), each pair looked at once."""
    scores = np.zeros_like(drawn)
    for place in range(len(se) - 1):
        statistic = (drawn[:, place, None] - drawn[:, place + 1 :]) / se[place, place + 1 :]
        certainty = _certainty(found, statistic, student_probability)
        scores[:, place] += certainty.sum(axis=1)
        scores[:, place + 1 :] += 1 - certainty
    return scores / (len(se) - 1)


def rank_treatments(
    found: NetworkEstimates,
    *,
    larger_is_better: bool = True,
    part: str | None = None,
    draws: int = 10_000,
    seed: int = 20_260_101,
    level: float = 0.95,
) -> Ranking:
    """Say by simulation how sure the order of the treatments of a network is.

    Parameters
    ----------
    found : NetworkEstimates
        Result of :func:`network`.
    larger_is_better, part
        As in :func:`p_scores`.
    draws : int
        Draws of all effects together, at least 100.
    seed : int
        Start of the random numbers: the same seed gives the same answer.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Ranking
        P-scores and ranks with intervals, probabilities of each rank.

    Raises
    ------
    SynthesisError
        As :func:`p_scores`, or if there are too few draws or ``level`` is impossible.

    Notes
    -----
    Effects are drawn from their joint normal distribution, multivariate t where the intervals are by t.
    Ranks are those of the drawn effects: Salanti, Ades & Ioannidis (2011); their mean gives the P-score back (Ruecker
    & Schwarzer 2015). The interval of a P-score is that of P-scores of whole networks whose estimates fall where the
    draws do, each with the standard errors found: it says how far another such set of trials could move the score.
    """
    with Checks(SynthesisError) as checks:
        level = within(checks, "level", level, 0, 1)
        whole_number(checks, "draws", draws, 100, most=DRAWS)
        whole_number(checks, "seed", seed, 0)
    mine = _members(found, part, larger_is_better)
    square = np.ix_(mine, mine)
    effect = (1 if larger_is_better else -1) * found.estimate[square][:, 0]
    drawn = effect + _noise(found, square, np.random.default_rng(seed), draws)
    size = len(mine)
    ranks = size - np.argsort(np.argsort(drawn, axis=1), axis=1)
    scores = np.concatenate(
        [_scores(found, block, found.se[square]) for block in np.array_split(drawn, -(-draws // 1000))]
    )
    tails = [(1 - level) / 2, (1 + level) / 2]
    score_limits, rank_limits = np.quantile(scores, tails, axis=0), np.quantile(ranks, tails, axis=0)
    return Ranking(
        treatments=tuple(found.treatments[place] for place in mine),
        p_scores=p_scores(found, larger_is_better=larger_is_better, part=part)[mine],
        p_score_low=score_limits[0],
        p_score_high=score_limits[1],
        mean_rank=ranks.mean(axis=0),
        median_rank=np.median(ranks, axis=0),
        rank_low=rank_limits[0],
        rank_high=rank_limits[1],
        rank_probability=np.stack([(ranks == rank).mean(axis=0) for rank in range(1, size + 1)], axis=1),
        sucra=(size - ranks.mean(axis=0)) / (size - 1),
        draws=draws,
        seed=seed,
        level=level,
    )


def _noise(found: NetworkEstimates, square: tuple[NDArray, ...], generator: np.random.Generator, draws: int) -> Floats:
    """Draw errors of the effects, shape (draws, t)."""
    # By estimate, ties by precision: names decide the order of the network, and must not decide the draws.
    unit = found.se[square].max()
    se, estimate = found.se[square] / unit, found.estimate[square] / unit
    order = np.lexsort([se.sum(axis=1).round(_TIED), estimate.mean(axis=1).round(_TIED)])
    squared = found.se[square][np.ix_(order, order)] ** 2
    # Variances of differences are squared distances: doubly centred, they are a covariance.
    centre = np.eye(len(squared)) - 1 / len(squared)
    value, vectors = np.linalg.eigh(-centre @ squared @ centre / 2)
    # The symmetric root, which has no signs of vectors to choose.
    root = (vectors * np.sqrt(np.maximum(value, 0.0))) @ vectors.T
    noise = np.empty((draws, len(squared)))
    noise[:, order] = generator.standard_normal((draws, len(squared))) @ root
    if found.interval != "normal" and found.q_df:
        noise /= np.sqrt(generator.chisquare(found.q_df, (draws, 1)) / found.q_df)
    return np.asarray(noise)


def _members(found: NetworkEstimates, part: str | None, larger_is_better: bool) -> list[int]:
    """Return the places of the treatments to rank."""
    if not isinstance(found, NetworkEstimates):
        raise SynthesisError(f"found must be what network returns, got {short(found)}")
    with Checks(SynthesisError) as checks:
        part = read_name(checks, "part", part, found.treatments)
        yes_or_no(checks, "larger_is_better", larger_is_better)
    if part is None and len(found.components) > 1:
        parts = "; ".join(", ".join(members) for members in found.components)
        raise SynthesisError(
            f"the network falls into {len(found.components)} components that no trial joins ({parts}), so there is no "
            "order of all treatments; rank one of them by naming a treatment of it as part"
        )
    (members,) = (members for members in found.components if part is None or part in members)
    return [place for place, name in enumerate(found.treatments) if name in members]


def league_table(found: NetworkEstimates, *, larger_is_better: bool = True, part: str | None = None) -> LeagueTable:
    """Sort the estimates of a network by P-score, best treatment first.

    Parameters
    ----------
    found : NetworkEstimates
        Result of :func:`network`.
    larger_is_better, part
        As in :func:`p_scores`.

    Returns
    -------
    LeagueTable
        The same estimates with rows and columns in order of rank, those of other components left out; ties keep
        their order.

    Raises
    ------
    SynthesisError
        As :func:`p_scores`.
    """
    scores = p_scores(found, larger_is_better=larger_is_better, part=part)
    order = np.argsort(-scores, kind="stable")[: int(np.isfinite(scores).sum())]
    square = np.ix_(order, order)
    return LeagueTable(
        treatments=tuple(found.treatments[place] for place in order),
        p_scores=scores[order],
        estimate=found.estimate[square],
        ci_low=found.ci_low[square],
        ci_high=found.ci_high[square],
    )
