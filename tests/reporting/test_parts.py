"""A page that is taken from the last run is the page that this run would write."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.reporting.kept import Kept
from ipt_evidence.reporting.parts import ELSEWHERE, Parts, digest_of
from ipt_evidence.reporting.site import condition_pages, pages_on

TEMPLATES = Path(__file__).parents[2] / "workflow" / "templates"


def anew(review):
    """Write every page from the whole review."""
    files = {}
    for condition in review.questions["condition"].unique():
        files |= pages_on(review, condition, TEMPLATES)
    return files


@pytest.fixture(scope="module")
def before(review):
    """The pages of a run, and what it kept."""
    kept = Kept()
    return dict(condition_pages(Parts(replace(review, kept=kept)), TEMPLATES)), kept.used


def with_cells(table, column, change):
    return table.assign(**{column: [cell if pd.isna(cell) else change(cell) for cell in table[column]]})


def in_table(name, column, change):
    return lambda review: replace(
        review, tables={**review.tables, name: with_cells(review.tables[name], column, change)}
    )


def in_words(name, column, change):
    def changed(review):
        table = with_cells(getattr(review.vocabulary, name), column, change)
        return replace(review, vocabulary=replace(review.vocabulary, **{name: table}))

    return changed


def other(text):
    return f"{text} changed"


def more(number):
    return number + 1


def less(number):
    return number * 0.9


CHANGES = {
    "agreement": in_table("agreement", "difference", less),
    "arms": in_table("arms", "n_sessions", more),
    "bayes": in_table("bayes", "p_benefit", less),
    "benchmarks": in_table("benchmarks", "label", other),
    "certainty": in_table("certainty", "reason", other),
    "contrasts": in_table("contrasts", "line", more),
    "doubts": in_table("doubts", "doubt", other),
    "excluded_reports": in_table("excluded_reports", "label", other),
    "network_contrasts": in_table("network_contrasts", "yi", less),
    "network_estimates": in_table("network_estimates", "estimate", less),
    "network_ranks": in_table("network_ranks", "p_score", less),
    "networks": in_table("networks", "n_participants", more),
    "not_computed": in_table("not_computed", "reported", other),
    "outcomes": in_table("outcomes", "line", more),
    "ratings": in_table("ratings", "n_participants", more),
    "risk_of_bias": in_table("risk_of_bias", "source_id", lambda source: None),
    "risk_readings": in_table("risk_readings", "estimate", less),
    "robustness": in_table("robustness", "specifications", more),
    "selections": in_table("selections", "yi", less),
    "sensitivity": in_table("sensitivity", "estimate", less),
    "small_study": in_table("small_study", "p_value", less),
    "sources": in_table("sources", "title", other),
    "summary_of_findings": in_table("summary_of_findings", "sentence", other),
    "syntheses": in_table("syntheses", "tau2", less),
    "synthesis_weights": in_table("synthesis_weights", "weight_percent", less),
    "trial_risk": in_table("trial_risk", "note", other),
    "trials": in_table("trials", "label", other),
    **{
        name: in_words(name, column, other)
        for name, column in (
            ("conditions", "label"), ("treatment_classes", "label"), ("treatments", "label"), ("outcomes", "label"),
            ("instruments", "name"),
        )
    },
}  # fmt: skip


def test_a_page_from_its_part_is_the_page_from_the_whole_review(review, before):
    assert before[0] == anew(review)


def test_what_did_not_change_is_not_written_again(review, before, monkeypatch):
    monkeypatch.setattr("ipt_evidence.reporting.site.pages_on", None)
    assert dict(condition_pages(Parts(replace(review, kept=Kept(before[1]))), TEMPLATES)) == before[0]


@pytest.mark.parametrize("name", CHANGES)
def test_no_change_leaves_a_page_that_is_out_of_date(review, before, name):
    changed = CHANGES[name](review)
    now = dict(condition_pages(Parts(replace(changed, kept=Kept(before[1]))), TEMPLATES))
    assert now == anew(changed)
    print([page for page in now if now[page] != before[0][page]])


def test_a_part_says_all_that_it_holds(review):
    part = Parts(review).on(review.questions["condition"].iloc[0])
    found = part.as_review()
    assert set(found.tables) == set(review.tables) - ELSEWHERE
    assert found.references == found.guides == found.guide_references == {}
    said = list(part.in_words())
    for table in found.tables.values():
        assert {digest_of(repr(list(row))) for row in table.itertuples(index=False, name=None)} <= set(said)
