"""From studies to rated questions: what the tables hold, and that the order of rows does not matter."""

import json

import pandas as pd
import pytest
import yaml

from ipt_evidence.appraisal.bodies import body_of, body_tables, used_effects
from ipt_evidence.appraisal.certainty import DOMAINS
from ipt_evidence.appraisal.overrides import inputs_json
from ipt_evidence.appraisal.ratings import (
    CERTAINTY_COLUMNS,
    MULTIVERSE_COLUMNS,
    RATING_COLUMNS,
    ROBUSTNESS_COLUMNS,
    rate_questions,
)
from ipt_evidence.appraisal.risk_of_bias import assess, risk_table
from ipt_evidence.effects.tables import compute_effects
from ipt_evidence.synthesis.specifications import layouts
from ipt_evidence.synthesis.tables import answer_questions

TRIALS = {"one2001": 4.0, "two2002": 3.5, "three2003": 5.0, "four2004": 4.2}
KEYS = {"population": "all", "intervention": "ipt", "comparator": "control", "timepoint": "post", "phase": "acute"}
PLAN = pd.DataFrame(
    [
        {"question_id": "severity", "condition": "depression", "outcome": "symptom_severity", "measure": "SMD"} | KEYS,
        {"question_id": "dropout", "condition": "depression", "outcome": "dropout", "measure": "logOR"} | KEYS,
        {"question_id": "gap", "condition": "psychosis", "outcome": "symptom_severity", "measure": "SMD"} | KEYS,
    ]
)
JUDGED = pd.DataFrame(
    [{"trial_id": trial, "tool": "RoB2", "instrument": None, "domain": "overall", "judgement": judgement}
     for trial, judgement in (("one2001", "low"), ("two2002", "low"), ("three2003", "high"))]
)  # fmt: skip
NO_REPORTS = pd.DataFrame(
    columns=["report_id", "condition", "phase", "comparators", "n_randomised", "part_of", "reason"], dtype=object
)
NO_OVERRIDES = pd.DataFrame(
    columns=["subject", "question_id", "domain", "judgement", "assessor", "date", "reason", "inputs_seen", "trial_id"]
)


def measured(trial, arm, mean):
    return {"trial_id": trial, "arm_id": arm, "measure": "continuous", "instrument": "BDI", "mean": mean, "sd": 8.0,
            "n": 60, "lower_is_better": True}  # fmt: skip


def counted(trial, arm, events):
    return {"trial_id": trial, "arm_id": arm, "measure": "binary", "outcome": "dropout", "domain": "dropout",
            "events": events, "total": 60}  # fmt: skip


@pytest.fixture(scope="module")
def settings(request):
    config = yaml.safe_load((request.config.rootpath / "config" / "config.yaml").read_text(encoding="utf-8"))
    small = {"rho": [0.6], "evidence": ["all"], "doubts": ["kept"], "outliers": ["kept"], "method": ["REML", "DL"],
             "interval": ["adhoc", "normal"]}  # fmt: skip
    return config | {"multiverse": small}


@pytest.fixture(scope="module")
def tables(make_studies, vocabulary, settings):
    studies = make_studies(
        trials=[{"trial_id": trial} for trial in TRIALS],
        arms=[{"trial_id": trial, "arm_id": arm, "treatment": word, "n_randomised": 60}
              for trial in TRIALS for arm, word in (("ipt", "ipt"), ("cau", "care_as_usual"))],
        outcomes=[row for trial, gap in TRIALS.items() for row in (
            measured(trial, "ipt", 10.0), measured(trial, "cau", 10 + gap),
            counted(trial, "ipt", 6), counted(trial, "cau", 9))],
    )  # fmt: skip
    effects = compute_effects(studies, vocabulary)
    sections = {name: settings[name] for name in ("synthesis", "sensitivity", "multiverse")}
    answers = answer_questions(PLAN, effects.effect_sizes, effects.not_computed, NO_REPORTS, vocabulary, **sections)
    return {
        "syntheses": answers.syntheses, "selections": answers.selections, "weights": answers.synthesis_weights,
        "fates": answers.fates, "trials": studies.trials, "arms": studies.arms, "outcomes": studies.outcomes,
        "doubts": studies.doubts, "excluded_reports": NO_REPORTS, "trial_risk": risk_table(assess(JUDGED), TRIALS),
        "multiverse": answers.multiverse, "versions": answers.versions, "small_study": answers.small_study,
    }  # fmt: skip


def rated(tables, vocabulary, strength_rules, settings, overrides=NO_OVERRIDES):
    known, layout = body_tables(tables, vocabulary), layouts(tables["multiverse"], tables["versions"])
    sections = {name: settings[name] for name in ("synthesis", "appraisal")}
    teams = {trial: trial.rstrip("0123456789") for trial in TRIALS}
    return rate_questions(known, tables["weights"], overrides, layout, strength_rules, teams=teams, **sections)


@pytest.fixture(scope="module")
def found(tables, vocabulary, strength_rules, settings):
    return rated(tables, vocabulary, strength_rules, settings)


def row_of(table, question_id):
    return table[table["question_id"].eq(question_id)].iloc[0]


def test_every_question_has_a_row_and_every_domain_a_reason(found):
    assert found.ratings.columns.tolist() == RATING_COLUMNS
    assert found.ratings["question_id"].tolist() == PLAN["question_id"].tolist()
    assert found.certainty.columns.tolist() == CERTAINTY_COLUMNS
    assert found.certainty.groupby("question_id")["domain"].agg(list).to_dict() == {
        "severity": list(DOMAINS),
        "dropout": list(DOMAINS),
    }
    assert found.certainty["reason"].str.len().min() > 10
    assert found.robustness.columns.tolist() == ROBUSTNESS_COLUMNS


def test_every_combination_of_choices_has_its_answer_certainty_and_label(found, tables):
    assert found.multiverse.columns.tolist() == MULTIVERSE_COLUMNS
    shared = [name for name in MULTIVERSE_COLUMNS if name not in ("certainty", "label")]
    pd.testing.assert_frame_equal(found.multiverse[shared], tables["multiverse"][shared])
    same = found.multiverse.merge(found.robustness, on="question_id", suffixes=("", "_primary"))
    chosen = same[same["method"].eq("REML") & same["interval"].eq("adhoc")]
    assert chosen["label"].tolist() == chosen["label_primary"].tolist()
    # The labels of the whole grid, of which those with another MID are not in this table.
    for _, rows in same.groupby("question_id"):
        whole = json.loads(rows["labels"].iloc[0])
        assert all(count <= whole[label] for label, count in rows["label"].value_counts().items())


def test_the_levels_taken_away_give_the_certainty(found):
    severity = row_of(found.ratings, "severity")
    assert severity[list(DOMAINS)].tolist() == [0, 0, 0, -1, 0]
    assert (severity["certainty"], severity["strength"], severity["label"]) == ("moderate", "moderate", "moderate")


def test_shares_of_the_weight_are_those_the_rules_looked_at(found):
    for row in found.certainty[found.certainty["domain"].eq("risk_of_bias")].itertuples():
        rating, seen = row_of(found.ratings, row.question_id), json.loads(row.inputs)
        assert {name: rating[name] for name in seen if name.endswith("_risk_percent")} == {
            name: value for name, value in seen.items() if name.endswith("_risk_percent")
        }


def test_unknown_risk_is_shown_as_unknown(found):
    severity = row_of(found.ratings, "severity")
    assert severity["unknown_risk_percent"] == pytest.approx(25, abs=2)
    assert severity["low_risk_percent"] == pytest.approx(50, abs=3)


def test_a_question_without_trials_is_a_gap(found):
    gap = row_of(found.ratings, "gap")
    assert (gap["k"], gap["strength"], gap["label"], gap["direction"], gap["decided_by"]) == (
        0, "no_evidence", "no_evidence", "none", "none",
    )  # fmt: skip
    assert pd.isna(gap["certainty"])
    assert json.loads(gap["trace"])["certainty"] is None


def test_older_systems_stand_beside_and_say_nothing_of_dropout(found):
    severity, dropout = (row_of(found.ratings, name) for name in ("severity", "dropout"))
    assert (severity["est_level"], severity["tolin_level"]) == ("probably_efficacious", "strong")
    assert (dropout["est_level"], dropout["tolin_level"]) == ("", "")


def test_the_same_inputs_in_another_order_give_the_same_ratings(tables, vocabulary, strength_rules, settings, found):
    shuffled = {name: table.sample(frac=1, random_state=7) for name, table in tables.items()}
    again = rated(shuffled, vocabulary, strength_rules, settings)
    for name in ("ratings", "robustness"):
        columns = ["question_id", "label"]
        one, other = getattr(found, name)[columns], getattr(again, name)[columns]
        pd.testing.assert_frame_equal(
            one.sort_values("question_id", ignore_index=True), other.sort_values("question_id", ignore_index=True)
        )


def test_flipping_all_signs_never_leaves_a_benefit(tables, vocabulary, strength_rules, settings):
    flipped = dict(tables)
    flipped["weights"] = tables["weights"].assign(yi=-tables["weights"]["yi"])
    flipped["selections"] = tables["selections"].assign(yi=-tables["selections"]["yi"])
    severity = row_of(rated(flipped, vocabulary, strength_rules, settings).ratings, "severity")
    assert (severity["direction"], severity["label"], severity["strength"]) == (
        "favours_comparator", "harm", "moderate",
    )  # fmt: skip


def override(inputs):
    return pd.DataFrame(
        [{"subject": "certainty", "question_id": "severity", "trial_id": None, "domain": "imprecision",
          "judgement": "0", "assessor": "A. Panel", "date": "2027-01-31", "reason": "narrow enough for the decision",
          "inputs_seen": inputs}]
    )  # fmt: skip


def test_an_override_is_used_and_shown(tables, vocabulary, strength_rules, settings, found):
    seen = row_of(found.certainty[found.certainty["domain"].eq("imprecision")], "severity")["inputs"]
    again = rated(tables, vocabulary, strength_rules, settings, override(seen))
    severity = row_of(again.ratings, "severity")
    assert (severity["imprecision"], severity["certainty"]) == (0, "high")
    domain = row_of(again.certainty[again.certainty["domain"].eq("imprecision")], "severity")
    assert (domain["status"], domain["downgrade"], domain["computed"]) == ("overridden", 0, -1)


def test_an_override_whose_input_changed_is_not_used_and_says_so(tables, vocabulary, strength_rules, settings, found):
    seen = json.loads(row_of(found.certainty[found.certainty["domain"].eq("imprecision")], "severity")["inputs"])
    stale = inputs_json(seen | {"n_participants": 400.0})
    again = rated(tables, vocabulary, strength_rules, settings, override(stale))
    assert row_of(again.ratings, "severity")["imprecision"] == -1
    domain = row_of(again.certainty[again.certainty["domain"].eq("imprecision")], "severity")
    assert domain["status"] == "expired"
    assert "n_participants was 400, is 480" in domain["note"]


def test_marks_settings_and_results_that_could_not_be_used_reach_the_body(tables, vocabulary):
    doubt = {"doubt_id": "odd", "trial_id": "one2001", "table": "arms", "arm_id": None, "about": "treatment",
             "action": "flag"}  # fmt: skip
    changed = dict(tables)
    changed["doubts"] = pd.DataFrame([doubt])
    changed["trials"] = tables["trials"].assign(special_population=["hiv", None, None, None])
    changed["arms"] = tables["arms"].assign(
        treatment=tables["arms"]["treatment"].where(tables["arms"]["trial_id"].ne("two2002"), "ipc")
    )
    mute = pd.DataFrame({"question_id": ["severity", "gap"], "trial_id": "five2005", "fate": "not_computed"})
    changed["fates"] = pd.concat([tables["fates"], mute])
    known = body_tables(changed, vocabulary)
    question = row_of(tables["syntheses"], "severity").to_dict()
    trials = tables["weights"][tables["weights"]["question_id"].eq("severity")].sort_values("trial_id")
    used = used_effects(known)
    body = body_of(question, trials, used[used["question_id"].eq("severity")], known)
    by_trial = dict(zip(body.trials, body.marks, strict=True))
    assert by_trial == {
        "one2001": {"arm_in_doubt"}, "two2002": {"adapted_treatment"}, "three2003": set(), "four2004": set(),
    }  # fmt: skip
    assert dict(zip(body.trials, body.settings, strict=True))["one2001"] == "hiv"
    assert body.unusable == 1
