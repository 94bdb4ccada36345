import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pet_peese, regress

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_small_study.json").read_text())["sets"]
HELD = ("hart1999", "tau2_zero")
"""Sets whose trials lie nearer both lines than sampling error lets them on average."""
laws = settings(max_examples=25, deadline=None)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("part", ["pet", "peese"])
def test_intercepts_match_lm_in_r(name, part):
    found = getattr(pet_peese(SETS[name]["yi"], SETS[name]["vi"]), part)
    golden = SETS[name][part]
    for field, expected in golden.items():
        if field in ("estimate", "se") or not found.held_at_sampling:
            assert getattr(found, field) == pytest.approx(expected, rel=1e-8), field
    assert found.held_at_sampling == (name in HELD)
    if found.held_at_sampling:
        assert found.p_value >= golden["p_value"]
        assert found.ci_high - found.ci_low > 2 * 1.96 * found.sampling_se > 2 * 1.96 * found.se


@laws
@given(st.integers(1, 2**31), st.floats(0.001, 3))
def test_an_intercept_is_never_surer_than_that_of_a_regression_without_heterogeneity(seed, spread):
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.01, 0.3, 8)
    y = 0.3 + spread * rng.normal(size=8) * np.sqrt(v)
    found, plain = pet_peese(y, v), regress(y, v, np.sqrt(v), method="CE", interval="normal")
    held = found.pet
    assert held.estimate == pytest.approx(plain.coefficients[0])
    assert held.sampling_se == pytest.approx(plain.se[0])
    assert held.held_at_sampling == (plain.qe < plain.qe_df)
    used = max(held.se, held.sampling_se)
    assert held.p_value == pytest.approx(2 * stats.t.sf(abs(held.estimate) / used, 6))
    assert held.ci_high - held.ci_low == pytest.approx(2 * stats.t.isf(0.025, 6) * used)
    # The choice goes by the published test.
    published = 2 * stats.t.sf(abs(held.estimate) / held.se, 6)
    assert found.chosen == ("peese" if published < 0.1 else "pet")


@pytest.mark.parametrize("name", SETS)
def test_peese_is_chosen_where_pet_finds_an_effect(name):
    found = pet_peese(SETS[name]["yi"], SETS[name]["vi"])
    assert found.chosen == ("peese" if SETS[name]["pet"]["p_value"] < 0.10 else "pet")
    always = pet_peese(SETS[name]["yi"], SETS[name]["vi"], alpha=0.999999)
    assert getattr(always, always.chosen) == found.peese


def test_recovers_effects_that_lie_on_either_line():
    v = np.array([0.01, 0.04, 0.09, 0.16, 0.25])
    assert pet_peese(0.3 + 2 * np.sqrt(v), v).pet.estimate == pytest.approx(0.3)
    assert pet_peese(0.3 + 2 * v, v).peese.estimate == pytest.approx(0.3)


def test_refuses_what_has_no_line():
    with pytest.raises(SynthesisError, match="needs at least 3 effect sizes, got 2"):
        pet_peese([0.1, 0.2], [0.1, 0.2])
    with pytest.raises(SynthesisError, match=r"all standard errors are 0.5"):
        pet_peese([0.1, 0.2, 0.3], [0.25, 0.25, 0.25])
    with pytest.raises(SynthesisError, match="alpha must lie between 0 and 1, got 5"):
        pet_peese([0.1, 0.2, 0.3], [0.2, 0.25, 0.25], alpha=5)
