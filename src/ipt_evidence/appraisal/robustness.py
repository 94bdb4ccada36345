"""How a label would survive other defensible choices, and how little it would take to change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.certainty import Body, Judgement, Pooled
from ipt_evidence.appraisal.certainty.rating import Pool
from ipt_evidence.appraisal.certainty.thresholds import information_size
from ipt_evidence.appraisal.rating import Rating, Rules, rate
from ipt_evidence.appraisal.strength import mid_for
from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.random_effects import shares
from ipt_evidence.engine.pooling.specifications import pool_specifications
from ipt_evidence.synthesis.specifications import CHOICE_COLUMNS, Layout

DECIDING = ["version", "left_out", "method", "interval"]
"""What of a combination decides on its trials and how they are pooled."""

POOLED = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2")

MOST_TRIALS = 50
"""Null trials tried before the label counts as standing against any number."""

SIZES = tuple(round(10 ** (step / 10)) for step in range(13, 44))
"""Numbers of people (20 to about 20,000) tried for a single null trial."""


def label_rows(
    body: Body,
    measure: str,
    comparator: str,
    layout: Layout,
    publication: Judgement,
    rules: Rules,
    *,
    mids: Sequence[float],
    level: float,
) -> pd.DataFrame:
    """Rate one question under every combination of choices.

    Publication bias is taken over from the primary rating; the other domains are judged anew.

    Parameters
    ----------
    body : Body
        The trials of the primary answer.
    measure, comparator : str
        Of the question.
    layout : Layout
        The combinations and their data.
    publication : Judgement
        Publication bias of the primary rating.
    rules : Rules
        What to go by.
    mids : sequence of float
        Minimal important differences (SMD) to combine with the other choices.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row per combination and MID, those of one MID together and in the order of the layout: the choices,
        ``mid_smd``, ``k``, ``certainty``, ``direction``, ``strength``, ``label``.
    """
    model = layout.specifications[DECIDING]
    distinct = model.drop_duplicates()
    place = pd.MultiIndex.from_frame(distinct).get_indexer(pd.MultiIndex.from_frame(model))
    combinations = _Combinations(body, distinct.to_dict("records"), layout.versions, level)
    parts = []
    for mid in mids:
        scaled = replace(rules, thresholds=replace(rules.thresholds, information_size=information_size(mid)))
        seen: dict[tuple[bytes, ...], dict[str, object]] = {}
        for number in range(len(distinct)):
            key = combinations.key(number)
            if key not in seen:
                part = combinations.body(number, mid_for(measure, mid))
                rating = rate(part, comparator, combinations.pool(number), scaled, publication=publication)
                seen[key] = _summary(rating)
        rated = pd.DataFrame([seen[combinations.key(number)] for number in range(len(distinct))])
        choices = layout.specifications[CHOICE_COLUMNS].reset_index(drop=True)
        parts.append(pd.concat([choices.assign(mid_smd=mid), rated.iloc[place].reset_index(drop=True)], axis=1))
    return pd.concat(parts, ignore_index=True)


def _summary(rating: Rating) -> dict[str, object]:
    return {
        "k": rating.certainty.body.k if rating.certainty else 0,
        "certainty": rating.certainty.level if rating.certainty else "",
        "direction": rating.reading.direction,
        "strength": rating.strength.strength,
        "label": rating.strength.label,
    }


class _Combinations:
    """The bodies of all combinations, and their parts that a rating asks for, pooled in one go."""

    def __init__(self, body: Body, models: list[dict[Any, Any]], versions: pd.DataFrame, level: float) -> None:
        self._body, self._version = body, np.array([model["version"] for model in models])
        names = {name: place for place, name in enumerate(body.trials)}
        row, column = versions["version"].to_numpy(int), versions["trial_id"].map(names).to_numpy(int)
        self._effects, self._variances = np.full((2, self._version.max() + 1, body.k), np.nan)
        self._effects[row, column], self._variances[row, column] = versions["yi"], versions["vi"]
        left_out = [frozenset(model["left_out"].split(";")) for model in models]
        named = np.array([[name in out for name in body.trials] for out in left_out], dtype=bool)
        self._kept = np.isfinite(self._effects)[self._version] & ~named
        parts = [np.ones(body.k, dtype=bool), ~body.at_risk("high"), body.at_risk("low")]
        self._subsets = [self._kept & part for part in parts]
        pooled = pool_specifications(
            self._effects, self._variances, data=np.tile(self._version, len(parts)), subsets=np.vstack(self._subsets),
            methods=[model["method"] for model in models] * len(parts),
            intervals=[model["interval"] for model in models] * len(parts), level=level,
        )  # fmt: skip
        self._pooled = np.column_stack([getattr(pooled, name) for name in POOLED]).reshape(len(parts), len(models), -1)

    def key(self, place: int) -> tuple[bytes, ...]:
        """Return what one combination is rated by: combinations that agree on it are rated alike."""
        version = self._version[place]
        seen = (self._effects[version], self._variances[version], self._kept[place], self._pooled[:, place])
        return tuple(array.tobytes() for array in seen)

    def body(self, place: int, mid: float) -> Body:
        """Return the trials of one combination."""
        version = self._version[place]
        changed = replace(self._body, effects=self._effects[version], variances=self._variances[version], mid=mid)
        return changed.only(self._kept[place])

    def pool(self, place: int) -> Pool:
        """Return the function that looks up what a part of this combination's trials says together."""
        names = np.array(self._body.trials)
        parts = {tuple(names[subset[place]]): part for part, subset in reversed(list(enumerate(self._subsets)))}

        def pooled(body: Body) -> Pooled:
            found = dict(zip(POOLED, self._pooled[parts[body.trials], place].tolist(), strict=True))
            return Pooled(**found, weights=shares(body.variances, found["tau2"]))

        return pooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragility:
    """How little it would take to change a label.

    Attributes
    ----------
    null_trials : float
        Trials of typical size without any effect that would change it; NaN if 50 would not.
    null_trial_size : float
        People in each of them: the median of the trials there are.
    single_trial_size : float
        People in a single trial without effect that would change it; NaN if 20,000 would not.
    changed_label : str
        The label that the null trials would leave; empty if they change nothing.
    """

    null_trials: float
    null_trial_size: float
    single_trial_size: float
    changed_label: str


UNTRIED = Fragility(
    null_trials=float("nan"), null_trial_size=float("nan"), single_trial_size=float("nan"), changed_label=""
)
"""What is known where nothing was tried."""


def fragility(body: Body, comparator: str, label: str, pool: Pool, publication: Judgement, rules: Rules) -> Fragility:
    """Add trials without effect until the label changes.

    The added trials are at low risk of bias, fit the question and are of typical precision, so that only what they find
    can change the label.

    Parameters
    ----------
    body, comparator, pool, publication, rules
        As in :func:`ipt_evidence.appraisal.rating.rate`.
    label : str
        The label of the body as it is.
    """
    people = _typical_people(body)
    variance = float(np.median(body.variances))

    def changed(more: Sequence[float]) -> str:
        variances = variance * people / np.asarray(more)
        rating = rate(_with_null(body, np.asarray(more), variances), comparator, pool, rules, publication=publication)
        return rating.strength.label if rating.strength.label != label else ""

    many = next(((m, new) for m in range(1, MOST_TRIALS + 1) if (new := changed([people] * m))), None)
    single = next((size for size in SIZES if changed([float(size)])), None)
    return Fragility(
        null_trials=many[0] if many else float("nan"),
        null_trial_size=people,
        single_trial_size=float(single) if single else float("nan"),
        changed_label=many[1] if many else "",
    )


def _typical_people(body: Body) -> float:
    """Return the median size of the trials; where none says, the size at which an SMD has their median variance."""
    known = body.participants[np.isfinite(body.participants)]
    return float(np.median(known)) if known.size else 4 / float(np.median(body.variances))


def _with_null(body: Body, people: Floats, variances: Floats) -> Body:
    count = people.size
    return replace(
        body,
        trials=(*body.trials, *(f"null_{number}" for number in range(count))),
        effects=np.append(body.effects, np.zeros(count)),
        variances=np.append(body.variances, variances),
        participants=np.append(body.participants, people),
        risk=(*body.risk, *["low"] * count),
        marks=(*body.marks, *[frozenset()] * count),
        settings=(*body.settings, *[""] * count),
        randomised=np.append(body.randomised, np.ones(count, dtype=bool)),
    )


def required_size(information: float, i2: float) -> float:
    """Return the people a synthesis needs: the optimal information size, raised for heterogeneity.

    Parameters
    ----------
    information : float
        People that one trial would need.
    i2 : float
        Heterogeneity in percent; NaN counts as none.

    Notes
    -----
    Heterogeneity-adjusted required information size, information / (1 - I2) (Wetterslev et al. 2008).
    """
    return information / (1 - (0.0 if np.isnan(i2) else i2) / 100)


def share_by_choice(rows: pd.DataFrame, label: str, choices: Sequence[str]) -> Mapping[str, Mapping[str, float]]:
    """Return, per choice and value, the percent of combinations that give the same label."""
    same = 100.0 * rows["label"].eq(label)
    return {
        name: {str(value): float(part.mean()) for value, part in same.groupby(rows[name], sort=True)}
        for name in choices
        if rows[name].nunique() > 1
    }
