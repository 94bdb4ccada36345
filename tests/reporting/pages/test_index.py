import re
from dataclasses import replace
from pathlib import Path

import pytest

from ipt_evidence.appraisal.answers import MAIN
from ipt_evidence.reporting.pages.comparisons import Comparison
from ipt_evidence.reporting.pages.index import _covered, _question_tally, _study_tallies, _unclear, index_page
from ipt_evidence.reporting.pages.overview import overviews
from ipt_evidence.words import numbers

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "workflow" / "templates"


@pytest.fixture(scope="module")
def asked(review):
    return list(review.answers.values())


@pytest.fixture(scope="module")
def tables(review, asked):
    return overviews(review, asked)


def test_all_counts_add_up(review, asked):
    tallies = (*_study_tallies(review), _question_tally(asked))
    for tally in tallies:
        assert sum(number for _, number in tally.parts) == tally.total, tally.words
    totals = [len(review.tables["trials"]), len(review.tables["excluded_reports"]), len(review.tables["effect_sizes"])]
    assert [tally.total for tally in tallies] == [*totals, len(review.questions)]


def test_what_cannot_be_said_is_counted_only_where_there_is_some(asked):
    unsure = replace(next(one for one in asked if one.k > 0), strength="insufficient")
    empty = next(one for one in asked if one.k == 0)
    unsure, empty = (Comparison("a-v-b", "A v B", (one,)) for one in (unsure, empty))
    assert _unclear([]) == "No question is asked yet."
    assert _unclear([unsure]) == ("On 1 other comparison the trials in our tables are too few or too uncertain to say.")
    assert _unclear([unsure, empty, empty]) == (
        "On 1 other comparison the trials in our tables are too few or too uncertain to say; "
        "on 2 comparisons our tables hold no usable result."
    )


def test_a_firm_answer_on_another_outcome_is_on_the_first_page(review):
    hidden = next(one for one in review.answers.values() if one.k and not one.is_main and not one.primary)
    ratings = review.tables["ratings"]
    same = [
        one.question_id
        for one in review.answers.values()
        if (one.condition, one.comparison) == (hidden.condition, hidden.comparison)
    ]
    columns = ["strength", "label", "direction"]
    changed = ratings.astype(dict.fromkeys(columns, object))
    changed.loc[changed["question_id"].isin(same), columns] = ["insufficient", "insufficient", "unclear"]
    firm = changed["question_id"].eq(hidden.question_id)
    changed.loc[firm, columns] = ["moderate", "comparator_better", "favours_comparator"]
    page = index_page(replace(review, tables={**review.tables, "ratings": changed}), TEMPLATES, [])
    (short,) = re.findall(r'<table class="answers.*?</table>', page, flags=re.DOTALL)
    assert f"{hidden.question_id}.html" in short
    assert "Moderate: comparator better" in short


def test_no_trial_vanishes(review):
    parts = dict(_study_tallies(review)[0].parts)
    assert "have no result in the tables" not in parts


def test_a_condition_three_levels_down_is_linked_from_the_overview_and_the_list_of_conditions(deep):
    review, condition, label = deep
    page = index_page(review, TEMPLATES, [])
    link = f'<a href="conditions/{condition}.html">{label}</a>'
    assert f'<tr class="child" style="--depth: 2"><th scope="row">{link}</th>' in page
    assert f'<li class="child" style="--depth: 2">{link}' in page


def test_a_cell_is_empty_only_where_nothing_was_asked(review, tables):
    for overview, intervention in zip(tables, ("ba", "ba_with_medication"), strict=True):
        here = review.questions[review.questions["intervention"].eq(intervention)]
        assert len(overview.comparators) == here["comparator"].nunique()
        filled = sum(cell is not None for row in overview.rows for cell in row.cells)
        assert filled == len(here.drop_duplicates(["condition", "comparator"]))


def test_a_cell_shows_symptoms_at_the_end_of_treatment_where_trials_answer_that(asked, tables):
    for overview in tables:
        for cell in (cell.main for row in overview.rows for cell in row.cells if cell is not None):
            same = [
                one
                for one in asked
                if (one.condition, one.intervention, one.comparator)
                == (cell.condition, cell.intervention, cell.comparator)
            ]
            if any(one.k and (one.outcome, one.timepoint, one.phase) == MAIN for one in same):
                assert (cell.outcome, cell.timepoint, cell.phase) == MAIN
            else:
                assert cell.k == max(one.k for one in same)


def test_an_expired_override_stands_at_the_top_and_leads_to_its_question(review):
    certainty = review.tables["certainty"]
    (row,) = certainty[certainty["status"].eq("expired")].to_dict("records")
    (alert,) = re.findall(r'<p class="alert">.*?</p>', index_page(review, TEMPLATES, []))
    assert "The override of Invented Reviewer, 2025-03-01" in alert
    assert "n_participants was 96, is 145" in alert
    assert f'.html#{row["question_id"]}">' in alert


@pytest.mark.parametrize(("status", "alerts"), [("expired", 1), ("overridden", 0)])
def test_the_note_of_an_override_stays_text(review, status, alerts):
    certainty = review.tables["certainty"]
    expired = certainty["status"].eq("expired")
    changed = certainty.assign(
        status=certainty["status"].where(~expired, status),
        note=certainty["note"].astype(object).where(~expired, "The override of <A. Panel> has expired."),
    )
    page = index_page(replace(review, tables={**review.tables, "certainty": changed}), TEMPLATES, [])
    assert page.count("The override of &lt;A. Panel&gt; has expired.") == page.count('class="alert"') == alerts


@pytest.mark.parametrize(
    ("name", "address", "title"),
    [
        ("02_pool_more", "02_pool_more", "pool more"), ("explore", "explore", "explore"), ("-k", "-k", "-k"),
        ("7", "7", "7"), ("#y?z%s", "%23y%3Fz%25s", "#y?z%s"), ("a:b\\c", "a%3Ab%5Cc", "a:b\\c"),
        ("'\"<i>", "%27%22%3Ci%3E", "&#39;&#34;&lt;i&gt;"),
    ],
)  # fmt: skip
def test_a_notebook_of_any_name_is_linked(review, name, address, title):
    page = index_page(review, TEMPLATES, [name])
    assert f'<li><a href="notebooks/{address}.html">Notebook: {title}</a></li>' in page


def test_the_formats_of_a_trial_without_an_arm_of_the_therapy_are_accounted_for(review):
    arms = review.tables["arms"]
    given = review.vocabulary.given(arms)
    trial = given["trial_id"].iloc[0]
    other = next(name for name in arms["treatment"] if name not in set(given["treatment"]))
    without = arms.assign(treatment=arms["treatment"].mask(arms["trial_id"].eq(trial), other))
    apart = len(review.tables["trials"]) - given["trial_id"].nunique()
    said = _covered(replace(review, tables={**review.tables, "arms": without}))[1]
    assert said.endswith(f" {numbers.counted(apart + 1, 'trial')} tested it only as a part of another treatment.")


def test_reports_that_were_never_obtained_are_not_said_to_have_been_looked_at(review):
    assert _study_tallies(review)[1].words == "reports sought and not entered"


def test_a_side_that_does_better_is_named_beside_its_label(review):
    worse = {"strength": "limited", "label": "comparator_better", "direction": "favours_comparator"}
    ratings = review.tables["ratings"]
    tables = {**review.tables, "ratings": ratings.mask(ratings["k"].gt(0), ratings.assign(**worse))}
    page = index_page(replace(review, tables=tables), TEMPLATES, [])
    short = page[page.index('id="answers"') : page.index('id="overview"')]
    assert short.count("Limited: comparator better") == len(re.findall("comparator better</span> favours ", short)) > 0
