"""Answers as numbers of people: how many have the event on either side, and how many it takes for one to gain."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.importance import control_risks
from ipt_evidence.engine.absolute import absolute_effects
from ipt_evidence.words.figures import BASES
from ipt_evidence.words.vocabulary import Vocabulary

EVENTS = ("logOR", "logRR", "RD")
"""Measures that a share of people with the event turns into another; a hazard ratio would need a time as well."""

SYMPTOMS, RESPONSE = "symptom_severity", "response"
"""The outcome on a scale that is told through an event, and the event."""

SAME = ("population", "intervention", "comparator", "timepoint", "phase")
"""What a question on symptoms has in common with the question on response that it is told through."""

ABSOLUTE_COLUMNS = [
    "question_id", "basis", "event_good", "control_question_id", "control_trials", "control_risk", "control_risk_low",
    "control_risk_high", "with_intervention", "with_low", "with_high", "benefit_per_1000", "benefit_low",
    "benefit_high", "nnt", "nnt_best", "nnt_worst", "through_infinity",
]  # fmt: skip

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRisk:
    """How many people have the event in the arms that a question compares with.

    Attributes
    ----------
    question_id : str
        The question whose trials it is from.
    trials : int
        Trials that counted the event.
    median, low, high : float
        Median, lowest and highest share over these trials.
    """

    question_id: str
    trials: int
    median: float
    low: float
    high: float

    @property
    def is_defined(self) -> bool:
        """Whether an effect leads from it to another risk: none does from nobody or from everybody."""
        return 0 < self.median < 1


def absolute_table(
    syntheses: pd.DataFrame,
    ratings: pd.DataFrame,
    selections: pd.DataFrame,
    outcomes: pd.DataFrame,
    vocabulary: Vocabulary,
) -> pd.DataFrame:
    """Turn the answers that allow it into numbers of people.

    Parameters
    ----------
    syntheses : DataFrame
        The questions, as in ``syntheses.csv``.
    ratings : DataFrame
        ``question_id`` with the estimate and the interval that decide (``ci_low``, ``ci_high``).
    selections, outcomes : DataFrame
        The effects that match each question, and the validated rows they were computed from.
    vocabulary : Vocabulary
        Tells which events are good, and which conditions are wider.

    Returns
    -------
    DataFrame
        :data:`ABSOLUTE_COLUMNS`, a row per question with trials and a control risk above 0 and below 1: of events by
        ``basis`` counts; of symptoms on a scale by ``basis`` response, through the share that responds in the same
        comparison (people, time point, phase) on the same condition or, where that has none, on the nearest wider
        one. Risks are shares; ``benefit_per_1000`` counts the people of 1,000 who do better because of the
        intervention, negative those who do worse; numbers needed are missing where there is no difference. An effect
        that leads to a risk of 0, 1 or beyond cannot hold at the control risk and has no row; limits beyond are 0 or 1.

    Notes
    -----
    Furukawa & Leucht (2011, doi:10.1371/journal.pone.0019070) for standardised mean differences; Altman (1998,
    doi:10.1136/bmj.317.7168.1309) for numbers needed. The interval is that of the effect alone.
    """
    questions = syntheses.to_dict("records")
    risks = dict(_control_risks(selections[selections["used"]], outcomes))
    response = {
        (question["condition"], *(question[name] for name in SAME)): risks[question["question_id"]]
        for question in questions
        if question["outcome"] == RESPONSE and question["question_id"] in risks
    }
    rated = ratings.dropna(subset="estimate").set_index("question_id").to_dict("index")
    rows = []
    for question in questions:
        name = question["question_id"]
        risk = risks.get(name) if question["measure"] in EVENTS else _through_response(question, response, vocabulary)
        if name in rated and risk is not None:
            outcome = question["outcome"] if risk.question_id == name else RESPONSE
            good = bool(vocabulary.event_good(outcome))
            row = absolute_row(question, rated[name], risk, event_good=good)
            # That all or none have the event is no finding of an effect: it cannot hold at this control risk.
            if 0 < row["with_intervention"] < 1:
                rows.append(row)
    return pd.DataFrame(rows, columns=ABSOLUTE_COLUMNS)


def _control_risks(used: pd.DataFrame, outcomes: pd.DataFrame) -> Iterator[tuple[str, ControlRisk]]:
    """Give the control risk of each question that has one from which an effect leads to another."""
    for name, shares in control_risks(used, outcomes).groupby("question_id"):
        risk = ControlRisk(
            question_id=str(name), trials=len(shares), median=shares.median(), low=shares.min(), high=shares.max()
        )
        if risk.is_defined:
            yield str(name), risk


def _through_response(question: Row, response: Mapping[Any, ControlRisk], vocabulary: Vocabulary) -> ControlRisk | None:
    """Return the control risk of response in the same comparison, on the condition or the nearest wider one."""
    if question["outcome"] != SYMPTOMS or question["measure"] != "SMD":
        return None
    condition = question["condition"]
    wider = (condition, *vocabulary.ancestors_of(condition))
    same = tuple(question[name] for name in SAME)
    return next((response[one, *same] for one in wider if (one, *same) in response), None)


def absolute_row(question: Row, rated: Row, risk: ControlRisk, *, event_good: bool) -> dict[str, Any]:
    """Turn one answer into numbers of people.

    Parameters
    ----------
    question : mapping
        ``question_id`` and ``measure``.
    rated : mapping
        ``estimate``, ``ci_low``, ``ci_high``: positive favours the intervention, whatever the event.
    risk : ControlRisk
        The share of people with the event among those compared with.
    event_good : bool
        Whether the event is what is wanted.
    """
    favourable = rated["estimate"], rated["ci_low"], rated["ci_high"]
    # Tables are positive where the intervention does better; of a bad event that is fewer.
    event = favourable if event_good else (-favourable[0], -favourable[2], -favourable[1])
    found = absolute_effects(*event, [risk.median], measure=question["measure"], event_is_good=event_good)
    (number, best, worst) = (
        float(one[0]) if np.isfinite(one[0]) else float("nan") for one in (found.nnt, found.nnt_best, found.nnt_worst)
    )
    return {
        "question_id": question["question_id"],
        "basis": BASES[risk.question_id != question["question_id"]],
        "event_good": event_good,
        "control_question_id": risk.question_id,
        "control_trials": risk.trials,
        "control_risk": risk.median,
        "control_risk_low": risk.low,
        "control_risk_high": risk.high,
        "with_intervention": float(found.treated_risk[0]),
        "with_low": float(found.treated_low[0]),
        "with_high": float(found.treated_high[0]),
        "benefit_per_1000": 10 * float(found.benefit_per_100[0]),
        "benefit_low": 10 * float(found.benefit_low[0]),
        "benefit_high": 10 * float(found.benefit_high[0]),
        "nnt": number,
        "nnt_best": best,
        "nnt_worst": worst,
        "through_infinity": bool(found.through_infinity[0]),
    }
