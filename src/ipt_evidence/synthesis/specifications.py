"""One question under every combination of the choices that the configuration calls defensible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.specifications import pool_and_leave_out
from ipt_evidence.synthesis.trials import EffectsByTrial

CHOICE_COLUMNS = ["rho", "evidence", "doubts", "outliers", "method", "interval"]
"""What may be chosen, in the order in which the choices are made."""

DATA_CHOICES = CHOICE_COLUMNS[:3]
"""The choices that decide on the effect of each trial."""

LAYOUT_COLUMNS = [
    "question_id", *CHOICE_COLUMNS, "version", "left_out", "k", "estimate", "ci_low", "ci_high", "p_value", "tau2",
]  # fmt: skip

VERSION_COLUMNS = ["question_id", "version", "trial_id", "yi", "vi"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Every combination of choices for one question, pooled, and the versions of its data they rest on.

    Attributes
    ----------
    specifications : DataFrame
        One row per combination, also of those that leave no trial (``k`` = 0): the choices, ``version``, the trials
        ``left_out`` as outliers (joined by semicolons), ``k``, ``estimate``, ``ci_low``, ``ci_high``, ``p_value``,
        ``tau2``.
    versions : DataFrame
        One row per version and trial that has an effect in it: ``version``, ``trial_id``, ``yi``, ``vi``.
    """

    specifications: pd.DataFrame
    versions: pd.DataFrame


def layouts(specifications: pd.DataFrame, versions: pd.DataFrame) -> dict[str, Layout]:
    """Return the layout of each question, from the tables of all of them as files hold them."""
    of_question, none = dict(iter(versions.groupby("question_id"))), versions.head(0)  # no choice may leave any trial
    rows = specifications.assign(left_out=specifications["left_out"].astype(object).fillna("")).groupby("question_id")
    return {str(name): Layout(specifications=found, versions=of_question.get(name, none)) for name, found in rows}


def lay_out(question_id: str, trials: EffectsByTrial, grid: Mapping[str, Sequence], *, level: float) -> Layout:
    """Pool the effects of one question under every combination of a grid.

    Parameters
    ----------
    question_id : str
        Its name.
    trials : EffectsByTrial
        The effects its primary answer rests on.
    grid : mapping
        Values to combine, by choice: ``rho`` (correlation of measurements of the same people), ``evidence`` (all, or
        endpoint: means at the time point only), ``doubts`` and ``outliers`` (kept or left_out), ``method``,
        ``interval``.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Layout
        Without rows for a question with fewer than two trials, which has nothing to specify.
    """
    if len(trials.names) < 2:
        return Layout(
            specifications=pd.DataFrame(columns=LAYOUT_COLUMNS), versions=pd.DataFrame(columns=VERSION_COLUMNS)
        )
    effects, variances, version_of = _versions(trials, grid)
    choices = pd.DataFrame(list(product(*(grid[name] for name in CHOICE_COLUMNS))), columns=CHOICE_COLUMNS)
    version = np.repeat(version_of, len(choices) // len(version_of))
    pooled, left_out = pool_and_leave_out(
        effects, variances, data=version, subsets=np.ones((len(version), effects.shape[1]), dtype=bool),
        methods=choices["method"].tolist(), intervals=choices["interval"].tolist(),
        without_outliers=choices["outliers"].eq("left_out").to_numpy(), level=level,
    )  # fmt: skip
    answers = {name: getattr(pooled, name) for name in LAYOUT_COLUMNS[LAYOUT_COLUMNS.index("k") :]}
    specifications = choices.assign(
        question_id=question_id, version=version, left_out=[";".join(trials.names[row]) for row in left_out], **answers
    )
    place, trial = np.nonzero(np.isfinite(effects))
    columns = (question_id, place, trials.names[trial], effects[place, trial], variances[place, trial])
    return Layout(
        specifications=specifications[LAYOUT_COLUMNS].astype({"k": int}),
        versions=pd.DataFrame(dict(zip(VERSION_COLUMNS, columns, strict=True))),
    )


def _versions(trials: EffectsByTrial, grid: Mapping[str, Sequence]) -> tuple[Floats, Floats, np.ndarray]:
    """Return the distinct versions of effects and variances (d, k), and which of them each choice of data gives."""
    kept = {
        # Only scales have other kinds of result beside means; what is counted is counted.
        ("evidence", "endpoint"): (trials.used["evidence"].eq("endpoint") | trials.used["measure"].ne("SMD")).to_numpy(
            bool
        ),
        ("doubts", "left_out"): ~trials.used["flags"].str.contains("doubt:", regex=False).to_numpy(bool),
    }
    everything = np.ones(len(trials.used), dtype=bool)
    found = np.array(
        [
            trials.values(rho, kept.get(("evidence", evidence), everything) & kept.get(("doubts", doubts), everything))
            for rho, evidence, doubts in product(*(grid[name] for name in DATA_CHOICES))
        ]
    )
    texts = [version.tobytes() for version in found]
    first = {text: place for place, text in reversed(list(enumerate(texts)))}
    places = sorted(first.values())
    number = {texts[place]: version for version, place in enumerate(places)}
    return found[places, 0], found[places, 1], np.array([number[text] for text in texts])
