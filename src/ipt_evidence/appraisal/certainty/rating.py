"""Certainty of a body: where it starts, what each domain takes away, and what judging unjudged trials could change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.appraisal.certainty.body import Bodies, Body, Pooled, PooledBodies
from ipt_evidence.appraisal.certainty.imprecision import imprecise, imprecision
from ipt_evidence.appraisal.certainty.inconsistency import differing, inconsistency
from ipt_evidence.appraisal.certainty.indirectness import indirect, indirectness
from ipt_evidence.appraisal.certainty.judgement import LEVELS, Judgement
from ipt_evidence.appraisal.certainty.publication_bias import publication_bias
from ipt_evidence.appraisal.certainty.risk_of_bias import Models, biased, risk_of_bias
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.appraisal.overrides import Decision, Override, decide
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.small_study import Asymmetry

HALF = 50.0

Pool = Callable[[Body], Pooled]
"""How trials are pooled: the primary model, or one of its alternatives."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Certainty:
    """How sure one can be that the true effect lies on the side of the threshold where the average falls.

    Attributes
    ----------
    level : str
        high, moderate, low or very_low.
    start : str
        high for randomised trials, low where most of the weight is not certain to be randomised.
    body, pooled : Body, Pooled
        The trials it rests on, and what they say together.
    judgements : tuple of Judgement
        The five domains, as computed.
    decisions : mapping of str to Decision
        What holds in each domain, after overrides.
    """

    level: str
    start: str
    body: Body
    pooled: Pooled
    judgements: tuple[Judgement, ...]
    decisions: Mapping[str, Decision]

    @property
    def downgrade(self) -> int:
        """Levels taken away in all, 0 or negative."""
        return sum(int(decision.judgement) for decision in self.decisions.values())


def rate_certainty(
    body: Body,
    pool: Pool,
    model: Model,
    thresholds: Thresholds,
    *,
    overrides: Mapping[str, Override] | None = None,
    asymmetry: Asymmetry | None = None,
) -> Certainty:
    """Rate the certainty of a body of at least one trial; it always rests on all of them.

    By ``model`` trials at low risk of bias are compared with the others; its level is that of all intervals. Each of
    ``overrides``, by domain, is used only as long as its inputs hold; ``asymmetry`` as in
    :func:`ipt_evidence.appraisal.certainty.publication_bias.publication_bias`.

    Notes
    -----
    GRADE (Guyatt et al. 2008; Core GRADE 2025): randomised trials start high, five domains take levels away.
    """
    pooled, overruled = pool(body), overrides or {}
    judgements = (
        _risk_of_bias(body, pooled, pool, model, thresholds),
        inconsistency(body, pooled, thresholds, model.level),
        indirectness(body, pooled, thresholds),
        imprecision(body, pooled, thresholds),
        publication_bias(body, pooled, thresholds, asymmetry),
    )
    decisions = {
        one.domain: decide(str(one.downgrade), one.inputs if one.domain in overruled else {}, overruled.get(one.domain))
        for one in judgements
    }
    start = "low" if pooled.share(~body.randomised) >= HALF else "high"
    taken = sum(int(decision.judgement) for decision in decisions.values())
    return Certainty(
        level=_level(start, taken), start=start, body=body, pooled=pooled, judgements=judgements, decisions=decisions
    )


def levels_of(
    bodies: Bodies,
    pooled: PooledBodies,
    low_risk: PooledBodies | None,
    models: Models,
    level: float,
    thresholds: Thresholds,
    publication: Judgement,
) -> NDArray[np.str_]:
    """Return the level of certainty of many bodies (n,) by the rules of :func:`rate_certainty`, without overrides.

    Parameters
    ----------
    bodies, pooled : Bodies, PooledBodies
        The trials and what they say together.
    low_risk : PooledBodies or None
        What their trials at low risk of bias say; None if none of all trials is.
    models : callable
        The model of the body at a place.
    level : float
        Coverage of the intervals.
    thresholds : Thresholds
        What the rules compare with.
    publication : Judgement
        Publication bias of all of them.
    """
    found = (
        biased(bodies, pooled, low_risk, models, thresholds),
        differing(bodies, pooled, thresholds, level),
        indirect(bodies, pooled, thresholds),
        imprecise(bodies, pooled),
        publication,
    )
    start = np.where(pooled.share(~bodies.randomised) >= HALF, LEVELS.index("low"), LEVELS.index("high"))
    return np.array(LEVELS)[np.maximum(start + sum(one.downgrade for one in found), 0)]


def level_if(certainty: Certainty, risk: str, pool: Pool, model: Model, thresholds: Thresholds) -> str:
    """Return the level that would hold if every trial nobody judged were at this risk of bias.

    A person's judgement of risk of bias stands whatever unjudged trials would prove to be.
    """
    body, decision = certainty.body, certainty.decisions["risk_of_bias"]
    if decision.status == "overridden" or "unknown" not in body.risk:
        return certainty.level
    judged = replace(body, risk=tuple(risk if one == "unknown" else one for one in body.risk))
    other = _risk_of_bias(judged, certainty.pooled, pool, model, thresholds).downgrade
    return _level(certainty.start, certainty.downgrade - int(decision.judgement) + other)


def _risk_of_bias(body: Body, pooled: Pooled, pool: Pool, model: Model, thresholds: Thresholds) -> Judgement:
    low = body.at_risk("low")
    alone = pooled if low.all() else pool(body.only(low)) if low.any() else None
    return risk_of_bias(body, pooled, alone, model, thresholds)


def _level(start: str, taken: int) -> str:
    return LEVELS[max(0, LEVELS.index(start) + taken)]
