"""Many specifications at once give what each would give alone."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.engine.pooling.inputs import INTERVALS, METHODS
from ipt_evidence.engine.pooling.specifications import pool_and_leave_out
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pool, pool_specifications

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_pooling.json").read_text("utf-8"))["sets"]

RNG = np.random.default_rng(20)
EFFECTS = RNG.normal(0.4, 0.4, (3, 9))
VARIANCES = RNG.uniform(0.02, 0.3, (3, 9))
EFFECTS[1, 4] = VARIANCES[1, 4] = np.nan
SUBSETS = np.array([[True] * 9, [True, False] * 4 + [True], [False] * 3 + [True] * 6])
GRID = list(itertools.product(range(3), range(3), METHODS, INTERVALS))


def specifications(**changes):
    data, subsets, methods, intervals = zip(*GRID, strict=True)
    options = {"data": list(data), "subsets": SUBSETS[list(subsets)], "methods": methods, "intervals": intervals}
    return pool_specifications(EFFECTS, VARIANCES, **(options | changes))


def alone(data, subset, method, interval):
    kept = SUBSETS[subset] & np.isfinite(EFFECTS[data])
    return pool(EFFECTS[data, kept], VARIANCES[data, kept], method=method, interval=interval)


@pytest.mark.parametrize("name", ["bcg_rr", "raudenbush1985", "linde2005"])
def test_specifications_agree_with_metafor(name):
    golden = GOLDEN[name]
    fits = [fit for fit in golden["fits"] if fit != "EB_knha"]
    methods, tests = zip(*(fit.split("_") for fit in fits), strict=True)
    found = pool_specifications(
        [golden["effects"]],
        [golden["variances"]],
        data=[0] * len(fits),
        subsets=np.ones((len(fits), len(golden["effects"])), dtype=bool),
        methods=["CE" if method == "FE" else method for method in methods],
        intervals=[{"knha": "HKSJ", "adhoc": "adhoc", "z": "normal"}[test] for test in tests],
    )
    for field in ("estimate", "se", "ci_low", "ci_high", "tau2"):
        expected = [golden["fits"][fit][field] for fit in fits]
        assert getattr(found, field) == pytest.approx(expected, rel=1e-6, abs=1e-9), field


def test_every_specification_equals_its_own_synthesis():
    found = specifications()
    assert found.k.size == 3 * 3 * len(METHODS) * len(INTERVALS)
    for place, choices in enumerate(GRID):
        expected = alone(*choices)
        for field in ("k", "estimate", "se", "ci_low", "ci_high", "p_value", "pi_low", "pi_high", "tau2", "i2", "q"):
            assert getattr(found, field)[place] == pytest.approx(
                getattr(expected, field), rel=1e-9, abs=1e-11, nan_ok=True
            ), (choices, field)


def test_outliers_are_left_out_in_one_pass():
    effects, variances = np.array([[0.1, 0.2, 0.15, 0.12, 3.0]]), np.array([[0.01, 0.02, 0.01, 0.02, 0.01]])
    found = pool_specifications(
        effects,
        variances,
        data=[0, 0],
        subsets=np.ones((2, 5), dtype=bool),
        methods=["CE", "CE"],
        intervals=["normal", "normal"],
        without_outliers=[False, True],
    )
    assert found.k.tolist() == [5, 0]
    assert found.estimate[0] == pytest.approx(pool(effects[0], variances[0], method="CE").estimate)
    wider = pool_specifications(
        effects,
        variances,
        data=[0],
        subsets=np.ones((1, 5), dtype=bool),
        methods=["REML"],
        intervals=["HKSJ"],
        without_outliers=[True],
    )
    assert wider.k.tolist() == [4]
    assert wider.estimate[0] == pytest.approx(pool(effects[0, :4], variances[0, :4]).estimate, rel=1e-10)


def test_outliers_are_named_and_leave_nothing_else_changed():
    effects, variances = np.array([[0.1, 0.2, 0.15, 0.12, 3.0]]), np.array([[0.01, 0.02, 0.01, 0.02, 0.01]])
    choices = {
        "data": [0, 0],
        "subsets": np.ones((2, 5), dtype=bool),
        "methods": ["REML"] * 2,
        "intervals": ["HKSJ"] * 2,
    }
    found, left_out = pool_and_leave_out(effects, variances, **choices, without_outliers=[True, False], level=0.95)
    assert left_out.tolist() == [[False] * 4 + [True], [False] * 5]
    plain = pool_specifications(effects, variances, **choices)
    assert found.k.tolist() == [4, 5]
    assert found.estimate[1] == pytest.approx(plain.estimate[1], rel=1e-12)


def test_a_specification_without_trials_stays_visible():
    found = specifications(subsets=np.zeros((len(GRID), 9), dtype=bool))
    assert (found.k == 0).all()
    assert np.isnan(found.estimate).all()


def test_a_specification_with_one_trial_gives_that_trial():
    subsets = np.zeros((len(GRID), 9), dtype=bool)
    subsets[:, 2] = True
    found = specifications(subsets=subsets)
    assert (found.k == 1).all()
    np.testing.assert_allclose(found.estimate, EFFECTS[[choices[0] for choices in GRID], 2])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"data": [3] * len(GRID)}, r"^data must hold 243 row numbers from 0 to 2$", id="data"),
        pytest.param(
            {"subsets": SUBSETS}, r"^subsets must be bool of shape \(243, 9\), got bool of \(3, 9\)$", id="subsets"
        ),
        pytest.param({"methods": ["DL"] * 242 + ["dl"]}, r"^methods must be one of REML, .*; got 'dl'$", id="method"),
        pytest.param(
            {"intervals": ["HKSJ"]}, r"^methods and intervals must be equally long and not empty", id="lengths"
        ),
        pytest.param(
            {"without_outliers": [1] * 243}, r"^without_outliers must be bool of shape \(243,\)", id="outliers"
        ),
        pytest.param({"level": 1.0}, r"^level must lie between 0 and 1, got 1.0$", id="level"),
    ],
)
def test_refuses_a_grid_that_does_not_fit(changes, message):
    with pytest.raises(SynthesisError, match=message):
        specifications(**changes)


def test_refuses_an_effect_without_its_variance():
    variances = VARIANCES.copy()
    variances[0, 3] = np.nan
    with pytest.raises(SynthesisError, match=r"both NaN; \(version, trial\) \[\[0, 3\]\] are not$"):
        pool_specifications(EFFECTS, variances, data=[0], subsets=SUBSETS[:1], methods=["DL"], intervals=["HKSJ"])
