"""What a review is made from, as records that can be told apart, and what differs between two of them."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandera.pandas as pa
import yaml

from ipt_evidence.extraction.breaches import key_text
from ipt_evidence.extraction.schemas import (
    MODERATOR_GROUPS,
    MODERATORS,
    QUESTIONS,
    RAW_TABLES,
    STRENGTH_RULES,
    VOCABULARY_TABLES,
)
from ipt_evidence.extraction.validation import key_columns
from ipt_evidence.files import UnreadableError
from ipt_evidence.plain_yaml import read_plain

CONFIG, GUIDES = "config/config.yaml", "data/raw/guides.yaml"
BIBLIOGRAPHIES = ("data/raw/references.bib", "data/raw/guide_references.bib")
ENTRY = re.compile(r"^@\w+\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)

TABLES: Mapping[str, pa.DataFrameSchema] = {
    **{f"data/raw/{name}.csv": schema for name, schema in RAW_TABLES.items()},
    **{f"config/vocabulary/{name}.csv": schema for name, schema in VOCABULARY_TABLES.items()},
    "config/questions.csv": QUESTIONS,
    "config/strength_rules.csv": STRENGTH_RULES,
    "config/moderators.csv": MODERATORS,
    "config/moderator_groups.csv": MODERATOR_GROUPS,
}
"""Schema of every table that people fill in, by its path below the folder of a review."""

Record = dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A record that came, went or changed.

    Attributes
    ----------
    file, key : str
        The file it belongs to, and what tells it from the others there: ``trial_id=elkin1989; arm_id=ipt``, the key of
        an entry, the path of a setting.
    old, new : dict of str to str or None
        Its cells, filled ones only, by column; None where it is not there.
    """

    file: str
    key: str
    old: Record | None
    new: Record | None

    @property
    def how(self) -> str:
        """Whether it came, went or changed."""
        return "came" if self.old is None else "went" if self.new is None else "changed"

    @property
    def cells(self) -> tuple[tuple[str, str, str], ...]:
        """The columns that differ, each with its old and its new cell."""
        old, new = self.old or {}, self.new or {}
        names = dict.fromkeys((*old, *new))
        return tuple((name, old.get(name, ""), new.get(name, "")) for name in names if _differ(old, new, name))

    @property
    def record(self) -> Record:
        """What it holds now, or held."""
        return self.new or self.old or {}


def read_inputs(folder: Path) -> dict[str, dict[str, Record]]:
    """Read what a review is made from: the records of each file by key, in their order."""
    found = {file: _rows(folder / file, schema) for file, schema in TABLES.items() if (folder / file).is_file()}
    found |= {file: _entries(folder / file) for file in BIBLIOGRAPHIES if (folder / file).is_file()}
    if (folder / GUIDES).is_file():
        guides = _yaml(folder / GUIDES)
        found[GUIDES] = {guide["guide_id"]: {k: json.dumps(v) for k, v in guide.items()} for guide in guides}
    found[CONFIG] = {path: {"value": json.dumps(value)} for path, value in _settings(_yaml(folder / CONFIG))}
    return found


def differences(old: Path, new: Path) -> tuple[Change, ...]:
    """Return every record that differs between two reviews; order of rows, lines and spelling of numbers apart."""
    before, after = read_inputs(old), read_inputs(new)
    return tuple(
        Change(file, key, was, now)
        for file in dict.fromkeys((*before, *after))
        for key in dict.fromkeys((*before.get(file, {}), *after.get(file, {})))
        if _changed(was := before.get(file, {}).get(key), now := after.get(file, {}).get(key))
    )


def _changed(old: Record | None, new: Record | None) -> bool:
    if old is None or new is None:
        return True
    return any(_differ(old, new, name) for name in {*old, *new})


def _differ(old: Record, new: Record, name: str) -> bool:
    one, other = old.get(name, ""), new.get(name, "")
    return one != other and _number(one) != _number(other)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _rows(path: Path, schema: pa.DataFrameSchema) -> dict[str, Record]:
    keys = key_columns(schema)
    with io.StringIO(path.read_text(encoding="utf-8-sig"), newline="") as file:
        rows = [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file)]
    return {key_text((name, row[name]) for name in keys if name in row): row for row in rows if row}


def _entries(path: Path) -> dict[str, Record]:
    """Return the entries of a bibliography that is sound, as they are typed."""
    text = path.read_text(encoding="utf-8-sig")
    starts = [*ENTRY.finditer(text)]
    ends = [*(one.start() for one in starts[1:]), len(text)]
    return {one[1]: {"entry": text[one.start() : end].strip()} for one, end in zip(starts, ends, strict=True)}


def _settings(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each setting with its path; a list is one setting."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _settings(part, f"{path}.{name}" if path else str(name))
    else:
        yield path, value


def _yaml(path: Path) -> Any:
    try:
        return read_plain(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise UnreadableError(path, f"it is no plain YAML ({problem})") from None
