"""Whether effects differ between groups of trials, or with a number of theirs: by contrast, never by means alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.moderators.permutation import permutation_test
from ipt_evidence.engine.moderators.regression import MetaRegression, regress
from ipt_evidence.engine.moderators.subgroups import SubgroupComparison, compare_subgroups
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.moderators import NOT_RUN, RUN, Characteristics, Moderator, compared_arms

LEAST_GROUP = 2
"""Trials that a group takes to be compared: one cannot tell its own spread."""

PERMUTATIONS = 2000
"""Orders of trials compared; all there are, where these are fewer."""

TEST_COLUMNS = [
    "question_id", "moderator_id", "status", "reason_id", "k", "k_unknown", "measure", "method", "interval", "level",
    "tau2", "r2", "qm", "qm_df", "qm_df2", "qm_p_value", "permutation_p_value", "permutations", "exact", "n_tested",
    "adjusted_p_value", "as_expected",
]  # fmt: skip

SUBGROUP_COLUMNS = [
    *TEST_COLUMNS, "group", "compared", "group_k", "n_participants", "estimate", "se", "ci_low", "ci_high", "reference",
    "difference", "difference_se", "difference_ci_low", "difference_ci_high", "difference_p_value",
]  # fmt: skip

REGRESSION_COLUMNS = [
    *TEST_COLUMNS, "lowest", "highest", "intercept", "slope", "slope_se", "slope_ci_low", "slope_ci_high",
    "slope_p_value",
]  # fmt: skip

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trials:
    """Trials of one question with a value of one moderator; arrays of shape (k,)."""

    effects: Floats
    variances: Floats
    people: Floats
    values: np.ndarray

    def only(self, chosen: np.ndarray) -> "_Trials":
        return _Trials(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def moderated(
    question: Mapping[Any, Any],
    weights: pd.DataFrame,
    used: pd.DataFrame,
    moderators: Iterable[Moderator],
    characteristics: Characteristics,
    model: Model,
) -> tuple[list[Row], list[Row]]:
    """Hold the effects of one question against every moderator of the plan.

    Parameters
    ----------
    question : mapping
        Its row of ``syntheses.csv``.
    weights : DataFrame
        Its rows of ``synthesis_weights.csv``: one effect per trial, at least two.
    used : DataFrame
        The effects behind them.
    moderators : iterable of Moderator
        The moderators of the plan.
    characteristics : Characteristics
        Looks up their values.
    model : Model
        How the mixed-effects models are fitted.

    Returns
    -------
    subgroups, regressions : list of dict
        The columns of :data:`SUBGROUP_COLUMNS` and :data:`REGRESSION_COLUMNS`. A moderator that could not be run has
        one row that says why.

    Notes
    -----
    Borenstein & Higgins (2013): one model with one tau2 for all groups. The p-values are adjusted for the number of
    moderators run on the question by Holm (1979), from the larger of the p-values by F and by permutation.
    """
    of_trial = compared_arms(used)
    compared = [of_trial[trial] for trial in weights["trial_id"].tolist()]
    effects, variances = weights["yi"].to_numpy(float), weights["vi"].to_numpy(float)
    people = (weights["n1"] + weights["n2"]).fillna(weights["n_randomised"]).to_numpy(float)
    groups: list[Row] = []
    slopes: list[Row] = []
    for moderator in moderators:
        found = [characteristics.value(moderator, question["question_id"], trial) for trial in compared]
        known = np.array([value is not None for value in found])
        every = _Trials(effects=effects, variances=variances, people=people, values=np.array(found, dtype=object))
        fixed = {
            "question_id": question["question_id"], "moderator_id": moderator.moderator_id,
            "measure": question["measure"], "k_unknown": int((~known).sum()), **model.pooling,
        }  # fmt: skip
        table, held = (groups, _subgroups) if moderator.categorical else (slopes, _regression)
        table.extend(fixed | row for row in held(moderator, every.only(known), model))
    _adjust([*groups, *slopes])
    return groups, slopes


def _not_run(reason: str, k: int) -> Row:
    return {"status": NOT_RUN, "reason_id": reason, "k": k}


def _subgroups(moderator: Moderator, trials: _Trials, model: Model) -> list[Row]:
    """Compare the groups with enough trials; those with fewer are listed beside."""
    sizes = {group: int((trials.values == group).sum()) for group in moderator.order}
    enough = [group for group, size in sizes.items() if size >= LEAST_GROUP]
    compared = trials.only(np.isin(trials.values.astype(str), enough))
    k = len(compared.values)
    if not len(trials.values):
        return [_not_run("no_value", 0)]
    if len(enough) < 2:
        return [_not_run("one_group", len(trials.values))]
    if k < moderator.min_trials:
        return [_not_run("too_few_trials", k)]
    # The reference comes first, whatever the order of the trials.
    order = np.argsort([enough.index(value) for value in compared.values], kind="stable")
    compared = compared.only(order)
    found = compare_subgroups(compared.effects, compared.variances, compared.values, **model.pooling)
    members = (compared.values[:, None] == np.array(enough[1:], dtype=object)).astype(float)
    expected = moderator.expects in enough and moderator.expects == enough[int(np.argmax(found.estimate))]
    test = _test(found, compared, members, model) | {
        "k": k,
        "qm_df2": k - len(enough),
        "as_expected": expected if moderator.expects in enough else None,
    }
    rows = [test | _group(found, place, compared) for place in range(len(enough))]
    few = [
        {"group": group, "compared": False, "group_k": size} for group, size in sizes.items() if 0 < size < LEAST_GROUP
    ]
    return [*rows, *(test | row for row in few)]


def _group(found: SubgroupComparison, place: int, compared: _Trials) -> Row:
    group = found.groups[place]
    row: Row = {
        "group": group,
        "compared": True,
        "group_k": int(found.k[place]),
        "n_participants": float(np.nansum(compared.people[compared.values == group])),
        **{name: float(getattr(found, name)[place]) for name in ("estimate", "se", "ci_low", "ci_high")},
    }
    if place == 0:
        return row
    names = ("difference", "difference_se", "difference_ci_low", "difference_ci_high", "difference_p_value")
    return row | {"reference": found.groups[0]} | {name: float(getattr(found, name)[place]) for name in names}


def _regression(moderator: Moderator, trials: _Trials, model: Model) -> list[Row]:
    """Regress effects on a number."""
    k, values = len(trials.values), trials.values.astype(float)
    if k == 0:
        return [_not_run("no_value", 0)]
    if k < moderator.min_trials:
        return [_not_run("too_few_trials", k)]
    if np.ptp(values) == 0:
        return [_not_run("one_value", k)]
    found = regress(trials.effects, trials.variances, values, **model.pooling)
    slope = {
        f"slope{end}": float(getattr(found, name)[1])
        for end, name in (("", "coefficients"), ("_se", "se"), ("_ci_low", "ci_low"), ("_ci_high", "ci_high"),
                          ("_p_value", "p_values"))
    }  # fmt: skip
    rises = bool(found.coefficients[1] > 0)
    return [
        _test(found, trials, values, model)
        | slope
        | {
            "k": k,
            "qm_df2": found.qe_df,
            "as_expected": (rises if moderator.expects == "larger" else not rises) if moderator.expects else None,
            "lowest": float(values.min()),
            "highest": float(values.max()),
            "intercept": float(found.coefficients[0]),
        }
    ]


def _test(found: SubgroupComparison | MetaRegression, trials: _Trials, design: np.ndarray, model: Model) -> Row:
    """Return the test of a model, by F and by permutation."""
    permuted = permutation_test(
        trials.effects, trials.variances, design, method=model.method, interval=model.interval, iterations=PERMUTATIONS
    )
    return {
        "status": RUN,
        **{name: getattr(found, name) for name in ("tau2", "r2", "qm", "qm_df", "qm_p_value")},
        "permutation_p_value": permuted.qm_p_value,
        "permutations": permuted.permutations,
        "exact": permuted.exact,
    }


def _adjust(rows: list[Row]) -> None:
    """Set the number of moderators run on a question and the p-value adjusted for it (Holm) into its rows."""
    raw = {
        str(row["moderator_id"]): max(float(str(row["qm_p_value"])), float(str(row["permutation_p_value"])))
        for row in rows
        if row["status"] == RUN
    }
    adjusted, least = {}, 0.0
    for place, (moderator, p) in enumerate(sorted(raw.items(), key=lambda pair: pair[1])):
        least = max(least, min(1.0, p * (len(raw) - place)))
        adjusted[moderator] = least
    for row in rows:
        row["n_tested"] = len(raw)
        row["adjusted_p_value"] = adjusted.get(str(row["moderator_id"]))
