"""The Metapsy data standard: one row a comparison of two arms, in wide format."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.exchange.exports.exported import Exported, table
from ipt_evidence.exchange.exports.results import Result, events_good, used_results
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import numbers

COLUMNS = (
    "study", "condition_arm1", "condition_arm2", "multi_arm1", "multi_arm2", "outcome_type", "instrument", "rating",
    "time", "time_weeks", "mean_arm1", "sd_arm1", "n_arm1", "mean_arm2", "sd_arm2", "n_arm2", "mean_change_arm1",
    "sd_change_arm1", "n_change_arm1", "mean_change_arm2", "sd_change_arm2", "n_change_arm2", "dich", "event_arm1",
    "totaln_arm1", "event_arm2", "totaln_arm2", "precalc_g", "precalc_g_se", "precalc_log_rr", "precalc_log_rr_se",
    "other_stat", "baseline_mean_arm1", "baseline_sd_arm1", "baseline_mean_arm2", "baseline_sd_arm2", "rand_arm1",
    "rand_arm2", "year", "country", "age_group", "target_group", "diagnosis", "mean_age", "percent_women", "format",
    "n_sessions", *words.ROB1.values(), *words.ROB2.values(), ".g", ".g_se",
)  # fmt: skip
"""Columns of the standard that our tables can fill, in its order."""

EMPTY = "NA"

CODES = {ours: code for code, ours in reversed(words.TREATMENTS.items())}
OUTCOMES = {"symptom_severity": "msd"}
RATINGS = {"self": "self-report", "clinician": "clinician", "parent": "parent-report"}
TIMES = {"post": "post", "followup": "FU"}
AGES = {"adults": "adul", "older_adults": "old", "children_adolescents": "children & adolescents"}
GROUPS = {ours: code for code, ours in words.GROUPS.items()}
FORMATS = {"individual": "ind", "group": "grp", "telephone": "tel", "couple": "cpl", "family": "fam"}
JUDGED = {
    "RoB1": {**{ours: code for code, ours in words.ROB1_JUDGEMENTS.items()}, "unclear": "unclear", "high": "high"},
    "RoB2": {ours: code for code, ours in words.ROB2_JUDGEMENTS.items()},
}
"""Codes of the standard, by our words; where it has none, our word stands."""

FIGURES = {
    "continuous": {name: name for name in ("mean", "sd", "n", "baseline_mean", "baseline_sd")},
    "change": {"mean_change": "mean", "sd_change": "sd", "n_change": "n"},
    "binary": {"event": "events", "totaln": "total"},
}
"""Beginnings of the columns of figures, with the column of ``outcomes``, by measure."""


def metapsy(review: Review, questions: pd.DataFrame) -> Exported:
    """Return the results behind answers in the Metapsy data standard, every result once.

    ``.g`` is our effect and positive where it favours the first arm, the one under review.
    """
    found = used_results(review.tables, questions, review.vocabulary.treatments)
    # A result may answer several questions, as a standardised difference and as a ratio.
    results = list({each.rows[0]["row_id"] + each.rows[-1]["row_id"]: each for each in found}.values())
    good, judgements = events_good(review.vocabulary), _judgements(review.tables["risk_of_bias"])
    arms = Counter((arm["trial_id"], arm["treatment"]) for arm in rows_of(review.tables["arms"]))
    rows, left = [], []
    for each in results:
        figures = _figures(each, good)
        if not figures:
            what = f"{each.study}: {each.effect['effect_id']}"
            left.append((what, f"the standard has no column for a {each.effect['measure']} without figures by arm"))
            continue
        rows.append({**_described(each, arms), **_trial(each), **figures, **_judged(each, judgements)})
    trials = len({row["study"] for row in rows})
    holds = f"{numbers.counted(len(rows), 'comparison')} of {numbers.counted(trials, 'trial')}"
    return Exported(content=table(COLUMNS, rows, EMPTY) if rows else "", holds=holds, left=tuple(left))


def _described(result: Result, arms: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    effect, row = result.effect, result.rows[0]
    sides = {}
    for side, arm in enumerate(result.arms, start=1):
        sides[f"condition_arm{side}"] = CODES.get(arm["treatment"], arm["treatment"])
        sides[f"multi_arm{side}"] = arm["arm_id"] if arms[arm["trial_id"], arm["treatment"]] > 1 else ""
        sides[f"rand_arm{side}"] = arm["n_randomised"]
    outcome = result.outcome if result.kind == "counts" else effect["outcome"]
    return {
        "study": result.study,
        **sides,
        "outcome_type": OUTCOMES.get(outcome, outcome),
        "instrument": effect["instrument"],
        "rating": RATINGS.get(effect["rater"], effect["rater"]),
        "time": TIMES[effect["timepoint"]],
        "time_weeks": effect["weeks"],
        "dich": row["criterion"] if result.kind == "counts" else "",
        "format": FORMATS.get(result.arms[0]["format"], result.arms[0]["format"]),
        "n_sessions": result.arms[0]["n_sessions"],
    }


def _trial(result: Result) -> dict[str, Any]:
    trial = result.trial
    kept = ("year", "country", "diagnosis", "mean_age", "percent_women")
    return {
        **{name: trial[name] for name in kept},
        "age_group": AGES.get(trial["population"], trial["population"]),
        "target_group": GROUPS.get(trial["special_population"], trial["special_population"]),
    }


def _figures(result: Result, good: Mapping[str, bool]) -> dict[str, Any]:
    """Return the figures of a result with our effect; nothing if the standard has no place for them."""
    effect, se = result.effect, math.sqrt(result.effect["vi"])
    own = {".g": effect["yi"], ".g_se": se} if effect["measure"] == "SMD" else {}
    if result.kind != "contrast":
        sides = enumerate(result.rows, start=1)
        names = FIGURES[result.rows[0]["measure"]]
        return {f"{stem}_arm{side}": row[ours] for side, row in sides for stem, ours in names.items()} | own
    said = {"other_stat": result.rows[0]["derived"], "n_arm1": effect["n1"], "n_arm2": effect["n2"]}
    if effect["measure"] == "SMD":
        return {"precalc_g": effect["yi"], "precalc_g_se": se, **said, **own}
    if effect["measure"] == "logRR":
        sign = 1.0 if good[result.outcome] else -1.0
        return {"precalc_log_rr": sign * effect["yi"], "precalc_log_rr_se": se, **said}
    return {}


def _judgements(table: pd.DataFrame) -> dict[tuple[str, str], dict[str, str]]:
    """Return, by trial and instrument, the judgements by column of the standard."""
    columns = {"RoB1": words.ROB1, "RoB2": words.ROB2}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows_of(table):
        if column := columns[row["tool"]].get(row["domain"]):
            code = JUDGED[row["tool"]].get(row["judgement"], row["judgement"])
            found.setdefault((row["trial_id"], row["instrument"]), {})[column] = code
    return found


def _judged(result: Result, judgements: Mapping[tuple[str, str], Mapping[str, str]]) -> dict[str, str]:
    """Return the judgements on a result: those of its instrument before those of the trial."""
    trial = result.effect["trial_id"]
    return {**judgements.get((trial, ""), {}), **judgements.get((trial, result.effect["instrument"]), {})}
