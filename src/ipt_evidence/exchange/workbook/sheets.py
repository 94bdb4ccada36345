"""Read one sheet of a workbook into its raw table, with what stands in the way, cell by cell."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ipt_evidence.exchange.imported import LeftOut, text_frame
from ipt_evidence.exchange.workbook.cells import text_of, trouble, unescaped
from ipt_evidence.exchange.workbook.opening import MOST_ROWS
from ipt_evidence.exchange.workbook.references import SHEETS
from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.validation import schema_breaches, typed
from ipt_evidence.words.numbers import plural


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet as read.

    Attributes
    ----------
    table : str
        Name of its raw table, or ``references``.
    frame : pandas.DataFrame
        Text cells in the columns of the table, indexed by row.
    breaches : list of Breach
        What cannot be taken, by sheet and cell.
    left : list of LeftOut
        Columns that are no part of the table.
    todo : list of LeftOut
        What is taken although the sheet hides it, strikes it through or comments on it.
    """

    table: str
    frame: pd.DataFrame
    breaches: list[Breach]
    left: list[LeftOut]
    todo: list[LeftOut]


def read_sheet(sheet: Worksheet, table: str, file: str) -> Sheet:
    """Read the sheet of a raw table, or of the references; where its shape is wrong its cells are not looked at."""
    place = f"{file}, sheet {sheet.title}"
    if shape := list(_wrong_shape(sheet, place)):
        return Sheet(table, text_frame(SHEETS[table].columns, []), shape, [], [])
    lines = sheet.iter_rows()
    heads = {cell.column: text_of(cell).strip() for cell in next(lines, ())}
    if wrong := list(_wrong_heads(heads, table, place)):
        return Sheet(table, text_frame(SHEETS[table].columns, []), wrong, [], [])
    columns = {name: column for column, name in heads.items() if name in SHEETS[table].columns}
    rows = {line[0].row: line for line in lines if any(text_of(cell) for cell in line)}
    breaches = [breach for line in rows.values() for cell in line for breach in _wrong_cell(cell, heads, table, place)]
    cells = ((row, {name: text_of(line[at - 1]) for name, at in columns.items()}) for row, line in rows.items())
    frame = text_frame(SHEETS[table].columns, cells)
    extra = [name for name in heads.values() if name and name not in columns]
    left = [LeftOut(place, 1, f"column {name}", "the table has no such column") for name in extra]
    if missing := _missing(columns, table):
        reason = "missing from the first row, as in an older template: read as empty"
        left.append(LeftOut(place, 1, f"{plural(len(missing), 'column')} {', '.join(missing)}", reason))
    todo = [*_hidden(sheet, rows, columns, place), *_marked(rows, columns, place)]
    return Sheet(table, frame, breaches or _broken_rules(frame, table, columns, place), left, todo)


def _hidden(sheet: Worksheet, rows: Iterable[int], columns: Mapping[str, int], place: str) -> Iterator[LeftOut]:
    """Name what is taken although nobody who looks at the sheet sees it: rows folded away or filtered, columns."""
    reason = "hidden or filtered in the sheet, and taken all the same; is it to count?"
    if unseen := [row for row in rows if sheet.row_dimensions[row].hidden]:
        yield LeftOut(place, unseen[0], f"{plural(len(unseen), 'row')} {', '.join(map(str, unseen))}", reason)
    spans = [(part.min, part.max) for part in sheet.column_dimensions.values() if part.hidden]
    if names := [name for name, at in columns.items() if any(low <= at <= high for low, high in spans)]:
        yield LeftOut(place, 1, f"{plural(len(names), 'column')} {', '.join(names)}", reason)


def _marked(rows: Mapping[int, tuple[Cell, ...]], columns: Mapping[str, int], place: str) -> Iterator[LeftOut]:
    """Name what a person put beside or through a cell that is taken: a comment, a line through it."""
    names = {at: name for name, at in columns.items()}
    cells = [cell for line in rows.values() for cell in line if cell.column in names and text_of(cell)]
    for cell in cells:
        what = f"{names[cell.column]} (cell {cell.coordinate}): {text_of(cell)}"
        if cell.comment is not None:
            said = " ".join(unescaped(cell.comment.text).split())
            yield LeftOut(place, cell.row, what, f"taken, its comment is not: {said}")
        if cell.font is not None and cell.font.strike:
            yield LeftOut(place, cell.row, what, "struck through in the sheet, and taken all the same; is it to count?")


def _wrong_shape(sheet: Worksheet, place: str) -> Iterator[Breach]:
    if sheet.sheet_state != "visible":
        yield Breach(file=place, rule="the sheet is hidden", remedy="Show it and check what it holds, or delete it")
    for area in sorted(map(str, sheet.merged_cells.ranges)):
        remedy = "Split them, and fill each cell"
        yield Breach(file=place, column=f"cells {area}", rule="the cells are merged", remedy=remedy)
    if sheet.max_row > MOST_ROWS:
        rule = f"the sheet reaches down to row {sheet.max_row}, and may reach to {MOST_ROWS}"
        yield Breach(file=place, rule=rule, remedy="Delete the empty rows under the table")


def _wrong_heads(heads: Mapping[int, str], table: str, place: str) -> Iterator[Breach]:
    counts = Counter(filter(None, heads.values()))
    extra = [name for name in counts if name not in SHEETS[table].columns]
    for name, count in counts.items():
        if count > 1:
            rule = f"the column stands {count} times in the first row"
            yield Breach(file=place, line=1, column=name, rule=rule, remedy="Keep one of them")
    # Where no other head could be meant, the template is older than the column: nothing is lost by reading it as empty.
    for name in _missing(counts, table) if extra else ():
        remedy = f"Add it; is it {' or '.join(extra)}?"
        yield Breach(file=place, line=1, column=name, rule="the column is missing from the first row", remedy=remedy)


def _missing(heads: Iterable[str], table: str) -> list[str]:
    there = {*heads}
    return [name for name in SHEETS[table].columns if name not in there]


def _wrong_cell(cell: Cell, heads: Mapping[int, str], table: str, place: str) -> Iterator[Breach]:
    name = heads[cell.column]
    if not name and text_of(cell):
        rule, remedy = "the cell stands under no column name", "Clear it, or give the column a name"
        yield _at(Breach(file=place, line=cell.row, value=text_of(cell), rule=rule, remedy=remedy), cell.column)
    elif name in SHEETS[table].columns and (found := trouble(cell)):
        rule, remedy = found
        breach = Breach(file=place, line=cell.row, column=name, value=text_of(cell), rule=rule, remedy=remedy)
        yield _at(breach, cell.column)


def _broken_rules(frame: pd.DataFrame, table: str, columns: Mapping[str, int], place: str) -> list[Breach]:
    """Hold the cells to the schema of the table, and say in which cell of the sheet each breach is."""
    values, malformed = typed(frame, SHEETS[table], place)
    breaches = malformed + schema_breaches(values, SHEETS[table], place)
    return [_at(breach, columns[breach.column]) if breach.column in columns else breach for breach in breaches]


def _at(breach: Breach, column: int) -> Breach:
    """Name the cell the way a spreadsheet does."""
    return replace(breach, column=f"{breach.column} (cell {get_column_letter(column)}{breach.line})".strip())
