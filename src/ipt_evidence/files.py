"""Tables on disk and the messages of jobs: the few things every script of the workflow does the same way."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.errors import EvidenceError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet read text as a formula."""

NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
"""Text that a spreadsheet reads as a number, which runs nothing."""


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table this package wrote; only an empty cell is missing, whatever the text says."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def read_tables(paths: list[str]) -> pd.DataFrame:
    """Read tables of one kind and set them under one another; no path gives a table without columns."""
    parts = [read_table(path) for path in paths]
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table as UTF-8 CSV, numbers at full precision, text that a spreadsheet would run disarmed."""
    text = table.select_dtypes(["object", "string"]).columns
    table.assign(**{column: table[column].map(_disarmed) for column in text}).to_csv(
        path, index=False, lineterminator="\n"
    )


def _disarmed(value: Any) -> Any:
    armed = isinstance(value, str) and value.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(value)
    return f"'{value}" if armed else value


def read_json(path: str | Path) -> Any:
    """Read a JSON file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_json(data: Any, path: str | Path) -> None:
    """Write JSON with sorted keys; a number that is not finite has no place in JSON and is an error."""
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    Path(path).write_text(text + "\n", encoding="utf-8")


@contextmanager
def messages_to(log: str | Path) -> Iterator[None]:
    """Write what the user can put right to the log of the job, and end the job with code 1 instead of a traceback."""
    Path(log).write_text("", encoding="utf-8")
    try:
        yield
    except EvidenceError as problem:
        Path(log).write_text(f"{problem}\n", encoding="utf-8")
        sys.exit(1)
