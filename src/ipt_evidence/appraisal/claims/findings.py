"""What the audit reads: claims, rated answers, and the tables on trials behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from ipt_evidence.files import rows_of
from ipt_evidence.words.strength_rules import StrengthRule
from ipt_evidence.words.vocabulary import Vocabulary

QUESTION = ("question_id", "condition", "population", "intervention", "comparator", "outcome", "timepoint", "phase")
ANSWER = ("measure", "level", "k_without_n")
RATING = (
    "basis", "k", "n_participants", "estimate", "ci_low", "ci_high", "mid", "certainty", "direction", "strength",
    "label",
)  # fmt: skip


TABLES = ("trials", "arms", "outcomes", "contrasts", "synthesis_weights", "fates", "guidelines")
"""Processed tables that claims and guidelines are held against, besides answers and ratings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row of ``claims.csv``: what a guide states, as columns; no rule reads the sentence itself.

    Text is empty, and a number 0, where the cell is empty; cells that join several words with ``;`` are tuples.
    """

    claim_id: str
    guide_id: str
    kind: str
    condition: str
    population: str
    treatment: str
    comparator: str
    outcome: str
    phase: str
    delivery: str
    claimed_strength: str
    reserve: bool
    not_measured: tuple[str, ...]
    low: int
    high: int
    unit: str
    session_minutes: int
    bodies: tuple[str, ...]
    works: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A question of the plan with its pooled answer and its rating.

    Attributes
    ----------
    question_id, condition, population, intervention, comparator, outcome, timepoint, phase : str
        The question.
    measure : str
        Measure of the effect; ratios are on the log scale.
    level : float
        Coverage of the interval.
    basis : str
        Whether the rating is of all trials (``all_trials``) or leaves out those at high risk of bias.
    k, k_without_n : int
        Trials pooled, and how many of them do not report their number of people.
    n_participants : float
        People in the others.
    estimate, ci_low, ci_high, mid : float
        Effect, positive = favours IPT, its interval and the minimal important difference; NaN where there is none.
    certainty, direction, strength, label : str
        The rating; ``certainty`` is empty where nothing was rated.
    """

    question_id: str
    condition: str
    population: str
    intervention: str
    comparator: str
    outcome: str
    timepoint: str
    phase: str
    measure: str
    level: float
    basis: str
    k: int
    k_without_n: int
    n_participants: float
    estimate: float
    ci_low: float
    ci_high: float
    mid: float
    certainty: str
    direction: str
    strength: str
    label: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Base:
    """The evidence base as far as claims are held against it.

    Attributes
    ----------
    findings : tuple of Finding
        Every question of the plan, in its order.
    tables : mapping of str to DataFrame
        Those that :data:`TABLES` names.
    works : sequence of mapping
        What the guides cite, as CSL-JSON items with ``usedby`` and ``recommended``.
    vocabulary : Vocabulary
        Labels and classes.
    pooling : mapping of str to Any
        ``method``, ``interval`` and ``level``, as the questions of the plan were pooled.
    rules : tuple of StrengthRule
        The rules of the strength labels, as the questions of the plan were rated.
    """

    findings: tuple[Finding, ...]
    tables: Mapping[str, pd.DataFrame]
    works: Sequence[Mapping[str, Any]]
    vocabulary: Vocabulary
    pooling: Mapping[str, Any]
    rules: tuple[StrengthRule, ...]


def findings_of(questions: pd.DataFrame, syntheses: pd.DataFrame, ratings: pd.DataFrame) -> tuple[Finding, ...]:
    """Return every question of the plan with its answer and its rating, in the order of the plan."""
    rows = (
        questions[list(QUESTION)]
        .merge(syntheses[["question_id", *ANSWER]], on="question_id")
        .merge(ratings[["question_id", *RATING]].fillna({"certainty": ""}), on="question_id")
    )
    # What all trials leave unknown says nothing on a part of them.
    rows.loc[rows["basis"].ne("all_trials"), "k_without_n"] = 0
    names = [field.name for field in fields(Finding)]
    return tuple(Finding(**{name: row[name] for name in names}) for row in rows.to_dict("records"))


def claims_of(stated: pd.DataFrame) -> tuple[Claim, ...]:
    """Return the claims of a table, in its order."""
    return tuple(Claim(**{name: read(row[name]) for name, read in READ.items()}) for row in rows_of(stated))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _number(cell: Any) -> int:
    return int(cell or 0)


READ: Mapping[str, Callable[[Any], Any]] = {
    **{field.name: str for field in fields(Claim)},
    "reserve": bool,
    **dict.fromkeys(("not_measured", "bodies", "works"), _several),
    **dict.fromkeys(("low", "high", "session_minutes"), _number),
}
"""How each cell of a claim is read."""


def ipt_arms(base: Base, claim: Claim) -> pd.DataFrame:
    """Return the arms given IPT, alone or with medication, in trials on a claim's condition and phase.

    Returns
    -------
    DataFrame
        The columns of ``arms``.
    """
    treatments = base.vocabulary.treatments
    given = treatments.loc[treatments["class"].isin(["ipt", "combined"]), "treatment"]
    arms, trials = base.tables["arms"], trials_on(base, claim.condition, claim.phase or "acute")
    return arms[arms["treatment"].isin(given) & arms["trial_id"].isin(trials["trial_id"])]


def trials_on(base: Base, condition: str, phase: str) -> pd.DataFrame:
    """Return the trials on a condition, or on one below it, in one phase."""
    trials = base.tables["trials"]
    members = base.vocabulary.members_of(condition)
    return trials[trials["condition"].isin(members) & trials["phase"].eq(phase)]
