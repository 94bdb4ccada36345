"""Certainty of a body: where it starts, what each domain takes away, and on which trials it rests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.imprecision import imprecision
from ipt_evidence.appraisal.certainty.inconsistency import inconsistency
from ipt_evidence.appraisal.certainty.indirectness import indirectness
from ipt_evidence.appraisal.certainty.judgement import LEVELS, Judgement
from ipt_evidence.appraisal.certainty.publication_bias import publication_bias
from ipt_evidence.appraisal.certainty.risk_of_bias import risk_of_bias
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.appraisal.overrides import Decision, Override, decide

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
    basis : str
        all_trials, or without_high_risk where the rest alone is rated higher.
    body, pooled : Body, Pooled
        The trials it rests on, and what they say together.
    judgements : tuple of Judgement
        The five domains, as computed.
    decisions : mapping of str to Decision
        What holds in each domain, after overrides.
    """

    level: str
    start: str
    basis: str
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
    thresholds: Thresholds,
    *,
    overrides: Mapping[str, Override] | None = None,
    publication: Judgement | None = None,
) -> Certainty:
    """Rate the certainty of a body of at least one trial.

    The trials are rated all together and without those at high risk of bias; the higher certainty holds, all together
    if they are equal. So trials at high risk can add to what is known, and their presence takes nothing away from what
    the others show.

    Parameters
    ----------
    body : Body
        The trials.
    pool : callable
        Pools a body.
    thresholds : Thresholds
        What the rules compare with.
    overrides : mapping of str to Override, optional
        By domain; each is used only as long as its inputs hold.
    publication : Judgement, optional
        Publication bias as judged before, where the same trials are pooled in another way.

    Notes
    -----
    GRADE (Guyatt et al. 2008; Core GRADE 2025): randomised trials start high, five domains take levels away.
    """
    overrides = overrides or {}
    whole = _rated(body, "all_trials", pool, thresholds, overrides, publication)
    rest = ~body.at_risk("high")
    if rest.all() or not rest.any():
        return whole
    others = _rated(body.only(rest), "without_high_risk", pool, thresholds, overrides, publication)
    return others if LEVELS.index(others.level) > LEVELS.index(whole.level) else whole


def _rated(
    body: Body,
    basis: str,
    pool: Pool,
    thresholds: Thresholds,
    overrides: Mapping[str, Override],
    publication: Judgement | None,
) -> Certainty:
    pooled = pool(body)
    low = body.only(body.at_risk("low"))
    judgements = (
        risk_of_bias(body, pooled, pool(low) if low.k else None, thresholds),
        inconsistency(body, pooled, thresholds),
        indirectness(body, pooled, thresholds),
        imprecision(body, pooled, thresholds),
        publication or publication_bias(body, pooled, thresholds),
    )
    decisions = {one.domain: decide(str(one.downgrade), one.inputs, overrides.get(one.domain)) for one in judgements}
    start = "low" if pooled.share(~body.randomised) >= HALF else "high"
    taken = sum(int(decision.judgement) for decision in decisions.values())
    level = LEVELS[max(0, LEVELS.index(start) + taken)]
    return Certainty(
        level=level, start=start, basis=basis, body=body, pooled=pooled, judgements=judgements, decisions=decisions
    )
