import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import gosh, pool

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_influence.json").read_text())["gosh"]
Y, V = np.array(GOLDEN["yi"]), np.array(GOLDEN["vi"])


def test_all_subsets_match_metafor():
    found = gosh(Y, V)
    place = {tuple(row): number for number, row in enumerate(np.array(GOLDEN["included"]).astype(bool).tolist())}
    order = [place[tuple(row)] for row in found.included.tolist()]
    assert sorted(order) == list(range(len(place)))
    for field in ("estimate", "tau2", "i2", "q"):
        assert getattr(found, field) == pytest.approx(np.array(GOLDEN[field])[order], rel=1e-8, abs=1e-9), field


def test_all_subsets_of_two_or_more_are_listed_once():
    found = gosh(Y, V)
    assert found.exhaustive
    assert len(found.estimate) == 2**Y.size - Y.size - 1
    assert len(np.unique(found.included, axis=0)) == len(found.included)
    assert np.array_equal(found.included.sum(axis=1), found.k)
    assert found.k.min() == 2


def test_the_last_subset_is_the_pool_of_all_trials():
    assert gosh(Y, V).estimate[-1] == pytest.approx(pool(Y, V).estimate)


def test_a_sample_is_drawn_where_there_are_too_many_and_depends_on_the_seed_only():
    first, again, other = (gosh(Y, V, max_subsets=50, seed=seed) for seed in (3, 3, 4))
    assert not first.exhaustive
    assert first.included.shape == (50, Y.size)
    assert first.k.min() >= 2
    assert np.array_equal(first.included, again.included)
    assert not np.array_equal(first.included, other.included)


def test_sampled_subsets_are_pooled_as_the_same_subsets_in_full():
    every, some = gosh(Y, V), gosh(Y, V, max_subsets=50)
    known = {tuple(row): number for number, row in enumerate(every.included.tolist())}
    order = [known[tuple(row)] for row in some.included.tolist()]
    assert some.tau2 == pytest.approx(every.tau2[order], abs=1e-10)


def test_sampled_trials_are_in_half_of_the_subsets():
    share = gosh(np.zeros(20), np.ones(20), method="CE", max_subsets=4000).included.mean(axis=0)
    assert share == pytest.approx(np.full(20, 0.5), abs=0.04)


def test_refuses_two_trials_and_an_empty_sample():
    with pytest.raises(SynthesisError, match="needs at least 3 effect sizes, got 2"):
        gosh([0.1, 0.2], [0.1, 0.2])
    with pytest.raises(SynthesisError, match="max_subsets must be at least 1, got 0"):
        gosh(Y, V, max_subsets=0)
