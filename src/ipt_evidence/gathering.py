"""Set the tables of all families under one another: as text, so that nothing is rounded and little is loaded."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from ipt_evidence.errors import EvidenceError
from ipt_evidence.files import write_file


def gather(parts: Sequence[str | Path], out: str | Path, *, column: str, order: Mapping[str, int]) -> None:
    """Write the rows of several tables as one.

    Parameters
    ----------
    parts : sequence of path
        CSV files with the same columns; at least one.
    out : path
        The file to write.
    column : str
        The column that the rows are put in order by; rows that agree on it stay in the order in which they come. With
        empty text all rows do.
    order : mapping of str to int
        Place of each value of that column; values that have none come last, as text.

    Raises
    ------
    EvidenceError
        If two tables have different columns.
    """
    columns, *rows = _cells(parts[0])
    for part in parts[1:]:
        header, *more = _cells(part)
        if header != columns:
            raise EvidenceError(f"{part}: has the columns {', '.join(header)}; {parts[0]} has {', '.join(columns)}")
        rows += more
    if column:
        place = columns.index(column)
        rows.sort(key=lambda row: (order.get(row[place], len(order)), row[place]))
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    write_file(text.getvalue(), out)


def order_of(plan: str | Path) -> dict[str, int]:
    """Return the place of each question where questions are told: by condition, then as in the plan."""
    columns, *rows = _cells(plan)
    question, condition = columns.index("question_id"), columns.index("condition")
    rows.sort(key=lambda row: row[condition])
    return {row[question]: place for place, row in enumerate(rows)}


def _cells(path: str | Path) -> list[list[str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
