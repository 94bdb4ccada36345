"""The page on the flow of reports: the diagram, every excluded report, every trial that answers nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from ipt_evidence.files import records
from ipt_evidence.reporting.flow.counts import NOT_RETRIEVED, Box, count_flow
from ipt_evidence.reporting.flow.diagram import flow_canvas
from ipt_evidence.reporting.flow.screeners import screeners
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.tallies import most_first
from ipt_evidence.synthesis.fates import trial_fates
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.reasons import EXCLUDED, NO_RESULT, why


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report, or the main report of a trial.

    Attributes
    ----------
    report_id, label, condition, people : str
        The report; what is not recorded is a dash.
    doi, pmid : str
        Where it is found; empty if not recorded.
    why : tuple of str
        Why it is listed.
    """

    report_id: str
    label: str
    condition: str
    people: str
    doi: str
    pmid: str
    why: tuple[str, ...]


def flow_page(review: Review, templates: Path) -> str:
    """Write the page on the flow of reports, as :func:`page_of` does.

    Raises
    ------
    EvidenceError
        If the numbers do not add up.
    """
    boxes = {box.name: box for box in count_flow(review.tables)}
    return page_of(
        review,
        templates,
        "flow",
        boxes=boxes,
        diagram=Markup(flow_svg(tuple(boxes.values()))),
        groups=excluded_groups(review),
        reasons=EXCLUDED,
        silent=silent_trials(review),
        screeners=screeners(review.tables["screening_agreement"]),
    )


def flow_svg(boxes: tuple[Box, ...]) -> str:
    """Return the flow as an SVG element that says in words what it shows."""
    told = [f"{box.words}: {'not recorded' if box.n is None else box.n}" for box in boxes]
    return flow_canvas(boxes).svg(title="Flow of reports and trials", description="; ".join(told) + ".", name="flow")


def excluded_groups(review: Review) -> dict[str, tuple[Report, ...]]:
    """List the reports sought and not entered by reason: not retrieved first, then the most frequent."""
    table = review.tables["excluded_reports"]
    reasons = sorted(most_first(table["reason"]), key=lambda reason: reason != NOT_RETRIEVED)
    return {reason: _reports(table[table["reason"].eq(reason)], review) for reason in reasons}


def _reports(table: pd.DataFrame, review: Review) -> tuple[Report, ...]:
    rows = sorted(records(table), key=lambda row: (row["label"].casefold(), row["report_id"]))
    return tuple(
        Report(
            report_id=row["report_id"],
            why=(labels.text(row["detail"]),),
            doi=labels.text(row["doi"], ""),
            pmid=str(int(row["pmid"])) if pd.notna(row["pmid"]) else "",
            **_facts(row, review),
        )
        for row in rows
    )


def silent_trials(review: Review) -> tuple[Report, ...]:
    """List the trials that answer no question, each with every reason there is."""
    trials, fates = review.tables["trials"], trial_fates(review.tables)
    rows = records(trials[trials["trial_id"].map(fates).ne("pooled")])
    reasons = _reasons(review)
    return tuple(
        Report(
            report_id=row["trial_id"],
            why=reasons.get(row["trial_id"], (NO_RESULT,)),
            doi=str(review.references[row["citekey"]].get("DOI", "")),
            pmid=str(review.references[row["citekey"]].get("PMID", "")),
            **_facts(row, review),
        )
        for row in sorted(rows, key=lambda row: row["label"].casefold())
    )


def _reasons(review: Review) -> dict[str, tuple[str, ...]]:
    """Say by trial why results are in no answer, each reason once."""
    doubts = {row["doubt_id"]: row for row in records(review.tables["doubts"])}
    found: dict[str, dict[str, None]] = {}
    for table in (review.tables["selections"], review.tables["not_computed"]):
        for row in records(table[table["reason_id"].notna()]):
            found.setdefault(row["trial_id"], {})[why(row, doubts)] = None
    return {trial: tuple(reasons) for trial, reasons in found.items()}


def _facts(row: Mapping[Any, Any], review: Review) -> dict[str, str]:
    known = pd.notna(row["condition"])
    return {
        "label": row["label"],
        "condition": review.labels.conditions[row["condition"]] if known else numbers.MISSING,
        "people": numbers.count(row["n_randomised"]) if pd.notna(row["n_randomised"]) else numbers.MISSING,
    }
