"""Whether the same figures stand twice, or differ where they should be the same."""

from collections.abc import Iterator
from itertools import combinations, product

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures, Row, by_result, by_trial, decimals
from ipt_evidence.grouping import grouped

TOLERANCE = 0.011
"""As far as two roundings of one baseline figure may be apart, as a share of it."""

FEW = 4


def baselines_agree(figures: Figures) -> Iterator[Breach]:
    """Yield baseline figures that differ between rows of the same arm and instrument.

    Rule: mean and SD at baseline are those of the arm, whatever the time point of the row. Tolerance for rounding: a
    unit of the last digit, or 1.1 %. Rows of completers may differ rightly.
    """
    names = ("trial_id", "arm_id", "instrument", "criterion")
    for rows in grouped((tuple(row[name] for name in names), row) for row in figures.means).values():
        for (one, other), column in product(combinations(rows, 2), ("baseline_mean", "baseline_sd")):
            first, second = one[column], other[column]
            if first is not None and second is not None and not _close(first, second):
                rule = f"line {one['line']} gives {first:g} for the same arm and instrument"
                yield figures.finding("outcomes", other, column, rule, "Look both up in their source")


def figures_stand_once(figures: Figures) -> Iterator[Breach]:
    """Yield rows that repeat mean and SD of another row of the trial.

    Rule: the same mean and SD, both with a decimal, under another arm, instrument or time point of one trial; and
    results of which every arm has the events and totals of another result. Source: duplicates by copying are a known
    slip of extraction; they may be right, and then the check is silenced by a doubt.
    """
    seen: dict[tuple[str, float, float], Row] = {}
    for row in figures.means:
        if row["sd"] is not None and decimals(row["mean"]) and decimals(row["sd"]):
            first = seen.setdefault((row["trial_id"], row["mean"], row["sd"]), row)
            if first is not row:
                rule = f"line {first['line']} has the same mean and SD ({row['mean']:g}, {row['sd']:g})"
                yield figures.finding("outcomes", row, "mean", rule, "Look both up; one may be a copy")
    results: dict[object, Row] = {}
    for group in by_result(figures.counts):
        content = sorted((row["arm_id"], row["events"], row["total"]) for row in group)
        if len(group) > 1 and any(row["events"] for row in group):
            key = (group[0]["trial_id"], tuple(content))
            first = results.setdefault(key, group[0])
            if first is not group[0]:
                rule = f"every arm has the events and totals of the result on line {first['line']}, {first['outcome']}"
                yield figures.finding("outcomes", group[0], "events", rule, "Look both up; one may be a copy")


def groups_stand_in_one_trial(figures: Figures) -> Iterator[Breach]:
    """Yield rows with the mean and SD of a row of another trial.

    Rule: the same mean and SD, both with a decimal, on the same outcome and instrument. A sign of one trial entered as
    two whose control group was split, as RevMan has its users do; pooled, its people count as those of two trials.
    """
    seen: dict[tuple[object, ...], Row] = {}
    for row in figures.outcomes:
        if row["mean"] is not None and row["sd"] is not None and decimals(row["mean"]) and decimals(row["sd"]):
            place = tuple(row[name] for name in ("outcome", "instrument", "measure", "mean", "sd"))
            first = seen.setdefault(place, row)
            if first["trial_id"] != row["trial_id"]:
                rule = f"line {first['line']}, of {first['trial_id']}, has the same mean and SD"
                remedy = "If both are one trial whose group was split, enter one trial with that group whole"
                yield figures.finding("outcomes", row, "mean", f"{rule} ({row['mean']:g}, {row['sd']:g})", remedy)


def figures_keep_their_decimals(figures: Figures) -> Iterator[Breach]:
    """Yield trials that give every mean and SD as a whole number where other trials on the instrument print decimals.

    Rule: at least 4 figures, all whole, and an instrument on which another trial prints decimals. A sign of figures
    read off a graph, or rounded before entry.
    """
    precise = {row["instrument"] for row in figures.means if decimals(row["mean"])}
    for rows in by_trial(figures.means).values():
        numbers = [row[name] for row in rows for name in ("mean", "sd") if row[name] is not None]
        if len(numbers) >= FEW and not any(map(decimals, numbers)) and rows[0]["instrument"] in precise:
            rule = f"all {len(numbers)} means and SDs of the trial are whole numbers; other trials print decimals"
            yield figures.finding("outcomes", rows[0], "mean", rule, "Look up whether they were rounded or read off")


def _close(first: float, second: float) -> bool:
    unit = 10.0 ** -min(decimals(first), decimals(second))
    return abs(first - second) <= max(unit, TOLERANCE * abs(first)) + 1e-9
