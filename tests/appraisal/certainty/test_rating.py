"""The whole rating: where it starts, how domains add up, and laws that no body may break."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.appraisal.certainty import DOMAINS, LEVELS, pool_body, rate_certainty
from ipt_evidence.appraisal.certainty.body import Pooled
from ipt_evidence.appraisal.certainty.rating import level_if
from ipt_evidence.appraisal.overrides import Override

RISKS = st.sampled_from(["low", "some_concerns", "high_or_unclear", "high", "unknown"])


@st.composite
def bodies(draw, make_body, least=1, most=14):
    k = draw(st.integers(least, most))
    effects = draw(st.lists(st.floats(-1.5, 2.0), min_size=k, max_size=k))
    people = draw(st.lists(st.integers(16, 500), min_size=k, max_size=k))
    marks = st.sets(st.sampled_from(["adapted_treatment", "arm_in_doubt"])).map(frozenset)
    return make_body(
        effects, people,
        risk=tuple(draw(st.lists(RISKS, min_size=k, max_size=k))),
        marks=tuple(draw(st.lists(marks, min_size=k, max_size=k))),
        settings=tuple(draw(st.lists(st.sampled_from(["", "hiv"]), min_size=k, max_size=k))),
        unusable=draw(st.integers(0, 3)),
    )  # fmt: skip


def place(certainty):
    return LEVELS.index(certainty.level)


def test_good_trials_that_agree_keep_high_certainty(make_body, primary, model, thresholds):
    found = rate_certainty(make_body([0.50, 0.52, 0.48, 0.55, 0.45]), primary, model, thresholds)
    assert (found.level, found.start, found.downgrade) == ("high", "high", 0)


def test_levels_add_up(make_body, primary, model, thresholds):
    unjudged = make_body([0.50, 0.52, 0.48, 0.55, 0.45], risk=("unknown",) * 5)
    assert rate_certainty(unjudged, primary, model, thresholds).level == "moderate"
    converted = replace(unjudged, marks=(frozenset({"adapted_treatment"}),) * 5)
    assert rate_certainty(converted, primary, model, thresholds).level == "low"
    missing = replace(converted, unusable=5, unusable_people=np.nan)
    assert rate_certainty(missing, primary, model, thresholds).level == "very_low"


def test_trials_not_certain_to_be_randomised_start_low(make_body, primary, model, thresholds):
    body = make_body([0.50, 0.52, 0.48, 0.55, 0.45], randomised=np.zeros(5, dtype=bool))
    found = rate_certainty(body, primary, model, thresholds)
    assert (found.start, found.level) == ("low", "low")


def test_a_single_small_trial_loses_what_its_interval_reaches(make_body, primary, model, thresholds):
    found = rate_certainty(make_body([0.5], 40), primary, model, thresholds)
    assert (found.level, found.decisions["imprecision"].judgement) == ("low", "-2")
    assert found.decisions["inconsistency"].judgement == "0"


@pytest.mark.parametrize(
    ("risk", "level", "sound", "at_risk"),
    [
        (("unknown",) * 5, "moderate", "high", "moderate"),
        (("low",) * 5, "high", "high", "high"),
        (("high",) * 5, "moderate", "moderate", "moderate"),
        (("low", "high", "high", "unknown", "unknown"), "moderate", "high", "moderate"),
        (("low", "low", "high", "unknown", "unknown"), "high", "high", "high"),  # the two at low risk agree
    ],
)
def test_what_judging_the_unjudged_could_change(make_body, primary, model, thresholds, risk, level, sound, at_risk):
    found = rate_certainty(make_body([0.50, 0.52, 0.48, 0.55, 0.45], risk=risk), primary, model, thresholds)
    other = [level_if(found, one, primary, model, thresholds) for one in ("low", "high")]
    assert (found.level, *other) == (level, sound, at_risk)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_one_more_judgement_moves_certainty_by_a_level_at_most_and_bad_news_never_up(
    make_body, primary, model, thresholds, data
):
    body = data.draw(bodies(make_body, least=2))
    place_of = data.draw(st.integers(0, body.k - 1))

    def judged(level):
        risk = tuple(level if number == place_of else one for number, one in enumerate(body.risk))
        return place(rate_certainty(replace(body, risk=risk), primary, model, thresholds))

    before = judged("unknown")
    after = {level: judged(level) for level in ("low", "some_concerns", "high_or_unclear", "high")}
    assert all(abs(one - before) <= 1 for one in after.values())
    assert max(after["some_concerns"], after["high_or_unclear"], after["high"]) <= before
    assert after["high"] <= after["some_concerns"]


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_sound_trial_that_finds_the_average_never_lowers_certainty(make_body, primary, model, thresholds, data):
    """Between four and five trials what decides changes, and from ten on asymmetry can be tested: not across these."""
    body = data.draw(bodies(make_body, most=12).filter(lambda one: one.k not in (4, 9)))
    average = primary(body)
    more = make_body(
        [*body.effects, average.estimate], [*body.participants, 300.0], risk=(*body.risk, "low"),
        marks=(*body.marks, frozenset()), settings=(*body.settings, ""), unusable=body.unusable,
    )  # fmt: skip
    one, other = (rate_certainty(part, primary, model, thresholds) for part in (body, more))
    same = [name for name in one.decisions if name not in ("publication_bias", "risk_of_bias")]
    assert all(int(other.decisions[name].judgement) >= int(one.decisions[name].judgement) for name in same)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_turning_all_signs_turns_nothing_but_the_direction(make_body, primary, model, thresholds, data):
    body = data.draw(bodies(make_body))
    turned = replace(body, effects=-body.effects)
    one, other = (rate_certainty(part, primary, model, thresholds) for part in (body, turned))
    assert [one.decisions[name].judgement for name in DOMAINS] == [other.decisions[name].judgement for name in DOMAINS]


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_halving_the_participants_never_raises_certainty(make_body, model, thresholds, data):
    """Every trial half as large, with the effect it had and the tau2 there was."""
    body = data.draw(bodies(make_body, most=9))
    body = replace(body, risk=tuple("unknown" if risk == "low" else risk for risk in body.risk))
    whole = pool_body(body, model=model)
    half = replace(body, variances=2 * body.variances, participants=body.participants / 2)
    before = rate_certainty(body, lambda _: whole, model, thresholds)
    after = rate_certainty(half, lambda _: widened(whole), model, thresholds)
    assert place(after) <= place(before)


def widened(found: Pooled) -> Pooled:
    """Return the same average with an interval that half the people leave, and the prediction interval with it."""
    half = np.sqrt(2) * (found.ci_high - found.ci_low) / 2
    spread = (found.pi_high - found.pi_low) / 2
    predicted = np.sqrt(spread**2 + half**2 / 2)
    return replace(
        found,
        ci_low=found.estimate - half, ci_high=found.estimate + half,
        pi_low=found.estimate - predicted, pi_high=found.estimate + predicted,
    )  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_order_of_the_trials_does_not_matter(make_body, primary, model, thresholds, data):
    body = data.draw(bodies(make_body, most=9))
    order = np.array(data.draw(st.permutations(range(body.k))))
    turned = replace(
        body, trials=tuple(body.trials[i] for i in order), effects=body.effects[order], variances=body.variances[order],
        participants=body.participants[order], risk=tuple(body.risk[i] for i in order),
        marks=tuple(body.marks[i] for i in order), settings=tuple(body.settings[i] for i in order),
        randomised=body.randomised[order],
    )  # fmt: skip
    one, other = (rate_certainty(part, primary, model, thresholds) for part in (body, turned))
    assert one.level == other.level
    assert [one.decisions[name].judgement for name in one.decisions] == [
        other.decisions[name].judgement for name in other.decisions
    ]


SEEN = {"thresholds_crossed": 0, "n_participants": 1000.0}


def override(inputs):
    return Override(judgement="-1", assessor="A. Panel", date="2027-01-31", reason="wide in places", inputs_seen=inputs)


def test_an_override_holds_as_long_as_its_inputs_do(make_body, primary, model, thresholds):
    body = make_body([0.50, 0.52, 0.48, 0.55, 0.45])
    computed = rate_certainty(body, primary, model, thresholds)
    seen = next(one.inputs for one in computed.judgements if one.domain == "imprecision")
    people = {"imprecision": override(seen)}
    overruled = rate_certainty(body, primary, model, thresholds, overrides=people)
    assert overruled.level == "moderate"
    assert overruled.decisions["imprecision"].status == "overridden"
    assert overruled.decisions["imprecision"].note == "Overruled by A. Panel, 2027-01-31: wide in places"

    more = make_body([0.50, 0.52, 0.48, 0.55, 0.45, 0.50])
    expired = rate_certainty(more, primary, model, thresholds, overrides=people)
    assert (expired.level, expired.decisions["imprecision"].status) == ("high", "expired")
    assert "n_participants was 1000, is 1200" in expired.decisions["imprecision"].note
