"""From tables to the body of evidence of each question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.answers import MAIN
from ipt_evidence.appraisal.certainty import Body
from ipt_evidence.appraisal.importance import control_risks, importance
from ipt_evidence.appraisal.risk_of_bias import result_risk
from ipt_evidence.synthesis.fates import reports_on, unusable
from ipt_evidence.synthesis.small_study import Asymmetry, asymmetries
from ipt_evidence.words.vocabulary import Vocabulary

NOT_SPECIAL = ("other", "primary_care")
"""Special groups that set no trial apart from its question: where people are seen is not who they are."""

UNCERTAIN_ALLOCATION = "sensitivity:randomisation_confirmed"
"""Flag of effects from trials of which no report says that people were allocated by chance."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Tables:
    """What the ratings are made from.

    Attributes
    ----------
    syntheses, selections : DataFrame
        Pooled answers and the effects behind them.
    unusable, reports : mapping of str to tuple of str
        Trials none of whose results could be used, and excluded reports known to make the comparison, by question.
    randomised : mapping of str to float
        People randomised, by trial and excluded report that says so.
    doubts : DataFrame
        The validated table.
    risk : mapping
        Risk of bias by question_id and trial_id; results nobody judged are absent.
    special : mapping of str to str
        Special group of each trial; empty text if none.
    treatment : mapping
        Treatment by trial_id and arm_id.
    control_risk : mapping of str to float
        Share of people with the event among those compared with, the median over trials, by question with counts.
    asymmetry : mapping of str to Asymmetry
        What the small-study methods found, by question they were applied to.
    vocabulary : Vocabulary
        The words in use.
    """

    syntheses: pd.DataFrame
    selections: pd.DataFrame
    unusable: Mapping[str, tuple[str, ...]]
    reports: Mapping[str, tuple[str, ...]]
    randomised: Mapping[str, float]
    doubts: pd.DataFrame
    risk: Mapping[Any, str]
    special: Mapping[str, str]
    treatment: Mapping[tuple[str, str], str]
    control_risk: Mapping[str, float]
    asymmetry: Mapping[str, Asymmetry]
    vocabulary: Vocabulary


def body_tables(tables: Mapping[str, pd.DataFrame], vocabulary: Vocabulary) -> Tables:
    """Collect what bodies are made from.

    That is the processed tables ``syntheses``, ``selections``, ``fates``, ``small_study``, ``trials``, ``arms``,
    ``outcomes``, ``doubts``, ``excluded_reports`` and ``trial_risk``, by name.
    """
    trials, arms = tables["trials"], tables["arms"]
    # A table without rows does not tell the type of its columns.
    selections = tables["selections"].astype({"used": bool})
    used = selections[selections["used"]]
    medians = control_risks(used, tables["outcomes"]).groupby("question_id").median()
    return Tables(
        syntheses=tables["syntheses"],
        selections=selections,
        unusable=unusable(tables["fates"]),
        reports=reports_on(tables["fates"], same_comparison=True),
        randomised=_randomised(trials, tables["excluded_reports"]),
        doubts=tables["doubts"],
        risk=result_risk(tables["trial_risk"], used).to_dict(),
        special=dict(zip(trials["trial_id"], trials["special_population"].fillna(""), strict=True)),
        treatment=dict(zip(zip(arms["trial_id"], arms["arm_id"], strict=True), arms["treatment"], strict=True)),
        control_risk={str(name): risk for name, risk in medians.items()},
        asymmetry=asymmetries(tables["small_study"]),
        vocabulary=vocabulary,
    )


def _randomised(trials: pd.DataFrame, reports: pd.DataFrame) -> dict[str, float]:
    # Of a report that compares with several treatments, the people of one comparison, as if its arms were equal.
    others = reports["comparators"].fillna("").str.count(";") + 1
    compared = reports["n_randomised"].astype("Float64") * 2 / (others + 1)
    known = pd.concat([trials.set_index("trial_id")["n_randomised"], compared.set_axis(reports["report_id"])])
    return known.astype("Float64").dropna().astype(float).to_dict()


def used_effects(tables: Tables) -> pd.DataFrame:
    """Return the effects that enter answers, each with the marks that set it apart from its question."""
    used = tables.selections[tables.selections["used"]]
    treatments, in_doubt = tables.vocabulary.treatments, _arms_in_doubt(tables.doubts)
    adapted = set(treatments.loc[treatments["adapted"].fillna(False).astype(bool), "treatment"])
    found = []
    for trial, one, two in zip(used["trial_id"], used["arm1_id"], used["arm2_id"], strict=True):
        hits = {
            "adapted_treatment": tables.treatment[trial, one] in adapted,
            "arm_in_doubt": {(trial, ""), (trial, one), (trial, two)} & in_doubt,
        }
        found.append(frozenset(name for name, hit in hits.items() if hit))
    return used.assign(marks=pd.Series(found, index=used.index, dtype=object))


def _arms_in_doubt(doubts: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the arms whose treatment is doubted, as (trial, arm); the arm is empty text if it is any of them."""
    rows = doubts[doubts["table"].eq("arms") & doubts["about"].isin(["treatment", "delivery", "comparator"])]
    return set(zip(rows["trial_id"], rows["arm_id"].fillna(""), strict=True))


class AskedBody(NamedTuple):
    """The row of a question, the rows of its trials and of the effects behind them, and its body of evidence."""

    question: dict[Any, Any]
    trials: pd.DataFrame
    effects: pd.DataFrame
    body: Body


def asked_bodies(tables: Tables, weights: pd.DataFrame) -> Iterator[AskedBody]:
    """Yield what the rating of each question goes by; see :func:`body_of`."""
    effects = dict(iter(used_effects(tables).groupby("question_id")))
    combined = dict(iter(weights.groupby("question_id")))
    none = tables.selections.iloc[:0].assign(marks=None)
    for question in tables.syntheses.to_dict("records"):
        name = question["question_id"]
        trials = combined.get(name, weights.iloc[:0]).sort_values("trial_id")
        used = effects.get(name, none)
        yield AskedBody(question, trials, used, body_of(question, trials, used, tables))


def body_of(question: Mapping[Any, Any], trials: pd.DataFrame, used: pd.DataFrame, tables: Tables) -> Body:
    """Assemble the body of evidence of one question.

    Parameters
    ----------
    question : mapping
        A row of ``syntheses.csv``.
    trials : DataFrame
        One combined effect per trial: ``trial_id``, ``n1``, ``n2``, ``n_randomised``, ``yi``, ``vi``.
    used : DataFrame
        The effects behind them (see :func:`used_effects`), of this question.
    tables : Tables
        Everything else.
    """
    names = trials["trial_id"].tolist()
    named = tables.vocabulary.special_population(question["condition"])
    marks: dict[str, frozenset[str]] = dict.fromkeys(names, frozenset())
    uncertain = set()
    for trial, found, flags in zip(used["trial_id"], used["marks"], used["flags"], strict=True):
        marks[trial] |= found
        if isinstance(flags, str) and UNCERTAIN_ALLOCATION in flags:
            uncertain.add(trial)
    risk = tables.control_risk.get(question["question_id"], float("nan"))
    people = trials["n1"].astype(float) + trials["n2"].astype(float)
    without = _without_figures(question, tables)
    return Body(
        trials=tuple(names),
        effects=trials["yi"].to_numpy(float),
        variances=trials["vi"].to_numpy(float),
        participants=people.where(people.notna(), trials["n_randomised"].astype(float)).to_numpy(float),
        risk=tuple(tables.risk.get((question["question_id"], name), "unknown") for name in names),
        marks=tuple(marks[name] for name in names),
        settings=tuple("" if tables.special[name] in (*NOT_SPECIAL, named) else tables.special[name] for name in names),
        randomised=np.array([name not in uncertain for name in names], dtype=bool),
        unusable=len(without),
        unusable_people=sum(tables.randomised.get(name, float("nan")) for name in without),
        measure=question["measure"],
        important=importance(question, tables.vocabulary, risk, factor=1.0),
    )


def _without_figures(question: Mapping[Any, Any], tables: Tables) -> tuple[str, ...]:
    """Return the trials and reports that bear on a question and gave no figure that could be used.

    Reports do not tell what they measured: they count where a trial of the therapy can be taken to have measured it, on
    symptoms at the end of acute treatment.
    """
    name = question["question_id"]
    asked = tuple(question[key] for key in ("outcome", "timepoint", "phase"))
    reports = tables.reports.get(name, ()) if asked == MAIN else ()
    return (*tables.unusable.get(name, ()), *reports)
