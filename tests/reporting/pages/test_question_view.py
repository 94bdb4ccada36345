import re
from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.pages.question_details import formula
from ipt_evidence.reporting.pages.question_view import question_views
from ipt_evidence.words import numbers

MAIN = "depression_ba_v_control_symptom_severity_post"


@pytest.fixture(scope="module")
def views(review):
    found = {question: question_views(review).view(question) for question in review.questions["question_id"]}
    # What the tests below go through is there.
    assert all(
        any(getattr(view, part) for view in found.values()) for part in ("plot", "origins", "left_out", "remarks")
    )
    return found


@pytest.fixture(scope="module")
def rows_of(review):
    """Return the rows of a table on one question."""
    names = ("synthesis_weights", "selections", "sensitivity")
    found = {name: dict(iter(review.tables[name].groupby("question_id"))) for name in names}
    return lambda table, question: found[table].get(question, review.tables[table].iloc[:0])


@pytest.mark.parametrize(
    ("text", "measure", "written"),
    [
        ("logOR of counts", "logOR", f"{numbers.MEASURES['logOR'].name} of counts"),
        ("SMD of counts", "SMD", "SMD of counts"),
        ("mean difference, variance from its p value", "MD", "mean difference, variance from its p value"),
        ("RD is not what this is about", "MD", "RD is not what this is about"),
    ],
)
def test_a_formula_names_the_measure_of_its_effect(text, measure, written):
    assert formula(text, measure) == written


def test_every_question_of_the_plan_has_a_view_in_its_order(review, views):
    assert list(views) == review.questions["question_id"].tolist()


def test_the_estimate_is_that_of_the_synthesis(review, views):
    for row in review.tables["syntheses"].to_dict("records"):
        found = views[row["question_id"]].answer
        figures = row["estimate"], row["ci_low"], row["ci_high"]
        expected = numbers.estimate(*figures, row["measure"], level=row["level"]) if row["k"] else numbers.MISSING
        assert (found.k, found.pooled.written) == (row["k"], expected)


def test_a_plot_shows_each_pooled_trial_once_with_its_weight(review, rows_of, views):
    labels = review.tables["trials"].set_index("trial_id")["label"]
    for question, view in views.items():
        pooled = rows_of("synthesis_weights", question)
        if view.plot is None:
            assert len(pooled) == 0
            continue
        shown = [
            element.text
            for element in ElementTree.fromstring(view.plot.drawing).iter("{http://www.w3.org/2000/svg}text")
        ]
        for trial, weight in zip(pooled["trial_id"], pooled["weight_percent"], strict=True):
            assert f"{weight:.1f}%" in shown
            first = labels[trial].split()[0]
            assert any(text.startswith(first) for text in shown)
        assert sum(bool(re.fullmatch(r"\d+\.\d%", text)) for text in shown) == len(pooled)


def test_a_question_without_trials_shows_no_figures(views):
    empty = [view for view in views.values() if not view.answer.k]
    assert empty
    for view in empty:
        assert (view.plot, view.figures, view.rating, view.origins) == (None, (), None, ())
        assert view.answer.strength == "no_evidence"


def test_a_single_trial_says_so_and_shows_no_heterogeneity(views):
    single = [view for view in views.values() if view.answer.k == 1]
    assert single
    for view in single:
        assert view.answer.pooled.trials == "a single trial"
        assert not {"τ²", "I²"} & {figure.term for figure in view.figures}
        assert "Average" not in view.plot.drawing


def test_every_effect_of_a_pool_has_its_raw_lines(rows_of, views):
    for question, view in views.items():
        used = rows_of("selections", question)["used"].sum()
        assert len(view.origins) == used
        assert all(origin.lines.lines for origin in view.origins)


def test_every_result_left_out_is_named_with_its_reason(rows_of, views):
    for question, view in views.items():
        selected = rows_of("selections", question)
        told = ["reason_id", "doubt_id", "outranked_by", "domain"]
        reasons = selected.loc[~selected["used"].astype(bool), told]
        reasons = reasons.assign(domain=reasons["domain"].where(reasons["reason_id"].eq("other_domain")))
        assert len(view.left_out) == len(reasons.drop_duplicates())


def test_every_sensitivity_analysis_is_shown(rows_of, views):
    for question, view in views.items():
        assert len(view.variants) + len(view.without_one) == len(rows_of("sensitivity", question))


def test_no_heterogeneity_is_told_that_a_model_takes_as_none(views):
    found = [one for view in views.values() for one in view.variants if one.choice == "One effect common to all trials"]
    assert found
    assert {one.tau2 for one in found} == {numbers.MISSING}


def test_leaving_out_each_trial_is_kept_apart(views):
    view = views[MAIN]
    assert len(view.without_one) == view.answer.k
    assert all(variant.choice.startswith("Without ") for variant in view.without_one)
    assert "τ² by DerSimonian and Laird (DL)" in [variant.choice for variant in view.variants]


def test_every_trial_marked_in_a_plot_has_its_remark(views):
    for view in views.values():
        if view.plot is not None:
            assert view.plot.drawing.count("†") == len(view.remarks)


def test_trials_stand_in_order_of_year(review, views):
    years = dict(zip(review.tables["trials"]["label"], review.tables["trials"]["year"], strict=True))
    shown = [years[origin.trial] for origin in views[MAIN].origins]
    assert shown == sorted(shown)


def test_an_answer_too_weak_to_rely_on_names_no_side(views):
    weak = [view.answer for view in views.values() if view.answer.strength == "insufficient"]
    assert {answer.favours for answer in weak} == {"too little to say"}


def test_the_description_of_a_plot_gives_the_answer_to_those_who_cannot_see_it(views):
    root = ElementTree.fromstring(views[MAIN].plot.drawing)
    description = root.findtext("{http://www.w3.org/2000/svg}desc")
    assert views[MAIN].answer.pooled.written in description
    assert "above 0 favours BA" in description
