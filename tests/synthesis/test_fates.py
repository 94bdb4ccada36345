"""One table of fates: what bears on a question stands in it once, and everything that counts trials agrees with it."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.effects.rows import REFUSED_COLUMNS, as_effects
from ipt_evidence.synthesis.fates import FATE_COLUMNS, FATES, UNUSABLE, fates_of, reports_on, trial_fates, unusable
from ipt_evidence.synthesis.selection import BESIDE, select

KEYS = {"intervention": "ipt", "comparator": "control", "outcome": "symptom_severity", "timepoint": "post",
        "phase": "acute"}  # fmt: skip
PLAN = pd.DataFrame(
    [
        {"question_id": "child", "condition": "depression", "population": "all", "measure": "SMD"} | KEYS,
        {"question_id": "parent", "condition": "unipolar_depression", "population": "all", "measure": "SMD"} | KEYS,
        {"question_id": "old", "condition": "depression", "population": "older_adults", "measure": "SMD"} | KEYS,
        {"question_id": "later", "condition": "depression", "population": "all", "measure": "SMD"}
        | KEYS
        | {"timepoint": "followup"},
    ]
)
RESULT = {"condition": "depression", "population": "adults", "trial_id": "one2001", "arm1_id": "ipt",
          "arm2_id": "cau", "domain": "target"} | KEYS  # fmt: skip
EFFECT = RESULT | {"instrument": "BDI", "evidence": "endpoint", "measure": "SMD", "yi": 0.5, "vi": 0.1}
MUTE = RESULT | {"reported": "mean_difference", "reason_id": "no_value"}
ORDER = ["endpoint", "contrast", "change", "converted"]
REPORT_COLUMNS = ["report_id", "condition", "reason", "comparators", "phase", "part_of"]
NO_REPORTS = pd.DataFrame(columns=REPORT_COLUMNS, dtype=object)


@pytest.fixture(scope="module")
def fates(vocabulary):
    """Make the fates of effects, of results without effect and of reports, with the selections behind them."""

    def make(effects=(), mute=(), reports=NO_REPORTS) -> tuple[pd.DataFrame, pd.DataFrame]:
        known = as_effects(pd.DataFrame([EFFECT | row for row in effects]))
        selections = pd.concat(
            [
                select(question, known, vocabulary.members_of(question["condition"]), "target", ORDER,
                       excluded_reports=["retracted"])
                for _, question in PLAN.iterrows()
            ]
        )  # fmt: skip
        silent = pd.DataFrame([MUTE | row for row in mute], columns=REFUSED_COLUMNS)
        return fates_of(PLAN, selections, silent, reports, vocabulary), selections

    return make


def of_question(table, question_id="child"):
    rows = table[table["question_id"].eq(question_id)]
    return rows[["trial_id", "fate", "reason_id", "doubt_id"]].fillna("").to_numpy().tolist()


FOUND = [
    pytest.param({"effects": [{}]}, ["pooled", "", ""], id="pooled"),
    pytest.param({"effects": [{"flags": "excluded:x_y"}]}, ["not_pooled", "doubt", "x_y"], id="kept out by a doubt"),
    pytest.param({"effects": [{"flags": "report:retracted"}]}, ["not_pooled", "retracted", ""], id="retracted"),
    pytest.param({"effects": [{"subgroup": "top"}]}, ["not_pooled", "subgroup", ""], id="part of the participants"),
    pytest.param({"mute": [{}]}, ["not_computed", "no_value", ""], id="no effect follows"),
    pytest.param(
        {"effects": [{}, {"evidence": "change"}, {"instrument": "BDI", "flags": "excluded:x_y"}], "mute": [{}]},
        ["pooled", "", ""],
        id="pooled by another result",
    ),
    pytest.param({"effects": [{"flags": "excluded:x_y"}], "mute": [{}]}, ["not_pooled", "doubt", "x_y"], id="both"),
    pytest.param(
        {"mute": [{"reason_id": "no_value"}, {"reason_id": "no_direction"}]},
        ["not_computed", "no_direction", ""],
        id="two reasons",
    ),
]


@pytest.mark.parametrize(("tables", "fate"), FOUND)
def test_a_trial_has_one_fate_and_its_pooled_result_speaks_for_it(fates, tables, fate):
    table, _ = fates(**tables)
    assert table.columns.tolist() == FATE_COLUMNS
    assert of_question(table) == of_question(table, "parent") == [["one2001", *fate]]


@pytest.mark.parametrize("kind", ["effects", "mute"])
@pytest.mark.parametrize(
    "other",
    [
        {"condition": "ptsd"},
        {"comparator": "cbt"},
        {"intervention": "combined"},
        {"outcome": "functioning"},
        {"timepoint": "followup"},
        {"phase": "maintenance"},
        {"domain": "stress"},
        {"analysis": "responders_reassessed"},
        {"analysis": "recovered_subset"},
    ],
)
def test_a_result_on_something_else_or_of_people_chosen_later_does_not_bear_on_the_question(fates, kind, other):
    assert of_question(fates(**{kind: [other]})[0]) == []


@pytest.mark.parametrize("kind", ["effects", "mute"])
def test_a_question_on_one_population_heeds_it(fates, kind):
    table, _ = fates(**{kind: [{}, {"trial_id": "two2002", "population": "older_adults"}]})
    assert [row[0] for row in of_question(table, "old")] == ["two2002"]
    assert [row[0] for row in of_question(table)] == ["one2001", "two2002"]


def reports(*rows):
    return pd.DataFrame(rows, columns=REPORT_COLUMNS[:3]).reindex(columns=REPORT_COLUMNS).astype(object)


def test_a_report_bears_on_every_question_on_its_condition_if_it_may_hold_a_result(fates):
    table, _ = fates(
        reports=reports(
            ("a2001", "depression", "no_arm_level_data"), ("b2002", "depression", "not_retrieved"),
            ("c2003", "depression", "not_randomised"), ("d2004", "depression", "duplicate_population"),
            ("e2005", None, "no_arm_level_data"), ("f2006", "ptsd", "no_arm_level_data"),
        )
    )  # fmt: skip
    expected = [["a2001", "report_only", "no_arm_level_data", ""], ["b2002", "report_only", "not_retrieved", ""]]
    assert all(of_question(table, question_id) == expected for question_id in PLAN["question_id"])
    assert unusable(table) == {}  # that a report exists does not say that it holds a result on the question


def test_a_report_that_tells_what_it_compared_bears_on_that_comparison_only(fates):
    told = {"condition": "depression", "reason": "no_arm_level_data"}
    rows = [
        told | {"report_id": "same2001", "comparators": "cbt;control"},
        told | {"report_id": "other2002", "comparators": "cbt"},
        told | {"report_id": "silent2003"},
        told | {"report_id": "later2004", "phase": "maintenance", "comparators": "control"},
        told | {"report_id": "again2005", "comparators": "control", "part_of": "same2001"},
    ]
    table, _ = fates(reports=pd.DataFrame(rows, columns=REPORT_COLUMNS, dtype=object))
    assert reports_on(table, same_comparison=True)["child"] == ("same2001",)
    assert reports_on(table, same_comparison=False)["child"] == ("silent2003",)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "trial_id": st.sampled_from(["one2001", "two2002", "three2003"]),
            "domain": st.sampled_from(["target", "target", "stress"]),
            "analysis": st.sampled_from(["", "itt", "completers", "recovered_subset"]),
            "timepoint": st.sampled_from(["post", "followup"]),
            "population": st.sampled_from(["adults", "older_adults"]),
        }
    ),
    max_size=8,
)
MARKED = st.lists(st.sampled_from(["", "excluded:x_y", "excluded:a_b", "report:retracted"]), min_size=8, max_size=8)


@given(effects=ROWS, flags=MARKED, mute=ROWS)
def test_laws_of_fates(fates, effects, flags, mute):
    marked = [row | {"flags": flag} for row, flag in zip(effects, flags, strict=False)]
    table, selections = fates(marked, mute)
    assert not table.duplicated(["question_id", "trial_id"]).any()
    assert set(table["fate"]) <= set(FATES)
    assert table.loc[table["fate"].ne("pooled"), "reason_id"].ne("").all()
    for question_id, part in table.groupby("question_id"):
        matching = selections[selections["question_id"].eq(question_id)]
        assert set(part.loc[part["fate"].eq("pooled"), "trial_id"]) == set(matching.loc[matching["used"], "trial_id"])
        bearing = set(matching.loc[~matching["reason_id"].isin(BESIDE), "trial_id"])
        assert set(part.loc[part["fate"].isin(["pooled", "not_pooled"]), "trial_id"]) == bearing
        counts = part["fate"].value_counts()
        silent = counts.get("not_computed", 0)
        assert counts.sum() == len(bearing) + silent == part["trial_id"].nunique()
        assert len(unusable(table).get(question_id, ())) == counts.reindex(UNUSABLE, fill_value=0).sum()


def test_the_order_of_results_changes_nothing(fates):
    rows = [{"flags": "excluded:x_y"}, {"flags": "excluded:a_b"}, {"trial_id": "two2002", "subgroup": "top"}]
    one, _ = fates(effects=rows, mute=[{"trial_id": "three2003"}, {}])
    other, _ = fates(effects=rows[::-1], mute=[{}, {"trial_id": "three2003"}])
    pd.testing.assert_frame_equal(one, other)


def test_a_trial_counts_by_the_best_that_became_of_it():
    names = ["used", "effect_beside", "mute", "nothing"]
    tables = {
        "trials": pd.DataFrame({"trial_id": names}),
        "effect_sizes": pd.DataFrame({"trial_id": ["used", "effect_beside"]}),
        "not_computed": pd.DataFrame({"trial_id": ["used", "mute"]}),
        "fates": pd.DataFrame(
            [("q", "used", "pooled"), ("r", "used", "not_computed"), ("q", "mute", "not_computed")],
            columns=["question_id", "trial_id", "fate"],
        ),
    }
    assert trial_fates(tables).to_dict() == dict(
        zip(names, ["pooled", "not_pooled", "not_computed", "no_result"], strict=True)
    )
