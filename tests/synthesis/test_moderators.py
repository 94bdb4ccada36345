"""Where the value of a moderator is read: of the trial, of its arms, of its risk of bias, or before treatment."""

from dataclasses import replace

import pandas as pd
import pytest

from ipt_evidence.synthesis.moderators import Characteristics, Moderator, compared_arms

ARMS = [
    {"trial_id": "one2001", "arm_id": "ipt", "treatment": "ipt", "format": "group", "n_sessions": 8},
    {"trial_id": "one2001", "arm_id": "ipt_short", "treatment": "ipt", "format": "individual", "n_sessions": 4},
    {"trial_id": "one2001", "arm_id": "cau", "treatment": "care_as_usual"},
    {"trial_id": "one2001", "arm_id": "list", "treatment": "wait_list"},
]
NUMBER = Moderator(
    moderator_id="m",
    kind="continuous",
    level="trial",
    column="year",
    instrument="",
    expects="",
    min_trials=10,
    groups={},
)


def words(**groups):
    return replace(NUMBER, kind="categorical", groups=groups)


FORMAT = replace(words(group="group", individual="alone"), level="first_arm", column="format")
CONTROL = replace(words(care_as_usual="care", wait_list="list"), level="second_arm", column="treatment")
COUNTRY = replace(words(NL="rich", US="rich", UG="poor"), column="country")
SESSIONS = replace(NUMBER, level="first_arm", column="n_sessions")
BASELINE = replace(NUMBER, level="baseline", column="baseline_mean", instrument="BDI")


@pytest.fixture
def value(make_studies):
    """Return the value of a moderator for effects between pairs of arms."""

    def found(moderator, *pairs, country="NL", risk=None):
        measured = {"instrument": "BDI", "measure": "continuous", "n": 20}
        studies = make_studies(
            trials=[{"trial_id": "one2001", "year": 2001, "country": country}],
            arms=ARMS,
            outcomes=[
                measured | {"trial_id": "one2001", "arm_id": arm, "timepoint": timepoint, "baseline_mean": before}
                for arm, before in (("ipt", 24.0), ("cau", 26.0), ("list", None))
                for timepoint in ("post", "followup")
            ]
            + [
                measured
                | {"trial_id": "one2001", "arm_id": "ipt_short", "timepoint": timepoint, "baseline_mean": before}
                for timepoint, before in (("post", 20.0), ("followup", 21.0))
            ],
        )
        used = pd.DataFrame([{"trial_id": "one2001", "arm1_id": one, "arm2_id": two} for one, two in pairs])
        return Characteristics(studies, risk or {}).value(moderator, "q", compared_arms(used)["one2001"])

    return found


def test_of_the_trial(value):
    assert value(NUMBER, ("ipt", "cau")) == 2001


@pytest.mark.parametrize(("country", "group"), [("NL;US", "rich"), ("NL;UG", None), ("BR", None), (None, None)])
def test_countries_have_to_be_in_one_group(value, country, group):
    assert value(COUNTRY, ("ipt", "cau"), country=country) == group


def test_of_the_arms_that_are_compared_and_no_others(value):
    assert value(FORMAT, ("ipt", "cau")) == "group"
    assert value(FORMAT, ("ipt", "cau"), ("ipt_short", "cau")) is None
    assert value(CONTROL, ("ipt", "list")) == "list"
    assert value(CONTROL, ("ipt", "cau"), ("ipt", "list")) is None


def test_of_several_arms_the_mean(value):
    assert value(SESSIONS, ("ipt", "cau"), ("ipt_short", "cau")) == 6.0


def test_risk_of_bias_is_that_of_the_question(value):
    risk = replace(words(high="not_low", low="low"), level="risk_of_bias", column="overall")
    assert value(risk, ("ipt", "cau"), risk={("q", "one2001"): "high", ("other", "one2001"): "low"}) == "not_low"
    assert value(risk, ("ipt", "cau"), risk={("other", "one2001"): "low"}) is None


def test_severity_before_treatment_is_the_mean_of_all_arms_or_not_known(value):
    assert value(BASELINE, ("ipt", "cau")) == 25.0
    assert value(BASELINE, ("ipt", "list")) is None
    assert value(replace(BASELINE, instrument="HAM-D-17"), ("ipt", "cau")) is None
    assert value(BASELINE, ("ipt_short", "cau")) is None  # two different scores
