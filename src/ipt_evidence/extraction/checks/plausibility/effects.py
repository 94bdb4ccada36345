"""Whether the arms differ as much as such trials report, and the same way wherever it is told."""

from collections.abc import Iterator

from scipy.special import gammaincinv

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures, Row, by_trial, pairs
from ipt_evidence.extraction.choices import MEASURED

P95 = {name: float(gammaincinv(shape, 0.95) / rate) for name, (shape, rate) in {
    "unipolar_depression": (1.496, 2.344), "ptsd": (2.697, 2.027), "psychosis": (1.249, 2.788),
}.items()}  # fmt: skip
"""95 % quantile of the Gamma distribution of |g| by condition; conditions below one take the one above."""

ALL_DISORDERS = float(gammaincinv(1.228, 0.95) / 1.828)
"""The same over all disorders."""

BALANCE = 0.5
CLEAR_G = 0.3
CLEAR_SHARE = 0.1
GOOD_EVENTS = ("response", "remission", "recovery")


def effects_within_reference(figures: Figures) -> Iterator[Breach]:
    """Yield differences between two arms larger than 95 % of those of psychotherapy trials.

    Rule: |g| of two arms of a row pair, or a printed SMD, above the 95 % quantile of a Gamma distribution fitted to
    published effects: |g| 1.66 for depression, 2.88 for PTSD, 1.87 otherwise. Source: metapsyTools, flagEffectSizes
    (reference distributions of the Metapsy databases).
    """
    for one, other in pairs(figures.means):
        g = figures.g_of(one, other)
        if g is not None and abs(g) > _most(figures, one):
            rule = (
                f"|g| of {abs(g):.2f} between {one['arm_id']} and {other['arm_id']} is above {_most(figures, one):.2f}"
            )
            yield figures.finding("outcomes", one, "mean", _said(rule), "Look up means and SDs of both arms")
    for row in figures.contrasts:
        if row["statistic"] == "smd" and row["value"] > _most(figures, row):
            rule = f"an SMD above {_most(figures, row):.2f}"
            yield figures.finding(
                "contrasts", row, "value", _said(rule), "Look it up; was it computed with an SE as SD?"
            )


def arms_alike_at_baseline(figures: Figures) -> Iterator[Breach]:
    """Yield results whose arms stood half an SD or more apart before treatment.

    Rule: difference of the baseline means over their pooled SD, between an arm given the therapy under review
    and another. Threshold: 0.5, twice the 0.25 beyond which the What Works Clearinghouse sees no baseline equivalence
    (Standards Handbook). End-point means of such arms say little on change.
    """
    for one, other in pairs(figures.means):
        d = figures.d_at_baseline(one, other)
        if d is not None and abs(d) >= BALANCE and (figures.is_reviewed(one) or figures.is_reviewed(other)):
            rule = (
                f"{one['arm_id']} and {other['arm_id']} differ by {abs(d):.2f} SD at baseline "
                f"({one['baseline_mean']:g} and {other['baseline_mean']:g})"
            )
            yield figures.finding("outcomes", one, "baseline_mean", rule, "Look both up; are the arms exchanged?")


def contrasts_agree_with_means(figures: Figures) -> Iterator[Breach]:
    """Yield printed statistics that favour the arm with the worse mean.

    Rule: where outcomes.csv has means of both arms on the same outcome, instrument and time point, the arm that
    ``favours`` names must not be worse by |g| of 0.3 or more. Threshold of this project.
    """
    means = by_trial(figures.means)
    for row in figures.contrasts:
        for one, other in pairs([mean for mean in means.get(row["trial_id"], []) if _same_result(mean, row)]):
            g = figures.g_of(one, other)
            if g is None or {one["arm_id"], other["arm_id"]} != {row["arm1_id"], row["arm2_id"]} or abs(g) < CLEAR_G:
                continue
            better = one if (g < 0) == one["lower_is_better"] else other
            if row["favours"] not in (None, better["arm_id"]):
                rule = f"by its means the better arm is {better['arm_id']} (|g| {abs(g):.2f})"
                yield figures.finding("contrasts", row, "favours", rule, "Look up the direction of both")


def means_agree_with_counts(figures: Figures) -> Iterator[Breach]:
    """Yield means and counts of one trial and time point that put two arms in opposite order.

    Rule: the arm with the better mean or mean change on a scale must not have clearly fewer responders, remitters or
    recovered on that scale or a version of it (HAM-D, HAM-D-17). Threshold: |g| of 0.3 against 10 points of share. Of
    this project.
    """
    counts = by_trial([row for row in figures.counts if row["outcome"] in GOOD_EVENTS])
    for one, other in pairs([row for row in figures.outcomes if row["measure"] != "binary"]):
        g = figures.g_of(one, other)
        if g is None or abs(g) < CLEAR_G:
            continue
        better, worse = (one, other) if (g < 0) == one["lower_is_better"] else (other, one)
        for few, many in pairs([row for row in counts.get(one["trial_id"], []) if _same_scale(row, one)]):
            if few["arm_id"] != better["arm_id"]:
                few, many = many, few
            less = many["events"] / many["total"] - few["events"] / few["total"]
            if (few["arm_id"], many["arm_id"]) == (better["arm_id"], worse["arm_id"]) and less >= CLEAR_SHARE:
                rule = (
                    f"better than that of {worse['arm_id']} by |g| {abs(g):.2f}, "
                    f"but {few['outcome']} is {100 * less:.0f} points rarer (line {few['line']})"
                )
                yield figures.finding("outcomes", better, "mean", rule, "Look both up; are two arms exchanged?")


def _most(figures: Figures, row: Row) -> float:
    return next((P95[name] for name in figures.conditions_of(row) if name in P95), ALL_DISORDERS)


def _said(rule: str) -> str:
    return f"{rule}, which 95 % of such trials stay below"


def _same_result(mean: Row, row: Row) -> bool:
    return (
        row["subgroup"] is None and row["instrument"] is not None and all(mean[name] == row[name] for name in MEASURED)
    )


def _same_scale(count: Row, mean: Row) -> bool:
    names = [str(row["instrument"] or "") for row in (count, mean)]
    versions = all(names) and (names[0].startswith(names[1]) or names[1].startswith(names[0]))
    return versions and all(count[name] == mean[name] for name in ("domain", "timepoint"))
