"""The screening log: refused by file, line and cell, and optional."""

import pandas as pd
import pytest

from ipt_evidence.extraction.schemas.sources import SCREENING
from ipt_evidence.extraction.screening import BY_ABSTRACT, decided

BOTH = {"abstract_first": "include", "abstract_second": "include"}
OUT = {"full_text_first": "exclude", "full_text_second": "exclude"}


def write(base, *rows):
    cells = [{"record_id": f"r{place}", "source": "A", "title": "t"} | row for place, row in enumerate(rows, start=1)]
    pd.DataFrame(cells, columns=list(SCREENING.columns)).to_csv(base.raw / "screening.csv", index=False)


def test_every_contradiction_in_a_log_is_named_at_its_cell(mini):
    write(
        mini,
        {"duplicate_of": "r99"},
        {"duplicate_of": "r1", "abstract_first": "include"},
        {"abstract_first": "include", "abstract_second": "exclude", "full_text_first": "include"},
        BOTH | OUT,
        BOTH | OUT | {"reason": "not_randomised", "report": "gamma2003"},
        BOTH | OUT | {"reason": "no_arm_level_data", "report": "alpha2001"},
        BOTH | {"full_text_decision": "include", "report": "gamma2003"},
        BOTH | {"reason": "other_condition"},
        {"abstract_decision": "exclude", "report": "alpha2001"},
        BOTH | {"report": "alfa2001"},
    )
    assert [line.removeprefix("raw/screening.csv:") for line in mini.problems()] == [
        "2: record_id=r1: duplicate_of = 'r99': must be the record_id of a record that is no duplicate itself. Correct "
        "it: did you mean r9?",
        "3: record_id=r2: duplicate_of = 'r1': must be the record_id of a record that is no duplicate itself. Correct "
        "it: did you mean r10?",
        "3: record_id=r2: abstract_first = 'include': a duplicate is not screened. Empty one of the two cells.",
        "4: record_id=r3: full_text_first = 'include': the record was not included by title and abstract. Fill "
        "abstract_decision, or empty the cell.",
        "5: record_id=r4: reason = '': must be filled for a record excluded by full text. Choose one of the listed "
        "words.",
        "5: record_id=r4: report = '': a report excluded by full text must stand in excluded_reports.csv. Add it "
        "there, and name it here.",
        "6: record_id=r5: report = 'gamma2003': excluded_reports.csv gives another reason, no_arm_level_data. Make the "
        "two reasons one.",
        "7: record_id=r6: report = 'alpha2001': the record was excluded, and its trial is entered. Correct the "
        "decision, or the report.",
        "8: record_id=r7: report = 'gamma2003': the record was included, and its report is not entered. Correct the "
        "decision, or the report.",
        "9: record_id=r8: reason = 'other_condition': the record was not excluded. Empty the cell, or fill a decision.",
        "10: record_id=r9: report = 'alpha2001': a record that title and abstract did not let pass leads to no report. "
        "Correct one of the two.",
        "11: record_id=r10: report = 'alfa2001': must be a trial_id of trials.csv, or a report_id of "
        "excluded_reports.csv. Correct it: did you mean alpha2001?",
    ]


def test_words_and_days_are_held_to_their_form(mini):
    write(mini, {"searched": "31.5.2026", "abstract_first": "yes"})
    assert [line.removeprefix("raw/screening.csv:2: record_id=r1: ") for line in mini.problems()] == [
        "searched = '31.5.2026': must be a day, such as 2026-05-31. Correct the cell or leave it empty.",
        "abstract_first = 'yes': must be one of include, exclude, unsure. Choose one of the listed words, or leave the "
        "cell empty.",
    ]


def test_a_review_without_a_log_is_sound_and_says_no_more_than_an_empty_one(mini):
    (mini.raw / "screening.csv").unlink()
    without = mini.load().screening
    write(mini)
    pd.testing.assert_frame_equal(without, mini.load().screening)
    assert without.empty


@pytest.mark.parametrize(
    ("first", "second", "decision", "found"),
    [
        ("include", "include", None, "include"),
        ("exclude", "exclude", None, "exclude"),
        ("include", "exclude", None, ""),
        ("unsure", "unsure", None, ""),
        ("include", None, None, ""),
        ("include", "exclude", "exclude", "exclude"),
        ("exclude", "exclude", "include", "include"),
        (None, None, "include", "include"),
    ],
)
def test_a_decision_is_what_both_settled_on_or_else_what_both_said(first, second, decision, found):
    cells = {"abstract_first": [first], "abstract_second": [second], "abstract_decision": [decision]}
    assert decided(pd.DataFrame(cells, dtype="str"), BY_ABSTRACT).tolist() == [found]
