"""Risk of bias on pages: judgements by trial and domain, and how the weight of an answer is shared by them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.risk_of_bias import result_risk, weight_by_domain, weight_by_risk
from ipt_evidence.extraction.choices import TOOL_DOMAINS
from ipt_evidence.files import records
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers

TOOLS = {"RoB2": "RoB 2", "RoB1": "RoB 1", "": "Judged without a tool"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LightRow:
    """One assessment of a traffic light.

    Attributes
    ----------
    label, instrument : str
        The trial, and the instrument judged; empty if the trial was judged as a whole.
    lights : tuple of (str, bool)
        Per column the judgement, unknown where nobody judged, and whether it is not what the algorithm gives.
    counts : bool
        Whether it bears on ratings: RoB 1 does not where RoB 2 judged the same.
    """

    label: str
    instrument: str
    lights: tuple[tuple[str, bool], ...]
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficLight:
    """The assessments of some trials by one tool.

    Attributes
    ----------
    tool : str
        Its name.
    columns : tuple of str
        Its domains, and overall as the last.
    rows : tuple of LightRow
        The assessments; at least one.
    judgements : tuple of str
        The judgements that occur, least worrying first.
    departs : bool
        Whether any of them is not what the algorithm gives.
    """

    tool: str
    columns: tuple[str, ...]
    rows: tuple[LightRow, ...]
    judgements: tuple[str, ...]
    departs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasSection:
    """What the page of a condition shows on the risk of bias of its trials.

    Attributes
    ----------
    lights : tuple of TrafficLight
        The assessments, by tool.
    unassessed : tuple of str
        Labels of the trials nobody assessed.
    remarks : tuple of (str, str)
        Trial, and what is to be said of a judgement: it is not the algorithm's, overruled, or an override has expired;
        or a doubt about judgements of the trial, with what was done.
    """

    lights: tuple[TrafficLight, ...]
    unassessed: tuple[str, ...]
    remarks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How the weight of an answer is shared by judgement.

    Attributes
    ----------
    group, label : str
        The tool, and its domain; the bar over all trials is of no tool.
    shares : mapping of str to float
        Percent of the weight by judgement, least worrying first, unknown last; they add up to 100.
    """

    group: str
    label: str
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReading:
    """What becomes of an answer if codes that mean high or unclear are read in one way.

    Attributes
    ----------
    read, certainty, label : str
        What they are taken to mean, and how the answer is then rated.
    k, estimate : str
        Trials that are then not at high risk of bias, and what they say together.
    """

    read: str
    certainty: str
    label: str
    k: str
    estimate: str


def readings_of(rows: Iterable[Mapping[Any, Any]], answer: Answer) -> tuple[CodeReading, ...]:
    """Write rows of ``risk_readings.csv`` for readers."""
    pooled = answer.pooled
    return tuple(
        CodeReading(
            read=labels.RISKS[row["reading"]],
            certainty=labels.within(labels.CERTAINTIES[row["certainty"]]),
            label=labels.within(labels.LABELS[row["label"]]),
            k=numbers.count(row["k"]),
            estimate=numbers.estimate(
                row["estimate"], row["ci_low"], row["ci_high"], pooled.measure,
                level=pooled.level, kind=row["decided_by"],
            ),
        )
        for row in rows
    )  # fmt: skip


def bias_section(review: Review, trials: pd.DataFrame) -> BiasSection:
    """Show the risk of bias of some trials."""
    named = review.tables["trial_risk"].merge(trials[["trial_id", "label"]], on="trial_id")
    # A column that is empty throughout was read as one of numbers.
    rows = named.astype({"tool": object, "instrument": object}).fillna({"tool": "", "instrument": ""})
    rows = rows.sort_values(["label", "instrument"], key=lambda texts: texts.str.casefold(), kind="stable")
    nobody = rows["tool"].eq("") & rows["overall"].eq("unknown")
    judged = {tool: rows[rows["tool"].eq(tool) & ~nobody] for tool in TOOLS}
    noted = rows[rows["note"].notna()]
    doubts = _doubted(review.tables["doubts"], trials)
    return BiasSection(
        lights=tuple(_traffic_light(tool, found) for tool, found in judged.items() if len(found)),
        unassessed=tuple(rows.loc[nobody, "label"]),
        remarks=(*zip(map(_named, noted["label"], noted["instrument"]), noted["note"], strict=True), *doubts),
    )


def _doubted(doubts: pd.DataFrame, trials: pd.DataFrame) -> Iterator[tuple[str, str]]:
    about = doubts[doubts["table"].eq("risk_of_bias")].merge(trials[["trial_id", "label"]], on="trial_id")
    for row in records(about.sort_values("label", key=lambda texts: texts.str.casefold(), kind="stable")):
        words = f"{labels.capital(row['about'])}: {row['doubt']} What was done: {row['resolution']}"
        yield _named(row["label"], labels.text(row["instrument"], "")), words


def _named(label: str, instrument: str) -> str:
    return f"{label} ({instrument})" if instrument else label


def _traffic_light(tool: str, judged: pd.DataFrame) -> TrafficLight:
    domains = [*_domains(tool), "overall"]
    rows = tuple(_light_row(row, domains) for row in records(judged))
    lights = [light for row in rows for light in row.lights]
    found = {judgement for judgement, _ in lights}
    return TrafficLight(
        tool=TOOLS[tool],
        columns=tuple(labels.capital(labels.words(domain)) for domain in domains),
        rows=rows,
        judgements=tuple(judgement for judgement in labels.RISKS if judgement in found),
        departs=any(departs for _, departs in lights),
    )


def _light_row(row: Mapping[Any, Any], domains: Sequence[str]) -> LightRow:
    departures = labels.text(row["departures"], "").split()
    lights = tuple((labels.text(row[domain], "unknown"), domain in departures) for domain in domains)
    return LightRow(label=row["label"], instrument=row["instrument"], lights=lights, counts=bool(row["counts"]))


class WeightShares:
    """Says how the weight of answers is shared by risk of bias; what the answers share is computed once.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    """

    def __init__(self, review: Review) -> None:
        tables = review.tables
        judged, weights = tables["trial_risk"], tables["synthesis_weights"]
        used = tables["selections"][tables["selections"]["used"]]
        self._overall = weight_by_risk(weights, result_risk(judged, used)).set_index("question_id")
        self._domains: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
        shares = weight_by_domain(judged, used, weights)
        columns = ("question_id", "tool", "domain", "judgement", "weight_percent")
        for question, tool, domain, judgement, weight in zip(*(shares[name] for name in columns), strict=True):
            said = self._domains.setdefault(question, {}).setdefault(tool, {}).setdefault(domain, {})
            said[judgement] = weight

    def bars(self, question_id: str) -> tuple[Bar, ...]:
        """Return a bar over all trials, then one for each domain of each tool; none if nobody assessed any trial."""
        overall = Bar(group="", label="All trials, overall", shares=_in_order(self._overall.loc[question_id].to_dict()))
        if question_id not in self._domains:
            return () if set(overall.shares) == {"unknown"} else (overall,)
        tools = sorted(self._domains[question_id].items(), reverse=True)
        return overall, *(_bar(said.get(name, {}), tool, name) for tool, said in tools for name in _domains(tool))


def _domains(tool: str) -> list[str]:
    return [name for name in TOOL_DOMAINS.get(tool, ()) if name != "overall"]


def _bar(judged: Mapping[str, float], tool: str, domain: str) -> Bar:
    """Make the bar of a domain; trials the tool was not applied to count as not assessed."""
    known = sum(share for judgement, share in judged.items() if judgement != "unknown")
    label = labels.capital(labels.words(domain))
    shares = _in_order({**judged, "unknown": 100.0 - known})
    return Bar(group=f"By domain of {TOOLS[tool]}", label=label, shares=shares)


def _in_order(shares: Mapping[Any, float]) -> dict[str, float]:
    return {risk: shares[risk] for risk in labels.RISKS if shares.get(risk, 0.0) > 1e-6}
