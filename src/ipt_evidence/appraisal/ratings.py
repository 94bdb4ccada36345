"""Rate every question of the plan, with the inputs of each decision beside it."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import SHARES
from ipt_evidence.appraisal.bodies import Tables, asked_bodies
from ipt_evidence.appraisal.certainty import DOMAINS, Body, Certainty
from ipt_evidence.appraisal.certainty.rating import level_if
from ipt_evidence.appraisal.established import NO_SYSTEM, NOT_RATED, Level, against, chambless_hollon, tolin
from ipt_evidence.appraisal.importance import importance
from ipt_evidence.appraisal.overrides import certainty_overrides, inputs_json
from ipt_evidence.appraisal.rating import Rating, Rules, rate
from ipt_evidence.appraisal.robustness import UNTRIED, fragility, label_rows, required_size, share_by_choice
from ipt_evidence.engine.pooling.bayes import probability_above
from ipt_evidence.synthesis.deciding import UNITS, posterior, prior_of
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.specifications import CHOICE_COLUMNS, Layout
from ipt_evidence.words.strength_rules import StrengthRule

LOW_RISK = (
    "low_risk_trials", "low_risk_estimate", "low_risk_ci_low", "low_risk_ci_high", "low_risk_decided_by",
    "low_risk_differs",
)  # fmt: skip
"""What the trials at low risk of bias say alone, as the domain risk of bias sees it."""

RATING_COLUMNS = [
    "question_id", "k", "n_participants", "estimate", "ci_low", "ci_high", "pi_low", "pi_high", "decided_by",
    "mid", "information_size", "control_risk", *SHARES.values(), *LOW_RISK, "start", "risk_of_bias", "inconsistency",
    "indirectness", "imprecision",
    "publication_bias", "certainty", "provisional", "certainty_if_sound", "certainty_if_at_risk",
    "direction", "interval_vs_null", "interval_vs_mid", "strength", "label", "rule_id", "reason",
    "est_level", "est_reason", "tolin_level", "tolin_reason", "trace",
]  # fmt: skip

CERTAINTY_COLUMNS = [
    "question_id", "domain", "downgrade", "computed", "status", "rule", "reason", "note", "inputs",
]  # fmt: skip

ROBUSTNESS_COLUMNS = [
    "question_id", "label", "specifications", "same_label", "same_label_percent", "same_direction_percent", "labels",
    "by_choice", "null_trials", "null_trial_size", "changed_label", "information_size",
    "required_size", "n_participants",
]  # fmt: skip

BAYES_COLUMNS = [
    "question_id", "k", "prior", "estimate", "ci_low", "ci_high", "tau", "tau_low", "tau_high", "pi_low", "pi_high",
    "p_benefit", "p_important",
]  # fmt: skip

MULTIVERSE_COLUMNS = [
    "question_id", *CHOICE_COLUMNS, "k", "estimate", "ci_low", "ci_high", "p_value", "tau2", "certainty", "label",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratings:
    """The ratings of all questions; the attributes are the names of the tables they become (see the schemas)."""

    ratings: pd.DataFrame
    certainty: pd.DataFrame
    robustness: pd.DataFrame
    bayes: pd.DataFrame
    multiverse: pd.DataFrame


def rate_questions(
    tables: Tables,
    weights: pd.DataFrame,
    overrides: pd.DataFrame,
    layouts: Mapping[str, Layout],
    rules: tuple[StrengthRule, ...],
    *,
    teams: Mapping[str, str],
    synthesis: Mapping[str, Any],
    appraisal: Mapping[str, Any],
) -> Ratings:
    """Rate every question.

    ``weights`` is ``synthesis_weights.csv`` (one combined effect per question and trial), ``overrides``
    ``overrides.csv``; ``layouts`` holds every combination of choices, of each question with two trials or more;
    ``teams`` names the team of each trial, empty text where it is not known; ``synthesis`` and ``appraisal`` are the
    sections of that name of the configuration.
    """
    by_rule, people = Rules.of(rules, synthesis, appraisal), certainty_overrides(overrides)
    rows, domains, stands, combinations, posteriors = [], [], [], [], []
    for question, trials, used, body in asked_bodies(tables, weights):
        name = str(question["question_id"])
        rating = rate(body, question["comparator"], by_rule.pool, by_rule, people.get(name), tables.asymmetry.get(name))
        judged = _judged(rating, by_rule)
        rows.append(_row(question, body, rating, _established(question, trials, used, tables, teams)) | judged)
        if rating.certainty is not None:
            domains += _domain_rows(name, rating.certainty)
            posteriors += _bayes_rows(name, body, by_rule.model)
        if rating.certainty is not None and body.k > 1:
            risk = body.important.control_risk
            important = {
                factor: importance(question, tables.vocabulary, risk, factor)
                for factor in (1.0, *appraisal["mid_factors"])
            }
            labels = label_rows(
                body, question["comparator"], layouts[name], rating.certainty.judgements[-1], by_rule,
                important=important,
            )  # fmt: skip
            stands.append(_robustness(question, body, rating, by_rule, labels))
            # With the MID in use.
            rated = {one: labels.loc[labels["mid_factor"].eq(1.0), one].to_numpy() for one in ("certainty", "label")}
            combinations.append(layouts[name].specifications.assign(**rated)[MULTIVERSE_COLUMNS])
    ratings = _with_tolin(pd.DataFrame(rows, columns=RATING_COLUMNS), tables.syntheses)
    return Ratings(
        ratings=ratings.astype(dict.fromkeys(DOMAINS, "Int64")),
        certainty=pd.DataFrame(domains, columns=CERTAINTY_COLUMNS),
        robustness=pd.DataFrame(stands, columns=ROBUSTNESS_COLUMNS),
        bayes=pd.DataFrame(posteriors, columns=BAYES_COLUMNS),
        multiverse=pd.concat(combinations) if combinations else pd.DataFrame(columns=MULTIVERSE_COLUMNS),
    )


def _row(question: Mapping[Any, Any], body: Body, rating: Rating, established: Level) -> dict[str, object]:
    certainty = rating.certainty
    row: dict[str, object] = {
        "question_id": question["question_id"], "k": 0, "n_participants": 0.0, "decided_by": "none",
        "low_risk_trials": 0, "low_risk_decided_by": "none", "low_risk_differs": 0,
        **asdict(body.important),
        **dict.fromkeys(SHARES.values(), 0.0), "est_level": established.level, "est_reason": established.reason,
        **asdict(rating.reading), **asdict(rating.strength),
    }  # fmt: skip
    if certainty is not None:
        pooled, rated, sound = certainty.pooled, certainty.body, certainty.judgements[0].inputs
        row |= {
            "k": rated.k, "n_participants": rated.n_participants, "estimate": pooled.estimate,
            "ci_low": pooled.ci_low, "ci_high": pooled.ci_high, "decided_by": pooled.decided_by,
            "pi_low": pooled.pi_low, "pi_high": pooled.pi_high,
            **{column: pooled.share(body.at_risk(risk)) for risk, column in SHARES.items()},
            **{name: sound[name] for name in LOW_RISK},
            "start": certainty.start, "certainty": certainty.level,
            **{domain: int(decision.judgement) for domain, decision in certainty.decisions.items()},
        }  # fmt: skip
    traced = ("decided_by", "k", "n_participants", "start", "certainty", "direction", "interval_vs_mid", "mid")
    return row | {"trace": inputs_json({name: row.get(name) for name in traced})}


def _judged(rating: Rating, rules: Rules) -> dict[str, object]:
    """Say what the certainty would be if the trials nobody judged proved sound, or at high risk of bias."""
    if rating.certainty is None:
        return {"provisional": False}
    certainty, by = rating.certainty, (rules.pool, rules.model, rules.thresholds)
    sound, at_risk = (level_if(certainty, risk, *by) for risk in ("low", "high"))
    provisional = {sound, at_risk} != {certainty.level}
    return {"provisional": provisional, "certainty_if_sound": sound, "certainty_if_at_risk": at_risk}


def _bayes_rows(question_id: str, body: Body, model: Model) -> list[dict[str, object]]:
    if body.measure not in UNITS:
        return []
    found = posterior(body.effects, body.variances, body.measure, model)
    important = float("nan")
    if not math.isnan(body.mid):
        important = probability_above(body.mid, body.effects, body.variances, prior=prior_of(body.measure, model))
    same = {name: getattr(found, name) for name in BAYES_COLUMNS if hasattr(found, name)}
    return [{"question_id": question_id, **same, "p_benefit": found.probability, "p_important": important}]


def _domain_rows(question_id: str, certainty: Certainty) -> list[dict[str, object]]:
    return [
        {
            "question_id": question_id, "domain": one.domain, "downgrade": int(decision.judgement),
            "computed": one.downgrade, "status": decision.status, "rule": one.rule, "reason": one.reason,
            "note": decision.note, "inputs": inputs_json(one.inputs),
        }
        for one in certainty.judgements
        for decision in (certainty.decisions[one.domain],)
    ]  # fmt: skip


def _established(
    question: Mapping[Any, Any], trials: pd.DataFrame, used: pd.DataFrame, tables: Tables, teams: Mapping[str, str]
) -> Level:
    """Give the Chambless-Hollon level that the trials of one question would support."""
    if trials.empty or question["outcome"] in NO_SYSTEM:
        return NOT_RATED
    words = [tables.treatment[pair] for pair in zip(used["trial_id"], used["arm2_id"], strict=True)]
    kinds = [against(word, tables.vocabulary.treatment_class(word)) for word in words]
    # A trial with several comparison arms counts as what its strictest one is.
    order = ("inactive", "placebo", "treatment")
    strictest: dict[str, int] = {}
    for trial, kind in zip(used["trial_id"], kinds, strict=True):
        strictest[trial] = min(order.index(kind), strictest.get(trial, len(order)))
    known = trials.assign(
        against=[order[strictest[trial]] for trial in trials["trial_id"]],
        team=[teams[trial] for trial in trials["trial_id"]],
    )
    return chambless_hollon(known, question["measure"])


def _with_tolin(ratings: pd.DataFrame, syntheses: pd.DataFrame) -> pd.DataFrame:
    """Add the wording of Tolin et al., which looks at the other outcomes and time points of a comparison too."""
    keys = ["condition", "intervention", "comparator", "phase"]
    known = ratings.merge(syntheses[["question_id", *keys, "outcome", "timepoint"]], on="question_id")
    groups = dict(iter(known.groupby(keys)))
    levels = [
        NOT_RATED
        if row["outcome"] in NO_SYSTEM or row["k"] == 0
        else tolin(row, groups[tuple(row[key] for key in keys)])
        for row in known.to_dict("records")
    ]
    return ratings.assign(tolin_level=[one.level for one in levels], tolin_reason=[one.reason for one in levels])


def _robustness(
    question: Mapping[Any, Any], body: Body, rating: Rating, rules: Rules, labels: pd.DataFrame
) -> dict[str, object]:
    """Say how the label of one question stands under every combination, and against trials without effect."""
    assert rating.certainty is not None
    label, publication = rating.strength.label, rating.certainty.judgements[-1]
    # A combination that leaves no trial gives no other answer.
    labels = labels[labels["k"].gt(0)]
    # A label that claims nothing cannot be overturned by trials that find nothing.
    claims = rating.strength.strength != "insufficient"
    weak = fragility(body, question["comparator"], label, publication, rules) if claims else UNTRIED
    size = body.important.information_size
    return {
        "question_id": question["question_id"], "label": label, "specifications": len(labels),
        "same_label": int(labels["label"].eq(label).sum()),
        "same_label_percent": 100 * labels["label"].eq(label).mean(),
        "same_direction_percent": 100 * labels["direction"].eq(rating.reading.direction).mean(),
        "labels": json.dumps(labels["label"].value_counts().to_dict(), sort_keys=True),
        "by_choice": json.dumps(share_by_choice(labels, label, [*CHOICE_COLUMNS, "mid_factor"]), sort_keys=True),
        **asdict(weak),
        "information_size": size, "required_size": required_size(size, rating.certainty.pooled.i2),
        "n_participants": rating.certainty.body.n_participants,
    }  # fmt: skip
