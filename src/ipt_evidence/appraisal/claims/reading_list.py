"""Claims that list works to read: each work against the bibliography of the guide."""

import re
from collections.abc import Mapping
from typing import Any

from ipt_evidence.appraisal.claims import words
from ipt_evidence.appraisal.claims.findings import Base, Claim
from ipt_evidence.appraisal.claims.verdicts import Verdict

WORK = re.compile(r"([^,:]+?) (\d{4})")


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a reading list by whether its works are those the guide recommends, and all of them."""
    named = [(author.strip(), int(year)) for author, year in WORK.findall(claim.claim)]
    if not named:
        why = "The claim names no work by author and year."
        return Verdict(verdict="not_assessable", rule_id="no_work_named", why=why)
    listed = [work for work in base.works if claim.guide_id in work["usedby"] and work["recommended"]]
    present = [(author, year) for author, year in named if any(_is(work, author, year) for work in listed)]
    missing = [f"{author} {year}" for author, year in named if (author, year) not in present]
    unnamed = [work["id"] for work in listed if not any(_is(work, author, year) for author, year in named)]
    found = (
        f"{len(present)} of the {words.counted(len(named), 'work')} named stand in the bibliography of the guide, "
        "marked as recommended."
    )
    remarks = [
        *([f"Not found: {words.together(missing)}."] if missing else []),
        *([f"Marked as recommended but not named: {words.together(unnamed)}."] if unnamed else []),
    ]
    verdict, rule_id = on_works(len(named), len(present), len(unnamed))
    why = " ".join([found, *remarks, "Whether a work is worth reading is not for tables of trials to say."])
    return Verdict(verdict=verdict, rule_id=rule_id, why=why)


def on_works(named: int, present: int, unnamed: int) -> tuple[str, str]:
    """Judge a list by how many of its works are in the bibliography, and how many recommended ones it leaves out."""
    if present == 0:
        return "not_supported", "no_work_found"
    if present == named and not unnamed:
        return "supported", "list_complete"
    return "partly_supported", "list_incomplete"


def _is(work: Mapping[str, Any], author: str, year: int) -> bool:
    """Tell whether a work is by the authors named (``Klerman and Weissman``), in that order, and of that year."""
    people = work.get("author") or work.get("editor") or []
    names = [_name(person) for person in people]
    wanted = author.split(" and ")
    return work["issued"]["date-parts"][0][0] == year and names[: len(wanted)] == wanted


def _name(person: Mapping[str, Any]) -> str:
    if "literal" in person:
        return str(person["literal"])
    return " ".join(part for part in (person.get("non-dropping-particle"), person["family"]) if part)
