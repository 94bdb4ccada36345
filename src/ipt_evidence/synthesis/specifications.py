"""One question under every combination of the choices that the configuration calls defensible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.specifications import pool_specifications
from ipt_evidence.synthesis.trials import combine_trials

CHOICE_COLUMNS = ["rho", "evidence", "doubts", "outliers", "method", "interval"]
"""What may be chosen, in the order in which the choices are made."""

MULTIVERSE_COLUMNS = [
    "question_id", *CHOICE_COLUMNS, "k", "estimate", "ci_low", "ci_high", "p_value", "tau2",
]  # fmt: skip


def specification_rows(
    question_id: str, used: pd.DataFrame, grid: Mapping[str, Sequence], *, level: float
) -> pd.DataFrame:
    """Pool the used effects of one question under every combination of a grid.

    Parameters
    ----------
    question_id : str
        Name of the question.
    used : DataFrame
        The effects its primary answer rests on.
    grid : mapping
        Values to combine, by choice: ``rho`` (correlation of measurements of the same people), ``evidence`` (all, or
        endpoint: means at the time point only), ``doubts`` and ``outliers`` (kept or left_out), ``method``,
        ``interval``.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row per combination, also of those that leave no trial (``k`` = 0); none for a question with fewer than
        two trials, which has nothing to specify.
    """
    trials = sorted(used["trial_id"].unique())
    if len(trials) < 2:
        return pd.DataFrame(columns=MULTIVERSE_COLUMNS)
    found = specifications(used, grid, level=level)
    choices = found.choices
    pooled = pool_specifications(
        found.effects,
        found.variances,
        data=found.data,
        subsets=np.ones((len(choices), len(trials)), dtype=bool),
        methods=choices["method"].tolist(),
        intervals=choices["interval"].tolist(),
        without_outliers=choices["outliers"].eq("left_out").to_numpy(),
        level=level,
    )
    answers = {name: getattr(pooled, name) for name in ("k", "estimate", "ci_low", "ci_high", "p_value", "tau2")}
    return choices.assign(question_id=question_id, **answers)[MULTIVERSE_COLUMNS].astype({"k": int})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Specifications:
    """Every combination of choices for one question, and the versions of its data they need.

    Attributes
    ----------
    trials : tuple of str, length k
        Trials of the primary answer.
    effects, variances : ndarray, shape (d, k)
        One row per version of the data; NaN where a trial then has no effect.
    choices : DataFrame, s rows
        The combinations.
    data : ndarray of int, shape (s,)
        Version that each combination uses.
    """

    trials: tuple[str, ...]
    effects: Floats
    variances: Floats
    choices: pd.DataFrame
    data: NDArray[np.int64]


def specifications(used: pd.DataFrame, grid: Mapping[str, Sequence], *, level: float) -> Specifications:
    """Lay out the combinations of a grid for the used effects of one question."""
    trials = sorted(used["trial_id"].unique())
    data = list(product(*(grid[name] for name in CHOICE_COLUMNS[:3])))
    versions = [_version(used, *choice, trials=trials, level=level) for choice in data]
    rows = [
        (place, (*choice, *rest))
        for place, choice in enumerate(data)
        for rest in product(*(grid[name] for name in CHOICE_COLUMNS[3:]))
    ]
    return Specifications(
        trials=tuple(trials),
        effects=np.array([yi for yi, _ in versions]),
        variances=np.array([vi for _, vi in versions]),
        choices=pd.DataFrame([row for _, row in rows], columns=CHOICE_COLUMNS),
        data=np.array([place for place, _ in rows]),
    )


def _version(
    used: pd.DataFrame, rho: float, evidence: str, doubts: str, *, trials: list[str], level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the effect and variance of each trial under one choice of data; NaN where it then has none."""
    if evidence == "endpoint":
        used = used[used["evidence"].eq("endpoint")]
    if doubts == "left_out":
        used = used[~used["flags"].str.contains("doubt:", regex=False)]
    found = combine_trials(used, rho=rho, level=level).set_index("trial_id").reindex(trials)
    return found["yi"].to_numpy(float), found["vi"].to_numpy(float)
