"""Answers to signalling questions beside judgements: what is missing, and what contradicts."""

from dataclasses import replace

import pandas as pd
import pytest

from ipt_evidence.extraction.checks.figures import tools_keep_to_their_words
from ipt_evidence.extraction.checks.signalling import assessors_follow_the_algorithm, flowcharts_come_to_an_end

RANDOMISED_WELL = {"1.1": "Y", "1.2": "Y", "1.3": "N"}


@pytest.fixture
def found(sound_draft):
    """Run a check on judgements of one result, from line 2 on; return what it finds."""

    def find(check, judged):
        template = sound_draft.tables.frames["risk_of_bias"].iloc[[0]]
        rows = pd.concat([template] * len(judged)).set_axis(range(2, 2 + len(judged)))
        rows = rows.assign(tool="RoB2", instrument=pd.NA, domain=list(judged), judgement=list(judged.values()))
        frames = sound_draft.tables.frames | {"risk_of_bias": rows.astype(template.dtypes.to_dict())}
        return list(check(replace(sound_draft, tables=replace(sound_draft.tables, frames=frames))))

    return find


def test_a_question_the_answers_lead_to_must_be_answered(found):
    (breach,) = found(flowcharts_come_to_an_end, {"2.1": "Y", "2.6": "Y", "1.2": "N"})
    assert (breach.line, breach.level) == (2, "error")
    assert str(breach).endswith(
        "domain = '2.1': the answers on deviations lead to question 2.3, which must be answered then. "
        "Add a row for 2.3; NI if the report does not say."
    )


def test_question_3_2_has_no_answer_for_no_information(found):
    (breach,) = found(flowcharts_come_to_an_end, {"3.1": "N"})
    assert breach.remedy == "Add a row for 3.2; N or PN if there is none"


def test_a_judgement_against_the_answers_is_a_warning(found):
    (breach,) = found(assessors_follow_the_algorithm, RANDOMISED_WELL | {"randomisation": "high"})
    assert (breach.line, breach.level) == (5, "warning")
    assert str(breach).endswith(
        "judgement = 'high': the published algorithm gives low from the answers. "
        "Look it up; if the assessors judged so, leave it: it holds, and the reports mark it as theirs."
    )


ALL_LOW = dict.fromkeys(("randomisation", "deviations", "missing_data", "measurement", "reporting"), "low")


@pytest.mark.parametrize(
    ("judged", "rule"),
    [
        (RANDOMISED_WELL | {"randomisation": "low"}, None),
        (ALL_LOW | {"overall": "low"}, None),
        (ALL_LOW | {"overall": "high"}, "the published algorithm gives low from the domains"),
        (ALL_LOW | {"reporting": "high", "overall": "some_concerns"},
         "the published algorithm gives high from the domains"),
        (ALL_LOW | {"reporting": "some_concerns", "overall": "high"},
         "the published algorithm gives some_concerns from the domains"),
        (ALL_LOW | {"reporting": "some_concerns", "deviations": "some_concerns", "overall": "high"}, None),
        (ALL_LOW | {"reporting": "some_concerns", "deviations": "some_concerns", "overall": "low"},
         "the published algorithm gives some_concerns or high from the domains"),
        ({"randomisation": "low", "overall": "low"}, None),
        ({"overall": "high"}, None),
        ({domain: word for domain, word in ALL_LOW.items() if domain != "randomisation"} | RANDOMISED_WELL
         | {"1.2": "N", "overall": "low"}, "the published algorithm gives high from the domains"),
    ],
)  # fmt: skip
def test_an_overall_judgement_fits_its_domains_or_is_warned_of(found, judged, rule):
    assert [breach.rule for breach in found(assessors_follow_the_algorithm, judged)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    "judged",
    [ALL_LOW | {"randomisation": "hihg"}, ALL_LOW | {"overall": "lwo"}, {"1.1": "Yes"}, {"randomization": "low"}],
)
def test_nothing_follows_from_a_word_that_the_tool_does_not_have(found, judged):
    assert found(flowcharts_come_to_an_end, judged) == found(assessors_follow_the_algorithm, judged) == []
    assert [breach.rule for breach in found(tools_keep_to_their_words, judged)] != []


def test_rob_1_has_no_signalling_questions(sound_draft):
    assert list(flowcharts_come_to_an_end(sound_draft)) == []
    assert list(assessors_follow_the_algorithm(sound_draft)) == []
