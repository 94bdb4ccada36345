"""Which questions of the plan bear on a claim, and which of them decides."""

from collections.abc import Iterable

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.claims.base import Base, Claim

NOT_TESTS_OF_IPT = ("ipt", "combined", "other_combination")
"""Comparators that hold IPT or a mixture: doing no better than they do says nothing on whether IPT helps."""


def asked(claim: Claim, base: Base) -> tuple[Answer, ...]:
    """Return the questions on the condition, outcome and phase of a claim, about IPT or IPT with medication.

    Where the plan asks about the very people the claim is about, those questions are taken, else those about all.
    """
    return _for_people(_on(claim, claim.condition, base), claim.population)


def wider(claim: Claim, base: Base) -> tuple[Answer, ...]:
    """Return the same questions on the condition above the claim's, none if there is no such condition."""
    above = base.vocabulary.ancestors_of(claim.condition)
    return tested(_for_people(_on(claim, above[0], base), claim.population)) if above else ()


def tested(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Return the answers that test IPT against something without it and rest on a trial, the deciding one first.

    Against control comes first, IPT alone before IPT with medication, the end of treatment before follow-up; then
    decides who has most trials and most people. How an answer turned out plays no part.
    """
    real = [one for one in answers if one.k and one.comparator not in NOT_TESTS_OF_IPT]
    return tuple(sorted(real, key=_place))


def _place(answer: Answer) -> tuple[bool, bool, bool, int, float]:
    return (
        answer.comparator != "control",
        answer.intervention != "ipt",
        answer.timepoint != "post",
        -answer.rated.k,
        -answer.rated.n_participants,
    )


def _on(claim: Claim, condition: str, base: Base) -> list[Answer]:
    return [
        one
        for one in base.answers
        if (one.condition, one.outcome, one.phase) == (condition, claim.outcome, claim.phase or "acute")
        and one.intervention in ("ipt", "combined")
    ]


def _for_people(answers: list[Answer], population: str) -> tuple[Answer, ...]:
    own = [one for one in answers if one.population == population]
    return tuple(own or [one for one in answers if one.population == "all"])


def unusable_trials(answers: Iterable[Answer], base: Base) -> tuple[str, ...]:
    """Return the trials that report something on questions that test IPT and give no usable result, by name."""
    trials = base.tables["trials"]
    found = {trial for one in answers if one.comparator not in NOT_TESTS_OF_IPT for trial in one.set_aside}
    return tuple(trials.loc[trials["trial_id"].isin(found), "label"])
