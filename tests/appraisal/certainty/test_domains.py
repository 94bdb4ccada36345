"""Each domain at the boundaries of its rule."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from ipt_evidence.appraisal.certainty.imprecision import imprecision
from ipt_evidence.appraisal.certainty.inconsistency import differing, inconsistency
from ipt_evidence.appraisal.certainty.indirectness import indirectness
from ipt_evidence.appraisal.certainty.publication_bias import publication_bias
from ipt_evidence.appraisal.certainty.risk_of_bias import risk_of_bias
from ipt_evidence.appraisal.importance import Importance
from ipt_evidence.engine.information_size import people_for_difference
from ipt_evidence.extraction.choices import SPECIAL_POPULATIONS
from ipt_evidence.words.labels import SPECIAL

SIZE = people_for_difference(0.24)
UNKNOWN = Importance(mid=float("nan"), information_size=float("nan"), control_risk=float("nan"))

IMPRECISION = [
    # estimate, low, high, people, levels
    (0.50, 0.24, 0.76, SIZE, 0),  # touches the MID, does not cross it
    (0.50, 0.2399, 0.76, SIZE, -1),
    (0.50, 0.0001, 1.0, SIZE, -1),
    (0.50, 0.0, 1.0, SIZE, -2),  # reaches no difference
    (0.50, -0.2399, 1.24, SIZE, -2),
    (0.50, -0.24, 1.24, SIZE, -3),  # and an important difference the other way
    (-0.50, -0.76, -0.24, SIZE, 0),  # the same, mirrored
    (-0.50, -1.0, 0.0, SIZE, -2),
    (0.10, -0.2399, 0.2399, SIZE, 0),  # little or no difference
    (0.10, -0.04, 0.24, SIZE, -1),
    (0.10, -0.24, 0.44, SIZE, -3),  # as open as that
    (0.239, -0.5, 1.0, SIZE, -3),
    (0.241, -0.5, 1.0, SIZE, -3),  # on whichever side of the MID the average falls
    (0.50, 0.24, 0.76, SIZE - 1, -1),  # fewer people than one trial would need
    (0.50, 0.24, 0.76, 40, -1),  # far fewer: the interval would tell
    (0.50, 0.10, 0.90, SIZE - 1, -1),  # the information size counts only where no threshold is crossed
    (0.50, 0.10, 0.90, 40, -1),
]


@pytest.mark.parametrize(("estimate", "low", "high", "people", "levels"), IMPRECISION)
def test_imprecision(make_body, make_pooled, thresholds, estimate, low, high, people, levels):
    found = imprecision(make_body([estimate], people), make_pooled(estimate, low, high), thresholds)
    assert found.downgrade == levels
    assert f"{people:,.0f} people took part where one trial would need {SIZE:,.0f}" in found.reason


@pytest.mark.parametrize(
    ("low", "high", "size", "levels", "rule"),
    [
        (0.01, 0.9, SIZE, 0, "precise"),
        (0.01, 0.9, np.nan, -1, "size_not_known"),  # unknown is never better than known
        (0.0, 0.9, SIZE, -1, "interval_1"),
        (-0.9, 1.5, np.nan, -1, "interval_1"),
    ],
)
def test_imprecision_without_a_mid_looks_at_no_difference(
    make_body, make_pooled, thresholds, low, high, size, levels, rule
):
    body = make_body([0.4], SIZE, important=replace(UNKNOWN, information_size=size))
    found = imprecision(body, make_pooled(0.4, low, high), thresholds)
    assert (found.downgrade, found.rule) == (levels, rule)


INCONSISTENCY = [
    # trial effects, prediction interval, I2, p of Q, levels
    ([0.5], (np.nan, np.nan), 0.0, np.nan, 0),  # a single trial cannot disagree
    ([0.5, 0.5, 0.5, 0.5, 0.5], (0.3, 0.7), 60.0, 0.01, 0),
    ([0.5, 0.5, 0.5, 0.5, 0.23], (0.3, 0.7), 60.0, 0.01, 0),  # a fifth on the other side: one sign
    ([0.5, 0.5, 0.5, 0.5, 0.1], (-0.01, 1.0), 60.0, 0.01, -1),  # and a prediction interval that reaches no difference
    ([0.5, 0.5, 0.5, 0.5, 0.1], (-0.01, 1.0), 40.0, 0.99, -1),  # I2 alone can say that trials differ
    ([0.5, 0.5, 0.5, 0.5, 0.1], (-0.01, 1.0), 39.9, 0.099, -1),  # so can Q
    ([0.5, 0.5, 0.5, 0.5, 0.1], (-0.01, 1.0), 39.9, 0.10, 0),  # no more than chance
    ([0.5, 0.5, 0.5, 0.5, 0.3], (-0.01, 1.0), 60.0, 0.01, 0),  # all on one side: one sign
    ([0.5, 0.5, 0.5, 0.5, 0.1], (-1.0, 2.0), 74.9, 0.01, -1),  # important effects either way are likely
    ([0.5, 0.5, 0.5, 0.5, 0.1], (-1.0, 2.0), 75.0, 0.01, -2),
    ([0.5, 0.5, 0.5, 0.5, -2.0], (0.3, 0.7), 60.0, 0.01, -1),  # both sides and apart
    ([-0.5, -0.5, -0.5, -0.5, -0.1], (-1.0, 0.01), 60.0, 0.01, -1),  # mirrored
    ([0.1, 0.1, 0.1, 0.1, 0.5], (-0.2, 0.24), 60.0, 0.01, -1),  # little difference, one trial important
]


@pytest.mark.parametrize(("effects", "pi", "i2", "p", "levels"), INCONSISTENCY)
def test_inconsistency(make_body, make_pooled, thresholds, effects, pi, i2, p, levels):
    body = make_body(effects)
    average = float(np.median(effects))
    pooled = make_pooled(average, average - 0.1, average + 0.1, k=body.k, pi=pi, i2=i2, p=p)
    assert inconsistency(body, pooled, thresholds, 0.95).downgrade == levels


def test_trials_without_heterogeneity_are_never_inconsistent(make_body, make_pooled, thresholds):
    """Late-life remission: I2 0 %, p .30, a prediction interval as wide as the confidence interval."""
    body = make_body([0.38, -0.69, 0.47])
    found = inconsistency(
        body, make_pooled(0.28, -0.9, 1.5, k=3, pi=(-0.9, 1.5), tau2=0.0, i2=0.0, p=0.30), thresholds, 0.95
    )
    assert (found.downgrade, found.rule) == (0, "no_more_than_chance")


def test_a_prediction_interval_counts_only_where_true_effects_vary(make_body, make_pooled, thresholds):
    body = make_body([0.5, 0.5, 0.5, 0.5, 0.23])
    same = {"k": 5, "pi": (-1.0, 2.0), "i2": 80.0, "p": 0.01}
    found = [
        inconsistency(body, make_pooled(0.5, 0.4, 0.6, tau2=tau2, **same), thresholds, 0.95) for tau2 in (0.0, 0.1)
    ]
    assert [one.downgrade for one in found] == [0, -2]


def test_intervals_that_leave_out_the_average_are_of_the_level_asked_for(make_body, make_pooled, thresholds):
    """A trial 1.8 standard errors away: its interval of 95 % holds the average, that of 90 % does not."""
    body = make_body([0.5, 0.5, 0.5 + 1.8 * np.sqrt(4 / 200)])
    pooled = make_pooled(0.5, 0.4, 0.6, k=3)
    assert [differing(body, pooled, thresholds, level).apart for level in (0.95, 0.90)] == pytest.approx([0, 100 / 3])


@pytest.mark.parametrize(("spread", "spans"), [(0.57, False), (0.59, True)])
@pytest.mark.parametrize("level", [0.90, 0.95])
def test_a_next_trial_is_as_likely_at_any_level(make_body, make_pooled, thresholds, level, spread, spans):
    """Important harm, 0.74 below the average, has a chance of 10 % where true effects spread by 0.74 / 1.28 = 0.577."""
    half = special.ndtri((1 + level) / 2) * spread
    pooled = make_pooled(0.5, 0.4, 0.6, k=3, pi=(0.5 - half, 0.5 + half))
    assert bool(differing(make_body([0.5, 0.5, 0.5]), pooled, thresholds, level).spans) is spans


RISK = [
    # risk by trial (equal weights), effects of the low-risk trials and of the others, levels, rule
    (["low", "low", "high", "high"], 0.5, 0.5, 0, "mostly_low"),
    (["low", "low", "unknown", "unknown", "high"], 0.5, 0.5, 0, "low_risk_trials_agree"),
    (["low", "low", "unknown", "some_concerns", "high"], 0.12, 0.5, -1, "not_mostly_low"),
    (["low", "unknown", "unknown", "unknown", "high"], 0.5, 0.5, -1, "not_assessed"),  # one trial is not two
    (["low", "low", "high", "high", "high"], -0.5, 1.0, -2, "mostly_high_and_different"),
    (["low", "low", "some_concerns", "high", "high"], -0.5, 1.0, -1, "not_mostly_low"),  # not mostly high
    (["low", "low", "high_or_unclear", "high_or_unclear", "high"], -0.5, 1.0, -1, "not_mostly_low"),
    (["low", "low", "high", "high", "high"], 0.45, 0.5, 0, "low_risk_trials_agree"),
    (["high", "high", "high"], np.nan, 0.5, -1, "not_mostly_low"),
    (["unknown", "unknown"], np.nan, 0.5, -1, "not_assessed"),
    (["some_concerns", "some_concerns"], np.nan, 0.5, -1, "not_mostly_low"),
]


@pytest.mark.parametrize(("risk", "sound", "others", "levels", "rule"), RISK)
def test_risk_of_bias(make_body, primary, model, thresholds, risk, sound, others, levels, rule):
    low = np.array([level == "low" for level in risk])
    body = make_body(np.where(low, sound, others), risk=tuple(risk))
    alone = primary(body.only(low)) if low.any() else None
    found = risk_of_bias(body, primary(body), alone, model, thresholds)
    assert (found.downgrade, found.rule) == (levels, rule)


@pytest.mark.parametrize("second", ["low", "high", "unknown"])
def test_no_single_judgement_takes_two_levels_away_or_gives_them_back(make_body, primary, model, thresholds, second):
    """With one sound trial that differs two levels go; a second that does not differ must not bring both back."""
    effects, people = [0.316, 0.828, 1.106, 0.902, 0.774], [315, 364, 107, 205, 746]
    body = make_body(effects, people, risk=("low", second, "high", "high", "high"))
    found = risk_of_bias(body, primary(body), primary(body.only(body.at_risk("low"))), model, thresholds)
    expected = {"low": (-1, "one_trial_from_different")}
    assert (found.downgrade, found.rule) == expected.get(second, (-2, "mostly_high_and_different"))


def test_trials_at_low_risk_that_carry_little_prove_nothing(make_body, primary, model, thresholds):
    risk = ("low", "low", "high", "high", "high")
    rules = []
    for people in (200.0, 60.0):
        body = make_body([-0.5, -0.5, 1.0, 1.0, 1.0], [people, people, 200, 200, 200], risk=risk)
        sound = primary(body.only(body.at_risk("low")))
        rules.append(risk_of_bias(body, primary(body), sound, model, thresholds).rule)
    assert rules == ["mostly_high_and_different", "not_mostly_low"]


@pytest.mark.parametrize(
    ("effects", "measure", "said"),
    [
        ([-0.5, -0.5, 1.0, 1.0, 1.0], "SMD", "it differs from the others by −1.91 to −1.09."),  # -1.5, 3 df
        ([-0.5, -0.5, 1.0, 1.0, 1.0], "logOR", "its odds ratio is 0.15 to 0.34 times that of the others."),
        ([-0.5, -0.5, 1.0, 1.0], "SMD", None),  # two degrees of freedom
    ],
)
def test_how_far_trials_at_low_risk_are_from_the_others(make_body, primary, model, thresholds, effects, measure, said):
    risk = ("low", "low", "high", "high", "high")[: len(effects)]
    body = make_body(effects, risk=risk, measure=measure)
    found = risk_of_bias(body, primary(body), primary(body.only(body.at_risk("low"))), model, thresholds)
    assert (said in found.reason) if said else np.isnan(found.inputs["difference_low"])


def test_unknown_is_said_to_be_unknown(make_body, primary, model, thresholds):
    body = make_body([0.5, 0.5], risk=("unknown", "unknown"))
    found = risk_of_bias(body, primary(body), None, model, thresholds)
    assert "100% from trials nobody judged" in found.reason


ONE, TWO = frozenset({"adapted_treatment"}), frozenset({"adapted_treatment", "arm_in_doubt"})
NONE: frozenset[str] = frozenset()

INDIRECTNESS = [
    # marks by trial, settings by trial, levels
    ([NONE, NONE], ["", ""], 0),
    ([ONE, NONE], ["", ""], -1),  # half of the weight
    ([ONE, NONE, NONE], ["", "", ""], 0),
    ([TWO, NONE], ["", ""], -2),
    ([NONE] * 4, ["hiv", "hiv", "hiv", ""], -1),  # three quarters from one group
    ([NONE] * 4, ["hiv", "hiv", "primary_care", ""], 0),
    ([ONE] * 4, ["hiv"] * 4, -2),
    ([TWO] * 4, ["hiv"] * 4, -2),  # two at most
]


@pytest.mark.parametrize(("marks", "settings", "levels"), INDIRECTNESS)
def test_indirectness(make_body, make_pooled, thresholds, marks, settings, levels):
    body = make_body([0.5] * len(marks), marks=tuple(marks), settings=tuple(settings))
    assert indirectness(body, make_pooled(0.5, 0.3, 0.7, k=body.k), thresholds).downgrade == levels


def test_three_of_four_equal_trials_are_75_percent_whatever_the_last_digit(make_body, make_pooled, thresholds):
    body = make_body([0.3] * 4, settings=("hiv",) * 3 + ("",))
    pooled = make_pooled(0.3, 0.1, 0.5, weights=[24.999999999999996] * 4)
    assert indirectness(body, pooled, thresholds).downgrade == -1


def test_special_groups_have_the_words_that_the_review_has_for_them(make_body, make_pooled, thresholds):
    pooled = make_pooled(0.5, 0.3, 0.7, k=1)
    for slug in SPECIAL_POPULATIONS:
        reason = indirectness(make_body([0.5], settings=(slug,)), pooled, thresholds).reason
        assert reason == f"100% comes from one special group (people {SPECIAL[slug]})."


SYMMETRICAL = (
    [0.5, 0.45, 0.55, 0.5, 0.48, 0.52, 0.47, 0.53, 0.5, 0.5],
    [400, 380, 300, 250, 200, 150, 120, 80, 60, 40],
)
ASYMMETRICAL = ([0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3], [900, 700, 500, 300, 200, 150, 100, 70, 50, 30])


def test_a_symmetrical_funnel_takes_nothing_away(make_body, primary, thresholds):
    body = make_body(*SYMMETRICAL)
    found = publication_bias(body, primary(body), thresholds)
    assert (found.downgrade, found.rule) == (0, "adjusted_averages_agree")


def test_an_effect_that_only_small_trials_show_takes_a_level_away(make_body, primary, thresholds):
    body = make_body(*ASYMMETRICAL)
    found = publication_bias(body, primary(body), thresholds)
    assert found.downgrade < 0
    assert found.inputs["egger_p_value"] < 0.10
    assert "smaller trials show more" in found.reason


def test_many_trials_of_one_size_are_not_said_to_be_few_nor_tested_on_what_their_effects_make(
    make_body, primary, thresholds
):
    effects = np.linspace(0.3, 0.5, 12)
    body = make_body(effects, variances=4 / 200 + effects**2 / 400)
    judged = publication_bias(body, primary(body), thresholds)
    assert (judged.rule, judged.downgrade) == ("no_funnel", 0)
    assert judged.reason == "The 12 trials have no funnel that could be tested; the largest has 200 people."


def test_asymmetry_against_the_effect_is_no_sign(make_body, primary, thresholds):
    effects, people = ASYMMETRICAL
    body = make_body([1.4 - effect for effect in effects], people)
    assert publication_bias(body, primary(body), thresholds).downgrade == 0


FEW = [
    # people per trial, interval, unusable trials, levels, rule
    ([99, 99], (0.1, 0.9), 0, -1, "small_trials_only"),
    ([99, 100], (0.1, 0.9), 0, 0, "too_few_to_test"),
    ([99, 99], (0.0, 0.9), 0, 0, "too_few_to_test"),  # no difference claimed
    ([np.nan, np.nan], (0.1, 0.9), 0, -1, "sizes_not_known"),
    ([200, 200], (0.1, 0.9), 1, -1, "results_missing"),  # one trial in three
    ([200, 200, 200], (0.1, 0.9), 1, 0, "too_few_to_test"),  # one in four
]

MISSING = [
    # people in the trials without figures, levels
    (75.0, 0),  # bulimia v CBT: 75 of 295 people, though one trial of two
    (109.0, -1),
    (1600.0, -1),
    (np.nan, -1),  # not known: one trial of two
]


@pytest.mark.parametrize(("people", "levels"), MISSING)
def test_what_is_missing_is_weighed_by_people_where_they_are_known(make_body, make_pooled, thresholds, people, levels):
    body = make_body([0.5], 220.0, unusable=1, unusable_people=people)
    assert publication_bias(body, make_pooled(0.5, 0.1, 0.9), thresholds).downgrade == levels


@pytest.mark.parametrize(("people", "interval", "unusable", "levels", "rule"), FEW)
def test_publication_bias_of_few_trials(make_body, make_pooled, thresholds, people, interval, unusable, levels, rule):
    known = np.asarray(people, dtype=float)
    body = replace(make_body([0.5] * len(people)), participants=known, unusable=unusable, unusable_people=np.nan)
    found = publication_bias(body, make_pooled(0.5, *interval, k=body.k), thresholds)
    assert (found.downgrade, found.rule) == (levels, rule)
