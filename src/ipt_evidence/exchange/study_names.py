"""What a study is called of which author and year stand in two columns: an author may have several trials."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase

from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.names import slug
from ipt_evidence.exchange.oddities import in_lines, some
from ipt_evidence.words.numbers import plural

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Named:
    """A row whose study is named without a number: in which column, and what else tells it apart."""

    line: int
    column: str
    name: str
    year: str
    mark: str

    @property
    def dated(self) -> str:
        return f"{self.name} {self.year}".strip()


def with_years(sheet: Sheet, studies: Sequence[str], years: Sequence[str], marks: Sequence[str] = ()) -> Sheet:
    """Return a table whose studies that are named without a number bear the year of their row in their name.

    A row without a year has that of the other rows of its name, if they have one. Where rows of one name and year have
    several marks, they are several studies, told apart by letters. Remarks of the table say all of this.

    Parameters
    ----------
    sheet : Sheet
        The table.
    studies : sequence of str
        Columns that name the study: the first that is filled.
    years : sequence of str
        Columns of its year.
    marks : sequence of str, optional
        Columns that hold something else for each study, such as its DOI.
    """
    found = [_named(record, studies, years, marks) for record in sheet.records]
    rows = _with_known_years([each for each in found if each])
    letters = _letters(rows)
    names = {id(row): row.dated + letters.get((*_place(row), row.mark), "") for row in rows}
    of_record = iter(rows)
    records = tuple(
        Record(record.line, {**record.cells, each.column: names[id(next(of_record))]}) if each else record
        for record, each in zip(sheet.records, found, strict=True)
    )
    remarks = (*sheet.remarks, *_remarks(rows, names, letters))
    return replace(sheet, records=records, remarks=remarks)


def _named(record: Record, studies: Iterable[str], years: Iterable[str], marks: Iterable[str]) -> _Named | None:
    column = next((name for name in studies if record.get(name)), "")
    name = record.get(column)
    if not name or _DIGIT.search(name):
        return None
    return _Named(record.line, column, name, record.get(*years).removesuffix(".0"), record.get(*marks).lower())


def _place(row: _Named) -> tuple[str, str]:
    return slug(row.name, ""), row.year


def _with_known_years(rows: list[_Named]) -> list[_Named]:
    known: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row.year:
            known[slug(row.name, "")][row.year] = None
    alone = {name: next(iter(years)) for name, years in known.items() if len(years) == 1}
    return [row if row.year else replace(row, year=alone.get(slug(row.name, ""), "")) for row in rows]


def _letters(rows: Iterable[_Named]) -> dict[tuple[str, str, str], str]:
    """Return the letter of each mark of a name and year that have several."""
    marks: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row.mark:
            marks[_place(row)][row.mark] = None
    return {
        (*place, mark): letter if place[1] else f" {letter}"
        for place, several in marks.items()
        if 1 < len(several) <= len(ascii_lowercase)
        for mark, letter in zip(several, ascii_lowercase, strict=False)
    }


def _remarks(rows: list[_Named], names: dict[int, str], letters: dict[tuple[str, str, str], str]) -> Iterator[str]:
    if dated := list(dict.fromkeys(names[id(row)] for row in rows if row.year)):
        yield f"studies named without a year have that of their rows in their name: {some(dated)}"
    several: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        several[slug(row.name, "")][names[id(row)]] = None
    if apart := [" and ".join(found) for found in several.values() if len(found) > 1]:
        by = "years, DOIs or ids" if letters else "years"
        yield f"one name with several {by} is taken as several trials ({some(apart)}): give those one name that are one"
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        if names[id(row)] == row.name:
            lines[row.name].append(row.line)
    if together := [f"{name} ({in_lines(each)})" for name, each in lines.items() if len({*each}) > 1]:
        yield (
            f"nothing tells the trials of one name apart, so that {plural(len(together), 'it is', 'each is')} taken as "
            f"one: {some(together)}"
        )
