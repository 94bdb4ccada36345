"""Claims that a guideline recommends the therapy: each body the claim names against what it says as read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.claims.base import Base, Claim
from ipt_evidence.appraisal.claims.verdicts import Verdict
from ipt_evidence.appraisal.guidelines import is_listing
from ipt_evidence.extraction.choices import NOT_STATED
from ipt_evidence.words.audit import BODY_SAYS
from ipt_evidence.words.sentence_parts import Sentence, whole

STANCES = {
    "recommended_first_line": "recommends",
    "recommended": "recommends",
    "recommended_second_line": "names",
    "option": "names",
    "insufficient_evidence": "does_not",
    "not_mentioned": "does_not",
    "not_recommended": "advises_against",
}
"""What a recommendation amounts to, best first within a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body a claim names, with what our tables hold of it.

    Attributes
    ----------
    name : str
        As the claim names it, with the code of the guideline if it names one.
    code : str
        The code; empty if it names none.
    speaks : str
        Who says it, by its whole name; empty if nothing of the body is in the tables.
    stance : str
        Key of ``BODY_SAYS``: the best of what it says of the condition.
    organisations : tuple of str
        Who goes by that name in the tables.
    people : tuple of str
        Whom what it says at best of the condition is about.
    summaries : tuple of str
        What it says of the condition, with body and year, in our own words.
    """

    name: str
    code: str
    speaks: str
    stance: str
    organisations: tuple[str, ...]
    people: tuple[str, ...]
    summaries: tuple[str, ...]


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a claim on guidelines; it is supported if every body it names recommends the therapy for the condition."""
    table = base.tables["guidelines"]
    bodies = [_body(cited, claim.condition, table) for cited in claim.bodies]
    if not any(body.organisations for body in bodies):
        unknown = Sentence("The claim names no body whose recommendations are in our tables.")
        return Verdict(verdict="not_assessable", rule_id="body_not_in_tables", why=(unknown,))
    verdict, rule_id = on_stances([body.stance for body in bodies])
    label, therapy = base.voice.conditions[claim.condition], base.voice.therapy
    said = (whole(_says(body, therapy, label)) for body in bodies)
    why = (*said, *(Sentence(f"{body.name} speaks of {'; '.join(body.people)}.") for body in bodies if body.people))
    instead = tuple(Sentence(summary) for body in bodies for summary in body.summaries)
    return Verdict(verdict=verdict, rule_id=rule_id, why=why, instead=() if verdict == "supported" else instead)


def on_stances(stances: list[str]) -> tuple[str, str]:
    """Judge a claim by the stances of the bodies it names.

    Supported if all recommend; contradicted if one advises against; not assessable if nothing of any was read on the
    condition; partly supported if one at least recommends the therapy, names it or lists it; else not supported.
    """
    if set(stances) == {"recommends"}:
        return "supported", "all_recommend"
    if "advises_against" in stances:
        return "contradicted", "advised_against"
    if set(stances) == {"not_read"}:
        return "not_assessable", "not_read"
    if {"recommends", "names", "lists"} & set(stances):
        return "partly_supported", "some_recommend"
    return "not_supported", "none_recommends"


def _body(cited: str, condition: str, table: pd.DataFrame) -> Body:
    name, _, code = cited.partition(":")
    own = table[table["body"].eq(name) & (table["code"].eq(code) | (code == ""))]
    here = own[own["condition"].eq(condition)].to_dict("records")
    stance = min(map(_stance, here), key=list(BODY_SAYS).index, default="not_read")
    return Body(
        name=" ".join(filter(None, (name, code))),
        code=code,
        speaks=next(
            (row["organisation"] for row in here if _stance(row) == stance), next(iter(own["organisation"]), "")
        ),
        stance=stance,
        people=tuple(dict.fromkeys(row["population"] for row in here if _stance(row) == stance and _names_people(row))),
        organisations=tuple(dict.fromkeys(own["organisation"])),
        summaries=tuple(_summary(row) for row in here),
    )


def _stance(row: Mapping[Any, Any]) -> str:
    stance = STANCES[row["recommendation"]]
    return "lists" if is_listing(row) and stance in ("recommends", "names") else stance


def _names_people(row: Mapping[Any, Any]) -> bool:
    """Tell whether a recommendation says whom it is about."""
    return row["population"] != NOT_STATED


def _summary(row: Mapping[Any, Any]) -> str:
    year = f" {row['year']:.0f}" if pd.notna(row["year"]) else ", undated"
    people = f", on {row['population']}" if _names_people(row) else ""
    return f"{row['organisation']}{year}{people}: {row['summary']}"


def _says(body: Body, therapy: str, label: str) -> str:
    if not body.organisations:
        return f"{body.name} is not in our tables"
    said = BODY_SAYS[body.stance].format(therapy=therapy, label=label)
    if len(body.organisations) > 1:
        return f"Of {len(body.organisations)} bodies called {body.name}, the {body.speaks} {said}"
    return f"In {body.code}, the {body.speaks} {said}" if body.code else f"The {body.speaks} {said}"
