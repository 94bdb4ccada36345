"""Pictures of how far the answer to a question can be relied on, each with its words and the table it is drawn from."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.engine.pooling.subsets import cumulative
from ipt_evidence.engine.small_study.trim_and_fill import trim_and_fill
from ipt_evidence.reporting.curves.by_year import Step, by_year_canvas
from ipt_evidence.reporting.curves.dose import Dose, dose_canvas
from ipt_evidence.reporting.curves.funnel import Funnel, funnel_canvas
from ipt_evidence.reporting.curves.specification_curve import Specification, curve_canvas, shares
from ipt_evidence.reporting.pages.question_forest import TrialFacts
from ipt_evidence.reporting.picture import Picture, picture
from ipt_evidence.words import labels, numbers

Row = Mapping[Any, Any]


def pictures_of(
    answer: Answer,
    rows: Mapping[str, Sequence[Row]],
    used: Sequence[Row],
    facts: TrialFacts,
    settings: Mapping[str, Any],
) -> tuple[Picture, ...]:
    """Draw what there are trials enough for.

    A funnel plot takes as many trials as the methods for small-study effects. The others leave out questions with so
    few trials that their intervals by t say nothing.

    Parameters
    ----------
    answer : Answer
        The question with its answer.
    rows : mapping of str to sequence of mapping
        Its rows of ``synthesis_weights``, ``small_study`` and ``multiverse``.
    used : sequence of mapping
        Its effects, from ``selections``.
    facts : TrialFacts
        What there is to say of the trials.
    settings : mapping
        The part ``synthesis`` of the configuration.
    """
    weights, few = rows["synthesis_weights"], settings["few_trials"]
    if answer.k <= few:
        return ()
    funnel, curve = _funnel(answer, weights, rows["small_study"]), _curve(answer, rows["multiverse"], settings)
    return (*funnel, *curve, *_by_year(answer, weights, facts, settings), *_dose(answer, weights, used, facts, few))


def _funnel(answer: Answer, weights: Sequence[Row], small_study: Sequence[Row]) -> Iterator[Picture]:
    adjusted = {row["method"]: row["estimate"] for row in small_study}
    if not {"trim_and_fill", "pet_peese"} <= set(adjusted):
        return
    trials = [(row["yi"], sqrt(row["vi"])) for row in weights]
    found = trim_and_fill(*np.transpose([(row["yi"], row["vi"]) for row in weights]))
    added = list(zip(found.filled_effects.tolist(), np.sqrt(found.filled_variances).tolist(), strict=True))
    funnel = Funnel(
        measure=answer.pooled.measure,
        sides=answer.sides,
        trials=trials,
        added=added,
        average=answer.pooled.estimate,
        filled=adjusted["trim_and_fill"],
        extrapolated=adjusted["pet_peese"],
    )
    average, filled, other = (
        numbers.effect(value, funnel.measure) for value in (funnel.average, funnel.filled, funnel.extrapolated)
    )
    fills = f"with the {numbers.counted(len(added), 'trial')} that trim and fill adds {filled}" if added else (
        "trim and fill adds no trial"
    )  # fmt: skip
    words = (
        f"{numbers.counted(len(trials), 'trial')} by effect and standard error, the most precise at the top. Average "
        f"{average}; {fills}; by PET-PEESE {other}. A picture that leans to one side may come from bias, from chance, "
        "or from true differences between small and large trials."
    )
    names = [(row["trial_id"], "trial") for row in weights] + [("", "added by trim and fill")] * len(added)
    rows = [
        {"trial_id": trial, "what": what, "effect": effect, "se": error}
        for (trial, what), (effect, error) in zip(names, [*trials, *added], strict=True)
    ]
    yield picture(answer, "funnel", funnel_canvas(funnel), title="Funnel plot", words=words, rows=rows)


def _curve(answer: Answer, multiverse: Sequence[Row], settings: Mapping[str, Any]) -> Iterator[Picture]:
    primary = {name: settings[name] for name in ("rho", "method", "interval")}
    primary |= {"evidence": "all", "doubts": "kept", "outliers": "kept"}
    rows = [row for row in multiverse if not numbers.is_missing(row["estimate"])]
    if len(rows) < 2:
        return
    found = [
        Specification(
            **{name: row[name] for name in ("estimate", "ci_low", "ci_high", "label")},
            is_primary=all(row[name] == value for name, value in primary.items()),
        )
        for row in rows
    ]
    measure = answer.pooled.measure
    ends = [numbers.effect(pick(one.estimate for one in found), measure) for pick in (min, max)]
    said = "; ".join(f"{labels.LABELS[label].lower()} {share}" for label, share in shares(found))
    words = (
        f"The same question under {len(found)} combinations of the choices in the settings: averages from {ends[0]} to "
        f"{ends[1]}. Labels: {said}."
    )
    canvas = curve_canvas(found, measure)
    yield picture(answer, "specifications", canvas, title="Specification curve", words=words, rows=rows)


def _by_year(
    answer: Answer, weights: Sequence[Row], facts: TrialFacts, settings: Mapping[str, Any]
) -> Iterator[Picture]:
    ordered = sorted(weights, key=lambda row: (facts.year[row["trial_id"]], facts.label[row["trial_id"]]))
    first = settings["few_trials"] + 1
    if len(ordered) <= first:
        return
    y, v = ([row[name] for row in ordered] for name in ("yi", "vi"))
    pooled = cumulative(y, v, method=settings["method"], interval=settings["interval"], level=settings["level"])
    names = "estimate", "ci_low", "ci_high"
    rows = [
        {
            "trial_id": ordered[place]["trial_id"],
            "year": facts.year[ordered[place]["trial_id"]],
            "k": place + 1,
            **{name: float(getattr(pooled, name)[place]) for name in names},
        }
        for place in range(first - 1, len(ordered))
    ]
    steps = [Step(facts.label[row["trial_id"]], *(row[name] for name in names)) for row in rows]
    measure = answer.pooled.measure
    ends = [numbers.with_bounds(one.estimate, one.ci_low, one.ci_high, measure) for one in (steps[0], steps[-1])]
    words = (
        f"The average after each trial, in the order of their years, from {numbers.counted(first, 'trial')} on: "
        f"{ends[0]} with {steps[0].label}, {ends[1]} with all of them. Looking after each trial is a description; the "
        "intervals allow for one look only."
    )
    canvas = by_year_canvas(steps, measure, answer.sides)
    yield picture(answer, "years", canvas, title="By year", words=words, rows=rows)


def _dose(
    answer: Answer, weights: Sequence[Row], used: Sequence[Row], facts: TrialFacts, few: int
) -> Iterator[Picture]:
    planned: dict[str, set[float]] = {}
    for row in used:
        planned.setdefault(row["trial_id"], set()).add(facts.sessions[row["trial_id"], row["arm1_id"]])
    rows = [
        {"trial_id": row["trial_id"], "sessions": int(sessions),
         **{name: row[name] for name in ("yi", "ci_low", "ci_high", "weight_percent")}}
        for row in weights
        for sessions in planned[row["trial_id"]]
        if len(planned[row["trial_id"]]) == 1 and not numbers.is_missing(sessions)
    ]  # fmt: skip
    doses = [Dose(*(row[name] for name in ("sessions", "yi", "ci_low", "ci_high", "weight_percent"))) for row in rows]
    different = {one.sessions for one in doses}
    if len(doses) <= few or len(different) < 2:
        return
    words = (
        f"{len(doses)} of {numbers.counted(len(weights), 'trial')}: those of which our tables name one number "
        f"of sessions planned with {answer.sides[0]}, from {min(different)} to {max(different)}. Trials that "
        "plan more sessions also differ in other ways: the picture does not show what more sessions would do."
    )
    canvas = dose_canvas(doses, answer.pooled.measure)
    yield picture(answer, "sessions", canvas, title="By sessions", words=words, rows=rows)
