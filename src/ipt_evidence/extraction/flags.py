"""Mark the results that a doubt, a correction or a number out of line touches, so that reports can say so."""

from collections.abc import Iterator, Mapping

import pandas as pd

from ipt_evidence.extraction.choices import RATIOS, REPORT_STATUSES
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

SIZE_COLUMNS = {
    "outcomes": [("arm_id", "n"), ("arm_id", "total")],
    "contrasts": [("arm1_id", "n1"), ("arm2_id", "n2")],
}


def flags_of(
    table: str,
    frames: Mapping[str, pd.DataFrame],
    vocabulary: Vocabulary,
    corrected: frozenset[int],
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
    for flag, rows in _marks(table, frames, vocabulary, corrected):
        for line in frame.index[rows.to_numpy(dtype=bool, na_value=False)]:
            found[line].add(flag)
    return pd.Series([";".join(sorted(flags)) for flags in found.values()], index=frame.index, dtype="str")


def _marks(
    table: str, frames: Mapping[str, pd.DataFrame], vocabulary: Vocabulary, corrected: frozenset[int]
) -> Iterator[tuple[str, pd.Series]]:
    """Yield each flag with the rows it holds for."""
    frame = frames[table]
    for _, doubt in frames["doubts"].iterrows():
        if doubt["table"] in (table, "trials", "arms"):
            rows = doubted(frame, doubt, ARM_COLUMNS[table])
            yield f"doubt:{doubt['doubt_id']}", rows
            if doubt["action"] == "exclude":
                yield f"excluded:{doubt['doubt_id']}", rows
    trials = frames["trials"]
    for status in REPORT_STATUSES:
        yield f"{REPORT}{status}", frame["trial_id"].isin(trials.loc[trials["report_status"] == status, "trial_id"])
    yield CORRECTED, pd.Series(frame.index.isin(corrected), index=frame.index)
    for arm, size in SIZE_COLUMNS[table]:
        yield ANALYSED_ABOVE_RANDOMISED, frame[size] > randomised(frame, arm, frames)
    if table == "contrasts":
        yield NO_DIRECTION, frame["favours"].isna()
        on_a_scale = frame["outcome"].map(vocabulary.event_good, na_action="ignore").isna()
        yield EVENT_UNCLEAR, frame["statistic"].isin(RATIOS) & frame["event_good"].isna() & on_a_scale


def doubted(frame: pd.DataFrame, doubt: pd.Series, arm_columns: list[str]) -> pd.Series:
    """Return which rows of ``frame`` a doubt is about: an empty column of the doubt means any."""
    rows = frame["trial_id"] == doubt["trial_id"]
    if pd.notna(doubt["arm_id"]):
        rows &= frame[arm_columns].eq(doubt["arm_id"]).any(axis=1)
    for name in ("outcome", "instrument", "timepoint"):
        if name in frame and pd.notna(doubt[name]):
            rows &= frame[name] == doubt[name]
    return rows


def randomised(frame: pd.DataFrame, arm: str, frames: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return how many were randomised to the arm in column ``arm``; to the trial, if the arm does not say."""
    arms, trials = frames["arms"], frames["trials"]
    by_arm = dict(zip(zip(arms["trial_id"], arms["arm_id"], strict=True), arms["n_randomised"], strict=True))
    by_trial = dict(zip(trials["trial_id"], trials["n_randomised"], strict=True))
    sizes = []
    for trial, name in zip(frame["trial_id"], frame[arm], strict=True):
        size = by_arm.get((trial, name), pd.NA)
        sizes.append(by_trial.get(trial, pd.NA) if pd.isna(size) else size)
    return pd.Series(sizes, index=frame.index, dtype="Int64")
