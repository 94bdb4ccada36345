"""One effect per trial, and the pooled answer of a set of trials."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy import special

from ipt_evidence.effects.rows import join_flags
from ipt_evidence.effects.tables import trial_covariance
from ipt_evidence.synthesis.aggregation import aggregate_covariance
from ipt_evidence.synthesis.pooling import pool, weight_percent

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
        One row per trial: ``trial_id``, ``n_effects``, ``n1``, ``n2`` (people in its IPT and comparison arms, each arm
        once; missing if not known), ``yi``, ``vi``, the interval of ``level`` and the flags of its effects.
    """
    rows = []
    for trial_id, group in used.groupby("trial_id", sort=True):
        one = aggregate_covariance(group["yi"], trial_covariance(group, rho=rho), group["trial_id"])
        yi, vi = float(one.values[0]), float(one.variances[0])
        half = special.ndtri((1 + level) / 2) * np.sqrt(vi)
        rows.append(
            {
                "trial_id": trial_id,
                "n_effects": len(group),
                "n1": _people(group, "arm1_id", "n1"),
                "n2": _people(group, "arm2_id", "n2"),
                "yi": yi,
                "vi": vi,
                "ci_low": yi - half,
                "ci_high": yi + half,
                "flags": join_flags(*group["flags"]),
            }
        )
    return pd.DataFrame(rows, columns=TRIAL_COLUMNS)


def _people(group: pd.DataFrame, arm: str, number: str) -> float:
    """Count the people of the distinct arms on one side, each arm with its largest number; NaN if one is unknown."""
    return float(group.groupby(arm)[number].max().sum(skipna=False))


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
