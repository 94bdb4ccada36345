"""The methods of a run, in a few sentences made from its settings."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ipt_evidence.words import labels, numbers
from ipt_evidence.words.strength_rules import StrengthRule, goes_by

EVIDENCE = {
    "endpoint": "scores at the time point",
    "contrast": "a printed statistic that compares the arms",
    "change": "changes from baseline",
    "converted": "counts of people, converted",
}
"""Kinds of result that can answer a question about a scale."""

REPORTS = {
    "retracted": "is known to be retracted",
    "expression_of_concern": "is known to be under an expression of concern",
}
"""What became of a report that keeps its trial out."""


def methods_in_short(settings: Mapping[str, Any], rules: Sequence[StrengthRule], therapy: str) -> tuple[str, ...]:
    """Say how the answers were made.

    Parameters
    ----------
    settings : mapping
        The configuration of the run.
    rules : sequence of StrengthRule
        The rules of the strength labels.
    therapy : str
        The short name of the therapy under review.
    """
    synthesis, sensitivity = settings["synthesis"], settings["sensitivity"]
    kinds = [EVIDENCE[kind] for kind in synthesis["evidence_order"]]
    others = ", ".join(labels.TAU2_METHODS[method] for method in sensitivity["methods"])
    tau2, interval = labels.TAU2_METHODS[synthesis["method"]], labels.INTERVALS[synthesis["interval"]]
    rhos = " and ".join(f"{rho:g}" for rho in sensitivity["rhos"])
    return (
        "Effects: Hedges' g for scores on scales; odds ratios for events, with risk ratios and risk differences beside "
        "them. Every effect is turned so that a higher value favours the side named first, the "
        f"{therapy} side, whether a scale counts health or illness and whether an event is good or bad.",
        f"A question about a scale takes from each trial the first of these that it offers: {'; '.join(kinds)}.",
        _unsound(synthesis["excluded_reports"]),
        f"Several effects of one trial are combined first, taking measurements of the same people to correlate "
        f"{synthesis['rho']:g}; arms that take part in several comparisons are counted once.",
        f"Trials are pooled by a random-effects model: variance between trials by {tau2}, "
        f"{numbers.percent(100 * synthesis['level'])} interval by {interval}; prediction "
        f"intervals from three trials on. For two to {synthesis['few_trials']} trials a Bayesian model decides, with a "
        f"half-normal prior of scale {synthesis['prior_scale']:g} for the standard deviation between trials; where its "
        "trials scatter no more than chance would have them, the interval is not wider than that of the most precise "
        "of them; where they scatter more but their own intervals share a point, or all exclude no difference on the "
        "same side, the range of their own intervals may decide. A single trial is shown as it is.",
        f"Each answer is also given under other choices: {others}; correlations of {rhos}; doubtful results left out; "
        "each trial left out in turn; effects of a trial kept apart, with robust intervals.",
        "Risk of bias is taken from the sources; a trial that nobody assessed is never counted as low, and the "
        "certainty of answers that hang on such trials is called provisional.",
        "Certainty follows GRADE: randomised trials start high, and stated rules take levels away for risk of bias, "
        "inconsistency, indirectness, imprecision and publication bias. The smallest important difference "
        "depends on outcome and condition, as a table with sources says. People may overrule a rule by name, date and "
        "reason; that ends when "
        "what they saw changes.",
        f"The label of strength goes by {goes_by(rules)}, by the rule table below, and is tried against every "
        "combination of the choices above.",
    )


def _unsound(excluded: Collection[str]) -> str:
    """Say which trials are kept out because of what became of their reports."""
    if not excluded:
        return "No trial is left out because its report was retracted or called into question."
    fates = " or ".join(REPORTS[status] for status in excluded)
    return (
        f"A trial whose report {fates} is not pooled; the answer with it stands among the other choices. A trial "
        "without such a mark has not been found sound: nothing is recorded of it."
    )
