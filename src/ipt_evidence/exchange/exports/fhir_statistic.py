"""The figures of an answer as statistics of an Evidence resource."""

from collections.abc import Mapping
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.exchange.exports import fhir_codes as codes
from ipt_evidence.exchange.exports.orientation import favourable, of_event
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.figures import Figures

KINDS = {"bayes": "0000455"}
"""What kind of interval it is by what decided it; any other is a confidence interval, but for those in :data:`OWN`."""

OWN = {
    "each_trial": "from the lowest to the highest limit of the confidence intervals of the single trials",
    "widened": "the confidence interval of the most precise trial, widened by how far the trials lie apart",
}
"""Intervals that no published code names, in words."""

PREDICTION = "prediction interval: where the effect in a new trial lies"


def statistic(
    answer: Answer, synthesis: Mapping[Any, Any], rating: Mapping[Any, Any], *, turned: bool
) -> list[dict[str, Any]]:
    """Return the figures the answer is rated by and, where these are not of the primary model, those of the model.

    Ratios and differences of risk are those of the event: where it is not wanted (``turned``), one below 1 favours the
    exposure. ``synthesis`` and ``rating`` are the rows of the answer in the tables of these names.
    """
    size = {
        "sampleSize": {
            "description": "trials in the answer and people their results rest on",
            "numberOfStudies": int(answer.k),
            "numberOfParticipants": int(answer.rated.n_participants),
        }
    }
    if not answer.k:
        return [{"description": "No usable result in our tables.", **size}]
    decided = _figures(answer, answer.rated, turned)
    decided["attributeEstimate"] += _spread(synthesis)
    rows = [{**decided, **size}]
    if rating["decided_by"] in (*KINDS, *OWN):
        model = _figures(answer, answer.pooled, turned)
        rows.append({**model, **size, "modelCharacteristic": _model(synthesis)})
    else:
        rows[0]["modelCharacteristic"] = _model(synthesis)
    return rows


def _figures(answer: Answer, figures: Figures, turned: bool) -> dict[str, Any]:
    shown, measure = of_event(figures, turned=turned), figures.measure
    said = numbers.estimate(
        shown.estimate, shown.ci_low, shown.ci_high, measure, level=shown.level, kind=shown.interval
    )
    kind = (
        {"text": OWN[shown.interval]}
        if shown.interval in OWN
        else codes.concept("attribute", KINDS.get(shown.interval, "C53324"))
    )
    return {
        "description": f"{said}; {favourable(measure, answer.sides[0], turned=turned)}",
        "statisticType": codes.concept("statistic", codes.MEASURES[measure]),
        "quantity": {"value": _shown(shown.estimate, measure)},
        "attributeEstimate": [
            {"type": kind, "level": shown.level, "range": _range(shown.ci_low, shown.ci_high, measure)},
            *_predicted(shown),
        ],
    }


def _predicted(figures: Figures) -> list[dict[str, Any]]:
    if numbers.is_missing(figures.pi_low) or numbers.is_missing(figures.pi_high):
        return []
    span = _range(figures.pi_low, figures.pi_high, figures.measure)
    return [{"type": {"text": PREDICTION}, "level": figures.level, "range": span}]


def _spread(synthesis: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Return the heterogeneity between the trials, as far as it is known."""
    found = {"0000421": ("tau2", ""), "0000420": ("i2", "%"), "0000419": ("q", "")}
    rows: list[dict[str, Any]] = []
    for code, (name, unit) in found.items():
        if numbers.is_missing(synthesis[name]):
            continue
        rows.append({"type": codes.concept("attribute", code), "quantity": _quantity(synthesis[name], unit)})
        if name == "q" and not numbers.is_missing(synthesis["q_p_value"]):
            p = {"type": codes.concept("attribute", "C44185"), "quantity": _quantity(synthesis["q_p_value"], "")}
            rows[-1]["attributeEstimate"] = [p]
    return rows


def _model(synthesis: Mapping[Any, Any]) -> list[dict[str, Any]]:
    words = [synthesis["model"], synthesis["method"], synthesis["interval"]]
    return [{"code": {"text": ", ".join(labels.words(word) for word in words if word != "none")}}]


def _shown(value: float, measure: str) -> float:
    """Return a value of the tables as a ratio or a difference."""
    how = numbers.MEASURES[measure]
    return float(how.shown(value) if how.is_ratio else value)


def _range(low: float, high: float, measure: str) -> dict[str, Any]:
    return {"low": {"value": _shown(low, measure)}, "high": {"value": _shown(high, measure)}}


def _quantity(value: float, unit: str) -> dict[str, Any]:
    named = {"unit": "%", "system": "http://unitsofmeasure.org", "code": "%"} if unit else {}
    return {"value": float(value), **named}
