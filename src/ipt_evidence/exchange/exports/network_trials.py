"""What one trial brings into a network: one measurement, of the kind of result that goes before others."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.exchange.exports.arms import (
    Contrast,
    Counts,
    Means,
    contrasts_of_counts,
    contrasts_of_means,
    converted,
    together_counts,
    together_means,
)
from ipt_evidence.exchange.exports.results import events_good
from ipt_evidence.extraction.choices import RESULT
from ipt_evidence.extraction.pairs import CONVERTIBLE
from ipt_evidence.files import rows_of
from ipt_evidence.synthesis.selection import ANALYSIS_ORDER, SUBSETS
from ipt_evidence.words.vocabulary import Vocabulary

Row = Mapping[str, Any]

KINDS = {"continuous": "endpoint", "change": "change", "binary": "counts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one trial brings into a network.

    Attributes
    ----------
    trial_id, study : str
        Key, and name that no other trial bears.
    evidence : str
        Kind of result, as in ``effect_sizes``.
    instrument : str
        Empty text if there is none.
    treatments : tuple of str
        One name a treatment, in the order of the vocabulary.
    arms : tuple of Means or tuple of Counts
        Their figures; empty where the trial gives a statistic only.
    contrasts : tuple of Contrast
        Every pair of treatments.
    people : tuple of float
        People of each treatment, NaN where that is not known.
    """

    trial_id: str
    study: str
    evidence: str
    instrument: str
    treatments: tuple[str, ...]
    arms: tuple[Means, ...] | tuple[Counts, ...]
    contrasts: tuple[Contrast, ...]
    people: tuple[float, ...]


class Reader:
    """Reads the trials of the network around a row of the plan, by the section ``synthesis`` of the configuration."""

    def __init__(self, question: Row, words: Vocabulary, synthesis: Mapping[str, Any]) -> None:
        self._question, self._words = question, words
        self._scores = question["measure"] in ("SMD", "MD")
        self._order = list(synthesis["evidence_order"]) if self._scores else ["counts", "contrast"]
        self._unsound = tuple(f"report:{status}" for status in synthesis["excluded_reports"])
        self._good = events_good(words)
        outcomes = words.outcomes.set_index("outcome")
        self._domain = outcomes.at[question["outcome"], "domain"]
        self._rank = {name: place for place, name in enumerate(words.treatments["treatment"])}

    def trials(self, table: pd.DataFrame) -> set[str]:
        """Return the trials of the people and the phase in question."""
        asked = self._question
        rows = table[
            table["condition"].isin(self._words.members_of(asked["condition"])) & table["phase"].eq(asked["phase"])
        ]
        if asked["population"] != "all":
            rows = rows[rows["population"].eq(asked["population"])]
        return set(rows["trial_id"])

    def figures(self, outcomes: pd.DataFrame, trials: set[str]) -> dict[str, list[list[Row]]]:
        """Return, by trial, the measurements with complete figures by arm: the rows of each."""
        measures = ("continuous", "change", "binary") if self._scores else ("binary",)
        counted = CONVERTIBLE if self._scores else (self._question["outcome"],)
        groups: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in rows_of(outcomes[outcomes["trial_id"].isin(trials) & outcomes["measure"].isin(measures)]):
            asked = counted if row["measure"] == "binary" else (self._question["outcome"],)
            if row["outcome"] in asked and self._sound(row) and _complete(row):
                groups[tuple(row[name] for name in RESULT)].append(row)
        found: defaultdict[str, list[list[Row]]] = defaultdict(list)
        for rows in groups.values():
            found[rows[0]["trial_id"]].append(rows)
        return found

    def statistics(self, effects: pd.DataFrame, trials: set[str]) -> dict[str, list[Row]]:
        """Return, by trial, the effects that rest on a statistic between two arms."""
        rows = effects[effects["trial_id"].isin(trials) & effects["evidence"].eq("contrast")]
        for name in ("outcome", "measure"):
            rows = rows[rows[name].eq(self._question[name])]
        found: dict[str, list[Row]] = {}
        for row in rows_of(rows):
            if self._sound(row) and not row["subgroup"]:
                found.setdefault(row["trial_id"], []).append(row)
        return found

    def _sound(self, row: Row) -> bool:
        flags = row["flags"].split(";")
        return (
            row["timepoint"] == self._question["timepoint"]
            and row["domain"] == self._domain
            and row["analysis"] not in SUBSETS
            and not any(flag.startswith("excluded:") or flag in self._unsound for flag in flags)
        )

    def read(
        self, trial: str, study: str, figures: list[list[Row]], statistics: list[Row], given: Mapping[Any, str]
    ) -> Trial:
        """Return what a trial brings in.

        Raises
        ------
        ValueError
            If it is nothing, with the reason.
        """
        by_kind: dict[str, list[list[Row]]] = {}
        for rows in figures:
            kind = KINDS[rows[0]["measure"]]
            by_kind.setdefault("converted" if kind == "counts" and self._scores else kind, []).append(rows)
        problem = "no measurement has complete figures of two treatments"
        for kind in self._order:
            if kind == "contrast" and statistics:
                pairs = {(row["arm1_id"], row["arm2_id"]) for row in statistics}
                if len(pairs) == 1:
                    return self._of_statistic(trial, study, min(statistics, key=_first), given)
                problem = "it compares several pairs of arms by statistics alone, and not each with each"
            sets = [self._treatments(rows, given) for rows in by_kind.get(kind, [])]
            if usable := [each for each in sets if len(each) > 1]:
                if found := self._of_arms(trial, study, kind, max(usable, key=_preference)):
                    return found
                problem = "nobody or everybody had the event in every arm"
        raise ValueError(problem)

    def _treatments(self, rows: list[Row], given: Mapping[Any, str]) -> dict[str, list[Row]]:
        """Return the rows of a measurement by treatment, in the order of the vocabulary."""
        found: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda row: self._rank[given[row["trial_id"], row["arm_id"]]]):
            found.setdefault(given[row["trial_id"], row["arm_id"]], []).append(row)
        return found

    def _of_arms(self, trial: str, study: str, kind: str, sides: Mapping[str, list[Row]]) -> Trial | None:
        arms: tuple[Means, ...] | tuple[Counts, ...]
        if kind in ("counts", "converted"):
            counts = tuple(together_counts(map(_counts, rows)) for rows in sides.values())
            arms, people = counts, tuple(arm.total for arm in counts)
            contrasts = contrasts_of_counts(counts, "logOR" if self._scores else self._question["measure"])
            if kind == "converted":
                outcome = next(iter(sides.values()))[0]["outcome"]
                contrasts = converted(contrasts, event_good=self._good[outcome]) if contrasts else []
        else:
            means = tuple(together_means([*map(_means, rows)]) for rows in sides.values())
            arms, people = means, tuple(arm.n for arm in means)
            contrasts = contrasts_of_means(means, self._question["measure"])
        if not contrasts:
            return None
        return Trial(
            trial_id=trial,
            study=study,
            evidence=kind,
            instrument=next(iter(sides.values()))[0]["instrument"],
            treatments=tuple(sides),
            arms=arms,
            contrasts=tuple(contrasts),
            people=people,
        )

    def _of_statistic(self, trial: str, study: str, effect: Row, given: Mapping[Any, str]) -> Trial:
        treatments = tuple(given[trial, effect[arm]] for arm in ("arm1_id", "arm2_id"))
        if treatments[0] == treatments[1]:
            raise ValueError("both arms were given the same treatment")
        ratio = not self._scores and not self._good[self._question["outcome"]]
        return Trial(
            trial_id=trial,
            study=study,
            evidence="contrast",
            instrument=effect["instrument"],
            treatments=treatments,
            arms=(),
            contrasts=(Contrast(0, 1, -effect["yi"] if ratio else effect["yi"], effect["vi"]),),
            people=tuple(float(effect[name]) if effect[name] != "" else math.nan for name in ("n1", "n2")),
        )


def _complete(row: Row) -> bool:
    if row["measure"] == "binary":
        return bool(row["events"] != "" and row["total"] != "")
    return all(row[name] != "" for name in ("mean", "sd", "n")) and row["n"] > 1


def _means(row: Row) -> Means:
    sign = 1.0 if row["lower_is_better"] else -1.0
    return Means(mean=sign * float(row["mean"]), sd=float(row["sd"]), n=float(row["n"]))


def _counts(row: Row) -> Counts:
    return Counts(events=float(row["events"]), total=float(row["total"]))


def _first(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("instrument", "rater", "weeks", "effect_id"))


def _preference(sides: Mapping[str, list[Row]]) -> tuple[Any, ...]:
    """Rank a measurement: the larger, the better."""
    rows = [row for each in sides.values() for row in each]
    analysis = rows[0]["analysis"]
    widest = -ANALYSIS_ORDER.index(analysis) if analysis in ANALYSIS_ORDER else -len(ANALYSIS_ORDER)
    people = sum(row["total"] if row["measure"] == "binary" else row["n"] for row in rows)
    names = [str(rows[0][name]) for name in ("outcome", "instrument", "rater", "weeks", "criterion")]
    return (len(sides), widest, people, [[-ord(sign) for sign in name] + [0] for name in names])
