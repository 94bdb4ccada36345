from math import inf, log, nan

import pytest

from ipt_evidence.words import numbers


@pytest.mark.parametrize(
    ("measure", "values", "text"),
    [
        ("SMD", (0.4774, 0.3524, 0.6024), "g = 0.48 (95% CI 0.35 to 0.60)"),
        ("SMD", (-0.0953, -0.5192, 0.3285), "g = −0.10 (95% CI −0.52 to 0.33)"),
        ("MD", (2.49, -1.9, 6.87), "mean difference 2.49 (95% CI −1.90 to 6.87)"),
        ("logOR", (log(1.69), log(1.3), log(2.19)), "odds ratio 1.69 (95% CI 1.30 to 2.19)"),
        ("logRR", (log(0.5), log(0.04), log(6.25)), "risk ratio 0.50 (95% CI 0.04 to 6.25)"),
        ("logHR", (log(1.2), log(0.9), log(1.6)), "hazard ratio 1.20 (95% CI 0.90 to 1.60)"),
        ("RD", (0.1234, -0.02, 0.2668), "risk difference 12.3 percentage points (95% CI −2.0 to 26.7)"),
    ],
)
def test_estimates_carry_the_words_of_their_measure(measure, values, text):
    assert numbers.estimate(*values, measure, level=0.95) == text


def test_the_level_of_the_interval_is_printed():
    assert numbers.interval(0.1, 0.2, "SMD", level=0.9) == "90% CI 0.10 to 0.20"


@pytest.mark.parametrize(
    ("measure", "value", "text"),
    [
        ("SMD", 0.003, "0.003"),
        ("SMD", -0.0004, "−0.0004"),
        ("SMD", 1e-9, "0.00"),
        ("logOR", log(1.004), "1.004"),
        ("logOR", log(0.9996), "0.9996"),
        ("logOR", 0.0, "1.00"),
        ("RD", 0.0003, "0.03"),
    ],
)
def test_a_bound_near_no_difference_still_shows_its_side(measure, value, text):
    assert numbers.effect(value, measure) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (log(123.4), "123"),
        (log(999.7), "1,000"),
        (log(1001), ">1,000"),
        (75.0, ">1,000"),
        (800, ">1,000"),
        (log(0.0123), "0.012"),
        (-20, "<0.001"),
    ],
)
def test_extreme_ratios_stay_readable(value, text):
    assert numbers.effect(value, "logOR") == text


@pytest.mark.parametrize("missing", [None, nan])
def test_what_is_missing_is_said_not_printed_as_nan(missing):
    assert numbers.effect(missing, "SMD") == numbers.MISSING
    assert numbers.estimate(missing, missing, missing, "logOR", level=0.95) == "no estimate"
    assert numbers.interval(missing, 0.2, "SMD", level=0.95) == "no confidence interval"
    assert numbers.prediction_interval(missing, missing, "SMD", level=0.95) == "no prediction interval"
    for function in (
        numbers.p_value,
        numbers.percent,
        numbers.count,
        numbers.tau2,
        numbers.i2,
        numbers.number,
    ):
        assert function(missing) == numbers.MISSING
    assert numbers.weight(missing) == numbers.MISSING


def test_an_estimate_without_interval_says_so():
    assert numbers.estimate(0.5, nan, nan, "SMD", level=0.95) == "g = 0.50 (no confidence interval)"


def test_prediction_intervals_are_named():
    assert numbers.prediction_interval(-0.2215, 1.1763, "SMD", level=0.95) == "95% prediction interval −0.22 to 1.18"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-9, "p < 0.001"),
        (0.00101, "p = 0.001"),
        (0.0471, "p = 0.047"),
        (0.0499999, "p = 0.050"),
        (0.3134, "p = 0.31"),
        (0.999, "p > 0.99"),
    ],
)
def test_p_values_are_exact_where_it_matters(value, text):
    assert numbers.p_value(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0%"), (0.2, "<1%"), (69.68, "70%"), (99.7, ">99%"), (100 - 1e-9, "100%")]
)
def test_percentages_never_round_to_none_or_all(value, text):
    assert numbers.percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "<1%"), (1e-9, "<1%"), (0.5, "50%"), (1 - 6e-10, ">99%"), (1.0, ">99%")]
)
def test_a_probability_is_never_printed_as_certainty(value, text):
    assert numbers.probability(value) == text


def test_counts_have_thousands_separators_and_agree_with_their_word():
    assert numbers.count(3988.0) == "3,988"
    assert [numbers.counted(n, "trial") for n in (0, 1, 45)] == ["no trials", "1 trial", "45 trials"]
    assert numbers.counted(2, "person", "people") == "2 people"


@pytest.mark.parametrize(("value", "text"), [(42.29, "42.29"), (16.0, "16"), (-1.5, "−1.5"), (2e6, "2,000,000")])
def test_reported_figures_stay_as_reported(value, text):
    assert numbers.number(value) == text


def test_infinite_bounds_have_a_sign():
    assert [numbers.decimal(value) for value in (inf, -inf)] == ["∞", "−∞"]


def test_heterogeneity_is_never_rounded_to_none():
    assert numbers.tau2(0.11642) == "0.12"
    assert numbers.tau2(0.0021) == "0.002"
    assert numbers.tau2(0.0) == "0.00"
    assert numbers.i2(0.0) == "0%"


@pytest.mark.parametrize("measure", numbers.MEASURES)
def test_every_measure_says_which_way_is_good(measure):
    null = "1" if numbers.MEASURES[measure].is_ratio else "0"
    assert numbers.favourable(measure, "IPT") == f"above {null} favours IPT"
    assert numbers.favourable(measure, "IPT plus medication").endswith("favours IPT plus medication")


def test_standard_errors_stand_on_the_scale_of_what_is_beside_them():
    assert numbers.standard_error(0.04, "SMD") == "0.20"
    assert numbers.standard_error(0.04, "logOR") == "0.20 (log)"
    assert numbers.standard_error(0.0081, "RD") == "9.0"
