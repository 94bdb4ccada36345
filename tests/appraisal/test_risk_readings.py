"""Questions rated under both readings of codes that mean high or unclear."""

import numpy as np
import pandas as pd
import pytest
import yaml

from ipt_evidence.appraisal.bodies import body_tables
from ipt_evidence.appraisal.risk_of_bias import ROB1_ITEMS, assess, risk_table
from ipt_evidence.appraisal.risk_readings import RISK_READING_COLUMNS, rate_risk_readings
from ipt_evidence.engine.pooling.bayes import pool_bayes
from ipt_evidence.extraction.choices import TOOL_JUDGEMENTS

TRIALS = ("one2001", "two2002", "three2003", "four2004")
YI, VI = np.array([0.1, 0.5, 1.1, 0.9]), np.array([0.02, 0.03, 0.02, 0.02])
NO_OVERRIDES = pd.DataFrame(columns=["subject", "question_id", "domain"])


def judged(items):
    rows = [(trial, "RoB1", "BDI", item, word) for trial, said in items.items() for item, word in said.items()]
    return pd.DataFrame(rows, columns=["trial_id", "tool", "instrument", "domain", "judgement"])


LOW = dict.fromkeys(ROB1_ITEMS, "low")
CODED = LOW | {"allocation_concealment": "high_or_unclear"}


@pytest.fixture(scope="module")
def settings(request):
    return yaml.safe_load((request.config.rootpath / "config" / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def read(vocabulary, strength_rules, settings):
    """Rate one question on four trials judged like this."""

    def rated(items):
        risk = risk_table(assess(judged(items)), TRIALS)
        same = {"question_id": "q", "trial_id": TRIALS}
        used = pd.DataFrame(same | {"instrument": "BDI", "used": True, "arm1_id": "ipt", "arm2_id": "cau", "flags": "",
                                    "evidence": "endpoint", "measure": "SMD", "row2_id": ""})  # fmt: skip
        arms = pd.DataFrame([{"trial_id": trial, "arm_id": arm, "treatment": word} for trial in TRIALS
                             for arm, word in (("ipt", "ipt"), ("cau", "care_as_usual"))])  # fmt: skip
        question = {"question_id": "q", "condition": "depression", "comparator": "control", "measure": "SMD",
                    "outcome": "symptom_severity", "timepoint": "post", "phase": "acute"}  # fmt: skip
        tables = {
            "syntheses": pd.DataFrame([question, question | {"question_id": "gap"}]), "selections": used, "arms": arms,
            "fates": pd.DataFrame(columns=["question_id", "trial_id", "fate", "same_comparison"]), "trial_risk": risk,
            "outcomes": pd.DataFrame(columns=["row_id", "events", "total"]),
            "small_study": pd.DataFrame(columns=["question_id", "method"]),
            "excluded_reports": pd.DataFrame(columns=["report_id", "comparators", "n_randomised"], dtype=object),
            "trials": pd.DataFrame({"trial_id": TRIALS, "special_population": None, "n_randomised": 120}),
            "doubts": pd.DataFrame(columns=["trial_id", "table", "arm_id", "about"]),
        }  # fmt: skip
        weights = pd.DataFrame(same | {"yi": YI, "vi": VI, "n1": 60.0, "n2": 60.0, "n_randomised": 120.0})
        sections = {name: settings[name] for name in ("synthesis", "appraisal")}
        known = body_tables(tables, vocabulary)
        return rate_risk_readings(known, risk, weights, NO_OVERRIDES, strength_rules, **sections)

    return rated


def test_the_trials_not_at_high_risk_are_other_ones_under_each_reading(read):
    found = read({"one2001": LOW, "two2002": CODED, "three2003": CODED, "four2004": LOW})
    assert found.columns.tolist() == RISK_READING_COLUMNS
    keys = found[["question_id", "reading", "trials_read", "k", "n_participants"]].to_numpy().tolist()
    assert keys == [["q", "high", 2, 2, 240.0], ["q", "unclear", 2, 4, 480.0]]
    for row, kept in zip(found.itertuples(), ([0, 3], [0, 1, 2, 3]), strict=True):
        expected = pool_bayes(YI[kept], VI[kept])
        assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(
            (expected.estimate, expected.ci_low, expected.ci_high)
        )


def test_where_every_trial_would_be_at_high_risk_nothing_is_left_to_say(read):
    found = read(dict.fromkeys(TRIALS, CODED)).set_index("reading")
    assert found.at["high", "k"] == 0
    assert found.loc["high", ["estimate", "ci_low", "ci_high"]].isna().all()
    assert found.at["unclear", "k"] == 4


@pytest.mark.parametrize("word", sorted({*TOOL_JUDGEMENTS["RoB1"]["allocation_concealment"]} - {"high_or_unclear"}))
def test_answers_without_such_codes_have_no_rows(read, word):
    assert read(dict.fromkeys(TRIALS, LOW | {"allocation_concealment": word})).empty


def test_a_code_that_may_mean_unclear_is_rated_no_better_as_high(read):
    found = read({"one2001": LOW, "two2002": CODED, "three2003": CODED, "four2004": LOW}).set_index("reading")
    levels = ["very_low", "low", "moderate", "high"]
    assert levels.index(found.at["high", "certainty"]) <= levels.index(found.at["unclear", "certainty"])
