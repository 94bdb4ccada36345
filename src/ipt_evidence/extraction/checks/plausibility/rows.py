"""The figures of the evidence base as plain rows, grouped the way the plausibility checks compare them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.engine.effect_sizes.means import cohens_d, hedges_g
from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.choices import RESULT
from ipt_evidence.extraction.validation import as_typed
from ipt_evidence.files import rows_of
from ipt_evidence.grouping import grouped

Row = Mapping[str, Any]
"""One row by column, with ``line``; None where the cell is empty."""


@dataclass(frozen=True, eq=False)
class Figures:
    """What the plausibility checks look at: sound tables, and the vocabulary with the ranges of the scales.

    Attributes
    ----------
    draft : Draft
        The evidence base, without errors.
    """

    draft: Draft

    @cached_property
    def trials(self) -> dict[str, Row]:
        """Return the trials by trial_id."""
        return {row["trial_id"]: row for row in self._rows("trials")}

    @cached_property
    def arms(self) -> dict[str, dict[str, Row]]:
        """Return the arms by trial_id and arm_id."""
        found: dict[str, dict[str, Row]] = {trial: {} for trial in self.trials}
        for row in self._rows("arms"):
            found[row["trial_id"]][row["arm_id"]] = row
        return found

    @cached_property
    def outcomes(self) -> list[Row]:
        """Return the rows of outcomes.csv."""
        return self._rows("outcomes")

    @cached_property
    def contrasts(self) -> list[Row]:
        """Return the rows of contrasts.csv."""
        return self._rows("contrasts")

    @cached_property
    def means(self) -> list[Row]:
        """Return the rows of outcomes.csv with an endpoint mean."""
        return [row for row in self.outcomes if row["measure"] == "continuous"]

    @cached_property
    def counts(self) -> list[Row]:
        """Return the rows of outcomes.csv with events."""
        return [row for row in self.outcomes if row["measure"] == "binary"]

    @cached_property
    def sds(self) -> dict[str, dict[str, float]]:
        """Return the median SD at the time points of each trial, by instrument and trial_id."""
        found: dict[str, dict[str, list[float]]] = {}
        for row in self.means:
            if row["instrument"] is not None and row["sd"] is not None:
                found.setdefault(row["instrument"], {}).setdefault(row["trial_id"], []).append(row["sd"])
        return {name: {trial: median(sds) for trial, sds in trials.items()} for name, trials in found.items()}

    @cached_property
    def ordered_sds(self) -> dict[str, list[float]]:
        """Return the SDs of the trials on each instrument, from small to large."""
        return {name: sorted(sds.values()) for name, sds in self.sds.items()}

    # While errors stand, figures are weighed whose words are not, or not yet, in the vocabulary.
    @cached_property
    def classes(self) -> dict[str, str]:
        """Return the class of each treatment that the vocabulary knows."""
        treatments = self.draft.vocabulary.treatments
        return dict(zip(treatments["treatment"], treatments["class"], strict=True))

    @cached_property
    def _conditions(self) -> frozenset[str]:
        return frozenset(self.draft.vocabulary.conditions["condition"])

    @cached_property
    def events(self) -> dict[str, bool | None]:
        """Return whether each event of the vocabulary is a good one; None for outcomes that are none."""
        words = self.draft.vocabulary
        return {outcome: words.event_good(outcome) for outcome in words.outcomes["outcome"]}

    @cached_property
    def ranges(self) -> dict[str, tuple[float, float, str]]:
        """Return lowest score, highest score and source by instrument, of those that have a range."""
        table = self.draft.vocabulary.instruments.dropna(subset=["low", "high", "range_source"])
        columns = (table[name] for name in ("instrument", "low", "high", "range_source"))
        return {name: (float(low), float(high), source) for name, low, high, source in zip(*columns, strict=True)}

    def g_of(self, one: Row, other: Row) -> float | None:
        """Return Hedges' g of two means, ``one`` minus ``other``; None without both SDs and numbers."""
        figures = _figures_of(one, other, "mean", "sd")
        return self._gs[figures] if figures else None

    def d_at_baseline(self, one: Row, other: Row) -> float | None:
        """Return Cohen's d of two means before treatment, ``one`` minus ``other``; None as for :meth:`g_of`."""
        figures = _figures_of(one, other, "baseline_mean", "baseline_sd")
        return self._ds[figures] if figures else None

    # Several checks ask of the same two arms. Of all arms at once: one by one, checking the figures takes ten times as
    # long as the sums.
    @cached_property
    def _gs(self) -> dict[tuple[float, ...], float]:
        found, columns = self._figures_of_pairs("mean", "sd")
        return dict(zip(found, hedges_g(*columns).values.tolist(), strict=True)) if found else {}

    @cached_property
    def _ds(self) -> dict[tuple[float, ...], float]:
        found, columns = self._figures_of_pairs("baseline_mean", "baseline_sd")
        return dict(zip(found, cohens_d(*columns).tolist(), strict=True)) if found else {}

    def _figures_of_pairs(self, mean: str, sd: str) -> tuple[list[tuple[float, ...]], NDArray[np.float64]]:
        """Return the figures (m, 6) of every two rows of one result that have them all, and their columns (6, m)."""
        rows = [row for row in self.outcomes if row["measure"] != "binary"]
        found = [figures for pair in pairs(rows) if (figures := _figures_of(*pair, mean, sd))]
        return found, np.array(found, dtype=float).T

    def treatment_of(self, row: Row) -> str:
        """Return the treatment of the arm that a row is about."""
        return str(self.arms[row["trial_id"]][row["arm_id"]]["treatment"])

    def conditions_of(self, row: Row) -> tuple[str, ...]:
        """Return the condition of the trial that a row is of, and those above it if the vocabulary knows it."""
        condition, words = self.trials[row["trial_id"]]["condition"], self.draft.vocabulary
        return (condition, *(words.ancestors_of(condition) if condition in self._conditions else ()))

    def is_reviewed(self, row: Row) -> bool:
        """Tell whether the arm that a row is about was given the therapy under review, alone or with something else."""
        return self.classes.get(self.treatment_of(row)) in self.draft.vocabulary.interventions

    def randomised(self, trial: str, arm: str) -> int | None:
        """Return how many were randomised to an arm; None if arms.csv does not say."""
        return self.arms[trial][arm]["n_randomised"]

    def finding(self, table: str, row: Row, column: str, rule: str, remedy: str) -> Breach:
        """Return a finding on one cell."""
        return self.draft.breach(table, row["line"], row, column, rule, remedy)

    def _rows(self, table: str) -> list[Row]:
        frame = self.draft.tables.frames[table]
        return list(rows_of(frame.assign(line=frame.index.astype(int)), empty=None))


def by_trial(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the rows of each trial."""
    return grouped((row["trial_id"], row) for row in rows)


def by_result(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the rows of each result together, one an arm."""
    yield from grouped((tuple(row[name] for name in RESULT), row) for row in rows).values()


def pairs(rows: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield every two rows of one result that belong to different arms."""
    for group in by_result(rows):
        yield from ((one, other) for one, other in combinations(group, 2) if one["arm_id"] != other["arm_id"])


def _figures_of(one: Row, other: Row, mean: str, sd: str) -> tuple[float, ...] | None:
    figures = tuple(row[name] for row in (one, other) for name in (mean, sd, "n"))
    usable = None not in figures and min(one["n"], other["n"]) >= 2 and max(one[sd], other[sd]) > 0
    return figures if usable else None


def decimals(value: float) -> int:
    """Return how many decimals a figure is given to, as far as a number can tell: 5.50 counts as 5.5."""
    return len(as_typed(value).partition(".")[2])
