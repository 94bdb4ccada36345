import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pet_peese

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_small_study.json").read_text())["sets"]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("part", ["pet", "peese"])
def test_intercepts_match_lm_in_r(name, part):
    found = getattr(pet_peese(SETS[name]["yi"], SETS[name]["vi"]), part)
    for field, expected in SETS[name][part].items():
        assert getattr(found, field) == pytest.approx(expected, rel=1e-8), field


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
