"""Checks that every result says which way is better, and says it the same way twice."""

from collections.abc import Iterator

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.choices import RATIOS


def instruments_agree_on_direction(draft: Draft) -> Iterator[Breach]:
    """Yield outcome rows whose lower_is_better contradicts the vocabulary's."""
    frame = draft.tables.frames["outcomes"]
    instruments = draft.vocabulary.instruments
    directions = dict(zip(instruments["instrument"], instruments["lower_is_better"], strict=True))
    usual = frame["instrument"].map(directions).astype("boolean")
    for line, row in draft.rows("outcomes", frame["lower_is_better"] != usual):
        rule = f"must be {str(usual[line]).lower()} for {row['instrument']}"
        remedy = "Correct it, or the direction in instruments.csv if the scale was turned round there"
        yield draft.breach("outcomes", line, row, "lower_is_better", rule, remedy)


def contrasts_compare_two_arms(draft: Draft) -> Iterator[Breach]:
    """Yield contrasts of an arm with itself."""
    frame = draft.tables.frames["contrasts"]
    rule, remedy = "must be another arm than {arm1_id}", "Name the arm it is compared with"
    yield from draft.breaches("contrasts", frame["arm1_id"] == frame["arm2_id"], "arm2_id", rule, remedy)


def favours_names_an_arm(draft: Draft) -> Iterator[Breach]:
    """Yield contrasts that favour neither of their arms, or none although an effect could be computed."""
    frame = draft.tables.frames["contrasts"]
    told = frame["favours"].notna()
    neither = told & (frame["favours"] != frame["arm1_id"]) & (frame["favours"] != frame["arm2_id"])
    rule, remedy = "must be one of the two arms compared, {arm1_id} or {arm2_id}", "Name the arm with the better result"
    yield from draft.breaches("contrasts", neither, "favours", rule, remedy)
    rule, more = "must say which arm has the better result", ", or empty the figures that are of no use without it"
    yield from draft.breaches("contrasts", ~told & _has_precision(frame), "favours", rule, remedy + more)


def _has_precision(frame: pd.DataFrame) -> pd.Series:
    """Return which contrasts come with enough to compute an effect and its standard error."""
    spread = frame[["se", "ci_low", "p_value"]].notna().any(axis=1)
    from_sizes = frame["statistic"].isin(["smd", "t", "F1"]) & frame[["n1", "n2"]].notna().all(axis=1)
    return spread | from_sizes


def ratios_agree_with_favours(draft: Draft) -> Iterator[Breach]:
    """Yield ratios that say one arm fares better while favours names the other."""
    frame = draft.tables.frames["contrasts"]
    outcomes = draft.vocabulary.outcomes
    usual = frame["outcome"].map(dict(zip(outcomes["outcome"], outcomes["event_good"], strict=True)))
    good = frame["event_good"].fillna(usual.astype("boolean"))
    first_better = (frame["value"] > 1) == good
    favours_first = frame["favours"] == frame["arm1_id"]
    wrong = frame["statistic"].isin(RATIOS) & (frame["value"] != 1) & frame["favours"].notna()
    for line, row in draft.rows("contrasts", wrong & (first_better != favours_first)):
        event = "a good event" if good[line] else "a bad event"
        better = row["arm1_id"] if first_better[line] else row["arm2_id"]
        ratio = f"{row['statistic']} {row['value']:g} of {event}, {row['arm1_id']} over {row['arm2_id']}"
        rule = f"must be {better} with {ratio}"
        remedy = "Look up which arm had more events, and whether event_good is right"
        yield draft.breach("contrasts", line, row, "favours", rule, remedy)
