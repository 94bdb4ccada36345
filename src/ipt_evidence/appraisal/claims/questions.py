"""Which questions of the plan bear on a claim, and which of them decides."""

from collections.abc import Iterable

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.claims.base import Base, Claim
from ipt_evidence.appraisal.strength import INACTIVE


def asked(claim: Claim, base: Base) -> tuple[Answer, ...]:
    """Return the questions on the condition, outcome and phase of a claim, the therapy alone or with something else.

    Where the plan asks about the very people the claim is about, those questions are taken, else those about all.
    """
    return _for_people(_on(claim, claim.condition, base), claim.population)


def wider(claim: Claim, base: Base) -> tuple[Answer, ...]:
    """Return the same questions on the condition above the claim's, none if there is no such condition."""
    above = base.vocabulary.ancestors_of(claim.condition)
    return tested(_for_people(_on(claim, above[0], base), claim.population), base) if above else ()


def tested(answers: Iterable[Answer], base: Base) -> tuple[Answer, ...]:
    """Return the answers that test the therapy against something without it and rest on a trial, the first deciding.

    Against control comes first, the therapy alone before it with something else, the end of treatment before follow-up;
    then decides who has most trials and most people. How an answer turned out plays no part.
    """
    real = [one for one in answers if one.k and one.comparator in base.vocabulary.comparators]
    return tuple(sorted(real, key=lambda one: _place(one, base.voice.reviewed)))


def _place(answer: Answer, reviewed: str) -> tuple[bool, bool, bool, int, float]:
    return (
        answer.comparator != INACTIVE,
        answer.intervention != reviewed,
        answer.timepoint != "post",
        -answer.rated.k,
        -answer.rated.n_participants,
    )


def _on(claim: Claim, condition: str, base: Base) -> list[Answer]:
    return [
        one
        for one in base.answers
        if (one.condition, one.outcome, one.phase) == (condition, claim.outcome, claim.phase or "acute")
    ]


def _for_people(answers: list[Answer], population: str) -> tuple[Answer, ...]:
    own = [one for one in answers if one.population == population]
    return tuple(own or [one for one in answers if one.population == "all"])


def unusable_trials(answers: Iterable[Answer], base: Base) -> tuple[str, ...]:
    """Return the trials that report something on questions that test the therapy and give no usable result, by name."""
    trials = base.tables["trials"]
    found = {trial for one in answers if one.comparator in base.vocabulary.comparators for trial in one.set_aside}
    return tuple(trials.loc[trials["trial_id"].isin(found), "label"])
