"""Data rows of RevMan Web: one study of one analysis a row."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.exchange.exports.exported import Exported, cell, table
from ipt_evidence.exchange.exports.results import Result, events_good, used_results
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers

COLUMNS = (
    "Analysis group", "Analysis number", "Analysis group name", "Analysis name", "Subgroup", "Data type",
    "Effect measure", "Experimental group label", "Control group label", "Graph label (left)", "Graph label (right)",
    "Study", "Study year", "GIV Mean", "GIV SE", "Experimental mean", "Experimental SD", "Experimental cases",
    "Experimental N", "Control mean", "Control SD", "Control cases", "Control N",
)  # fmt: skip
"""Columns of data rows and of their settings, without what RevMan computes; weights, effects and intervals are its."""

DATA_TYPES = {"means": "Continuous", "counts": "Dichotomous", "contrast": "Contrast level"}
MEASURES = {
    "SMD": "Std. Mean Difference",
    "MD": "Mean Difference",
    "logOR": "Odds Ratio",
    "logRR": "Risk Ratio",
    "logHR": "Hazard Ratio",
    "RD": "Risk Difference",
}
LOGIT = math.pi / math.sqrt(3)
"""A log odds ratio is as many times the standardised mean difference it was converted to."""


@dataclass(frozen=True, slots=True)
class _Analysis:
    """What the rows of one analysis share: its question, and the cells that say what it is."""

    question: str
    group: str
    name: str
    data_type: str
    measure: str
    first_is_left: bool


def revman(review: Review, questions: pd.DataFrame) -> Exported:
    """Return the results behind answers as data rows: figures by arm where a trial gives them, else an estimate.

    Results that RevMan could not analyse together (means, changes, counts, estimates, scales on which more is better)
    are analyses of their own.
    """
    results = used_results(review.tables, questions, review.vocabulary.treatments)
    good = events_good(review.vocabulary)
    analyses = [_analysis(each, review.labels, good) for each in results]
    subgroups = _subgroups(results, analyses)
    groups = _numbered(each.group for each in analyses)
    numbered: dict[_Analysis, int] = {}
    for each in dict.fromkeys(analyses):
        numbered[each] = 1 + sum(other.group == each.group for other in numbered)
    order = sorted(range(len(results)), key=lambda place: (groups[analyses[place].group], numbered[analyses[place]]))
    rows = [
        {
            "Analysis group": groups[analyses[place].group],
            "Analysis number": numbered[analyses[place]],
            "Subgroup": subgroups[place],
            **_settings(analyses[place], results[place]),
            **_figures(results[place], analyses[place], good),
        }
        for place in order
    ]
    holds = f"{numbers.counted(len(rows), 'result')} in {numbers.counted(len(numbered), 'analysis', 'analyses')}"
    return Exported(content=table(COLUMNS, rows) if rows else "", holds=holds)


def _analysis(result: Result, names: labels.Labels, good: Mapping[str, bool]) -> _Analysis:
    asked, row = result.question, result.rows[0]
    sides = " versus ".join(names.classes[asked[side]] for side in ("intervention", "comparator"))
    people = labels.POPULATIONS.get(asked["population"], "")
    group = ", ".join(filter(None, (names.conditions[asked["condition"]], people, labels.PHASES[asked["phase"]])))
    measure, higher = _measure(result, good), result.kind == "means" and not row["lower_is_better"]
    name = ", ".join(
        (names.outcomes[result.outcome], *(["change from baseline"] if row.get("measure") == "change" else []))
    )
    return _Analysis(
        question=asked["question_id"],
        group=f"{group}: {sides}",
        name=f"{name} {labels.TIMES[asked['timepoint']]}{', more is better' if higher else ''}",
        data_type=DATA_TYPES[result.kind],
        measure=MEASURES[measure],
        first_is_left=_first_is_left(result, measure, good),
    )


def _measure(result: Result, good: Mapping[str, bool]) -> str:
    """Return the effect measure of a result: of a conversion that of what was counted."""
    converted = result.effect["evidence"] == "converted" and result.outcome in good
    return "logOR" if converted else str(result.effect["measure"])


def _first_is_left(result: Result, measure: str, good: Mapping[str, bool]) -> bool:
    """Return whether an effect below no difference favours the first arm."""
    if result.kind == "means":
        return bool(result.rows[0]["lower_is_better"])
    return not good[result.outcome] if measure not in ("SMD", "MD") else False


def _settings(analysis: _Analysis, result: Result) -> dict[str, Any]:
    first, second = (arm["label"] for arm in result.arms)
    left, right = (first, second) if analysis.first_is_left else (second, first)
    return {
        "Analysis group name": analysis.group,
        "Analysis name": analysis.name,
        "Data type": analysis.data_type,
        "Effect measure": analysis.measure,
        "Experimental group label": first,
        "Control group label": second,
        "Graph label (left)": f"Favours {left}",
        "Graph label (right)": f"Favours {right}",
        "Study": result.study,
        "Study year": result.trial["year"],
    }


def _figures(result: Result, analysis: _Analysis, good: Mapping[str, bool]) -> dict[str, Any]:
    if result.kind == "contrast":
        measure = _measure(result, good)
        scale = LOGIT if measure != result.effect["measure"] else 1.0
        sign = -1.0 if analysis.first_is_left else 1.0
        return {"GIV Mean": sign * scale * result.effect["yi"], "GIV SE": scale * math.sqrt(result.effect["vi"])}
    columns = {"mean": "mean", "SD": "sd", "N": "n"} if result.kind == "means" else {"cases": "events", "N": "total"}
    return {
        f"{side} {theirs}": row[ours]
        for side, row in zip(("Experimental", "Control"), result.rows, strict=True)
        for theirs, ours in columns.items()
    }


def _subgroups(results: list[Result], analyses: list[_Analysis]) -> list[str]:
    """Name subgroups by instrument and rater, more exactly where a trial has several results in an analysis."""
    details = [
        (
            [each.effect["instrument"], each.effect["rater"]],
            [f"week {cell(each.effect['weeks'])}" if each.effect["weeks"] != "" else "", each.effect["criterion"]],
            [each.effect["analysis"], each.effect["counted"], each.effect["effect_id"].rpartition("-")[2]],
        )
        for each in results
    ]
    places = [
        (analysis, each.study, each.effect["arm1_id"], each.effect["arm2_id"])
        for each, analysis in zip(results, analyses, strict=True)
    ]
    names = [", ".join(filter(None, parts[0])) for parts in details]
    for level in (1, 2):
        times = Counter(zip(places, names, strict=True))
        names = [
            ", ".join(filter(None, (name, *parts[level]))) if times[place, name] > 1 else name
            for place, name, parts in zip(places, names, details, strict=True)
        ]
    return names


def _numbered(names: Any) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names), start=1)}
