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
        for field in ("estimate", "tau2", "rho", "se"):
            assert getattr(found, field)[place] == pytest.approx(row[field], rel=2e-4, abs=1e-6), field
        for field in ("profile_low", "profile_high"):
            assert getattr(found, field)[place] == pytest.approx(row[field], abs=1e-6), field
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


@pytest.mark.parametrize(("shift", "unit"), [(0.0, -1.0), (3.0, 1.0), (-2.0, -1e-5), (0.5, 1e5)])
def test_origin_sign_unit_and_order_do_not_matter(shift, unit):
    order = [3, 1, 7, 0, 2, 6, 5, 4]
    found = copas_selection(Y, V, published=[0.7, 0.3])
    turned = copas_selection(unit * (Y + shift)[order], unit**2 * V[order], published=[0.7, 0.3])
    limits = np.sort(unit * (np.array([found.profile_low, found.profile_high]) + shift), axis=0)
    assert turned.estimate == pytest.approx(unit * (found.estimate + shift), rel=1e-6)
    assert np.array([turned.profile_low, turned.profile_high]) == pytest.approx(limits, rel=1e-6)
    assert turned.se == pytest.approx(abs(unit) * found.se, rel=1e-5)
    assert turned.rho == pytest.approx(np.sign(unit) * found.rho, rel=1e-6)
    assert turned.asymmetry_p_value == pytest.approx(found.asymmetry_p_value, rel=1e-5)
    assert turned.at_bound == found.at_bound


def _likelihood(y, v, published, certain=0.99):
    """Return the log-likelihood by mean, tau and rho, which broadcast, and a slope by standard error."""
    s = np.sqrt(v)
    high, low = special.ndtri(certain), special.ndtri(published)
    u = low + (high - low) * (1 / s - 1 / s.max()) / (1 / s.min() - 1 / s.max())
    hazard = np.exp(stats.norm.logpdf(u) - stats.norm.logcdf(u))

    def height(mean, tau, rho, slope=0.0):
        mean, tau, rho = (np.asarray(x)[..., None] for x in (mean, tau, rho))
        within = v / (1 - rho**2 * hazard * (u + hazard))
        off, total = y - mean - slope * s, within + tau**2
        shared = rho * np.sqrt(within / total)
        seen = stats.norm.logcdf((u + shared * off / np.sqrt(total)) / np.sqrt(1 - shared**2)) - stats.norm.logcdf(u)
        return np.sum(stats.norm.logpdf(off, scale=np.sqrt(total)) + seen, axis=-1)

    return height


TIES = ([0.2, 0.9, 0.5, 0.0, 0.1], [0.01, 0.16, 0.01, 0.01, 0.04])
"""Few trials: far limits of the average go with another tau2 and rho than near ones."""


RIDGES = (
    [1.62, 0.01, 4.98, 2.25, -0.92, -0.23, 0.49, -2.72, 0.96, 0.73, -0.99, 0.74, 1.08, 3.89],
    [0.74, 0.44, 0.85, 0.2, 0.41, 0.66, 0.43, 0.38, 0.85, 0.38, 0.21, 0.69, 0.45, 0.44],
)
"""Where one maximum over tau2 and rho has fallen far enough, another has not."""


@pytest.mark.parametrize(
    ("effects", "published", "certain"),
    [((Y, V), 0.9, 0.99), ((Y, V), 0.3, 0.99), (TIES, 0.9, 0.99), (RIDGES, 0.9, 0.9999)],
)
def test_beyond_its_limits_every_average_is_rejected_by_a_grid_and_within_them_none(effects, published, certain):
    y, v = (np.array(column) for column in effects)
    found = copas_selection(y, v, published=[published], certain=certain)
    height = _likelihood(y, v, published, certain)
    taus = np.concatenate([[0.0], np.geomspace(0.01, 3, 60)])
    grid = np.meshgrid(taus, 0.9999 * np.sin(np.linspace(-np.pi / 2, np.pi / 2, 61)))
    low, high = float(found.profile_low[0]), float(found.profile_high[0])

    def drop(mean):
        tau, rho = (part.flat[int(np.argmax(height(mean, *grid)))] for part in grid)
        options = {"xatol": 1e-8, "fatol": 1e-11}
        bounds = [(0, None), (-0.9999, 0.9999)]
        best = optimize.minimize(
            lambda x: -height(mean, *x), [tau, rho], method="Nelder-Mead", bounds=bounds, options=options
        )
        return 2 * (found.log_likelihood[0] + best.fun)

    for end, out in ((low, low - high), (high, high - low)):
        assert drop(end) == pytest.approx(stats.chi2.isf(0.05, 1), abs=1e-5)
        assert drop(end - 0.02 * out) < stats.chi2.isf(0.05, 1)
        assert min(drop(end + step * out) for step in (0.02, 0.2, 1.0)) > stats.chi2.isf(0.05, 1)


BCG = [np.array(GOLDEN["bcg"][field]) for field in ("effects", "variances")]


@pytest.mark.parametrize(
    ("at", "spread", "published"),
    [("tau2", 0.201625624046, 0.5), ("rho", 1.0, 0.859897454352)],
    ids=["tau2", "rho"],
)
def test_the_profile_interval_does_not_step_at_a_bound_where_the_standard_error_does(at, spread, published):
    y, v = BCG
    step = 1e-6
    spreads, shares = (spread - step, spread + step), (published + step, published - step)
    held, free = (
        copas_selection(y.mean() + (by if at == "tau2" else 1.0) * (y - y.mean()), v, published=[share])
        for by, share in zip(spreads, shares if at == "rho" else (published, published), strict=True)
    )
    assert (held.at_bound[0], free.at_bound[0]) == ((at,), ())
    assert free.profile_low == pytest.approx(held.profile_low, abs=1e-5)
    assert free.profile_high == pytest.approx(held.profile_high, abs=1e-5)
    if at == "tau2":
        assert free.se > 1.1 * held.se
    else:
        assert np.isnan(held.se)


def test_a_lower_level_makes_a_shorter_interval_round_the_same_average():
    wide, narrow = (copas_selection(Y, V, published=[0.5], level=level) for level in (0.95, 0.5))
    assert wide.profile_low < narrow.profile_low < narrow.estimate < narrow.profile_high < wide.profile_high
    assert narrow.estimate == wide.estimate


def test_the_maximum_is_the_best_of_searches_from_everywhere():
    rng = np.random.default_rng(2)
    k = int(rng.choice([8, 31, 99]))
    s = rng.uniform(0.05, 0.5, k)
    y = 0.2 + rng.uniform(0, 2) * s + rng.normal(size=k) * np.sqrt(s**2 + rng.choice([0, 0.05]))
    found = copas_selection(y, s**2, published=[0.9])
    height = _likelihood(y, s**2, 0.9)

    def loss(x):
        return -height(x[0], np.sqrt(x[2]), x[3], x[1])

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
    height = _likelihood(y, v, 0.7)
    best = max(height(mean, 0.0, rho) for mean in np.linspace(0, 1.5, 301) for rho in (-0.9999, -0.5, 0, 0.5, 0.9999))
    assert copas_selection(y, v, published=[0.7]).log_likelihood[0] >= best


def test_the_test_of_asymmetry_finds_the_highest_maximum_with_a_slope():
    y, v = np.array([0.5, 0.1, 0.6, 0.7]), np.array([0.01, 0.16, 0.01, 0.16])
    height = _likelihood(y, v, 0.5)
    rng = np.random.default_rng(8)

    def highest(slope):
        def depth(x):
            return -height(x[0], x[1], 0.9999 * np.sin(x[2]), slope * x[3])

        starts = rng.normal([0.5, 0, 0, 0], [0.3, 0.3, 1.5, 1], (6, 4))
        return -min(optimize.minimize(depth, start, method="BFGS").fun for start in starts)

    found = copas_selection(y, v, published=[0.5])
    statistic = 2 * (highest(1.0) - highest(0.0))
    assert found.asymmetry_p_value[0] == pytest.approx(special.chdtrc(1, statistic), abs=1e-5)


def test_what_is_at_its_bound_is_named_and_held():
    found = copas_selection(Y, V, published=[0.9])
    assert found.at_bound[0] == tuple(
        name for name, at in (("tau2", found.tau2[0] == 0), ("rho", abs(found.rho[0]) > 0.9998)) if at
    )
    assert "tau2" in found.at_bound[0]
    assert np.isfinite(found.se[0])


CLIFF = (
    np.array([0.221, 0.32, 0.098, 0.022, 0.098, 0.08, -0.079, -0.025]),
    np.array([0.0825, 0.024, 0.0402, 0.088, 0.0463, 0.0259, 0.0605, 0.0501]),
)
"""At half published rho is at its bound; with rho taken as known the standard error would be 0.0198."""


@pytest.fixture(scope="module")
def cliff():
    return copas_selection(*CLIFF, published=(0.5, 0.2))


def test_where_rho_is_at_its_bound_the_likelihood_gives_an_interval_and_no_standard_error(cliff):
    found, (_, v) = cliff, CLIFF
    assert found.at_bound == (("tau2", "rho"), ("tau2",))
    assert found.rho[0] == -0.9999
    inner = np.array([found.se, found.p_value, found.ci_low, found.ci_high])
    assert np.isnan(inner[:, 0]).all()
    assert np.isfinite(inner[:, 1]).all()
    # No theory is surer than the average of trials that nobody selected and that do not differ.
    plain = 1 / np.sqrt(np.sum(1 / v))
    assert np.all((found.profile_high - found.profile_low) / (2 * stats.norm.isf(0.025)) > plain)
    assert found.profile_low[0] < found.estimate[0] < found.profile_high[0]


def test_warnings_say_what_was_found(cliff):
    assert cliff.warnings == (
        "Copas' model is offered to compare with earlier work; how many trials are missing is assumed, not estimated",
        "8 trials are too few to tell selection from true differences; ten or more are needed",
        "where published is 0.5, rho is at its bound: there is no standard error, and the profile interval has to do",
        "where published is 0.2, tau2 is held at 0, which the standard error takes as known",
    )
    assert len(copas_selection(*BCG, published=(0.8,)).warnings) == 1
    # Effects that lie on a line of their standard errors are no matter of chance of publication.
    s = np.sqrt(np.tile(V, 2))
    line = copas_selection(3 * s + np.repeat([-0.02, 0.02], 8), s**2, published=(0.99,), certain=0.995)
    assert line.asymmetry_p_value < 0.1
    assert line.warnings[-1].startswith("under every assumption effects still depend on their standard errors")


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
