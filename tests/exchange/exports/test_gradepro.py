"""Summaries of findings in the columns of an evidence profile: every number is that of the tables."""

import io

import pandas as pd
import pytest

from ipt_evidence.exchange.exports import FORMATS
from ipt_evidence.exchange.exports.gradepro import COLUMNS, SERIOUS, SUSPECTED
from ipt_evidence.exchange.exports.orientation import is_turned
from ipt_evidence.words import labels


@pytest.fixture(scope="module")
def profile(invented):
    exported = FORMATS["gradepro"].export(invented, invented.questions)
    return pd.read_csv(io.StringIO(exported.content)).set_index("question_id"), exported


def test_each_row_of_the_summaries_is_there_once(invented, profile):
    rows, exported = profile
    assert [*rows.reset_index().columns] != []
    assert {*rows.columns} | {"question_id"} == {*COLUMNS}
    assert [*rows.index] == [*invented.tables["summary_of_findings"]["question_id"]]
    assert {what for what, _ in exported.left} == {*invented.questions["question_id"]} - {*rows.index}


def test_effects_are_those_of_the_answers_and_of_the_event(invented, profile):
    turned = 0
    for question, row in profile[0].iterrows():
        answer = invented.answers[question]
        assert (row["No of studies"], row["No of participants"]) == (answer.k, answer.rated.n_participants)
        if not answer.k:
            assert pd.isna(row["estimate"])
            assert pd.isna(row["Certainty"])
            continue
        ours = (answer.rated.estimate, answer.rated.ci_low, answer.rated.ci_high)
        if is_turned(invented, answer.outcome):
            turned += 1
            ours = (-ours[0], -ours[2], -ours[1])
            assert row["Effect direction"].startswith("below ")
        assert tuple(row[["estimate", "ci_low", "ci_high"]]) == pytest.approx(ours, rel=1e-12)
        assert row["Certainty"].endswith(labels.CERTAINTIES[answer.certainty])
    assert turned


def test_levels_taken_away_are_those_of_the_ratings(invented, profile):
    certainty = invented.tables["certainty"].set_index(["question_id", "domain"])["downgrade"]
    checked = 0
    for question, row in profile[0].iterrows():
        if not invented.answers[question].k:
            continue
        for domain in ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias"):
            words = SUSPECTED if domain == "publication_bias" else SERIOUS
            assert row[labels.capital(labels.words(domain))] == words[int(certainty[question, domain])]
            checked += 1
    assert checked > 20


def test_numbers_of_people_are_those_of_the_summaries(invented, profile):
    summary = invented.tables["summary_of_findings"].set_index("question_id")
    rows = profile[0][profile[0]["Risk with comparison per 1000"].notna()]
    assert len(rows) > 2
    for question, row in rows.iterrows():
        mine = summary.loc[question]
        assert row["Risk with comparison per 1000"] == pytest.approx(1000 * mine["control_risk"])
        assert row["Risk with intervention per 1000"] == pytest.approx(1000 * mine["with_intervention"])
        assert row["Difference per 1000 who do better"] == pytest.approx(mine["benefit_per_1000"])
