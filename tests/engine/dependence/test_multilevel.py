"""Several sources of variation, nested or crossed: against metafor, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import constant_correlation, pool, pool_multilevel

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_methods.json").read_text())["multilevel"]


@pytest.mark.parametrize("name", GOLDEN)
def test_variances_and_average_match_metafor(name):
    golden = GOLDEN[name]
    y, v, factors = golden["effects"], golden["variances"], golden["factors"]
    rho = golden.get("rho") or None
    covariance = constant_correlation(v, factors["study"], rho=rho) if rho else None
    found = pool_multilevel(y, v, factors, covariance=covariance)
    assert found.log_likelihood >= golden["log_likelihood"] - 1e-8
    assert found.log_likelihood == pytest.approx(golden["log_likelihood"], rel=1e-7)
    assert found.sigma2 == pytest.approx(golden["sigma2"], rel=1e-3, abs=1e-6)
    for field in ("estimate", "se", "df", "p_value", "ci_low", "pi_low", "q"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-5, abs=1e-7), field
    assert found.at_bound == tuple(f for f, value in zip(found.factors, found.sigma2, strict=True) if value == 0)


def test_a_variance_at_its_bound_is_named():
    golden = GOLDEN["bound"]
    found = pool_multilevel(golden["effects"], golden["variances"], golden["factors"])
    assert "turn" in found.at_bound
    without = {name: labels for name, labels in golden["factors"].items() if name != "turn"}
    fewer = pool_multilevel(golden["effects"], golden["variances"], without)
    assert (found.estimate, found.se) == (pytest.approx(fewer.estimate, rel=1e-7), pytest.approx(fewer.se, rel=1e-7))


Y, V = np.array([0.1, 0.5, -0.2, 0.9, 0.4, 0.3, 0.7]), np.array([0.05, 0.1, 0.08, 0.2, 0.03, 0.06, 0.04])
FACTORS = {"trial": list("aabbcdd"), "effect": list(range(7)), "instrument": list("xyxyxxy")}


def test_one_factor_with_a_label_for_each_effect_is_ordinary_pooling():
    found, plain = pool_multilevel(Y, V, {"trial": range(7)}), pool(Y, V, interval="normal")
    assert (found.estimate, found.se) == (pytest.approx(plain.estimate), pytest.approx(plain.se))
    assert found.sigma2[0] == pytest.approx(plain.tau2, rel=1e-7)
    assert found.i2[0] == pytest.approx(plain.i2, rel=1e-6)
    assert (found.q, found.df) == (pytest.approx(plain.q), 6)
    assert found.ci_high == pytest.approx(plain.estimate + 2.446911851 * plain.se)


def test_order_of_effects_and_of_factors_does_not_matter():
    order = np.random.default_rng(3).permutation(7)
    found = pool_multilevel(Y, V, FACTORS)
    turned = {name: [FACTORS[name][place] for place in order] for name in reversed(FACTORS)}
    after = pool_multilevel(Y[order], V[order], turned)
    assert after.sigma2[::-1] == pytest.approx(found.sigma2, abs=1e-8)
    assert (after.estimate, after.se) == (pytest.approx(found.estimate), pytest.approx(found.se))
    assert (found.n_levels.tolist(), found.df) == ([4, 7, 2], 1)
    assert np.isnan([found.pi_low, found.pi_high]).all()


def test_no_point_of_a_grid_is_more_likely():
    found = pool_multilevel(10 * Y, V, FACTORS)
    same = [np.array(labels)[:, None] == np.array(labels) for labels in FACTORS.values()]

    def likelihood(sigma2):
        total = np.diag(V) + sum(s * one for s, one in zip(sigma2, same, strict=True))
        inverse = np.linalg.inv(total)
        row = inverse.sum(axis=0)
        residual = 10 * Y - row @ (10 * Y) / row.sum()
        df = Y.size - 1
        return -0.5 * (
            df * np.log(2 * np.pi)
            + np.linalg.slogdet(total)[1]
            + np.log(row.sum() / Y.size)
            + residual @ inverse @ residual
        )

    assert found.log_likelihood == pytest.approx(likelihood(found.sigma2), rel=1e-10)
    steps = [0, 0.1, 1, 3, 6, 10, 15, 30, 60]
    assert max(likelihood((a, b, c)) for a in steps for b in steps for c in steps) <= found.log_likelihood


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({}, "factors must name at least one source of variation"),
        (
            FACTORS | {"trial": ["a", None, "b", "b", "c", "", "d"]},
            r"trial must not be missing; positions \[1, 5\] are$",
        ),
        (FACTORS | {"team": ["z"] * 7}, "team has one label only, so effects cannot vary by it; leave it out"),
        (FACTORS | {"row": list("abcdefg")}, "effect and row group the effects in the same way; leave one out"),
        (FACTORS | {"trial": ["a", "b"]}, r"trial must have one label per effect, shape \(7,\), got shape \(2,\)"),
    ],
)
def test_refuses_factors_that_explain_nothing(factors, message):
    with pytest.raises(SynthesisError, match=message):
        pool_multilevel(Y, V, factors)


def test_refuses_variances_that_cannot_be_told_apart():
    pairs = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "c": [0, 1, 1, 0], "e": range(4)}
    told = "the variances by {} cannot be told apart, as they can be split in many ways that are equally likely; {}$"
    with pytest.raises(SynthesisError, match="^" + told.format("a, b, c and e", "leave one out")):
        pool_multilevel(Y[:4], V[:4], pairs)
    # Here the covariances of the effects themselves, and not of their differences alone, add up.
    joined = {"one": [0, 0, 1, 2], "two": [0, 1, 2, 2], "both": [0, 0, 1, 1], "effect": range(4)}
    with pytest.raises(SynthesisError, match="^" + told.format("one, two, both and effect", "leave one out")):
        pool_multilevel(Y[:4], V[:4], joined)


def test_any_three_of_four_that_cannot_be_told_apart_can():
    pairs = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "c": [0, 1, 1, 0], "e": range(4)}
    for name in pairs:
        fewer = {other: labels for other, labels in pairs.items() if other != name}
        assert pool_multilevel(Y[:4], V[:4], fewer).factors == tuple(fewer)


def test_refuses_covariances_that_cannot_be():
    with pytest.raises(SynthesisError, match="the diagonal of covariance must equal variances"):
        pool_multilevel(Y, V, FACTORS, covariance=np.eye(7))
    with pytest.raises(SynthesisError, match="the sampling covariance is not positive definite"):
        pool_multilevel(Y, V, FACTORS, covariance=np.outer(np.sqrt(V), np.sqrt(V)))
