"""From rows of the study tables to signed effects: directions and reasons."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.effects import hedges_g, log_odds_ratio, smd_from_log_odds_ratio, smd_from_t
from ipt_evidence.effects.tables import compute_effects
from ipt_evidence.extraction.checks.planning import COMBINATION, combinations_borne_on
from ipt_evidence.extraction.evidence import draft_evidence
from ipt_evidence.extraction.studies import STUDY_TABLES, Studies


def means(arm, mean, *, sd=8.0, n=40, lower_is_better=True, **other):
    return {"arm_id": arm, "measure": "continuous", "instrument": "BDI", "mean": mean, "sd": sd, "n": n,
            "lower_is_better": lower_is_better} | other  # fmt: skip


def counts(arm, events, total, outcome="response", **other):
    return {"arm_id": arm, "measure": "binary", "outcome": outcome, "events": events, "total": total} | other


@pytest.fixture
def effects(make_studies, vocabulary):
    def compute(**tables):
        return compute_effects(make_studies(**tables), vocabulary)

    return compute


def only(tables, measure, **where):
    rows = tables.effect_sizes.query("measure == @measure")
    for column, value in where.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_lower_score_with_ipt_favours_intervention_on_a_scale_of_symptoms(effects):
    row = only(effects(outcomes=[means("ipt", 10.0), means("cau", 14.0)]), "SMD")
    g = hedges_g(14.0, 8.0, 40, 10.0, 8.0, 40)
    assert (row["yi"], row["vi"]) == (g.values[0], g.variances[0])
    assert (row["intervention"], row["comparator"], row["formula"]) == ("ipt", "control", "SMD of endpoint means")


def test_a_higher_score_with_ipt_favours_intervention_on_a_scale_of_functioning(effects):
    rows = [means("ipt", 60.0, lower_is_better=False), means("cau", 50.0, lower_is_better=False)]
    assert only(effects(outcomes=rows), "SMD")["yi"] > 0
    assert only(effects(outcomes=rows), "MD")["yi"] == 10.0


@pytest.mark.parametrize(("outcome", "sign"), [("response", 1), ("relapse", -1), ("dropout", -1), ("onset", -1)])
def test_more_events_with_ipt_favour_ipt_only_if_the_event_is_good(effects, outcome, sign):
    rows = [counts("ipt", 20, 40, outcome), counts("cau", 10, 40, outcome)]
    found = effects(outcomes=rows)
    expected = sign * log_odds_ratio(20, 40, 10, 40).values[0]
    assert only(found, "logOR")["yi"] == expected
    assert only(found, "logRR")["yi"] * sign > 0
    assert only(found, "RD")["yi"] == sign * 0.25


def test_counts_of_people_who_got_well_also_stand_on_the_scale_of_symptoms_flagged(effects):
    found = effects(outcomes=[counts("ipt", 20, 40, "remission"), counts("cau", 10, 40, "remission")])
    odds = log_odds_ratio(20, 40, 10, 40)
    converted = only(found, "SMD", outcome="symptom_severity")
    assert converted["yi"] == pytest.approx(smd_from_log_odds_ratio(odds.values, odds.variances).values[0])
    assert (converted["flags"], converted["counted"]) == ("converted_from_counts", "remission")


def test_counts_of_relapse_say_nothing_on_the_scale_of_symptoms(effects):
    found = effects(outcomes=[counts("ipt", 5, 40, "relapse"), counts("cau", 10, 40, "relapse")])
    assert set(found.effect_sizes["measure"]) == {"logOR", "logRR", "RD"}


def test_a_half_is_added_only_where_a_cell_is_zero_and_the_effect_says_so(effects):
    found = effects(outcomes=[counts("ipt", 0, 40, "relapse"), counts("cau", 5, 40, "relapse")])
    row = only(found, "logOR")
    assert row["yi"] == -log_odds_ratio(0, 40, 5, 40).values[0]
    assert row["flags"] == "zero_cell_corrected"


def test_change_scores_are_marked(effects):
    rows = [means("ipt", -9.0, measure="change"), means("cau", -5.0, measure="change")]
    row = only(effects(outcomes=rows), "SMD")
    assert (row["evidence"], row["flags"]) == ("change", "change_scores")
    assert row["yi"] > 0


REFUSED = [
    pytest.param([means("ipt", 10.0), means("cau", 14.0, sd=None)], "incomplete_means", id="no SD"),
    pytest.param([means("ipt", 10.0)], "one_arm_only", id="one arm"),
    pytest.param([means("cau", 10.0)], "one_arm_only", id="the other arm"),
]


@pytest.mark.parametrize(("rows", "reason_id"), REFUSED)
def test_what_cannot_be_computed_is_listed_with_its_reason(effects, rows, reason_id):
    found = effects(outcomes=rows)
    assert found.effect_sizes.empty
    assert found.not_computed["reason_id"].tolist() == [reason_id]


@pytest.mark.parametrize(("events", "reason_id"), [((0, 0), "no_event"), ((40, 30), "all_events")])
def test_where_no_ratio_can_be_formed_the_risk_difference_is_computed(effects, events, reason_id):
    found = effects(outcomes=[counts("ipt", events[0], 40), counts("cau", events[1], 30)])
    row = only(found, "RD")
    # escalc(measure = "RD") of metafor, which adds half a person to every cell.
    assert abs(row["yi"]) == pytest.approx(0.5 / 31 - 0.5 / 41)
    assert row["flags"] == "zero_cell_corrected"
    assert found.effect_sizes["measure"].tolist() == ["RD"]
    assert found.not_computed["reason_id"].tolist() == [reason_id]


def test_one_outcome_under_two_names_of_an_instrument_is_named_for_both_arms(effects):
    rows = [means("ipt", 10.0, instrument="HAM-D-17"), means("cau", 14.0, instrument="HAM-D")]
    found = effects(outcomes=rows)
    assert found.effect_sizes.empty
    assert found.not_computed[["instrument", "reason_id"]].to_numpy().tolist() == [
        ["HAM-D", "other_instrument_name"],
        ["HAM-D-17", "other_instrument_name"],
    ]


def test_an_arm_whose_partner_pairs_with_another_arm_under_another_name_is_not_lost(effects):
    arms = [{"trial_id": "one2001", "arm_id": arm, "treatment": treatment} for arm, treatment in
            (("ipt", "ipt"), ("cau", "care_as_usual"), ("drug", "pharmacotherapy:nortriptyline"))]  # fmt: skip
    rows = [means("ipt", 10.0, instrument="HAM-D-17"), means("cau", 14.0, instrument="HAM-D-17"),
            means("drug", 12.0, instrument="HAM-D")]  # fmt: skip
    found = effects(arms=arms, outcomes=rows)
    assert found.effect_sizes["arm2_id"].unique().tolist() == ["cau"]
    (lost,) = found.not_computed.to_dict("records")
    assert (lost["arm1_id"], lost["arm2_id"], lost["instrument"]) == ("ipt", "drug", "HAM-D")
    assert lost["reason_id"] == "other_instrument_name"


def test_a_result_that_one_of_two_comparison_arms_reports_is_used_and_not_listed(effects):
    arms = [{"trial_id": "one2001", "arm_id": arm, "treatment": treatment} for arm, treatment in
            (("ipt", "ipt"), ("both", "ipt+pharmacotherapy"), ("drug", "pharmacotherapy:nortriptyline"))]  # fmt: skip
    found = effects(arms=arms, outcomes=[means("both", 10.0), means("drug", 12.0)])
    assert set(zip(found.effect_sizes["arm1_id"], found.effect_sizes["arm2_id"], strict=True)) == {("both", "drug")}
    assert found.not_computed.empty


def contrast(statistic, **cells):
    return {"statistic": statistic, "instrument": "BDI"} | cells


PRINTED = [
    (contrast("smd", value=0.5, se=0.2), 0.5, 0.04),
    (contrast("smd", value=0.5, ci_low=0.1, ci_high=0.9), 0.5, (0.8 / 2 / 1.959963984540054) ** 2),
    (contrast("smd", value=0.5, n1=40, n2=50), 0.5, 1 / 40 + 1 / 50 + 0.25 / 180),
    (contrast("t", value=2.0, n1=40, n2=50), smd_from_t(2.0, 40, 50).values[0], smd_from_t(2.0, 40, 50).variances[0]),
    (contrast("F1", value=4.0, n1=40, n2=50), smd_from_t(2.0, 40, 50).values[0], smd_from_t(2.0, 40, 50).variances[0]),
    (contrast("mean_difference", value=4.0, se=2.0, n1=40, n2=50), smd_from_t(2.0, 40, 50).values[0],
     smd_from_t(2.0, 40, 50).variances[0]),
]  # fmt: skip


@pytest.mark.parametrize(("row", "value", "variance"), PRINTED)
def test_a_printed_statistic_becomes_an_smd(effects, row, value, variance):
    found = only(effects(contrasts=[row]), "SMD")
    assert (found["yi"], found["vi"]) == (pytest.approx(value), pytest.approx(variance))


@pytest.mark.parametrize(("row", "value", "variance"), PRINTED)
def test_a_statistic_that_favours_the_other_arm_changes_sign(effects, row, value, variance):
    found = only(effects(contrasts=[row | {"favours": "cau"}]), "SMD")
    assert (found["yi"], found["vi"]) == (pytest.approx(-value), pytest.approx(variance))


def test_arms_printed_the_other_way_round_give_the_same_effect(effects):
    row = contrast("odds_ratio", outcome="remission", value=2.0, ci_low=1.0, ci_high=4.0)
    turned = row | {"arm1_id": "cau", "arm2_id": "ipt", "value": 0.5, "ci_low": 0.25, "ci_high": 1.0}
    first, second = (only(effects(contrasts=[r]), "logOR") for r in (row, turned))
    assert (first["yi"], first["vi"]) == (pytest.approx(np.log(2.0)), pytest.approx(second["vi"]))
    assert first["yi"] == pytest.approx(second["yi"])


def test_a_ratio_of_a_bad_event_below_one_favours_intervention(effects):
    row = contrast("odds_ratio", outcome="remission", event="still ill", event_good=False, value=0.5, se=0.3)
    assert only(effects(contrasts=[row]), "logOR")["yi"] == pytest.approx(np.log(2.0))


def test_a_mean_difference_without_numbers_is_an_effect_in_points_and_none_in_sds(effects):
    tables = effects(
        arms=[{"trial_id": "one2001", "arm_id": arm, "treatment": name}
              for arm, name in (("ipt", "ipt"), ("cau", "care_as_usual"))],
        contrasts=[contrast("mean_difference", value=4.0, se=2.0)],
    )  # fmt: skip
    assert tables.effect_sizes["measure"].tolist() == ["MD"]
    assert tables.not_computed["reason_id"].tolist() == ["no_numbers"]


def test_a_mean_difference_with_only_its_p_value_gets_the_standard_error_behind_it(effects):
    printed = contrast("mean_difference", value=4.0, p_value=0.05, n1=40, n2=50)
    difference = only(effects(contrasts=[printed]), "MD")
    assert difference["yi"] / np.sqrt(difference["vi"]) == pytest.approx(stats.t(88).ppf(0.975))


UNREADABLE = [
    (contrast("smd", value=0.5, favours=None), "no_direction"),
    (contrast("odds_ratio", outcome="remission", value=2.0), "no_error_of_ratio"),
    (contrast("mean_difference", value=2.0), "no_error_of_difference"),
    (contrast("t", value=2.0, outcome="remission", n1=40, n2=50), "yes_no_outcome"),
    (contrast("odds_ratio", value=2.0, se=0.3), "event_not_told"),
    (contrast("F1", n1=40, n2=50), "no_statistic"),
    (contrast("smd", se=0.2), "no_value"),
    (contrast("hazard_ratio", value=2.0, se=0.3, event_good=True), "ratio_of_scale"),
    (contrast("t", value=2.0, n1=1, n2=1), "impossible_figures"),
    (contrast("mean_difference", value=2.0, p_value=1.0, n1=40, n2=50), "impossible_figures"),
    (contrast("odds_ratio", outcome="remission", value=2.0, p_value=0.0), "impossible_figures"),
]


@pytest.mark.parametrize(("row", "reason_id"), UNREADABLE)
def test_a_statistic_that_says_too_little_is_listed_with_its_reason(effects, row, reason_id):
    found = effects(contrasts=[row])
    assert found.effect_sizes.empty
    assert found.not_computed["reason_id"].tolist() == [reason_id]


def test_numbers_randomised_are_used_and_flagged_where_a_statistic_states_none(effects):
    row = only(effects(contrasts=[contrast("t", value=2.0)]), "SMD")
    assert (row["n1"], row["n2"], row["flags"]) == (50, 52, "n_randomised_used")


def test_a_trial_without_ipt_is_listed_not_lost(effects):
    arms = [{"trial_id": "one2001", "arm_id": arm, "treatment": arm} for arm in ("cbt", "wait_list")]
    found = effects(arms=arms).not_computed
    assert found[["trial_id", "reason_id"]].to_numpy().tolist() == [["one2001", "no_arm_in_question"]]


def test_a_doubt_that_asks_for_a_sensitivity_analysis_names_it_on_the_effect(effects):
    doubt = {"doubt_id": "one2001_odd", "trial_id": "one2001", "action": "sensitivity", "sensitivity": "without_odd"}
    rows = [means("ipt", 10.0, flags="doubt:one2001_odd"), means("cau", 14.0)]
    row = only(effects(outcomes=rows, doubts=[doubt]), "SMD")
    assert row["flags"] == "doubt:one2001_odd;sensitivity:without_odd"


ROWS = [means("ipt", 10.0), means("cau", 14.0), counts("ipt", 20, 40), counts("cau", 10, 40),
        means("ipt", 9.0, timepoint="followup"), means("cau", 11.0, timepoint="followup")]  # fmt: skip


@pytest.fixture(scope="module")
def in_order(make_studies, vocabulary):
    return compute_effects(make_studies(outcomes=ROWS), vocabulary)


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(ROWS))
def test_the_order_of_the_rows_changes_nothing(in_order, make_studies, vocabulary, order):
    found = compute_effects(make_studies(outcomes=order), vocabulary)
    for table in ("effect_sizes", "not_computed"):
        assert getattr(in_order, table).equals(getattr(found, table))


def test_every_result_bears_on_what_the_check_of_the_plan_sees_in_the_tables(real, real_evidence, vocabulary):
    studies = Studies(**{name: getattr(real_evidence, name).drop(columns="line") for name in STUDY_TABLES})
    tables = compute_effects(studies, vocabulary)
    outcomes = vocabulary.outcomes.set_index("outcome")
    whole = tables.effect_sizes[tables.effect_sizes["subgroup"].eq("")]
    mute = tables.not_computed.dropna(subset=["comparator"])
    asked_in = mute["outcome"].map(outcomes["kind"]).map({"continuous": "SMD", "event": "logOR"})
    bearing = pd.concat([whole[whole["measure"].isin(["SMD", "logOR"])], mute.assign(measure=asked_in)])
    bearing = bearing[bearing["domain"].eq(bearing["outcome"].map(outcomes["domain"]))]
    seen = combinations_borne_on(draft_evidence(real.raw, real.vocabulary)[0])
    assert len(bearing) > 400
    assert set(bearing[COMBINATION].itertuples(index=False)) <= set(seen[COMBINATION].itertuples(index=False))
