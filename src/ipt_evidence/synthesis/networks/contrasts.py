"""What the trials on a condition and an outcome put into a network: one effect a trial and pair of its treatments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.effects.rows import join_flags
from ipt_evidence.engine.networks.trials import trial_contrasts
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis.selection import select
from ipt_evidence.synthesis.trials import EffectsByTrial
from ipt_evidence.words.vocabulary import Vocabulary

ASKED = ["outcome", "timepoint", "phase", "measure"]
"""What a network is about, besides its condition."""

MEASURE_OF = {"continuous": "SMD", "event": "logOR"}
"""The measure of the networks on each kind of outcome."""

CONTRAST_COLUMNS = [
    "trial_id", "study", "treatment1", "treatment2", "yi", "vi", "n1", "n2", "n_effects", "row_ids", "flags",
]  # fmt: skip

Asked = tuple[str, ...]
"""Values of :data:`ASKED`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bearing:
    """What bears on networks.

    Attributes
    ----------
    contrasts : DataFrame
        ``condition`` and :data:`CONTRAST_COLUMNS`: one row per trial and pair of treatments; ``study`` is the trial, or
        the connected part of it where it has several; ``row_ids`` are the raw rows behind all figures of that part.
    used : DataFrame
        The effects behind them: columns of ``effect_sizes.csv``.
    """

    contrasts: pd.DataFrame
    used: pd.DataFrame

    def of(self, conditions: Sequence[str]) -> "Bearing":
        """Return what bears on some conditions."""
        contrasts, used = (table[table["condition"].isin(conditions)] for table in (self.contrasts, self.used))
        return Bearing(contrasts=contrasts, used=used)


class NetworkEvidence:
    """The effects of any number of conditions, sorted once for any number of networks.

    Parameters
    ----------
    effects : DataFrame
        Effects between arms of different classes, the therapy under review among them or not.
    arms : DataFrame
        The arms of the trials, with ``n_randomised``.
    vocabulary : Vocabulary
        Classes in their order, outcomes and conditions. Classes that are mixtures enter no network: what lies in one of
        them is no treatment of which something could be said.
    synthesis : mapping
        The section of that name of the configuration.
    """

    def __init__(
        self, effects: pd.DataFrame, arms: pd.DataFrame, vocabulary: Vocabulary, synthesis: Mapping[str, Any]
    ) -> None:
        classes = {*vocabulary.interventions, *vocabulary.comparators}
        self.treatments = tuple(name for name in vocabulary.treatment_classes["class"] if name in classes)
        kind = vocabulary.outcomes.set_index("outcome")["kind"]
        measure = effects["outcome"].map(kind).map(MEASURE_OF)
        between = effects["intervention"].ne(effects["comparator"]) & effects["measure"].eq(measure)
        known = effects["intervention"].isin(classes) & effects["comparator"].isin(classes)
        near = effects[between & known].groupby(["intervention", "comparator", *ASKED])
        self._near: dict[tuple[str, ...], pd.DataFrame] = {tuple(map(str, key)): rows for key, rows in near}
        arm = zip(arms["trial_id"], arms["arm_id"], strict=True)
        self._randomised = dict(zip(arm, arms["n_randomised"].astype(float), strict=True))
        self._conditions = tuple(condition for condition, _ in vocabulary.in_order())
        self._domains = dict(zip(vocabulary.outcomes["outcome"], vocabulary.outcomes["domain"], strict=True))
        self._order, self._excluded = list(synthesis["evidence_order"]), frozenset(synthesis["excluded_reports"])
        self._rho = float(synthesis["rho"])

    def about(self) -> list[Asked]:
        """Return what effects compare three treatments on: outcomes in their order, the end of treatment first."""
        compared: dict[Asked, set[str]] = {}
        for first, second, *rest in self._near:
            compared.setdefault(tuple(rest), set()).update((first, second))
        outcomes = list(self._domains)
        found = [asked for asked, treatments in compared.items() if len(treatments) > 2]
        return sorted(found, key=lambda one: (outcomes.index(one[0]), one[1] != "post", one))

    def compares(self, asked: Asked) -> bool:
        """Tell whether any effect between two treatments is on this."""
        return any(tuple(key[2:]) == asked for key in self._near)

    def bearing(self, asked: Asked) -> Bearing:
        """Choose the effects by the rules of the questions, and make one of every pair of treatments of a trial.

        The rules look at one trial at a time, so they give the same whatever conditions are pooled later.

        Raises
        ------
        SynthesisError
            If the effects of a trial contradict one another so far that they cannot be combined.
        """
        used = self._independent(self._selected(asked))
        columns = {name: used[name].tolist() for name in _OF_TRIALS}
        trials = EffectsByTrial(used).within(self._rho)
        rows = [row for places, matrix in trials for row in self._trial(columns, places.tolist(), matrix)]
        return Bearing(contrasts=pd.DataFrame(rows, columns=["condition", *CONTRAST_COLUMNS]), used=used)

    def _selected(self, asked: Asked) -> pd.DataFrame:
        domain, found = self._domains[asked[0]], []
        for pair in combinations(self.treatments, 2):
            near = self._near.get((*pair, *asked))
            if near is not None:
                sides = {"intervention": pair[0], "comparator": pair[1], "population": "all", "question_id": ""}
                question = pd.Series({**dict(zip(ASKED, asked, strict=True)), **sides})
                chosen = select(question, near, self._conditions, domain, self._order, excluded_reports=self._excluded)
                found.append(chosen[chosen["used"]])
        return pd.concat(found, ignore_index=True)

    def _independent(self, used: pd.DataFrame) -> pd.DataFrame:
        """Keep, of every measurement of a trial, the effects that do not follow from others.

        Three arms give three effects of which two say everything: the third would count the same people again. Those
        with the treatment first in the vocabulary, the therapy under review, are kept.
        """
        place = {name: rank for rank, name in enumerate(self.treatments)}
        first, second = (used[name].map(place) for name in ("intervention", "comparator"))
        ordered = used.assign(first=first, second=second).sort_values(
            ["trial_id", "first", "second", "effect_id"], kind="stable", ignore_index=True
        )
        groups: dict[tuple[str, str], list[set[str]]] = {}
        kept = []
        for trial, measurement, *arms in ordered[["trial_id", "measurement", "arm1_id", "arm2_id"]].to_numpy().tolist():
            pair, joined = set(arms), groups.get((trial, measurement), [])
            reached = [group for group in joined if group & pair]
            kept.append(not any(pair <= group for group in reached))
            groups[trial, measurement] = [*(group for group in joined if not group & pair), pair.union(*reached)]
        return ordered[np.array(kept, dtype=bool)].reset_index(drop=True)

    def _trial(
        self, columns: Mapping[str, list[Any]], places: list[int], matrix: np.ndarray
    ) -> Iterator[dict[str, object]]:
        mine = {name: [cells[place] for place in places] for name, cells in columns.items()}
        trial = mine["trial_id"][0]
        try:
            found = trial_contrasts(mine["yi"], matrix, mine["intervention"], mine["comparator"], self.treatments)
        except SynthesisError as error:
            raise SynthesisError(f"{trial}: {error}") from error
        people = self._people(mine)
        for place, part in enumerate(found.part):
            inside = {name for name, other in zip(found.treatments1, found.part, strict=True) if other == part}
            behind = [row for row, name in enumerate(mine["intervention"]) if name in inside]
            first, second = found.treatments1[place], found.treatments2[place]
            yield {
                "condition": mine["condition"][0],
                "trial_id": trial,
                "study": trial if part == 0 else f"{trial} ({part + 1})",
                "treatment1": first,
                "treatment2": second,
                "yi": float(found.effects[place]),
                "vi": float(found.variances[place]),
                "n1": people[first],
                "n2": people[second],
                "n_effects": len(behind),
                "row_ids": join_flags(*(mine[side][row] for row in behind for side in ("row1_id", "row2_id"))),
                "flags": join_flags(*(mine["flags"][row] for row in behind)),
            }

    def _people(self, mine: Mapping[str, list[Any]]) -> dict[str, float]:
        """Count the people of each treatment of a trial, each arm once: of the results, else those randomised."""
        arms: dict[tuple[str, str], float] = {}
        for side, treatment in (("1", "intervention"), ("2", "comparator")):
            for name, arm, people in zip(mine[treatment], mine[f"arm{side}_id"], mine[f"n{side}"], strict=True):
                arms[name, arm] = float(np.fmax(people, arms.get((name, arm), np.nan)))
        found: dict[str, float] = {}
        for (name, arm), people in arms.items():
            known = people if people == people else self._randomised.get((mine["trial_id"][0], arm), np.nan)
            found[name] = found.get(name, 0.0) + known
        return found


_OF_TRIALS = (
    "condition", "trial_id", "intervention", "comparator", "arm1_id", "arm2_id", "yi", "n1", "n2", "row1_id", "row2_id",
    "flags",
)  # fmt: skip
