"""Claims that the therapy is not enough for a condition, or needs adapting for it."""

from ipt_evidence.appraisal.claims.base import Base, Claim
from ipt_evidence.appraisal.claims.efficacy import compares, unanswered
from ipt_evidence.appraisal.claims.questions import asked, tested
from ipt_evidence.appraisal.claims.verdicts import BENEFIT, Verdict
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import capital
from ipt_evidence.words.sentence_parts import Sentence, begun
from ipt_evidence.words.sentences import pointing, quoted, suggested, unsettled

NOT_INDICATED = {
    "no_benefit": ("supported", "shows_no_benefit"),
    "harm": ("supported", "shows_harm"),
    "insufficient": ("not_supported", "answer_open"),
    # An important benefit is not ruled out, or another treatment is all it was compared with.
    **{
        name: ("not_supported", f"answer_{name}")
        for name in ("little_difference", "no_difference", "comparator_better")
    },
    **dict.fromkeys(BENEFIT, ("contradicted", "shows_benefit")),
}
"""Verdict on "it may not be enough" by label of the answer that decides."""


def judge_non_indication(claim: Claim, base: Base) -> Verdict:
    """Judge a claim that the therapy may not be enough for a condition; without trials nothing tells."""
    found = tuple(one for one in asked(claim, base) if compares(claim, one, base))
    ranked = tested(found, base)
    if not ranked:
        return unanswered(claim, found, base)
    decides = ranked[0]
    beside = tuple(one.question_id for one in found if one is not decides)
    verdict, rule_id = NOT_INDICATED[decides.label]
    return Verdict(
        verdict=verdict, rule_id=rule_id, why=(quoted(pointing(decides, base.voice), decides, ".", base.voice),),
        instead=() if verdict == "supported" else (suggested(decides, base.voice),),
        question_ids=(decides.question_id, *beside), beside=beside, answer=decides,
    )  # fmt: skip


def judge_adaptation(claim: Claim, base: Base) -> Verdict:
    """Judge a claim that a condition needs an adapted form: only a trial of one form against another could tell."""
    found = asked(claim, base)
    label, therapy = base.voice.conditions[claim.condition], base.voice.therapy
    forms = [one for one in found if one.intervention == one.comparator]
    compared = sum(one.rated.k for one in forms)
    verb = "compares" if compared == 1 else "compare"
    why = (
        f"{capital(numbers.counted(compared, 'trial'))} in our tables {verb} forms of {therapy} for {label}, "
        "and nothing in them says whether one is the adapted form the claim means."
        if compared
        else f"No trial in our tables compares an adapted form of {therapy} with the usual one for {label}."
    )
    whole = tested(found, base)[:1]
    as_such = (
        begun(f"On {therapy} as such: ", quoted(pointing(one, base.voice), one, ".", base.voice)) for one in whole
    )
    instead = unsettled("adapted", claim.condition, base.voice)
    return Verdict(
        verdict="not_assessable", rule_id="forms_not_compared", why=(Sentence(why), *as_such),
        instead=(instead,), question_ids=tuple(one.question_id for one in [*whole, *forms]),
        answer=whole[0] if whole else None,
    )  # fmt: skip
