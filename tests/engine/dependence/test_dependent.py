"""Dependent effects: against metafor and clubSandwich, laws, refusals."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.engine.dependence.clustered import ClusteredEffects
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import (
    aggregate,
    aggregate_covariance,
    constant_correlation,
    pool,
    pool_dependent,
    regress_dependent,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_models.json").read_text("utf-8"))
EXACT = json.loads((Path(__file__).parents[2] / "oracle" / "golden_exact.json").read_text("utf-8"))["sets"]


@pytest.mark.parametrize("name", GOLDEN["dependent"])
def test_pooling_agrees_with_metafor_and_clubsandwich(name):
    golden = GOLDEN["dependent"][name]
    found = pool_dependent(golden["effects"], golden["variances"], golden["clusters"], rho=golden["rho"])
    fields = ("estimate", "se", "log_likelihood", "robust_se", "robust_df", "p_value", "ci_low", "ci_high", "q")
    for field in fields:
        assert getattr(found, field) == pytest.approx(golden[field], rel=2e-6, abs=1e-9), field
    assert [found.sigma2_between, found.sigma2_within] == pytest.approx(golden["sigma2"], rel=1e-4, abs=1e-8)
    assert [found.i2_between, found.i2_within] == pytest.approx(golden["i2"], rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", EXACT)
def test_what_is_known_to_few_digits_is_computed_to_the_last(name):
    golden = EXACT[name]
    found = pool_dependent(golden["effects"], golden["variances"], golden["clusters"], rho=golden["rho"])
    assert (found.sigma2_between, found.sigma2_within, found.decided_by) == (0, 0, None)
    for field in ("estimate", "se", "robust_se", "robust_df"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-6), field


CLOSE = [0.45, 0.4501], [0.05, 0.06], [1, 2]


def test_trials_that_agree_by_chance_are_no_surer_than_their_sampling_errors():
    found = pool_dependent(*CLOSE)
    common = pool(*CLOSE[:2], method="CE", interval="normal")
    assert found.robust_se < 1e-4
    assert found.held_at_sampling
    assert found.sampling_se == pytest.approx(common.se)
    assert found.ci_high == pytest.approx(found.estimate + stats.t.ppf(0.975, 1) * common.se)
    close = [0.3, 0.3001, 0.2999, 0.5, 0.5001, 0.4999]
    groups = regress_dependent(close, [0.05] * 6, range(6), [0, 0, 0, 1, 1, 1])
    assert groups.held_at_sampling.all()
    # The difference of two averages of three: 2 * 0.05 / 3.
    assert groups.statistics[1] == pytest.approx(0.2 / np.sqrt(0.1 / 3))
    assert (groups.qm, groups.qm_p_value) == pytest.approx((groups.statistics[1] ** 2, groups.p_values[1]))


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(-4, 1), st.sampled_from([0.0, 0.6]))
def test_no_robust_interval_is_narrower_than_sampling_error_alone_makes_it(seed, spread, rho):
    rng = np.random.default_rng(seed)
    clusters = np.sort(rng.integers(0, 5, 10))
    v, x = rng.uniform(0.02, 0.3, 10), rng.normal(size=10)
    y = 0.3 + 10.0**spread * rng.normal(size=10)
    pooled, found = pool_dependent(y, v, clusters, rho=rho), regress_dependent(y, v, clusters, x, rho=rho)
    matrix = constant_correlation(v, clusters, rho=rho)
    same, own = clusters[:, None] == clusters, np.eye(10)
    for one, design in ((pooled, np.ones((10, 1))), (found, np.column_stack([np.ones(10), x]))):
        total = matrix + one.sigma2_between * same + one.sigma2_within * own
        shares = np.linalg.solve(design.T @ np.linalg.solve(total, design), np.linalg.solve(total, design).T)
        sampling = np.sqrt(np.diag(shares @ matrix @ shares.T))
        assert np.atleast_1d(one.sampling_se) == pytest.approx(sampling, rel=1e-7)
        best = np.sqrt(np.diag(np.linalg.inv(design.T @ np.linalg.solve(matrix, design))))
        held, low, high = (np.atleast_1d(part) for part in (one.held_at_sampling, one.ci_low, one.ci_high))
        assert held.tolist() == (np.atleast_1d(one.robust_se) < one.sampling_se).tolist()
        known = np.isfinite(low)
        assert np.all((high - low)[known] / 2 > 1.9599 * best[known] * (1 - 1e-9))
    if known.all():
        assert found.qm == pytest.approx(found.statistics[1] ** 2, rel=1e-7)
        assert found.qm_held_at_sampling == found.held_at_sampling[1]


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.floats(-3, 3), st.sampled_from([0.001, 0.05, 0.4]))
def test_neither_unit_nor_sign_nor_the_choice_of_moderators_turns_what_is_held(seed, exponent, spread):
    rng = np.random.default_rng(seed)
    clusters, unit = np.repeat(np.arange(8), 2), -(10.0**exponent)
    v, x = rng.uniform(0.02, 0.3, 16), rng.normal(size=(16, 2))
    y = 0.3 + x @ [0.1, 0.2] + spread * rng.normal(size=16)
    found = regress_dependent(y, v, clusters, x)
    turned = regress_dependent(unit * y, unit**2 * v, clusters, x @ [[2.0, 1.0], [0.5, -3.0]])
    for field in ("qm", "qm_df2", "qm_p_value"):
        assert getattr(turned, field) == pytest.approx(getattr(found, field), rel=1e-5), field
    assert turned.qm_held_at_sampling == found.qm_held_at_sampling
    assert turned.statistics[0] == pytest.approx(-found.statistics[0], rel=1e-5)


def test_two_moderators_on_whose_plane_all_effects_lie_are_tested_by_sampling_error_alone():
    rng = np.random.default_rng(2)
    x, v = rng.normal(size=(12, 2)), rng.uniform(0.02, 0.2, 12)
    found = regress_dependent(0.1 + x @ [0.2, 0.3], v, range(12), x)
    design = np.column_stack([np.ones(12), x])
    sampling = np.linalg.inv(design.T @ (design / v[:, None]))[1:, 1:]
    wald = np.array([0.2, 0.3]) @ np.linalg.solve(sampling, [0.2, 0.3])
    eta = found.qm_df2 + 1
    assert found.qm_held_at_sampling
    assert found.qm == pytest.approx(wald * (eta - 1) / (2 * eta), rel=1e-9)


GROUPS = {
    "effects": [0.2, 0.35, 0.1, 0.5, 0.3, -0.2, 1.2, -0.5, 0.7001, 0.7, 0.71, 0.3, 0.3001, 0.301],
    "variances": [0.03, 0.05, 0.02, 0.08, 0.04, 0.05, 0.05, 0.05, 0.05, 0.06, 0.05, 0.05, 0.05, 0.05],
    "clusters": range(14),
}


def test_groups_that_agree_within_by_chance_make_no_joint_test_surer_than_their_difference():
    # Two groups of three trials differ by 0.4 and hardly within; a reference group that varies hides that on average.
    first, second = np.repeat([[0, 1, 0], [0, 0, 1]], [8, 3, 3], axis=1)
    found = regress_dependent(**GROUPS, moderators=np.column_stack([first, second]))
    assert not found.held_at_sampling.any()
    assert found.qm_held_at_sampling
    turned = regress_dependent(**GROUPS, moderators=np.column_stack([1 - first - second, second]))
    assert turned.held_at_sampling.tolist() == [True, False, True]
    for field in ("qm", "qm_df2", "qm_p_value"):
        assert getattr(turned, field) == pytest.approx(getattr(found, field), rel=1e-9), field
    v, between = np.array(GROUPS["variances"]), found.sigma2_between
    total = v + between
    averages = [(rows / total) / (rows / total).sum() for rows in (1 - first - second, first, second)]
    share = np.array([averages[1] - averages[0], averages[2] - averages[0]])
    robust, sampling = found.covariance[1:, 1:], share * v @ share.T
    ratio, shape = np.linalg.eig(np.linalg.solve(sampling, robust))
    assert min(ratio) < 0.01
    assert max(ratio) > 1
    # Each direction by the larger of its two variances.
    parts = shape.T @ found.coefficients[1:]
    larger = np.maximum(np.diag(shape.T @ robust @ shape), np.diag(shape.T @ sampling @ shape))
    eta = found.qm_df2 + 1
    assert found.qm == pytest.approx((eta - 1) / (2 * eta) * np.sum(parts**2 / larger), rel=1e-9)
    assert found.qm_p_value > 0.1


@pytest.mark.parametrize("unit", [1.0, 1e-8, 1e8])
@pytest.mark.parametrize("seed", range(4))
def test_where_trials_leave_a_joint_test_no_degrees_of_freedom_it_has_none_and_not_rounding(seed, unit):
    rng = np.random.default_rng(seed)
    x, v, y = rng.normal(size=(5, 3)), rng.uniform(0.02, 0.2, 5), unit * rng.normal(0.3, 0.4, 5)
    found = regress_dependent(y, unit**2 * v, range(5), x)
    assert (found.qm, found.qm_df2, found.qm_p_value) == (0, 0, 1)


ALONE = {
    "effects": [0.8, 0.3, 0.5, 0.4, 0.1, 0.6, 0.2],
    "variances": [0.07, 0.05, 0.09, 0.04, 0.06, 0.1, 0.08],
    "clusters": list("ABCDEFF"),
}


def test_a_coefficient_that_one_trial_decides_has_no_robust_test():
    found = regress_dependent(**ALONE, moderators=[1, 0, 0, 0, 0, 0, 0])
    assert found.coefficients[1] == pytest.approx(0.8 - found.coefficients[0])
    assert np.isnan(
        [found.robust_se[1], found.robust_df[1], found.p_values[1], found.ci_low[1], found.ci_high[1]]
    ).all()
    assert np.isnan([found.qm, found.qm_df2, found.qm_p_value]).all()
    assert np.isfinite([found.robust_se[0], found.robust_df[0], found.p_values[0]]).all()
    assert found.se[1] > np.sqrt(ALONE["variances"][0])


def test_the_trial_that_decides_is_named():
    assert regress_dependent(**ALONE, moderators=[1, 0, 0, 0, 0, 0, 0]).decided_by == (None, "A")
    assert regress_dependent(**ALONE, moderators=[1, 0, 0, 0, 1, 0, 0]).decided_by == (None, None)


@settings(max_examples=25)
@given(st.floats(-9, 0))
def test_a_moderator_that_others_hardly_carry_is_as_good_as_one_that_they_do_not(exponent):
    size = 10.0**exponent
    found = regress_dependent(**ALONE, moderators=[1, 0, 0, 0, size, 0, 0])
    assert found.decided_by == ((None, "A") if size**2 < 1e-13 else found.decided_by)
    if found.decided_by[1] is None:
        # What is left to judge by comes from one other trial: next to no degrees of freedom.
        assert found.robust_df[1] < 3
        assert found.robust_se[1] > 0.05


def test_variances_too_far_apart_to_count_together_are_refused():
    with pytest.raises(
        SynthesisError, match=r"the sampling variances range from 1e-14 to 0.6, too far for both ends to count"
    ):
        pool_dependent([0.2, 0.5, 0.1, 0.3], [1e-14, 0.5, 0.4, 0.6], list("abcd"))


@settings(max_examples=25)
@given(st.floats(-11, 0))
def test_the_more_precise_one_trial_is_the_nearer_its_test_is_to_none(exponent):
    v = [10.0**exponent, 0.5, 0.4, 0.6]
    found = pool_dependent([0.2, 0.5, 0.1, 0.3], v, list("abcd"))
    if found.sigma2_between == 0:
        assert 1 <= found.robust_df <= 3 + 1e-9
        # One residual judges the average; it is the distance to the mean of the others, shrunk as the model says.
        w = 1 / np.array(v)
        share = w / w.sum()
        residual = np.array([0.2, 0.5, 0.1, 0.3]) - share @ [0.2, 0.5, 0.1, 0.3]
        left = np.array([share[1:].sum(), *(1 - share[1:])])
        residual[0] = -(share[1:] @ (np.array([0.5, 0.1, 0.3]) - 0.2))
        assert found.robust_se == pytest.approx(np.sqrt(np.sum(share**2 * residual**2 / left)), rel=1e-5)


def test_a_moderator_that_one_trial_all_but_decides_is_tested_alike_alone_and_jointly():
    found = regress_dependent(
        [0.500024, 0.500009, 0.499982, 0.977567, -0.310557, -0.328824, -0.792147],
        [1e-09, 1e-09, 1e-09, 0.05, 0.1, 0.25, 0.09],
        list("AAABCCD"),
        [0.2, -0.5, -0.4, -2.4, 1.8, 1.1, -0.3],
        rho=0.8,
    )
    assert found.decided_by == (None, None)
    assert found.qm == pytest.approx(found.statistics[1] ** 2, rel=1e-6)
    assert found.qm_df2 == pytest.approx(found.robust_df[1], rel=1e-6)
    assert found.qm_p_value == pytest.approx(found.p_values[1], rel=1e-6)


def test_the_intercept_has_none_where_its_group_is_one_trial():
    found = regress_dependent(**ALONE, moderators=[0, 1, 1, 1, 1, 1, 1])
    assert np.isnan(found.robust_se).all()


@pytest.mark.parametrize("seed", [*range(30), 653])
def test_no_point_of_a_fine_grid_is_more_likely_than_the_maximum(seed):
    # Effects in two heaps with variances over decades, where the likelihood may have several maxima; 653 has.
    rng = np.random.default_rng(seed)
    m = int(rng.integers(3, 9))
    clusters = np.repeat(np.arange(m), rng.integers(1, 6, m))
    heaps = rng.choice([-1.5, 1.5], m)[clusters] if seed % 2 else rng.choice([-1.5, 1.5], clusters.size)
    y = heaps + rng.normal(0, 0.05, clusters.size)
    v = np.exp(rng.normal(-5, 3, clusters.size))
    clustered = ClusteredEffects(y, constant_correlation(v, clusters), clusters, np.ones((y.size, 1)))
    best = clustered.fit(*clustered.maximise()).log_likelihood
    steps = np.concatenate([[0.0], np.geomspace(1e-7, 30, 25)])
    assert max(clustered.fit(one, two).log_likelihood for one in steps for two in steps) <= best + 1e-9


@pytest.mark.parametrize("exponent", [-4, -6, -8, -11, -13, 6, 9])
def test_one_trial_of_any_precision_leaves_single_effects_the_variance_of_ordinary_pooling(exponent):
    y, v = [0.2, 0.5, 0.3, 0.8, 0.1], [10.0**exponent, 0.05, 0.03, 0.04, 0.06]
    found, plain = pool_dependent(y, v, list("abcde")), pool(y, v)
    assert found.sigma2_between == pytest.approx(plain.tau2, rel=1e-11)
    assert found.estimate == pytest.approx(plain.estimate, rel=1e-11)
    assert found.i2_between == pytest.approx(plain.i2, rel=1e-11)


def _inverse(matrix):
    """The inverse in fractions, by elimination: nothing is rounded."""
    n = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(n))] for i, row in enumerate(matrix)]
    for i in range(n):
        rows[i] = [value / rows[i][i] for value in rows[i]]
        rows = [
            row if j == i else [a - row[i] * b for a, b in zip(row, rows[i], strict=True)] for j, row in enumerate(rows)
        ]
    return np.array([row[n:] for row in rows])


@pytest.mark.parametrize("precise", [1e-3, 1e-6, 1e-9, 1e-11])
def test_where_variances_range_widely_the_exact_likelihood_is_level_at_the_maximum(precise):
    y, v = np.array([0.2, 0.9, 1.4, 0.5, -0.8, 0.1]), np.array([0.05, 0.01, 0.03, 0.02, precise, 0.04])
    clusters = np.array([0, 0, 1, 1, 2, 3])
    found = pool_dependent(y, v, clusters, rho=0.5)
    between, within = Fraction(found.sigma2_between), Fraction(found.sigma2_within)
    sampling, same = constant_correlation(v, clusters, rho=0.5), clusters[:, None] == clusters
    total = [
        [Fraction(float(sampling[i, j])) + between * int(same[i, j]) + within * (i == j) for j in range(6)]
        for i in range(6)
    ]
    inverse = _inverse(total)
    rows = inverse.sum(axis=1)
    left = inverse - np.outer(rows, rows) / rows.sum()
    residuals = left @ np.array([Fraction(float(value)) for value in y])
    for variance, part in ((between, same.astype(int)), (within, np.eye(6, dtype=int))):
        slope = variance * (residuals @ part @ residuals - (left * part).sum()) / 2
        assert variance > 0
        assert abs(float(slope)) < 1e-12


def test_a_maximum_is_found_that_the_grid_of_variances_does_not_show():
    # Another, without variance between trials, is lower by 0.01.
    y = np.array([-0.364, 2.189, 0.634, -0.363, 0.244, -0.075])
    v = np.diag([0.00436, 0.884, 0.91893, 0.140627, 0.0029827, 0.12415]) + 6e-7 * np.diag([0, 0, 1, 1, 1, 1])
    v[2, 3:], v[3, 4:], v[4, 5] = (0.35448, -0.017118, -0.181385), (-0.0097338, -0.0631834), 0.0012121
    clusters = np.array([0, 1, 2, 2, 2, 2])
    covariance = v + np.triu(v, 1).T
    found = pool_dependent(y, np.diag(v), clusters, covariance=covariance)
    clustered = ClusteredEffects(y, covariance, clusters, np.ones((6, 1)))
    assert found.log_likelihood >= clustered.fit(0.5585, 0.197).log_likelihood
    assert found.sigma2_between > 0.5


@given(st.integers(0, 10_000))
def test_many_pairs_of_variances_at_once_are_as_likely_as_one_by_one(seed):
    generator = np.random.default_rng(seed)
    clusters, v = np.arange(12) // 3, generator.uniform(0.01, 0.5, 12)
    design = np.column_stack([np.ones(12), generator.normal(size=12)])
    clustered = ClusteredEffects(generator.normal(size=12), constant_correlation(v, clusters), clusters, design)
    between, within = generator.uniform(0, 2, (2, 5)) * generator.integers(0, 2, (2, 5))
    one_by_one = [clustered.fit(*pair).log_likelihood for pair in zip(between, within, strict=True)]
    assert clustered.log_likelihoods(between, within) == pytest.approx(one_by_one, rel=1e-10)


@pytest.mark.parametrize("missing", [np.nan, None, ""])
def test_effects_without_a_label_are_not_taken_for_one_trial(missing):
    with pytest.raises(SynthesisError, match=r"^clusters must not be missing; positions \[2, 3\] are$"):
        pool_dependent([0.2, 0.4, 0.1, 0.6], [0.04] * 4, np.array([1, 2, missing, missing], dtype=object))


def test_masked_effects_are_refused():
    with pytest.raises(SynthesisError, match="effects must not hold masked values"):
        pool(np.ma.masked_array([0.2, 0.4, 0.1], mask=[False, True, False]), [0.04] * 3)


@pytest.mark.parametrize("name", GOLDEN["dependent_regression"])
def test_regression_agrees_with_metafor_and_clubsandwich(name):
    golden = GOLDEN["dependent_regression"][name]
    found = regress_dependent(
        golden["effects"], golden["variances"], golden["clusters"], golden["moderators"], rho=golden["rho"]
    )
    names = {"estimate": "coefficients", "p_value": "p_values"}
    fields = ("estimate", "se", "robust_se", "robust_df", "p_value", "ci_low", "ci_high", "qm", "qm_df2")
    for field in (*fields, "qm_p_value", "log_likelihood"):
        values = getattr(found, names.get(field, field))
        np.testing.assert_allclose(values, golden[field], rtol=2e-6, atol=1e-9, err_msg=field)
    assert [found.sigma2_between, found.sigma2_within] == pytest.approx(golden["sigma2"], rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("name", GOLDEN["aggregate"])
def test_aggregation_agrees_with_metafor(name):
    golden = GOLDEN["aggregate"][name]
    found = aggregate(golden["effects"], golden["variances"], golden["clusters"], rho=golden["rho"])
    np.testing.assert_allclose(found.values, golden["values"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.variances, golden["combined"], rtol=1e-9)
    assert found.clusters.tolist() == list(dict.fromkeys(golden["clusters"]))
    assert found.n_effects.sum() == len(golden["effects"])


BCG = GOLDEN["regression"]["bcg"]


@pytest.mark.parametrize("name", GOLDEN["aggregate"])
def test_aggregation_by_a_covariance_matrix_agrees_with_metafor(name):
    golden = GOLDEN["aggregate"][name]
    matrix = constant_correlation(golden["variances"], golden["clusters"], rho=golden["rho"])
    found = aggregate_covariance(golden["effects"], matrix, golden["clusters"])
    assert found.values == pytest.approx(golden["values"], rel=1e-8)
    assert found.variances == pytest.approx(golden["combined"], rel=1e-8)


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_one_effect_per_trial_is_ordinary_pooling(rho):
    y, v = BCG["effects"], BCG["variances"]
    found, plain = pool_dependent(y, v, range(len(y)), rho=rho), pool(y, v, interval="normal")
    assert found.estimate == pytest.approx(plain.estimate, rel=1e-8)
    assert found.se == pytest.approx(plain.se, rel=1e-8)
    assert (found.sigma2_between, found.sigma2_within) == (pytest.approx(plain.tau2, rel=1e-7), 0.0)
    assert (found.q, found.k, found.n_effects) == (pytest.approx(plain.q), len(y), len(y))


def test_the_grouping_matters_and_the_order_of_effects_does_not():
    golden = GOLDEN["dependent"]["konstantopoulos2011_6"]
    y, v, clusters = (np.array(golden[name]) for name in ("effects", "variances", "clusters"))
    order = np.random.default_rng(5).permutation(y.size)
    found = pool_dependent(y[order], v[order], np.array(list("abcdefghijklm"))[clusters[order]], rho=0.6)
    assert found.estimate == pytest.approx(golden["estimate"], rel=1e-6)
    assert found.robust_df == pytest.approx(golden["robust_df"], rel=1e-6)


def test_a_covariance_matrix_takes_the_place_of_rho():
    golden = GOLDEN["dependent"]["assink2016_6"]
    matrix = constant_correlation(golden["variances"], golden["clusters"], rho=0.6)
    data = golden["effects"], golden["variances"], golden["clusters"]
    given, built = pool_dependent(*data, covariance=matrix), pool_dependent(*data, rho=0.6)
    assert given == built


def test_shifting_every_effect_shifts_only_the_average():
    golden = GOLDEN["dependent"]["konstantopoulos2011_6"]
    y, v, clusters = (np.array(golden[name]) for name in ("effects", "variances", "clusters"))
    found = pool_dependent(y + 3, v, clusters)
    assert found.estimate == pytest.approx(golden["estimate"] + 3, rel=1e-7)
    assert found.robust_se == pytest.approx(golden["robust_se"], rel=1e-6)


def test_equal_effects_leave_no_variance_between_and_within_trials():
    found = pool_dependent([0.3] * 5, [0.02, 0.05, 0.1, 0.02, 0.03], [1, 1, 2, 2, 3])
    assert found.estimate == pytest.approx(0.3)
    assert (found.sigma2_between, found.sigma2_within) == (0, 0)


def test_two_trials_have_no_prediction_interval():
    found = pool_dependent([0.3, 0.2, 0.5], [0.02, 0.05, 0.1], [1, 1, 2])
    assert np.isnan([found.pi_low, found.pi_high]).all()
    assert found.k == 2


def test_the_same_effect_three_times_is_one_effect():
    found = aggregate([0.5, 0.5, 0.5, 0.1], [0.04] * 3 + [0.02], ["a", "a", "a", "b"], rho=0.999999)
    np.testing.assert_allclose(found.values, [0.5, 0.1])
    np.testing.assert_allclose(found.variances, [0.04, 0.02], rtol=1e-5)


def test_a_common_arm_counts_once():
    matrix = np.array([[0.10, 0.05], [0.05, 0.10]])
    found = aggregate_covariance([0.4, 0.6], matrix, ["a", "a"])
    assert found.values[0] == pytest.approx(0.5)
    assert found.variances[0] == pytest.approx(0.075)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: pool_dependent([0.1, 0.2], [0.1, 0.1], ["a", "a"]),
            r"^robust inference needs at least 2 clusters, got 1$",
            id="one cluster",
        ),
        pytest.param(
            lambda: pool_dependent([0.1, 0.2], [0.1, 0.1], ["a"]),
            r"^clusters must have one label per effect, shape \(2,\), got shape \(1,\)$",
            id="labels",
        ),
        pytest.param(
            lambda: pool_dependent([0.1, 0.2, 0.3], [0.1] * 3, [1, 1, 2], rho=1.0),
            r"^rho must lie between -1 and 1, got 1.0$",
            id="rho",
        ),
        pytest.param(
            lambda: pool_dependent([0.1, 0.2, 0.3, 0.4], [0.1] * 4, [1, 1, 1, 2], rho=-0.9),
            r"^the sampling covariance of cluster 0 \(counted from 0\) is not positive definite; lower rho",
            id="not definite",
        ),
        pytest.param(
            lambda: pool_dependent([0.1, 0.2], [0.1] * 2, [1, 2], covariance=[[0.1, 0.05], [0.05, 0.1]]),
            r"^covariance must be 0 between clusters; effects that covary belong to one cluster$",
            id="between clusters",
        ),
        pytest.param(
            lambda: pool_dependent([0.1, 0.2], [0.1] * 2, [1, 2], covariance=np.eye(2)),
            r"^the diagonal of covariance must equal variances$",
            id="diagonal",
        ),
        pytest.param(
            lambda: regress_dependent([0.1, 0.2, 0.4], [0.1] * 3, [1, 1, 2], [1, 2, 3]),
            r"^robust inference needs at least 3 clusters, got 2$",
            id="coefficients",
        ),
        pytest.param(
            lambda: aggregate_covariance([0.1, 0.2], [[0.1, 0.1], [0.1, 0.1]], ["t", "t"]),
            r"^the covariance matrix of cluster t is not positive definite: .* leave one out or lower rho$",
            id="copies",
        ),
        pytest.param(
            lambda: aggregate_covariance([0.1, 0.2], [[0.1, 0.0], [0.05, 0.1]], ["t", "t"]),
            r"^covariance must be finite and symmetric$",
            id="asymmetric",
        ),
        pytest.param(
            lambda: aggregate_covariance([0.1, 0.2], [0.1, 0.2], ["t", "t"]),
            r"^covariance must have shape \(2, 2\), got \(2,\)$",
            id="shape",
        ),
    ],
)
def test_refuses_what_cannot_be_clustered(call, message):
    with pytest.raises(SynthesisError, match=message):
        call()
