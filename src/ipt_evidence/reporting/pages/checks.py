"""The page on the data checks: what looks odd, what is known and was done, and what no check can see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.extraction.breaches import shown
from ipt_evidence.files import records
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.review import Review, rows_by
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.doubts import share_found

ACTIONS = {
    "flag": "kept, and flagged",
    "exclude": "kept out of every pool",
    "sensitivity": "left out or changed in a named analysis",
    "correction": "corrected",
    "left_empty": "figure left empty",
}
"""What was done about a doubt, in words."""

READS = {"figures": "the figures", "texts": "what is written beside the figures"}

SHOWN_TEXT = 120
"""Characters of a cell that the page shows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding that no doubt names.

    Attributes
    ----------
    trial, place, row, cell, rule, remedy : str
        The trial, file and line, key, column with its value, what is odd, and what would settle it.
    """

    trial: str
    place: str
    row: str
    cell: str
    rule: str
    remedy: str


@dataclass(frozen=True, slots=True)
class KnownDoubt:
    """A known doubt and what was done.

    Attributes
    ----------
    doubt_id, trial, about, doubt, action, resolution : str
        The doubt and what was done about it.
    found_by : str
        An extractor, or a check.
    checks : tuple of str
        The checks that point at it, as sentences.
    """

    doubt_id: str
    trial: str
    about: str
    doubt: str
    action: str
    resolution: str
    found_by: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell read differently from what is printed.

    Attributes
    ----------
    row, column, old, new, reason : str
        Table with key, column, what is typed, what it is read as, and why.
    """

    row: str
    column: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A plausibility check and how often it found something.

    Attributes
    ----------
    name, summary, rule, level, reads : str
        The check.
    known, others : int
        Findings that a doubt names, and all others.
    notes : tuple of Finding
        The notes among the others.
    """

    name: str
    summary: str
    rule: str
    level: str
    reads: str
    known: int
    others: int
    notes: tuple[Finding, ...]


def checks_page(review: Review, templates: Path) -> str:
    """Write the page on the data checks, as :func:`page_of` does."""
    return page_of(review, templates, "checks", **checks_view(review))


def checks_view(review: Review) -> dict[str, Any]:
    """Gather what the page shows: warnings, doubts, corrections, and the checks with what they cannot see."""
    findings, doubts = review.tables["findings"], review.tables["doubts"]
    seen, checks = review.tables["recall"], review.tables["checks"]
    known = {doubt.doubt_id: doubt for doubt in _doubts(review, doubts, _pairs(findings))}
    return {
        "files": len(review.tables["inputs"]),
        "warnings": _findings(review, records(findings[findings["level"].eq("warning")])),
        "doubts": tuple(known.values()),
        "corrections": tuple(_correction(row) for row in records(review.tables["corrections"])),
        "share": share_found(seen["seen"].tolist()),
        "unseen": tuple((known[row["doubt_id"]], row["reason"]) for row in records(seen[seen["checks"].isna()])),
        "checks": _checks(review, findings),
        "others": tuple(checks.loc[checks["kind"].eq("agreement"), "summary"]),
    }


def _pairs(findings: pd.DataFrame) -> list[tuple[str, str]]:
    """Return check and doubt of each finding that names doubts."""
    named = findings[findings["doubts"].notna()]
    rows = zip(named["check"], named["doubts"], strict=True)
    return [(check, doubt) for check, doubts in rows for doubt in str(doubts).split(";")]


def _findings(review: Review, rows: Iterable[dict[Any, Any]]) -> tuple[Finding, ...]:
    return tuple(_finding(row, review.labels.trials) for row in rows)


def _finding(row: dict[Any, Any], trials: Mapping[str, str]) -> Finding:
    file = str(row["file"]).rpartition("/")[2]
    value = shown(labels.text(row["value"], "empty"), SHOWN_TEXT)
    return Finding(
        trial=trials.get(row["trial_id"], numbers.MISSING),
        place=file if pd.isna(row["line"]) else f"{file}, line {int(row['line'])}",
        row=labels.text(row["key"]),
        cell=labels.text(row["column"], "the row") if pd.isna(row["column"]) else f"{row['column']} = {value}",
        rule=str(row["rule"]),
        remedy=str(row["remedy"]),
    )


def _doubts(review: Review, doubts: pd.DataFrame, found: list[tuple[str, str]]) -> list[KnownDoubt]:
    checks = review.tables["checks"]
    trials, summaries = review.labels.trials, dict(zip(checks["check"], checks["summary"], strict=True))
    return [
        KnownDoubt(
            doubt_id=row["doubt_id"],
            trial=trials[row["trial_id"]],
            about=row["about"],
            doubt=row["doubt"],
            action=ACTIONS[row["action"]],
            resolution=row["resolution"],
            found_by=row["found_by"],
            checks=tuple(
                summaries[name] for name in sorted({name for name, doubt in found if doubt == row["doubt_id"]})
            ),
        )
        for row in records(doubts)
    ]


def _correction(row: dict[Any, Any]) -> Correction:
    return Correction(
        row=f"{row['table']}: {row['key']}",
        column=row["column"],
        old=labels.text(row["expected_old"], "empty"),
        new=labels.text(row["new_value"], "empty"),
        reason=row["reason"],
    )


def _checks(review: Review, findings: pd.DataFrame) -> tuple[CheckRow, ...]:
    rows, checks, found_by = [], review.tables["checks"], rows_by(findings, "check")
    for check in records(checks[checks["kind"].eq("plausibility")]):
        found = found_by.get(check["check"], [])
        others = [row for row in found if pd.isna(row["doubts"])]
        notes = _findings(review, [row for row in others if row["level"] == "note"])
        counts = len(found) - len(others), len(others)
        words = (check["check"], check["summary"], check["rule"], check["level"], READS[check["reads"]])
        rows.append(CheckRow(*words, *counts, notes))
    return tuple(rows)
