"""Whether times and treatments stand in the order they must have."""

from collections.abc import Iterator

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures, Row, by_result

CLEAR_SHARE = 0.1


def followup_after_post(figures: Figures) -> Iterator[Breach]:
    """Yield follow-ups that are not later than the end of treatment of the same trial.

    Rule: weeks of a follow-up are above the least weeks of the trial's rows at the end of treatment, in outcomes.csv
    and contrasts.csv together.
    """
    ends: dict[str, float] = {}
    for row in [*figures.outcomes, *figures.contrasts]:
        if row["timepoint"] == "post" and row["weeks"] is not None:
            ends[row["trial_id"]] = min(row["weeks"], ends.get(row["trial_id"], row["weeks"]))
    for table, rows in (("outcomes", figures.outcomes), ("contrasts", figures.contrasts)):
        for row in rows:
            end = ends.get(row["trial_id"])
            if row["timepoint"] == "followup" and end is not None and (row["weeks"] or end + 1) <= end:
                rule = f"a follow-up after {row['weeks']:g} weeks, while treatment ended after {end:g}"
                yield figures.finding(table, row, "weeks", rule, "Count weeks from randomisation, or correct timepoint")


def post_at_one_time(figures: Figures) -> Iterator[Breach]:
    """Yield rows at the end of treatment whose weeks differ from the trial's other rows by a factor of 2 or more.

    Rule: one trial has one end of treatment. Threshold of this project.
    """
    first: dict[str, Row] = {}
    for table, rows in (("outcomes", figures.outcomes), ("contrasts", figures.contrasts)):
        for row in rows:
            if row["timepoint"] == "post" and row["weeks"]:
                other = first.setdefault(row["trial_id"], row)
                if max(row["weeks"], other["weeks"]) >= 2 * min(row["weeks"], other["weeks"]):
                    rule = f"the end of treatment is at {row['weeks']:g} weeks here and at {other['weeks']:g} elsewhere"
                    yield figures.finding(table, row, "weeks", rule, "Correct one of them, or call the later followup")


def changes_go_the_right_way(figures: Figures) -> Iterator[Breach]:
    """Yield change scores by which every arm of a trial got worse.

    Rule: a change is the later score minus the earlier one, so on a scale on which lower is better improvement is below
    zero. If no arm improves, the sign is more likely to be turned than the trial to have harmed everybody.
    """
    for group in by_result([row for row in figures.outcomes if row["measure"] == "change"]):
        worse = [row for row in group if (row["mean"] > 0) == row["lower_is_better"] and row["mean"]]
        if len(worse) == len(group) > 1:
            rule = "by the sign of the changes every arm got worse"
            for row in group:
                yield figures.finding("outcomes", row, "mean", rule, "Enter the later minus the earlier score")


def treatments_help_before_they_harm(figures: Figures) -> Iterator[Breach]:
    """Yield results in which the therapy under review, with another treatment, does worst of all arms.

    Rule: in a trial of three arms or more, the combined arm has the worst share of a good or bad event, by at least 10
    points from the best. Source: combined treatment does on average no worse than either part; one arm that does worst
    of all may have been entered under another's name. Threshold of this project.
    """
    for group in by_result(figures.counts):
        good = figures.events.get(group[0]["outcome"])
        if len(group) < 3 or good is None or group[0]["outcome"] == "dropout":
            continue
        shares = {row["arm_id"]: row["events"] / row["total"] * (1 if good else -1) for row in group}
        for row in group:
            mine = shares[row["arm_id"]]
            if (
                _is_combined(figures, row)
                and mine == min(shares.values())
                and max(shares.values()) - mine >= CLEAR_SHARE
            ):
                rule = f"{row['arm_id']}, a combination, does worst of all {len(group)} arms"
                yield figures.finding("outcomes", row, "events", rule, "Look up whether arms or counts are exchanged")


def _is_combined(figures: Figures, row: Row) -> bool:
    """Tell whether an arm was given the therapy with another treatment, which puts it into another class."""
    treatment, classes = figures.treatment_of(row), figures.classes
    return figures.is_reviewed(row) and classes.get(treatment) != classes.get(treatment.partition("+")[0])
