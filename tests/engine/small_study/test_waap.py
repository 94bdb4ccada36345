import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pool, waap_wls

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_small_study.json").read_text())["sets"]


@pytest.mark.parametrize("name", SETS)
def test_matches_lm_in_r(name):
    golden = SETS[name]["waap"]
    found = waap_wls(SETS[name]["yi"], SETS[name]["vi"])
    assert found.k_powered == golden["powered"] == found.powered.sum()
    assert found.model == ("WAAP" if golden["powered"] >= 2 else "WLS")
    fields = golden["waap" if found.model == "WAAP" else "wls"]
    for field in ("estimate", "se") if found.held_at_sampling else fields:
        assert getattr(found, field) == pytest.approx(fields[field], rel=1e-8), field


@pytest.mark.parametrize("name", ["normand1999", "hart1999", "tau2_zero"])
def test_an_error_below_1_makes_no_interval_narrower_than_that_of_a_common_effect(name):
    y, v = np.array(SETS[name]["yi"]), np.array(SETS[name]["vi"])
    found = waap_wls(y, v)
    used = found.powered if found.model == "WAAP" else np.full(y.size, fill_value=True)
    common = pool(y[used], v[used], method="CE", interval="normal")
    assert found.held_at_sampling
    assert found.se < found.sampling_se == pytest.approx(common.se)
    assert found.statistic == pytest.approx(common.statistic)
    margin = stats.t.ppf(0.975, used.sum() - 1) * common.se
    assert [found.ci_low, found.ci_high] == pytest.approx([common.estimate - margin, common.estimate + margin])


def test_both_models_occur_in_the_golden_sets():
    assert {waap_wls(golden["yi"], golden["vi"]).model for golden in SETS.values()} == {"WAAP", "WLS"}


def test_a_trial_is_powered_if_its_error_is_small_against_the_average():
    found = waap_wls([0.5, 0.5, 0.5], [0.01, 0.0319, 0.0318])
    # 0.5 / (1.960 + 0.842) = 0.1785 = sqrt(0.03185)
    assert found.powered.tolist() == [True, False, True]
    assert waap_wls([0.5, 0.5, 0.5], [0.01, 0.0319, 0.0318], power=0.5).k_powered == 3


def test_mirroring_the_effects_mirrors_the_result():
    y, v = np.array(SETS["bcg_rr"]["yi"]), SETS["bcg_rr"]["vi"]
    assert waap_wls(-y, v).estimate == pytest.approx(-waap_wls(y, v).estimate)


def test_refuses_one_trial_and_impossible_choices():
    with pytest.raises(SynthesisError, match="needs at least 2 effect sizes, got 1"):
        waap_wls([0.1], [0.1])
    with pytest.raises(SynthesisError, match="power must lie between 0 and 1, got 80; alpha must lie"):
        waap_wls([0.1, 0.2], [0.1, 0.2], power=80, alpha=0)
