"""What a reader should know about single results: flags and doubts in words, and why results were left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.files import records
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.reasons import why

FLAGS = {
    "converted_from_counts": "The effect is not from scores: it was converted from counts of people (logit method).",
    "n_randomised_used": "Numbers analysed are not stated; the numbers randomised were used.",
    "change_scores": "The effect compares changes from baseline, not scores at the time point.",
    "zero_cell_corrected": "An arm had no event, or only events: 0.5 was added to each cell of the table.",
    "corrected": "A figure was corrected before use; see data/raw/corrections.csv.",
    "report:corrected": "The report of the trial has been corrected by its journal.",
    "report:expression_of_concern": "The report of the trial is under an expression of concern.",
    "report:retracted": "The report of the trial is retracted.",
    "analysed_above_randomised": "More people are reported as analysed than as randomised.",
}
"""Flags in words; those not listed name a doubt or an analysis of its own."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said on one trial's results.

    Attributes
    ----------
    trial : str
        Its label.
    notes : tuple of str
        How its effect was computed, where that is out of the ordinary.
    doubts : tuple of mapping
        Rows of ``doubts.csv`` that touch the results used.
    """

    trial: str
    notes: tuple[str, ...]
    doubts: tuple[Mapping[Any, Any], ...]


class Remarks:
    """The remarks of a review, by flag and doubt.

    Parameters
    ----------
    review : Review
        Its doubts and the labels of its trials.
    """

    def __init__(self, review: Review) -> None:
        self._labels = review.labels.trials
        self._doubts = {row["doubt_id"]: row for row in records(review.tables["doubts"])}

    def on(self, trial_id: str, flags: Any) -> Remark:
        """Put the flags of one trial into words."""
        names = [] if pd.isna(flags) else str(flags).split(";")
        doubts = [self._doubts[name.removeprefix("doubt:")] for name in names if name.startswith("doubt:")]
        notes = tuple(FLAGS[name] for name in names if name in FLAGS)
        return Remark(self._labels[trial_id], notes, tuple(doubts))

    def reason(self, result: Mapping[Any, Any]) -> str:
        """Say as a sentence why a result is in no answer."""
        return sentence(why(result, self._doubts))

    def named(self, trials: Any) -> str:
        """Return trials, as a cell joins them, by their labels; empty text for none."""
        return "" if pd.isna(trials) else ", ".join(self._labels[trial] for trial in str(trials).split(";"))


def sentence(text: str) -> str:
    """Write a remark as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
