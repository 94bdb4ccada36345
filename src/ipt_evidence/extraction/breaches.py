"""What is wrong or odd in the raw data, and where: one frozen record a finding, one exception for all errors."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, get_args

from ipt_evidence.errors import EvidenceError
from ipt_evidence.grouping import grouped
from ipt_evidence.messages import few
from ipt_evidence.words.numbers import plural

SHOWN_CHARACTERS = 60
"""Cell values longer than this are cut in messages, so that one bad cell never hides the others."""

SHOWN_LINES = 10
"""Of a problem that many rows share, as many lines are named."""

Level = Literal["error", "warning", "note"]

LEVELS: tuple[Level, ...] = get_args(Level)
"""From what stops the run down to what is worth knowing."""

KEY_CHARACTERS = 400
"""Keys join several cells, and are worth copying."""


def shown(value: object, characters: int = SHOWN_CHARACTERS) -> str:
    """Return ``value`` as a message shows it, on one line: control characters escaped, long text cut."""
    text = str(value)
    start = _printable(text[:characters])
    return start if len(text) <= characters else f"{start}... ({len(text)} characters)"


def _printable(text: str) -> str:
    """Escape what does not print: control characters, turned reading direction, every space but the plain one."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One problem in the raw data.

    Attributes
    ----------
    file : str
        File as the reader named it.
    line : int or None
        1-based line on which the row starts; None if the problem is the whole file.
    key : str
        Which row, as ``column=value; column=value``; empty if the problem is the whole file.
    column : str
        Column or field; empty if the problem is the whole row.
    value : str or None
        Content of the cell as typed; None if there is no single cell.
    rule : str
        What must hold.
    remedy : str
        What would put it right.
    level : {"error", "warning", "note"}
        An error stops the run; a warning is carried into the reports; a note is worth knowing.
    check : str
        Name of the check across tables that found it; empty if reading or a schema did.
    trial_id : str
        The trial concerned; empty if none, or if it is not known.
    doubts : tuple of str
        Entries of doubts.csv that say the same.
    """

    file: str
    line: int | None = None
    key: str = ""
    column: str = ""
    value: str | None = None
    rule: str
    remedy: str
    level: Level = "error"
    check: str = ""
    trial_id: str = ""
    doubts: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the breach on one line: place, row, cell, rule, remedy."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (_printable(place), self.row, self.message) if part)

    @property
    def row(self) -> str:
        """Return the key as printable text."""
        return shown(self.key, KEY_CHARACTERS)

    @property
    def message(self) -> str:
        """Return cell, rule and remedy on one line."""
        cell = shown(self.column) if self.value is None else f"{shown(self.column)} = '{shown(self.value)}'"
        advice = f"{self.rule}. {self.remedy}{'' if self.remedy.endswith('?') else '.'}"
        # Rules and remedies may quote other cells, so the whole line goes through the filter.
        return _printable(": ".join(part for part in (cell.strip(), advice) if part))


class ExtractionError(EvidenceError):
    """Raw data that cannot be used; carries every breach found, not only the first.

    Parameters
    ----------
    breaches : iterable of Breach
        Errors; sorted here by file and line, one kept of those that name the same cell.

    Attributes
    ----------
    breaches : tuple of Breach
        The problems in the order of the message.
    """

    def __init__(self, breaches: Iterable[Breach]) -> None:
        self.breaches = _in_order(breaches)
        super().__init__(_message(self.breaches))


def errors_in(findings: Iterable[Breach]) -> list[Breach]:
    """Return the findings that stop the run."""
    return [finding for finding in findings if finding.level == "error"]


def _in_order(breaches: Iterable[Breach]) -> tuple[Breach, ...]:
    """Sort by place; of several breaches of one cell keep the first found, which explains the others."""
    kept: dict[tuple[object, ...], Breach] = {}
    for breach in breaches:
        whole_row = breach.line is None or not breach.column
        place = (breach.file, breach.line, breach.column, breach.rule if whole_row else "")
        kept.setdefault(place, breach)
    return tuple(sorted(kept.values(), key=lambda breach: (breach.file, breach.line or 0)))


def _message(breaches: tuple[Breach, ...]) -> str:
    """Return all breaches, grouped by file; what one word or value does wrong in many rows is said once."""
    groups = [(file, list(found)) for file, found in groupby(breaches, key=lambda breach: breach.file)]
    head = f"{counted(len(breaches), 'problem')} in {counted(len(groups), 'file')}; nothing was written."
    blocks = [
        "\n".join([f"{_printable(file)} ({counted(len(found), 'problem')})", *(f"  {line}" for line in _lines(found))])
        for file, found in groups
    ]
    return "\n".join([head, *blocks])


def _lines(breaches: list[Breach]) -> list[str]:
    """Return one line each for what is wrong in one file, rows with one and the same problem together."""
    alike = grouped((_problem(breach), breach) for breach in breaches)
    return [str(found[0]) if len(found) == 1 else _together(found) for found in alike.values()]


def _problem(breach: Breach) -> tuple[object, ...]:
    problem = (breach.column, breach.value, breach.rule, breach.remedy)
    return problem if breach.line is not None and breach.column else (*problem, breach.line, breach.key)


def _together(breaches: list[Breach]) -> str:
    first, lines = breaches[0], few([str(breach.line) for breach in breaches], SHOWN_LINES)
    return f"{_printable(first.file)}: {first.message} In {len(breaches)} rows: lines {lines}."


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one."""
    return f"{number} {plural(number, noun)}"


def key_text(cells: Iterable[tuple[str, object]]) -> str:
    """Return what tells a row from others as text, ``column=value; column=value``; the inverse of :func:`key_parts`."""
    return "; ".join(f"{name}={cell}" for name, cell in cells)


def key_parts(key: str) -> dict[str, str]:
    """Return the columns and values of a key; what is no ``column=value`` is left out."""
    return dict(part.split("=", 1) for part in key.split("; ") if "=" in part)
