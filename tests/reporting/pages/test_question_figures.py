import pytest

from ipt_evidence.reporting.pages.question_figures import figures_of, scale

NAN = float("nan")


@pytest.fixture(scope="module")
def shown(make_answer, vocabulary, labels):
    """Return the figures of an answer by name."""

    def make(bayes=None, **cells):
        return {one.term: one.value for one in figures_of(make_answer(**cells), bayes, vocabulary, labels)}

    return make


def test_a_pooled_answer_shows_average_spread_and_test(shown):
    assert shown() == {
        "Average effect": "g = 0.50 (95% CI 0.30 to 0.70)",
        "Test of no difference": "p < 0.001",
        "Smallest important difference": "−0.24 to 0.24",
        "95% prediction interval": "−0.20 to 1.20",
        "τ²": "0.12 (95% CI 0.06 to 0.20)",
        "I²": "70% (95% CI 52% to 80%)",
    }


def test_a_single_trial_makes_no_claim_on_differences_between_trials(shown):
    found = shown(k=1)
    assert list(found) == ["Effect in the only trial", "Test of no difference", "Smallest important difference"]


def test_two_trials_say_why_there_is_no_prediction_interval(shown):
    found = shown(k=2, pi_low=NAN, pi_high=NAN)
    assert found["95% prediction interval"] == "not given: it takes three trials"


def test_of_few_trials_both_answers_are_shown(shown):
    bayes = {
        "estimate": -0.75, "ci_low": -1.41, "ci_high": -0.04, "prior": "half-normal(0.5) for tau", "p_benefit": 0.019,
        "p_important": 0.008,
    }  # fmt: skip
    found = shown(bayes=bayes, k=2, interval="bayes", p_value=0.16)
    assert found["Bayesian answer"] == "g = −0.75 (95% CrI −1.41 to −0.04)"
    assert found["By the primary model"].endswith(", p = 0.16")
    assert "Test of no difference" not in found


def test_no_posterior_is_told_as_certain(make_answer, vocabulary, labels):
    bayes = {
        "estimate": 0.48, "ci_low": 0.35, "ci_high": 0.61, "prior": "half-normal(0.5) for tau", "p_benefit": 1 - 6e-10,
        "p_important": 0.9998,
    }  # fmt: skip
    found = {one.term: one.meaning for one in figures_of(make_answer(k=45), bayes, vocabulary, labels)}
    assert found["Bayesian answer"].endswith(
        ">99% that the average favours IPT, >99% that it does to an important degree"
    )


def test_every_figure_says_which_way_is_good(make_answer, vocabulary, labels):
    assert scale(make_answer(), vocabulary, labels).endswith("above 0 favours IPT")


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
def test_ratios_of_bad_events_are_turned_round_in_words_as_in_figures(
    make_answer, vocabulary, labels, measure, outcome, words
):
    assert scale(make_answer(measure=measure, outcome=outcome), vocabulary, labels) == words
