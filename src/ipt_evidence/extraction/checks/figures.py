"""Checks that the figures of a row are complete and agree with each other."""

from collections.abc import Iterator

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.checks.plausibility.statistics import off_middle
from ipt_evidence.extraction.choices import PUBLISHED_RATIOS, RATIOS, TOOL_JUDGEMENTS, WITHIN_GROUP

SCALE_FIGURES = ("mean", "sd", "n", "baseline_mean", "baseline_sd")
FIGURES = {
    "continuous": (("mean", "lower_is_better"), ("events", "total")),
    "change": (("mean", "lower_is_better"), ("events", "total")),
    "binary": (("events", "total"), (*SCALE_FIGURES, "lower_is_better")),
}
"""Per measure: the columns that must be filled, and those that must be empty."""


def measure_has_its_figures(draft: Draft) -> Iterator[Breach]:
    """Yield outcome rows that lack a figure their measure needs, or hold one it does not know."""
    frame = draft.tables.frames["outcomes"]
    for measure, (filled, empty) in FIGURES.items():
        of_measure = frame["measure"] == measure
        for column in filled:
            for line, row in draft.rows("outcomes", of_measure & frame[column].isna()):
                remedy = "Fill the cell, or remove the row if the figure is not reported"
                yield draft.breach("outcomes", line, row, column, f"must be filled where measure is {measure}", remedy)
        for column in empty:
            for line, row in draft.rows("outcomes", of_measure & frame[column].notna()):
                remedy = "Empty the cell, or correct the measure"
                yield draft.breach("outcomes", line, row, column, f"must be empty where measure is {measure}", remedy)


def events_within_total(draft: Draft) -> Iterator[Breach]:
    """Yield outcome rows with more events than people."""
    frame = draft.tables.frames["outcomes"]
    for line, row in draft.rows("outcomes", frame["events"] > frame["total"]):
        rule = f"must not be above total, which is {row['total']}"
        yield draft.breach("outcomes", line, row, "events", rule, "Look both up in the source; they may be exchanged")


def statistic_has_its_figures(draft: Draft) -> Iterator[Breach]:
    """Yield contrasts without the figure their statistic consists of."""
    frame = draft.tables.frames["contrasts"]
    tests = frame["statistic"].isin(["t", "F1"])
    for line, row in draft.rows("contrasts", frame["value"].isna() & ~tests & frame["statistic"].notna()):
        rule = f"must be filled where statistic is {row['statistic']}"
        yield draft.breach("contrasts", line, row, "value", rule, "Fill the cell, or remove the row")
    for line, row in draft.rows("contrasts", frame["value"].isna() & tests & frame["p_value"].isna()):
        rule = f"value or p_value must be filled where statistic is {row['statistic']}"
        yield draft.breach("contrasts", line, row, "value", rule, "Fill one of them, or remove the row")


def ratios_are_ratios(draft: Draft) -> Iterator[Breach]:
    """Yield ratios of contrasts and of published results that are 0 or less, as logarithms would be."""
    for table, kind, ratios, value in (
        ("contrasts", "statistic", RATIOS, "value"),
        ("benchmarks", "measure", PUBLISHED_RATIOS, "estimate"),
    ):
        frame = draft.tables.frames[table]
        for column in (value, "ci_low", "ci_high"):
            for line, row in draft.rows(table, frame[kind].isin(ratios) & (frame[column] <= 0)):
                rule = f"must be above 0 where {kind} is {row[kind]}"
                yield draft.breach(table, line, row, column, rule, "Enter the ratio as printed, not its logarithm")


def results_within_a_group_compare_nothing(draft: Draft) -> Iterator[Breach]:
    """Yield published results within one group that name a comparator."""
    frame = draft.tables.frames["benchmarks"]
    for line, row in draft.rows("benchmarks", frame["measure"].isin(WITHIN_GROUP) & frame["comparator"].notna()):
        rule = f"must be empty where measure is {row['measure']}"
        yield draft.breach("benchmarks", line, row, "comparator", rule, "Empty the cell, or correct the measure")


def intervals_hold_their_value(draft: Draft) -> Iterator[Breach]:
    """Yield contrasts and benchmarks with half an interval, or one that does not hold the value."""
    for table, value in (("contrasts", "value"), ("benchmarks", "estimate")):
        frame = draft.tables.frames[table]
        for column, other in (("ci_low", "ci_high"), ("ci_high", "ci_low")):
            for line, row in draft.rows(table, frame[column].isna() & frame[other].notna()):
                rule = f"must be filled where {other} is"
                yield draft.breach(table, line, row, column, rule, "Enter both limits, or neither")
        outside = (frame["ci_low"] > frame[value]) | (frame["ci_high"] < frame[value])
        for line, row in draft.rows(table, outside):
            rule = f"must lie within its interval, {row['ci_low']} to {row['ci_high']}"
            yield draft.breach(table, line, row, value, rule, "Look the three figures up; a sign may be missing")


def published_intervals_are_symmetric(draft: Draft) -> Iterator[Breach]:
    """Yield published results that do not lie in the middle of their interval, on the log scale if they are ratios."""
    frame = draft.tables.frames["benchmarks"]
    whole = frame[["estimate", "ci_low", "ci_high"]].notna().all(axis=1) & frame["measure"].ne("proportion")
    for line, row in draft.rows("benchmarks", whole):
        figures = (float(row[name]) for name in ("estimate", "ci_low", "ci_high"))
        if off := off_middle(*figures, ratio=row["measure"] in PUBLISHED_RATIOS):
            rule = f"{off[0]:.3g} above the lower and {off[1]:.3g} below the upper limit"
            remedy = "Look the three figures up"
            yield draft.breach("benchmarks", line, row, "estimate", rule, remedy, level="warning")


def event_says_whether_good(draft: Draft) -> Iterator[Breach]:
    """Yield contrasts that name an event of their own without saying whether it is good, or the reverse."""
    frame = draft.tables.frames["contrasts"]
    for column, other in (("event_good", "event"), ("event", "event_good")):
        for line, row in draft.rows("contrasts", frame[column].isna() & frame[other].notna()):
            remedy = "Fill both cells, or neither if the outcome itself is counted"
            yield draft.breach("contrasts", line, row, column, f"must be filled where {other} is", remedy)


def tools_keep_to_their_words(draft: Draft) -> Iterator[Breach]:
    """Yield judgements with a domain or a word that their tool does not have."""
    frame = draft.tables.frames["risk_of_bias"]
    for tool, judged in TOOL_JUDGEMENTS.items():
        of_tool: pd.Series = frame["tool"] == tool
        for line, row in draft.rows("risk_of_bias", of_tool & frame["domain"].notna() & ~frame["domain"].isin(judged)):
            rule = f"must be one of {', '.join(judged)} where tool is {tool}"
            yield draft.breach("risk_of_bias", line, row, "domain", rule, "Correct it, or the tool")
        for domain, words in judged.items():
            of_domain = of_tool & (frame["domain"] == domain)
            for line, row in draft.rows(
                "risk_of_bias", of_domain & frame["judgement"].notna() & ~frame["judgement"].isin(words)
            ):
                rule = f"must be one of {', '.join(words)} where tool is {tool} and domain is {domain}"
                yield draft.breach("risk_of_bias", line, row, "judgement", rule, "Correct it, or the tool")
