"""Claims that list works to read: each work against the bibliography of the guide."""

from ipt_evidence.appraisal.claims.base import Base, Claim
from ipt_evidence.appraisal.claims.verdicts import Verdict
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import listed
from ipt_evidence.words.sentence_parts import Sentence


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a reading list by whether its works are those the guide recommends, and all of them."""
    if not claim.works:
        why = "The claim names no work."
        return Verdict(verdict="not_assessable", rule_id="no_work_named", why=(Sentence(why),))
    wanted = [work["id"] for work in base.works if claim.guide_id in work["usedby"] and work["recommended"]]
    missing = [work for work in claim.works if work not in wanted]
    unnamed = [work for work in wanted if work not in claim.works]
    present = len(claim.works) - len(missing)
    found = (
        f"{present} of the {numbers.counted(len(claim.works), 'work')} named stand in the bibliography of the guide, "
        "marked as recommended."
    )
    remarks = [
        *([f"Not found: {listed(missing)}."] if missing else []),
        *([f"Marked as recommended but not named: {listed(unnamed)}."] if unnamed else []),
    ]
    verdict, rule_id = on_works(len(claim.works), present, len(unnamed))
    why = " ".join([found, *remarks, "Whether a work is worth reading is not for tables of trials to say."])
    return Verdict(verdict=verdict, rule_id=rule_id, why=(Sentence(why),))


def on_works(named: int, present: int, unnamed: int) -> tuple[str, str]:
    """Judge a list by how many of its works are in the bibliography, and how many recommended ones it leaves out."""
    if present == 0:
        return "not_supported", "no_work_found"
    if present == named and not unnamed:
        return "supported", "list_complete"
    return "partly_supported", "list_incomplete"
