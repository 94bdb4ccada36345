"""Files, read and written in one way by every script of the workflow."""

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipt_evidence.columns import is_text, of_no_row
from ipt_evidence.errors import EvidenceError

if TYPE_CHECKING:
    import pandas as pd

ARMED = re.compile(r"""["']*([=@\t]|[+-](?!([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z))""")
"""How text begins that a spreadsheet would run as a formula, guarded or not. A number with its sign runs nothing."""

PART = re.compile(r"(?<![^;\r\n])[^;\r\n]+")
"""What may come to stand at the start of a cell: the whole text and, where a spreadsheet divides cells by semicolons,
as in much of Europe, what follows one, or a line end. Quotes do not keep these together: they count at the start of a
cell alone, and with that divider most cells of ours begin in the middle of one of theirs."""

MAYBE_ARMED = re.compile(r"""(?<![^;\r\n])["'=@\t+-]""")
"""A sign that such a part begins with, somewhere in a text."""


class UnreadableError(EvidenceError):
    """A file of the review that is damaged.

    Attributes
    ----------
    reason : str
        Why it cannot be read.
    """

    def __init__(self, path: str | Path, reason: str) -> None:
        self.reason = reason
        remedy = "`ipt-evidence run` makes anew what a run made; put back what it did not"
        super().__init__(f"{Path(path).as_posix()}: cannot be read: {reason}. {remedy}.")


def guarded(text: Any) -> Any:
    """Return a text of which no spreadsheet runs any part as a formula; what is no text is left alone."""
    return PART.sub(_guarded_part, text) if isinstance(text, str) else text


def unguarded(text: Any) -> Any:
    """Return the text that was guarded."""
    return PART.sub(_unguarded_part, text) if isinstance(text, str) else text


def _guarded_part(part: re.Match[str]) -> str:
    return f"'{part[0]}" if ARMED.match(part[0]) else part[0]


def _unguarded_part(part: re.Match[str]) -> str:
    return part[0][1:] if part[0].startswith("'") and ARMED.match(part[0]) else part[0]


def read_table(path: str | Path, dtypes: Mapping[str, str] | None = None) -> "pd.DataFrame":
    """Read a table that is sound; only an empty cell is missing, whatever the text says.

    Parameters
    ----------
    path : path
        A CSV file; its name is that of the table.
    dtypes : mapping of str to str, optional
        Types of columns that hold no text (:mod:`ipt_evidence.columns`); whole numbers, others, and true or false are
        told apart by their cells where none is given.

    Raises
    ------
    UnreadableError
        If it is no such table.
    """
    import pandas as pd  # it takes long to load, and files are written without it

    name = Path(path).stem
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            columns = next(csv.reader(stream), [])
        texts = {column: "str" for column in columns if is_text(name, column)}
        table = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype={**texts, **(dtypes or {})})
    except (ValueError, csv.Error) as problem:  # of pandas, and of letters, too
        raise UnreadableError(path, f"it is no UTF-8 CSV table ({problem})") from None
    return _with_texts(table if len(table) else of_no_row(table), unguarded)


def write_table(table: "pd.DataFrame", path: str | Path) -> None:
    """Write a table as :func:`table_text` sets it."""
    write_file(table_text(table), path)


def table_text(table: "pd.DataFrame") -> str:
    """Set a table as CSV, numbers at full precision, text that a spreadsheet would run guarded."""
    return _rows_text(table, _filled(_with_texts(table, guarded), ""))


def table_texts(table: "pd.DataFrame", key: str, values: Iterable[str]) -> dict[str, str]:
    """Set the rows with each of some values of a column as :func:`table_text` sets a table."""
    rows: dict[str, list[list[Any]]] = {value: [] for value in values}
    for value, row in zip(table[key].tolist(), _filled(_with_texts(table, guarded), ""), strict=True):
        if value in rows:
            rows[value].append(row)
    return {value: _rows_text(table, found) for value, found in rows.items()}


def _rows_text(names: Iterable[Hashable], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()


def _with_texts(table: "pd.DataFrame", change: Any) -> "pd.DataFrame":
    columns = {}
    for name, column in table.items():
        if column.dtype.kind != "O":
            continue
        # Few texts change, and most stand in many rows.
        texts = {text: change(text) for text in set(column.to_numpy(object)) if MAYBE_ARMED.search(str(text))}
        if any(new != text for text, new in texts.items()):
            columns[str(name)] = column.map(lambda text, texts=texts: texts.get(text, text))
    return table.assign(**columns) if columns else table


def rows_of(table: "pd.DataFrame", empty: Any = "") -> list[dict[str, Any]]:
    """Return the rows of a table with ``empty`` where a cell is."""
    return _by_name(table, _filled(table, empty))


def records(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return the rows of a table by column, their cells plain values of Python."""
    return _by_name(table, cells(table))


def cells(table: "pd.DataFrame") -> list[list[Any]]:
    """Return the cells of each row, plain values of Python."""
    return list(table.to_numpy(object).tolist())


def _filled(table: "pd.DataFrame", empty: Any) -> list[list[Any]]:
    """Return the cells of each row, ``empty`` where there is nothing."""
    from pandas import isna

    values = table.to_numpy(object, copy=True)
    values[isna(values)] = empty
    return list(values.tolist())


def _by_name(table: "pd.DataFrame", rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    names = [str(name) for name in table]
    return [dict(zip(names, row, strict=True)) for row in rows]


def read_json(path: str | Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    UnreadableError
        If it is none.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise UnreadableError(path, "it is not UTF-8") from None
    except (ValueError, RecursionError) as problem:
        raise UnreadableError(path, f"it is not JSON ({problem})") from None


def write_json(data: Any, path: str | Path) -> None:
    """Write data as :func:`json_text` sets it."""
    write_file(json_text(data), path)


def json_text(data: Any) -> str:
    """Set data as JSON with sorted keys; a number that is not finite has no place in JSON and is an error."""
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def write_file(content: str | bytes, path: str | Path) -> None:
    """Write a file that never holds half of its content; leave it alone if it holds that content already."""
    path, data = Path(path), content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException as failure:
        Path(name).unlink(missing_ok=True)
        if isinstance(failure, OSError) and failure.errno:
            failure.filename = str(path)  # the one that a user knows
        raise
