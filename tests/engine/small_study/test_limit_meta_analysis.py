import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import limit_meta_analysis, pool

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_small_study.json").read_text())["sets"]
laws = settings(max_examples=50, deadline=None)

trials = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 2)), min_size=4, max_size=12, unique_by=lambda t: t[1]
).map(lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True)))


@pytest.mark.parametrize("name", SETS)
def test_matches_the_regression_of_metafor(name):
    golden = dict(SETS[name]["limit"])
    found = limit_meta_analysis(SETS[name]["yi"], SETS[name]["vi"])
    assert found.limit_effects == pytest.approx(golden.pop("shrunken"), rel=1e-6, abs=1e-8)
    unexplained = golden.pop("g2")
    assert found.g2 == pytest.approx(np.nan if unexplained is None else unexplained, rel=1e-6, nan_ok=True)
    for field, expected in golden.items():
        assert getattr(found, field) == pytest.approx(expected, rel=1e-6, abs=1e-9), field


@laws
@given(trials)
def test_effects_that_lie_on_the_model_are_recovered(data):
    _, v = data
    # Without scatter there is no heterogeneity: effect = average + bias * se.
    found = limit_meta_analysis(0.4 + 0.8 * np.sqrt(v), v, method="CE")
    assert found.estimate == pytest.approx(0.4, abs=1e-8)
    assert found.intercept == pytest.approx(0.8, abs=1e-7)
    assert found.q_residual == pytest.approx(0, abs=1e-9)


@laws
@given(trials, st.floats(-3, 3), st.floats(0.1, 10))
def test_shift_and_scale_of_the_effects_carry_over(data, shift, unit):
    y, v = data
    before, after = limit_meta_analysis(y, v), limit_meta_analysis(unit * (y + shift), unit**2 * v)
    assert after.estimate == pytest.approx(unit * (before.estimate + shift), rel=1e-5, abs=1e-5)
    assert after.se == pytest.approx(unit * before.se)
    assert after.intercept == pytest.approx(before.intercept, rel=1e-5, abs=1e-5)


@laws
@given(trials)
def test_mirroring_the_effects_mirrors_the_result(data):
    y, v = data
    assert limit_meta_analysis(-y, v).estimate == pytest.approx(-limit_meta_analysis(y, v).estimate, abs=1e-9)


@laws
@given(trials)
def test_q_splits_into_small_study_effect_and_rest(data):
    found = limit_meta_analysis(*data)
    assert found.q_small_study + found.q_residual == pytest.approx(found.q)
    assert found.q == pytest.approx(pool(*data).q)
    assert found.q_small_study >= -1e-9


def test_bcg_agrees_with_the_published_limit_meta_analysis():
    # metasens 1.5-2, limitmeta() on the log risk ratios of dat.bcg; before its version 1.0-1 it gave 0.064.
    found = limit_meta_analysis(SETS["bcg_rr"]["yi"], SETS["bcg_rr"]["vi"])
    assert [round(x, 3) for x in (found.estimate, found.se, found.ci_low, found.ci_high)] == [
        -0.63,
        0.234,
        -1.089,
        -0.171,
    ]
    assert found.p_value == pytest.approx(0.0072, abs=5e-5)


@laws
@given(trials)
def test_the_limit_is_never_surer_than_the_spread_between_trials_allows(data):
    found = limit_meta_analysis(*data)
    assert found.se >= np.sqrt(found.tau2 / found.k) * (1 - 1e-9)


def test_limit_effects_lie_between_trial_and_line():
    y, v = np.array(SETS["bcg_rr"]["yi"]), np.array(SETS["bcg_rr"]["vi"])
    found = limit_meta_analysis(y, v)
    share = (found.limit_effects - found.slope) / (y - found.slope)
    assert share == pytest.approx(np.sqrt(found.tau2 / (v + found.tau2)))


def test_refuses_what_has_no_line():
    with pytest.raises(SynthesisError, match="needs at least 3 effect sizes, got 2"):
        limit_meta_analysis([0.1, 0.2], [0.1, 0.2])
    with pytest.raises(SynthesisError, match="asymmetry needs trials of different size"):
        limit_meta_analysis([0.1, 0.2, 0.3], [0.25, 0.25, 0.25])
    with pytest.raises(SynthesisError, match="method must be one of"):
        limit_meta_analysis([0.1, 0.2, 0.3], [0.25, 0.25, 0.3], method="x")
