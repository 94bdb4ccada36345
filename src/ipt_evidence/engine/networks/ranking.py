"""Order in the estimates of a network: P-scores and the league table."""

from dataclasses import dataclass

import numpy as np

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.frozen import FrozenArrays, frozen
from ipt_evidence.engine.networks.estimates import NetworkEstimates


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
        Row treatment minus column treatment; NaN where the two are not connected.
    """

    treatments: tuple[str, ...]
    p_scores: Floats
    estimate: Floats
    ci_low: Floats
    ci_high: Floats


def p_scores(found: NetworkEstimates, *, larger_is_better: bool = True) -> Floats:
    """Return the P-score of every treatment: the mean certainty that it is better than another treatment.

    Parameters
    ----------
    found : NetworkEstimates
        Result of :func:`network`.
    larger_is_better : bool
        Whether a larger effect is the better one.

    Returns
    -------
    ndarray, shape (t,)
        Between 0 and 1, mean 1/2 within each component, in the order of ``found.treatments``; only treatments
        of the same component are compared.

    Notes
    -----
    Ruecker & Schwarzer (2015). The certainty is one minus the one-sided p-value, on the scale of the
    interval.
    """
    sign = 1 if larger_is_better else -1
    certainty = np.where(sign * found.estimate > 0, 1 - found.p_value / 2, found.p_value / 2)
    other = np.isfinite(found.estimate) & ~np.eye(len(found.treatments), dtype=bool)
    return frozen(np.where(other, certainty, 0.0).sum(axis=1) / other.sum(axis=1))


def league_table(found: NetworkEstimates, *, larger_is_better: bool = True) -> LeagueTable:
    """Sort the estimates of a network by P-score, best treatment first.

    Parameters
    ----------
    found : NetworkEstimates
        Result of :func:`network`.
    larger_is_better : bool
        Whether a larger effect is the better one.

    Returns
    -------
    LeagueTable
        The same estimates with rows and columns in order of rank; ties keep their order.
    """
    scores = p_scores(found, larger_is_better=larger_is_better)
    order = np.argsort(-scores, kind="stable")
    square = np.ix_(order, order)
    return LeagueTable(
        treatments=tuple(found.treatments[place] for place in order),
        p_scores=scores[order],
        estimate=found.estimate[square],
        ci_low=found.ci_low[square],
        ci_high=found.ci_high[square],
    )
