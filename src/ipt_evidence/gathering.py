"""Set the tables of all families under one another: as text, so that nothing is rounded and little is loaded."""

import csv
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
    header, *rows = _records(parts[0])
    for part in parts[1:]:
        other, *more = _records(part)
        if other != header:
            there, here = (", ".join(_cells(one)) for one in (other, header))
            raise EvidenceError(f"{part}: has the columns {there}; {parts[0]} has {here}")
        rows += more
    if column:
        place = _cells(header).index(column)

        def told(row: str) -> tuple[int, str]:
            value = _cell(row, place)
            return order.get(value, len(order)), value

        rows.sort(key=told)
    write_file("".join([header, *rows]), out)


def order_of(plan: str | Path) -> dict[str, int]:
    """Return the place of each question where questions are told: by condition, then as in the plan."""
    with Path(plan).open(encoding="utf-8-sig", newline="") as file:
        columns, *rows = csv.reader(file)
    question, condition = columns.index("question_id"), columns.index("condition")
    rows.sort(key=lambda row: row[condition])
    return {row[question]: place for place, row in enumerate(rows)}


def _records(path: str | Path) -> list[str]:
    """Return the rows of a CSV file that a job has written as they stand there, each with its end of line."""
    found, begun = [], ""
    with Path(path).open(encoding="utf-8-sig", newline="\n") as file:
        for line in file:
            begun += line
            # A cell may have lines of its own: within one, a quotation mark is still open.
            if begun.count('"') % 2 == 0:
                found.append(begun)
                begun = ""
    return [*found, begun] if begun else found


def _cells(record: str) -> list[str]:
    return next(csv.reader([record]))


def _cell(record: str, place: int) -> str:
    """Return one cell of a row, without taking the row apart where nothing before it is in quotation marks."""
    before = record.split(",", place + 1)[: place + 1]
    return _cells(record)[place] if '"' in "".join(before) else before[-1].rstrip("\n")
