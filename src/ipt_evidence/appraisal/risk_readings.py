"""Ratings under both readings of the codes of risk of bias that do not tell high from unclear."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.bodies import Tables, asked_bodies
from ipt_evidence.appraisal.certainty import Body
from ipt_evidence.appraisal.certainty.rating import Pool
from ipt_evidence.appraisal.overrides import certainty_overrides
from ipt_evidence.appraisal.rating import Rules, rate
from ipt_evidence.appraisal.risk_of_bias import HIGH_OR_UNCLEAR, READINGS, read_codes, result_risk
from ipt_evidence.words.strength_rules import StrengthRule

RISK_READING_COLUMNS = [
    "question_id", "reading", "trials_read", "certainty", "label", "k", "n_participants", "estimate", "ci_low",
    "ci_high", "decided_by",
]  # fmt: skip


def rate_risk_readings(
    tables: Tables,
    trial_risk: pd.DataFrame,
    weights: pd.DataFrame,
    overrides: pd.DataFrame,
    rules: tuple[StrengthRule, ...],
    *,
    synthesis: Mapping[str, Any],
    appraisal: Mapping[str, Any],
) -> pd.DataFrame:
    """Rate the questions that rest on such codes as if each of them meant high, and as if each meant unclear.

    Returns ``risk_readings.csv``: a row per question with such a trial, and reading. In ``tables`` the codes are as
    they are; the rest is as in :func:`ipt_evidence.appraisal.ratings.rate_questions`.
    """
    by_rule, people = Rules.of(rules, synthesis, appraisal), certainty_overrides(overrides)
    selected = tables.selections[tables.selections["used"]]
    read = {
        reading: result_risk(read_codes(trial_risk, reading), selected).to_dict()
        for reading in READINGS
        if reading != "as_coded"
    }
    rows = []
    for asked in asked_bodies(tables, weights):
        question, body = asked.question, asked.body
        name, coded, pool = question["question_id"], body.at_risk(HIGH_OR_UNCLEAR), by_rule.pool
        for reading, risk in read.items() if coded.any() else ():
            as_read = replace(body, risk=tuple(risk.get((name, trial), "unknown") for trial in body.trials))
            rating = rate(as_read, question["comparator"], pool, by_rule, people.get(name), tables.asymmetry.get(name))
            assert rating.certainty is not None
            rated = {"certainty": rating.certainty.level, "label": rating.strength.label}
            key = {"question_id": name, "reading": reading, "trials_read": int(coded.sum())}
            rows.append(key | rated | _rest(as_read, pool))
    return pd.DataFrame(rows, columns=RISK_READING_COLUMNS)


def _rest(body: Body, pool: Pool) -> dict[str, object]:
    """Return what the trials not at high risk of bias say together."""
    rest = body.only(~body.at_risk("high"))
    found: dict[str, object] = {"k": rest.k, "n_participants": rest.n_participants, "decided_by": "none"}
    if rest.k:
        pooled = pool(rest)
        found |= {name: getattr(pooled, name) for name in ("estimate", "ci_low", "ci_high", "decided_by")}
    return found
