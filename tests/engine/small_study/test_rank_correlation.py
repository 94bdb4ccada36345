"""Kendall's rank correlation agrees with scipy's, to the last digit."""

import numpy as np
import pytest
from scipy.stats import kendalltau

from ipt_evidence.engine.small_study.rank_correlation import kendall


def ranked(values):
    return np.unique(values, return_inverse=True)[1]


@pytest.mark.parametrize("n", [3, 4, 10, 33, 34, 90, 170, 171, 200])
@pytest.mark.parametrize("groups", [0, 2, 5])
def test_tau_and_its_p_value_are_those_of_scipy_with_and_without_ties(n, groups):
    draws = np.random.default_rng(100 * n + groups)
    for share in (0.0, 0.3, 0.9):
        one = draws.permutation(n)
        # What follows the first ranking in part is correlated with it.
        mixed = np.where(draws.random(n) < share, one, draws.permutation(n) + 0.5)
        other = ranked(mixed // (n / groups) if groups else np.argsort(mixed, kind="stable"))
        if not other.max():
            continue
        found = kendall(one, other)
        expected = kendalltau(one, other, method="exact" if found.exact else "asymptotic")
        assert (found.tau, found.p_value) == (expected.statistic, expected.pvalue)
        assert found.exact == (other.max() == n - 1)


def test_without_ties_the_p_value_counts_orders():
    # Of the 24 orders of four things one has no discordant pair and three have one: 2 (1 + 3) / 24.
    assert kendall(np.arange(4), np.arange(4)).p_value == pytest.approx(2 / 24)
    assert kendall(np.arange(4), np.array([1, 0, 2, 3])).p_value == pytest.approx(8 / 24)
