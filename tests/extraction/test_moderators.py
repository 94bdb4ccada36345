"""The moderators a review plans: those in use are sound, and whatever is wrong is told at once."""

import shutil
from pathlib import Path

import pytest

from ipt_evidence.extraction.moderators import check_moderators, planned_moderators

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def found(tmp_path, vocabulary):
    """Return what is wrong once some text of the two tables is changed, a line each."""

    def changed(*pairs):
        for name in ("moderators.csv", "moderator_groups.csv"):
            text = (CONFIG / name).read_text(encoding="utf-8")
            for old, new in (pair for file, *pair in pairs if file == name):
                assert old in text
                text = text.replace(old, new, 1)
            (tmp_path / name).write_text(text, encoding="utf-8")
        breaches = check_moderators(tmp_path / "questions.csv", vocabulary)
        return [str(breach).replace(f"{tmp_path.as_posix()}/", "") for breach in breaches]

    return changed


def test_the_moderators_in_use_are_sound(vocabulary):
    assert check_moderators(CONFIG / "questions.csv", vocabulary) == []


def test_a_review_need_not_plan_any(tmp_path, vocabulary):
    assert check_moderators(tmp_path / "questions.csv", vocabulary) == []
    assert {name: len(table) for name, table in planned_moderators(tmp_path / "questions.csv").items()} == {
        "moderators": 0,
        "moderator_groups": 0,
    }


def test_groups_without_moderators_are_missed(tmp_path, vocabulary):
    shutil.copy(CONFIG / "moderator_groups.csv", tmp_path)
    (breach,) = check_moderators(tmp_path / "questions.csv", vocabulary)
    assert breach.file == (tmp_path / "moderators.csv").as_posix()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            ("moderators.csv", ",,waiting_list,10,", ",,waiting_list,9,"),
            "moderators.csv:2: moderator_id=control_condition: min_trials = '9': must be 10 or more. Look the figure "
            "up in its source.",
            id="fewer than ten trials",
        ),
        pytest.param(
            ("moderators.csv", ",waiting_list,10", ",wait_list,10"),
            "moderators.csv:2: moderator_id=control_condition: expects = 'wait_list': must be one of no_treatment, "
            "placebo, usual_care, waiting_list. Correct it, or leave it empty.",
            id="expects none of its groups",
        ),
        pytest.param(
            ("moderators.csv", "trial,year,,smaller", "trial,year,,later"),
            "moderators.csv:7: moderator_id=year: expects = 'later': must be one of larger, smaller. Correct it, or "
            "leave it empty.",
            id="expects no direction",
        ),
        pytest.param(
            ("moderators.csv", "categorical,second_arm,treatment", "categorical,trial,treatment"),
            "moderators.csv:2: moderator_id=control_condition: column = 'treatment': must belong to the level trial. "
            "Take year or country or population or special_population or phase or mean_age or percent_women.",
            id="column of another level",
        ),
        pytest.param(
            ("moderators.csv", "baseline_mean,HAM-D-17", "baseline_mean,HAMD-17"),
            "moderators.csv:9: moderator_id=baseline_severity: instrument = 'HAMD-17': must be listed in "
            "config/vocabulary/instruments.csv. Correct it: did you mean HAM-D-17?",
            id="instrument that nothing was measured on",
        ),
        pytest.param(
            ("moderators.csv", "baseline_mean,HAM-D-17", "baseline_mean,"),
            "moderators.csv:9: moderator_id=baseline_severity: instrument = '': must be filled where level is "
            "baseline, and only there. Name the instrument, or leave the cell empty.",
            id="scores of no instrument",
        ),
        pytest.param(
            ("moderator_groups.csv", "format,telephone,remote", "formats,telephone,remote"),
            "moderator_groups.csv:10: moderator_id=formats; value=telephone: moderator_id = 'formats': must be a "
            "categorical moderator of moderators.csv. Correct it: did you mean format?",
            id="groups of nothing",
        ),
        pytest.param(
            ("moderator_groups.csv", "internet,remote,Telephone or internet", "internet,remote,Internet"),
            "moderator_groups.csv:11: moderator_id=format; value=internet: label = 'Internet': must be the same for "
            "every value of group remote. Correct one of them.",
            id="two labels of one group",
        ),
        pytest.param(
            (
                "moderator_groups.csv",
                "risk_of_bias,low,low,Low,trials at low risk of bias",
                'risk_of_bias,low,not_low,"Some concerns, high or unclear",'
                "trials at high or unclear risk of bias or with some concerns",
            ),
            "moderators.csv:8: moderator_id=risk_of_bias: moderator_id = 'risk_of_bias': must have two groups in "
            "moderator_groups.csv, has 1. List the values of its groups.",
            id="one group",
        ),
        pytest.param(
            ("moderator_groups.csv", "control_condition,wait_list", "control_condition,waitlist"),
            "moderator_groups.csv:4: moderator_id=control_condition; value=waitlist: value = 'waitlist': must be a "
            "value that treatment may have. Correct it: did you mean wait_list?",
            id="no such treatment",
        ),
        pytest.param(
            ("moderator_groups.csv", "format,internet", "format,online"),
            "moderator_groups.csv:11: moderator_id=format; value=online: value = 'online': must be a value that format "
            "may have. Correct it: the words in use are couple, family, group, individual, internet, mixed, telephone.",
            id="no such format",
        ),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(found, change, message):
    assert found(change) == [message]


def test_numbers_of_words_are_refused_with_their_groups(found):
    wrong = found(("moderators.csv", "categorical,first_arm,format", "continuous,first_arm,format"))
    assert wrong[0] == (
        "moderators.csv:3: moderator_id=format: kind = 'continuous': format holds no numbers. Make it categorical, "
        "with groups."
    )
    assert len(wrong) == 7


def test_breaches_of_both_tables_are_told_together(found):
    wrong = found(
        ("moderators.csv", "categorical,first_arm", "catgorical,first_arm"),
        ("moderator_groups.csv", "usual_care,Usual care", "Usual care,Usual care"),
    )
    assert [line.split(":")[0] for line in wrong] == ["moderators.csv", "moderator_groups.csv"]
