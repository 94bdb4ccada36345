"""The whole rating: where it starts, how domains add up, and laws that no body may break."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.appraisal.certainty import LEVELS, pool_body, rate_certainty
from ipt_evidence.appraisal.certainty.body import Pooled
from ipt_evidence.appraisal.overrides import Override

RISKS = st.sampled_from(["low", "some_concerns", "high", "unknown"])


@st.composite
def bodies(draw, make_body, least=1, most=14):
    k = draw(st.integers(least, most))
    effects = draw(st.lists(st.floats(-1.5, 2.0), min_size=k, max_size=k))
    people = draw(st.lists(st.integers(16, 500), min_size=k, max_size=k))
    marks = st.sets(st.sampled_from(["converted_counts", "arm_in_doubt"])).map(frozenset)
    return make_body(
        effects, people,
        risk=tuple(draw(st.lists(RISKS, min_size=k, max_size=k))),
        marks=tuple(draw(st.lists(marks, min_size=k, max_size=k))),
        settings=tuple(draw(st.lists(st.sampled_from(["", "hiv"]), min_size=k, max_size=k))),
        unusable=draw(st.integers(0, 3)),
    )  # fmt: skip


def place(certainty):
    return LEVELS.index(certainty.level)


def test_good_trials_that_agree_keep_high_certainty(make_body, primary, thresholds):
    found = rate_certainty(make_body([0.50, 0.52, 0.48, 0.55, 0.45]), primary, thresholds)
    assert (found.level, found.start, found.downgrade, found.basis) == ("high", "high", 0, "all_trials")


def test_levels_add_up(make_body, primary, thresholds):
    unjudged = make_body([0.50, 0.52, 0.48, 0.55, 0.45], risk=("unknown",) * 5)
    assert rate_certainty(unjudged, primary, thresholds).level == "moderate"
    converted = replace(unjudged, marks=(frozenset({"converted_counts"}),) * 5)
    assert rate_certainty(converted, primary, thresholds).level == "low"
    missing = replace(converted, unusable=5)
    assert rate_certainty(missing, primary, thresholds).level == "very_low"


def test_trials_not_certain_to_be_randomised_start_low(make_body, primary, thresholds):
    body = make_body([0.50, 0.52, 0.48, 0.55, 0.45], randomised=np.zeros(5, dtype=bool))
    found = rate_certainty(body, primary, thresholds)
    assert (found.start, found.level) == ("low", "low")


def test_a_single_small_trial_is_very_low(make_body, primary, thresholds):
    found = rate_certainty(make_body([0.5], 40), primary, thresholds)
    assert found.level == "very_low"
    assert found.decisions["inconsistency"].judgement == "0"


def test_trials_at_high_risk_take_nothing_from_what_the_others_show(make_body, primary, thresholds):
    good = make_body([0.50, 0.52, 0.48, 0.55, 0.45])
    mixed = make_body([0.50, 0.52, 0.48, 0.55, 0.45] + [-1.0] * 6, risk=("low",) * 5 + ("high",) * 6)
    alone, together = (rate_certainty(body, primary, thresholds) for body in (good, mixed))
    assert (together.basis, together.level) == ("without_high_risk", alone.level)
    assert together.pooled.estimate == pytest.approx(alone.pooled.estimate)


@settings(deadline=None)
@given(st.data())
def test_dropping_trials_at_high_risk_never_raises_certainty(make_body, primary, thresholds, data):
    body = data.draw(bodies(make_body))
    rest = body.only(~body.at_risk("high"))
    if rest.k:
        assert place(rate_certainty(rest, primary, thresholds)) <= place(rate_certainty(body, primary, thresholds))


@settings(deadline=None)
@given(st.data())
def test_halving_the_participants_never_raises_certainty(make_body, thresholds, data):
    """Every trial half as large, with the effect it had and the tau2 there was."""
    body = data.draw(bodies(make_body, most=9))
    whole = pool_body(body, method="REML", interval="HKSJ", level=0.95)
    half = replace(body, variances=2 * body.variances, participants=body.participants / 2)

    def as_it_is(part):
        return whole if part.k == body.k else pool_body(part, method="REML", interval="HKSJ", level=0.95)

    def halved(part):
        found = as_it_is(replace(part, variances=part.variances / 2))
        return widened(found)

    before = rate_certainty(replace(body, risk=without_high(body)), as_it_is, thresholds)
    after = rate_certainty(replace(half, risk=without_high(body)), halved, thresholds)
    assert place(after) <= place(before)


def without_high(body):
    """Trials at high risk would be rated with and without; here all trials are what is halved."""
    return tuple("unknown" if risk == "high" else risk for risk in body.risk)


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


@settings(deadline=None)
@given(st.data())
def test_the_order_of_the_trials_does_not_matter(make_body, primary, thresholds, data):
    body = data.draw(bodies(make_body, most=9))
    order = np.array(data.draw(st.permutations(range(body.k))))
    turned = replace(
        body, trials=tuple(body.trials[i] for i in order), effects=body.effects[order], variances=body.variances[order],
        participants=body.participants[order], risk=tuple(body.risk[i] for i in order),
        marks=tuple(body.marks[i] for i in order), settings=tuple(body.settings[i] for i in order),
        randomised=body.randomised[order],
    )  # fmt: skip
    one, other = (rate_certainty(part, primary, thresholds) for part in (body, turned))
    assert one.level == other.level
    assert [one.decisions[name].judgement for name in one.decisions] == [
        other.decisions[name].judgement for name in other.decisions
    ]


SEEN = {"thresholds_crossed": 0, "n_participants": 1000.0}


def override(inputs):
    return Override(judgement="-1", assessor="A. Panel", date="2027-01-31", reason="wide in places", inputs_seen=inputs)


def test_an_override_holds_as_long_as_its_inputs_do(make_body, primary, thresholds):
    body = make_body([0.50, 0.52, 0.48, 0.55, 0.45])
    computed = rate_certainty(body, primary, thresholds)
    seen = next(one.inputs for one in computed.judgements if one.domain == "imprecision")
    people = {"imprecision": override(seen)}
    overruled = rate_certainty(body, primary, thresholds, overrides=people)
    assert overruled.level == "moderate"
    assert overruled.decisions["imprecision"].status == "overridden"
    assert overruled.decisions["imprecision"].note == "Overruled by A. Panel, 2027-01-31: wide in places"

    more = make_body([0.50, 0.52, 0.48, 0.55, 0.45, 0.50])
    expired = rate_certainty(more, primary, thresholds, overrides=people)
    assert (expired.level, expired.decisions["imprecision"].status) == ("high", "expired")
    assert "n_participants was 1000, is 1200" in expired.decisions["imprecision"].note
