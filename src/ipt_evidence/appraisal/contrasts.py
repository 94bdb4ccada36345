"""The differences between trials that are credible enough for an answer to speak of."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ipt_evidence.grouping import grouped
from ipt_evidence.words.contrasts import Contrast, written, written_slope
from ipt_evidence.words.moderators import SURE


def words_of_groups(groups: pd.DataFrame, column: str) -> dict[tuple[str, str], str]:
    """Return the words of each group of each moderator, by their column in ``moderator_groups``."""
    return dict(zip(zip(groups["moderator_id"], groups["group"], strict=True), groups[column], strict=True))


def credible_contrasts(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[Contrast, ...]]:
    """Return by question the differences of at least moderate credibility.

    Of a moderator with several groups it is the difference with the smallest p value.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``subgroups``, ``regressions``, ``moderators`` and ``moderator_groups``, among others.
    """
    titles = dict(zip(tables["moderators"]["moderator_id"], tables["moderators"]["title"], strict=True))
    trials = words_of_groups(tables["moderator_groups"], "trials")
    regressions = tables["regressions"]
    slopes = regressions[regressions["credibility"].isin(SURE)].to_dict("records")
    of_slopes = ((row["question_id"], _contrast(row, "slope", titles, ())) for row in slopes)
    found = grouped((*_of_groups(tables["subgroups"], titles, trials), *of_slopes))
    return {key: tuple(contrasts) for key, contrasts in found.items()}


def _of_groups(
    subgroups: pd.DataFrame, titles: Mapping[str, str], trials: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, Contrast]]:
    sure = subgroups[subgroups["credibility"].isin(SURE) & subgroups["difference_p_value"].notna()]
    ordered = sure.sort_values("difference_p_value", kind="stable")
    for row in ordered.drop_duplicates(["question_id", "moderator_id"]).sort_index().to_dict("records"):
        names = ("group", "reference") if row["difference"] > 0 else ("reference", "group")
        groups = tuple(trials[row["moderator_id"], row[name]] for name in names)
        yield row["question_id"], _contrast(row, "difference", titles, groups)


def _contrast(row: Mapping[Any, Any], name: str, titles: Mapping[str, str], groups: tuple[str, ...]) -> Contrast:
    value, *bounds = (row[f"{name}{end}"] for end in ("", "_ci_low", "_ci_high"))
    # Of groups, the difference is told from the second to the first.
    turned = groups and value < 0
    value, low, high = (-value, *(-bound for bound in reversed(bounds))) if turned else (value, *bounds)
    figures = value, low, high, row["measure"], row["level"]
    told = written(*figures) if groups else f"for each unit more {written_slope(*figures)}"
    return Contrast(
        title=titles[row["moderator_id"]], groups=groups, rises=value > 0, difference=told, k=int(row["k"]),
        credibility=row["credibility"],
    )  # fmt: skip
