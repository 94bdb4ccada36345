"""Shares of the weight, which rules compare with thresholds: the same for one body and many, free of rounding."""

from dataclasses import replace

import numpy as np
import pytest

from ipt_evidence.appraisal.certainty.body import PooledBodies

EMPTY = dict.fromkeys(("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2", "q_p_value"), np.zeros(1))


@pytest.mark.parametrize("variance", [0.03, 0.137, 0.4])
def test_half_of_equal_trials_have_50_percent_alone_and_among_many(make_pooled, variance):
    for k in range(2, 200, 2):
        weights = np.full(k, 1 / variance)
        weights *= 100 / weights.sum()
        half = np.arange(k) % 2 == 0
        assert replace(make_pooled(0.3, 0.1, 0.5), weights=weights).share(half) == 50
        assert PooledBodies(**EMPTY, weights=weights[None]).share(half).tolist() == [50]
