"""Change within groups: against metafor, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.effects import EffectSizes, difference_of_effects, sd_of_change, standardised_mean_change
from ipt_evidence.errors import EffectSizeError

ORACLE = Path(__file__).parents[2] / "oracle"
EFFECTS = json.loads((ORACLE / "golden_effects.json").read_text("utf-8"))
DIFFERENCES = json.loads((ORACLE / "golden_rest.json").read_text("utf-8"))["differences"]
GOLDEN = EFFECTS["change"]
SIX = tuple(GOLDEN[name] for name in ("m1", "m2", "s2", "s1", "r", "n"))


@pytest.mark.parametrize(("formula", "measure"), [("raw", "SMCR"), ("change", "SMCC")])
def test_agrees_with_metafor(formula, measure):
    found = standardised_mean_change(*SIX, formula=formula)
    np.testing.assert_allclose(found.values, GOLDEN[measure]["values"], rtol=1e-11)
    np.testing.assert_allclose(found.variances, GOLDEN[measure]["variances"], rtol=1e-11)


@given(st.floats(0, 50), st.floats(0, 50), st.floats(-1, 1))
def test_changes_spread_between_the_difference_and_the_sum_of_both(before, after, r):
    spread = sd_of_change(before, after, r)[0]
    assert abs(before - after) - 1e-9 <= spread <= before + after + 1e-9


@pytest.mark.parametrize("people", EFFECTS["differences"])
def test_changes_spread_as_the_differences_of_the_same_people_do(people):
    found = sd_of_change(people["before"], people["after"], people["correlation"])[0]
    assert found == pytest.approx(people["change"], rel=1e-10)


def test_the_change_of_a_control_group_is_subtracted_with_its_uncertainty():
    treated, control = standardised_mean_change(*SIX), standardised_mean_change(*SIX)
    both = difference_of_effects(treated, control)
    assert both.values.tolist() == [0, 0, 0]
    np.testing.assert_allclose(both.variances, 2 * treated.variances)


def test_refuses_groups_of_different_number():
    one, three = standardised_mean_change(1, 0, 1, 1, 0.5, 20), standardised_mean_change(*SIX)
    with pytest.raises(EffectSizeError, match=r"^effects must be equally many, got 1 and 3$"):
        difference_of_effects(one, three)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"correlation": 1.0}, r"^correlation must be above -1 and below 1; .* are 1.0$", id="correlation"),
        pytest.param({"n": 2}, r"^n must be at least 3", id="n"),
        pytest.param({"sd_before": 0.0}, r"^sd_before must be positive", id="sd"),
        pytest.param({"formula": "post"}, r"^formula must be one of raw, change; got 'post'$", id="formula"),
    ],
)
def test_refuses_impossible_changes(change, message):
    good = {"mean_after": 1, "mean_before": 0, "sd_before": 1, "sd_after": 1, "correlation": 0.5, "n": 20}
    with pytest.raises(EffectSizeError, match=message):
        standardised_mean_change(**(good | change))


def test_refuses_an_impossible_correlation():
    with pytest.raises(EffectSizeError, match=r"^correlation must be from -1 to 1; positions \[0\] are 1.2$"):
        sd_of_change(1, 1, 1.2)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_differences_of_groups_are_those_of_a_model_in_metafor(name):
    golden = DIFFERENCES[name]
    first, second = (
        EffectSizes(values=np.array([y]), variances=np.array([v])) for y, v in (golden["first"], golden["second"])
    )
    found = difference_of_effects(first, second)
    assert found.values == pytest.approx(golden["value"], rel=1e-10)
    assert found.variances == pytest.approx(golden["variance"], rel=1e-10)
