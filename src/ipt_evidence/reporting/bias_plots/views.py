"""Plots of risk of bias for pages, from the tables of the review."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import pandas as pd
from markupsafe import Markup

from ipt_evidence.appraisal.risk_of_bias import result_risk, weight_by_domain, weight_by_risk
from ipt_evidence.extraction.schemas.studies import TOOL_DOMAINS
from ipt_evidence.reporting.bias_plots.content import Bar, LightRow, TrafficLight
from ipt_evidence.reporting.bias_plots.traffic_light import traffic_light_canvas
from ipt_evidence.reporting.bias_plots.weighted_bars import weighted_canvas
from ipt_evidence.reporting.forest.marks import RISK_MARKS
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers

SHEET = 25
"""Longest list one traffic light shows, so that its header stays in sight."""

TOOLS = {"RoB2": "RoB 2", "RoB1": "RoB 1", "": "Judged without a tool"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasSection:
    """What the page of a condition shows on the risk of bias of its trials.

    Attributes
    ----------
    plots : tuple of Markup
        Traffic lights, long lists on several sheets.
    unassessed : tuple of str
        Labels of the trials nobody assessed.
    remarks : tuple of (str, str)
        Trial, and what is to be said of a judgement: it is not the algorithm's, overruled, or an override has expired.
    """

    plots: tuple[Markup, ...]
    unassessed: tuple[str, ...]
    remarks: tuple[tuple[str, str], ...]


def bias_section(review: Review, trials: pd.DataFrame) -> BiasSection:
    """Show the risk of bias of some trials."""
    named = review.tables["trial_risk"].merge(trials[["trial_id", "label"]], on="trial_id")
    rows = named.fillna({"tool": "", "instrument": ""})
    rows = rows.sort_values(["label", "instrument"], key=lambda texts: texts.str.casefold(), kind="stable")
    nobody = rows["tool"].eq("") & rows["overall"].eq("unknown")
    lights = [light for tool in TOOLS for light in _lights(rows[rows["tool"].eq(tool) & ~nobody], tool)]
    noted = rows[rows["note"].notna()]
    return BiasSection(
        plots=tuple(_light_svg(light, place) for place, light in enumerate(lights)),
        unassessed=tuple(rows.loc[nobody, "label"]),
        remarks=tuple(zip(map(_named, noted["label"], noted["instrument"]), noted["note"], strict=True)),
    )


def _named(label: str, instrument: str) -> str:
    return f"{label} ({instrument})" if instrument else label


def _lights(rows: pd.DataFrame, tool: str) -> Iterator[TrafficLight]:
    """Yield the traffic lights of one tool, sheet by sheet."""
    domains = [*(name for name in TOOL_DOMAINS.get(tool, ()) if name != "overall"), "overall"]
    columns = tuple(labels.capital(labels.words(domain)) for domain in domains)
    length = ceil(len(rows) / max(1, ceil(len(rows) / SHEET)))
    for start in range(0, len(rows), max(1, length)):
        sheet = rows.iloc[start : start + length]
        part = f", {start + 1} to {start + len(sheet)} of {len(rows)}" if len(sheet) < len(rows) else ""
        found = tuple(_light_row(row, domains) for row in sheet.to_dict("records"))
        yield TrafficLight(title=f"{TOOLS[tool]}{part}", columns=columns, rows=found)


def _light_row(row: Mapping[Any, Any], domains: Sequence[str]) -> LightRow:
    departures = labels.text(row["departures"], "").split()
    return LightRow(
        label=row["label"],
        instrument=row["instrument"],
        judgements=tuple(labels.text(row[domain], "unknown") for domain in domains),
        departs=tuple(domain in departures for domain in domains),
    )


def _light_svg(light: TrafficLight, place: int) -> Markup:
    found = [row.judgements[-1] for row in light.rows]
    counts = ", ".join(f"{found.count(risk)} {RISK_MARKS[risk][1]}" for risk in RISK_MARKS if risk in found)
    svg = traffic_light_canvas(light).svg(
        title=f"Risk of bias by {light.title}",
        description=f"{numbers.counted(len(found), 'assessment')}; overall: {counts}.",
        name=f"lights-{place}",
    )
    # ElementTree has escaped all text in it.
    return Markup(svg)


class WeightedPlots:
    """Draws how the weight of answers is shared by risk of bias; what the answers share is computed once.

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
        self._domains = dict(list(weight_by_domain(judged, used, weights).groupby("question_id")))

    def plot(self, question_id: str) -> Markup | None:
        """Draw the bars of one question; None if nobody assessed any of its trials."""
        bars = self.bars(question_id)
        if set(bars[0].shares) == {"unknown"} and len(bars) == 1:
            return None
        shares = ", ".join(f"{numbers.percent(share)} {RISK_MARKS[risk][1]}" for risk, share in bars[0].shares.items())
        svg = weighted_canvas(bars).svg(
            title="Share of the weight by risk of bias",
            description=f"All trials, overall: {shares}.",
            name=f"bias-{question_id}",
        )
        # ElementTree has escaped all text in it.
        return Markup(svg)

    def bars(self, question_id: str) -> list[Bar]:
        """Return a bar over all trials, then one for each domain of each tool applied to any of them."""
        overall = self._overall.loc[question_id]
        bars = [Bar(group="", label="All trials, overall", shares=_in_order(overall.to_dict()))]
        if question_id in self._domains:
            rows = self._domains[question_id]
            for tool in sorted(rows["tool"].unique(), reverse=True):
                bars += [_bar(rows[rows["tool"].eq(tool) & rows["domain"].eq(name)], tool, name) for name in _of(tool)]
        return bars


def _of(tool: str) -> list[str]:
    return [name for name in TOOL_DOMAINS[tool] if name != "overall"]


def _bar(rows: pd.DataFrame, tool: str, domain: str) -> Bar:
    """Make the bar of a domain; trials the tool was not applied to count as not assessed."""
    shares = dict(zip(rows["judgement"], rows["weight_percent"], strict=True))
    shares["unknown"] = 100.0 - sum(share for judgement, share in shares.items() if judgement != "unknown")
    label = labels.capital(labels.words(domain))
    return Bar(group=f"By domain of {TOOLS[tool]}", label=label, shares=_in_order(shares))


def _in_order(shares: Mapping[Any, float]) -> dict[str, float]:
    return {risk: shares[risk] for risk in RISK_MARKS if shares.get(risk, 0.0) > 1e-6}
