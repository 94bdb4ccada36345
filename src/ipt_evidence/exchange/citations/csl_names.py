"""Names that come in parts, as CSL-JSON and Crossref have them, as names of ours."""

from collections.abc import Iterator
from typing import Any

from ipt_evidence.exchange.citations.json_records import objects, text
from ipt_evidence.exchange.citations.markup import unmarked
from ipt_evidence.exchange.citations.people import persons, without_degrees
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.extraction.references.csl import spaced

PARTS = ("family", "given", "suffix", "dropping-particle", "non-dropping-particle", "literal", "name")
"""What is read of a name; ``literal`` is the name of an organisation in CSL-JSON, ``name`` in Crossref."""


def people(value: Any, line: int, ledger: Ledger) -> list[dict[str, str]]:
    """Return the names in a list of names; degrees are left, and so is what is no name at all."""
    found = []
    for each in objects(value):
        parts = {part: _flat(each.get(part)) for part in PARTS}
        if "," in (alone := _alone(parts)):
            found += persons([alone], line, ledger)
        elif person := _person(parts):
            found.append(person)
        for degree in _degrees(each):
            ledger.leave(line, f"{_shown(each)}: {degree}", "a degree is no part of a name")
    return found


def _person(parts: dict[str, str]) -> dict[str, str]:
    whole = parts["literal"] or parts["name"]
    family, given = parts["family"], parts["given"]
    if not family or not given:
        alone = _alone(parts)
        return {"family": family} if family and not whole and " " not in family else {"literal": alone} if alone else {}
    family, _, given = without_degrees(f"{family.replace(',', ' ')}, {given}")[0].partition(", ")
    suffix = "" if _is_degree(parts["suffix"]) else parts["suffix"]
    particle = " ".join(filter(None, (parts["dropping-particle"], parts["non-dropping-particle"])))
    person = {"family": family, "given": spaced(given, family), "non-dropping-particle": particle, "suffix": suffix}
    return {part: said for part, said in person.items() if said}


def _alone(parts: dict[str, str]) -> str:
    """Return a name that comes in one piece, empty text if it has a family and a given name."""
    family, given = parts["family"], parts["given"]
    return "" if family and given else family or parts["literal"] or parts["name"] or given


def _degrees(name: dict[str, Any]) -> Iterator[str]:
    family, given, suffix = (_flat(name.get(part)) for part in ("family", "given", "suffix"))
    if family and given and (degrees := without_degrees(f"{family.replace(',', ' ')}, {given}")[1]):
        yield degrees
    if _is_degree(suffix):
        yield suffix


def _is_degree(suffix: str) -> bool:
    return bool(suffix) and bool(without_degrees(f"Doe, Jane, {suffix}")[1])


def _flat(value: Any) -> str:
    return unmarked(text(value)).replace("{", "").replace("}", "").rstrip(",;").strip()


def _shown(name: dict[str, Any]) -> str:
    return ", ".join(said for part in ("family", "given") if (said := _flat(name.get(part))))
