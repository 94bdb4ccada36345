"""The page on the data checks: what looks odd, what is known and was done, and what no check can see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.extraction.breaches import shown
from ipt_evidence.files import records
from ipt_evidence.grouping import grouped
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


def checks_page(review: Review, templates: Path) -> str:
    """Write the page on the data checks, as :func:`page_of` does."""
    return page_of(review, templates, "checks", **checks_view(review))


def checks_view(review: Review) -> dict[str, Any]:
    """Gather what the page shows: warnings, doubts, corrections, and the checks with what they cannot see."""
    findings, checks, seen = (review.tables[name] for name in ("findings", "checks", "recall"))
    known = _doubts(review, _pairs(findings))
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


def _doubts(review: Review, found: list[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Return the rows of ``doubts.csv`` by id, what was done in words, with the checks that point at each."""
    checks = review.tables["checks"]
    trials, summaries = review.labels.trials, dict(zip(checks["check"], checks["summary"], strict=True))
    by_doubt = grouped((doubt, name) for name, doubt in found)
    return {
        row["doubt_id"]: {
            **row,
            "trial": trials[row["trial_id"]],
            "action": ACTIONS[row["action"]],
            "checks": [summaries[name] for name in sorted({*by_doubt.get(row["doubt_id"], ())})],
        }
        for row in records(review.tables["doubts"])
    }


def _correction(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of ``corrections.csv``, its old and its new cell in words."""
    return {**row, "old": labels.text(row["expected_old"], "empty"), "new": labels.text(row["new_value"], "empty")}


def _checks(review: Review, findings: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the plausibility checks, with how many of their findings a doubt names, how many others, and the notes."""
    rows, checks, found_by = [], review.tables["checks"], rows_by(findings, "check")
    for check in records(checks[checks["kind"].eq("plausibility")]):
        found = found_by.get(check["check"], [])
        others = [row for row in found if pd.isna(row["doubts"])]
        rows.append(
            {
                **check,
                "reads": READS[check["reads"]],
                "known": len(found) - len(others),
                "others": len(others),
                "notes": _findings(review, [row for row in others if row["level"] == "note"]),
            }
        )
    return rows
