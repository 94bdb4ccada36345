"""Claims that the therapy helps: the deciding answer's label against the strength the claim needs."""

from collections.abc import Sequence
from dataclasses import replace

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.claims.base import Base, Claim
from ipt_evidence.appraisal.claims.questions import asked, tested, unusable_trials, wider
from ipt_evidence.appraisal.claims.verdicts import BENEFIT, Verdict, reaches
from ipt_evidence.appraisal.strength import INACTIVE
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import listed
from ipt_evidence.words.sentence_parts import Sentence, begun
from ipt_evidence.words.sentences import pointing, quoted, suggested, unsettled

LABELS = {
    "no_benefit": "contradicted",
    "harm": "contradicted",
    "no_difference": "partly_supported",
    "little_difference": "partly_supported",
    "comparator_better": "not_supported",
    "insufficient": "not_supported",
}
"""Verdict by label of the deciding answer, where it is not one of a benefit."""

LITTLE_BENEFIT = "not_supported"
"""Verdict where trials against control show little or no difference, with too little certainty to contradict."""

UNCOMPARED = "No trial in our tables with a usable result compares {subject} with {comparator}."

REMARKS = {
    "no_benefit": "",
    "harm": "",
    "no_difference": " That is no proof that {therapy} does better than no therapy.",
    "little_difference": " That is no proof that {therapy} does better than no therapy.",
    "comparator_better": " That does not show that {therapy} fails.",
    "insufficient": " That is too little to rely on.",
    "open": " That settles nothing either way.",
}
"""What follows from where the trials point, by label; ``open`` where they leave open which does better."""


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a claim that the therapy helps with a condition.

    The deciding answer is the first of :func:`questions.tested` among the comparisons the claim names; where no trial
    makes these, among all. A claim that names several effects is not assessable if one of them is not measured,
    unless the rest is contradicted.
    """
    found = asked(claim, base)
    ranked = tested((one for one in found if compares(claim, one, base)), base) or tested(found, base)
    verdict = _judged(claim, found, ranked[0], base) if ranked else unanswered(claim, found, base)
    return _without(claim, verdict, base) if claim.not_measured else verdict


def needed(claim: Claim) -> str:
    """Return the strength a claim needs: the one it names; else limited if it is made with reserve, or moderate."""
    return claim.claimed_strength or ("limited" if claim.reserve else "moderate")


def compares(claim: Claim, answer: Answer, base: Base) -> bool:
    """Tell whether a question makes the comparison a claim names; a claim that names none, or any, means all."""
    if claim.comparator in ("", "any"):
        return answer.comparator in base.vocabulary.comparators
    return (answer.intervention, answer.comparator) == (base.voice.reviewed, claim.comparator)


def _judged(claim: Claim, found: Sequence[Answer], decides: Answer, base: Base) -> Verdict:
    verdict = against_label(claim, decides, base)
    beside = tuple(one.question_id for one in found if one is not decides and compares(claim, one, base))
    verdict = replace(verdict, question_ids=(decides.question_id, *beside), beside=beside)
    if decides.comparator == INACTIVE or claim.comparator not in ("", "any", INACTIVE):
        return verdict
    sides = base.voice.sides(base.voice.reviewed, INACTIVE)
    missing = Sentence(UNCOMPARED.format(**sides))
    return replace(verdict, why=(missing, *verdict.why))


def against_label(claim: Claim, answer: Answer, base: Base, subject: str = "") -> Verdict:
    """Hold a claim of benefit against one answer, by the label of the answer.

    Parameters
    ----------
    claim : Claim
        The claim.
    answer : Answer
        The answer that decides, with at least one trial.
    base : Base
        The words.
    subject : str
        The form of the therapy, or the therapy in the people, that the answer is about; empty if it is about all.
    """
    if answer.label in BENEFIT:
        return _benefit(claim, answer, base, subject)
    against_control = answer.comparator == INACTIVE
    remark = REMARKS["open" if answer.direction == "unclear" else answer.label].format(therapy=base.voice.therapy)
    return Verdict(
        verdict=LITTLE_BENEFIT if against_control and answer.label == "little_difference" else LABELS[answer.label],
        rule_id=f"answer_{answer.label}",
        why=(quoted(pointing(answer, base.voice), answer, f".{remark}", base.voice),),
        instead=(suggested(answer, base.voice, subject),),
        question_ids=(answer.question_id,),
        answer=answer,
    )


def _benefit(claim: Claim, answer: Answer, base: Base, subject: str) -> Verdict:
    strength = needed(claim)
    verdict = Verdict(
        verdict="supported",
        rule_id="benefit",
        why=(_rated(answer, base),),
        question_ids=(answer.question_id,),
        answer=answer,
    )
    instead = (suggested(answer, base.voice, subject),)
    if reaches(answer.strength, strength):
        stronger = bool(claim.claimed_strength) and answer.strength != claim.claimed_strength
        return replace(verdict, rule_id="benefit_stronger", instead=instead) if stronger else verdict
    claimed = (
        f"the guide calls it {strength}"
        if claim.claimed_strength
        else f"a claim without reserve needs {strength} evidence"
    )
    weaker = Sentence("The direction is supported, the strength is not.")
    why = weaker, _rated(answer, base, f"; {claimed}.")
    return replace(verdict, verdict="partly_supported", rule_id="benefit_weaker", why=why, instead=instead)


def _rated(answer: Answer, base: Base, end: str = ".") -> Sentence:
    """Say which way an answer points and how strong the evidence is; that it is not rated where there is room."""
    favours = pointing(answer, base.voice)
    if answer.certainty:
        return quoted(favours, answer, f". We rate the evidence as {answer.strength}{end}", base.voice)
    most = f"we call the evidence {answer.strength} at most{end}"
    said = quoted(favours, answer, f". These trials are not rated on their own; {most}", base.voice)
    return replace(said, briefly=f"; {most}")


def unanswered(claim: Claim, found: Sequence[Answer], base: Base) -> Verdict:
    """Judge a claim that no usable result bears on: trials without a usable result, or no trial at all."""
    label, outcome = base.voice.conditions[claim.condition], base.voice.outcomes[claim.outcome]
    therapy, symptoms = base.voice.therapy, claim.outcome == "symptom_severity"
    topic = label if symptoms else f"{label} and {outcome}"
    named = list(unusable_trials(found, base))
    near = wider(claim, base)[:1] if claim.kind == "efficacy" else ()
    beside = tuple(_nearest(one, base) for one in near)
    ids = tuple(one.question_id for one in (*near, *found))
    what = "benefit" if symptoms else "effect"
    if named:
        trials = f"On {topic}, {numbers.counted(len(named), 'trial')} ({listed(named)})"
        why = Sentence(f"{trials} gave no result that could be used.")
        return Verdict(
            verdict="not_assessable", rule_id="no_usable_result", why=(why, *beside),
            instead=(unsettled(what, claim.condition, base.voice, outcome=outcome),), question_ids=ids,
        )  # fmt: skip
    why = Sentence(f"Our tables hold no trial of {therapy} for {topic}. That says nothing for or against {therapy}.")
    instead = (unsettled(what, claim.condition, base.voice, ": our tables hold no trial.", outcome=outcome),)
    return Verdict(verdict="no_trials", rule_id="no_trials", why=(why, *beside), instead=instead, question_ids=ids)


def _nearest(answer: Answer, base: Base) -> Sentence:
    label = base.voice.conditions[answer.condition]
    return begun(f"On {label}: ", quoted(pointing(answer, base.voice), answer, ".", base.voice))


def _without(claim: Claim, verdict: Verdict, base: Base) -> Verdict:
    """Withhold the verdict on a claim part of which is not measured, unless the rest of it is contradicted."""
    if verdict.verdict == "contradicted":
        return verdict
    rest, missing = base.voice.outcomes[claim.outcome], listed(list(claim.not_measured))
    withheld = Sentence(f"Our tables hold no results on {missing}, so the claim as a whole cannot be assessed.")
    first, *others = verdict.why
    none = (Sentence(f"No result on {missing} is in our tables."),) if verdict.instead else ()
    return replace(
        verdict, verdict="not_assessable", rule_id="part_not_measured",
        why=(withheld, begun(f"On {rest}: ", first), *others), instead=(*verdict.instead, *none),
    )  # fmt: skip
