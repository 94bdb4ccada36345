"""A summary of findings: which questions, in which order, with which reasons."""

import json
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.appraisal.answers import NOT_RANDOMISED
from ipt_evidence.appraisal.summary import (
    COMPARED,
    MOST,
    STARTED_LOW,
    SUMMARY_COLUMNS,
    importance_order,
    summary_of_findings,
)
from ipt_evidence.files import read_table
from ipt_evidence.words.registers import PLAIN, voice

PROCESSED = Path(__file__).parents[2] / "data" / "processed"
NO_DOMAINS = pd.DataFrame(columns=["question_id", "domain", "downgrade", "status", "reason", "note"])
ASKED = [
    ("followup", {"timepoint": "followup", "primary": False}),
    ("prevention", {"phase": "prevention", "primary": False}),
    ("dropout", {"outcome": "dropout", "measure": "logOR", "primary": False}),
    ("response", {"outcome": "response", "measure": "logOR", "primary": False}),
    ("main", {}),
    ("gap", {"outcome": "functioning", "primary": False, "k": 0}),
    ("later", {"outcome": "dropout", "measure": "logOR", "primary": False, "timepoint": "followup"}),
    ("again", {"outcome": "response", "measure": "logRR", "primary": False}),
    ("only_later", {"outcome": "relapse", "measure": "logOR", "primary": False, "timepoint": "followup"}),
    ("functioning_later", {"outcome": "functioning", "primary": False, "timepoint": "followup"}),
]
ORDER = ["main", "gap", "response", "only_later", "dropout", "followup", "functioning_later", "again", "later"]


@pytest.fixture
def outcomes(vocabulary):
    return vocabulary.outcomes["outcome"].tolist()


@pytest.fixture
def lay_out(vocabulary, labels, outcomes):
    def made(answers, certainty=NO_DOMAINS):
        return summary_of_findings(answers, certainty, outcomes, voice(PLAIN, vocabulary, labels))

    return made


def test_main_questions_come_first_then_every_outcome_once_then_second_looks(make_answer, outcomes):
    answers = [make_answer(question_id=name, **cells) for name, cells in ASKED if name != "prevention"]
    assert [one.question_id for one in importance_order(answers, outcomes)] == ORDER
    shuffled = sorted(answers, key=lambda one: (one.question_id != "response", one.question_id))
    assert [one.question_id for one in importance_order(shuffled, outcomes)] == ORDER


def test_the_seven_most_important_of_each_comparison_and_phase_are_told_gaps_among_them(make_answer, lay_out):
    answers = [make_answer(question_id=name, **cells) for name, cells in ASKED]
    other = [make_answer(question_id="other", comparator="cbt"), make_answer(question_id="else", condition="ptsd")]
    found = lay_out([*answers, *other])
    assert list(found) == SUMMARY_COLUMNS
    assert found["question_id"].tolist() == [*ORDER[:MOST], "prevention", "other", "else"]
    assert found["rank"].tolist() == [*range(1, MOST + 1), 1, 1, 1]
    gap = found.set_index("question_id").loc["gap"]
    assert (gap["k"], gap["certainty"]) == (0, "")


def test_no_outcome_of_the_review_is_told_twice_while_another_such_as_dropout_is_left_out():
    asked, told = (read_table(PROCESSED / f"{name}.csv") for name in ("syntheses", "summary_of_findings"))
    outcomes = asked.groupby(list(COMPARED))["outcome"].agg(set)
    full = [part for key, part in told.groupby(list(COMPARED)) if outcomes[key] - set(part["outcome"])]
    assert all(part["outcome"].is_unique for part in full)
    assert "dropout" in set(told.query("condition == 'unipolar_depression' and comparator == 'control'")["outcome"])


def test_reasons_are_those_of_the_domains_that_took_levels_a_persons_words_where_one_decided(make_answer, lay_out):
    rows = [
        ("main", "risk_of_bias", -1, "computed", "All weak.", None),
        ("main", "inconsistency", 0, "computed", "All alike.", None),
        ("main", "imprecision", -2, "overridden", "Rule.", "Person: too few."),
    ]
    found = lay_out([make_answer(question_id="main")], pd.DataFrame(rows, columns=list(NO_DOMAINS)))
    assert json.loads(found.at[0, "footnotes"]) == {
        "risk_of_bias": {"levels": -1, "reason": "All weak."},
        "imprecision": {"levels": -2, "reason": "Person: too few."},
    }
    low = lay_out([make_answer(question_id="main", downgraded=(NOT_RANDOMISED,))])
    assert json.loads(low.at[0, "footnotes"]) == {"start": STARTED_LOW}


def test_the_review_is_summed_up_with_the_figures_of_its_tables():
    found = read_table(PROCESSED / "summary_of_findings.csv")
    rated, absolute = (
        read_table(PROCESSED / f"{name}.csv").set_index("question_id") for name in ("ratings", "absolute")
    )
    assert found.groupby(list(COMPARED)).size().between(1, MOST).all()
    for row in found.to_dict("records"):
        rating = rated.loc[row["question_id"]]
        for name in ("k", "estimate", "ci_low", "ci_high", "certainty", "decided_by", "provisional"):
            assert row[name] == rating[name] or (pd.isna(row[name]) and pd.isna(rating[name]))
        assert pd.notna(row["with_intervention"]) == (row["question_id"] in absolute.index)
        if row["question_id"] in absolute.index:
            assert row["benefit_per_1000"] == absolute.at[row["question_id"], "benefit_per_1000"]
        taken = sum(why["levels"] for why in json.loads(row["footnotes"]).values())
        levels = ("very_low", "low", "moderate", "high")
        if row["k"]:
            assert row["certainty"] == levels[max(0, levels.index(rating["start"]) + taken)]


def test_ranks_run_from_one_without_a_gap():
    for _, part in read_table(PROCESSED / "summary_of_findings.csv").groupby(list(COMPARED)):
        assert part["rank"].iloc[0] == 1
        assert all(after - before == 1 for before, after in pairwise(part["rank"]))
