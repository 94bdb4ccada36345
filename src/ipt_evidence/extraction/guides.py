"""Read guides.yaml: the published guides whose statements the evidence backs, and the parts they need."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.reading import read_text
from ipt_evidence.extraction.schemas.patterns import SLUG
from ipt_evidence.messages import MOVING
from ipt_evidence.plain_yaml import PlainLoader, read_plain

AUDIENCES = ("professional", "public")
READINGS = ("plain", "professional")
CITATION_STYLES = ("apa", "harvard", "vancouver")
EVIDENCE_PARTS = (
    "adaptations", "claims_by_condition", "effectiveness", "evidence_summary", "guideline_support", "indications",
    "last_evidence_review", "limitations", "questions_and_answers", "recommended_reading", "references",
    "source_registry", "strength_of_evidence", "when_it_is_used",
)  # fmt: skip
FIELDS = ("guide_id", "kind", "audience", "readings", "evidence_parts", "citation_style", "notes")
OPTIONAL = ("questions",)
"""Fields that only guides with questions and answers need."""

ASKS = {
    "how_long": {"text", "condition"},
    "helps": {"text", "condition"},
    "only": {"text", "condition"},
    "differs": {"text", "condition", "comparator"},
}
"""What a guide may ask, and what the question must name: how long a course lasts, whether the therapy helps with a
condition, whether it is for that condition only, how it differs from another treatment there; the text is that of the
guide, in our own words."""


PRINTABLE = "must be text of characters that print"


def read_guides(path: Path) -> tuple[dict[str, dict[str, Any]] | None, list[Breach]]:
    """Read the guides.

    Parameters
    ----------
    path : Path
        A YAML list of mappings with the fields ``FIELDS``, and those of ``OPTIONAL`` if they are needed.

    Returns
    -------
    guides : dict of str to dict, or None
        Sound entries by guide_id, in the order of the file; None if the file is no list of guides at all.
    breaches : list of Breach
        What is wrong.
    """
    file = path.as_posix()
    text, breaches = read_text(path)
    if text is None:
        return None, breaches
    try:
        guides = read_plain(text)
        root = yaml.compose(text, Loader=PlainLoader)
    except yaml.YAMLError as error:
        return None, [*breaches, _malformed(file, error)]
    if not isinstance(root, yaml.SequenceNode):
        remedy = "Start each guide with '- guide_id: ...'"
        return None, [*breaches, Breach(file=file, line=1, rule="must be a list of guides", remedy=remedy)]
    found: dict[str, dict[str, Any]] = {}
    for node, guide in zip(root.value, guides, strict=True):
        wrong = list(_guide_breaches(file, node.start_mark.line + 1, guide, found))
        breaches.extend(wrong)
        if not wrong:
            found[guide["guide_id"]] = guide
    return found, breaches


def _malformed(file: str, error: yaml.YAMLError) -> Breach:
    mark = getattr(error, "problem_mark", None)
    rule = f"the file is not well-formed YAML ({getattr(error, 'problem', None) or error})"
    remedy = "Check the indentation, and quote text that holds a colon"
    return Breach(file=file, line=mark.line + 1 if mark else None, rule=rule, remedy=remedy)


def _guide_breaches(file: str, line: int, guide: object, found: dict[str, dict[str, Any]]) -> Iterator[Breach]:
    if not isinstance(guide, dict) or set(guide) - set(OPTIONAL) != set(FIELDS):
        rule = f"a guide must have exactly the fields {', '.join(FIELDS)}, and may have {', '.join(OPTIONAL)}"
        yield Breach(file=file, line=line, rule=rule, remedy="Add what is missing, remove what is not listed")
        return
    breach = partial(Breach, file=file, line=line, key=f"guide_id={guide['guide_id']}")
    for name, rule, holds in _rules(guide):
        if not holds:
            yield breach(column=name, value=str(guide.get(name)), rule=rule, remedy="Correct the field")
    if str(guide["guide_id"]) in found:
        yield breach(rule="the guide is listed twice", remedy="Keep one of the two")


def _rules(guide: dict[str, Any]) -> list[tuple[str, str, bool]]:
    name, parts, readings, style = (guide[one] for one in ("guide_id", "evidence_parts", "readings", "citation_style"))
    is_slug = isinstance(name, str) and bool(re.fullmatch(SLUG, name))
    some_readings = f"must be a list of one or more of {', '.join(READINGS)}, each once"
    some_parts = f"must be a list of words out of {', '.join(EVIDENCE_PARTS)}, each once"
    questions = (
        "must be a list of questions, each with asks and what that kind of question must name, in printable text: "
        + "; ".join(f"{kind} ({', '.join(sorted(needs))})" for kind, needs in ASKS.items())
    )
    return [
        ("guide_id", "must be a slug: small ASCII letters, digits and _", is_slug),
        ("kind", PRINTABLE, _is_printable(guide["kind"])),
        ("notes", PRINTABLE, _is_printable(guide["notes"])),
        ("audience", f"must be one of {', '.join(AUDIENCES)}", guide["audience"] in AUDIENCES),
        ("readings", some_readings, readings != [] and _are_words(readings, READINGS)),
        ("citation_style", f"must be one of {', '.join(CITATION_STYLES)}", style in CITATION_STYLES),
        ("evidence_parts", some_parts, _are_words(parts, EVIDENCE_PARTS)),
        ("questions", questions, _are_questions(guide.get("questions", []))),
    ]


def _are_questions(asked: object) -> bool:
    return isinstance(asked, list) and all(
        isinstance(one, dict)
        and all(map(_is_printable, one.values()))
        and set(one) - {"asks"} == ASKS.get(one.get("asks", ""))
        for one in asked
    )


def _is_printable(value: object) -> bool:
    return isinstance(value, str) and not MOVING.search(value)


def _are_words(value: object, allowed: tuple[str, ...]) -> bool:
    """Return whether a value is a list of allowed words, each once."""
    return isinstance(value, list) and len(value) == len(set(map(str, value))) and all(one in allowed for one in value)
