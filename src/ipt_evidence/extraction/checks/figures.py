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
        rule = "must be filled where measure is {measure}"
        remedy = "Fill the cell, or remove the row if the figure is not reported"
        for column in filled:
            yield from draft.breaches("outcomes", of_measure & frame[column].isna(), column, rule, remedy)
        rule, remedy = "must be empty where measure is {measure}", "Empty the cell, or correct the measure"
        for column in empty:
            yield from draft.breaches("outcomes", of_measure & frame[column].notna(), column, rule, remedy)


def events_within_total(draft: Draft) -> Iterator[Breach]:
    """Yield outcome rows with more events than people."""
    frame = draft.tables.frames["outcomes"]
    rule, remedy = "must not be above total, which is {total}", "Look both up in the source; they may be exchanged"
    yield from draft.breaches("outcomes", frame["events"] > frame["total"], "events", rule, remedy)


def statistic_has_its_figures(draft: Draft) -> Iterator[Breach]:
    """Yield contrasts without the figure their statistic consists of."""
    frame = draft.tables.frames["contrasts"]
    without, tests = frame["value"].isna(), frame["statistic"].isin(["t", "F1"])
    rule, remedy = "must be filled where statistic is {statistic}", "Fill the cell, or remove the row"
    yield from draft.breaches("contrasts", without & ~tests & frame["statistic"].notna(), "value", rule, remedy)
    rule, remedy = f"value or p_value {rule}", "Fill one of them, or remove the row"
    yield from draft.breaches("contrasts", without & tests & frame["p_value"].isna(), "value", rule, remedy)


def ratios_are_ratios(draft: Draft) -> Iterator[Breach]:
    """Yield ratios of contrasts and of published results that are 0 or less, as logarithms would be."""
    for table, kind, ratios, value in (
        ("contrasts", "statistic", RATIOS, "value"),
        ("benchmarks", "measure", PUBLISHED_RATIOS, "estimate"),
    ):
        frame = draft.tables.frames[table]
        rule, remedy = f"must be above 0 where {kind} is {{{kind}}}", "Enter the ratio as printed, not its logarithm"
        for column in (value, "ci_low", "ci_high"):
            yield from draft.breaches(table, frame[kind].isin(ratios) & (frame[column] <= 0), column, rule, remedy)


def results_within_a_group_compare_nothing(draft: Draft) -> Iterator[Breach]:
    """Yield published results within one group that name a comparator."""
    frame = draft.tables.frames["benchmarks"]
    compared = frame["measure"].isin(WITHIN_GROUP) & frame["comparator"].notna()
    rule, remedy = "must be empty where measure is {measure}", "Empty the cell, or correct the measure"
    yield from draft.breaches("benchmarks", compared, "comparator", rule, remedy)


def intervals_hold_their_value(draft: Draft) -> Iterator[Breach]:
    """Yield contrasts and benchmarks with half an interval, or one that does not hold the value."""
    for table, value in (("contrasts", "value"), ("benchmarks", "estimate")):
        frame = draft.tables.frames[table]
        for column, other in (("ci_low", "ci_high"), ("ci_high", "ci_low")):
            half, rule = frame[column].isna() & frame[other].notna(), f"must be filled where {other} is"
            yield from draft.breaches(table, half, column, rule, "Enter both limits, or neither")
        outside = (frame["ci_low"] > frame[value]) | (frame["ci_high"] < frame[value])
        rule = "must lie within its interval, {ci_low} to {ci_high}"
        remedy = "Look the three figures up; a sign may be missing"
        yield from draft.breaches(table, outside, value, rule, remedy)


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
        half, rule = frame[column].isna() & frame[other].notna(), f"must be filled where {other} is"
        remedy = "Fill both cells, or neither if the outcome itself is counted"
        yield from draft.breaches("contrasts", half, column, rule, remedy)


def tools_keep_to_their_words(draft: Draft) -> Iterator[Breach]:
    """Yield judgements with a domain or a word that their tool does not have."""
    frame = draft.tables.frames["risk_of_bias"]
    for tool, judged in TOOL_JUDGEMENTS.items():
        of_tool: pd.Series = frame["tool"] == tool
        strange = of_tool & frame["domain"].notna() & ~frame["domain"].isin(judged)
        rule, remedy = f"must be one of {', '.join(judged)} where tool is {tool}", "Correct it, or the tool"
        yield from draft.breaches("risk_of_bias", strange, "domain", rule, remedy)
        for domain, words in judged.items():
            strange = frame["judgement"].notna() & ~frame["judgement"].isin(words) & (frame["domain"] == domain)
            rule = f"must be one of {', '.join(words)} where tool is {tool} and domain is {domain}"
            yield from draft.breaches("risk_of_bias", of_tool & strange, "judgement", rule, remedy)
