"""Differences between trials: against metafor on the trials of the review, what is run, adjusted p values."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.files import read_table
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.moderated import moderated
from ipt_evidence.synthesis.moderators import Characteristics, Compared, moderators_of

ORACLE, CONFIG = (Path(__file__).parents[1] / "oracle", Path(__file__).parents[2] / "config")
GOLDEN = json.loads((ORACLE / "golden_moderators_review.json").read_text("utf-8"))["questions"]
MODERATORS = moderators_of(read_table(CONFIG / "moderators.csv"), read_table(CONFIG / "moderator_groups.csv"))
MODEL = Model(method="REML", interval="adhoc", level=0.95, few_trials=4, prior_scale=0.5)
SLOPE = [f"slope{end}" for end in ("", "_se", "_ci_low", "_ci_high", "_p_value")]
DIFFERENCE = [f"difference{end}" for end in ("", "_se", "_ci_low", "_ci_high", "_p_value")]
TEST = ["k", "k_unknown", "qm", "qm_df", "qm_df2", "qm_p_value", "tau2"]


ONE = Compared("a", ("ipt",), ("cau",))


class Told(Characteristics):
    """Characteristics whose cells are told instead of looked up."""

    def __init__(self, cells):
        self._told = cells

    def _cells(self, moderator, question_id, compared):
        cells = self._told[compared.trial][moderator.moderator_id]
        kind = str if moderator.categorical else float
        return [kind(cell) if cell else None for cell in str(cells).split(";")]


def run(rows, moderators=MODERATORS):
    """Hold trials with ``yi``, ``vi`` and the cells of moderators against these."""
    weights = pd.DataFrame(rows).assign(n1=20.0, n2=np.nan, n_randomised=50.0, arm1_id="ipt", arm2_id="cau")
    told = Told({row["trial_id"]: row for row in rows})
    return moderated({"question_id": "q", "measure": "SMD"}, weights, weights, moderators, told, MODEL)


def review():
    trials = pd.read_csv(ORACLE / "moderators_of_review.csv", keep_default_na=False)
    return {name: rows.to_dict("records") for name, rows in trials.groupby("question_id")}


@pytest.fixture(scope="module")
def found():
    return {name: run(rows) for name, rows in review().items()}


def held(found, golden, name):
    assert found == pytest.approx(golden, rel=1e-6, abs=1e-8), name


def test_the_same_moderators_are_run_as_by_hand(found):
    ran = {
        name: {row["moderator_id"] for rows in both for row in rows if row["status"] == "run"}
        for name, both in found.items()
    }
    assert ran == {name: set(golden) for name, golden in GOLDEN.items()}
    assert sum(map(len, ran.values())) > 40


@pytest.mark.parametrize("question", GOLDEN)
def test_every_contrast_between_groups_agrees_with_metafor(found, question):
    groups = pd.DataFrame(found[question][0])
    for name, golden in GOLDEN[question].items():
        if "group" not in golden:
            continue
        rows = groups[groups["moderator_id"].eq(name) & groups["compared"].eq(True)]
        held(rows.iloc[0][TEST].astype(float).to_dict(), {key: golden[key] for key in TEST}, name)
        assert rows["group"].tolist() == golden["group"]
        for key in ("group_k", "estimate", "se", "ci_low", "ci_high"):
            held(rows[key].tolist(), golden[key], (name, key))
        for key in DIFFERENCE:
            held(rows[key].tolist()[1:], golden[key], (name, key))
            assert np.isnan(rows[key].iloc[0])


@pytest.mark.parametrize("question", GOLDEN)
def test_every_slope_agrees_with_metafor(found, question):
    slopes = {row["moderator_id"]: row for row in found[question][1]}
    for name, golden in GOLDEN[question].items():
        if "slope" in golden:
            names = [*TEST, "lowest", "highest", "intercept", *SLOPE]
            held({key: slopes[name][key] for key in names}, {key: golden[key] for key in names}, name)


def test_permutations_of_all_orders_agree_with_metafor(found):
    compared = 0
    for question, golden in GOLDEN.items():
        for row in (row for rows in found[question] for row in rows if row["status"] == "run"):
            expected = golden[row["moderator_id"]]
            assert row["exact"] == ("permutations" in expected)
            if row["exact"]:
                compared += 1
                assert row["permutations"] == expected["permutations"]
                assert row["permutation_p_value"] == pytest.approx(expected["permutation_p_value"], rel=1e-9)
    assert compared > 10


def test_explained_variance_agrees_with_metafor(found):
    for question, golden in GOLDEN.items():
        for row in (row for rows in found[question] for row in rows if row["status"] == "run"):
            expected = golden[row["moderator_id"]]["r2"]
            if expected is None:
                assert np.isnan(row["r2"])
            else:
                assert row["r2"] == pytest.approx(expected, abs=1e-4)


def of_two_kinds(first, second, third=0):
    kinds = ["individual"] * first + ["group"] * second + ["internet"] * third
    return [
        {"trial_id": f"t{place}", "yi": 0.1 * place, "vi": 0.05, "format": kind, "year": 2000 + place}
        for place, kind in enumerate(kinds)
    ]


def only(*names):
    return [moderator for moderator in MODERATORS if moderator.moderator_id in names]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        pytest.param(of_two_kinds(5, 4), "too_few_trials", id="nine trials"),
        pytest.param(of_two_kinds(5, 4, 1), "too_few_trials", id="the tenth is alone in its group"),
        pytest.param(of_two_kinds(11, 1), "one_group", id="a group of one"),
        pytest.param([row | {"format": "mixed"} for row in of_two_kinds(6, 6)], "no_value", id="in no group"),
    ],
)
def test_groups_are_compared_only_with_enough_trials(rows, reason):
    (row,), _ = run(rows, only("format"))
    assert (row["status"], row["reason_id"]) == ("not_run", reason)
    assert "qm" not in row
    assert (row["n_tested"], row["adjusted_p_value"]) == (0, None)


def test_a_group_of_one_trial_is_listed_and_not_compared():
    rows, _ = run(of_two_kinds(6, 5, 1), only("format"))
    assert [(row["group"], row["compared"], row["group_k"]) for row in rows] == [
        ("individual", True, 6),
        ("group", True, 5),
        ("remote", False, 1),
    ]
    assert rows[0]["k"] == 11
    assert "estimate" not in rows[2]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        pytest.param(of_two_kinds(9, 0), "too_few_trials", id="nine trials"),
        pytest.param([row | {"year": ""} for row in of_two_kinds(9, 3)], "no_value", id="no value"),
        pytest.param([row | {"year": 2000} for row in of_two_kinds(9, 3)], "one_value", id="one value"),
    ],
)
def test_numbers_are_regressed_on_only_where_they_can_be(rows, reason):
    _, (row,) = run(rows, only("year"))
    assert (row["status"], row["reason_id"]) == ("not_run", reason)


def test_the_reference_does_not_depend_on_the_order_of_trials():
    rows = of_two_kinds(6, 6)
    names = ["group", "estimate", "difference", "qm"]
    turned, straight = (pd.DataFrame(run(some, only("format"))[0])[names] for some in (rows[::-1], rows))
    pd.testing.assert_frame_equal(turned, straight, rtol=1e-9)


def test_p_values_are_adjusted_for_the_moderators_run():
    groups, slopes = run(of_two_kinds(6, 6), only("format", "year"))
    raw = {row["moderator_id"]: max(row["qm_p_value"], row["permutation_p_value"]) for row in (*groups, *slopes)}
    adjusted = {row["moderator_id"]: row["adjusted_p_value"] for row in (*groups, *slopes)}
    first, second = sorted(raw, key=raw.get)
    assert adjusted[first] == pytest.approx(min(1.0, 2 * raw[first]))
    assert adjusted[second] == pytest.approx(max(adjusted[first], raw[second]))
    assert {row["n_tested"] for row in (*groups, *slopes)} == {2}


@pytest.mark.parametrize(("expects", "told"), [("group", True), ("individual", False), ("remote", None), ("", None)])
def test_an_expectation_is_held_to_the_groups_compared(expects, told):
    (format_,) = only("format")
    rows, _ = run(of_two_kinds(6, 6, 1), [replace(format_, expects=expects)])
    assert rows[0]["as_expected"] is told


@pytest.mark.parametrize(("expects", "told"), [("larger", True), ("smaller", False), ("", None)])
def test_an_expectation_is_held_to_the_slope(expects, told):
    (year,) = only("year")
    _, (row,) = run(of_two_kinds(6, 6), [replace(year, expects=expects)])
    assert row["as_expected"] is told


@pytest.mark.parametrize(
    ("cells", "value"),
    [("individual", "individual"), ("telephone;internet", "remote"), ("individual;group", None), ("individual;", None)],
)
def test_a_trial_is_in_the_group_that_all_its_arms_are_in(cells, value):
    (format_,) = only("format")
    assert Told({"a": {"format": cells}}).value(format_, "q", ONE) == value


@pytest.mark.parametrize(("cells", "value"), [("12;16", 14.0), ("12", 12.0), ("12;", None)])
def test_of_several_arms_the_mean_is_taken_if_all_are_known(cells, value):
    (sessions,) = only("n_sessions")
    assert Told({"a": {"n_sessions": cells}}).value(sessions, "q", ONE) == value
