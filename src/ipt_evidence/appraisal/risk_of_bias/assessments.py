"""One assessment: what was said of the domains of a result, and what follows for the result as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass

from ipt_evidence.extraction import rob2
from ipt_evidence.extraction.choices import TOOL_DOMAINS
from ipt_evidence.words.labels import words

ROB1_ITEMS = TOOL_DOMAINS["RoB1"]

UNKNOWN = "unknown"
"""What nobody judged; never counted as low."""

HIGH_OR_UNCLEAR = "high_or_unclear"
"""What a source judged not to be low without telling high from unclear."""

LEVELS = ("low", "some_concerns", HIGH_OR_UNCLEAR, "high", UNKNOWN)
"""Overall judgements, least worrying first; what nobody judged last."""

WEIGHT = {level: f"{level}_percent" for level in LEVELS}
"""Columns of ``network_estimates`` with the share of an estimate that comes from trials at a level."""

DIRECT = {level: f"{level}_trials" for level in LEVELS}
"""Columns with the trials at a level that compare the two treatments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A judgement, and how it came about.

    Attributes
    ----------
    domain : str
        A domain of RoB 2, an item of RoB 1, or overall.
    algorithm, entered : str
        What the algorithm gives, and what the assessors entered; unknown where there is none.
    final : str
        What holds: one of :data:`LEVELS`; items of RoB 1 keep their words (unclear, self_report).
    basis : str
        algorithm: it follows, and nobody said otherwise; assessors: as entered; override: a person overruled it;
        none: nobody judged.
    note : str
        Where assessors and algorithm differ, or what became of an override; else empty.
    """

    domain: str
    algorithm: str
    entered: str
    final: str
    basis: str
    note: str = ""

    @property
    def departs(self) -> bool:
        """Whether it is not what the algorithm gives, although the algorithm gives something."""
        return self.algorithm not in (UNKNOWN, self.final)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What one tool says of one trial, or of its results on one instrument.

    Attributes
    ----------
    trial_id, tool, instrument : str
        What was judged, and by which tool; instrument is empty if the trial was judged as a whole.
    domains : tuple of Judgement
        In the order of the tool.
    overall : Judgement
        The result as a whole.
    """

    trial_id: str
    tool: str
    instrument: str
    domains: tuple[Judgement, ...]
    overall: Judgement


def judge(trial_id: str, tool: str, instrument: str, said: Mapping[str, str]) -> Assessment:
    """Judge a result by what was said of its domains.

    RoB 2 goes by the published algorithm (:mod:`ipt_evidence.extraction.rob2`) wherever there are answers to
    signalling questions; a judgement entered beside them holds. RoB 1 has no overall judgement; ours (decision 10): low
    if all four items are low, high if any is high, high_or_unclear if any is that and none is known to be high,
    otherwise some concerns. An outcome rated by the patients themselves (``self_report``) has no assessor to blind, and
    that item is not counted against it.

    Parameters
    ----------
    trial_id, tool, instrument : str
        What was judged; tool is RoB1 or RoB2.
    said : mapping of str to str
        Judgements and answers by domain, item or signalling question.
    """
    if tool == "RoB1":
        domains = tuple(_settled(item, None, said.get(item)) for item in ROB1_ITEMS)
        overall = _settled("overall", _rob1_overall(said), None)
    else:
        domains = tuple(_settled(domain, _by_flowchart(domain, said), said.get(domain)) for domain in rob2.DOMAINS)
        overall = _settled("overall", rob2_overall(domains), said.get("overall"))
    return Assessment(trial_id=trial_id, tool=tool, instrument=instrument, domains=domains, overall=overall)


def rob2_overall(domains: tuple[Judgement, ...]) -> str | None:
    """Return what the published algorithm makes of the domains as they hold; None if that is open."""
    return rob2.judge_overall({one.domain: one.final for one in domains if one.final != UNKNOWN})


def _by_flowchart(domain: str, said: Mapping[str, str]) -> str | None:
    answers = {question: said[question] for question in rob2.QUESTIONS[domain] if question in said}
    return rob2.judge_domain(domain, answers).judgement if answers else None


def _rob1_overall(said: Mapping[str, str]) -> str:
    for level in ("high", HIGH_OR_UNCLEAR):
        if level in said.values():
            return level
    complete = all(said.get(item) in ("low", "self_report") for item in ROB1_ITEMS)
    return "low" if complete else "some_concerns"


def _settled(domain: str, algorithm: str | None, entered: str | None) -> Judgement:
    """Let what assessors entered hold before what the algorithm gives, and say where the two differ."""
    final = entered or algorithm or UNKNOWN
    differs = bool(algorithm and entered and algorithm != entered)
    basis = "none" if final == UNKNOWN else "algorithm" if final == algorithm else "assessors"
    note = f"The assessors judged {words(entered)}, the algorithm gives {words(algorithm)}." if differs else ""
    return Judgement(
        domain=domain, algorithm=algorithm or UNKNOWN, entered=entered or UNKNOWN, final=final, basis=basis, note=note
    )
