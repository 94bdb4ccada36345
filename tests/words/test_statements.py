import re
from dataclasses import replace
from itertools import product
from math import nan

import pandas as pd
import pytest

from ipt_evidence.appraisal.answers import NOT_RANDOMISED
from ipt_evidence.errors import EvidenceError
from ipt_evidence.words.brief import finding_of
from ipt_evidence.words.figures import PooledFigures
from ipt_evidence.words.labels import capital
from ipt_evidence.words.registers import PLAIN, PROFESSIONAL, REGISTERS, Voice, voice
from ipt_evidence.words.sentence_parts import headed, unquoted
from ipt_evidence.words.sentences import FRAMES, POINTING, Answered, pointing, quoted, suggested
from ipt_evidence.words.statements import UNSCORED, state

DIRECTIONS = ("favours_intervention", "favours_comparator", "no_important_difference", "little_difference")

FIGURES = PooledFigures(
    measure="SMD", level=0.95, k=8, k_without_n=0, k_randomised=0, n_participants=434.0, estimate=0.48, ci_low=0.35,
    ci_high=0.6,
    model="random_effects", method="REML", interval="adhoc", p_value=0.01, pi_low=0.1, pi_high=0.9, tau2=0.1,
    tau2_low=0.0, tau2_high=0.3, i2=40.0, i2_low=0.0, i2_high=70.0, q=12.0, q_df=7.0, q_p_value=0.1,
)  # fmt: skip
POOLED = Answered(
    contrasts=(),
    question_id="q", condition="depression", intervention="ipt", comparator="cbt", outcome="symptom_severity",
    timepoint="post", phase="acute", pooled=FIGURES, rated=FIGURES, direction="favours_intervention",
    strength="limited", certainty="low", provisional=False, certainty_if_sound="low", certainty_if_at_risk="low",
    mid=0.24, downgraded=(("risk_of_bias", "not_mostly_low"), ("inconsistency", "signs_2")),
    shares={"low": 17.0, "some_concerns": 0.0, "high_or_unclear": 0.0, "high": 60.0, "unknown": 23.0}, checks=12,
    checks_failed=0, trials=("a", "b", "c", "d", "e", "f", "g", "h"), effects=(),
    sound="", sound_differ=False, sound_finds="other",
    set_aside=(), reports=(), other_reports=0, absolute=None,
)  # fmt: skip


def figured(answer, **changes):
    """Change the figures of an answer, those of all trials and those that are rated alike."""
    figures = replace(answer.pooled, **changes)
    return replace(answer, pooled=figures, rated=figures)


SINGLE = replace(
    figured(POOLED, k=1, n_participants=36.0, pi_low=nan, pi_high=nan), strength="insufficient",
    certainty="very_low", shares=dict.fromkeys(POOLED.shares, 0.0) | {"high": 100.0}, trials=("a",),
)  # fmt: skip
NONE = replace(
    figured(POOLED, k=0, n_participants=0.0, estimate=nan, ci_low=nan, ci_high=nan, pi_low=nan, pi_high=nan),
    shares=dict.fromkeys(POOLED.shares, 0.0), direction="none", strength="no_evidence", certainty="",
    downgraded=(), trials=(),
)  # fmt: skip


def voiced(register):
    return Voice(
        register=register,
        reviewed="ipt",
        therapy="IPT",
        conditions={"depression": "depression in adults"},
        classes={"cbt": "CBT"},
        outcomes={},
        subjects={"ipt": "IPT", "combined": "IPT plus medication"},
        does=register.outcomes,
        trials={"a": "Ash 2001", "b": "Birch 2002"},
    )


def finding(direction, certainty, register=PROFESSIONAL, **changes):
    return state(replace(POOLED, direction=direction, certainty=certainty, **changes), voiced(register)).finding.text


def text(answer, register=PROFESSIONAL):
    return state(answer, voiced(register)).text


def test_every_direction_has_words_at_every_certainty_that_is_told():
    assert set(FRAMES) == set(product(DIRECTIONS, ("high", "moderate", "low")))


SURE = {
    "favours_intervention": ("reduces symptoms more than CBT", "may reduce symptoms more than CBT"),
    "favours_comparator": ("reduces symptoms less than CBT", "may reduce symptoms less than CBT"),
    "no_important_difference": (
        "makes no important difference to symptoms compared with CBT",
        "may make no important difference to symptoms compared with CBT",
    ),
    "little_difference": (
        "makes little or no difference to symptoms compared with CBT",
        "may make little or no difference to symptoms compared with CBT",
    ),
}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_how_sure_a_sentence_sounds_follows_from_certainty(direction):
    """GRADE guidelines 26: plainly, probably, may."""
    sure, unsure = SURE[direction]
    words = {"high": sure, "moderate": f"probably {sure}", "low": unsure}
    for certainty, claim in words.items():
        assert finding(direction, certainty) == f"For depression in adults, IPT {claim} at the end of treatment."


@pytest.mark.parametrize("direction", [*DIRECTIONS, "unclear"])
def test_an_answer_that_cannot_be_relied_on_is_not_told_as_a_finding(direction):
    expected = "we do not know how IPT compares with CBT in symptoms at the end of treatment."
    uncertain = "the evidence is very uncertain on how IPT compares with CBT in symptoms at the end of treatment."
    for certainty in ("high", "moderate", "low"):
        assert finding(direction, certainty, strength="insufficient").endswith(expected)
    assert finding(direction, "very_low", strength="insufficient").endswith(uncertain)


@pytest.mark.parametrize(
    ("outcome", "better", "worse"),
    [
        ("functioning", "may improve functioning more than", "may improve functioning less than"),
        ("remission", "may lead to remission more often than", "may lead to remission less often than"),
        ("relapse", "may be followed by relapse or recurrence less often", "or recurrence more often than"),
        ("dropout", "may be stopped early less often than CBT during treatment", "stopped early more often than CBT"),
    ],
)
def test_doing_better_means_more_of_the_good_and_less_of_the_bad(outcome, better, worse):
    assert better in finding("favours_intervention", "low", outcome=outcome)
    assert worse in finding("favours_comparator", "low", outcome=outcome)


def test_plain_words_say_the_same_with_the_same_caution():
    assert finding("favours_intervention", "low", PLAIN) == (
        "For depression in adults, IPT may ease symptoms more than CBT at the end of treatment."
    )
    for pair in FRAMES:
        professional, plain = (finding(*pair, register) for register in (PROFESSIONAL, PLAIN))
        for word in ("may", "probably"):
            assert (word in professional) == (word in plain)


def test_phase_and_time_are_named():
    sentence = finding("favours_intervention", "low", phase="maintenance", timepoint="followup")
    assert sentence.startswith("For depression in adults, in maintenance treatment, IPT may")
    assert sentence.endswith("at follow-up.")


def test_a_combination_is_named_as_the_one_that_does_better():
    words = text(replace(POOLED, intervention="combined"))
    assert "IPT plus medication may reduce symptoms more than CBT" in words
    assert "above 0 favours IPT plus medication" in words


def test_a_pooled_answer_names_trials_people_and_estimate():
    words = text(POOLED)
    assert "This rests on 8 trials with 434 participants." in words
    assert "On average, g = 0.48 (95% CI 0.35 to 0.60); above 0 favours IPT." in words


def test_ratios_are_shown_exponentiated():
    words = text(
        figured(replace(POOLED, outcome="remission"), measure="logOR", estimate=0.0, ci_low=-0.6931, ci_high=0.6931)
    )
    assert "odds ratio 1.00 (95% CI 0.50 to 2.00); above 1 favours IPT." in words


def test_trials_whose_people_are_not_counted_are_said():
    assert "8 trials, with 434 participants in 6 trials and numbers not known for 2." in text(
        figured(POOLED, k_without_n=2)
    )
    assert "8 trials whose numbers of participants are not known." in text(figured(POOLED, k_without_n=8))
    assert "One trial (Ash 2001, n not known)" in text(figured(SINGLE, k_without_n=1))


def test_a_single_trial_is_too_little_to_rely_on():
    words = text(SINGLE)
    assert "One trial (Ash 2001, n = 36) in our tables bears on this, which is too little to rely on." in words
    assert "It favours IPT: g = 0.48 (95% CI 0.35 to 0.60); above 0 favours IPT." in words
    assert "It is at high risk of bias." in words
    assert "prediction" not in words
    assert "average" not in words


def test_no_trial_is_never_no_effect():
    words = text(NONE)
    assert words == (
        "For depression in adults, we do not know how IPT compares with CBT in symptoms at the end of treatment. "
        "No trial in our tables answers this question."
    )


def test_results_that_could_not_be_used_are_named():
    assert text(replace(NONE, set_aside=("a", "b"))).endswith(
        "Results of 2 trials on this question could not be used (Ash 2001, Birch 2002)."
    )
    assert "Results of 1 other trial on this question could not be used (Ash 2001)." in text(
        replace(POOLED, set_aside=("a",))
    )


def test_a_prediction_interval_that_includes_no_difference_is_said():
    wide = figured(POOLED, pi_low=-0.22, pi_high=1.18)
    assert "The 95% prediction interval −0.22 to 1.18 includes no difference and results that favour CBT" in text(wide)
    assert "In new settings, IPT may do no better, or worse." in text(wide, PLAIN)
    against = replace(wide, direction="favours_comparator")
    assert "results that favour IPT" in text(against)
    assert "results that favour either side" in text(replace(wide, direction="unclear", strength="insufficient"))


@pytest.mark.parametrize("bounds", [(0.1, 0.9), (-0.9, -0.1), (nan, nan)])
def test_a_prediction_interval_on_one_side_is_not_a_warning(bounds):
    assert "prediction" not in text(figured(POOLED, pi_low=bounds[0], pi_high=bounds[1]))


def test_answers_that_hang_on_one_choice_are_called_fragile():
    assert "In 7 of 12 sensitivity analyses the interval no longer excludes no difference." in text(
        replace(POOLED, checks_failed=7)
    )
    assert "sensitivity" not in text(POOLED)


def test_shares_of_risk_of_bias_are_said():
    assert (
        "Of the weight, 17% comes from trials at low risk of bias and 23% from trials whose risk of bias our sources "
        "do not judge."
    ) in text(POOLED)
    unjudged = replace(
        POOLED, shares={"low": 0.0, "some_concerns": 0.0, "high_or_unclear": 0.0, "high": 0.0, "unknown": 100.0}
    )
    assert "Our sources do not judge the risk of bias of any of these trials." in text(unjudged)
    assert "23%" not in text(replace(POOLED, shares={**POOLED.shares, "high": 83.0, "unknown": 0.0}))


def test_what_sound_trials_find_alone_is_said_and_that_it_differs():
    """Unipolar depression v control: five sound trials find about nothing."""
    apart = replace(POOLED, sound="g = 0.02 (95% CI −0.22 to 0.27)", sound_differ=True, sound_finds="less_or_none")
    said = "Alone, those at low risk find g = 0.02 (95% CI −0.22 to 0.27), which differs from what the others find"
    assert said in text(apart)
    assert "On their own, the trials judged sound find a smaller difference, or none." in text(apart, PLAIN)
    assert "Alone, those at low risk find g = 0.02 (95% CI −0.22 to 0.27)." in text(replace(apart, sound_differ=False))
    for register in REGISTERS.values():
        said = state(apart, voiced(register))
        assert [one.figures for one in said.caution if one.figures] == (
            ["17%", "g = 0.02 (95% CI −0.22 to 0.27)"] if register.statistics else []
        )
        assert len(said.caution) == 2
        assert not state(replace(apart, sound_differ=False), voiced(register)).caution


def test_only_figures_are_marked_as_figures():
    sentences = state(POOLED, voiced(PROFESSIONAL)).sentences
    for sentence in sentences:
        assert any(letter.isdigit() for letter in sentence.figures) == any(
            letter.isdigit() for letter in sentence.before + sentence.figures
        )


def test_what_has_no_words_is_an_error_that_says_where_they_belong():
    with pytest.raises(EvidenceError) as caught:
        state(replace(POOLED, direction="unclear", certainty="moderate"), voiced(PLAIN))
    assert str(caught.value) == (
        "q: no words for direction 'unclear' with certainty 'moderate'; add them to FRAMES in words/sentences.py"
    )


@pytest.mark.parametrize(
    ("kind", "event_good", "label", "sentence"),
    [
        ("continuous", None, "wages", "IPT may improve wages more than CBT"),
        ("event", True, "return to work", "IPT may lead to return to work more often than CBT"),
        ("event", False, "loss of work", "IPT may be followed by loss of work less often than CBT"),
    ],
)
def test_an_outcome_of_a_reviews_own_gets_usual_words(vocabulary, labels, kind, event_good, label, sentence):
    row = {"outcome": "own", "label": label, "plain_label": label, "kind": kind, "event_good": event_good}
    own = replace(vocabulary, outcomes=pd.DataFrame([row]))
    answer = replace(POOLED, direction="favours_intervention", strength="limited", outcome="own")
    assert sentence in state(answer, voice(PROFESSIONAL, own, labels)).finding.text


def test_certainty_is_named_with_what_took_it_away():
    assert "Certainty (GRADE): low, rated down for risk of bias and inconsistency." in text(POOLED)
    assert (
        "We cannot be very sure of this: not enough of this comes from trials judged sound and results differ from "
        "trial to trial." in text(POOLED, PLAIN)
    )
    assert "Certainty (GRADE): high." in text(replace(POOLED, certainty="high", downgraded=()))


def test_certainty_that_started_low_says_so():
    low = replace(POOLED, downgraded=(NOT_RANDOMISED,))
    assert "Certainty (GRADE): low, rated down for allocation that may not have been random." in text(low)
    assert "We cannot be very sure of this: people may not have been put in groups by chance." in text(low, PLAIN)


@pytest.mark.parametrize("register", REGISTERS.values(), ids=list(REGISTERS))
@pytest.mark.parametrize("direction", [*DIRECTIONS, "unclear"])
def test_very_low_certainty_is_said_to_be_very_uncertain_and_hides_the_sign(register, direction):
    words = finding(direction, "very_low", register, strength="insufficient")
    assert "the evidence is very uncertain on how IPT compares with CBT" in words
    assert not re.search(r"more|less|better|worse|may", words)


def test_a_difference_short_of_the_smallest_important_one_is_slight():
    small = figured(POOLED, estimate=0.2)
    assert "IPT may reduce symptoms slightly more than CBT" in text(small)
    assert "slightly" not in text(POOLED)


def test_nobody_judged_is_never_worded_as_weakness():
    unjudged = replace(
        POOLED, downgraded=(("risk_of_bias", "not_assessed"),), provisional=True, certainty_if_sound="moderate",
        shares={"low": 0.0, "some_concerns": 0.0, "high": 0.0, "unknown": 100.0},
    )  # fmt: skip
    plain, professional = text(unjudged, PLAIN), text(unjudged)
    assert "our sources do not say how sound this is" in plain
    assert "if the trials that nobody judged prove sound, our certainty would be moderate." in plain
    assert "weak" not in plain
    assert "rated down for risk of bias that nobody in our sources judged." in professional
    assert "if the trials that nobody judged proved to be at low risk of bias, it would be moderate." in professional


def test_two_trials_are_shown_one_by_one():
    two = replace(
        figured(POOLED, k=2), trials=("a", "b"), effects=(("g = −0.91 (95% CI −1.29 to −0.53)", -1), ("g = 0.10", 0))
    )
    assert (
        "Trial by trial: Ash 2001 favours CBT, g = −0.91 (95% CI −1.29 to −0.53); Birch 2002 leaves open which does "
        "better, g = 0.10."
    ) in text(two)
    assert "Trial by trial" not in text(replace(POOLED, effects=two.effects * 4))
    assert "Birch 2002 shows no important difference, g = 0.10." in text(replace(two, short=frozenset("b")))


def test_nobody_is_sure_of_what_is_too_little_to_be_told():
    small = replace(SINGLE, certainty="moderate", downgraded=(("imprecision", "few_people"),))
    assert "We cannot be very sure of this: few people took part." in text(small, PLAIN)
    assert "Certainty (GRADE): moderate, rated down for few people." in text(small)


def test_a_form_of_the_same_therapy_is_another_form_of_it():
    assert "IPT may reduce symptoms more than another form of IPT at" in finding(
        "favours_intervention", "low", comparator="ipt"
    )


@pytest.mark.parametrize("register", REGISTERS.values(), ids=list(REGISTERS))
@pytest.mark.parametrize("direction", POINTING)
def test_where_trials_point_is_said_of_one_and_of_several(register, direction):
    several = pointing(replace(POOLED, direction=direction), voiced(register))
    one = pointing(replace(SINGLE, direction=direction), voiced(register))
    assert several.startswith("The trials ")
    assert one == several.replace("The trials", "One trial").replace(several.split()[2], f"{several.split()[2]}s", 1)
    assert "CBT" in several
    assert not re.search(r"may|probably|know", several)


def test_figures_are_quoted_with_what_they_rest_on_and_lead_to_their_question():
    part = replace(POOLED, rated=replace(FIGURES, k=3, n_participants=200.0))
    sentence = quoted("Trials favour it", part, ".", voiced(PLAIN))
    assert sentence.text == (
        "Trials favour it (3 trials with 200 people; g = 0.48, 95% CI 0.35 to 0.60; low certainty)."
    )
    assert sentence.question_id == "q"
    assert "certainty" not in quoted("x", replace(POOLED, certainty=""), ".", voiced(PLAIN)).text


@pytest.mark.parametrize("register", REGISTERS.values(), ids=list(REGISTERS))
@pytest.mark.parametrize(("phase", "then"), [("acute", ""), ("prevention", "{}, ")])
def test_a_heading_takes_the_place_of_a_condition_whatever_its_name_holds(register, phase, then):
    """A label may hold commas and full stops: what is left out, or links, is a part of its own."""
    words = voiced(register)
    named = replace(words, conditions={**words.conditions, POOLED.condition: "low mood, of any kind. Or: at any age"})
    asked = replace(POOLED, phase=phase)
    whole, under = finding_of(asked, named), headed(finding_of(asked, named))
    start = then.format(register.phases[phase])
    assert whole.start == f"For low mood, of any kind. Or: at any age, {start}"
    assert under.text == capital(f"{start}{whole.figures}.")
    assert whole.text == state(asked, named).finding.text
    assert unquoted(suggested(asked, named)).text == whole.text


@pytest.mark.parametrize("register", [PROFESSIONAL, PLAIN])
def test_a_finding_on_a_scale_that_rests_on_no_scores_says_so(register):
    told = replace(POOLED, from_counts=True)
    for one in (told, replace(SINGLE, strength="limited", from_counts=True)):
        said = state(one, voiced(register))
        assert [sentence.text for sentence in said.support].count(UNSCORED) == 1
        assert [sentence.text for sentence in said.caution].count(UNSCORED) == 1
    assert UNSCORED not in state(POOLED, voiced(register)).text
    weak = state(replace(told, strength="insufficient"), voiced(register))
    assert UNSCORED in weak.text
    assert UNSCORED not in [sentence.text for sentence in weak.caution]


@pytest.mark.parametrize("register", [PROFESSIONAL, PLAIN])
def test_what_a_finding_may_be_in_a_new_setting_stands_beside_it(register):
    wide = figured(POOLED, pi_low=-0.2, pi_high=1.2)
    new = re.compile("[Ii]n (a new, similar trial|new settings,) IPT may do no better")
    assert len([one for one in state(wide, voiced(register)).caution if new.search(one.text)]) == 1
    assert state(replace(wide, strength="insufficient"), voiced(register)).caution == ()
