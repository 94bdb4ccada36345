"""People who overrule the risk of bias of a trial: their word holds until the judgements they saw change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ipt_evidence.appraisal.overrides import Override, decide
from ipt_evidence.appraisal.risk_of_bias.assessments import UNKNOWN, Assessment, Judgement, rob2_overall
from ipt_evidence.extraction import rob2
from ipt_evidence.words.labels import words


@dataclass(frozen=True, slots=True)
class Overruled:
    """The assessments of a trial after its overrides.

    Attributes
    ----------
    assessments : tuple of Assessment
        As they hold; one without tool if a person judged a trial that no tool was applied to.
    inputs : dict
        What an override of this trial must name as ``inputs_seen`` to hold today.
    """

    assessments: tuple[Assessment, ...]
    inputs: dict[str, Any]


def overrule(trial_id: str, found: Sequence[Assessment], overrides: Mapping[str, Override]) -> Overruled:
    """Apply the overrides of one trial.

    An override of a domain of RoB 2 changes the overall judgement by the algorithm, unless the assessors had set the
    overall judgement against it: then theirs stays. An override of ``overall`` holds for all results of the trial.

    Parameters
    ----------
    trial_id : str
        The trial.
    found : sequence of Assessment
        Its assessments; may be empty.
    overrides : mapping of str to Override
        By domain.
    """
    inputs = _inputs(found)
    judged = [_with_domains(one, overrides, inputs) for one in found]
    judged = judged or [_by_nobody(trial_id)] if overrides else judged
    if not any(one.tool == "RoB2" for one in judged):
        judged = [_without_object(one, overrides) for one in judged]
    if "overall" in overrides:
        judged = [replace(one, overall=_decided(one.overall, overrides["overall"], inputs)) for one in judged]
    return Overruled(tuple(judged), inputs)


def _inputs(found: Sequence[Assessment]) -> dict[str, Any]:
    """Collect the judgements on domains, and an overall one only where it does not follow from them."""
    inputs: dict[str, Any] = {}
    for one in found:
        place = "" if len(found) == 1 else " ".join(filter(None, (one.tool, one.instrument))) + ": "
        seen = [*one.domains, *([one.overall] if one.overall.final != one.overall.algorithm else [])]
        inputs |= {f"{place}{judgement.domain}": judgement.final for judgement in seen}
    return inputs


def _with_domains(one: Assessment, overrides: Mapping[str, Override], inputs: Mapping[str, Any]) -> Assessment:
    if one.tool != "RoB2":
        return one
    domains = tuple(
        _decided(judgement, overrides[judgement.domain], inputs) if judgement.domain in overrides else judgement
        for judgement in one.domains
    )
    overall, algorithm = one.overall, rob2_overall(domains) or UNKNOWN
    if overall.final == overall.algorithm or overall.entered == UNKNOWN:
        basis = "none" if algorithm == UNKNOWN else "algorithm"
        return replace(
            one, domains=domains, overall=replace(overall, algorithm=algorithm, final=algorithm, basis=basis)
        )
    return replace(one, domains=domains, overall=replace(overall, algorithm=algorithm))


def _decided(judgement: Judgement, override: Override, inputs: Mapping[str, Any]) -> Judgement:
    decision = decide(judgement.final, inputs, override)
    basis = "override" if decision.status == "overridden" else judgement.basis
    note = " ".join(filter(None, (judgement.note, decision.note)))
    return replace(judgement, final=decision.judgement, basis=basis, note=note)


def _by_nobody(trial_id: str) -> Assessment:
    unknown = Judgement(domain="overall", algorithm=UNKNOWN, entered=UNKNOWN, final=UNKNOWN, basis="none")
    return Assessment(trial_id=trial_id, tool="", instrument="", domains=(), overall=unknown)


def _without_object(one: Assessment, overrides: Mapping[str, Override]) -> Assessment:
    """Say of overrides of RoB 2 domains that there is no such judgement to overrule."""
    idle = [
        f"The override of {words(domain)} by {override.assessor}, {override.date}, is not used: "
        "the trial has no judgement by RoB 2."
        for domain, override in overrides.items()
        if domain in rob2.DOMAINS
    ]
    note = " ".join(filter(None, (one.overall.note, *idle)))
    return replace(one, overall=replace(one.overall, note=note))
