"""Networks of treatments for netmeta and for CINeMA."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import MAIN
from ipt_evidence.appraisal.bodies import body_tables, used_effects
from ipt_evidence.appraisal.risk_of_bias import HIGH_OR_UNCLEAR, trial_overall
from ipt_evidence.exchange.exports.arms import Counts, Means
from ipt_evidence.exchange.exports.exported import Exported, table
from ipt_evidence.exchange.exports.network import Network, network_of
from ipt_evidence.exchange.exports.network_trials import Trial
from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.exchange.names import slug
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import numbers

MEASURES = {"SMD": "SMD", "MD": "MD", "logOR": "OR", "logRR": "RR", "RD": "RD", "logHR": "HR"}
"""What netmeta calls our measures; ratios are logarithms there as here."""

NETMETA = (
    "studlab", "treat1", "treat2", "TE", "seTE", "n1", "n2", "sm", "small.values", "outcome", "timepoint", "instrument",
    "class1", "class2", "evidence",
)  # fmt: skip
CINEMA = {Means: ("y", "sd", "n"), Counts: ("r", "n")}
JUDGED = ("rob", "indirectness")
ASKED = ("sm", "small.values", "outcome", "timepoint")
"""What every file says of its question, in columns that the programs leave alone."""

CONCERNS = {"low": "L", "some_concerns": "U", "unclear": "U", "high": "H", HIGH_OR_UNCLEAR: "H"}
"""Levels of CINeMA (low, unclear, high); a code that says high or unclear is taken as the more worrying of the two."""

UNJUDGED = "U"


def netmeta(review: Review, questions: pd.DataFrame) -> Exported:
    """Return every pair of treatments of every trial, its effect and standard error.

    Effects of a trial with several arms add up, and their variances are those of contrasts that share arms, so netmeta
    finds how they covary.
    """
    network = _network(review, questions)
    classes = {name: review.vocabulary.treatment_class(name) for name in review.vocabulary.treatments["treatment"]}
    rows = [
        {
            "studlab": trial.study,
            **pair,
            "n1": people[0],
            "n2": people[1],
            **_asked(network),
            "class1": classes[names[0]],
            "class2": classes[names[1]],
            "instrument": trial.instrument,
            "evidence": trial.evidence,
        }
        for trial in network.trials
        for names, people, pair in _pairs(trial)
    ]
    return _exported(network, table(NETMETA, rows), network.trials, len(rows), "contrast")


def cinema(review: Review, questions: pd.DataFrame) -> Exported:
    """Return every arm of every trial with its figures and the judgements on it, in the long format of CINeMA."""
    network = _network(review, questions)
    form = Means if network.question["measure"] in ("SMD", "MD") else Counts
    arms = {trial.trial_id: [arm for arm in trial.arms if isinstance(arm, form)] for trial in network.trials}
    kept = [trial for trial in network.trials if arms[trial.trial_id]]
    left = [
        (trial.study, f"its result ({trial.evidence}) has no place in a file of figures by arm; see cinema-contrasts")
        for trial in network.trials
        if trial not in kept
    ]
    judged = _judgements(review, network)
    rows = [
        {
            "id": number,
            "study": trial.study,
            "t": slug(treatment),
            **_figures(arm),
            **judged[trial.trial_id],
            **_asked(network),
            **({"small.values": "desirable"} if form is Means else {}),
        }
        for number, trial in enumerate(kept, start=1)
        for treatment, arm in zip(trial.treatments, arms[trial.trial_id], strict=True)
    ]
    columns = ("id", "study", "t", *CINEMA[form], *JUDGED, *ASKED)
    return _exported(replace(network, left=(*network.left, *left)), table(columns, rows), kept, len(rows), "arm")


def cinema_contrasts(review: Review, questions: pd.DataFrame) -> Exported:
    """Return every pair of treatments of every trial with the judgements on it, in CINeMA's inverse variance format."""
    network = _network(review, questions)
    judged = _judgements(review, network)
    rows = [
        {
            "id": number,
            "study": trial.study,
            "t1": pair["treat1"],
            "t2": pair["treat2"],
            "effect": pair["TE"],
            "se": pair["seTE"],
            **judged[trial.trial_id],
            **_asked(network),
        }
        for number, trial in enumerate(network.trials, start=1)
        for _, _, pair in _pairs(trial)
    ]
    columns = ("id", "study", "t1", "t2", "effect", "se", *JUDGED, *ASKED)
    return _exported(network, table(columns, rows), network.trials, len(rows), "contrast")


def _network(review: Review, questions: pd.DataFrame) -> Network:
    """Return the network around the one question given, or around the main outcome of a condition."""
    rows = rows_of(questions)
    if len(rows) > 1:
        rows = [row for row in rows if (row["outcome"], row["timepoint"], row["phase"]) == MAIN][:1]
    if not rows:
        condition, asked = str(questions["condition"].iat[0]), ", ".join(questions["question_id"])
        rule = "the plan asks nothing on this condition about its main outcome, so there is no network to choose"
        remedy = f"Name one of its questions with --question: {asked}"
        refuse("export", rule, remedy, column="--condition", value=condition)
    return network_of(review, rows[0])


def _pairs(trial: Trial) -> Iterator[tuple[tuple[str, str], tuple[float, float], dict[str, Any]]]:
    for each in trial.contrasts:
        names = trial.treatments[each.first], trial.treatments[each.second]
        treats = {"treat1": slug(names[0]), "treat2": slug(names[1])}
        pair = {**treats, "TE": each.value, "seTE": math.sqrt(each.variance)}
        yield names, (trial.people[each.first], trial.people[each.second]), pair


def _figures(arm: Means | Counts) -> dict[str, float]:
    if isinstance(arm, Means):
        return {"y": arm.mean, "sd": arm.sd, "n": arm.n}
    return {"r": arm.events, "n": arm.total}


def _asked(network: Network) -> dict[str, str]:
    """Return what a network is about, and what netmeta calls small effects."""
    return {
        "sm": MEASURES[network.question["measure"]],
        "small.values": "undesirable" if network.large_is_good else "desirable",
        "outcome": network.question["outcome"],
        "timepoint": network.question["timepoint"],
    }


def _judgements(review: Review, network: Network) -> dict[str, dict[str, str]]:
    """Return, by trial, its risk of bias and indirectness in the letters of CINeMA.

    Indirectness goes by the marks that set a trial apart from its questions: none, one, or more.
    """
    tables = body_tables(review.tables, review.vocabulary)
    everything = tables.selections.assign(used=True)
    marks: dict[str, frozenset[str]] = {}
    effects = used_effects(replace(tables, selections=everything))
    for trial, found in zip(effects["trial_id"], effects["marks"], strict=True):
        marks[trial] = marks.get(trial, frozenset()) | found
    risk: Mapping[Any, str] = trial_overall(review.tables["trial_risk"]).to_dict()
    return {
        trial.trial_id: {
            "rob": CONCERNS.get(risk.get(trial.trial_id, ""), UNJUDGED),
            "indirectness": "LUH"[min(2, len(marks.get(trial.trial_id, frozenset())))],
        }
        for trial in network.trials
    }


def _exported(network: Network, content: str, trials: Any, rows: int, what: str) -> Exported:
    asked = network.question
    said = f"{asked['outcome']}, {asked['timepoint']}, {asked['phase']}, {asked['measure']}"
    treatments = {name for trial in trials for name in trial.treatments}
    holds = (
        f"{numbers.counted(rows, what)} of {numbers.counted(len(trials), 'trial')} with "
        f"{numbers.counted(len(treatments), 'treatment')} on {asked['condition']} ({said})"
    )
    return Exported(content=content if rows else "", holds=holds, left=network.left)
