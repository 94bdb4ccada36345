"""Claims that list works to read: each work against the bibliography of the guide."""

from ipt_evidence.appraisal.claims import words
from ipt_evidence.appraisal.claims.findings import Base, Claim
from ipt_evidence.appraisal.claims.verdicts import Verdict


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a reading list by whether its works are those the guide recommends, and all of them."""
    if not claim.works:
        why = "The claim names no work."
        return Verdict(verdict="not_assessable", rule_id="no_work_named", why=why)
    listed = [work["id"] for work in base.works if claim.guide_id in work["usedby"] and work["recommended"]]
    missing = [work for work in claim.works if work not in listed]
    unnamed = [work for work in listed if work not in claim.works]
    present = len(claim.works) - len(missing)
    found = (
        f"{present} of the {words.counted(len(claim.works), 'work')} named stand in the bibliography of the guide, "
        "marked as recommended."
    )
    remarks = [
        *([f"Not found: {words.together(missing)}."] if missing else []),
        *([f"Marked as recommended but not named: {words.together(unnamed)}."] if unnamed else []),
    ]
    verdict, rule_id = on_works(len(claim.works), present, len(unnamed))
    why = " ".join([found, *remarks, "Whether a work is worth reading is not for tables of trials to say."])
    return Verdict(verdict=verdict, rule_id=rule_id, why=why)


def on_works(named: int, present: int, unnamed: int) -> tuple[str, str]:
    """Judge a list by how many of its works are in the bibliography, and how many recommended ones it leaves out."""
    if present == 0:
        return "not_supported", "no_work_found"
    if present == named and not unnamed:
        return "supported", "list_complete"
    return "partly_supported", "list_incomplete"
