import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pool, trim_and_fill

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_small_study.json").read_text())["sets"]
laws = settings(max_examples=40, deadline=None)

trials = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 2)), min_size=4, max_size=12, unique_by=lambda t: t[1]
).map(lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True)))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("estimator", ["L0", "R0"])
def test_matches_metafor(name, estimator):
    golden = SETS[name][f"trim_{estimator}"]
    found = trim_and_fill(SETS[name]["yi"], SETS[name]["vi"], estimator=estimator)
    assert (found.k_filled, found.side) == (golden["k_filled"], golden["side"])
    for field in ("estimate", "se", "tau2", "ci_low", "ci_high"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-7, abs=1e-9), field


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("estimator", ["L0", "R0"])
def test_the_result_is_the_pool_of_given_and_filled_trials(name, estimator):
    y, v = SETS[name]["yi"], SETS[name]["vi"]
    found = trim_and_fill(y, v, estimator=estimator, interval="HKSJ")
    again = pool([*y, *found.filled_effects], [*v, *found.filled_variances], interval="HKSJ")
    assert found.filled_effects.size == found.k_filled
    for field in ("estimate", "se", "tau2", "i2", "p_value", "ci_low"):
        assert getattr(found, field) == getattr(again, field)


def test_a_symmetrical_funnel_is_left_alone():
    y, v = [0.5, 0.2, 0.8, -0.1, 1.1], [0.01, 0.05, 0.05, 0.2, 0.2]
    found = trim_and_fill(y, v)
    assert found.k_filled == 0
    assert found.estimate == pytest.approx(pool(y, v, interval="normal").estimate)


def test_filled_trials_are_mirror_images_on_the_empty_side():
    y, v = np.array(SETS["hackshaw1998"]["yi"]), np.array(SETS["hackshaw1998"]["vi"])
    found = trim_and_fill(y, v)
    largest = np.sort(y)[-found.k_filled :]
    centre = (found.filled_effects + largest) / 2
    assert centre == pytest.approx(np.full(found.k_filled, centre[0]))
    assert found.filled_effects.max() < centre[0]


tied = st.lists(
    st.tuples(st.sampled_from([-0.1, 0.1, 0.2, 0.3, 0.9]), st.sampled_from([0.01, 0.02, 0.05, 0.2])),
    min_size=4,
    max_size=10,
)


@laws
@given(tied, st.sampled_from(["L0", "R0"]), st.sampled_from(["left", "right"]), st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing_where_effects_are_equal(rows, estimator, side, luck):
    mixed = luck.sample(rows, len(rows))
    one, other = (trim_and_fill(*zip(*data, strict=True), estimator=estimator, side=side) for data in (rows, mixed))
    assert one.k_filled == other.k_filled
    assert one.estimate == pytest.approx(other.estimate, abs=1e-9)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("middle", [0.0, 0.3, 1 / 3, 1e6])
def test_a_funnel_of_pairs_is_symmetrical_wherever_its_middle_lies(middle, side):
    y = middle + np.array([-0.3, -0.1, 0.1, 0.3])
    for estimator in ("L0", "R0"):
        assert trim_and_fill(y, [0.1, 0.05, 0.05, 0.1], estimator=estimator, side=side).k_filled == 0


@laws
@given(trials)
def test_mirroring_the_effects_mirrors_the_result(data):
    y, v = data
    one, other = trim_and_fill(y, v, side="left"), trim_and_fill(-y, v, side="right")
    assert one.k_filled == other.k_filled
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-9)


@laws
@given(trials, st.sampled_from(["L0", "R0"]), st.sampled_from(["left", "right"]))
def test_filling_pulls_the_average_to_the_side_that_is_filled(data, estimator, side):
    y, v = data
    found = trim_and_fill(y, v, estimator=estimator, side=side, method="CE")
    before = pool(y, v, method="CE").estimate
    sign = -1 if side == "left" else 1
    assert sign * (found.estimate - before) >= -1e-9
    assert found.k_filled < y.size


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"estimator": "Q0"}, "estimator must be one of L0, R0; got 'Q0'"),
        ({"side": "up"}, "side must be one of auto, left, right; got 'up'"),
        ({"method": "xx"}, "method must be one of"),
    ],
)
def test_refuses_unknown_choices(choice, message):
    with pytest.raises(SynthesisError, match=message):
        trim_and_fill([0.1, 0.2, 0.4], [0.1, 0.2, 0.3], **choice)


def test_refuses_two_trials_and_a_side_that_cannot_be_told():
    with pytest.raises(SynthesisError, match="needs at least 3 effect sizes, got 2"):
        trim_and_fill([0.1, 0.2], [0.1, 0.2])
    with pytest.raises(SynthesisError, match="asymmetry needs trials of different size"):
        trim_and_fill([0.1, 0.2, 0.6], [0.1, 0.1, 0.1])
    assert trim_and_fill([0.1, 0.2, 0.6], [0.1, 0.1, 0.1], side="left").k == 3
