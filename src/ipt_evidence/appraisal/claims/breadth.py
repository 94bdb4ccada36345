"""Claims about how widely the therapy was studied or suits: by age group, or by number of conditions."""

from dataclasses import replace

from ipt_evidence.appraisal.claims import efficacy
from ipt_evidence.appraisal.claims.base import Base, Claim, trials_on
from ipt_evidence.appraisal.claims.verdicts import Verdict
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import POPULATIONS, capital
from ipt_evidence.words.sentence_parts import Sentence, begun, whole
from ipt_evidence.words.sentences import pointing, quoted, suggested


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a claim about every age group by each of them; one about the number of conditions cannot be judged."""
    return _every_age(claim, base) if claim.condition else _conditions(base)


def _conditions(base: Base) -> Verdict:
    number = numbers.counted(base.tables["trials"]["condition"].nunique(), "condition")
    therapy = base.voice.therapy
    why = (
        f"Our tables hold trials of {therapy} on {number}. Trials of other treatments stand in them only where "
        f"{therapy} was in the same trial, so they cannot say how many conditions those were studied in"
    )
    instead = f"Our tables hold trials of {therapy} on {number}"
    return Verdict(
        verdict="not_assessable", rule_id="other_treatments_not_in_tables", why=(whole(why),),
        instead=(whole(instead),),
    )  # fmt: skip


def _every_age(claim: Claim, base: Base) -> Verdict:
    """Judge each age group by the condition of the family on which most of its trials are."""
    family = base.vocabulary.ancestors_of(claim.condition)
    parts, untried = {}, set()
    for population in POPULATIONS:
        condition = _of_people(population, family[-1] if family else claim.condition, claim.phase, base)
        own = replace(claim, condition=condition or claim.condition, population=population)
        parts[population] = efficacy.judge(own, base) if condition else efficacy.unanswered(own, (), base)
        untried |= set() if condition else {population}
    verdict, rule_id = combined([part.verdict for part in parts.values()])
    why = tuple(
        begun(f"{capital(POPULATIONS[name])}: ", sentence) if place == 0 else sentence
        for name, part in parts.items()
        for place, sentence in enumerate(_found(part, base))
    )
    # The condition of people on whom there is no trial is that of all ages: only who they are tells it from that.
    instead = tuple(
        begun(f"{capital(POPULATIONS[name])}: ", sentence) if name in untried else sentence
        for name, part in parts.items()
        for sentence in part.instead or ((suggested(part.answer, base.voice),) if part.answer else ())
    )
    asked, decided = (
        tuple(dict.fromkeys(one for part in parts.values() for one in getattr(part, name)))
        for name in ("question_ids", "deciding")
    )
    return Verdict(
        verdict=verdict, rule_id=rule_id, why=why, instead=() if verdict == "supported" else instead,
        question_ids=asked, beside=tuple(one for one in asked if one not in decided),
    )  # fmt: skip


def _of_people(population: str, family: str, phase: str, base: Base) -> str:
    """Return the condition on which most trials in an age group are; empty if there is no such trial."""
    trials = trials_on(base.tables, base.vocabulary, family, phase)
    conditions = trials.loc[trials["population"].eq(population), "condition"]
    return str(conditions.value_counts().sort_index().idxmax()) if len(conditions) else ""


def _found(part: Verdict, base: Base) -> tuple[Sentence, ...]:
    if part.answer is None:
        return part.why
    rated = f", which we rate as {part.answer.strength} evidence."
    return (quoted(pointing(part.answer, base.voice), part.answer, rated, base.voice),)


def combined(verdicts: list[str]) -> tuple[str, str]:
    """Judge a claim about all groups by the verdicts on each: supported for all, for some, or for none.

    A group without trials is no support; a claim about all is contradicted as soon as one group contradicts it and
    none supports it.
    """
    some = {"supported", "partly_supported"}
    if set(verdicts) == {"supported"}:
        return "supported", "all_groups"
    if some & set(verdicts):
        return "partly_supported", "some_groups"
    if "contradicted" in verdicts:
        return "contradicted", "no_group"
    return ("no_trials", "no_trials") if set(verdicts) == {"no_trials"} else ("not_supported", "no_group")
