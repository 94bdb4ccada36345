"""Checks that every doubt is about something in the tables and that something was done about it."""

from collections.abc import Iterator

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, key_parts
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.flags import ARM_COLUMNS, NARROWING, RowsInDoubt


def doubts_touch_rows(draft: Draft) -> Iterator[Breach]:
    """Yield doubts about rows that are not there."""
    frames = draft.tables.frames
    rows = {name: RowsInDoubt(name, frames[name]) for name in ARM_COLUMNS if draft.tables.readable(name)}
    doubts = frames["doubts"]
    lost = [doubt["table"] in rows and not rows[doubt["table"]].touched(doubt) for doubt in doubts.to_dict("records")]
    for line, row in draft.rows("doubts", pd.Series(lost, index=doubts.index, dtype=bool)):
        narrowed = ("trial_id", "arm_id", *NARROWING)
        wanted = ", ".join(f"{name} {row[name]}" for name in narrowed if pd.notna(row[name]))
        rule = f"{row['table']}.csv has no row with {wanted}"
        remedy = "Correct what narrows the doubt down, or remove it"
        yield draft.breach("doubts", line, row, "table", rule, remedy)


def sensitivity_analyses_are_named(draft: Draft) -> Iterator[Breach]:
    """Yield doubts that ask for a sensitivity analysis without naming it, or name one they do not ask for."""
    frame = draft.tables.frames["doubts"]
    asked = frame["action"] == "sensitivity"
    wrong = frame["action"].notna() & (asked != frame["sensitivity"].notna())
    rule = "must be filled where action is sensitivity, and only there"
    remedy = "Name the analysis, or correct the action"
    yield from draft.breaches("doubts", wrong, "sensitivity", rule, remedy)


def corrected_doubts_have_a_correction(draft: Draft) -> Iterator[Breach]:
    """Yield doubts with the action correction whose trial corrections.csv does not touch."""
    if not draft.tables.readable("corrections"):
        return
    keys = draft.tables.frames["corrections"]["key"].dropna()
    trials = {key_parts(key).get("trial_id", "") for key in keys}
    frame = draft.tables.frames["doubts"]
    idle = (frame["action"] == "correction") & ~frame["trial_id"].isin(trials)
    rule, remedy = "corrections.csv must correct a cell of the trial", "Add the correction, or choose another action"
    yield from draft.breaches("doubts", idle, "action", rule, remedy)
