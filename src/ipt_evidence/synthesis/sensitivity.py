"""The answer to a question under other defensible choices, one named variant a row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from ipt_evidence.synthesis.selection import select
from ipt_evidence.synthesis.trials import Choices, combine_trials, pool_trials

SENSITIVITY_COLUMNS = [
    "question_id", "variant", "explanation", "measure", "model", "k", "n_participants", "estimate", "se", "ci_low",
    "ci_high", "p_value", "pi_low", "pi_high", "tau2", "i2", "method", "interval", "level",
]  # fmt: skip

Variant = tuple[str, str, dict[str, object]]
"""Name, explanation in words, fields of the pooled answer."""

DESIGN_EFFECT = "cluster_design_effect"
"""The one sensitivity analysis of doubts.csv that inflates variances; all others leave the doubtful effects out."""


def sensitivity_rows(
    question: pd.Series,
    found: pd.DataFrame,
    effects: pd.DataFrame,
    members: Sequence[str],
    choices: Choices,
    *,
    methods: list[str],
    rhos: list[float],
    design_effect: float,
) -> list[dict[str, object]]:
    """Answer one question under the variants that apply to it.

    A variant that changes nothing (no doubtful trial, no second effect in any trial) is left out, not repeated.

    Parameters
    ----------
    question : Series
        A row of the review plan.
    found : DataFrame
        Its selection (see :func:`ipt_evidence.synthesis.selection.select`).
    effects : DataFrame
        All effects, for the measures that stand beside the odds ratio.
    members : sequence of str
        The condition of the question and all conditions under it.
    choices : Choices
        The primary model.
    methods, rhos : list
        Other estimators of tau2 and other correlations.
    design_effect : float
        Factor on the variance of cluster-randomised trials.

    Returns
    -------
    list of dict
        The columns of ``sensitivity.csv``.
    """
    used = found[found["used"]]
    variants = [
        *_other_models(used, choices, methods, rhos),
        *_doubts(used, choices, design_effect),
        *_endpoint_only(used, choices),
        *_other_measures(question, found, effects, members, choices),
        *_leave_one_out(used, choices),
    ]
    return [
        {
            "question_id": question["question_id"],
            "variant": name,
            "explanation": explanation,
            "measure": question["measure"],
            **answer,
        }
        for name, explanation, answer in variants
    ]


def _answer(used: pd.DataFrame, choices: Choices) -> dict[str, object]:
    return pool_trials(combine_trials(used, rho=choices.rho, level=choices.level), choices)[0]


def _other_models(
    used: pd.DataFrame, choices: Choices, methods: list[str], rhos: list[float]
) -> Iterator[Variant]:
    """Other estimators, the normal interval, and other correlations within trials."""
    trials = used["trial_id"].nunique()
    if trials >= 2:
        for method in methods:
            interval = "normal" if method == "CE" else choices.interval
            name = "common_effect" if method == "CE" else f"method_{method}"
            text = "one effect common to all trials" if method == "CE" else f"tau2 estimated by {method}"
            yield name, text, _answer(used, replace(choices, method=method, interval=interval))
        if choices.interval != "normal":
            yield "interval_normal", "normal instead of t interval", _answer(used, replace(choices, interval="normal"))
    if len(used) > trials:
        for rho in rhos:
            yield f"rho_{rho:g}", f"measurements of one trial correlate {rho:g}", _answer(used, replace(choices, rho=rho))


def _doubts(used: pd.DataFrame, choices: Choices, design_effect: float) -> Iterator[Variant]:
    """The analyses that doubts.csv names."""
    named = used["flags"].fillna("").str.extractall(r"(?:^|;)sensitivity:([^;]+)")[0]
    for name in sorted(named.unique()):
        doubtful = used["flags"].fillna("").str.contains(f"sensitivity:{name}", regex=False)
        if name == DESIGN_EFFECT:
            inflated = used.assign(vi=used["vi"].where(~doubtful, used["vi"] * design_effect))
            yield name, f"variance of cluster-randomised trials times {design_effect:g}", _answer(inflated, choices)
        elif not doubtful.all():
            trials = ", ".join(sorted(used.loc[doubtful, "trial_id"].unique()))
            yield name, f"without doubtful results of {trials}", _answer(used[~doubtful], choices)


def _endpoint_only(used: pd.DataFrame, choices: Choices) -> Iterator[Variant]:
    """Means at the time point only, where the primary pool also holds other kinds of result."""
    endpoint = used["evidence"].eq("endpoint")
    if endpoint.any() and not endpoint.all():
        yield "endpoint_means_only", "only means at the time point", _answer(used[endpoint], choices)


def _other_measures(
    question: pd.Series, found: pd.DataFrame, effects: pd.DataFrame, members: Sequence[str], choices: Choices
) -> Iterator[Variant]:
    """Risk ratio and risk difference of the counts beside the odds ratio."""
    if question["measure"] != "logOR" or found.empty:
        return
    for measure, name in (("logRR", "risk_ratio"), ("RD", "risk_difference")):
        asked = pd.Series({**question, "measure": measure})
        counts = effects[effects["evidence"].eq("counts")]
        selected = select(asked, counts, members, found["domain"].mode()[0], ["counts"])
        used = selected[selected["used"]]
        if len(used):
            yield name, name.replace("_", " ") + " of counts", {**_answer(used, choices), "measure": measure}


def _leave_one_out(used: pd.DataFrame, choices: Choices) -> Iterator[Variant]:
    """Leave out each trial in turn; with fewer than three trials nothing is left to pool."""
    trials = sorted(used["trial_id"].unique())
    if len(trials) < 3:
        return
    for trial in trials:
        yield f"without_{trial}", f"without {trial}", _answer(used[used["trial_id"].ne(trial)], choices)


