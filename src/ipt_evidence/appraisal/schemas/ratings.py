"""Schemas of the tables of ratings: certainty, label, the Bayesian answer."""

import pandera.pandas as pa

from ipt_evidence.appraisal.schemas.columns import (
    CERTAINTY,
    DECIDED_BY,
    INPUTS,
    LABEL,
    POOLED,
    PROVISIONAL,
    RULE,
    STRENGTH,
)
from ipt_evidence.extraction.schemas.appraisal import CERTAINTY_DOMAINS
from ipt_evidence.extraction.schemas.columns import choice, mapping, number, table, text, whole
from ipt_evidence.synthesis.schemas import PEOPLE, PREDICTION, QUESTION, TRIALS
from ipt_evidence.words import labels


def _share(trials: str) -> pa.Column:
    rule = f"Share of the weight of all trials that comes from {trials}."
    return number("Share of the weight", rule, least=0, most=100.0001, unit="percent", required=True)


def _taken(domain: str) -> pa.Column:
    return whole(labels.CERTAINTY_DOMAINS[domain], "Levels taken away; empty without trials.", least=-3, most=0)


RATINGS = table(
    "ratings",
    "Ratings",
    "One row per question: certainty by GRADE, and the label by the rule table.",
    {
        "question_id": QUESTION,
        "k": TRIALS,
        "n_participants": PEOPLE,
        **POOLED,
        **PREDICTION,
        "decided_by": choice(
            "Decided by",
            "Which interval it is. single_trial: that of the trial; bayes: the credible interval; widened: "
            "that of the most precise trial, widened by the spread of the trials; each_trial: from the lowest to the "
            "highest limit of the trials' own intervals; else that of the primary model, by its name.",
            DECIDED_BY,
            required=True,
        ),
        "mid": number("Smallest important difference", "On the scale of the measure; empty where none is defined."),
        "information_size": number(
            "Information size", "People one trial needs to show it; empty where that cannot be told.", unit="people"
        ),
        "control_risk": number(
            "Control risk", "Median share with the event among those compared with.", least=0, most=1
        ),
        "low_risk_percent": _share("trials at low risk of bias"),
        "some_concerns_percent": _share("trials with some concerns"),
        "high_or_unclear_risk_percent": _share("trials judged high or unclear, which the source does not tell apart"),
        "high_risk_percent": _share("trials at high risk of bias"),
        "unknown_risk_percent": _share("trials without judgement"),
        "low_risk_trials": whole("Trials at low risk", "Trials at low risk of bias.", required=True),
        "low_risk_estimate": number("Estimate at low risk", "What these say alone; empty without any."),
        "low_risk_ci_low": number("Lower limit at low risk", "Lower limit of its interval."),
        "low_risk_ci_high": number("Upper limit at low risk", "Upper limit of its interval."),
        "low_risk_decided_by": choice("Decided by, at low risk", "Which interval it is.", DECIDED_BY, required=True),
        "low_risk_differs": whole(
            "Low risk differs",
            "1: it provably differs from what the other trials say; 0: it does not.",
            least=0,
            most=1,
            required=True,
        ),
        "start": choice("Start", "Where certainty started: high for randomised trials.", ("high", "low")),
        **{domain: _taken(domain) for domain in CERTAINTY_DOMAINS},
        "certainty": CERTAINTY,
        "provisional": PROVISIONAL,
        "certainty_if_sound": choice(
            "Certainty if sound", "If the trials nobody judged were at low risk of bias.", labels.CERTAINTIES
        ),
        "certainty_if_at_risk": choice(
            "Certainty if at risk", "If the trials nobody judged were at high risk of bias.", labels.CERTAINTIES
        ),
        "direction": choice("Direction", "Which way the interval points.", labels.DIRECTIONS, required=True),
        "interval_vs_null": choice(
            "Interval and no difference",
            "Whether the interval excludes no difference.",
            ("excludes", "includes", "none"),
            required=True,
        ),
        "interval_vs_mid": choice(
            "Interval and importance",
            "Where the interval lies against the smallest important difference.",
            ("beyond", "estimate_beyond", "short", "crosses", "none"),
            required=True,
        ),
        "strength": STRENGTH,
        "label": LABEL,
        "rule_id": RULE,
        "reason": text("Reason", "The rule in words.", required=True),
        "est_level": choice(
            "Chambless and Hollon",
            "Level the trials would support after Chambless and Hollon (1998); empty where the system does not apply.",
            ("well_established", "probably_efficacious", "possibly_efficacious", "experimental"),
        ),
        "est_reason": text("Reason of that level", "Why."),
        "tolin_level": choice(
            "Tolin",
            "Wording the rating would support after Tolin et al. (2015); empty where the system does not apply.",
            ("very_strong", "strong", "weak", "insufficient"),
        ),
        "tolin_reason": text("Reason of that wording", "Why."),
        "trace": mapping("Trace", "What the rules of the label looked at.", INPUTS, required=True),
    },
    key=["question_id"],
)

CERTAINTY_OF_DOMAINS = table(
    "certainty",
    "Certainty by domain",
    "One row per question with trials and domain of GRADE.",
    {
        "question_id": QUESTION,
        "domain": choice("Domain", "Domain of GRADE.", CERTAINTY_DOMAINS, required=True),
        "downgrade": whole("Downgrade", "Levels that are taken away.", least=-3, most=0, required=True),
        "computed": whole("Computed", "Levels that the rule alone takes away.", least=-3, most=0, required=True),
        "status": choice(
            "Status",
            "Whether a person overruled the rule, and whether that still holds.",
            ("computed", "overridden", "expired"),
            required=True,
        ),
        "rule": RULE,
        "reason": text("Reason", "Why, with the figures.", required=True),
        "note": text("Note", "Who overruled the rule and why, or why that no longer holds."),
        "inputs": mapping(
            "Inputs", "What the rule looked at, by name; an override names it as `inputs_seen`.", INPUTS, required=True
        ),
    },
    key=["question_id", "domain"],
)

BAYES = table(
    "bayes",
    "Bayesian answers",
    "One row per question with trials: the average under a half-normal prior for tau and a flat one for the average.",
    {
        "question_id": QUESTION,
        "k": TRIALS,
        "prior": text("Prior", "Prior for the standard deviation of the true effects.", required=True),
        "estimate": number("Estimate", "Posterior median of the average effect.", required=True),
        "ci_low": number("Lower limit", "Lower limit of its central credible interval.", required=True),
        "ci_high": number("Upper limit", "Upper limit of it.", required=True),
        "tau": number("tau", "Posterior median of the standard deviation of the true effects.", least=0, required=True),
        "tau_low": number("tau, lower limit", "Lower limit of its credible interval.", least=0, required=True),
        "tau_high": number("tau, upper limit", "Upper limit of it.", least=0, required=True),
        "pi_low": number("Prediction, lower limit", "Lower limit of the predictive interval.", required=True),
        "pi_high": number("Prediction, upper limit", "Upper limit of it.", required=True),
        "p_benefit": number(
            "Probability of benefit", "Probability that the average favours the first side.", least=0, most=1,
            required=True,
        ),
        "p_important": number(
            "Probability of an important benefit",
            "Probability that it does by the smallest important difference or more; empty where none is defined.",
            least=0,
            most=1,
        ),
    },
    key=["question_id"],
)  # fmt: skip
