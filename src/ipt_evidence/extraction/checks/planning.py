"""Whether the review plan asks all that the trials bear on: seen from the tables, before any effect is computed."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.extraction.breaches import Breach, key_text
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.choices import PHASES, TIMEPOINTS
from ipt_evidence.extraction.pairs import CONVERTIBLE, measured_pairs, oriented, reviewed_pairs, unpaired
from ipt_evidence.extraction.schemas import QUESTIONS
from ipt_evidence.words import labels
from ipt_evidence.words.vocabulary import Vocabulary

COMBINATION = ["condition", "intervention", "comparator", "outcome", "timepoint", "phase", "measure"]
"""What a question of the plan asks, population aside."""

MEASURES = {"continuous": "SMD", "event": "logOR"}
"""The measure in which outcomes of each kind are asked."""

OTHER_RATIOS = {"risk_ratio": "logRR", "hazard_ratio": "logHR"}
"""Printed ratios that are asked in a measure of their own, where the trial has nothing that is asked otherwise."""

_SYMPTOMS = {"outcome": ("symptom_severity",), "timepoint": ("post",)}
LEADING = {"acute": _SYMPTOMS, "prevention": _SYMPTOMS, "maintenance": {"outcome": ("relapse",), "measure": ("logOR",)}}
"""What is asked first in each phase."""

RESULT_COLUMNS = [
    "trial_id", "intervention", "comparator", "outcome", "timepoint", "domain", "measure", "usable", "place",
]  # fmt: skip


def combinations_are_asked(draft: Draft, plan: pd.DataFrame, file: str, intervention: str) -> Iterator[Breach]:
    """Yield combinations that trials bear on and no question asks, each with the row to add to the plan.

    A trial bears on a combination of condition (its own, and all above), treatments, outcome, time point and phase if
    two of its arms are compared in it, one with the therapy under review; also if the result it prints leads to no
    effect. The draft is without errors; ``plan`` holds the questions, with ``line``, ``file`` is its name in breaches.
    """
    last = int(plan["line"].max()) if len(plan) else 1
    for number, (question, rows) in enumerate(unasked(draft, plan), start=1):
        trials = sorted(set(rows["trial_id"]))
        yield Breach(
            file=file,
            line=last + number,
            key=key_text(question.items()),
            rule=f"no question asks what {_named(trials)} on ({rows['place'].iloc[0]})",
            remedy=f"Add the row `{plan_row(question, draft.vocabulary, intervention)}`",
            check="combinations_are_asked",
            trial_id=trials[0],
        )


def unasked(draft: Draft, plan: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Yield combinations that trials bear on and no question asks, each with the results that bear on it.

    They come in the order of the vocabulary: what a condition is asked about first, symptoms as a rule, stands first.
    """
    asked = set(plan[COMBINATION].itertuples(index=False, name=None))
    borne = combinations_borne_on(draft)
    rows_borne = borne[COMBINATION].itertuples(index=False, name=None)
    missing = borne.iloc[[place for place, row in enumerate(rows_borne) if row not in asked]]
    found = [(dict(zip(COMBINATION, keys, strict=True)), rows) for keys, rows in missing.groupby(COMBINATION)]
    yield from sorted(found, key=lambda one: _place(one[0], draft.vocabulary))


def _place(question: Mapping[str, Any], words: Vocabulary) -> tuple[int, ...]:
    classes = words.treatment_classes["class"].tolist()
    orders: dict[str, Sequence[str]] = {
        "condition": [word for word, _ in words.in_order()], "intervention": classes, "comparator": classes,
        "phase": PHASES, "outcome": words.outcomes["outcome"].tolist(), "timepoint": TIMEPOINTS,
        "measure": [*MEASURES.values(), *OTHER_RATIOS.values()],
    }  # fmt: skip
    return tuple(order.index(question[column]) for column, order in orders.items())


def combinations_borne_on(draft: Draft) -> pd.DataFrame:
    """Return :data:`COMBINATION`, ``trial_id`` and the ``place`` of a result, one row per result and condition."""
    vocabulary, trials = draft.vocabulary, draft.tables.frames["trials"]
    found = _results(draft)
    outcomes = vocabulary.outcomes.set_index("outcome")
    found["measure"] = found["measure"].fillna(found["outcome"].map(outcomes["kind"]).map(MEASURES))
    found = found[found["domain"].eq(found["outcome"].map(outcomes["domain"]))]
    found = found[~_covered(found)].merge(trials[["trial_id", "condition", "phase"]], on="trial_id")
    families = {name: [name, *vocabulary.ancestors_of(name)] for name in set(found["condition"])}
    return found.assign(condition=found["condition"].map(families)).explode("condition")[
        [*COMBINATION, "trial_id", "place"]
    ]


def _results(draft: Draft) -> pd.DataFrame:
    """Return all results on two arms, one of them with the therapy; ``measure`` is missing where the outcome tells."""
    frames, files = draft.tables.frames, draft.tables.files
    outcomes, contrasts = (
        frames[name].assign(place=[f"{files[name]}:{line}" for line in frames[name].index])
        for name in ("outcomes", "contrasts")
    )
    pairs = reviewed_pairs(frames["arms"], draft.vocabulary)
    both = measured_pairs(pairs, outcomes).rename(columns={"place1": "place"})
    events, people = both["events1"] + both["events2"], both["total1"] + both["total2"]
    both["usable"] = both["measure"].ne("binary") | ((events > 0) & (events < people)).fillna(False)
    converted = both[both["usable"] & both["outcome"].isin(CONVERTIBLE) & both["domain"].eq("target")]
    printed = oriented(pairs, contrasts[contrasts["subgroup"].isna()]).assign(usable=True)
    parts = {
        "by arm": both.assign(measure=None),
        "converted": converted.assign(measure=None, outcome="symptom_severity"),
        "one arm": unpaired(pairs, outcomes).assign(measure=None, usable=False),
        "printed": printed.assign(measure=_printed_measure(printed, draft)),
    }
    return pd.concat([part.reindex(columns=RESULT_COLUMNS).astype(object) for part in parts.values()])


def _printed_measure(printed: pd.DataFrame, draft: Draft) -> pd.Series:
    """Return the measure of risk and hazard ratios of events that have an error; of all else the outcome tells it."""
    error = printed[["se", "ci_low", "p_value"]].notna().any(axis=1) & printed["value"].notna()
    event = printed["outcome"].map(draft.vocabulary.event_good, na_action="ignore").notna()
    return printed["statistic"].map(OTHER_RATIOS).where(error & event)


def _covered(found: pd.DataFrame) -> np.ndarray:
    """Mark other ratios of a trial that has a usable result on the same in the measure that is asked."""
    key = ["trial_id", "intervention", "comparator", "outcome", "timepoint"]
    other = found["measure"].isin(OTHER_RATIOS.values())
    main = pd.MultiIndex.from_frame(found.loc[~other & found["usable"].astype(bool), key])
    return other.to_numpy() & pd.MultiIndex.from_frame(found[key]).isin(main)


def _named(trials: list[str]) -> str:
    more = len(trials) - 1
    others = f" and {more} other trial{'s' if more > 1 else ''} bear" if more else " bears"
    return f"{trials[0]}{others}"


def plan_row(question: Mapping[str, Any], words: Vocabulary, intervention: str) -> str:
    """Write a combination as a row of the plan, named and titled as its rows are.

    It leads its condition if it holds the therapy under review alone against a comparator in :data:`LEADING`.
    """
    names = labels.labels_of(words, {}, intervention)
    leads = all(question[column] in found for column, found in LEADING[question["phase"]].items())
    alone = question["intervention"] == intervention and question["comparator"] in words.comparators
    default = question["measure"] in labels.DEFAULT_MEASURES
    phase = "" if question["phase"] == "acute" else question["phase"]
    compared = f"{question['intervention']}_v_{question['comparator']}"
    ratio = "" if default else question["measure"].removeprefix("log").lower()
    parts = (question["condition"], compared, question["outcome"], question["timepoint"], phase, ratio)
    about = names.conditions[question["condition"]], labels.PHASES[question["phase"]]
    row = {
        **question,
        "question_id": "_".join(filter(None, parts)),
        "title": f"{', '.join(filter(None, about))}: "
        f"{' v '.join(names.sides(question['intervention'], question['comparator']))}, "
        f"{labels.within(names.aspect(question['outcome'], question['timepoint'], 'acute', question['measure']))}",
        "population": "all",
        "primary": str(leads and alone).lower(),
    }
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([row[name] for name in QUESTIONS.columns])
    return text.getvalue()
