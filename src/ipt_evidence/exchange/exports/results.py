"""The results that answers rest on, each with its trial, its two arms and the rows it was read from."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from ipt_evidence.files import rows_of
from ipt_evidence.words.vocabulary import Vocabulary

Row = Mapping[str, Any]
Kind = Literal["means", "counts", "contrast"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One effect in one answer. Cells without content are empty text.

    Attributes
    ----------
    question, effect, trial : mapping
        Rows of the plan, of ``selections`` and of ``trials``.
    study : str
        Name of the trial, which no other trial of the review bears.
    arms : tuple of mapping
        Rows of ``arms``, the arm under review first, with ``label``: the treatment in words, with the key of the arm
        where another arm of the trial was given the same.
    rows : tuple of mapping
        The rows of ``outcomes`` of both arms, or the one of ``contrasts``.
    """

    question: Row
    effect: Row
    trial: Row
    study: str
    arms: tuple[Row, Row]
    rows: tuple[Row, ...]

    @property
    def kind(self) -> Kind:
        """What its rows hold."""
        if len(self.rows) == 1:
            return "contrast"
        return "counts" if self.rows[0]["measure"] == "binary" else "means"

    @property
    def outcome(self) -> str:
        """What was assessed: of an effect that was converted, what was counted."""
        return str(self.rows[0]["outcome"])


def used_results(tables: Mapping[str, pd.DataFrame], questions: pd.DataFrame, treatments: pd.DataFrame) -> list[Result]:
    """Return the results that the answers to questions of the plan rest on, by question and trial.

    Of ``tables``, ``selections``, ``trials``, ``arms``, ``outcomes`` and ``contrasts`` are read.
    """
    asked = {row["question_id"]: row for row in rows_of(questions)}
    selections = tables["selections"]
    used = selections[selections["used"].astype(bool) & selections["question_id"].isin(list(asked))]
    trials = _by(tables["trials"], "trial_id")
    arms = _labelled(rows_of(tables["arms"]), dict(zip(treatments["treatment"], treatments["label"], strict=True)))
    studies = study_names(trials.values())
    read = _by(tables["outcomes"], "row_id") | _by(tables["contrasts"], "row_id")
    places = {key: place for place, key in enumerate(asked)}
    effects = sorted(rows_of(used), key=lambda row: (places[row["question_id"]], row["trial_id"], row["effect_id"]))
    return [
        Result(
            question=asked[effect["question_id"]],
            effect=effect,
            trial=trials[effect["trial_id"]],
            study=studies[effect["trial_id"]],
            arms=(arms[effect["trial_id"], effect["arm1_id"]], arms[effect["trial_id"], effect["arm2_id"]]),
            rows=tuple(read[effect[name]] for name in ("row1_id", "row2_id") if effect[name]),
        )
        for effect in effects
    ]


def events_good(vocabulary: Vocabulary) -> dict[str, bool]:
    """Return whether what is counted is good, by outcome that is counted."""
    counted = vocabulary.outcomes[vocabulary.outcomes["kind"].eq("event")]
    return {name: bool(good) for name, good in zip(counted["outcome"], counted["event_good"], strict=True)}


def study_names(trials: Iterable[Row]) -> dict[str, str]:
    """Return the label of each trial, with its key where others bear the same."""
    rows = list(trials)
    times = Counter(row["label"] for row in rows)
    return {
        row["trial_id"]: row["label"] if times[row["label"]] == 1 else f"{row['label']} ({row['trial_id']})"
        for row in rows
    }


def _by(table: pd.DataFrame, key: str) -> dict[str, Row]:
    return {row[key]: row for row in rows_of(table)}


def _labelled(arms: list[dict[str, Any]], labels: Mapping[str, str]) -> dict[tuple[str, str], Row]:
    times = Counter((arm["trial_id"], arm["treatment"]) for arm in arms)
    found: dict[tuple[str, str], Row] = {}
    for arm in arms:
        label, alone = labels[arm["treatment"]], times[arm["trial_id"], arm["treatment"]] == 1
        found[arm["trial_id"], arm["arm_id"]] = {**arm, "label": label if alone else f"{label}, arm {arm['arm_id']}"}
    return found
