"""Bayesian networks: against integrals in R, laws; what the pipeline makes of them, in tests/synthesis/networks."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from ipt_evidence.engine.pooling.priors import HalfNormal
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import network, network_posterior, pool_bayes

ORACLE = Path(__file__).parents[2] / "oracle"
GOLDEN = json.loads((ORACLE / "golden_network_review.json").read_text("utf-8"))
INTEGRATED = {name: golden for name, golden in GOLDEN["networks"].items() if golden["tau"]}
CONTRASTS = list(csv.DictReader((ORACLE / "networks_of_review.csv").read_text("utf-8").splitlines()))
LOOP = ([0.5, 0.2, 0.6], [0.04, 0.05, 0.06], ["a", "b", "a"], ["b", "c", "c"], ["one", "two", "three"])


@pytest.mark.parametrize("name", INTEGRATED)
def test_networks_with_few_degrees_of_freedom_match_integrals_in_r(name):
    golden, rows = INTEGRATED[name], [row for row in CONTRASTS if row["network_id"] == name]
    numbers = ([float(row[column]) for row in rows] for column in ("yi", "vi"))
    labels = ([row[column] for row in rows] for column in ("treatment1", "treatment2", "study"))
    found = network_posterior(*numbers, *labels, prior=HalfNormal(GOLDEN["prior_scale"]))
    assert [found.tau_low, found.tau, found.tau_high] == pytest.approx(golden["tau"], rel=1e-6, abs=1e-8)
    for row in golden["estimates"]:
        pair = tuple(found.treatments.index(row[side]) for side in ("treatment1", "treatment2"))
        for field in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
            assert getattr(found, field)[pair] == pytest.approx(row[field], rel=1e-6, abs=1e-8), (pair, field)
    places = {pair: place for place, pair in enumerate(zip(found.treatments1, found.treatments2, strict=True))}
    for row in golden.get("split") or []:
        if row["joined"]:
            place = places[row["treatment1"], row["treatment2"]]
            for field in ("direct", "direct_low", "indirect", "indirect_high", "difference", "difference_low"):
                assert getattr(found, field)[place] == pytest.approx(row[field], rel=1e-6, abs=1e-8), field


@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0.02, 0.5)), min_size=2, max_size=4), st.floats(0.1, 1))
def test_two_treatments_give_the_average_of_trials(trials, scale):
    y, v = np.array(trials).T
    k = len(trials)
    found = network_posterior(y, v, ["b"] * k, ["a"] * k, range(k), prior=HalfNormal(scale))
    expected = pool_bayes(y, v, prior=HalfNormal(scale), threshold=0.0)
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert getattr(found, name)[1, 0] == pytest.approx(getattr(expected, name), abs=1e-7)
    assert found.better[1, 0] == pytest.approx(expected.probability, abs=1e-9)
    for name in ("tau_low", "tau", "tau_high"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-9)
    assert found.treatments1 == ()


def test_turning_a_comparison_turns_its_answer():
    found = network_posterior(*LOOP)
    assert found.estimate == pytest.approx(-found.estimate.T, nan_ok=True)
    assert found.ci_low == pytest.approx(-found.ci_high.T, nan_ok=True)
    assert found.better + found.better.T == pytest.approx(np.where(np.eye(3), np.nan, 1.0), nan_ok=True)


def test_a_prior_that_allows_no_difference_between_trials_gives_the_common_effect():
    found, expected = network_posterior(*LOOP, prior=HalfNormal(1e-6)), network(*LOOP, method="CE")
    off = ~np.eye(3, dtype=bool)
    assert found.estimate[off] == pytest.approx(expected.estimate[off], abs=1e-6)
    assert found.ci_low[off] == pytest.approx(expected.ci_low[off], abs=1e-6)


def test_a_loop_is_split_everywhere_into_its_trial_and_its_way_round():
    found = network_posterior(*LOOP, prior=HalfNormal(1e-6))
    assert list(zip(found.treatments1, found.treatments2, strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert found.direct == pytest.approx([0.5, 0.6, 0.2], abs=1e-6)
    assert found.indirect == pytest.approx([0.4, 0.7, 0.1], abs=1e-6)
    assert found.difference == pytest.approx(found.direct - found.indirect, abs=1e-6)


def test_a_chain_has_an_answer_though_nothing_says_how_far_trials_differ():
    y, v, first, second, studies = (values[:2] for values in LOOP)
    found = network_posterior(y, v, first, second, studies)
    assert found.estimate[0, 2] == pytest.approx(0.7)
    assert found.treatments1 == ()
    assert found.tau == pytest.approx(0.5 * 0.6744897501960817, abs=1e-7)


def test_treatments_of_different_parts_are_not_compared():
    found = network_posterior([0.5, 0.2], [0.1, 0.1], ["a", "c"], ["b", "d"], ["one", "two"])
    assert np.isnan(found.estimate[0, 2])
    assert found.estimate[0, 1] == pytest.approx(0.5)


def test_refuses_what_a_network_refuses():
    with pytest.raises(SynthesisError, match="variances"):
        network_posterior([0.5, 0.2], [0.1, -1.0], ["a", "b"], ["b", "c"], ["one", "two"])


def test_a_single_trial_leaves_tau_its_prior():
    found = network_posterior([0.5], [0.04], ["b"], ["a"], ["one"], prior=HalfNormal(0.2))
    expected = 0.2 * special.ndtri((1 + np.array([0.025, 0.5, 0.975])) / 2)
    assert [found.tau_low, found.tau, found.tau_high] == pytest.approx(expected, rel=1e-11)


def loops(seed):
    """Return contrasts of eight trials of two arms among four treatments."""
    rng = np.random.default_rng(seed)
    first, second = np.array(list("abcdabac")), np.array(list("bcdaccdd"))
    return rng.normal(0.3, 0.4, 8), rng.uniform(0.02, 0.2, 8), first, second, np.arange(8)


def test_posterior_is_that_of_integrals_over_tau_by_another_rule():
    y, v, first, second, studies = loops(3)
    found = network_posterior(y, v, first, second, studies, prior=HalfNormal(0.5))
    x = np.column_stack([(first == name) * 1.0 - (second == name) for name in "bcd"])
    nodes, rule = np.polynomial.legendre.leggauss(300)
    tau = 3 * (nodes + 1)
    log_mass, mean, sd = [], [], []
    for one in tau:
        root = np.sqrt(v + one**2)
        solution, *_ = np.linalg.lstsq(x / root[:, None], y / root, rcond=None)
        information = (x / root[:, None]).T @ (x / root[:, None])
        q = np.sum(((y - x @ solution) / root) ** 2)
        log_mass.append(-np.log(root).sum() - 0.5 * (np.linalg.slogdet(information)[1] + q) - one**2 / (2 * 0.25))
        mean.append(solution[2] - solution[0])
        sd.append(np.sqrt(np.array([-1, 0, 1]) @ np.linalg.inv(information) @ np.array([-1, 0, 1])))
    mass = rule * np.exp(np.array(log_mass) - max(log_mass))
    mass, mean, sd = mass / mass.sum(), np.array(mean), np.array(sd)
    for name, p in (("ci_low", 0.025), ("estimate", 0.5), ("ci_high", 0.975)):
        assert mass @ special.ndtr((getattr(found, name)[3, 1] - mean) / sd) == pytest.approx(p, rel=1e-10)
    for name, p in (("pi_low", 0.025), ("pi_high", 0.975)):
        new = np.sqrt(sd**2 + tau**2)
        assert mass @ special.ndtr((getattr(found, name)[3, 1] - mean) / new) == pytest.approx(p, rel=1e-10)


@pytest.mark.parametrize("variances", [[2e-10, 5e8, 0.1], [1e-12, 1e-12, 1e12]])
def test_variances_over_many_decades_leave_no_warning(variances):
    found = network_posterior([0.5, 0.2, 0.6], variances, *LOOP[2:])
    off = ~np.eye(3, dtype=bool)
    assert np.all(found.ci_low[off] < found.estimate[off])
    assert np.all(found.pi_low[off] <= found.ci_low[off])
