"""What the evidence parts of a guide print: claims and conditions with answers, guidelines with differences."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import rows_of
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.recommendations import Recommendation, recommendations
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.audit import STANCES
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import Sentence, of_parts
from ipt_evidence.words.statements import Statement, state

COPIED = (
    "claim_id", "kind", "verdict", "rule_id", "delivery", "claimed_strength", "condition", "outcome",
    "not_measured",
)  # fmt: skip
"""Columns of a claim that its view takes as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionView:
    """A condition with statements on it.

    Attributes
    ----------
    condition, label : str
        The condition and its label in the register of the text.
    statements : tuple of Statement
        What can be said, in the order of the plan.
    """

    condition: str
    label: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim of a guide beside what the tables say.

    Attributes
    ----------
    claim_id, text, kind, delivery, claimed_strength : str
        The claim, in our own words, and what it singles out; empty where it does not.
    condition, label : str
        The condition it is about and its label; empty where it names none.
    comparator : str
        The treatment it compares with, as it stands in a sentence; empty where it names none.
    outcome : str
        The outcome it is about; empty where it names none.
    not_measured : str
        What it is about, or says besides, that no table records; several joined by semicolons.
    verdict, rule_id : str
        The verdict of the audit, and the rule that decided.
    why, instead : tuple of Sentence
        Its reason, and what could be printed instead (none if the claim can stand).
    statements : tuple of Statement
        The answers it rests on; none where the plan does not ask it.
    """

    claim_id: str
    text: str
    kind: str
    verdict: str
    rule_id: str
    why: tuple[Sentence, ...]
    instead: tuple[Sentence, ...]
    delivery: str
    claimed_strength: str
    condition: str
    label: str
    comparator: str
    outcome: str
    not_measured: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineView:
    """What guidelines say on one condition, and where they differ.

    Attributes
    ----------
    label : str
        The condition.
    recommendations : tuple of Recommendation
        All of them.
    stances : tuple of (str, tuple of str)
        Who takes which stance, if they do not all take the same; bodies are named, not counted.
    """

    label: str
    recommendations: tuple[Recommendation, ...]
    stances: tuple[tuple[str, tuple[str, ...]], ...]


def by_condition(answers: Iterable[Answer], voice: Voice) -> tuple[ConditionView, ...]:
    """Group statements by condition, in the order of the vocabulary."""
    found = grouped((answer.condition, answer) for answer in answers)
    return tuple(
        ConditionView(condition=condition, label=label, statements=tuple(state(one, voice) for one in found[condition]))
        for condition, label in voice.conditions.items()
        if condition in found
    )


def claims_of(review: Review, guide_id: str, voice: Voice) -> tuple[ClaimView, ...]:
    """Set the claims of a guide beside their verdicts and the answers they rest on, in the order of the claims."""
    claims = review.tables["claims"]
    return tuple(_claim(claim, review, voice) for claim in rows_of(claims[claims["guide_id"].eq(guide_id)]))


def _claim(claim: dict[str, Any], review: Review, voice: Voice) -> ClaimView:
    comparator = claim["comparator"] if claim["comparator"] != "any" else ""
    said = json.loads(claim["sentences"])[voice.register.name]
    return ClaimView(
        text=claim["claim"],
        **{name: claim[name] for name in COPIED},
        why=tuple(of_parts(*parts) for parts in said["why"]),
        instead=tuple(of_parts(*parts) for parts in said["instead"]),
        label=voice.conditions[claim["condition"]] if claim["condition"] else "",
        comparator=voice.classes[comparator] if comparator else "",
        statements=tuple(state(review.answers[name], voice) for name in filter(None, claim["question_ids"].split(";"))),
    )


def guidelines(review: Review, voice: Voice) -> tuple[GuidelineView, ...]:
    """Group recommendations by condition, in the order of the vocabulary, and name where they differ."""
    stated = grouped((one.condition, one) for one in recommendations(review))
    return tuple(
        GuidelineView(label=label, recommendations=tuple(stated[name]), stances=_stances(stated[name]))
        for name, label in voice.conditions.items()
        if name in stated
    )


def _stances(found: Sequence[Recommendation]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Say who takes which stance; a body that takes two is named with what each is about."""
    taken = {stance: [each for each in found if each.stance == stance] for stance in STANCES}
    if sum(map(bool, taken.values())) < 2:
        return ()
    kinds: dict[str, set[str]] = {}
    for each in found:
        kinds.setdefault(each.name, set()).add(each.stance)
    names = {
        stance: [f"{each.name} on {each.population}" if len(kinds[each.name]) > 1 else each.name for each in group]
        for stance, group in taken.items()
    }
    return tuple((stance, tuple(dict.fromkeys(group))) for stance, group in names.items() if group)
