"""Where evidence is missing, as a table."""

import pandas as pd

from ipt_evidence.appraisal.tables import evidence_gaps

QUESTIONS = pd.DataFrame(
    [
        {"question_id": "severity", "condition": "depression", "comparator": "control", "outcome": "symptom_severity"},
        {"question_id": "gap", "condition": "psychosis", "comparator": "control", "outcome": "symptom_severity"},
    ]
)
SYNTHESES = pd.DataFrame(
    [
        {"question_id": "severity", "k": 6, "n_participants": 700.0},
        {"question_id": "gap", "k": 0, "n_participants": 0.0},
    ]
)
# A rating may rest on fewer trials than the answer; the map counts those of the answer.
RATINGS = pd.DataFrame(
    [
        {"question_id": "severity", "k": 4, "n_participants": 500.0, "strength": "strong"},
        {"question_id": "gap", "k": 0, "n_participants": 0.0, "strength": "no_evidence"},
    ]
)


FATES = pd.DataFrame([("gap", "one2001", "not_computed"), ("gap", "two2002", "report_only")],
                     columns=["question_id", "trial_id", "fate"])  # fmt: skip


def test_the_gap_map_has_every_cell_and_shows_the_empty_ones(vocabulary):
    gaps = evidence_gaps(vocabulary.conditions["condition"], QUESTIONS, SYNTHESES, RATINGS, FATES, vocabulary, "ipt")
    assert len(gaps) == len(vocabulary.conditions) * (len(vocabulary.treatment_classes) - 1) * len(vocabulary.outcomes)
    cell = gaps.set_index(["condition", "comparator", "outcome"])
    assert cell.loc[("depression", "control", "symptom_severity"), ["k", "strength"]].tolist() == [6, "strong"]
    assert cell.loc[("depression", "cbt", "symptom_severity"), ["k", "strength"]].tolist() == [0, "no_evidence"]


def test_a_cell_counts_the_trials_that_report_what_could_not_be_used(vocabulary):
    gaps = evidence_gaps(vocabulary.conditions["condition"], QUESTIONS, SYNTHESES, RATINGS, FATES, vocabulary, "ipt")
    cell = gaps.set_index(["condition", "comparator", "outcome"])
    assert cell.loc[("psychosis", "control", "symptom_severity"), ["k", "unusable"]].tolist() == [0, 1]
    assert cell["unusable"].sum() == 1


def test_of_two_questions_without_trials_a_cell_shows_the_one_with_results(vocabulary):
    asked = pd.concat([QUESTIONS, QUESTIONS.tail(1).assign(question_id="another_gap")], ignore_index=True)
    sizes, rated = (
        pd.concat([table, table.tail(1).assign(question_id="another_gap")], ignore_index=True)
        for table in (SYNTHESES, RATINGS)
    )
    gaps = evidence_gaps(vocabulary.conditions["condition"], asked, sizes, rated, FATES, vocabulary, "ipt")
    assert (
        gaps.set_index(["condition", "comparator", "outcome"]).at[
            ("psychosis", "control", "symptom_severity"), "question_id"
        ]
        == "gap"
    )
