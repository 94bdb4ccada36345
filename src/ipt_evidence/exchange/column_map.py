"""Anybody's table under the column names of the Metapsy data standard: which column is which, said once and kept."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ipt_evidence.exchange.foreign import Record, Sheet, column_name, refuse
from ipt_evidence.exchange.metapsy.columns import PAIRED, READ
from ipt_evidence.exchange.spreadsheets import read_table_sheet
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.words.vocabulary import nearest

FIXED = "="
"""Before a value that is the same in every row, such as ``condition_arm1==cbt``."""

MAPPABLE = frozenset((*READ, *PAIRED))
"""Names a column can be given: those of a comparison of two arms, or of one arm a row."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of a table is which.

    Attributes
    ----------
    columns : mapping of str to str
        Column of the table, or `FIXED` and a value, by name in the Metapsy data standard. With ``condition`` in place
        of ``condition_arm1`` and ``condition_arm2``, the table has one row an arm.
    """

    columns: Mapping[str, str]

    @property
    def by_arm(self) -> bool:
        """Return whether the table has one row an arm instead of one a comparison."""
        return "condition" in self.columns


def map_path(file: Path) -> Path:
    """Return where the map of a table is kept: beside it."""
    return file.with_name(f"{file.name}.map.yaml")


def parse_map(items: Iterable[str]) -> ColumnMap:
    """Return the map that ``NAME=COLUMN`` items say.

    Raises
    ------
    ExtractionError
        For each item of another form, and each name that the standard does not have.
    """
    found, wrong = {}, []
    for item in items:
        name, sign, column = item.partition("=")
        if not (sign and name.strip() and column.strip()):
            wrong.append(
                Breach(file="--map", value=item, column="item", rule="must be NAME=COLUMN", remedy="Write both")
            )
        found[name.strip()] = column.strip()
    return _sound(found, "--map", wrong)


def read_map(path: Path) -> ColumnMap:
    """Return the map kept in a file.

    Raises
    ------
    ExtractionError
        If it is no YAML mapping of names to columns, or has a name that the standard does not have.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as problem:
        refuse(path.as_posix(), f"the column map cannot be read ({problem})", "Write it again with --map")
    if not isinstance(content, dict):
        refuse(path.as_posix(), "the column map must be lines of NAME: COLUMN", "Write it again with --map")
    return _sound({str(name): str(column) for name, column in content.items()}, path.as_posix(), [])


def _sound(columns: dict[str, str], file: str, wrong: list[Breach]) -> ColumnMap:
    for name in columns:
        if name not in MAPPABLE:
            rule = "no column of the Metapsy data standard that is read has this name"
            wrong.append(Breach(file=file, column=name, rule=rule, remedy=f"Correct it: {nearest(name, MAPPABLE)}"))
    needed = ("study", "condition") if "condition" in columns else ("study", "condition_arm1", "condition_arm2")
    wrong += [
        Breach(file=file, column=name, rule="the map must name it", remedy=f"Add {name}=COLUMN, or {name}==VALUE")
        for name in needed
        if name not in columns
    ]
    if wrong:
        raise ExtractionError(wrong)
    return ColumnMap(columns)


def map_text(column_map: ColumnMap) -> str:
    """Return a map as YAML."""
    return yaml.safe_dump(dict(column_map.columns), sort_keys=False, allow_unicode=True)


def mapped_sheet(path: Path, column_map: ColumnMap) -> Sheet:
    """Read a table, text or workbook, under the names of its map; columns that the map leaves out keep their names.

    Raises
    ------
    ExtractionError
        If the table cannot be read, or has not a column that the map names; each is named.
    """
    sheet = read_table_sheet(path, (), "a table")
    theirs = {ours: column_name(column) for ours, column in column_map.columns.items() if not column.startswith(FIXED)}
    if missing := [name for name in theirs.values() if name not in sheet.columns]:
        remedy = "Correct the map: {}"
        rule = "the map names a column that the first row does not have"
        raise ExtractionError(
            Breach(file=sheet.file, line=1, column=name, rule=rule, remedy=remedy.format(nearest(name, sheet.columns)))
            for name in missing
        )
    fixed = {name: value[1:] for name, value in column_map.columns.items() if value.startswith(FIXED)}
    used = set(theirs.values())
    rest = tuple(name for name in sheet.columns if name not in used)
    records = tuple(
        Record(
            record.line,
            {name: record.get(column) for name, column in theirs.items()}
            | fixed
            | {name: record.get(name) for name in rest if name not in column_map.columns},
        )
        for record in sheet.records
    )
    columns = (*column_map.columns, *rest)
    named = Sheet(sheet.file, columns, records, sheet.guessed, sheet.ragged, sheet.remarks)
    return _widened(named, column_map) if column_map.by_arm else named


def _widened(sheet: Sheet, column_map: ColumnMap) -> Sheet:
    """Return one row a comparison: the first arm of a result against each of its others."""
    own = [name for name in column_map.columns if name in PAIRED]
    shared = [name for name in sheet.columns if name not in own]
    results: defaultdict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in sheet.records:
        results[tuple(record.get(name) for name in column_map.columns if name not in own)].append(record)
    records, remarks = [], list(sheet.remarks)
    for arms in results.values():
        first, *others = arms
        if not others:
            remarks.append(
                f"line {first.line} ({first.get('study')}, {first.get('condition')}) has no second arm: left"
            )
        for other in others:
            sides = {f"{name}_arm{n}": arm.get(name) for n, arm in ((1, first), (2, other)) for name in own}
            records.append(Record(other.line, {name: first.get(name) or other.get(name) for name in shared} | sides))
    columns = (*(f"{name}_arm{n}" for name in own for n in (1, 2)), *shared)
    ordered = tuple(sorted(records, key=lambda record: record.line))
    return Sheet(sheet.file, columns, ordered, sheet.guessed, sheet.ragged, tuple(remarks))


def preview(sheet: Sheet, rows: int = 3) -> list[tuple[str, ...]]:
    """Return the first rows of a mapped table turned round: a line a column that is read, its name first."""
    names = [
        name for name in dict.fromkeys(sheet.columns) if re.sub(r"_arm[12]$", "", name) in MAPPABLE or name in READ
    ]
    return [(name, *(record.get(name) for record in sheet.records[:rows])) for name in names]
