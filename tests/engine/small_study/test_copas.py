"""Copas' selection model: against the integral over what decides on publication, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, special, stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import copas_selection, pool

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_copas.json").read_text())["sets"]


@pytest.mark.parametrize("name", GOLDEN)
def test_averages_match_the_integrated_likelihood_in_r(name):
    golden = GOLDEN[name]
    rows = golden["rows"]
    found = copas_selection(golden["effects"], golden["variances"], published=[row["published"] for row in rows])
    for place, row in enumerate(rows):
        assert found.log_likelihood[place] >= row["log_likelihood"] - 1e-7
        assert found.log_likelihood[place] == pytest.approx(row["log_likelihood"], rel=1e-7)
        for field, theirs in (("estimate", "estimate"), ("tau2", "tau2"), ("rho", "rho"), ("se", "se")):
            assert getattr(found, field)[place] == pytest.approx(row[theirs], rel=2e-4, abs=1e-6), field
        assert found.asymmetry_p_value[place] == pytest.approx(row["asymmetry_p"], rel=1e-3)
        assert found.unpublished[place] == pytest.approx(row["unpublished"], rel=1e-7)


Y = np.array([0.9, 0.8, 0.65, 0.7, 0.4, 0.35, 0.3, 0.25])
V = np.array([0.2, 0.15, 0.12, 0.1, 0.04, 0.03, 0.02, 0.01])


def test_the_more_trials_are_missing_the_lower_the_average_of_trials_that_look_selected():
    found = copas_selection(Y, V, published=(0.9, 0.5, 0.2))
    assert np.all(np.diff(found.unpublished) > 0)
    assert np.all(found.estimate < pool(Y, V, method="ML").estimate)
    assert np.all(found.rho > 0)
    assert found.ci_low == pytest.approx(found.estimate - 1.959963985 * found.se)


def test_hardly_any_selection_is_the_average_itself():
    y, v = GOLDEN["bcg"]["effects"], GOLDEN["bcg"]["variances"]
    found, plain = copas_selection(y, v, published=[0.999], certain=0.9999), pool(y, v, method="ML", interval="normal")
    assert found.estimate[0] == pytest.approx(plain.estimate, abs=0.03)
    assert found.unpublished[0] < 0.02


def test_sign_and_unit_do_not_matter():
    found, turned = copas_selection(Y, V, published=[0.5]), copas_selection(-100 * Y, 10_000 * V, published=[0.5])
    assert turned.estimate == pytest.approx(-100 * found.estimate, rel=1e-6)
    assert turned.se == pytest.approx(100 * found.se, rel=1e-5)
    assert turned.rho == pytest.approx(-found.rho, rel=1e-6)
    assert turned.asymmetry_p_value == pytest.approx(found.asymmetry_p_value, rel=1e-5)


def test_the_maximum_is_the_best_of_searches_from_everywhere():
    rng = np.random.default_rng(2)
    k = int(rng.choice([8, 31, 99]))
    s = rng.uniform(0.05, 0.5, k)
    y = 0.2 + rng.uniform(0, 2) * s + rng.normal(size=k) * np.sqrt(s**2 + rng.choice([0, 0.05]))
    found = copas_selection(y, s**2, published=[0.9])
    high, low = special.ndtri(0.99), special.ndtri(0.9)
    u = low + (high - low) * (1 / s - 1 / s.max()) / (1 / s.min() - 1 / s.max())
    hazard = np.exp(stats.norm.logpdf(u) - stats.norm.logcdf(u))

    def loss(x):
        within = s**2 / (1 - x[3] ** 2 * hazard * (u + hazard))
        off, total = y - x[0] - x[1] * s, within + x[2]
        shared = x[3] * np.sqrt(within / total)
        seen = stats.norm.logcdf((u + shared * off / np.sqrt(total)) / np.sqrt(1 - shared**2))
        return -np.sum(stats.norm.logpdf(off, scale=np.sqrt(total)) + seen - stats.norm.logcdf(u))

    def lowest(slopes):
        starts = [[0.9, np.mean(slopes), 0.01, rho] for rho in (-0.8, 0.0, 0.8)]
        bounds = [(None, None), slopes, (0, None), (-0.9999, 0.9999)]
        return min(optimize.minimize(loss, start, bounds=bounds, method="SLSQP", tol=1e-10).fun for start in starts)

    without, with_slope = lowest((0, 0)), lowest((-5, 5))
    assert found.log_likelihood[0] >= -without - 1e-6
    assert found.asymmetry_p_value[0] == pytest.approx(special.chdtrc(1, 2 * (without - with_slope)), rel=1e-3)


def test_a_higher_maximum_at_both_bounds_is_found():
    y = np.array([0.69, 0.69, 0.75, 0.92, 0.61, 0.64, 1.06, 0.33, 0.93, 0.34, 0.53, 0.93, 0.71, 0.42, 1.03])
    v = np.array([41, 51, 71, 45, 72, 81, 47, 30, 79, 57, 17, 30, 53, 25, 35]) / 1000
    s = np.sqrt(v)
    found = copas_selection(y, v, published=[0.7])
    high, low = special.ndtri(0.99), special.ndtri(0.7)
    u = low + (high - low) * (1 / s - 1 / s.max()) / (1 / s.min() - 1 / s.max())
    hazard = np.exp(stats.norm.logpdf(u) - stats.norm.logcdf(u))

    def height(mean, rho):  # tau2 = 0
        within = v / (1 - rho**2 * hazard * (u + hazard))
        off = (y - mean) / np.sqrt(within)
        seen = stats.norm.logcdf((u + rho * off) / np.sqrt(1 - rho**2)) - stats.norm.logcdf(u)
        return np.sum(stats.norm.logpdf(off) - 0.5 * np.log(within) + seen)

    best = max(height(mean, rho) for mean in np.linspace(0, 1.5, 301) for rho in (-0.9999, -0.5, 0, 0.5, 0.9999))
    assert found.log_likelihood[0] >= best


def test_what_is_at_its_bound_is_named_and_held():
    found = copas_selection(Y, V, published=[0.9])
    assert found.at_bound[0] == tuple(
        name for name, at in (("tau2", found.tau2[0] == 0), ("rho", abs(found.rho[0]) > 0.9998)) if at
    )
    assert "tau2" in found.at_bound[0]
    assert np.isfinite(found.se[0])


@pytest.mark.parametrize(
    ("v", "choice", "message"),
    [
        ([0.1] * 8, {}, "all standard errors are the same, so that selection by them cannot be told from none"),
        (V, {"published": [0.5, 1.0]}, r"published must be between 0 and 0.99; positions \[1\] are 1.0"),
        (V, {"certain": 1}, "certain must lie between 0 and 1, got 1"),
        (V, {"published": []}, r"published must be a sequence of chances, got shape \(0,\)"),
    ],
)
def test_refuses_assumptions_that_cannot_be(v, choice, message):
    with pytest.raises(SynthesisError, match=message):
        copas_selection(Y, v, **choice)
    with pytest.raises(SynthesisError, match="needs at least 4 trials, got 3"):
        copas_selection(Y[:3], V[:3])
