"""Whether an SD is an SD, and one that the scale can have."""

import math
from bisect import bisect_left
from collections.abc import Iterator
from statistics import median

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures, Row, by_trial, decimals

FEWEST_TRIALS = 3
"""As many other trials must have used an instrument before an SD is held against theirs."""

ROBUST_Z = 3.5
LEAST_SPREAD = math.log(1.15)
FACTOR = 2.0
CLOSE = 1.6
UNLIKE_BASELINE = 3.0
SLIPPED = 10.0


def sd_far_from_other_trials(figures: Figures) -> Iterator[Breach]:
    """Yield SDs far from those of the other trials on the same instrument, and what a standard error would give.

    Rule: log SD against the log of the median SD of the other trials (one median a trial), where at least 3 others used
    the instrument. Threshold: modified z above 3.5 (median absolute deviation over 0.6745; Iglewicz and Hoaglin, How to
    Detect and Handle Outliers, 1993), with the sampling error of a log SD, 1/√(2(n - 1)), added in quadrature, and at
    least a factor of 2. Where SD x √n is within a factor of 1.6 of that median, the finding says that the figure may be
    a standard error.
    """
    for row in figures.means:
        count, usual = _usual(figures, row)
        if row["sd"] is None or count < FEWEST_TRIALS:
            continue
        centre = math.log(usual)
        away = math.log(row["sd"]) - centre
        if abs(away) <= math.log(FACTOR):
            continue
        others = (sd for trial, sd in figures.sds[row["instrument"]].items() if trial != row["trial_id"])
        spread = max(median(abs(math.log(sd) - centre) for sd in others), LEAST_SPREAD) / 0.6745
        spread = math.hypot(spread, 1 / math.sqrt(2 * max((row["n"] or 2) - 1, 1)))
        if abs(away) > ROBUST_Z * spread:
            rule = f"far from the SDs of {count} other trials on {row['instrument']}, whose median is {usual:.3g}"
            yield figures.finding("outcomes", row, "sd", rule + _as_error(row, usual), "Look it up: SD, SE, or a slip?")


def sd_reads_as_standard_error(figures: Figures) -> Iterator[Breach]:
    """Yield SDs below a half of what is usual that become usual when multiplied by √n.

    Rule: an SD typed from a column of standard errors is too small by √n. Usual is the median SD of at least 3 other
    trials on the instrument, or the arm's own baseline SD. Threshold: below 1/2 (other trials) or 1/3 (baseline)
    of it, while SD x √n lies within a factor of 1.6. Source: conversion of Cochrane Handbook 6.5.2.2; thresholds of
    this project.
    """
    for row in figures.means:
        if row["sd"] is None or row["n"] is None:
            continue
        count, usual = _usual(figures, row)
        usual = usual if count >= FEWEST_TRIALS else math.inf
        baseline = row["baseline_sd"] or math.inf
        for name, reference, factor in (
            (f"the median SD of {count} other trials on {row['instrument']}", usual, FACTOR),
            ("the SD of the same arm at baseline", baseline, UNLIKE_BASELINE),
        ):
            if math.isfinite(reference) and row["sd"] * factor < reference and _fits_as_error(row, reference):
                rule = f"far below {name}, {reference:.3g}" + _as_error(row, reference)
                yield figures.finding("outcomes", row, "sd", rule, "Look it up; correct it if it is a standard error")
                break


def sd_is_a_rounded_standard_error(figures: Figures) -> Iterator[Breach]:
    """Yield SDs that equal a rounded standard error times √n to the last digit.

    Rule: an SD computed from a printed standard error carries more digits than its report; divided by √n it falls on a
    figure with two decimals fewer, which by chance happens to less than 1 SD in 100. Only where √n is no whole number
    and in at least two arms of a trial. Source: arithmetic; thresholds of this project.
    """
    for rows in by_trial([row for row in figures.means if _rounded_error(row) is not None]).values():
        for row in rows if len(rows) > 1 else ():
            error = f"{_rounded_error(row):g} x √{row['n']}"
            rule = f"equals {error} to the last digit, so it seems to be computed from a rounded SE"
            yield figures.finding("outcomes", row, "sd", rule, "Say so in derived, or enter the printed SD")


def sd_at_baseline_is_alike(figures: Figures) -> Iterator[Breach]:
    """Yield SDs at baseline that are of another size than the SD of the same arm at the end.

    Rule: neither is above 10 times the other. Threshold of this project: treatment and selection of people by severity
    change an SD by a factor of 2 or 3, a decimal point by 10.
    """
    for row in figures.means:
        if None not in (row["baseline_sd"], row["sd"]):
            least, most = sorted((row["baseline_sd"], row["sd"]))
            if most > SLIPPED * least:
                rule = f"the SD of the same arm at the end is {row['sd']:g}"
                yield figures.finding("outcomes", row, "baseline_sd", rule, "Look up both: SD, SE, or a slip?")


def sd_possible_on_scale(figures: Figures) -> Iterator[Breach]:
    """Yield SDs larger than scores within the range of the instrument can have around their mean.

    Rule: SD² <= (highest - mean)(mean - lowest) n/(n - 1), reached when everybody scores lowest or highest
    (Bhatia and Davis, Am Math Monthly 2000;107:353). Only for instruments whose range has a source.
    """
    for row in figures.means:
        limits = figures.ranges.get(row["instrument"])
        for mean, sd in (("mean", "sd"), ("baseline_mean", "baseline_sd")):
            if limits and row[mean] is not None and row[sd] is not None and (row["n"] or 0) > 1:
                low, high, _ = limits
                inside = max((high - row[mean]) * (row[mean] - low), 0)
                most = math.sqrt(inside * row["n"] / (row["n"] - 1))
                if inside and row[sd] > most * 1.001:
                    rule = f"with a mean of {row[mean]:g} on {low:g} to {high:g} an SD cannot be above {most:.3g}"
                    yield figures.finding("outcomes", row, sd, rule, "Look up mean, SD and instrument")


def _usual(figures: Figures, row: Row) -> tuple[int, float]:
    """Return how many other trials used the instrument of ``row``, and the median of their SDs, infinite for none."""
    ordered = figures.ordered_sds.get(row["instrument"], [])
    own = figures.sds.get(row["instrument"], {}).get(row["trial_id"])
    place = len(ordered) if own is None else bisect_left(ordered, own)
    count = len(ordered) - (own is not None)
    middle = [ordered[rank + (rank >= place)] for rank in {(count - 1) // 2, count // 2}] if count else [math.inf]
    return count, median(middle)


def _fits_as_error(row: Row, usual: float) -> bool:
    return abs(math.log(row["sd"] * math.sqrt(row["n"]) / usual)) < math.log(CLOSE)


def _as_error(row: Row, usual: float) -> str:
    if row["n"] is None or row["sd"] > usual or not _fits_as_error(row, usual):
        return ""
    return f"; as a standard error of {row['n']} people it would be an SD of {row['sd'] * math.sqrt(row['n']):.3g}"


def _rounded_error(row: Row) -> float | None:
    digits = 0 if row["sd"] is None else decimals(row["sd"])
    if digits < 2 or row["n"] is None or math.isqrt(row["n"]) ** 2 == row["n"]:
        return None
    error = round(row["sd"] / math.sqrt(row["n"]), digits - 2)
    return error if error and round(error * math.sqrt(row["n"]), digits) == row["sd"] else None
