"""Claims that IPT helps: the deciding answer's label against the strength the claim needs."""

from collections.abc import Sequence
from dataclasses import replace

from ipt_evidence.appraisal.claims import words
from ipt_evidence.appraisal.claims.findings import Base, Claim, Finding
from ipt_evidence.appraisal.claims.questions import NOT_TESTS_OF_IPT, asked, tested, unusable_trials, wider
from ipt_evidence.appraisal.claims.verdicts import BENEFIT, Verdict, reaches

LABELS = {
    "no_benefit": "contradicted",
    "harm": "contradicted",
    "no_difference": "partly_supported",
    "comparator_better": "not_supported",
    "insufficient": "not_supported",
}
"""Verdict by label of the deciding answer, where it is not one of a benefit."""

WHY = {
    "no_benefit": "{pointing} ({figures}).",
    "harm": "{pointing} ({figures}).",
    "no_difference": "{pointing} ({figures}). That is no proof that IPT does better than no therapy.",
    "comparator_better": "{pointing} ({figures}). That does not show that IPT fails.",
    "insufficient": "{pointing} ({figures}). That is too little to rely on.",
    "open": "{pointing} ({figures}). That settles nothing either way.",
}


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a claim that IPT helps with a condition.

    The deciding answer is the first of :func:`questions.tested` among the comparisons the claim names; where no trial
    makes these, among all. A claim that names several effects is not assessable if one of them is not measured,
    unless the rest is contradicted.
    """
    found = asked(claim, base)
    ranked = tested(one for one in found if compares(claim, one)) or tested(found)
    verdict = _judged(claim, found, ranked[0], base) if ranked else unanswered(claim, found, base)
    return _without(claim, verdict, base) if claim.not_measured else verdict


def needed(claim: Claim) -> str:
    """Return the strength a claim needs: the one it names; else limited if it is made with reserve, or moderate."""
    return claim.claimed_strength or ("limited" if claim.reserve else "moderate")


def compares(claim: Claim, finding: Finding) -> bool:
    """Tell whether a question makes the comparison a claim names; a claim that names none, or any, means all."""
    if claim.comparator in ("", "any"):
        return finding.comparator not in NOT_TESTS_OF_IPT
    return (finding.intervention, finding.comparator) == ("ipt", claim.comparator)


def _judged(claim: Claim, found: Sequence[Finding], decides: Finding, base: Base) -> Verdict:
    verdict = against_label(claim, decides, base)
    beside = [one.question_id for one in found if one is not decides and compares(claim, one)]
    ids = (decides.question_id, *beside)
    if decides.comparator == "control" or claim.comparator not in ("", "any", "control"):
        return replace(verdict, question_ids=ids)
    control = words.class_label("control", base.vocabulary)
    why = f"No trial with a usable result compares IPT with {control}. {verdict.why}"
    return replace(verdict, why=why, question_ids=ids)


def against_label(claim: Claim, finding: Finding, base: Base, subject: str = "") -> Verdict:
    """Hold a claim of benefit against one answer, by the label of the answer.

    Parameters
    ----------
    claim : Claim
        The claim.
    finding : Finding
        The answer that decides, with at least one trial.
    base : Base
        Labels.
    subject : str
        The form of IPT, or IPT in the people, that the answer is about; empty if it is about all.
    """
    if finding.label in BENEFIT:
        return _benefit(claim, finding, base, subject)
    pointing, shown = words.pointing(finding, base.vocabulary), words.figures(finding)
    reason = "open" if finding.direction == "unclear" else finding.label
    why = WHY[reason].format(pointing=pointing, figures=shown)
    return Verdict(
        verdict=LABELS[finding.label],
        rule_id=f"answer_{finding.label}",
        why=why,
        instead=words.state(finding, base.vocabulary, subject),
        question_ids=(finding.question_id,),
        finding=finding,
    )


def _benefit(claim: Claim, finding: Finding, base: Base, subject: str) -> Verdict:
    strength, shown = needed(claim), words.figures(finding)
    favours = words.pointing(finding, base.vocabulary)
    instead = words.state(finding, base.vocabulary, subject)
    ids = (finding.question_id,)
    if not reaches(finding.strength, strength):
        claimed = (
            f"the guide calls it {strength}"
            if claim.claimed_strength
            else f"a claim without reserve needs {strength} evidence"
        )
        why = f"The direction is supported, the strength is not. {favours} ({shown}). {_rated(finding)}; {claimed}."
        return Verdict(
            verdict="partly_supported", rule_id="benefit_weaker", why=why, instead=instead, question_ids=ids,
            finding=finding,
        )  # fmt: skip
    why = f"{favours} ({shown}). {_rated(finding)}."
    stronger = bool(claim.claimed_strength) and finding.strength != claim.claimed_strength
    return Verdict(
        verdict="supported", rule_id="benefit_stronger" if stronger else "benefit", why=why,
        instead=instead if stronger else "", question_ids=ids, finding=finding,
    )  # fmt: skip


def _rated(finding: Finding) -> str:
    if finding.certainty:
        return f"We rate the evidence as {finding.strength}"
    return f"These trials are not rated on their own; we call the evidence {finding.strength} at most"


def unanswered(claim: Claim, found: Sequence[Finding], base: Base) -> Verdict:
    """Judge a claim that no usable result bears on: trials without a usable result, or no trial at all."""
    label = words.condition_label(claim.condition, base.vocabulary)
    outcome = words.outcome_label(claim.outcome, base.vocabulary)
    symptoms = claim.outcome == "symptom_severity"
    topic = label if symptoms else f"{label} and {outcome}"
    named = list(unusable_trials(found, base))
    near = wider(claim, base)[:1] if claim.kind == "efficacy" else ()
    beside = "".join(f" {_nearest(one, base)}" for one in near)
    ids = tuple(one.question_id for one in (*near, *found))
    unknown = f"For {label}, we do not know {'whether IPT helps' if symptoms else f'how IPT bears on {outcome}'}"
    if named:
        trials = f"On {topic}, {words.counted(len(named), 'trial')} ({words.together(named)})"
        why = f"{trials} gave no result that could be used.{beside}"
        return Verdict(
            verdict="not_assessable", rule_id="no_usable_result", why=why, instead=f"{unknown}.", question_ids=ids
        )
    why = f"Our tables hold no trial of IPT for {topic}. That says nothing for or against IPT.{beside}"
    instead = f"{unknown}: our tables hold no trial."
    return Verdict(verdict="no_trials", rule_id="no_trials", why=why, instead=instead, question_ids=ids)


def _nearest(finding: Finding, base: Base) -> str:
    label = words.condition_label(finding.condition, base.vocabulary)
    return f"On {label}: {words.within(words.pointing(finding, base.vocabulary))} ({words.figures(finding)})."


def _without(claim: Claim, verdict: Verdict, base: Base) -> Verdict:
    """Withhold the verdict on a claim part of which is not measured, unless the rest of it is contradicted."""
    if verdict.verdict == "contradicted":
        return verdict
    rest, missing = words.outcome_label(claim.outcome, base.vocabulary), words.together(list(claim.not_measured))
    why = (
        f"Our tables hold no results on {missing}, so the claim as a whole cannot be assessed. "
        f"On {rest}: {words.within(verdict.why)}"
    )
    instead = verdict.instead and f"{verdict.instead} No result on {missing} is in our tables."
    return replace(verdict, verdict="not_assessable", rule_id="part_not_measured", why=why, instead=instead)
