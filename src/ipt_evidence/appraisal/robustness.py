"""How a label would survive other defensible choices, and how little it would take to change it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.certainty import Body, Judgement
from ipt_evidence.appraisal.importance import Importance
from ipt_evidence.appraisal.rating import Rules
from ipt_evidence.appraisal.ways import Rated, Ways
from ipt_evidence.engine.checks import Floats
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.specifications import CHOICE_COLUMNS, Layout

DECIDING = ("version", "left_out", "method", "interval")
"""What of a combination decides on its trials and how they are pooled."""

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
    choices = list(zip(*(layout.specifications[name].tolist() for name in DECIDING), strict=True))
    distinct = {choice: place for place, choice in enumerate(dict.fromkeys(choices))}
    place = np.array([distinct[choice] for choice in choices])
    ways = _of_choices(body, list(distinct), layout.versions, rules.model)
    rated = [
        row
        for matters in important.values()
        for row in ways.rated(replace(body, important=matters), comparator, publication, rules)
    ]
    rows = (np.arange(len(important))[:, None] * len(distinct) + place).ravel().tolist()
    chosen = {name: np.tile(layout.specifications[name].to_numpy(), len(important)) for name in CHOICE_COLUMNS}
    found = dict(zip(Rated._fields, zip(*(rated[row] for row in rows), strict=True), strict=True))
    return pd.DataFrame({**chosen, "mid_factor": np.repeat(list(important), len(place)), **found})


def _of_choices(body: Body, choices: list[tuple[int, str, str, str]], versions: pd.DataFrame, model: Model) -> Ways:
    """Return the bodies of some choices, each a tuple of :data:`DECIDING`."""
    names = {name: place for place, name in enumerate(body.trials)}
    row, column = versions["version"].to_numpy(int), [names[name] for name in versions["trial_id"].tolist()]
    numbers, left_out, methods, intervals = map(list, zip(*choices, strict=True))
    version = np.array(numbers)
    effects, variances = np.full((2, version.max() + 1, body.k), np.nan)
    effects[row, column], variances[row, column] = versions["yi"], versions["vi"]
    outside = {text: np.isin(body.trials, text.split(";")) for text in set(left_out)}
    kept = np.isfinite(effects)[version] & ~np.array([outside[text] for text in left_out])
    return Ways(body, effects, variances, version, kept, methods, intervals, model)


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
    more = _with_null(body, np.full(MOST_TRIALS, people), np.full(MOST_TRIALS, np.median(body.variances)))
    kept = np.arange(more.k) < body.k + np.arange(1, MOST_TRIALS + 1)[:, None]
    methods, intervals = ([choice] * MOST_TRIALS for choice in (rules.model.method, rules.model.interval))
    version = np.zeros(MOST_TRIALS, dtype=int)
    ways = Ways(more, more.effects[None], more.variances[None], version, kept, methods, intervals, rules.model)
    found = ways.rated(more, comparator, publication, rules)
    many = next(((count, new.label) for count, new in enumerate(found, start=1) if new.label != label), None)
    return Fragility(
        null_trials=many[0] if many else float("nan"), null_trial_size=people, changed_label=many[1] if many else ""
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
    same, shares = rows["label"].eq(label).tolist(), {}
    for name in choices:
        values = rows[name].tolist()
        tried, alike = Counter(values), Counter(compress(values, same))
        if len(tried) > 1:
            shares[name] = {str(value): 100.0 * alike[value] / tried[value] for value in sorted(tried)}
    return shares
