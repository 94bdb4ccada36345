"""What is no number, no label or no possible data is refused by name, position and remedy, whatever holds it."""

import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import (
    HalfNormal,
    LogNormal,
    LogStudentT,
    SlopeOnError,
    aggregate,
    aggregate_covariance,
    bootstrap,
    compare_subgroups,
    component_network,
    constant_correlation,
    copas_selection,
    dose_response,
    gosh,
    group_contributions,
    location_scale,
    mantel_haenszel,
    network,
    network_posterior,
    network_regression,
    node_split,
    p_scores,
    permutation_test,
    pool,
    pool_bayes,
    pool_dependent,
    pool_model_averaged,
    pool_multilevel,
    pool_multivariate,
    rank_treatments,
    regress,
    regress_dependent,
    selection_model,
    share_beyond,
    weight_percent,
    worst_case_bias,
    z_curve,
)

Y, V, X = np.array([0.2, 0.5, 0.3, 0.8, 0.1]), np.array([0.04, 0.05, 0.03, 0.1, 0.06]), np.array([1.0, 2, 4, 3, 5])
TRIALS = list("abcde")
MASKED = np.ma.array(X, mask=[0, 1, 0, 0, 0])
MATRIX = np.ma.array(np.diag(V), mask=np.eye(5, dtype=bool))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: regress(Y, V, MASKED), "moderators"),
        (lambda: regress_dependent(Y, V, TRIALS, MASKED), "moderators"),
        (lambda: location_scale(Y, V, MASKED), "scale_moderators"),
        (lambda: pool_dependent(Y, V, TRIALS, covariance=MATRIX), "covariance"),
        (lambda: pool_multilevel(Y, V, {"trial": TRIALS}, covariance=MATRIX), "covariance"),
        (lambda: aggregate_covariance(Y, MATRIX, TRIALS), "covariance"),
    ],
    ids=["regress", "regress_dependent", "location_scale", "pool_dependent", "pool_multilevel", "aggregate_covariance"],
)
def test_a_mask_is_never_looked_through(call, name):
    with pytest.raises(SynthesisError, match=f"^{name} must not hold masked values; leave those entries out"):
        call()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1 + 0j, 2, 3, 4, 5], r"; positions \[0\] are \(1\+0j\)"),
        (np.arange(5).astype("datetime64[D]"), r"; positions \[0, 1, 2, 3, 4\] are"),
        (["x", 2, 3, 4, 5], r"; positions \[0\] are 'x'"),
        ([1, pd.NA, 3, 4, 5], r"; positions \[1\] are <NA>"),
        (pd.Series([1, pd.NA, 3, 4, "x"]), r"; positions \[1, 4\] are <NA>, 'x'"),
        ([1, 2, 10**400, 4, 5], r"; positions \[2\] are 1000"),
        ([[1, 2], [3]], ", got rows of different length"),
        ({"a": 1}, ", got {'a': 1}"),
    ],
)
def test_what_is_no_real_number_is_named_by_position(values, said):
    calls = {
        "effects": lambda: pool(values, V),
        "variances": lambda: weight_percent(values, 0.1),
        "moderators": lambda: regress(Y, V, values),
        "doses": lambda: dose_response(Y, V, values),
        "covariance": lambda: aggregate_covariance(Y, values, TRIALS),
        "rho": lambda: pool_multivariate(np.ones((5, 2)), np.ones((5, 2)), rho=values),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, call in calls.items():
            with pytest.raises(SynthesisError, match=rf"^{name} must be numbers.*{said}"):
                call()


def test_numbers_count_whatever_holds_them():
    expected = regress(Y, V, X)
    for hold in (list, tuple, pd.Series, lambda one: pd.array(one, dtype="Float64"), lambda one: one.astype(">f8")):
        assert regress(hold(Y), hold(V), hold(X)).coefficients == pytest.approx(expected.coefficients, abs=0)
    fractions = [Fraction(float(one)) for one in Y]
    assert pool(fractions, V) == pool(Y, V)


def test_labels_of_networks_are_read_alike_by_all():
    first, second = [2, 2, 3, 2, 2], np.array([1.0, 1, 1, 3, 1])
    assert network(Y, V, first, second, range(5)).treatments == ("1", "2", "3")
    for studies in ([(name, 1) for name in TRIALS], list(map(float, range(5)))):
        assert group_contributions(Y, V, first, second, studies, list("xxyyy")).groups == ("x", "y")
        assert network_regression(Y, V, first, second, studies, X).qm_df == 1


def test_a_label_with_a_missing_part_is_missing_and_one_without_an_identity_is_none():
    with pytest.raises(SynthesisError, match=r"^clusters must not be missing; positions \[1\] are"):
        aggregate(Y, V, [("a", 1), ("a", np.nan), *TRIALS[2:]])
    with pytest.raises(SynthesisError, match=r"^groups must be text, numbers or tuples of them; positions \[0, 1"):
        compare_subgroups(Y, V, [{"a": 1}] * 5)


@pytest.mark.parametrize("interval", ["HKSJ", "adhoc"])
@pytest.mark.parametrize("last", [0.6, 0.6 + 1e-13])
def test_effects_that_agree_with_a_network_leave_hartung_and_knapp_nothing_to_test_against(interval, last):
    data = ([0.3, 0.3, 0.6, last], [0.1] * 4, list("aabb"), ["c"] * 4, list("1234"))
    calls = [
        lambda: network(*data, interval=interval).se,
        lambda: component_network(*data, inactive="c", interval=interval).se,
        lambda: (
            node_split(
                [*data[0], 0.3, 0.3], [0.1] * 6, [*"aabbbb"], [*"ccccaa"], [*"123456"], interval=interval
            ).difference_se
        ),
        lambda: network_regression(
            [0.3, 0.4, 0.6, 0.1 + last], *data[1:], [0, 1, 0, 1], reference="c", interval=interval
        ).slope_se[1:],
    ]
    for call in calls:
        if interval == "HKSJ":
            with pytest.raises(SynthesisError, match=r"^all effects agree exactly with the network.*; use inte"):
                call()
        else:
            assert np.max(call()) > 0.01


TREATED, LISTED = ["ipt", "cbt", "ipt", "cbt", "ipt"], ["list"] * 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: share_beyond(Y, V, "0.2"), "threshold must be a number, got '0.2'"),
        (lambda: pool_bayes(Y, V, threshold=np.ma.masked), "threshold must be a number, got masked"),
        (lambda: pool(Y, V, level="a"), "level must lie between 0 and 1, got 'a'"),
        (lambda: pool(Y, V, level=None), "level must lie between 0 and 1, got None"),
        (lambda: worst_case_bias(Y, V, target="a"), "target must be a number, got 'a'"),
        (lambda: worst_case_bias(Y, V, ratios=["a", 2]), "ratios must be numbers; positions [0] are 'a'"),
        (lambda: pool_model_averaged(Y, V, effect_mean=1j), "effect_mean must be a number, got 1j"),
        (lambda: pool_model_averaged(Y, V, effect_sd="a"), "effect_sd must be positive and finite, got 'a'"),
        (
            lambda: network_regression(Y, V, TREATED, LISTED, TRIALS, X, at="x"),
            "at must be a number, got 'x'",
        ),
        (
            lambda: rank_treatments(network(Y, V, TREATED, LISTED, TRIALS), draws=100.5, seed=-1),
            "draws must be an integer, got 100.5; seed must be at least 0, got -1",
        ),
        (
            lambda: z_curve(Y, V, draws=100.0, seed=-2),
            "draws must be an integer, got 100.0; seed must be at least 0, got -2",
        ),
        (
            lambda: bootstrap(Y, V, draws="a", seed=1.5),
            "draws must be an integer, got 'a'; seed must be an integer, got 1.5",
        ),
        (
            lambda: gosh(Y, V, max_subsets=5.0, seed=None),
            "max_subsets must be an integer, got 5.0; seed must be an integer, got None",
        ),
        (
            lambda: permutation_test(Y, V, X, iterations="a", seed=-1),
            "iterations must be an integer, got 'a'; seed must be at least 0, got -1",
        ),
        (lambda: selection_model(Y, V, steps="a"), "steps must be numbers, got 'a'"),
        (lambda: selection_model(Y, V, steps=[0.1, "a"]), "steps must be numbers; positions [1] are 'a'"),
        (lambda: copas_selection(Y, V, published=["a"]), "published must be numbers; positions [0] are 'a'"),
        (
            lambda: component_network(Y, V, TREATED, LISTED, TRIALS, separator=None),
            "separator must be text, got None",
        ),
        (
            lambda: pool_bayes(Y, V, prior="x"),
            "prior must be a prior of tau, such as HalfNormal(0.5), got 'x'; leave it out for the default",
        ),
        (
            lambda: pool_model_averaged(Y, V, prior=3, bias="PET"),
            "prior must be a prior of tau, such as HalfNormal(0.5), got 3; leave it out for the default; "
            "bias must be a sequence of WeightSteps and SlopeOnError, got 'PET'; () is for none",
        ),
        (
            lambda: pool_model_averaged(Y, V, bias=[SlopeOnError(1, 1.0), 1, "PET"]),
            "bias must hold WeightSteps and SlopeOnError, such as SlopeOnError(1, 1.0); positions [1, 2] are 1, 'PET'",
        ),
        (
            lambda: network_posterior(Y, V, TREATED, LISTED, TRIALS, prior=HalfNormal),
            "prior must be a prior of tau, such as HalfNormal(0.5), got "
            "<class 'ipt_evidence.engine.pooling.priors.HalfNormal'>; leave it out for the default",
        ),
        (lambda: p_scores(None), "found must be what network returns, got None"),
        (lambda: rank_treatments("a"), "found must be what network returns, got 'a'"),
        (lambda: dose_response(Y, V, X, reference="a"), "reference must be a number, got 'a'"),
        (lambda: dose_response(Y, V, X, reference=[3, 4]), "reference must be a number, got [3, 4]"),
        (
            lambda: pool_multilevel(Y, V, TRIALS),
            "factors must map each name to one label per effect, got ['a', 'b', 'c', 'd', 'e']",
        ),
    ],
)
def test_a_choice_of_the_wrong_kind_is_refused_with_a_sentence(call, message):
    with pytest.raises(SynthesisError) as refusal:
        call()
    assert str(refusal.value) == message


def test_a_number_is_one_whatever_holds_it():
    for held in (np.float32(0.25), np.array(0.25), Fraction(1, 4)):
        assert share_beyond(Y, V, held).threshold == 0.25


class _Large:
    """What fits in no memory, whatever is asked of it."""

    def _fail(self, *_, **__):
        raise MemoryError

    __array__ = __eq__ = __hash__ = __repr__ = __float__ = _fail


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: pool(_Large(), V), id="numbers"),
        pytest.param(lambda: pool([0.2, _Large()], V[:2]), id="one of the numbers"),
        pytest.param(lambda: share_beyond(Y, V, _Large()), id="one number"),
        pytest.param(lambda: pool(Y, V, method=_Large()), id="a choice"),
        pytest.param(lambda: pool_dependent(Y, V, _Large()), id="labels"),
        pytest.param(lambda: pool_dependent(Y, V, [*"abcd", _Large()]), id="one of the labels"),
    ],
)
def test_want_of_memory_is_no_fault_of_what_was_given(call):
    with pytest.raises(MemoryError):
        call()


def test_effects_that_no_prior_can_be_reconciled_with_are_refused_and_do_not_hang():
    for call in (
        lambda: pool_bayes([0, 1e25], [1, 1]),
        lambda: network_posterior([0, 1e25], [1, 1], ["a"] * 2, ["b"] * 2, ["1", "2"]),
    ):
        with pytest.raises(SynthesisError, match=r"^the effects lie so far from what the prior, half-normal\(0\.5\)"):
            call()
    for prior in (lambda: HalfNormal(1e200), lambda: LogNormal(np.nan, 1), lambda: LogStudentT(np.inf, 1)):
        with pytest.raises(SynthesisError, match="must lie between"):
            prior()


def test_spreads_beyond_what_numbers_hold_are_called_that_and_nothing_else():
    far = [-6830.0, 4216.0, 13356.0, 1948.0]
    for call in (
        lambda: pool_dependent(far, [1e-5, 1e-7, 1.3, 1e-7], [1, 0, 0, 1], rho=0.99),
        lambda: pool_multilevel(far, [1e-5, 1e-7, 1.3, 1e-7], {"trial": [1, 0, 0, 1]}),
    ):
        with pytest.raises(SynthesisError, match=r"too far apart for both to count; check whether units are mixed up$"):
            call()
    wide = ([0.1, 0.2, 0.3], [1e-9, 1e4, 1.0])
    for call in (lambda: pool_dependent(*wide, [0, 0, 1]), lambda: pool_multilevel(*wide, {"trial": [0, 0, 1]})):
        with pytest.raises(SynthesisError, match=r"variances range from .*e-\d+ to 1e\+04, too far for both"):
            call()
    constant = constant_correlation([1e-4, 1.0, 1.0], [0, 0, 1], rho=1 - 1e-14)
    with pytest.raises(SynthesisError, match="not positive definite"):
        pool_multilevel([0.1, 0.2, 0.3], [1e-4, 1.0, 1.0], {"trial": [0, 0, 1]}, covariance=constant)


@pytest.mark.parametrize("size", [1, 3])
def test_a_risk_difference_of_everyone_is_not_certain(size):
    with pytest.raises(SynthesisError, match=r"variance comes out as 0: that is no certainty; report the counts$"):
        mantel_haenszel([7, 18], [7, 18], [0, 0], [size, 1], measure="RD")
    assert mantel_haenszel([7, 17], [7, 18], [0, 0], [size, 1], measure="RD").se > 0.01


def test_a_reference_and_a_part_are_read_as_labels_are():
    data = ([0.1, 0.2, 0.4], [1, 1, 1], [1, 2, 2], [3, 3, 1], [1, 2, 3])
    assert network(*data, reference=3.0).treatments == ("3", "1", "2")
    assert p_scores(network(*data), part=3) == pytest.approx(p_scores(network(*data)))
    for wrong in (["A"], pd.NA, 4, 10**5000):
        for name, call in (
            ("reference", lambda w=wrong: network(*data, reference=w)),
            ("part", lambda w=wrong: p_scores(network(*data), part=w)),
        ):
            with pytest.raises(SynthesisError, match=f"^{name} must be one of 1, 2, 3; got "):
                call()


@pytest.mark.parametrize("interaction", ["common", "separate"])
def test_a_network_regression_keeps_its_slopes_however_far_the_origin_lies(interaction):
    data = ([0.3, 0.4, 0.6, 0.7, 0.2, 0.5], [0.1, 0.2, 0.1, 0.2, 0.3, 0.1], list("aabbdd"), ["c"] * 6, list("123456"))
    x = np.array([0, 1, 0.5, 0.75, 0.25, 0.375])
    near, far = (
        network_regression(*data, x + origin, reference="c", interaction=interaction, at=0) for origin in (0, 1e9)
    )
    assert far.slope == pytest.approx(near.slope, abs=1e-6)
    assert far.slope_se == pytest.approx(near.slope_se, abs=1e-6)


def test_draws_without_end_are_refused():
    with pytest.raises(SynthesisError, match=r"^draws must be at most 10000000, got 1000"):
        bootstrap(Y, V, draws=10**400)


def test_an_outcome_that_a_table_calls_missing_is_missing():
    effects, variances = (
        [[0.2, np.nan], [0.4, 0.1], [0.1, 0.3], [0.5, 0.2]],
        np.array([[0.1, np.nan], *[[0.1, 0.2]] * 3]),
    )
    expected = pool_multivariate(effects, variances)
    for kind in ("Float64", object):
        tables = [
            pd.DataFrame(given, columns=["symptoms", "functioning"]).astype(kind) for given in (effects, variances)
        ]
        for table in tables:
            table.loc[0, "functioning"] = pd.NA
        assert pool_multivariate(*tables).estimate.tolist() == expected.estimate.tolist()
