"""What difference matters on the scale of an effect, and how many people it takes to show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from ipt_evidence.engine.effect_sizes.conversions import log_odds_ratio_from_smd
from ipt_evidence.engine.information_size import people_for_difference, people_for_risks
from ipt_evidence.words.vocabulary import Vocabulary

RATIOS = ("logOR", "logRR", "logHR")
"""Measures of events."""

EDGE = 1e-3
"""Nearest a risk comes to 0 or 1 where a difference is laid around it, or people needed are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """What difference matters to the people of a question.

    Attributes
    ----------
    mid : float
        Minimal important difference on the scale of the effects; NaN where none is defined.
    information_size : float
        People that one trial needs to show it; NaN where that cannot be told.
    control_risk : float
        Share of people with the event among those compared with; NaN for scales, or if not known.
    """

    mid: float
    information_size: float
    control_risk: float


def importance(question: Mapping[Any, Any], vocabulary: Vocabulary, control_risk: float, factor: float) -> Importance:
    """Say what difference matters for a question.

    Parameters
    ----------
    question : mapping
        ``condition``, ``outcome``, ``measure``.
    vocabulary : Vocabulary
        The minimal important differences, by outcome and condition.
    control_risk : float
        Share of people with the event among those compared with; NaN for scales, or if not known.
    factor : float
        Multiple of the minimal important difference to take.

    Notes
    -----
    A standardised mean difference is a log odds ratio times sqrt(3)/pi (logistic distribution). A difference per 1,000
    is laid half below and half above the control risk, so that it is the same either way. Risk and hazard ratios have
    no counterpart; the people needed to show one are those for the odds ratio at the same risk.
    """
    found, measure = vocabulary.mid(question["outcome"], question["condition"]), question["measure"]
    figure, nan = factor * float(found["mid"]), float("nan")
    if measure == "SMD" and found["scale"] == "SMD":
        return Importance(mid=figure, information_size=people_for_difference(figure), control_risk=nan)
    if measure not in RATIOS:
        return Importance(mid=nan, information_size=nan, control_risk=control_risk)
    per_1000 = found["scale"] == "per_1000"
    odds = _around(control_risk, figure / 1000) if per_1000 else float(log_odds_ratio_from_smd(figure, 1.0).values[0])
    better = odds if vocabulary.event_good(question["outcome"]) else -odds
    mid = odds if measure == "logOR" else nan
    return Importance(mid=mid, information_size=_people(control_risk, better), control_risk=control_risk)


def _around(risk: float, difference: float) -> float:
    """Return the log odds ratio of two risks that lie half a difference below and above a risk."""
    low, high = np.clip([risk - difference / 2, risk + difference / 2], EDGE, 1 - EDGE)
    return float(special.logit(high) - special.logit(low))


def _people(risk: float, log_odds_ratio: float) -> float:
    if not EDGE <= risk <= 1 - EDGE:
        return float("nan")
    return people_for_risks(risk, float(special.expit(special.logit(risk) + log_odds_ratio)))


def control_risks(used: pd.DataFrame, outcomes: pd.DataFrame) -> pd.Series:
    """Return the share of people with the event in the arms compared with, by question and trial.

    Parameters
    ----------
    used : DataFrame
        Effects of any number of questions; those of counts have the row of the arm compared with as ``row2_id``.
    outcomes : DataFrame
        ``row_id``, ``events``, ``total``.
    """
    rows = used.loc[used["evidence"].eq("counts"), ["question_id", "trial_id", "row2_id"]].drop_duplicates()
    counts = rows.merge(outcomes[["row_id", "events", "total"]], left_on="row2_id", right_on="row_id")
    by_trial = counts.groupby(["question_id", "trial_id"])[["events", "total"]].sum().astype(float)
    return by_trial["events"] / by_trial["total"]
