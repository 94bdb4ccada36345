"""Checks of the screening log: records of one work, decisions in their order, and what they led to."""

from collections.abc import Iterator

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.screening import BY_ABSTRACT, BY_FULL_TEXT, STAGES, decided
from ipt_evidence.words.vocabulary import nearest

LOG = "screening"


def duplicates_repeat_a_record(draft: Draft) -> Iterator[Breach]:
    """Yield duplicates of a record that the screening log does not hold, of themselves, or of another duplicate."""
    log = draft.tables.frames[LOG]
    kept = set(log.loc[log["duplicate_of"].isna(), "record_id"].dropna())
    rule = "must be the record_id of a record that is no duplicate itself"
    yield from draft.unlisted(LOG, "duplicate_of", kept, rule)


def decisions_come_in_their_order(draft: Draft) -> Iterator[Breach]:
    """Yield judgements on duplicates, and by full text on records that title and abstract did not let pass."""
    log = draft.tables.frames[LOG]
    passed, again = decided(log, BY_ABSTRACT).eq("include"), log["duplicate_of"].notna()
    for stage in STAGES:
        for column in stage.columns:
            said, rule = log[column].notna(), "a duplicate is not screened"
            yield from draft.breaches(LOG, said & again, column, rule, "Empty one of the two cells")
            if stage is BY_FULL_TEXT:
                rule = "the record was not included by title and abstract"
                remedy = "Fill abstract_decision, or empty the cell"
                yield from draft.breaches(LOG, said & ~again & ~passed, column, rule, remedy)


def exclusions_have_their_reason(draft: Draft) -> Iterator[Breach]:
    """Yield records excluded by full text without a reason, and reasons of records that were not excluded."""
    log = draft.tables.frames[LOG]
    late, told = decided(log, BY_FULL_TEXT).eq("exclude"), log["reason"].notna()
    rule, remedy = "must be filled for a record excluded by full text", "Choose one of the listed words"
    yield from draft.breaches(LOG, late & ~told, "reason", rule, remedy)
    kept = ~(late | decided(log, BY_ABSTRACT).eq("exclude"))
    rule, remedy = "the record was not excluded", "Empty the cell, or fill a decision"
    yield from draft.breaches(LOG, told & kept, "reason", rule, remedy)


def screened_reports_are_known(draft: Draft) -> Iterator[Breach]:
    """Yield records that name no trial or excluded report of ours, or one that speaks against their decision."""
    if not draft.tables.readable("trials") or not draft.tables.readable("excluded_reports"):
        return
    trials = set(draft.tables.frames["trials"]["trial_id"].dropna())
    left = draft.tables.frames["excluded_reports"].dropna(subset="report_id")
    reasons = dict(zip(left["report_id"], left["reason"], strict=True))
    log = draft.tables.frames[LOG]
    early, late = decided(log, BY_ABSTRACT), decided(log, BY_FULL_TEXT)
    for line, row in draft.rows(LOG, log["report"].notna() | late.eq("exclude")):
        if wrong := _wrong_report(row, early[line], late[line], trials, reasons):
            yield draft.breach(LOG, line, row, "report", *wrong)


def _wrong_report(
    row: pd.Series, early: str, late: str, trials: set[str], reasons: dict[str, str]
) -> tuple[str, str] | None:
    """Return rule and remedy if the report that a record names does not fit what was decided on it."""
    name = row["report"]
    if pd.isna(name):
        return "a report excluded by full text must stand in excluded_reports.csv", "Add it there, and name it here"
    if name not in trials and name not in reasons:
        rule = "must be a trial_id of trials.csv, or a report_id of excluded_reports.csv"
        return rule, f"Correct it: {nearest(name, {*trials, *reasons})}"
    if early != "include":
        return "a record that title and abstract did not let pass leads to no report", "Correct one of the two"
    if late == "exclude" and name in trials:
        return "the record was excluded, and its trial is entered", "Correct the decision, or the report"
    if late == "include" and name in reasons:
        return "the record was included, and its report is not entered", "Correct the decision, or the report"
    if late == "exclude" and pd.notna(row["reason"]) and row["reason"] != reasons[name]:
        return f"excluded_reports.csv gives another reason, {reasons[name]}", "Make the two reasons one"
    return None
