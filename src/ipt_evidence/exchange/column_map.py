"""Anybody's table under the column names of the Metapsy data standard: which column is which, said once and kept."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.table import FIELDS, NEEDED
from ipt_evidence.exchange.deviations import deviation_of
from ipt_evidence.exchange.foreign import Record, Sheet, Wanted, column_name, refuse
from ipt_evidence.exchange.forms.reviewers import agreed
from ipt_evidence.exchange.metapsy.columns import PAIRED, READ, canonical, names_what_is_measured
from ipt_evidence.exchange.metapsy.reading import dated
from ipt_evidence.exchange.numerals import same_cell, whole
from ipt_evidence.exchange.spreadsheets import read_table_sheet
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.words.vocabulary import nearest

FIXED = "="
"""Before a value that is the same in every row, such as ``condition_arm1==cbt``."""

FIGURES = frozenset(PAIRED) - {"condition", "multi"}
SPREADS = ("se", "ci_low", "ci_high")
"""What a standard deviation follows from, where a table has none; beside the names of the standard."""

SIDES = ("", "_arm1", "_arm2")
MAPPABLE = frozenset((*READ, *PAIRED, *(f"{name}{side}" for name in SPREADS for side in SIDES)))
"""Names a column can be given: those of a comparison of two arms, or of one arm a row."""

OF_RESULT = frozenset({"outcome_type", "instrument", "rating", "time", "time_weeks", "dich"})
"""Columns that say what was measured and when."""

OF_PEOPLE = frozenset({"mean_age", "percent_women"})
OF_FIRST = frozenset({"format", "format_details", "n_sessions"})
"""Columns that are read of the first arm of a comparison."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of a table is which.

    Attributes
    ----------
    columns : mapping of str to str
        Column of the table, or `FIXED` and a value, by name in the Metapsy data standard. With ``condition`` in place
        of ``condition_arm1`` and ``condition_arm2``, the table has one row an arm.
    results : mapping of str to mapping
        For a table with several results side by side in a row: by a name of one's own, what differs from `columns` in
        each of them.
    """

    columns: Mapping[str, str]
    results: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def of_references(self) -> bool:
        """Return whether the table has one row a reference: nothing else has a title."""
        return "title" in self.columns

    @property
    def by_arm(self) -> bool:
        """Return whether the table has one row an arm instead of one a comparison."""
        return "condition" in self.names

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the standard that are given a column, each once."""
        return tuple(dict.fromkeys((*self.columns, *(name for result in self.results.values() for name in result))))

    @property
    def each(self) -> tuple[Mapping[str, str], ...]:
        """Return the columns of each result of a row."""
        return tuple({**self.columns, **result} for result in self.results.values()) or (self.columns,)


def map_path(file: Path) -> Path:
    """Return where the map of a table is kept: beside it."""
    return file.parent / f"{file.name}.map.yaml"


def parse_map(items: Iterable[str]) -> ColumnMap:
    """Return the map that ``NAME=COLUMN`` items say; ``RESULT.NAME=COLUMN`` is about one of several results of a row.

    Raises
    ------
    ExtractionError
        For each item of another form, and each name that the standard does not have.
    """
    found: dict[str, Any] = {}
    wrong = []
    for item in items:
        name, sign, column = (part.strip() for part in item.partition("="))
        result, dot, inner = name.rpartition(".")
        if not (sign and inner and column):
            wrong.append(
                Breach(file="--map", value=item, column="item", rule="must be NAME=COLUMN", remedy="Write both")
            )
        elif dot and result and name not in MAPPABLE:
            found.setdefault(result, {})[inner] = column
        else:
            found[name] = column
    return _sound(found, "--map", wrong)


def read_map(path: Path) -> ColumnMap:
    """Return the map kept in a file.

    Raises
    ------
    ExtractionError
        If it is no YAML mapping of names to columns, or has a name that the standard does not have.
    """
    import yaml

    from ipt_evidence.plain_yaml import read_plain

    try:
        content = read_plain(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as problem:
        refuse(path.as_posix(), f"the column map cannot be read ({problem})", "Write it again with --map")
    if not isinstance(content, dict):
        refuse(path.as_posix(), "the column map must be lines of NAME: COLUMN", "Write it again with --map")
    return _sound({str(name): column for name, column in content.items()}, path.as_posix(), [])


def _sound(content: Mapping[str, Any], file: str, wrong: list[Breach]) -> ColumnMap:
    columns = {name: str(column) for name, column in content.items() if not isinstance(column, dict)}
    results = {
        name: {str(inner): str(column) for inner, column in columns_of.items()}
        for name, columns_of in content.items()
        if isinstance(columns_of, dict)
    }
    found = ColumnMap(columns, results)
    rule, known = "no column of the Metapsy data standard that is read has this name", MAPPABLE
    needed: tuple[str, ...] = ("study", "condition") if found.by_arm else ("study", "condition_arm1", "condition_arm2")
    remedy = "Add {0}=COLUMN, or {0}==VALUE"
    if found.of_references:
        rule, known = "no field of a reference has this name", frozenset(FIELDS)
        needed, remedy = NEEDED, "Add {0}=COLUMN"
    wrong += [
        Breach(file=file, column=name, rule=rule, remedy=f"Correct it: {nearest(name, known)}")
        for name in found.names
        if name not in known
    ]
    wrong += [
        Breach(file=file, column=name, rule="the map must name it", remedy=remedy.format(name))
        for name in needed
        if any(name not in each for each in found.each)
    ]
    if wrong:
        raise ExtractionError(wrong)
    return found


def map_text(column_map: ColumnMap) -> str:
    """Return a map as YAML."""
    import yaml

    content = {**column_map.columns, **{name: dict(result) for name, result in column_map.results.items()}}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def mapped_sheet(path: Path, column_map: ColumnMap) -> Sheet:
    """Read a table, text or workbook, under the names of its map; columns that the map leaves out keep their names.

    Raises
    ------
    ExtractionError
        If the table cannot be read, or has not a column that the map names; each is named.
    """
    sheet = agreed(read_table_sheet(path, Wanted("a table")))
    theirs = [_theirs(each) for each in column_map.each]
    used = tuple(dict.fromkeys(column for each in theirs for column in each.values()))
    if missing := [name for name in used if name not in sheet.columns]:
        remedy = "Correct the map: {}"
        rule = "the map names a column that the first row does not have"
        raise ExtractionError(
            Breach(file=sheet.file, line=1, column=name, rule=rule, remedy=remedy.format(nearest(name, sheet.columns)))
            for name in missing
        )
    rest = tuple(name for name in sheet.columns if name not in used)
    records, left = [], list(sheet.left)
    for record in sheet.records:
        results = [
            _named(record, columns, named, rest)
            for columns, named in zip(column_map.each, theirs, strict=True)
            if not column_map.results or _has_figures(record, named)
        ]
        records += results
        if not results:
            said = ", ".join(record.get(name) for name in theirs[0].values() if record.get(name))
            left.append((record.line, said or "row", "it holds no figure of any result of the map"))
    derived = [_with_deviations(record, left) for record in records]
    names = tuple(dict.fromkeys(map(_without_spread, column_map.names)))
    remarks = (*sheet.remarks, *(remark for _, found in derived for remark in found))
    records = [record for record, _ in derived]
    columns = tuple(dict.fromkeys((*names, *rest)))
    named = dated(replace(sheet, columns=columns, records=tuple(records), left=tuple(left), remarks=remarks))
    return widened(named, ColumnMap({name: name for name in names}), by_name=True) if column_map.by_arm else named


def _without_spread(name: str) -> str:
    """Return the name that a mapped column has once standard deviations are worked out."""
    return re.sub(rf"^(?:{'|'.join(SPREADS)})(?=_arm[12]$|$)", "sd", name)


def _with_deviations(record: Record, left: list[tuple[int, str, str]]) -> tuple[Record, list[str]]:
    """Return a row whose standard deviations follow from standard errors or intervals of 95 %, and how they do."""
    cells, remarks = dict(record.cells), []
    for side in SIDES:
        said = {name: cell for name in SPREADS if (cell := cells.pop(f"{name}{side}", ""))}
        what = f"{record.get('study')}: {', '.join(f'{name}{side} {cell}' for name, cell in said.items())}"
        if said and cells.get(f"sd{side}"):
            left.append((record.line, what, "the row has a standard deviation, which is taken"))
        elif said:
            try:
                beside = {"mean": cells.get(f"mean{side}", "")}
                cells[f"sd{side}"], how = _deviation(said | beside, int(whole(cells.get(f"n{side}", "") or "0")))
                remarks.append(f"line {record.line}, {record.get('study')}: {how}")
            except ValueError as problem:
                left.append((record.line, what, str(problem)))
    return Record(record.line, cells), remarks


def _deviation(said: Mapping[str, str], n: int) -> tuple[str, str]:
    if n < 1:
        raise ValueError("no standard deviation follows without the number of people")
    if found := deviation_of(said, n):
        return found
    raise ValueError("no standard deviation follows from one limit")


def _theirs(columns: Mapping[str, str]) -> dict[str, str]:
    return {ours: column_name(column) for ours, column in columns.items() if not column.startswith(FIXED)}


def _has_figures(record: Record, theirs: Mapping[str, str]) -> bool:
    return any(record.get(column) for name, column in theirs.items() if re.sub(r"_arm[12]$", "", name) in FIGURES)


def _named(record: Record, columns: Mapping[str, str], theirs: Mapping[str, str], rest: tuple[str, ...]) -> Record:
    """Return one result of a row under its names."""
    fixed = {name: value[1:] for name, value in columns.items() if value.startswith(FIXED)}
    named = {name: record.get(column) for name, column in theirs.items()}
    return Record(record.line, named | fixed | {name: record.get(name) for name in rest if name not in columns})


def widened(sheet: Sheet, column_map: ColumnMap, *, by_name: bool = False) -> Sheet:
    """Return one row a comparison: the first arm of a result against each of its others; a lone arm is left.

    Parameters
    ----------
    sheet : Sheet
        One row an arm. Rows that agree in all that is mapped, but for people and treatments, are arms of one result.
    column_map : ColumnMap
        What is mapped.
    by_name : bool, optional
        Whether columns that are not mapped are read by their names: those that say what was measured, or when, then
        tell results apart as well.
    """
    own = [name for name in column_map.names if name in PAIRED]
    shared = [name for name in sheet.columns if name not in own]
    telling = [name for name in shared if _tells_results_apart(name, column_map, by_name=by_name)]
    results: defaultdict[tuple[str, ...], list[Record]] = defaultdict(list)
    records, left = [], list(sheet.left)
    for record in sheet.records:
        if record.get("condition"):
            results[tuple(record.get(name) for name in telling)].append(record)
        else:
            # Paired, it would take the figures of another arm with it.
            left.append((record.line, _said(record, own), "condition: empty"))
    for arms in results.values():
        first, *others = arms
        if not others:
            left.append((first.line, _said(first, own), "no second arm has a result of the same kind"))
        differing, lines = _differing(arms, shared)
        left += lines
        for other in others:
            sides = {f"{name}_arm{n}": arm.get(name) for n, arm in ((1, first), (2, other)) for name in own}
            both = {name: "" if name in differing else _of_both(name, first, other) for name in shared}
            records.append(Record(other.line, both | sides))
    columns = (*(f"{name}_arm{n}" for name in own for n in (1, 2)), *shared)
    ordered = tuple(sorted(records, key=lambda record: record.line))
    return replace(sheet, columns=columns, records=ordered, left=tuple(left))


def _said(arm: Record, own: list[str]) -> str:
    said = ", ".join(f"{name} {arm.get(name)}" for name in own if arm.get(name))
    return f"{arm.get('study')}: {said}"


def _tells_results_apart(name: str, column_map: ColumnMap, *, by_name: bool) -> bool:
    meaning = canonical(name)
    if meaning in {*OF_PEOPLE, *OF_FIRST}:
        return False
    return name in column_map.names or (by_name and (meaning in OF_RESULT or names_what_is_measured(meaning)))


def _of_both(name: str, first: Record, other: Record) -> str:
    return first.get(name) if canonical(name) in OF_FIRST else first.get(name) or other.get(name)


def _differing(arms: list[Record], shared: list[str]) -> tuple[set[str], list[tuple[int, str, str]]]:
    """Return columns on people that differ between the arms of a result, and a line for each cell that is not taken."""
    found: set[str] = set()
    left = []
    for name in shared:
        meaning, cells = canonical(name), [(arm, arm.get(name)) for arm in arms]
        filled = [(arm, cell) for arm, cell in cells if cell]
        others = [(arm, cell) for arm, cell in filled if not same_cell(cell, filled[0][1])]
        if meaning in OF_PEOPLE and others:
            found.add(name)
            reason = "it differs between the arms, and trials.csv holds that of all people"
            left += [(arm.line, f"{arm.get('study')}: {name} {cell}", reason) for arm, cell in filled]
        elif meaning in OF_FIRST:
            reason = "it is read of the first arm of a result alone: enter it in arms.csv"
            left += [(arm.line, f"{arm.get('study')}: {name} {cell}", reason) for arm, cell in cells[1:] if cell]
        elif meaning in READ and others:
            reason = f"the first row of the result says {filled[0][1]}, which is taken"
            left += [(arm.line, f"{arm.get('study')}: {name} {cell}", reason) for arm, cell in others]
    return found, left


def preview(sheet: Sheet, rows: int = 3) -> list[tuple[str, ...]]:
    """Return the first rows of a mapped table turned round: a line a column that is read, its name first."""
    names = [
        name for name in dict.fromkeys(sheet.columns) if re.sub(r"_arm[12]$", "", name) in MAPPABLE or name in READ
    ]
    return [(name, *(record.get(name) for record in sheet.records[:rows])) for name in names]
