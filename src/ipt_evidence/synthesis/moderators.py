"""What a review holds effects against, and the value of each trial."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from ipt_evidence.extraction.studies import Studies
from ipt_evidence.files import rows_of

RUN, NOT_RUN = "run", "not_run"
"""Whether a planned moderator was run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """A characteristic of trials, as the plan declares it.

    Attributes
    ----------
    moderator_id, kind, level, column, instrument, expects : str
        As in ``config/moderators.csv``; empty text for empty cells.
    min_trials : int
        Trials with a value that it takes.
    groups : mapping of str to str
        Group of each value that has one, in the order of the plan; empty for numbers.
    """

    moderator_id: str
    kind: str
    level: str
    column: str
    instrument: str
    expects: str
    min_trials: int
    groups: Mapping[str, str]

    @property
    def categorical(self) -> bool:
        """Whether it parts trials into groups."""
        return self.kind == "categorical"

    @property
    def order(self) -> tuple[str, ...]:
        """The groups in the order of the plan; the first is the reference."""
        return tuple(dict.fromkeys(self.groups.values()))


def moderators_of(plan: pd.DataFrame, groups: pd.DataFrame) -> tuple[Moderator, ...]:
    """Read the moderators from ``moderators.csv`` and ``moderator_groups.csv``, in the order of the plan."""
    found = []
    for row in rows_of(plan):
        own = groups[groups["moderator_id"].eq(row["moderator_id"])]
        found.append(
            Moderator(
                **{name: row[name] for name in ("moderator_id", "kind", "level", "column", "instrument", "expects")},
                min_trials=int(row["min_trials"]),
                groups=dict(zip(own["value"].astype(str), own["group"], strict=True)),
            )
        )
    return tuple(found)


class Compared(NamedTuple):
    """A trial with its arms under review and those they are compared with, each once."""

    trial: str
    first: tuple[str, ...]
    second: tuple[str, ...]


def compared_arms(used: pd.DataFrame) -> dict[str, Compared]:
    """Return, by trial, the arms that effects compare."""
    arms: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for trial, first, second in zip(*(used[name].tolist() for name in ("trial_id", "arm1_id", "arm2_id")), strict=True):
        of_trial = arms.setdefault(trial, ({}, {}))
        of_trial[0][first] = of_trial[1][second] = None
    return {trial: Compared(trial, tuple(first), tuple(second)) for trial, (first, second) in arms.items()}


class Characteristics:
    """Looks up the value of a moderator for the trials of a question.

    Parameters
    ----------
    studies : Studies
        The trials.
    risk : mapping
        Risk of bias by question_id and trial_id; results nobody judged are absent.
    """

    def __init__(self, studies: Studies, risk: Mapping[Any, str]) -> None:
        self._trials = {row["trial_id"]: row for row in rows_of(studies.trials, empty=None)}
        self._arms = {(row["trial_id"], row["arm_id"]): row for row in rows_of(studies.arms, empty=None)}
        measured = studies.outcomes.dropna(subset=["baseline_mean"]).groupby(["trial_id", "arm_id", "instrument"])
        scores = measured["baseline_mean"].agg(["nunique", "first"])
        # Two different scores of one arm, as of completers and of all, are none.
        self._baseline = scores.loc[scores["nunique"].eq(1), "first"].astype(float).to_dict()
        self._risk = risk

    def value(self, moderator: Moderator, question_id: str, trial: Compared) -> str | float | None:
        """Return the group, or the number, of a trial.

        Returns
        -------
        str or float or None
            Of several arms or countries the group they share, or the mean of their numbers; None where one of them is
            not known or in no group, or where they are in different groups.
        """
        found = self._cells(moderator, question_id, trial)
        if not found or None in found:
            return None
        if not moderator.categorical:
            return float(sum(found)) / len(found)
        groups = {moderator.groups.get(str(cell)) for cell in found}
        return groups.pop() if len(groups) == 1 else None

    def _cells(self, moderator: Moderator, question_id: str, compared: Compared) -> list[Any]:
        trial, first, second = compared.trial, compared.first, compared.second
        match moderator.level:
            case "trial":
                cell = self._trials[trial][moderator.column]
                return str(cell).split(";") if moderator.column == "country" and cell is not None else [cell]
            case "first_arm" | "second_arm":
                arms = first if moderator.level == "first_arm" else second
                return [self._arms[trial, arm][moderator.column] for arm in arms]
            case "risk_of_bias":
                return [self._risk.get((question_id, trial))]
            case _:
                keys = [(trial, arm, moderator.instrument) for arm in (*first, *second)]
                return [self._baseline.get(key) for key in keys]
