"""How a label would survive other defensible choices, and how little it would take to change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.certainty import Body, Judgement, Pooled
from ipt_evidence.appraisal.certainty.body import weighed
from ipt_evidence.appraisal.certainty.rating import Pool
from ipt_evidence.appraisal.importance import Importance
from ipt_evidence.appraisal.rating import Rating, Rules, rate
from ipt_evidence.engine.checks import Bools, Floats
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
    ways = _of_choices(body, distinct, layout.versions, rules.model)
    seen: dict[tuple[bytes, ...], list[dict[str, object]]] = {}
    keys = [ways.key(number) for number in range(len(distinct))]
    for number, key in enumerate(keys):
        if key not in seen:
            part = ways.body(number)
            pool, chosen = ways.pool(number, part), replace(rules, model=ways.model(number))
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


class _Ways:
    """Bodies of some of the same trials, pooled in one go with the parts of them that a rating asks for.

    Parameters
    ----------
    body : Body
        All k trials.
    effects, variances : ndarray, shape (d, k)
        Versions of the data; NaN where a trial has no effect in one.
    version : ndarray of int, shape (s,)
        The version that each way takes.
    kept : ndarray of bool, shape (s, k)
        The trials that each way keeps, of those with an effect.
    methods, intervals : list of str, length s
        How each way pools.
    model : Model
        The primary model.
    """

    def __init__(
        self,
        body: Body,
        effects: Floats,
        variances: Floats,
        version: np.ndarray,
        kept: Bools,
        methods: list[str],
        intervals: list[str],
        model: Model,
    ) -> None:
        self._body, self._effects, self._variances, self._version = body, effects, variances, version
        self._kept, self._method, self._interval, self._model = kept, methods, intervals, model
        self._parts: dict[bytes, Body] = {}
        self._p_values: dict[tuple[bytes, bytes], float] = {}
        low = body.at_risk("low")
        self._mixed = bool(low.any() and not low.all())
        subsets = [kept, kept & low] if self._mixed else [kept]
        pooled = pool_specifications(
            effects, variances, data=np.tile(version, len(subsets)), subsets=np.vstack(subsets),
            methods=methods * len(subsets), intervals=intervals * len(subsets), level=model.level,
        )  # fmt: skip
        self._pooled = np.column_stack([getattr(pooled, name) for name in POOLED]).reshape(*np.shape(subsets)[:2], -1)

    def key(self, place: int) -> tuple[bytes, ...]:
        """Return what one way is rated by: ways that agree on it are rated alike."""
        version = self._version[place]
        seen = (self._effects[version], self._variances[version], self._kept[place], self._pooled[:, place])
        # Where trials at low risk are compared with others, the comparison depends on the model too; what decides for
        # few trials decides with the interval of the primary model only, even if another is the same to the last digit.
        model = f"{self._method[place]} {self._interval[place]}" if self._mixed else ""
        primary = self._interval[place] == self._model.interval
        return (f"{primary} {model}".encode(), *(array.tobytes() for array in seen))

    def model(self, place: int) -> Model:
        """Return the model of one way."""
        return replace(self._model, method=self._method[place], interval=self._interval[place])

    def body(self, place: int) -> Body:
        """Return the trials of one way."""
        version, kept = self._version[place], self._kept[place]
        name = kept.tobytes()
        if name not in self._parts:
            self._parts[name] = self._body.only(kept)
        effects, variances = self._effects[version, kept], self._variances[version, kept]
        return replace(self._parts[name], effects=effects, variances=variances)

    def pool(self, place: int, body: Body) -> Pool:
        """Return the function that looks up what the trials of one way, or those at low risk, say together."""
        low = body.at_risk("low")
        parts = (body, body.only(low)) if low.any() and not low.all() else (body,)
        found = {part.k: self._pooled_part(place, number, part) for number, part in enumerate(parts) if part.k}
        return lambda part: found[part.k]

    def _pooled_part(self, place: int, number: int, part: Body) -> Pooled:
        found = dict(zip(POOLED, self._pooled[number, place].tolist(), strict=True))
        interval, several = self._interval[place], part.k > 1
        p_value = self._heterogeneity_p(part) if several else np.nan
        shown = Shown(**found, q_p_value=p_value, decided_by=interval if several else SINGLE)
        if interval == self._model.interval and is_few(part.k, part.measure, self._model):
            shown = of_few(shown, part.effects, part.variances, part.measure, self._model)
        return weighed(shown, part)

    def _heterogeneity_p(self, part: Body) -> float:
        """Return the p-value of Cochran's Q, which methods and intervals leave as it is."""
        name = part.effects.tobytes(), part.variances.tobytes()
        if name not in self._p_values:
            self._p_values[name] = heterogeneity_p(part.effects, part.variances)
        return self._p_values[name]


def _of_choices(body: Body, choices: pd.DataFrame, versions: pd.DataFrame, model: Model) -> _Ways:
    """Return the bodies of some choices, with the columns :data:`DECIDING`."""
    names = {name: place for place, name in enumerate(body.trials)}
    row, column = versions["version"].to_numpy(int), versions["trial_id"].map(names).to_numpy(int)
    version = choices["version"].to_numpy(int)
    effects, variances = np.full((2, version.max() + 1, body.k), np.nan)
    effects[row, column], variances[row, column] = versions["yi"], versions["vi"]
    outside = {text: np.isin(body.trials, text.split(";")) for text in choices["left_out"].unique()}
    kept = np.isfinite(effects)[version] & ~np.array([outside[text] for text in choices["left_out"]])
    methods, intervals = choices["method"].tolist(), choices["interval"].tolist()
    return _Ways(body, effects, variances, version, kept, methods, intervals, model)


def _of_null_trials(body: Body, people: float, model: Model) -> _Ways:
    """Return the bodies with 1, 2, ... :data:`MOST_TRIALS` trials of so many people added that find nothing."""
    more = _with_null(body, np.full(MOST_TRIALS, people), np.full(MOST_TRIALS, np.median(body.variances)))
    kept = np.arange(more.k) <= body.k + np.arange(MOST_TRIALS)[:, None]
    methods, intervals = ([choice] * MOST_TRIALS for choice in (model.method, model.interval))
    version = np.zeros(MOST_TRIALS, dtype=int)
    return _Ways(more, more.effects[None], more.variances[None], version, kept, methods, intervals, model)


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


def fragility(body: Body, comparator: str, label: str, publication: Judgement, rules: Rules) -> Fragility:
    """Add trials without effect until the label changes.

    The added trials are at low risk of bias, fit the question and are of typical precision, so that only what they find
    can change the label.

    Parameters
    ----------
    body, comparator, publication, rules
        As in :func:`ipt_evidence.appraisal.rating.rate`.
    label : str
        The label of the body as it is.
    """
    people = _typical_people(body)
    ways = _of_null_trials(body, people, rules.model)

    def changed(place: int) -> str:
        more = ways.body(place)
        rating = rate(more, comparator, ways.pool(place, more), rules, publication=publication)
        return rating.strength.label if rating.strength.label != label else ""

    many = next(((place + 1, new) for place in range(MOST_TRIALS) if (new := changed(place))), None)
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
