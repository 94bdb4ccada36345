"""What a page shows of the differences between the trials of one question."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ipt_evidence.appraisal.contrasts import words_of_groups
from ipt_evidence.files import records
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.review import Review, by_question
from ipt_evidence.synthesis.moderators import RUN
from ipt_evidence.words import numbers
from ipt_evidence.words.contrasts import written, written_slope
from ipt_evidence.words.labels import CERTAINTIES, within
from ipt_evidence.words.moderators import NOT_RUN, why

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of trials.

    Attributes
    ----------
    label, k, people, average : str
        Its name, its trials and people, and their average; of a group too small to compare the average is missing.
    difference : str
        Its difference from the reference with its interval and p value.
    """

    label: str
    k: str
    people: str
    average: str
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A moderator that was run.

    Attributes
    ----------
    title, k, unknown : str
        Its name, the trials in the model, and those without a value.
    expected : str
        Why it was planned.
    test : tuple of str
        The test by F, by permutation, and adjusted for the moderators tested.
    credibility : str
        Credibility of a difference.
    lowered : tuple of str
        What lowers it.
    groups : tuple of Group
        Its groups, the reference first; empty for numbers.
    span, slope : str
        For numbers: the values, and the change of the effect for each unit; empty for groups.
    """

    title: str
    k: str
    unknown: str
    expected: str
    test: tuple[str, ...]
    credibility: str
    lowered: tuple[str, ...]
    groups: tuple[Group, ...] = ()
    span: str = ""
    slope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """The moderators of one question.

    Attributes
    ----------
    subgroups, regressions : tuple of Tested
        Those that were run.
    not_run : tuple of (str, str)
        The others, with the reason.
    n_tested : str
        How many were run.
    """

    subgroups: tuple[Tested, ...]
    regressions: tuple[Tested, ...]
    not_run: tuple[tuple[str, str], ...]
    n_tested: str


class _Plan:
    """The moderators of a review in words, and the rows of its tables by question."""

    def __init__(self, review: Review) -> None:
        self.moderators = {row["moderator_id"]: row for row in records(review.tables["moderators"])}
        self.groups = words_of_groups(review.tables["moderator_groups"], "label")
        self.rows = {name: by_question(review, name) for name in ("subgroups", "regressions")}


@lru_cache(maxsize=1)
def _plan(review: Review) -> _Plan:
    return _Plan(review)


def section(review: Review, question_id: str) -> Differences | None:
    """Lay out the differences between the trials of a question; None where no moderator is planned for it.

    The template ``moderation.html.j2`` makes HTML of it.
    """
    plan = _plan(review)
    groups, slopes = (plan.rows[name].get(question_id, []) for name in ("subgroups", "regressions"))
    if not (groups or slopes):
        return None
    of_moderator = grouped((row["moderator_id"], row) for row in groups)
    run = [rows for rows in of_moderator.values() if rows[0]["status"] == RUN]
    return Differences(
        subgroups=tuple(_tested(rows[0], plan, groups=tuple(_group(row, plan) for row in rows)) for rows in run),
        regressions=tuple(_regression(row, plan) for row in slopes if row["status"] == RUN),
        not_run=tuple(_left_out([*groups, *slopes], plan)),
        n_tested=numbers.counted(int([*groups, *slopes][0]["n_tested"]), "characteristic"),
    )


def _left_out(rows: Iterable[Row], plan: _Plan) -> Iterable[tuple[str, str]]:
    for row in rows:
        if row["status"] != RUN:
            planned = plan.moderators[row["moderator_id"]]
            needs = f" ({numbers.count(row['k'])} of {numbers.count(planned['min_trials'])})"
            reason = NOT_RUN[row["reason_id"]]
            yield planned["title"], f"{reason}{needs if row['reason_id'] == 'too_few_trials' else ''}"


def _group(row: Row, plan: _Plan) -> Group:
    label = plan.groups[row["moderator_id"], row["group"]]
    if not row["compared"]:
        return Group(
            label=label, k=numbers.count(row["group_k"]), people=numbers.MISSING, average=numbers.MISSING,
            difference="not compared: a single trial",
        )  # fmt: skip
    difference = "reference"
    if not numbers.is_missing(row["difference"]):
        difference = f"{written(*_figures(row, 'difference'))}, {numbers.p_value(row['difference_p_value'])}"
    return Group(
        label=label,
        k=numbers.count(row["group_k"]),
        people=numbers.count(row["n_participants"]),
        average=numbers.estimate(row["estimate"], row["ci_low"], row["ci_high"], row["measure"], level=row["level"]),
        difference=difference,
    )


def _regression(row: Row, plan: _Plan) -> Tested:
    span = f"{numbers.number(row['lowest'])} to {numbers.number(row['highest'])}"
    if plan.moderators[row["moderator_id"]]["column"] == "year":
        span = f"{row['lowest']:.0f} to {row['highest']:.0f}"
    return _tested(row, plan, span=span, slope=written_slope(*_figures(row, "slope")))


def _figures(row: Row, name: str) -> tuple[float, float, float, str, float]:
    value, low, high = (row[f"{name}{end}"] for end in ("", "_ci_low", "_ci_high"))
    return value, low, high, row["measure"], row["level"]


def _tested(row: Row, plan: _Plan, **of_kind: Any) -> Tested:
    planned = plan.moderators[row["moderator_id"]]
    how = "all orders" if row["exact"] else f"{numbers.count(row['permutations'])} random orders"
    degrees = f"F({row['qm_df']:.0f}, {row['qm_df2']:.0f})"
    return Tested(
        title=planned["title"],
        k=numbers.count(row["k"]),
        unknown=numbers.count(row["k_unknown"]),
        expected=f"{planned['reason']} ({planned['source']})",
        test=(
            f"{degrees} = {numbers.decimal(row['qm'])}, {numbers.p_value(row['qm_p_value'])}",
            f"by permutation {numbers.p_value(row['permutation_p_value'])} ({how})",
            f"adjusted {numbers.p_value(row['adjusted_p_value'])}",
        ),
        credibility=within(CERTAINTIES[row["credibility"]]),
        lowered=why(json.loads(row["credibility_items"])),
        **of_kind,
    )
