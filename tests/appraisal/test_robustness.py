"""How a label stands under other choices, and what would change it."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.appraisal.certainty import pool_body
from ipt_evidence.appraisal.certainty.publication_bias import publication_bias
from ipt_evidence.appraisal.importance import Importance
from ipt_evidence.appraisal.rating import Rules, rate
from ipt_evidence.appraisal.robustness import fragility, label_rows, required_size, share_by_choice
from ipt_evidence.engine.information_size import people_for_difference
from ipt_evidence.synthesis.specifications import lay_out
from ipt_evidence.synthesis.trials import EffectsByTrial

GRID = {
    "rho": [0.2, 0.6], "evidence": ["all", "endpoint"], "doubts": ["kept", "left_out"],
    "outliers": ["kept", "left_out"], "method": ["REML", "DL", "CE"], "interval": ["adhoc", "normal"],
}  # fmt: skip


@pytest.fixture(scope="module")
def rules(thresholds, strength_rules, model):
    return Rules(thresholds=thresholds, strength=strength_rules, model=model)


@pytest.fixture(scope="module")
def used():
    """Effects of six trials, one of them doubted, one known from a printed statistic only, one far from the rest."""
    effects = [0.5, 0.4, 0.6, 0.45, 0.55, 2.2]
    return pd.DataFrame(
        {
            "trial_id": [f"trial_{number}" for number in range(6)],
            "arm1_id": "ipt", "arm2_id": "control", "n1": 100.0, "n2": 100.0, "n_randomised": 200.0,
            "measurement": "m", "measure": "SMD",
            "yi": effects, "vi": [0.02, 0.021, 0.022, 0.02, 0.02, 0.03],
            "flags": ["", "", "", "", "doubt:odd", ""],
            "evidence": ["endpoint"] * 3 + ["contrast"] + ["endpoint"] * 2,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def body(used, make_body):
    risk = ("low", "low", "high", "unknown", "low", "high")
    return replace(make_body(used["yi"], 200.0, risk=risk), variances=used["vi"].to_numpy())


def rows_of(body, used, rules, primary, grid=GRID, factors=(1.0,)):
    found = lay_out("q", EffectsByTrial(used), grid, level=0.95)
    publication = publication_bias(body, primary(body), rules.thresholds)
    return found, label_rows(body, "control", found, publication, rules, important=mattering(factors))


@pytest.fixture
def judge_once(monkeypatch, rules, primary):
    """Let publication bias of every body be what it is of one."""

    def judged(body):
        found = publication_bias(body, primary(body), rules.thresholds)
        monkeypatch.setattr("ipt_evidence.appraisal.certainty.rating.publication_bias", lambda *_: found)
        return found

    return judged


def mattering(factors):
    return {
        factor: Importance(
            mid=0.24 * factor, information_size=people_for_difference(0.24 * factor), control_risk=float("nan")
        )
        for factor in factors
    }


def test_the_primary_choices_give_the_primary_label(body, used, rules, primary):
    _, rows = rows_of(body, used, rules, primary)
    expected = rate(body, "control", primary, rules)
    wanted = {
        "rho": 0.6,
        "evidence": "all",
        "doubts": "kept",
        "outliers": "kept",
        "method": "REML",
        "interval": "adhoc",
    }
    chosen = rows[np.logical_and.reduce([rows[name].eq(value) for name, value in wanted.items()])]
    assert chosen["label"].tolist() == [expected.strength.label]
    assert chosen["certainty"].tolist() == [expected.certainty.level]


def test_each_combination_is_rated_as_if_it_were_the_primary_one(body, used, rules, primary, judge_once):
    found, rows = rows_of(body, used, rules, primary)
    judge_once(body)
    versions = dict(iter(found.versions.groupby("version")))
    for place in rows.index[::7]:
        choice, layout = rows.loc[place], found.specifications.loc[place]
        version = versions[layout["version"]]
        version = version[~version["trial_id"].isin(layout["left_out"].split(";"))]
        there = np.isin(body.trials, version["trial_id"])
        part = replace(body.only(there), effects=version["yi"].to_numpy(), variances=version["vi"].to_numpy())

        chosen = replace(rules.model, method=choice["method"], interval=choice["interval"])
        # What decides for few trials decides only in the place of the primary interval.
        chosen = chosen if choice["interval"] == rules.model.interval else replace(chosen, few_trials=1)
        pooled = partial(pool_body, model=chosen)
        rating = rate(part, "control", pooled, replace(rules, model=chosen))
        assert (choice["k"], choice["certainty"], choice["label"]) == (
            rating.certainty.body.k,
            rating.certainty.level,
            rating.strength.label,
        )


def test_outliers_and_doubts_are_left_out_where_the_choice_says_so(body, used, rules, primary):
    _, rows = rows_of(body, used, rules, primary)
    plain = rows["evidence"].eq("all") & rows["method"].eq("CE") & rows["interval"].eq("normal") & rows["rho"].eq(0.6)
    known = rows[plain].set_index(["doubts", "outliers"])["k"]
    whole = known["kept", "kept"]
    assert known["left_out", "kept"] == whole - 1
    assert known["kept", "left_out"] < whole


def test_every_mid_is_combined_with_every_choice(body, used, rules, primary):
    _, rows = rows_of(body, used, rules, primary, factors=(1.0, 2.0))
    assert rows["mid_factor"].value_counts().to_dict() == {1.0: 96, 2.0: 96}
    # Whoever wants more before calling a difference important never ends up with a stronger label.
    order = ["no_evidence", "insufficient", "limited", "moderate", "strong"]
    steps = [rows[rows["mid_factor"].eq(factor)]["strength"].map(order.index).to_numpy() for factor in (1.0, 2.0)]
    assert (steps[1] <= steps[0]).mean() > 0.9


def test_a_version_without_any_trial_is_no_evidence(body, used, rules, primary):
    doubted = used.assign(flags="doubt:all")
    grid = GRID | {"doubts": ["left_out"], "evidence": ["all"], "rho": [0.6]}
    _, rows = rows_of(body, doubted, rules, primary, grid=grid)
    assert set(rows["label"]) == {"no_evidence"}


def test_the_share_by_choice_is_a_percentage_of_equal_labels():
    rows = pd.DataFrame({"method": ["REML", "REML", "DL", "DL"], "rho": 0.6, "label": ["a", "b", "a", "a"]})
    assert share_by_choice(rows, "a", ["method", "rho"]) == {"method": {"DL": 100.0, "REML": 50.0}}


def test_null_trials_change_a_label_and_fewer_do_not(make_body, rules, primary, judge_once):
    body = make_body([0.50, 0.52, 0.48, 0.55, 0.45])
    publication = judge_once(body)
    label = rate(body, "control", primary, rules).strength.label
    found = fragility(body, "control", label, publication, rules)
    assert label == "strong"
    assert (found.null_trial_size, found.changed_label != label) == (200.0, True)

    def with_null(count):
        more = make_body([*body.effects, *[0.0] * count], 200.0)
        return rate(more, "control", primary, rules).strength.label

    many = int(found.null_trials)
    assert with_null(many) == found.changed_label
    assert all(with_null(count) == label for count in range(1, many))


def test_where_nobody_says_how_many_people_there_were_the_precision_does(make_body, rules, primary):
    body = replace(make_body([0.5, 0.52, 0.48], 200.0), participants=np.full(3, np.nan))
    publication = publication_bias(body, primary(body), rules.thresholds)
    found = fragility(body, "control", "strong", publication, rules)
    assert found.null_trial_size == pytest.approx(200.0)


@pytest.mark.parametrize(("i2", "factor"), [(0.0, 1.0), (50.0, 2.0), (75.0, 4.0), (float("nan"), 1.0)])
def test_heterogeneity_raises_the_number_of_people_needed(i2, factor):
    assert required_size(546, i2) == pytest.approx(546 * factor)


def test_an_interval_equal_to_the_primary_one_is_rated_by_itself(make_body, rules, primary):
    # Two trials farther apart than chance: HKSJ is never below the model there, so both intervals are the same numbers.
    effects = pd.DataFrame(
        {
            "trial_id": ["a", "b"], "arm1_id": "ipt", "arm2_id": "control", "n1": 100.0, "n2": 100.0,
            "n_randomised": 200.0, "measurement": "m", "measure": "SMD", "yi": [0.4, 0.9], "vi": [0.02, 0.02],
            "flags": "", "evidence": "endpoint",
        }
    )  # fmt: skip
    body = replace(make_body(effects["yi"], 200.0), variances=effects["vi"].to_numpy(), trials=("a", "b"))
    one = {"rho": [0.6], "evidence": ["all"], "doubts": ["kept"], "outliers": ["kept"], "method": ["REML"]}
    _, rows = rows_of(body, effects, rules, primary, {**one, "interval": ["adhoc", "HKSJ"]})
    _, alone = rows_of(body, effects, rules, primary, {**one, "interval": ["HKSJ"]})
    of_primary, of_other = rows.drop(columns="interval").astype(str).to_numpy()
    assert (of_other == alone.drop(columns="interval").astype(str).to_numpy()[0]).all()
    assert (of_primary != of_other).any()
