"""Mark the results that a doubt, a correction or a number out of line touches, so that reports can say so."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ipt_evidence.extraction.choices import RATIOS, REPORT_STATUSES
from ipt_evidence.grouping import grouped
from ipt_evidence.words.vocabulary import Vocabulary

FLAGGED = ("outcomes", "contrasts")
"""Tables whose rows carry flags."""

CORRECTED = "corrected"
ANALYSED_ABOVE_RANDOMISED = "analysed_above_randomised"
NO_DIRECTION = "no_direction"
EVENT_UNCLEAR = "event_unclear"
REPORT = "report:"
"""Start of the flags that say what became of a trial's report after publication."""

ARM_COLUMNS = {
    "trials": [],
    "arms": ["arm_id"],
    "outcomes": ["arm_id"],
    "contrasts": ["arm1_id", "arm2_id"],
    "risk_of_bias": [],
}
"""Columns of each table that name an arm."""

NARROWING = ("outcome", "instrument", "timepoint")
"""Columns, beside trial and arm, that say which rows a doubt is about."""

SIZE_COLUMNS = {"outcomes": [("arm_id", "n"), ("arm_id", "total")], "contrasts": [("arm1_id", "n1"), ("arm2_id", "n2")]}


def flags_of(
    table: str, frames: Mapping[str, pd.DataFrame], vocabulary: Vocabulary, corrected: frozenset[int]
) -> pd.Series:
    """Return the flags of each row of ``table``, sorted and joined by semicolons; empty text if none.

    Parameters
    ----------
    table : {"outcomes", "contrasts"}
        The table whose rows are marked.
    frames : mapping of str to pandas.DataFrame
        Sound tables, indexed by line.
    vocabulary : Vocabulary
        The words in use.
    corrected : frozenset of int
        Lines of ``table`` that a correction changed.
    """
    frame = frames[table]
    found: dict[object, set[str]] = {line: set() for line in frame.index}
    for flag, lines in _doubts(table, frames):
        for line in lines:
            found[line].add(flag)
    for flag, rows in _marks(table, frames, vocabulary, corrected):
        for line in frame.index[rows.to_numpy(dtype=bool, na_value=False)]:
            found[line].add(flag)
    return pd.Series([";".join(sorted(flags)) for flags in found.values()], index=frame.index, dtype="str")


def _doubts(table: str, frames: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, list[int]]]:
    """Yield the flags of each doubt with the lines it is about."""
    rows, doubts = RowsInDoubt(table, frames[table]), frames["doubts"]
    for doubt in doubts[doubts["table"].isin((table, "trials", "arms"))].to_dict("records"):
        lines = rows.touched(doubt)
        yield f"doubt:{doubt['doubt_id']}", lines
        if doubt["action"] == "exclude":
            yield f"excluded:{doubt['doubt_id']}", lines


def _marks(
    table: str, frames: Mapping[str, pd.DataFrame], vocabulary: Vocabulary, corrected: frozenset[int]
) -> Iterator[tuple[str, pd.Series]]:
    """Yield each other flag with the rows it holds for."""
    frame, trials = frames[table], frames["trials"]
    for status in REPORT_STATUSES:
        yield f"{REPORT}{status}", frame["trial_id"].isin(trials.loc[trials["report_status"] == status, "trial_id"])
    yield CORRECTED, pd.Series(frame.index.isin(corrected), index=frame.index)
    for arm, size in SIZE_COLUMNS[table]:
        yield ANALYSED_ABOVE_RANDOMISED, frame[size] > randomised(frame, arm, frames)
    if table == "contrasts":
        yield NO_DIRECTION, frame["favours"].isna()
        on_a_scale = frame["outcome"].map(vocabulary.event_good, na_action="ignore").isna()
        yield EVENT_UNCLEAR, frame["statistic"].isin(RATIOS) & frame["event_good"].isna() & on_a_scale


class RowsInDoubt:
    """The rows of one table by trial, to be asked what each of many doubts is about.

    Parameters
    ----------
    table : str
        One of :data:`ARM_COLUMNS`.
    frame : DataFrame
        The table, indexed by line.
    """

    def __init__(self, table: str, frame: pd.DataFrame) -> None:
        self._arms, self._narrowing = ARM_COLUMNS[table], [name for name in NARROWING if name in frame]
        names = ["trial_id", *self._arms, *self._narrowing]
        cells = zip(*(frame[name].astype(object) for name in names), strict=True)
        rows = zip(frame.index.tolist(), cells, strict=True)
        self._of_trial = grouped((row[0], (line, dict(zip(names, row, strict=True)))) for line, row in rows)

    def touched(self, doubt: Mapping[Any, Any] | pd.Series) -> list[int]:
        """Return the lines a doubt is about: an empty column of the doubt means any."""
        asked = {name: doubt[name] for name in self._narrowing if pd.notna(doubt[name])}
        arm = doubt["arm_id"] if pd.notna(doubt["arm_id"]) else None
        return [
            line
            for line, row in self._of_trial.get(doubt["trial_id"], [])
            if all(row[name] is not pd.NA and row[name] == word for name, word in asked.items())
            and (arm is None or any(row[name] == arm for name in self._arms))
        ]


def randomised(frame: pd.DataFrame, arm: str, frames: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return how many were randomised to the arm in column ``arm``; to the trial, if the arm does not say."""
    arms, trials = frames["arms"], frames["trials"]
    by_arm = dict(zip(zip(arms["trial_id"], arms["arm_id"], strict=True), arms["n_randomised"], strict=True))
    by_trial = dict(zip(trials["trial_id"], trials["n_randomised"], strict=True))
    of_arm = pd.Series([by_arm.get(pair) for pair in zip(frame["trial_id"], frame[arm], strict=True)], frame.index)
    of_trial = pd.Series([by_trial.get(trial) for trial in frame["trial_id"]], frame.index)
    return of_arm.astype("Int64").fillna(of_trial.astype("Int64"))
