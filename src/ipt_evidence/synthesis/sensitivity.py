"""The answer to a question under other defensible choices, one named variant a row."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields, replace

import numpy as np
import pandas as pd

from ipt_evidence.engine.dependence.dependent import pool_dependent
from ipt_evidence.engine.pooling.bayes import pool_bayes
from ipt_evidence.engine.pooling.priors import PUBLISHED, HeterogeneityPrior
from ipt_evidence.engine.pooling.subsets import leave_one_out
from ipt_evidence.grouping import grouped
from ipt_evidence.synthesis.deciding import is_few
from ipt_evidence.synthesis.selection import UNSOUND_REPORTS, report_status
from ipt_evidence.synthesis.trials import Choices, EffectsByTrial, Trials, deciding_row, model_of, pool_trials
from ipt_evidence.words.figures import BAYES

SENSITIVITY_COLUMNS = [
    "question_id", "variant", "kind", "trials", "value", "measure", "model", "k", "n_participants", "estimate", "se",
    "ci_low", "ci_high", "p_value", "df", "pi_low", "pi_high", "tau2", "i2", "method", "interval", "level",
]  # fmt: skip

Variant = tuple[str, Mapping[str, object], dict[str, object]]
"""Name; ``kind`` (see ``words.variants``) with the ``trials`` and the ``value`` it turns on; the pooled answer."""

ASKED = "sensitivity:"
"""Start of the flags that ask for an analysis."""

DESIGN_EFFECT = "cluster_design_effect"
"""The one sensitivity analysis of doubts.csv that inflates variances; all others leave the doubtful effects out."""

LEAST_DF = 4
"""Degrees of freedom below which a robust interval is not to be trusted (Tipton 2015); trials give at most k - 1."""

ROBUST = "CR2"
"""Name of the robust interval."""

BESIDE_RATIOS = {"logRR": "risk_ratio", "RD": "risk_difference"}
"""Measures of the same counts that stand beside the odds ratio, with the names of their variants."""


class CountsBeside:
    """The effects of the measures in :data:`BESIDE_RATIOS`, by the measurement they are made of.

    Parameters
    ----------
    effects : DataFrame
        All effects.
    """

    def __init__(self, effects: pd.DataFrame) -> None:
        keys = zip(effects["measure"].to_numpy(object), _measurements(effects), strict=True)
        self._effects, self._rows = effects, grouped((key, row) for row, key in enumerate(keys))

    def of(self, measure: str, measurements: Collection[tuple[str, ...]]) -> pd.DataFrame:
        """Return the effects of a measure made of any of some measurements, in the order of all effects."""
        return self._effects.iloc[sorted(row for one in measurements for row in self._rows.get((measure, one), ()))]


def sensitivity_rows(
    question: pd.Series,
    grouped: EffectsByTrial,
    beside: CountsBeside,
    differences: pd.DataFrame,
    choices: Choices,
    *,
    methods: list[str],
    rhos: list[float],
    design_effect: float,
    priors: Mapping[str, Mapping[str, str]],
) -> list[dict[str, object]]:
    """Answer one question under the variants that apply to it.

    A variant that changes nothing (no doubtful trial, no second effect in any trial) is left out, not repeated.

    Parameters
    ----------
    question : Series
        A row of the review plan.
    grouped : EffectsByTrial
        The effects its answer rests on (see :func:`ipt_evidence.synthesis.selection.select`).
    beside : CountsBeside
        All effects of the measures that stand beside the odds ratio.
    differences : DataFrame
        The risk differences that would answer the question: those of trials in which no ratio can be formed count too.
    choices : Choices
        The primary model.
    methods, rhos : list
        Other estimators of tau2 and other correlations.
    priors : mapping
        Names of the other prior for tau of few trials, by measure and by class compared with; ``any`` where none is
        named for the class.
    design_effect : float
        Factor on the variance of cluster-randomised trials.

    Returns
    -------
    list of dict
        The columns of ``sensitivity.csv``.
    """
    trials = grouped.combine(choices.rho)
    variants = [
        *_other_models(trials, choices, methods, priors.get(question["measure"], {}), question["comparator"]),
        *_other_correlations(grouped, choices, rhos),
        *kept_apart(grouped, choices, rhos),
        *_doubts(grouped, choices, design_effect),
        *_endpoint_only(grouped, choices),
        *_other_measures(grouped.used, beside, differences, choices),
        *_leave_one_out(trials, choices),
    ]
    return _rows(question, variants)


def report_rows(
    question: pd.Series,
    found: pd.DataFrame,
    choose: Callable[..., pd.DataFrame],
    excluded: frozenset[str],
    choices: Choices,
) -> list[dict[str, object]]:
    """Answer one question with the unsound reports that were left out, and without those that were not.

    Parameters
    ----------
    question : Series
        A row of the review plan.
    found : DataFrame
        Its selection.
    choose : callable
        Makes another selection for the question, given ``excluded_reports``.
    excluded : frozenset of str
        Keys of ``UNSOUND_REPORTS`` that the primary answer leaves out.
    choices : Choices
        The primary model.

    Returns
    -------
    list of dict
        The columns of ``sensitivity.csv``; a variant that changes nothing or leaves no trial is not among them.
    """
    return _rows(question, list(_reports(found, choose, excluded, choices)))


def _reports(
    found: pd.DataFrame, choose: Callable[..., pd.DataFrame], excluded: frozenset[str], choices: Choices
) -> Iterator[Variant]:
    status = report_status(found)
    for name in UNSOUND_REPORTS:
        other = choose(excluded_reports=excluded ^ {name}) if (status == name).any() else found
        changed = other.loc[other["used"].ne(found["used"]), "trial_id"]
        if len(changed) and other["used"].any():
            side = "with" if name in excluded else "without"
            change = {"kind": f"{side}_{name}", "trials": _joined(changed)}
            yield f"{side}_{name}_reports", change, _answer(EffectsByTrial(other[other["used"]]), choices)


def _rows(question: pd.Series, variants: list[Variant]) -> list[dict[str, object]]:
    fixed = {"question_id": question["question_id"], "measure": question["measure"]}
    return [{**fixed, "variant": name, **change, **answer} for name, change, answer in variants]


def _joined(trials: pd.Series) -> str:
    return ";".join(sorted(trials.unique()))


def _answer(effects: EffectsByTrial, choices: Choices, kept: np.ndarray | None = None) -> dict[str, object]:
    return deciding_row(effects.combine(choices.rho, kept), choices)


def _other_models(
    trials: Trials, choices: Choices, methods: list[str], priors: Mapping[str, str], comparator: str
) -> Iterator[Variant]:
    """Take the common-effect model, the normal interval, and other estimators of tau2; another prior for few trials."""
    if len(trials.names) < 2:
        return
    few = is_few(len(trials.names), trials.measure, choices)
    for method in methods:
        if method == "CE":
            common = replace(choices, method="CE", interval="normal")
            yield "common_effect", {"kind": "common_effect"}, pool_trials(trials, common)[0]
        elif not few:
            other = replace(choices, method=method)
            yield f"method_{method}", {"kind": "method"}, pool_trials(trials, other)[0]
    if few and (name := priors.get(comparator, priors.get("any", ""))):
        yield f"prior_{name}", {"kind": "prior"}, _with_prior(trials, choices, PUBLISHED[name])
    if choices.interval != "normal":
        normal = replace(choices, interval="normal")
        yield "interval_normal", {"kind": "interval_normal"}, pool_trials(trials, normal)[0]


def _with_prior(trials: Trials, choices: Choices, prior: HeterogeneityPrior) -> dict[str, object]:
    """Return the Bayesian answer under a prior; ``method`` names the prior."""
    found = pool_bayes(trials.effects, trials.variances, prior=prior, level=choices.level)
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "level")
    return {
        "model": "random_effects", "k": found.k, **trials.counts,
        **{name: getattr(found, name) for name in names}, "tau2": found.tau**2,
        "method": found.prior, "interval": BAYES,
    }  # fmt: skip


def _other_correlations(grouped: EffectsByTrial, choices: Choices, rhos: list[float]) -> Iterator[Variant]:
    """Take other correlations within trials, where a trial has several effects."""
    if not grouped.several:
        return
    for rho in rhos:
        yield f"rho_{rho:g}", {"kind": "correlation", "value": rho}, _answer(grouped, replace(choices, rho=rho))


def kept_apart(grouped: EffectsByTrial, choices: Choices, rhos: list[float]) -> Iterator[Variant]:
    """Keep the effects of a trial apart in a model of correlated and hierarchical effects with robust intervals.

    Where the degrees of freedom are too few, an estimate is given and no interval; where no correlation would leave
    enough of them, under the one assumed correlation alone.
    """
    if not grouped.several or len(grouped.names) < 2:
        return
    others = rhos if len(grouped.names) > LEAST_DF else []
    counts = {"model": "random_effects", "k": len(grouped.names), **grouped.combine(choices.rho).counts}
    for rho in (choices.rho, *others):
        effects, covariance, trials = grouped.apart(rho)
        found = pool_dependent(effects, np.diag(covariance), trials, covariance=covariance, level=choices.level)
        trusted = found.robust_df >= LEAST_DF
        names = ("ci_low", "ci_high", "p_value", "pi_low", "pi_high") if trusted else ()
        yield (
            "effects_kept_apart" if rho == choices.rho else f"effects_kept_apart_rho_{rho:g}",
            {"kind": "kept_apart" if trusted else "kept_apart_few", "value": rho},
            {
                **counts, "estimate": found.estimate, "se": np.maximum(found.robust_se, found.sampling_se),
                "df": found.robust_df,
                **{name: getattr(found, name) for name in names},
                "tau2": found.sigma2_between, "i2": found.i2_between,
                "method": "REML", "interval": ROBUST, "level": choices.level,
            },
        )  # fmt: skip


def _doubts(grouped: EffectsByTrial, choices: Choices, design_effect: float) -> Iterator[Variant]:
    """Answer as each doubt of doubts.csv asks for."""
    used = grouped.used
    flags = [text.split(";") for text in used["flags"]]
    named = {flag.removeprefix(ASKED) for several in flags for flag in several if flag.startswith(ASKED)}
    for name in sorted(named):
        doubtful = np.array([ASKED + name in several for several in flags], dtype=bool)
        if name == DESIGN_EFFECT:
            inflated = EffectsByTrial(used.assign(vi=used["vi"].where(~doubtful, used["vi"] * design_effect)))
            yield name, {"kind": "design_effect", "value": design_effect}, _answer(inflated, choices)
        elif not doubtful.all():
            change = {"kind": "doubt", "trials": _joined(used.loc[doubtful, "trial_id"])}
            yield name, change, _answer(grouped, choices, ~doubtful)


def _endpoint_only(grouped: EffectsByTrial, choices: Choices) -> Iterator[Variant]:
    """Keep means at the time point only, where the primary pool also holds other kinds of result."""
    endpoint = grouped.used["evidence"].eq("endpoint").to_numpy(bool)
    if endpoint.any() and not endpoint.all():
        yield "endpoint_means_only", {"kind": "endpoint_means_only"}, _answer(grouped, choices, endpoint)


def _other_measures(
    used: pd.DataFrame, beside: CountsBeside, differences: pd.DataFrame, choices: Choices
) -> Iterator[Variant]:
    """Pool risk ratios and risk differences of the counts whose odds ratios are pooled.

    Trials in which no one or everyone has the event have no ratio, but a difference, which counts.
    """
    counts = set(_measurements(used[used["evidence"].eq("counts")]))
    if not counts:
        return
    for measure, name in BESIDE_RATIOS.items():
        found = beside.of(measure, counts)
        if measure == "RD":
            silent = differences[~differences["trial_id"].isin(used["trial_id"])]
            found = pd.concat([found, silent.reindex(columns=found.columns)], ignore_index=True)
        if len(found):
            answer = {**_answer(EffectsByTrial(found), choices), "measure": measure}
            yield name, {"kind": name}, _possible(answer) if measure == "RD" else answer


def _possible(answer: dict[str, object]) -> dict[str, object]:
    """Cut the intervals of a risk difference where risks end: it is at most 1 either way."""
    bounds = pd.Series({name: answer[name] for name in ("ci_low", "ci_high", "pi_low", "pi_high") if name in answer})
    return answer | {str(name): bound for name, bound in bounds.astype(float).clip(-1, 1).items()}


def _leave_one_out(trials: Trials, choices: Choices) -> Iterator[Variant]:
    """Leave out each trial in turn; with fewer than three trials nothing is left to pool."""
    if len(trials.names) < 3:
        return
    if is_few(len(trials.names) - 1, trials.measure, choices):
        answers = [deciding_row(trials.only(trials.names != trial), choices) for trial in trials.names]
    else:
        rest = leave_one_out(trials.effects, trials.variances, **choices.pooling)
        fixed = {"k": len(trials.names) - 1, "model": model_of(choices), **choices.pooling}
        answers = [
            {field.name: float(getattr(rest, field.name)[place]) for field in fields(rest)}
            | trials.counts_of(trials.names != trial)
            | fixed
            for place, trial in enumerate(trials.names)
        ]
    for trial, answer in zip(trials.names, answers, strict=True):
        yield f"without_{trial}", {"kind": "without_trial", "trials": trial}, answer


def _measurements(effects: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield what effects of one measurement share, whatever their measure."""
    names = ("trial_id", "arm1_id", "arm2_id", "measurement", "subgroup")
    return zip(*(effects[name].to_numpy(object) for name in names), strict=True)
