"""Changes gathered to what one can put back or leave out: a trial, a correction, a setting, the code."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from ipt_evidence.extraction.breaches import key_parts
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.changes.inputs import (
    BIBLIOGRAPHIES,
    CONFIG,
    GUIDES,
    Change,
    Record,
    read_inputs,
)

STUDIES = ("trials", "arms", "outcomes", "contrasts", "risk_of_bias")
"""Tables whose rows on one trial make one cause."""

ABOUT_TRIALS = ("corrections", "doubts", "overrides")
"""Tables whose rows go with a trial that came or went, and are causes of their own otherwise."""

CARRIED = (
    "data/raw/sources.csv", "data/raw/references.bib", "config/vocabulary/instruments.csv",
    "config/vocabulary/treatments.csv", "config/vocabulary/conditions.csv",
)  # fmt: skip
"""Files whose new rows go with the causes that name them."""

NAMES = {
    "corrections": "correction", "doubts": "doubt", "overrides": "override", "claims": "claim",
    "guidelines": "guideline", "benchmarks": "published result", "excluded_reports": "excluded report",
    "sources": "source", "references": "reference", "guide_references": "reference of a guide", "guides": "guide",
    "conditions": "condition", "treatment_classes": "class of treatments", "treatments": "treatment",
    "outcomes": "outcome", "instruments": "instrument", "mids": "important difference", "questions": "question",
    "strength_rules": "strength rule", "moderators": "moderator", "moderator_groups": "group of a moderator",
    "config": "setting",
}  # fmt: skip
"""What a record of a file is, by the name of the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """What changed as one thing.

    Attributes
    ----------
    kind, name : str
        What it is: ``trial``, ``setting``, ``code``; and which.
    how : str
        came, went or changed.
    changes : tuple of Change
        The records of it that did; none of the code.
    carried : tuple of Change
        New records that it names and that came with it.
    """

    kind: str
    name: str
    how: str
    changes: tuple[Change, ...]
    carried: tuple[Change, ...] = ()

    @property
    def title(self) -> str:
        """Name it in a sentence: ``trial elkin1989``."""
        return f"{self.kind} {self.name}"


def causes_of(changes: Iterable[Change]) -> tuple[Cause, ...]:
    """Gather changes to causes, in the order of the files.

    Parameters
    ----------
    changes : iterable of Change
        All that differs between two reviews.
    """
    changes = tuple(changes)
    moved = {one.record["trial_id"] for one in changes if _stem(one) == "trials" and one.how != "changed"}
    groups = grouped((_group(change, moved), change) for change in changes)
    found = [Cause(kind, name, _how(kind, group), tuple(group)) for (kind, name), group in groups.items()]
    new = [cause for cause in found if cause.changes[0].file in CARRIED and cause.how == "came"]
    held: dict[str, list[Change]] = {}
    for cause in new:
        held.setdefault(cause.name, []).extend(cause.changes)
    carrying = [replace(cause, carried=_named(cause, held)) for cause in found if cause not in new]
    taken = {one for cause in carrying for one in cause.carried}
    return tuple(carrying + [cause for cause in new if not taken.issuperset(cause.changes)])


def together(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Gather causes of one kind to one, where there are too many to try each."""
    kinds = grouped((cause.kind, cause) for cause in causes)
    return tuple(
        group[0]
        if len(group) == 1
        else Cause(
            f"{len(group)} changes of the kind",
            kind,
            "changed",
            tuple(one for cause in group for one in cause.changes),
            tuple(dict.fromkeys(one for cause in group for one in cause.carried)),
        )
        for kind, group in kinds.items()
    )


def apply(causes: Iterable[Cause], folder: Path) -> None:
    """Make the changes of some causes in the files of a review."""
    changes = dict.fromkeys(one for cause in causes for one in (*cause.carried, *cause.changes))
    for file, some in grouped((change.file, change) for change in changes).items():
        records = read_inputs(folder).get(file, {})
        for change in some:
            if change.new is None:
                records.pop(change.key, None)
            else:
                records[change.key] = change.new
        _write(folder / file, file, records)


def _write(path: Path, file: str, records: dict[str, Record]) -> None:
    if file == CONFIG:
        settings: dict[str, Any] = {}
        for key, record in records.items():
            *above, last = key.split(".")
            place = settings
            for name in above:
                place = place.setdefault(name, {})
            place[last] = json.loads(record["value"])
        path.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")
    elif file == GUIDES:
        guides = [{name: json.loads(cell) for name, cell in record.items()} for record in records.values()]
        path.write_text(yaml.safe_dump(guides, sort_keys=False, allow_unicode=True), encoding="utf-8")
    elif file in BIBLIOGRAPHIES:
        path.write_text("\n\n".join(record["entry"] for record in records.values()) + "\n", encoding="utf-8")
    else:
        columns = _columns(path, records)
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(records.values())


def _columns(path: Path, records: dict[str, Record]) -> list[str]:
    header: list[str] = []
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
    return list(dict.fromkeys((*header, *(name for record in records.values() for name in record))))


def _stem(change: Change) -> str:
    return Path(change.file).stem


def _group(change: Change, moved: set[str]) -> tuple[str, str]:
    """Return kind and name of the cause that a change belongs to."""
    stem, record = _stem(change), change.record
    trial = record.get("trial_id") or key_parts(record.get("key", "")).get("trial_id", "")
    if change.file.startswith("data/raw") and (stem in STUDIES or (stem in ABOUT_TRIALS and trial in moved)):
        return "trial", trial
    return NAMES[stem], change.key if "; " in change.key else change.key.partition("=")[2] or change.key


def _how(kind: str, group: list[Change]) -> str:
    if kind == "trial":
        return next((one.how for one in group if _stem(one) == "trials"), "changed")
    return group[0].how if len(group) == 1 else "changed"


def _named(cause: Cause, held: dict[str, list[Change]]) -> tuple[Change, ...]:
    """Return the new records that the cells of a cause name, and those that these name in turn."""
    found: dict[Change, None] = {}
    new = [*cause.changes]
    while new:
        cells = {cell for change in new for cell in (change.new or {}).values()}
        new = [one for cell in cells if cell in held for one in held[cell] if one not in found]
        found |= dict.fromkeys(new)
    return tuple(found)
