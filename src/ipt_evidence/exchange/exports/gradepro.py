"""Summaries of findings in the columns of a GRADE evidence profile, as GRADEpro lays it out."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.exchange.exports.exported import Exported, table
from ipt_evidence.exchange.exports.orientation import favourable, is_turned, of_event
from ipt_evidence.extraction.schemas.appraisal import CERTAINTY_DOMAINS
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.figures import Figures

COLUMNS = (
    "Question", "Population", "Intervention", "Comparison", "Outcome", "No of studies", "Study design", "Risk of bias",
    "Inconsistency", "Indirectness", "Imprecision", "Publication bias", "No of participants", "Effect (interval)",
    "Effect direction", "Event", "Risk with comparison per 1000", "Risk with intervention per 1000",
    "Risk with intervention low", "Risk with intervention high", "Difference per 1000 who do better",
    "Difference low", "Difference high", "Certainty", "Explanations", "What happens", "estimate", "ci_low", "ci_high",
    "measure", "interval", "question_id",
)  # fmt: skip
"""Columns in the order of an evidence profile; those in small letters are for machines, ratios as logarithms."""

SERIOUS = {0: "not serious", -1: "serious", -2: "very serious", -3: "extremely serious"}
SUSPECTED = {0: "undetected", -1: "strongly suspected", -2: "very strongly suspected"}


def gradepro(review: Review, questions: pd.DataFrame) -> Exported:
    """Return the rows of the summary of findings on the questions, each with its answer, certainty and reasons."""
    asked = set(questions["question_id"])
    found = [row for row in rows_of(review.tables["summary_of_findings"]) if row["question_id"] in asked]
    rows = [_row(review, row, review.answers[row["question_id"]]) for row in found]
    left = tuple(
        (
            question,
            "it is not among the questions of the summary of findings on its comparison, the most important ones",
        )
        for question in sorted(asked - {row["question_id"] for row in found})
    )
    holds = f"{numbers.counted(len(rows), 'question')} of the summaries of findings"
    return Exported(content=table(COLUMNS, rows) if rows else "", holds=holds, left=left)


def _row(review: Review, row: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    reasons, turned = json.loads(row["footnotes"]), is_turned(review, answer.outcome)
    rated = of_event(answer.rated, turned=turned)
    return {
        "Question": answer.title,
        "Population": answer.population,
        "Intervention": answer.sides[0],
        "Comparison": answer.sides[1],
        "Outcome": answer.aspect,
        "No of studies": row["k"],
        "No of participants": row["n_participants"],
        **(_judged(answer, rated, reasons, turned=turned) if answer.k else {}),
        **(_absolute(row) if row["control_risk"] != "" else {}),
        "Explanations": " ".join(
            f"{labels.CERTAINTY_DOMAINS[domain]}: {why['reason']}" for domain, why in reasons.items()
        ),
        "What happens": row["sentence"],
        **{name: getattr(rated, name) for name in ("estimate", "ci_low", "ci_high", "measure", "interval")},
        "question_id": answer.question_id,
    }


def _judged(answer: Answer, rated: Figures, reasons: Mapping[str, Any], *, turned: bool) -> dict[str, str]:
    taken = {domain: int(reasons.get(domain, {}).get("levels", 0)) for domain in CERTAINTY_DOMAINS}
    effect = numbers.estimate(
        rated.estimate, rated.ci_low, rated.ci_high, rated.measure, level=rated.level, kind=rated.interval
    )
    return {
        **{labels.CERTAINTY_DOMAINS[name]: SERIOUS[level] for name, level in taken.items()},
        "Publication bias": SUSPECTED[taken["publication_bias"]],
        "Study design": "randomised trials",
        "Effect (interval)": effect,
        "Effect direction": favourable(rated.measure, answer.sides[0], turned=turned),
        "Certainty": f"{labels.CIRCLES[answer.certainty]} {labels.CERTAINTIES[answer.certainty]}",
    }


def _absolute(row: Mapping[str, Any]) -> dict[str, Any]:
    per_1000 = {
        "Risk with comparison per 1000": "control_risk",
        "Risk with intervention per 1000": "with_intervention",
        "Risk with intervention low": "with_low",
        "Risk with intervention high": "with_high",
    }
    gains = {
        "Difference per 1000 who do better": "benefit_per_1000",
        "Difference low": "benefit_low",
        "Difference high": "benefit_high",
    }
    return {
        "Event": "wanted" if row["event_good"] else "not wanted",
        **{theirs: 1000 * row[ours] for theirs, ours in per_1000.items()},
        **{theirs: row[ours] for theirs, ours in gains.items()},
    }
