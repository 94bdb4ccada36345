"""One effect per trial, and the pooled answer of a set of trials."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy import special

from ipt_evidence.effects.rows import join_flags
from ipt_evidence.effects.tables import trial_covariance
from ipt_evidence.engine.pooling.aggregation import aggregate_covariance
from ipt_evidence.engine.pooling.random_effects import pool, weight_percent

COMBINED_COLUMNS = [
    "trial_id",
    "arm1_id",
    "arm2_id",
    "n1",
    "n2",
    "measurement",
    "measure",
    "yi",
    "vi",
    "flags",
]
"""What of an effect bears on its trial's combined effect."""

TRIAL_COLUMNS = ["trial_id", "n_effects", "n1", "n2", "yi", "vi", "ci_low", "ci_high", "flags"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The method choices of one pooling.

    Attributes
    ----------
    method, interval : str
        As in :func:`ipt_evidence.synthesis.pool`.
    level : float
        Coverage of the intervals.
    rho : float
        Assumed correlation of different measurements of the same people.
    """

    method: str
    interval: str
    level: float
    rho: float


def combine_trials(used: pd.DataFrame, *, rho: float, level: float) -> pd.DataFrame:
    """Combine the effects of each trial into one, heeding shared arms and shared people.

    Returns
    -------
    DataFrame
        One row per trial: ``trial_id``, ``n_effects``, ``n1``, ``n2`` (people in its arms under review and in
        the others, each arm once; missing if not known), ``yi``, ``vi``, the interval of ``level`` and the
        flags of its effects.
    """
    used = used[COMBINED_COLUMNS]
    places = used.groupby("trial_id", sort=True).indices
    rows = [{"trial_id": trial, **_combined(used.iloc[place], rho)} for trial, place in places.items()]
    trials = pd.DataFrame(rows, columns=[c for c in TRIAL_COLUMNS if not c.startswith("ci_")])
    half = special.ndtri((1 + level) / 2) * np.sqrt(trials["vi"].astype(float))
    return trials.assign(ci_low=trials["yi"] - half, ci_high=trials["yi"] + half)[TRIAL_COLUMNS]


def _combined(effects: pd.DataFrame, rho: float) -> dict[str, object]:
    """Combine the effects of one trial."""
    yi, vi = float(effects["yi"].iloc[0]), float(effects["vi"].iloc[0])
    if len(effects) > 1:
        one = aggregate_covariance(effects["yi"], trial_covariance(effects, rho=rho), effects["trial_id"])
        yi, vi = float(one.values[0]), float(one.variances[0])
    return {
        "n_effects": len(effects),
        "n1": _people(effects["arm1_id"], effects["n1"]),
        "n2": _people(effects["arm2_id"], effects["n2"]),
        "yi": yi,
        "vi": vi,
        "flags": join_flags(*effects["flags"]),
    }


def _people(arms: pd.Series, numbers: pd.Series) -> float:
    """Count the people of the distinct arms on one side, each arm with its largest number; NaN if one is unknown."""
    largest: dict[str, float] = {}
    for arm, number in zip(arms, numbers.astype(float), strict=True):
        largest[arm] = np.fmax(number, largest.get(arm, np.nan))
    return float(sum(largest.values()))


def pool_trials(trials: pd.DataFrame, choices: Choices) -> tuple[dict[str, object], np.ndarray]:
    """Pool one effect per trial; a single trial is passed on as it is, none gives an empty answer.

    Returns
    -------
    dict
        The fields of ``syntheses.csv`` from ``model`` on. ``n_participants`` counts the trials whose numbers are
        known; ``k_without_n`` says how many are not.
    ndarray, shape (k,)
        Share of the weight of each trial, in percent.
    """
    people = trials[["n1", "n2"]].sum(axis=1, skipna=False)
    counts = {
        "k": len(trials),
        "n_effects": int(trials["n_effects"].sum()),
        "n_participants": people.sum(),
        "k_without_n": int(people.isna().sum()),
    }
    if len(trials) == 0:
        return {"model": "none", **counts}, np.array([])
    if len(trials) == 1:
        return {**_single(trials.iloc[0], choices.level), **counts}, np.array([100.0])
    yi, vi = trials["yi"].to_numpy(float), trials["vi"].to_numpy(float)
    pooled = pool(yi, vi, method=choices.method, interval=choices.interval, level=choices.level)
    model = "common_effect" if choices.method == "CE" else "random_effects"
    return {"model": model, **asdict(pooled), **counts}, weight_percent(vi, pooled.tau2)


def _single(trial: pd.Series, level: float) -> Mapping[str, object]:
    """Pass on the effect of the only trial, with its own normal interval; heterogeneity cannot be seen."""
    se = float(np.sqrt(trial["vi"]))
    statistic = trial["yi"] / se
    return {
        "model": "single_trial",
        "estimate": trial["yi"],
        "se": se,
        "ci_low": trial["ci_low"],
        "ci_high": trial["ci_high"],
        "statistic": statistic,
        "p_value": 2 * float(special.ndtr(-abs(statistic))),
        "method": "none",
        "interval": "normal",
        "level": level,
    }
