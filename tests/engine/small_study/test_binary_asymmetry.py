import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.errors import EffectSizeError, SynthesisError
from ipt_evidence.synthesis import harbord_test, peters_test

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_small_study.json").read_text())["binary"]
COUNTS = ([5, 12, 30, 8], [20, 40, 90, 25], [3, 15, 25, 10], [20, 42, 88, 30])


def counts(name):
    return [np.array(GOLDEN[name][part]) for part in ("events1", "total1", "events2", "total2")]


@pytest.mark.parametrize("name", GOLDEN)
def test_peters_test_matches_its_regression_in_r(name):
    found, golden = peters_test(*counts(name)), GOLDEN[name]["peters"]
    assert found.slope == pytest.approx(golden["estimate"], rel=1e-9)
    for field in ("se", "statistic", "p_value"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-9)


@pytest.mark.parametrize("name", GOLDEN)
def test_harbord_test_matches_its_regression_in_r(name):
    found, golden = harbord_test(*counts(name)), GOLDEN[name]["harbord"]
    assert found.intercept == pytest.approx(golden["estimate"], rel=1e-9)
    for field in ("se", "statistic", "p_value"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-9)


@pytest.mark.parametrize("test", [peters_test, harbord_test])
def test_exchanging_the_arms_mirrors_the_test(test):
    a, n1, c, n2 = COUNTS
    assert test(c, n2, a, n1).statistic == pytest.approx(-test(*COUNTS).statistic)


@pytest.mark.parametrize("test", [peters_test, harbord_test])
def test_counting_the_other_outcome_mirrors_the_test(test):
    a, n1, c, n2 = (np.array(column) for column in COUNTS)
    assert test(n1 - a, n1, n2 - c, n2).statistic == pytest.approx(-test(*COUNTS).statistic)


@pytest.mark.parametrize("test", [peters_test, harbord_test])
def test_trials_in_which_no_one_or_everyone_has_the_event_are_left_out(test):
    more = [[*column, *extra] for column, extra in zip(COUNTS, ([0, 9], [30, 9], [0, 11], [31, 11]), strict=True)]
    assert test(*more) == test(*COUNTS)


@pytest.mark.parametrize("test", [peters_test, harbord_test])
def test_refuses_too_few_informative_trials_and_impossible_counts(test):
    with pytest.raises(
        SynthesisError, match="at least 3 trials in which some but not all people have the event, got 2"
    ):
        test([5, 12, 0], [20, 40, 30], [3, 15, 0], [20, 42, 30])
    with pytest.raises(EffectSizeError, match="events1"):
        test([25, 12, 3], [20, 40, 30], [3, 15, 2], [20, 42, 30])


def test_peters_test_refuses_trials_of_one_size():
    with pytest.raises(SynthesisError, match=r"all inverse sample sizes are 0.025"):
        peters_test([5, 8, 3], [20, 20, 20], [3, 5, 6], [20, 20, 20])
