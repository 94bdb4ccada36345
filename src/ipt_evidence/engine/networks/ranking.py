"""Order in the estimates of a network: P-scores and the league table."""

from dataclasses import dataclass

import numpy as np

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.frozen import FrozenArrays, frozen
from ipt_evidence.engine.networks.estimates import NetworkEstimates
from ipt_evidence.errors import SynthesisError


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
    sign = 1 if larger_is_better else -1
    mine = _members(found, part)
    square = np.ix_(mine, mine)
    certainty = np.where(sign * found.estimate[square] > 0, 1 - found.p_value[square] / 2, found.p_value[square] / 2)
    np.fill_diagonal(certainty, 0.0)
    scores = np.full(len(found.treatments), np.nan)
    scores[mine] = certainty.sum(axis=1) / (len(mine) - 1)
    return frozen(scores)


def _members(found: NetworkEstimates, part: str | None) -> list[int]:
    """Return the places of the treatments to rank."""
    if part is None and len(found.components) > 1:
        parts = "; ".join(", ".join(members) for members in found.components)
        raise SynthesisError(
            f"the network falls into {len(found.components)} components that no trial joins ({parts}), so there is no "
            "order of all treatments; rank one of them by naming a treatment of it as part"
        )
    if part is not None and part not in found.treatments:
        raise SynthesisError(f"part must be one of {', '.join(found.treatments)}; got {part!r}")
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
