import pytest

from ipt_evidence.reporting.pages.figures import figures_of, people, scale

NAN = float("nan")


def question(**changes):
    facts = {
        "intervention": "ipt", "comparator": "control", "outcome": "symptom_severity", "measure": "SMD", "k": 45,
        "level": 0.95, "estimate": 0.4774, "ci_low": 0.3524, "ci_high": 0.6024, "p_value": 1e-9, "mid": 0.24,
        "pi_low": -0.2215, "pi_high": 1.1763, "tau2": 0.1164, "tau2_low": 0.0559, "tau2_high": 0.2033, "i2": 69.68,
        "i2_low": 52.45, "i2_high": 80.06, "n_participants": 3988.0, "k_without_n": 0, "low_risk_percent": 10.6,
        "some_concerns_percent": 0.0, "high_risk_percent": 58.5, "unknown_risk_percent": 30.9,
    }  # fmt: skip
    return facts | changes


def values(figures):
    return {figure.term: figure.value for figure in figures}


def test_a_pooled_answer_shows_average_spread_and_test(review):
    assert values(figures_of(question(), review.vocabulary)) == {
        "Average effect": "g = 0.48 (95% CI 0.35 to 0.60)",
        "Test of no difference": "p < 0.001",
        "Smallest important difference": "−0.24 to 0.24",
        "95% prediction interval": "−0.22 to 1.18",
        "τ²": "0.12 (95% CI 0.06 to 0.20)",
        "I²": "70% (95% CI 52% to 80%)",
    }


def test_a_single_trial_makes_no_claim_on_differences_between_trials(review):
    found = values(figures_of(question(k=1), review.vocabulary))
    assert list(found) == ["Effect in the only trial", "Test of no difference", "Smallest important difference"]


def test_two_trials_say_why_there_is_no_prediction_interval(review):
    found = values(figures_of(question(k=2, pi_low=NAN, pi_high=NAN), review.vocabulary))
    assert found["95% prediction interval"] == "not given: it takes three trials"


def test_every_figure_says_which_way_is_good(review):
    assert scale(question(), review.vocabulary).endswith("above 0 favours IPT")


@pytest.mark.parametrize(
    ("measure", "outcome", "words"),
    [
        ("logOR", "response", "odds of response with IPT divided by odds with control; above 1 favours IPT"),
        ("logOR", "dropout", "odds of dropout with control divided by odds with IPT; above 1 favours IPT"),
        ("logRR", "remission", "risk of remission with IPT divided by risk with control; above 1 favours IPT"),
        (
            "logHR",
            "relapse",
            "hazard of relapse or recurrence with control divided by hazard with IPT; above 1 favours IPT",
        ),
    ],
)
def test_ratios_of_bad_events_are_turned_round_in_words_as_in_figures(review, measure, outcome, words):
    assert scale(question(measure=measure, outcome=outcome), review.vocabulary) == words


@pytest.mark.parametrize(
    ("k", "unknown", "words"), [(8, 0, "434"), (8, 2, "434 (not known for 2 trials)"), (1, 1, "not known")]
)
def test_people_of_trials_that_do_not_report_numbers_are_not_guessed(k, unknown, words):
    assert people(question(k=k, k_without_n=unknown, n_participants=434.0)) == words
