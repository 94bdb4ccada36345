"""What changed, laid out for readers: the same for the terminal, for Markdown and for the page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.changes.causes import Cause
from ipt_evidence.reporting.changes.moved import CLAIM, GUIDE, QUESTION, TRIALS
from ipt_evidence.reporting.changes.report import Changes, Explained
from ipt_evidence.words.labels import capital, listed
from ipt_evidence.words.numbers import counted

NOTHING = "\N{EN DASH}"
"""What stands where nothing is said."""

ONE_CAUSE = {
    "only": "{by}",
    "alone": "{by}",
    "together": "only together: {by}",
    "untried": "not told apart: {by}",
}
"""How causes are named, by how they are known."""


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause for readers.

    Attributes
    ----------
    title, how : str
        What it is, and whether it came, went or changed, with what it moved.
    cells : tuple of (str, str, str, str)
        Row, column, old and new cell, where a record changed.
    """

    title: str
    how: str
    cells: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class MovedLine:
    """One thing that is said otherwise: what it is, what was and what is said, and what moved it."""

    what: str
    old: str
    new: str
    by: str


@dataclass(frozen=True, slots=True)
class MovedPlace:
    """A question, claim or guide of which something is said otherwise.

    Attributes
    ----------
    kind, name, title : str
        Which it is.
    lines : tuple of MovedLine
        What moved.
    """

    kind: str
    name: str
    title: str
    lines: tuple[MovedLine, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What changed between two states, for readers.

    Attributes
    ----------
    old, new, summary : str
        The two states, and what changed in a sentence.
    causes : tuple of CauseLine
        What came, went or changed.
    questions, claims, guides : tuple of MovedPlace
        Where something is said otherwise.
    notes : tuple of str
        What could not be told.
    """

    old: str
    new: str
    summary: str
    causes: tuple[CauseLine, ...]
    questions: tuple[MovedPlace, ...]
    claims: tuple[MovedPlace, ...]
    guides: tuple[MovedPlace, ...]
    notes: tuple[str, ...]


def outline(changes: Changes) -> Outline:
    """Lay out what changed."""
    questions, claims, guides = (_places(changes.moved, kind) for kind in (QUESTION, CLAIM, GUIDE))
    return Outline(
        old=changes.old,
        new=changes.new,
        summary=_summary(changes, {QUESTION: len(questions), CLAIM: len(claims), GUIDE: len(guides)}),
        causes=tuple(_cause(cause, changes) for cause in changes.causes),
        questions=questions,
        claims=claims,
        guides=guides,
        notes=changes.notes,
    )


def _summary(changes: Changes, moved: Mapping[str, int]) -> str:
    if not changes.causes and not changes.moved:
        return "Nothing changed."
    what = counted(len(changes.causes), "change")
    if not changes.moved:
        return f"{what}; no answer, label, verdict or sentence moved."
    places = [counted(number, kind) for kind, number in moved.items() if number]
    return f"{what}; {listed(places)} moved."


def _cause(cause: Cause, changes: Changes) -> CauseLine:
    count = sum(cause.title in one.by for one in changes.moved)
    how = f"{cause.how}{_rows(cause)}{'' if count else '; it moved nothing that is printed'}"
    cells = [
        (f"{change.file}: {change.key}", *cell)
        for change in cause.changes
        if change.how == "changed"
        for cell in change.cells
    ]
    return CauseLine(capital(cause.title), how, tuple(cells))


def _rows(cause: Cause) -> str:
    """Count the records that came and went, by file; how is said where it is not that of the cause."""
    found = Counter((change.file, change.how) for change in cause.changes if change.how != "changed")
    parts = [
        f"{counted(number, 'record')} of {file}{'' if how == cause.how else f' {how}'}"
        for (file, how), number in found.items()
    ]
    return f" ({', '.join(parts)})" if parts and cause.kind == "trial" else ""


def _places(moved: Iterable[Explained], kind: str) -> tuple[MovedPlace, ...]:
    groups = grouped((one.moved.place.name, one) for one in moved if one.moved.place.kind == kind)
    return tuple(
        MovedPlace(kind, name, group[0].moved.title, tuple(_line(one) for one in group))
        for name, group in groups.items()
    )


def _line(one: Explained) -> MovedLine:
    moved = one.moved
    by = ONE_CAUSE[one.how].format(by=listed(list(one.by))) if one.by else "not known"
    if moved.place.what == TRIALS:
        return MovedLine(
            TRIALS, f"left: {listed(list(moved.old)) or 'none'}", f"joined: {listed(list(moved.new)) or 'none'}", by
        )
    return MovedLine(moved.place.what, _said(moved.old), _said(moved.new), by)


def _said(parts: tuple[str, ...]) -> str:
    """Join sentences as they are, anything else with semicolons."""
    if not parts:
        return NOTHING
    return " ".join(parts) if all(part.endswith(".") for part in parts) else "; ".join(parts)
