"""What guidelines say of the therapy, row by row, beside our own rating of the question each is nearest to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.certainty import LEVELS
from ipt_evidence.appraisal.claims.base import Base
from ipt_evidence.appraisal.strength import INACTIVE
from ipt_evidence.files import rows_of
from ipt_evidence.words.labels import CERTAINTIES, capital, within

STANCE = {
    "recommended_first_line": 3,
    "recommended": 3,
    "recommended_second_line": 2,
    "option": 2,
    "insufficient_evidence": 1,
    "not_recommended": 0,
}
"""How far a recommendation goes; a guideline that does not mention the therapy says nothing that could be compared."""

LABEL = {"strong": 3, "moderate": 3, "limited": 2, "no_difference": 2, "little_difference": 2, "insufficient": 1,
         "comparator_better": 1, "no_benefit": 0, "harm": 0}  # fmt: skip
"""How far our label goes, on the same steps."""

LITTLE_BENEFIT = 1
"""How far it goes where trials against control show little or no difference."""

CONCORDANCE_COLUMNS = (
    "guideline_id", "organisation", "year", "country", "condition", "population", "treatment", "phase",
    "recommendation", "strength_as_stated", "certainty_as_stated", "source_kind", "question_ids", "k",
    "n_participants", "strength", "label",
    "certainty", "relation", "same_as", "listing", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """How a recommendation relates to our label.

    Attributes
    ----------
    relation : str
        agrees, guideline_stronger, guideline_weaker, not_comparable or no_trials.
    reason : str
        Why, in a sentence, where the steps alone do not say it; else empty.
    """

    relation: str
    reason: str = ""


def concordance(base: Base) -> pd.DataFrame:
    """Set every recommendation on the therapy beside our rating of the question it is nearest to.

    Returns
    -------
    DataFrame
        One row per recommendation, with ``CONCORDANCE_COLUMNS``: as stated, how it was read, the questions beside it
        (the nearest first), our rating of the nearest, and the relation of the two. ``listing`` marks a rating of
        evidence, which is no recommendation. Nothing is counted across rows.
    """
    rows = [_row(row, base) for row in rows_of(base.tables["guidelines"], empty=None)]
    return pd.DataFrame(rows, columns=list(CONCORDANCE_COLUMNS))


def _row(row: Mapping[str, Any], base: Base) -> dict[str, Any]:
    beside = nearest(row, base)
    relation = relate(row, beside[0] if beside else None, base)
    rating = {name: getattr(one, name) for one in beside[:1] for name in ("strength", "label", "certainty")}
    rating |= {name: getattr(one.rated, name) for one in beside[:1] for name in ("k", "n_participants")}
    return {
        **{name: row.get(name) for name in CONCORDANCE_COLUMNS if name in row},
        **rating,
        "question_ids": ";".join(one.question_id for one in beside),
        "relation": relation.relation,
        "listing": is_listing(row),
        "note": " ".join(part for part in (relation.reason, row["note"]) if part),
    }


def is_listing(row: Mapping[Any, Any]) -> bool:
    """Tell whether a row of the guidelines lists or rates evidence, which recommends nothing."""
    return bool(row["kind"] == "evidence_rating")


def nearest(row: Mapping[str, Any], base: Base) -> tuple[Answer, ...]:
    """Return the questions on the condition, phase and treatment of a recommendation, the nearest first.

    They are about symptoms, in maintenance about relapse. Those with trials come before those without, control before
    other comparators, the end of treatment before follow-up, and only the nearest comparator is kept.
    """
    intervention = base.vocabulary.treatment_class(row["treatment"])
    outcome = "relapse" if row["phase"] == "maintenance" else "symptom_severity"
    same = [
        one
        for one in base.answers
        if (one.condition, one.phase, one.intervention) == (row["condition"], row["phase"], intervention)
        and one.outcome == outcome
        and one.comparator in base.vocabulary.comparators
    ]
    order = sorted(
        same, key=lambda one: (one.k == 0, one.comparator != INACTIVE, one.timepoint != "post", -one.rated.k)
    )
    return tuple(one for one in order if one.comparator == order[0].comparator)


def relate(row: Mapping[str, Any], answer: Answer | None, base: Base) -> Relation:
    """Relate a recommendation to our rating of the question beside it.

    Not comparable: the body does not mention the therapy, the plan asks no such question, or the trials are on another
    age group. No trials: nothing to set beside it. Else both are read on the same steps (recommended; option or second
    line; evidence insufficient; not recommended, beside moderate or strong; limited; insufficient; no benefit or harm),
    and the higher step is the stronger. A body that states how certain it is of the evidence is compared on that alone:
    what it recommends rests on more than evidence.
    """
    if row["recommendation"] == "not_mentioned":
        unsaid = "is not mentioned in what we read, which may be silence or omission."
        return Relation("not_comparable", f"{capital(base.voice.therapy)} {unsaid}")
    if answer is None:
        return Relation("not_comparable", "The review plan asks no question on this condition, phase and treatment.")
    if answer.k == 0:
        return Relation("no_trials", "No trial in our tables answers the question beside it.")
    if other := _other_people(row, answer, base):
        return Relation("not_comparable", other)
    if row["certainty_as_stated"] is not None and answer.certainty:
        stated, found = LEVELS.index(row["certainty_as_stated"]), LEVELS.index(answer.certainty)
        reason = f"Compared on the certainty it states ({within(CERTAINTIES[row['certainty_as_stated']])})."
        return Relation(_relation(stated, found), reason)
    no_benefit = answer.label == "little_difference" and answer.comparator == INACTIVE
    found = LITTLE_BENEFIT if no_benefit else LABEL[answer.label]
    return Relation(_relation(STANCE[row["recommendation"]], found))


def _relation(stated: int, found: int) -> str:
    if stated == found:
        return "agrees"
    return "guideline_stronger" if stated > found else "guideline_weaker"


def _other_people(row: Mapping[str, Any], answer: Answer, base: Base) -> str:
    """Say that the trials of a question are on people of another age than a recommendation; empty if they are not."""
    weights, trials = base.tables["synthesis_weights"], base.tables["trials"]
    pooled = weights.loc[weights["question_id"].eq(answer.question_id), "trial_id"]
    own = trials[trials["trial_id"].isin(pooled)]
    if row["age_groups"] and not set(row["age_groups"].split(";")) & set(own["population"]):
        return "Our trials are on people of another age group."
    means = own["mean_age"].dropna()
    if row["age_low"] is not None and len(means) and not means.between(row["age_low"], row["age_high"]).any():
        span = f"{means.min():g} to {means.max():g}"
        return f"The mean ages of our trials, where reported, go from {span}: none is of the ages it is about."
    return ""
