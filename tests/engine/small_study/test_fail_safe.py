import json
from pathlib import Path

import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import fail_safe_n

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_small_study.json").read_text())["sets"]


@pytest.mark.parametrize("name", SETS)
def test_matches_metafor(name):
    assert fail_safe_n(SETS[name]["yi"], SETS[name]["vi"]) == pytest.approx(SETS[name]["fail_safe"]["n"], abs=0)


def test_is_zero_where_the_combined_test_is_not_significant():
    assert fail_safe_n([0.1, -0.1, 0.05], [0.1, 0.1, 0.1]) == 0


def test_refuses_one_trial_and_impossible_levels():
    with pytest.raises(SynthesisError, match="needs at least 2 effect sizes, got 1"):
        fail_safe_n([0.1], [0.1])
    with pytest.raises(SynthesisError, match=r"alpha must lie between 0 and 0.5, got 0.9"):
        fail_safe_n([0.1, 0.2], [0.1, 0.1], alpha=0.9)
