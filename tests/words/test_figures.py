"""The figures of an answer in words."""

from math import nan

import pytest

from ipt_evidence.words.figures import Figures, PooledFigures


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
