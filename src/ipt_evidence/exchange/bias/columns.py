"""What the columns of a table of risk of bias hold: the study, judgements, answers, and what supports them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ipt_evidence.exchange.revman.words import domain_of
from ipt_evidence.extraction import rob2

Role = Literal["study", "year", "outcome", "judgement", "answer", "algorithm", "support", "other"]

STUDIES = (
    *("study", "study id", "study name", "study label", "studies", "trial"),
    *("author", "first author", "authors", "author year", "unique id"),
)
"""Columns that name the study, in the order they are sought in."""

YEARS = ("year", "publication year", "year of publication", "study year")
"""Columns that belong to the name of a study where it stands without its year."""

OUTCOMES = ("outcome", "instrument", "scale", "measure")

ROB2_DOMAINS = dict(zip("12345", rob2.DOMAINS, strict=True))
ROB1_ITEMS = {
    "1": "sequence_generation",
    "2": "allocation_concealment",
    "4": "blinding_of_assessors",
    "5": "incomplete_outcome_data",
}
"""Items of the first tool that ``risk_of_bias.csv`` holds, by the numbers of robvis: 3, 6 and 7 are not among them."""

_QUESTIONS = frozenset(question for asked in rob2.QUESTIONS.values() for question in asked)
_SUPPORT = re.compile(
    r"\b(?:notes?|supports?|supporting|comments?|descriptions?|rationales?|justifications?|quotes?)\b"
)
_ANSWER = re.compile(r"(?:x|q|sq|question )?([1-5]\.[1-7])(?: (?:if|was|were|is|are|did|do|does|has|have|could)\b.*)?")
_NUMBERED = re.compile(r"(?:rob ?2? )?(?:domain|dom|d) ?([1-7])(?: .*)?")
_TOOL = re.compile(r"(?:domain )?([1-5])\.0(?: .*)?")
_OVERALL = re.compile(r"(?:rob ?2? )?overall\b.*|.*\boverall (?:risk|bias|judge?ment|rob)\b.*|risk of bias|rob")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds.

    Attributes
    ----------
    role : str
        What kind of cells.
    tool : str
        Tool of a judgement; empty where the number of its domain says nothing of the tool.
    about : str
        Domain or question, the number of a domain, or empty text.
    """

    role: Role
    tool: str = ""
    about: str = ""


@cache
def column_of(name: str) -> Column:
    """Return what a column holds by its name, such as ``D1``, ``1.0 Assessor's Judgement`` or ``Note for 1.3``."""
    plain = plain_name(name)
    if plain in STUDIES:
        return Column("study")
    if plain in YEARS:
        return Column("year")
    if plain in OUTCOMES:
        return Column("outcome")
    if _SUPPORT.search(plain):
        return Column("support")
    if "algorithm" in plain:
        return Column("algorithm", "RoB2", _domain_in(plain))
    if (asked := _ANSWER.fullmatch(plain)) and asked[1] in _QUESTIONS:
        return Column("answer", "RoB2", asked[1])
    if judged := _TOOL.fullmatch(plain):
        return Column("judgement", "RoB2", ROB2_DOMAINS[judged[1]])
    if judged := _NUMBERED.fullmatch(plain):
        return Column("judgement", "", judged[1])
    if _OVERALL.fullmatch(plain):
        return Column("judgement", "", "overall")
    tool, domain = domain_of(plain)
    return Column("judgement", tool, domain) if tool else Column("other")


def role_of(name: str) -> str:
    """Return the role of a column, ``judgement`` for answers too: a table needs a study and one of these."""
    role = column_of(name).role
    return "judgement" if role == "answer" else role


def is_bias_table(columns: Iterable[str]) -> bool:
    """Return whether columns are those of a table of risk of bias: a study, and judgements on three domains or more."""
    found = [column_of(name) for name in columns]
    judged = {column.about for column in found if column.role in ("judgement", "answer")} - {"overall"}
    return any(column.role == "study" for column in found) and len(judged) >= 3


def plain_name(name: str) -> str:
    """Return the name of a column in small letters, spaces for other signs but the dot of a number."""
    text = re.sub(r"[^a-z0-9.]+", " ", name.lower())
    # R writes a dot for every sign that no name may hold; between digits it belongs to the number of a question.
    return " ".join(re.sub(r"(?<!\d)\.|\.(?!\d)", " ", text).split())


def _domain_in(plain: str) -> str:
    number = re.search(r"\b([1-5])\.0\b|\b(?:domain|d) ?([1-5])\b", plain)
    return ROB2_DOMAINS[number[1] or number[2]] if number else "overall" if "overall" in plain else ""
