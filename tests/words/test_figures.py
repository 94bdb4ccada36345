"""The figures of an answer in words."""

from math import nan

import pytest

from ipt_evidence.words.figures import AbsoluteFigures, Figures, PooledFigures


def figures(**changes):
    facts = {
        "measure": "SMD", "level": 0.95, "k": 8, "k_without_n": 0, "k_randomised": 0, "n_participants": 434.0,
        "estimate": 0.48, "ci_low": 0.35, "ci_high": 0.6, "pi_low": 0.1, "pi_high": 0.9, "interval": "adhoc",
    }  # fmt: skip
    return Figures(**facts | changes)


NOTHING = {"k": 0, "n_participants": 0.0, "estimate": nan, "ci_low": nan, "ci_high": nan}


@pytest.mark.parametrize(
    ("cells", "size", "people"),
    [
        ({}, "8 trials with 434 people", "434"),
        ({"k": 1, "n_participants": 1.0}, "1 trial with 1 person", "1"),
        (
            {"k_without_n": 2},
            "8 trials, with 434 people in 6 trials and numbers not known for 2",
            "434 (not known for 2 trials)",
        ),
        ({"k_without_n": 8}, "8 trials whose numbers of people are not known", "not known"),
        ({"k": 1, "k_without_n": 1}, "1 trial whose number of people is not known", "not known"),
        (NOTHING, "no trials", "–"),
        ({"k_randomised": 1}, "8 trials with 434 people", "434 (those randomised in 1 trial)"),
        ({"k": 1, "k_randomised": 1}, "1 trial with 434 people randomised", "434 (those randomised in 1 trial)"),
    ],
)
def test_size_says_what_is_not_known_and_guesses_nothing(cells, size, people):
    assert figures(**cells).size() == size
    assert figures(**cells).people == people


def test_people_are_called_what_the_reader_calls_them():
    assert figures().size(("participant", "participants")) == "8 trials with 434 participants"


@pytest.mark.parametrize(
    ("cells", "effect", "written"),
    [
        ({}, "g = 0.48", "g = 0.48 (95% CI 0.35 to 0.60)"),
        (
            {"measure": "logOR", "estimate": 0.0, "ci_low": -0.6931, "ci_high": 0.6931},
            "odds ratio 1.00",
            "odds ratio 1.00 (95% CI 0.50 to 2.00)",
        ),
        (
            {"measure": "RD", "estimate": 0.1, "ci_low": 0.0, "ci_high": 0.2},
            "risk difference 10.0 percentage points",
            "risk difference 10.0 percentage points (95% CI 0.0 to 20.0)",
        ),
        (NOTHING, "g = –", "–"),
        ({"interval": "bayes"}, "g = 0.48", "g = 0.48 (95% CrI 0.35 to 0.60)"),
        ({"interval": "each_trial"}, "g = 0.48", "g = 0.48 (95% CIs of the trials 0.35 to 0.60)"),
    ],
)
def test_an_effect_is_written_with_its_interval(cells, effect, written):
    assert figures(**cells).effect == effect
    assert figures(**cells).written == written


def test_an_empty_set_of_tau2_is_not_printed_as_an_interval():
    empty = dict.fromkeys(("tau2_low", "tau2_high", "i2_low", "i2_high"), nan)
    known = {"tau2_low": 0.06, "tau2_high": 0.2, "i2_low": 52.0, "i2_high": 80.0}
    facts = {
        "measure": "SMD", "level": 0.95, "k": 8, "k_without_n": 0, "k_randomised": 0, "n_participants": 434.0,
        "estimate": 0.48, "ci_low": 0.35, "ci_high": 0.6, "model": "random_effects", "method": "REML",
        "interval": "adhoc", "p_value": 0.01, "pi_low": 0.0, "pi_high": 1.0, "tau2": 0.0, "i2": 0.0, "q": 1.0,
        "q_df": 7.0, "q_p_value": 0.99,
    }  # fmt: skip
    assert PooledFigures(**facts, **known).tau2_span == "0.06 to 0.20"
    assert PooledFigures(**facts, **known).i2_span == "52% to 80%"
    assert PooledFigures(**facts, **empty).tau2_span.startswith("none, as the results are more alike")
    assert PooledFigures(**facts, **empty).i2_span == "none"


def of_people(**changes):
    facts = {
        "basis": "counts", "event_good": True, "control_question_id": "q", "control_trials": 5, "control_risk": 0.28,
        "control_risk_low": 0.12, "control_risk_high": 0.45, "with_intervention": 0.4434, "with_low": 0.36,
        "with_high": 0.528, "benefit_per_1000": 163.4, "benefit_low": 80.0, "benefit_high": 248.0, "nnt": 6.12,
        "nnt_best": 4.03, "nnt_worst": 12.5, "through_infinity": False,
    }  # fmt: skip
    return AbsoluteFigures(**facts | changes)


HARM = {"benefit_per_1000": -80.0, "benefit_low": -120.0, "benefit_high": -40.0, "nnt": -12.5, "nnt_best": -25.0,
        "nnt_worst": -8.33}  # fmt: skip
OPEN = {"benefit_per_1000": 20.0, "benefit_low": -40.0, "benefit_high": 75.0, "nnt": 50.0, "nnt_best": 13.33,
        "nnt_worst": -25.0, "through_infinity": True}  # fmt: skip
TO_NOTHING = {"benefit_low": 0.0, "nnt_worst": nan}
NOTHING_AT_ALL = {"benefit_per_1000": 0.0, "benefit_low": 0.0, "benefit_high": 0.0, "nnt": nan, "nnt_best": nan,
                  "nnt_worst": nan}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "difference", "needed"),
    [
        ({}, "163 more (80 to 248 more)", "NNTB 7 (5 to 13)"),
        ({"event_good": False}, "163 fewer (248 to 80 fewer)", "NNTB 7 (5 to 13)"),
        (HARM, "80 fewer (120 to 40 fewer)", "NNTH 13 (9 to 25)"),
        (HARM | {"event_good": False}, "80 more (40 to 120 more)", "NNTH 13 (9 to 25)"),
        (OPEN, "20 more (40 fewer to 75 more)", "NNTB 50 (NNTB 14 to ∞ to NNTH 25)"),
        (OPEN | {"event_good": False}, "20 fewer (75 fewer to 40 more)", "NNTB 50 (NNTB 14 to ∞ to NNTH 25)"),
        (TO_NOTHING, "163 more (0 to 248 more)", "NNTB 7 (5 to ∞)"),
        (HARM | {"benefit_high": 0.0, "nnt_best": nan}, "80 fewer (120 fewer to 0 more)", "NNTH 13 (9 to ∞)"),
        (NOTHING_AT_ALL, "0 more (0 to 0 more)", "∞ (∞ to ∞)"),
        ({"benefit_low": 0.2, "nnt_worst": 5000.0}, "163 more (under 1 to 248 more)", "NNTB 7 (5 to 5,000)"),
    ],
)  # fmt: skip
def test_a_difference_says_which_way_it_goes_and_the_number_needed_for_whom(cells, difference, needed):
    assert of_people(**cells).difference == difference
    assert of_people(**cells).needed == needed


def test_risks_are_people_of_a_thousand_with_the_range_of_the_trials():
    found = of_people()
    assert (found.without, found.control_range, found.with_it) == ("280", "120 to 450 in 5 trials", "443 (360 to 528)")
    assert of_people(control_trials=1).control_range == "1 trial"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "0"), (0.004, "fewer than 1"), (0.006, "1"), (0.284, "28"), (0.996, "more than 99"), (1.0, "100")],
)
def test_only_nobody_is_none_of_a_hundred_and_only_everybody_all(share, said):
    assert of_people().of_hundred(share) == said
