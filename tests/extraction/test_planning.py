"""The plan asks what the trials bear on; what it leaves out is named before anything is computed."""

import pytest

from ipt_evidence.extraction.checks.planning import COMBINATION, combinations_borne_on, plan_row, unasked
from ipt_evidence.extraction.evidence import draft_evidence
from ipt_evidence.extraction.inputs import examine, sound
from loading import load_questions

GAP = (
    "questions.csv:9: condition=ptsd; intervention=ipt; comparator=control; outcome=remission; timepoint=post; "
    "phase=acute; measure=logOR: no question asks what beta2002 bears on (raw/outcomes.csv:8). Add the row "
    '`ptsd_ipt_v_control_remission_post,"Post-traumatic stress disorder: IPT v control, remission at the end of '
    'treatment",ptsd,all,ipt,control,remission,post,acute,logOR,false`.'
)


def add(base, name, *rows):
    path = base.raw / f"{name}.csv"
    path.write_text("\n".join([path.read_text(encoding="utf-8").rstrip("\n"), *rows, ""]), encoding="utf-8")


def counts(arm, events, outcome="remission", domain="target"):
    return f"beta2002,{arm},{outcome},{domain},SCID,,clinician,post,12,binary,,,,,,{events},14,,,,report_beta"


def ratio(statistic, low="0.2", subgroup="", outcome="remission"):
    figures = f"{low},{'1.25' if low else ''},"
    return (
        f"beta2002,ipt,cau,{outcome},target,{subgroup},,,SCID,,clinician,post,12,{statistic},0.5,,{figures},,,"
        f"{'cau' if outcome == 'remission' else 'ipt'},,report_beta"
    )


def borne_on(base):
    """Return what bears on PTSD at the end of treatment, as outcome and measure."""
    rows = combinations_borne_on(draft_evidence(base.raw, base.vocabulary)[0])
    chosen = rows[rows["condition"].eq("ptsd") & rows["timepoint"].eq("post")]
    return set(chosen[["outcome", "measure"]].itertuples(index=False, name=None)) - {("symptom_severity", "SMD")}


def test_an_outcome_added_to_a_trial_is_named_with_the_row_that_closes_the_gap(mini):
    add(mini, "outcomes", counts("ipt", 9), counts("cau", 4))
    assert mini.problems() == [GAP]
    row = GAP.split("`")[1]
    mini.questions.write_text(f"{mini.questions.read_text(encoding='utf-8')}{row}\n", encoding="utf-8")
    assert len(sound(examine(mini.raw, mini.vocabulary, mini.questions, mini.rules, "ipt")).inputs)


def test_all_gaps_are_named_at_once_each_with_a_line_of_its_own(mini):
    kept = mini.questions.read_text(encoding="utf-8").splitlines()[:2]
    mini.questions.write_text("\n".join([*kept, ""]), encoding="utf-8")
    places = [problem.partition(": ")[0] for problem in mini.problems()]
    assert places == [f"questions.csv:{line}" for line in range(3, 9)]


def test_the_conditions_above_must_ask_too(mini):
    kept = [line for line in mini.questions.read_text("utf-8").splitlines() if not line.startswith("unipolar")]
    mini.questions.write_text("\n".join([*kept, ""]), encoding="utf-8")
    (problem,) = mini.problems()
    assert "condition=unipolar_depression; intervention=ipt" in problem
    assert "what alpha2001 bears on" in problem


@pytest.mark.parametrize(
    ("table", "rows", "found"),
    [
        pytest.param("outcomes", [counts("ipt", 0), counts("cau", 0)], {("remission", "logOR")}, id="no event"),
        pytest.param("outcomes", [counts("ipt", 9)], {("remission", "logOR")}, id="one arm"),
        pytest.param(
            "outcomes", [counts(arm, 3, "relapse", "functioning") for arm in ("ipt", "cau")], set(), id="other domain"
        ),
        pytest.param("contrasts", [ratio("odds_ratio")], {("remission", "logOR")}, id="odds ratio"),
        pytest.param("contrasts", [ratio("risk_ratio")], {("remission", "logRR")}, id="risk ratio alone"),
        pytest.param("contrasts", [ratio("hazard_ratio", low="")], {("remission", "logOR")}, id="ratio without error"),
        pytest.param("contrasts", [ratio("odds_ratio", subgroup="women")], set(), id="part of the trial"),
        pytest.param(
            "contrasts", [ratio("odds_ratio"), ratio("risk_ratio")], {("remission", "logOR")}, id="two ratios"
        ),
        pytest.param(
            "contrasts",
            [ratio("odds_ratio"), ratio("hazard_ratio", outcome="relapse")],
            {("remission", "logOR"), ("relapse", "logHR")},
            id="ratios of two outcomes",
        ),
    ],
)
def test_every_printed_result_bears_on_the_measure_in_which_it_is_asked(mini, table, rows, found):
    add(mini, table, *rows)
    assert borne_on(mini) == found


def test_rows_proposed_are_named_and_titled_as_the_plan_is(real):
    draft, _ = draft_evidence(real.raw, real.vocabulary)
    plan = load_questions(real.questions, draft.vocabulary)
    whole = plan[plan["population"].eq("all")]
    assert len(whole) > 200
    written = {plan_row(row, draft.vocabulary, "ipt") for row in whole[COMBINATION].to_dict("records")}
    lines = {line for line in real.questions.read_text(encoding="utf-8").splitlines() if ",all," in line}
    # Two that would lead, by the rule for rows proposed, are not asked first in the plan.
    assert {row.replace(",true", ",false") for row in written - lines} == lines - written
    assert [row.split(",")[0] for row in sorted(written - lines)] == [
        "bipolar_disorder_ipt_v_other_psychotherapy_relapse_followup_maintenance",
        "substance_use_disorder_ipt_v_cbt_symptom_severity_post",
    ]


def test_rows_proposed_stand_in_the_order_of_the_vocabulary(real):
    draft, _ = draft_evidence(real.raw, real.vocabulary)
    plan = load_questions(real.questions, draft.vocabulary)
    on = plan["condition"].eq("bulimia_nervosa")
    proposed = [
        (one["outcome"], one["timepoint"]) for one, _ in unasked(draft, plan[~on]) if one["comparator"] == "cbt"
    ]
    assert proposed[0] == ("symptom_severity", "post")
    outcomes = draft.vocabulary.outcomes["outcome"].tolist()
    assert [outcome for outcome, _ in proposed] == sorted((outcome for outcome, _ in proposed), key=outcomes.index)
