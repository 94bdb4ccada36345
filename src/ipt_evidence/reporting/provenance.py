"""From an effect size back to the lines of the raw tables it was computed from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.reporting.review import Review

ARM_RESULT = [
    "trial_id",
    "outcome",
    "domain",
    "instrument",
    "criterion",
    "rater",
    "timepoint",
    "weeks",
    "analysis",
    "measure",
]
CONTRAST = ["trial_id", "outcome", "domain", "subgroup", "instrument", "criterion", "rater", "timepoint", "weeks"]

REPORTED = {"endpoint": "continuous", "change": "change", "counts": "binary", "converted": "binary"}
"""Measure of the arm results behind each kind of evidence."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one raw table.

    Attributes
    ----------
    file : str
        Path of the table in the repository.
    lines : tuple of int
        Lines as a text editor counts them; the header is line 1.
    """

    file: str
    lines: tuple[int, ...]

    def __str__(self) -> str:
        """Write as readers see it: ``data/raw/outcomes.csv, lines 12 and 13``."""
        figures = [str(line) for line in self.lines]
        return f"{self.file}, line{'s' if len(figures) > 1 else ''} {' and '.join(figures)}"


class RawLines:
    """Finds the raw lines behind effect sizes.

    Parameters
    ----------
    review : Review
        Its outcomes and contrasts carry the line each row was read from.
    """

    def __init__(self, review: Review) -> None:
        outcomes, contrasts = review.tables["outcomes"], review.tables["contrasts"]
        self._arm_results = _lines_by_key(outcomes, [*ARM_RESULT, "arm_id"])
        self._contrasts = _lines_by_key(contrasts, [*CONTRAST, "arm1_id", "arm2_id"])

    def behind(self, effect: Mapping[str, Any]) -> Lines:
        """Return the lines of an effect: one of each arm, or that of a statistic that compares them.

        Parameters
        ----------
        effect : mapping
            A row of ``effect_sizes.csv``.
        """
        reported = effect["outcome"] if pd.isna(effect["counted"]) else effect["counted"]
        facts = {**effect, "outcome": reported}
        arms = effect["arm1_id"], effect["arm2_id"]
        if effect["evidence"] in REPORTED:
            facts["measure"] = REPORTED[effect["evidence"]]
            found = [self._arm_results.get((*_key(facts, ARM_RESULT), arm), []) for arm in arms]
            if all(found):
                return Lines("data/raw/outcomes.csv", _sorted(found))
        # Also a count may come from a printed ratio, converted.
        either = [self._contrasts.get((*_key(facts, CONTRAST), *pair), []) for pair in (arms, arms[::-1])]
        return Lines("data/raw/contrasts.csv", _sorted(either))


def _lines_by_key(table: pd.DataFrame, columns: list[str]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = {}
    for row in table[[*columns, "line"]].to_dict("records"):
        found.setdefault(_key(row, columns), []).append(int(row["line"]))
    return found


def _key(row: Mapping[Any, Any], columns: list[str]) -> Key:
    """Return cells to match on; an empty cell matches an empty cell."""
    return tuple(None if pd.isna(row[column]) else row[column] for column in columns)


def _sorted(found: Iterable[list[int]]) -> tuple[int, ...]:
    return tuple(sorted({line for lines in found for line in lines}))
