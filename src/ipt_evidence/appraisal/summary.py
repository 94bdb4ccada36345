"""Summary of findings: per comparison its most important questions, each with figures, certainty and its reasons."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import NOT_RANDOMISED, Answer
from ipt_evidence.extraction.choices import TIMEPOINTS
from ipt_evidence.grouping import grouped
from ipt_evidence.words.figures import ABSOLUTE
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import joined
from ipt_evidence.words.statements import state

STARTED_LOW = {"levels": -2, "reason": "For most of the weight it is not certain that people were randomised."}
"""The note of an answer that starts at low certainty."""

MOST = 7
"""Rows of one comparison at most, as GRADE advises (Guyatt et al. 2013, doi:10.1016/j.jclinepi.2012.01.012)."""

COMPARED = ("condition", "intervention", "comparator", "phase")
"""What the rows of one summary have in common; keeping well and preventing are about other people than treating."""

SUMMARY_COLUMNS = [
    *COMPARED, "rank", "question_id", "outcome", "timepoint", "measure", "k", "n_participants", "estimate",
    "ci_low", "ci_high", "decided_by", *ABSOLUTE, "certainty", "provisional", "footnotes", "sentence",
]  # fmt: skip


def summary_of_findings(
    answers: Iterable[Answer], certainty: pd.DataFrame, outcomes: Sequence[str], voice: Voice
) -> pd.DataFrame:
    """Lay out the most important answers of every comparison.

    Parameters
    ----------
    answers : iterable of Answer
        Every question of the plan, in its order.
    certainty : DataFrame
        ``certainty.csv``.
    outcomes : sequence of str
        The outcomes, the most important first.
    voice : Voice
        The words of the sentences.

    Returns
    -------
    DataFrame
        :data:`SUMMARY_COLUMNS`: per condition, intervention, comparator and phase, in the order of the plan, at most
        :data:`MOST` questions by :func:`importance_order`, those without trials among them.
    """
    groups = grouped((tuple(getattr(one, name) for name in COMPARED), one) for one in answers)
    reasons = _reasons(certainty)
    rows = [
        {**dict(zip(COMPARED, key, strict=True)), "rank": rank, **_row(one, reasons.get(one.question_id, {}), voice)}
        for key, group in groups.items()
        for rank, one in enumerate(importance_order(group, outcomes)[:MOST], start=1)
    ]
    table = pd.DataFrame(rows, columns=SUMMARY_COLUMNS)
    return table.astype({"control_trials": "Int64", "event_good": "boolean", "through_infinity": "boolean"})


def importance_order(answers: Iterable[Answer], outcomes: Sequence[str]) -> list[Answer]:
    """Put the questions of one comparison and phase in order of importance.

    The main ones of the plan come first, then every outcome once, at its first time point and by its first measure, the
    unwanted ones among them; then the rest. Second looks at benefits would else leave no room for harms.
    """
    ordered = sorted(
        answers, key=lambda one: (not one.primary, outcomes.index(one.outcome), TIMEPOINTS.index(one.timepoint))
    )
    first = {one.outcome: one for one in reversed(ordered)}
    return sorted(ordered, key=lambda one: (not one.primary, first[one.outcome] is not one))


def _row(answer: Answer, reasons: Mapping[str, Any], voice: Voice) -> dict[str, Any]:
    rated, found = answer.rated, answer.absolute
    said = state(answer, voice)
    started = {"start": STARTED_LOW} if NOT_RANDOMISED in answer.downgraded else {}
    return {
        **{name: getattr(answer, name) for name in ("question_id", "outcome", "timepoint", "k")},
        **{name: getattr(rated, name) for name in ("measure", "n_participants", "estimate", "ci_low", "ci_high")},
        "decided_by": rated.interval,
        **({name: getattr(found, name) for name in ABSOLUTE} if found else {}),
        **{name: getattr(answer, name) for name in ("certainty", "provisional")},
        "footnotes": json.dumps({**started, **reasons}, ensure_ascii=False),
        "sentence": joined((said.finding, *said.caution)),
    }


def _reasons(certainty: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return, by question and domain, the levels that were taken away and why: by a person's words where one did."""
    found: dict[str, dict[str, Any]] = {}
    for row in certainty[certainty["downgrade"].lt(0)].to_dict("records"):
        reason = row["note"] if row["status"] == "overridden" else row["reason"]
        why = {"levels": int(row["downgrade"]), "reason": str(reason)}
        found.setdefault(str(row["question_id"]), {})[str(row["domain"])] = why
    return found
