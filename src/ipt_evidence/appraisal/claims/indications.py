"""Claims that IPT is not enough for a condition, or needs adapting for it."""

from ipt_evidence.appraisal.claims import words
from ipt_evidence.appraisal.claims.efficacy import compares, unanswered
from ipt_evidence.appraisal.claims.findings import Base, Claim
from ipt_evidence.appraisal.claims.questions import asked, tested
from ipt_evidence.appraisal.claims.verdicts import BENEFIT, Verdict

NOT_INDICATED = {
    "no_benefit": ("supported", "shows_no_benefit"),
    "harm": ("supported", "shows_harm"),
    "insufficient": ("not_supported", "answer_open"),
} | dict.fromkeys(BENEFIT, ("contradicted", "shows_benefit"))
"""Verdict on "IPT may not be enough" by label of the answer against control."""


def judge_non_indication(claim: Claim, base: Base) -> Verdict:
    """Judge a claim that IPT may not be enough for a condition; without trials nothing supports or refutes it."""
    found = tuple(one for one in asked(claim, base) if compares(claim, one))
    ranked = tested(found)
    if not ranked:
        return unanswered(claim, found, base)
    decides = ranked[0]
    verdict, rule_id = NOT_INDICATED[decides.label]
    why = f"{words.pointing(decides, base.vocabulary)} ({words.figures(decides)})."
    return Verdict(
        verdict=verdict, rule_id=rule_id, why=why,
        instead="" if verdict == "supported" else words.state(decides, base.vocabulary),
        question_ids=tuple(one.question_id for one in found), finding=decides,
    )  # fmt: skip


def judge_adaptation(claim: Claim, base: Base) -> Verdict:
    """Judge a claim that a condition needs an adapted IPT: only a trial of one form against another could tell."""
    found = asked(claim, base)
    label = words.condition_label(claim.condition, base.vocabulary)
    forms = [one for one in found if (one.intervention, one.comparator) == ("ipt", "ipt")]
    compared = sum(one.k for one in forms)
    verb = "compares" if compared == 1 else "compare"
    why = (
        f"{words.capital(words.counted(compared, 'trial'))} in our tables {verb} forms of IPT for {label}, "
        "and nothing in them says whether one is the adapted form the claim means."
        if compared
        else f"No trial in our tables compares an adapted form of IPT with the usual one for {label}."
    )
    on_ipt = tested(found)[:1]
    whole = "".join(
        f" On IPT as such: {words.within(words.pointing(one, base.vocabulary))} ({words.figures(one)})."
        for one in on_ipt
    )
    return Verdict(
        verdict="not_assessable", rule_id="forms_not_compared", why=f"{why}{whole}",
        instead=f"For {label}, trials have not tested whether IPT works better in an adapted form.",
        question_ids=tuple(one.question_id for one in [*on_ipt, *forms]), finding=on_ipt[0] if on_ipt else None,
    )  # fmt: skip
