"""Checks on the table in which people overrule computed judgements."""

import json
from collections.abc import Collection, Iterator

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.schemas.appraisal import SUBJECTS

NAMED_BY = {"certainty": ("question_id", "trial_id"), "risk_of_bias": ("trial_id", "question_id")}
"""Per subject: the column that names what is overruled, and the one that must be empty."""


def overrides_name_their_subject(draft: Draft) -> Iterator[Breach]:
    """Yield overrides that do not name what they overrule, or name something else, too."""
    frame = draft.tables.frames["overrides"]
    for subject, (filled, empty) in NAMED_BY.items():
        of_subject = frame["subject"] == subject
        rule, remedy = f"must be filled where subject is {subject}", "Name what is overruled, or correct the subject"
        yield from draft.breaches("overrides", of_subject & frame[filled].isna(), filled, rule, remedy)
        rule, remedy = f"must be empty where subject is {subject}", "Empty the cell, or correct the subject"
        yield from draft.breaches("overrides", of_subject & frame[empty].notna(), empty, rule, remedy)


def overrides_keep_to_their_words(draft: Draft) -> Iterator[Breach]:
    """Yield overrides with a domain or a judgement that their subject does not have."""
    frame = draft.tables.frames["overrides"]
    for subject, allowed in SUBJECTS.items():
        of_subject = frame["subject"] == subject
        for column, words in zip(("domain", "judgement"), allowed, strict=True):
            wrong = of_subject & frame[column].notna() & ~frame[column].isin(words)
            rule = f"must be one of {', '.join(words)} where subject is {subject}"
            yield from draft.breaches("overrides", wrong, column, rule, "Correct it, or the subject")


def overrides_ask_of_the_plan(draft: Draft, asked: Collection[str]) -> Iterator[Breach]:
    """Yield overrides of a question that the plan does not ask."""
    rule, remedy = "must be a question of the plan", "Correct it, or remove the override: {near}"
    yield from draft.unlisted("overrides", "question_id", asked, rule, remedy)


def overrides_hold_their_inputs(draft: Draft) -> Iterator[Breach]:
    """Yield overrides whose inputs cannot be compared with those of today."""
    frame = draft.tables.frames["overrides"]
    for line, row in draft.rows("overrides", frame["inputs_seen"].notna()):
        if not _is_mapping(str(row["inputs_seen"])):
            rule = 'must be a JSON object, {"name": value, ...}'
            remedy = "Copy them from `ipt-evidence show` or, for risk of bias, from trial_risk.csv"
            yield draft.breach("overrides", line, row, "inputs_seen", rule, remedy)


def _is_mapping(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
