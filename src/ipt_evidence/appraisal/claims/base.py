"""What the audit reads: claims, answers, and the tables on trials behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import rows_of
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.strength_rules import StrengthRule
from ipt_evidence.words.vocabulary import Vocabulary

TABLES = ("trials", "arms", "outcomes", "contrasts", "synthesis_weights", "guidelines", "excluded_reports")
"""Processed tables that claims and guidelines are held against, besides answers and ratings."""

Tables = Mapping[str, pd.DataFrame]


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


@dataclass(frozen=True, eq=False, kw_only=True)
class Base:
    """The evidence base as far as claims are held against it.

    Attributes
    ----------
    answers : tuple of Answer
        Every question of the plan, in its order.
    tables : mapping of str to DataFrame
        Those that :data:`TABLES` names.
    works : sequence of mapping
        What the guides cite, as CSL-JSON items with ``usedby`` and ``recommended``.
    vocabulary : Vocabulary
        Conditions and classes.
    voice : Voice
        The words of the audit.
    model : Model
        How the questions of the plan were pooled.
    rules : tuple of StrengthRule
        The rules of the strength labels, as the questions of the plan were rated.
    """

    answers: tuple[Answer, ...]
    tables: Mapping[str, pd.DataFrame]
    works: Sequence[Mapping[str, Any]]
    vocabulary: Vocabulary
    voice: Voice
    model: Model
    rules: tuple[StrengthRule, ...]


def claims_of(stated: pd.DataFrame) -> tuple[Claim, ...]:
    """Return the claims of a table, in its order."""
    return tuple(Claim(**{name: read(row[name]) for name, read in READ.items()}) for row in rows_of(stated))


READ: Mapping[str, Callable[[Any], Any]] = {
    **{field.name: str for field in fields(Claim)},
    "reserve": bool,
    **dict.fromkeys(("not_measured", "bodies", "works"), lambda cell: tuple(cell.split(";")) if cell else ()),
    **dict.fromkeys(("low", "high", "session_minutes"), lambda cell: int(cell or 0)),
}
"""How each cell of a claim is read."""


def reviewed_arms(tables: Tables, vocabulary: Vocabulary, condition: str, phase: str = "") -> pd.DataFrame:
    """Return the arms given the therapy under review in trials on a condition in one phase, acute if none is named.

    Returns
    -------
    DataFrame
        The columns of ``arms``.
    """
    trials = trials_on(tables, vocabulary, condition, phase)
    arms = tables["arms"]
    return vocabulary.given(arms[arms["trial_id"].isin(trials["trial_id"])])


def trials_on(tables: Tables, vocabulary: Vocabulary, condition: str, phase: str = "") -> pd.DataFrame:
    """Return the trials on a condition, or on one below it, in one phase, acute if none is named."""
    trials = tables["trials"]
    members = vocabulary.members_of(condition)
    return trials[trials["condition"].isin(members) & trials["phase"].eq(phase or "acute")]
