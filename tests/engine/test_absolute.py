"""Numbers needed to treat: against integration and metafor in R, sign, infinity, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import absolute_effects, nnt_kraemer_kupfer

GOLDEN = json.loads((Path(__file__).parents[1] / "oracle" / "golden_absolute.json").read_text("utf-8"))


@pytest.mark.parametrize("row", GOLDEN["risks"])
def test_every_measure_leads_to_the_risk_that_has_the_effect_in_r(row):
    effect, control, treated = (row[name] for name in ("effect", "control_risk", "treated_risk"))
    found = absolute_effects(effect, effect - 0.05, effect + 0.05, control, measure=row["measure"])
    assert found.treated_risk[0] == pytest.approx(treated, rel=1e-8)
    assert found.benefit_per_100[0] == pytest.approx(100 * (treated - control), rel=1e-7)
    assert found.nnt[0] == pytest.approx(1 / (treated - control), rel=1e-7)


@pytest.mark.parametrize("row", GOLDEN["pairs"])
def test_without_a_control_risk_pairs_of_people_are_compared_as_in_r(row):
    found = nnt_kraemer_kupfer(row["effect"], row["effect"] - 0.1, row["effect"] + 0.1)
    assert found.benefit_per_100[0] / 100 == pytest.approx(row["difference"], rel=1e-8)
    assert found.nnt[0] == pytest.approx(1 / row["difference"], rel=1e-8)


def test_harm_is_not_printed_as_benefit():
    harm = absolute_effects(-0.5, -0.8, -0.2, 0.2)
    assert harm.nnt[0] < 0
    assert harm.benefit_per_100[0] < 0
    assert harm.nnt_best[0] < harm.nnt[0] < harm.nnt_worst[0] < 0
    assert not harm.through_infinity[0]
    assert nnt_kraemer_kupfer(-0.5, -0.8, -0.2).nnt[0] == pytest.approx(-nnt_kraemer_kupfer(0.5, 0.2, 0.8).nnt[0])


def test_an_uncertain_effect_has_an_interval_through_infinity():
    found = absolute_effects(0.3, -0.1, 0.7, [0.2, 0.5])
    assert found.through_infinity.all()
    assert (found.nnt_best > 0).all()
    assert (found.nnt_worst < 0).all()
    assert (found.nnt > found.nnt_best).all()


def test_no_effect_needs_infinitely_many():
    found = absolute_effects(0.0, 0.0, 0.2, 0.3)
    assert found.nnt.tolist() == [np.inf]
    assert found.nnt_worst.tolist() == [np.inf]
    assert not found.through_infinity[0]


@pytest.mark.parametrize(("measure", "effect", "treated"), [("logRR", np.log(9), 1.0), ("RD", -0.5, 0.0)])
def test_no_risk_leaves_its_range(measure, effect, treated):
    found = absolute_effects(effect, effect - 0.05, effect + 0.05, 0.25, measure=measure)
    assert found.treated_risk[0] == treated
    assert found.benefit_per_100[0] == pytest.approx(100 * (treated - 0.25))
    assert found.at_bound.all()


def test_a_risk_kept_at_its_bound_is_named():
    found = absolute_effects(0.5, 0.1, 0.9, [0.3, 0.55, 0.8], measure="RD")
    assert found.at_bound.tolist() == [[False, True, True], [False, False, False], [True, True, True]]
    assert not absolute_effects(0.5, 0.1, 0.9, 0.8, measure="SMD").at_bound.any()


@given(st.floats(-3, 3), st.floats(0, 2), st.floats(0.01, 0.99), st.sampled_from(["SMD", "logOR", "logRR", "RD"]))
def test_a_bad_event_turns_benefit_round(effect, margin, risk, measure):
    good = absolute_effects(effect, effect - margin, effect + margin, risk, measure=measure)
    bad = absolute_effects(effect, effect - margin, effect + margin, risk, measure=measure, event_is_good=False)
    np.testing.assert_allclose(bad.benefit_per_100, -good.benefit_per_100)
    np.testing.assert_allclose(bad.benefit_low, -good.benefit_high)
    np.testing.assert_allclose(bad.benefit_high, -good.benefit_low)
    assert bad.through_infinity.tolist() == good.through_infinity.tolist()
    assert (good.benefit_low <= good.benefit_per_100 + 1e-12).all()
    assert (bad.benefit_low <= bad.benefit_per_100 + 1e-12).all()


@given(st.floats(0.01, 3), st.floats(0.01, 0.99))
def test_number_and_benefit_are_reciprocal(effect, risk):
    found = absolute_effects(effect, effect / 2, effect * 2, risk)
    assert found.nnt[0] * found.benefit_per_100[0] == pytest.approx(100)
    assert 0 < found.nnt_best[0] <= found.nnt[0] <= found.nnt_worst[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            {"control_risks": [0.2, 1.0, 20]},
            r"^control_risks must be above 0 and below 1; positions \[1, 2\]",
            id="percent",
        ),
        pytest.param({"ci_low": 0.6}, r"^ci_low <= estimate <= ci_high must hold, got \[0.6, 0.5, 0.8\]$", id="order"),
        pytest.param({"ci_high": np.nan}, r"^estimate and limits must be finite, got \[0.5, 0.2, nan\]$", id="nan"),
        pytest.param({"measure": "OR"}, r"^measure must be one of SMD, logOR, logRR, RD; got 'OR'$", id="measure"),
    ],
)
def test_refuses_impossible_effects(change, message):
    good = {"estimate": 0.5, "ci_low": 0.2, "ci_high": 0.8, "control_risks": 0.2}
    with pytest.raises(SynthesisError, match=message):
        absolute_effects(**(good | change))
