"""Whether a mean can be one of the scale, and one of so many people."""

from collections.abc import Iterator

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures, Row, by_trial, decimals

MANY = 0.5
"""Where this share of a trial's means fits no whole sum, the figures are likely to be adjusted, which is no error."""


def means_within_range(figures: Figures) -> Iterator[Breach]:
    """Yield means outside the range of the instrument.

    Rule: lowest score <= mean <= highest score, at the time point and at baseline. Only for instruments whose range has
    a source, which the finding names.
    """
    for row in figures.means:
        if row["instrument"] in figures.ranges:
            low, high, source = figures.ranges[row["instrument"]]
            for column in ("mean", "baseline_mean"):
                if row[column] is not None and not low <= row[column] <= high:
                    rule = f"outside the range of {row['instrument']}, {low:g} to {high:g} ({source})"
                    yield figures.finding("outcomes", row, column, rule, "Look up the figure, and which scale it is of")


def means_fit_whole_scores(figures: Figures) -> Iterator[Breach]:
    """Yield means that no sum of whole scores over n people gives (GRIM).

    Rule: on a scale of whole points, mean x n lies within rounding of a whole number (Brown and Heathers, Soc Psychol
    Personal Sci 2017;8:363). Only for instruments with a sourced range, and n below 10 to the power of the printed
    decimals. Adjusted or imputed means fail it without error, so a trial in which half of the means fail is left alone.
    """
    testable = [row for row in figures.means if row["instrument"] in figures.ranges and _testable(row)]
    for rows in by_trial(testable).values():
        failing = [row for row in rows if not _fits(row)]
        if len(failing) < MANY * len(rows):
            for row in failing:
                rule = f"no sum of whole scores of {row['n']} people gives this mean, and the trial's other means fit"
                yield figures.finding("outcomes", row, "mean", rule, "Look up mean and n; an adjusted mean is no error")


def _testable(row: Row) -> bool:
    return row["n"] is not None and row["n"] < 10 ** decimals(row["mean"])


def _fits(row: Row) -> bool:
    # A full unit of the last digit either way: half for rounding the mean, half for values cut instead of rounded.
    step = 10.0 ** -decimals(row["mean"])
    total = row["mean"] * row["n"]
    return abs(total - round(total)) <= step * row["n"]
