"""How a label would survive other defensible choices, and how little it would take to change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.certainty import Body, Judgement, Pooled
from ipt_evidence.appraisal.certainty.body import weighed
from ipt_evidence.appraisal.certainty.rating import Pool
from ipt_evidence.appraisal.importance import Importance
from ipt_evidence.appraisal.rating import Rating, Rules, rate
from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.inference import heterogeneity_p
from ipt_evidence.engine.pooling.specifications import pool_specifications
from ipt_evidence.synthesis.deciding import Shown, is_few, of_few
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.specifications import CHOICE_COLUMNS, Layout
from ipt_evidence.words.figures import SINGLE

DECIDING = ["version", "left_out", "method", "interval"]
"""What of a combination decides on its trials and how they are pooled."""

POOLED = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2")

MOST_TRIALS = 50
"""Null trials tried before the label counts as standing against any number."""


def label_rows(
    body: Body,
    comparator: str,
    layout: Layout,
    publication: Judgement,
    rules: Rules,
    *,
    important: Mapping[float, Importance],
) -> pd.DataFrame:
    """Rate one question under every combination of choices.

    Publication bias is taken over from the primary rating; the other domains are judged anew. Where few trials are
    pooled with the interval of the primary model, what decides for few trials decides here too.

    Parameters
    ----------
    body : Body
        The trials of the primary answer.
    comparator : str
        Class of treatment compared with.
    layout : Layout
        The combinations and their data.
    publication : Judgement
        Publication bias of the primary rating.
    rules : Rules
        What to go by.
    important : mapping of float to Importance
        By multiples of the minimal important difference to combine with the other choices, what then matters.

    Returns
    -------
    DataFrame
        One row per combination and multiple, those of one multiple together and in the order of the layout: the
        choices, ``mid_factor``, ``k``, ``certainty``, ``direction``, ``strength``, ``label``.
    """
    choices = layout.specifications[DECIDING]
    distinct = choices.drop_duplicates()
    place = pd.MultiIndex.from_frame(distinct).get_indexer(pd.MultiIndex.from_frame(choices))
    combinations = _Combinations(body, distinct.to_dict("records"), layout.versions, rules.model)
    seen: dict[tuple[bytes, ...], list[dict[str, object]]] = {}
    keys = [combinations.key(number) for number in range(len(distinct))]
    for number, key in enumerate(keys):
        if key not in seen:
            part = combinations.body(number)
            pool, chosen = combinations.pool(number, part), replace(rules, model=combinations.model(number))
            seen[key] = [
                _summary(rate(replace(part, important=matters), comparator, pool, chosen, publication=publication))
                for matters in important.values()
            ]
    columns, parts = layout.specifications[CHOICE_COLUMNS].reset_index(drop=True), []
    for factor, rated in zip(important, zip(*(seen[key] for key in keys), strict=True), strict=True):
        of_choices = pd.DataFrame(rated).iloc[place].reset_index(drop=True)
        parts.append(pd.concat([columns.assign(mid_factor=factor), of_choices], axis=1))
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

    def __init__(self, body: Body, models: list[dict[Any, Any]], versions: pd.DataFrame, model: Model) -> None:
        self._body, self._version = body, np.array([choice["version"] for choice in models])
        self._model, self._interval = model, [choice["interval"] for choice in models]
        self._method = [choice["method"] for choice in models]
        names = {name: place for place, name in enumerate(body.trials)}
        row, column = versions["version"].to_numpy(int), versions["trial_id"].map(names).to_numpy(int)
        self._effects, self._variances = np.full((2, self._version.max() + 1, body.k), np.nan)
        self._effects[row, column], self._variances[row, column] = versions["yi"], versions["vi"]
        left_out = [frozenset(choice["left_out"].split(";")) for choice in models]
        named = np.array([[name in out for name in body.trials] for out in left_out], dtype=bool)
        self._kept = np.isfinite(self._effects)[self._version] & ~named
        low = body.at_risk("low")
        self._mixed = bool(low.any() and not low.all())
        parts = [np.ones(body.k, dtype=bool), low]
        self._subsets = [self._kept & part for part in parts]
        pooled = pool_specifications(
            self._effects, self._variances, data=np.tile(self._version, len(parts)), subsets=np.vstack(self._subsets),
            methods=self._method * len(parts),
            intervals=self._interval * len(parts), level=model.level,
        )  # fmt: skip
        self._pooled = np.column_stack([getattr(pooled, name) for name in POOLED]).reshape(len(parts), len(models), -1)

    def key(self, place: int) -> tuple[bytes, ...]:
        """Return what one combination is rated by: combinations that agree on it are rated alike."""
        version = self._version[place]
        seen = (self._effects[version], self._variances[version], self._kept[place], self._pooled[:, place])
        # Where trials at low risk are compared with others, the comparison depends on the model too; what decides for
        # few trials decides with the interval of the primary model only, even if another is the same to the last digit.
        model = f"{self._method[place]} {self._interval[place]}" if self._mixed else ""
        primary = self._interval[place] == self._model.interval
        return (f"{primary} {model}".encode(), *(array.tobytes() for array in seen))

    def model(self, place: int) -> Model:
        """Return the model of one combination."""
        return replace(self._model, method=self._method[place], interval=self._interval[place])

    def body(self, place: int) -> Body:
        """Return the trials of one combination."""
        version = self._version[place]
        changed = replace(self._body, effects=self._effects[version], variances=self._variances[version])
        return changed.only(self._kept[place])

    def pool(self, place: int, body: Body) -> Pool:
        """Return the function that looks up what the trials of a combination, or those at low risk, say together."""
        parts = body, body.only(body.at_risk("low"))
        found = {
            part.trials: self._pooled_part(place, number, part)
            for number, part in reversed(list(enumerate(parts)))
            if part.k
        }
        return lambda part: found[part.trials]

    def _pooled_part(self, place: int, number: int, part: Body) -> Pooled:
        found = dict(zip(POOLED, self._pooled[number, place].tolist(), strict=True))
        interval, several = self._interval[place], part.k > 1
        p_value = heterogeneity_p(part.effects, part.variances) if several else np.nan
        shown = Shown(**found, q_p_value=p_value, decided_by=interval if several else SINGLE)
        if interval == self._model.interval and is_few(part.k, part.measure, self._model):
            shown = of_few(shown, part.effects, part.variances, part.measure, self._model)
        return weighed(shown, part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragility:
    """How little it would take to change a label.

    Attributes
    ----------
    null_trials : float
        Trials of typical size without any effect that would change it; NaN if 50 would not.
    null_trial_size : float
        People in each of them: the median of the trials there are.
    changed_label : str
        The label that the null trials would leave; empty if they change nothing.
    """

    null_trials: float
    null_trial_size: float
    changed_label: str


UNTRIED = Fragility(null_trials=float("nan"), null_trial_size=float("nan"), changed_label="")
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

    def changed(count: int) -> str:
        more = _with_null(body, np.full(count, people), np.full(count, variance))
        rating = rate(more, comparator, pool, rules, publication=publication)
        return rating.strength.label if rating.strength.label != label else ""

    many = next(((m, new) for m in range(1, MOST_TRIALS + 1) if (new := changed(m))), None)
    return Fragility(
        null_trials=many[0] if many else float("nan"),
        null_trial_size=people,
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
        People that one trial would need; NaN where that cannot be told.
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
