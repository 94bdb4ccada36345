"""How a label would survive other defensible choices, and how little it would take to change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from ipt_evidence.appraisal.certainty import Body, Judgement, Pooled
from ipt_evidence.appraisal.certainty.rating import Pool
from ipt_evidence.appraisal.certainty.thresholds import information_size
from ipt_evidence.appraisal.rating import Rating, Rules, rate
from ipt_evidence.appraisal.strength import mid_for
from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.pooling.random_effects import weight_percent
from ipt_evidence.engine.pooling.specifications import pool_specifications
from ipt_evidence.engine.pooling.subsets import PooledSubsets
from ipt_evidence.synthesis.specifications import Specifications

MOST_TRIALS = 50
"""Null trials tried before the label counts as standing against any number."""

SIZES = tuple(round(10 ** (step / 10)) for step in range(13, 44))
"""Numbers of people (20 to about 20,000) tried for a single null trial."""


def label_rows(
    body: Body,
    measure: str,
    comparator: str,
    found: Specifications,
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
        The trials of the primary answer, in the order of ``found.trials``.
    measure, comparator : str
        Of the question.
    found : Specifications
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
        One row per combination: the choices, ``mid_smd``, ``k``, ``certainty``, ``direction``, ``strength``, ``label``.
    """
    kept = _kept(found, level)
    pools = _Pools(body, found, kept, level)
    seen: dict[tuple[Any, ...], dict[str, object]] = {}
    choices = found.choices.to_dict("records")
    rows: list[dict[Any, object]] = []
    for place in range(len(found.choices)):
        of_place = pools.key(place)
        for mid in mids:
            key = (*of_place, mid)
            if key not in seen:
                version = pools.body(place, mid_for(measure, mid))
                scaled = replace(rules, thresholds=replace(rules.thresholds, information_size=information_size(mid)))
                rating = rate(version, comparator, pools.pool(place), scaled, publication=publication)
                seen[key] = _summary(rating)
            rows.append({**choices[place], "mid_smd": mid, **seen[key]})
    return pd.DataFrame(rows)


def _summary(rating: Rating) -> dict[str, object]:
    return {
        "k": rating.certainty.body.k if rating.certainty else 0,
        "certainty": rating.certainty.level if rating.certainty else "",
        "direction": rating.reading.direction,
        "strength": rating.strength.strength,
        "label": rating.strength.label,
    }


def _kept(found: Specifications, level: float) -> Bools:
    """Return which trials each combination keeps: those with an effect that are not left out as outliers."""
    choices, present = found.choices, np.isfinite(found.effects)[found.data]
    first = pool_specifications(
        found.effects, found.variances, data=found.data, subsets=present,
        methods=choices["method"].tolist(), intervals=choices["interval"].tolist(), level=level,
    )  # fmt: skip
    margin = special.ndtri((1 + level) / 2) * np.sqrt(found.variances[found.data])
    own = found.effects[found.data]
    with np.errstate(invalid="ignore"):
        inside = (own - margin <= first.ci_high[:, None]) & (own + margin >= first.ci_low[:, None])
    left_out = choices["outliers"].eq("left_out").to_numpy()[:, None] & ~inside
    return present & ~left_out


class _Pools:
    """The bodies of all combinations, and their parts that a rating asks for, pooled in one go."""

    def __init__(self, body: Body, found: Specifications, kept: Bools, level: float) -> None:
        self._body, self._found, self._kept = body, found, kept
        parts = [np.ones(body.k, dtype=bool), ~body.at_risk("high"), body.at_risk("low")]
        self._subsets = [kept & part for part in parts]
        methods, intervals = found.choices["method"].tolist(), found.choices["interval"].tolist()
        self._models = list(zip(methods, intervals, strict=True))
        self._pooled: PooledSubsets = pool_specifications(
            found.effects, found.variances, data=np.tile(found.data, len(parts)), subsets=np.vstack(self._subsets),
            methods=methods * len(parts), intervals=intervals * len(parts), level=level,
        )  # fmt: skip

    def key(self, place: int) -> tuple[Any, ...]:
        """Return what tells one combination's data and model from another's."""
        version, mask = self._found.data[place], self._kept[place]
        y, v = self._found.effects[version], self._found.variances[version]
        return (y.tobytes(), v.tobytes(), mask.tobytes(), *self._models[place])

    def body(self, place: int, mid: float) -> Body:
        """Return the trials of one combination."""
        version = self._found.data[place]
        changed = replace(
            self._body, effects=self._found.effects[version], variances=self._found.variances[version], mid=mid
        )
        return changed.only(self._kept[place])

    def pool(self, place: int) -> Pool:
        """Return the function that looks up what a part of this combination's trials says together."""
        names = np.array(self._body.trials)
        rows = {
            tuple(names[subset[place]]): part * len(self._kept) + place
            for part, subset in reversed(list(enumerate(self._subsets)))
        }
        return lambda body: self._look_up(body, rows[body.trials])

    def _look_up(self, body: Body, row: int) -> Pooled:
        one = self._pooled
        return Pooled(
            estimate=float(one.estimate[row]), ci_low=float(one.ci_low[row]), ci_high=float(one.ci_high[row]),
            pi_low=float(one.pi_low[row]), pi_high=float(one.pi_high[row]), tau2=float(one.tau2[row]),
            i2=float(one.i2[row]), weights=weight_percent(body.variances, float(one.tau2[row])),
        )  # fmt: skip


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
