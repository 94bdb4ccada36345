"""Two-by-two tables pooled as they are: against metafor and integration in R, laws, refusals."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import mantel_haenszel, peto_pool, pool_binomial

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_models.json").read_text("utf-8"))
INPUTS = ("events1", "total1", "events2", "total2")


def counts(name):
    return [np.array(GOLDEN["tables"][name][column]) for column in INPUTS]


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "PETO"])
@pytest.mark.parametrize("name", GOLDEN["tables"])
def test_agrees_with_metafor(name, measure):
    tables = counts(name)
    found = peto_pool(*tables) if measure == "PETO" else mantel_haenszel(*tables, measure=measure)
    for field, expected in GOLDEN["tables"][name][measure].items():
        assert getattr(found, field) == pytest.approx(expected, rel=1e-9, abs=1e-12), field


@pytest.mark.parametrize("name", GOLDEN["binomial"])
def test_the_binomial_normal_model_agrees_with_integration_in_r(name):
    found = pool_binomial(*counts(name))
    assert found.at_bound == ()
    for field, expected in GOLDEN["binomial"][name].items():
        assert getattr(found, field) == pytest.approx(expected, rel=1e-6), field


EXTREME = {
    "cliffs": ([27, 9, 25], [27, 9, 98], [0, 0, 38], [169, 23, 135]),
    "opposite": ([12, 0, 3, 40], [12, 30, 4, 41], [0, 18, 1, 0], [15, 18, 9, 38]),
    "few": ([1, 0, 2, 1], [1, 2, 2, 3], [0, 1, 1, 3], [2, 1, 3, 3]),
    "sizes": ([1, 5, 9_000], [3, 4_000, 100_000], [0, 40, 6_000], [2, 5_000, 70_000]),
}


def best_by_sums(tables, points):
    """Maximise the likelihood, its integrals plain sums over a fine grid, from two starts."""
    a, n1, c, n2 = (np.array(column, float)[:, None] for column in tables)
    z = np.linspace(-8, 8, points)
    choose = sum(
        special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1) for n, x in ((n1, a), (n2, c))
    )
    normal = np.log(z[1] - z[0]) - z**2 / 2 - 0.5 * np.log(2 * np.pi)

    def depth(x):
        effect, middle = x[0] + np.exp(x[1]) * z, x[2:, None]
        up, down = middle + effect / 2, middle - effect / 2
        log = a * up - n1 * np.logaddexp(0, up) + c * down - n2 * np.logaddexp(0, down)
        return -np.sum(special.logsumexp(log + normal, axis=1) + choose[:, 0])

    own = special.logit((a + 0.5) / (n1 + 1)), special.logit((c + 0.5) / (n2 + 1))
    draws = np.random.default_rng(5).normal(size=(2, 2))
    begin = [np.concatenate([[x, 1 + y], (own[0] + own[1])[:, 0] / 2]) for x, y in draws]
    return min((optimize.minimize(depth, x, method="BFGS", options={"gtol": 1e-6}) for x in begin), key=lambda o: o.fun)


@pytest.mark.parametrize("name", EXTREME)
def test_extreme_tables_have_the_maximum_of_a_likelihood_summed_over_a_fine_grid(name):
    # Among large groups an integrand is narrow.
    points = 3001 if name == "sizes" else 1001
    found, best = pool_binomial(*EXTREME[name]), best_by_sums(EXTREME[name], points)
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert found.estimate == pytest.approx(best.x[0], abs=1e-3 * found.se)
    assert found.tau2 == pytest.approx(np.exp(2 * best.x[1]), rel=1e-3)


def test_a_maximum_is_found_that_stands_between_lower_places_of_the_grid():
    # At tau2 = 0 is another, lower by 0.2.
    tables = [23.7138, 1.5914, 13.4915, 163.6167], [400, 20, 400, 400], [1.0899, 1.5392, 3.7275, 3.3479], [20] * 4
    found, best = pool_binomial(*tables), best_by_sums(tables, 1001)
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert found.tau2 == pytest.approx(np.exp(2 * best.x[1]), rel=1e-3)


def extreme_tables(seed):
    """Return tables of arms without events or all with it, of few people, of sizes over nine decades."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 9))
    total = np.round(10 ** rng.uniform(0, rng.choice([0.5, 2, 9]), (2, k)))
    events = rng.binomial(total.astype(int), rng.choice([0.001, 0.3, 0.5, 0.99], (2, k))).astype(float)
    where = rng.random((2, k)) < rng.choice([0, 0.4, 0.8])
    events[where] = np.where(rng.random((2, k)) < 0.5, 0, total)[where]
    return events[0], total[0], events[1], total[1]


@pytest.mark.parametrize("seed", range(24))
def test_an_extreme_table_is_answered_unless_its_likelihood_rises_without_end(seed):
    a, n1, c, n2 = tables = extreme_tables(seed)
    informative = (a + c > 0) & (a + c < n1 + n2)
    both_ways = (a * (n2 - c)).any() and (c * (n1 - a)).any()
    apart = np.all((c + n1 - a == 0) | (a + n2 - c == 0) | ~informative)
    if not informative.any() or not both_ways or apart:
        with pytest.raises(SynthesisError, match=r"infinite|no effect can be estimated"):
            pool_binomial(*tables)
        return
    found, turned = pool_binomial(*tables), pool_binomial(c, n2, a, n1)
    assert np.isfinite([found.estimate, found.tau2, found.log_likelihood]).all()
    assert found.se > 0
    assert turned.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-9, abs=1e-6)
    assert turned.estimate == pytest.approx(-found.estimate, abs=1e-4 * found.se)


@pytest.mark.parametrize("people", [1e6, 1e8, 1e10])
def test_where_groups_are_huge_the_average_is_that_of_known_log_odds_ratios(people):
    shares = np.array([[0.1, 0.2, 0.3, 0.15, 0.4, 0.25], [0.3, 0.1, 0.25, 0.45, 0.2, 0.35]])
    effects = special.logit(shares[0]) - special.logit(shares[1])
    events, total = people * shares, np.full(6, people)
    found = pool_binomial(events[0], total, events[1], total)
    assert found.estimate == pytest.approx(effects.mean(), abs=20 / people)
    assert found.tau2 == pytest.approx(effects.var(), abs=200 / people)
    assert found.se == pytest.approx(np.sqrt(found.tau2 / 6), rel=20 / people + 1e-8)


def test_one_ordinary_table_is_enough_for_an_answer():
    apart = ([20, 0, 5], [20, 8, 5], [0, 9, 0], [30, 9, 7])
    with pytest.raises(SynthesisError, match=r"^the variance between trials is infinite"):
        pool_binomial(*apart)
    found = pool_binomial(*([*column, own] for column, own in zip(apart, (1, 6, 2, 7), strict=True)))
    assert 1 < found.tau2 < 1e4


def test_trials_without_events_are_counted_and_change_no_ratio():
    tables = counts("sparse")
    with_empty, without = mantel_haenszel(*tables), mantel_haenszel(*(np.delete(column, 4) for column in tables))
    assert (with_empty.k, with_empty.k_uninformative) == (6, 1)
    assert (without.k, without.k_uninformative) == (5, 0)
    assert with_empty.estimate == pytest.approx(without.estimate)
    assert pool_binomial(*tables).k_uninformative == 1


table = st.tuples(st.integers(1, 30), st.integers(31, 90), st.integers(1, 30), st.integers(31, 90))
several = st.lists(table, min_size=2, max_size=6).map(
    lambda rows: [np.array(column) for column in zip(*rows, strict=True)]
)


@given(several, st.sampled_from(["OR", "RR", "RD"]))
def test_exchanging_the_groups_turns_the_sign(tables, measure):
    a, n1, c, n2 = tables
    there, back = mantel_haenszel(a, n1, c, n2, measure=measure), mantel_haenszel(c, n2, a, n1, measure=measure)
    assert back.estimate == pytest.approx(-there.estimate, abs=1e-12)
    assert back.se == pytest.approx(there.se, rel=1e-9)


@settings(max_examples=6)
@given(several)
def test_the_binomial_normal_model_turns_with_the_groups_and_the_event(tables):
    a, n1, c, n2 = tables
    there, back, others = (
        pool_binomial(a, n1, c, n2),
        pool_binomial(c, n2, a, n1),
        pool_binomial(n1 - a, n1, n2 - c, n2),
    )
    for turned in (back, others):
        assert turned.estimate == pytest.approx(-there.estimate, abs=1e-6)
        assert turned.tau2 == pytest.approx(there.tau2, abs=1e-5)
        assert turned.se == pytest.approx(there.se, rel=1e-4)


@given(table)
def test_one_large_table_is_its_own_average(four):
    a, n1, c, n2 = (np.array([number * 50]) for number in four)
    found, exact = mantel_haenszel(a, n1, c, n2), pool_binomial(a, n1, c, n2)
    log_odds = np.log(a / (n1 - a)) - np.log(c / (n2 - c))
    assert found.estimate == pytest.approx(log_odds[0], abs=1e-12)
    assert exact.estimate == pytest.approx(log_odds[0], abs=1e-6)
    assert (exact.tau2, exact.at_bound) == (0, ("tau2",))
    assert exact.se == pytest.approx(np.sqrt(1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c))[0], rel=1e-6)
    assert np.isnan(found.q_p_value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: mantel_haenszel([0, 0], [10, 12], [0, 0], [10, 12]),
            r"^in no table do some have the event and some not: no effect can be estimated$",
            id="no events",
        ),
        pytest.param(
            lambda: mantel_haenszel([0, 0], [10, 12], [2, 1], [10, 12]),
            r"^the pooled ratio is zero or infinite",
            id="one arm",
        ),
        pytest.param(
            lambda: pool_binomial([0, 0], [10, 12], [2, 1], [10, 12]),
            r"^the log odds ratio is infinite",
            id="exact one arm",
        ),
        pytest.param(
            lambda: pool_binomial([10, 3], [10, 12], [2, 0], [10, 12]),
            r"^the log odds ratio is infinite, because in every informative table everyone in one group or no one in "
            r"the other has the event; report the risk difference$",
            id="exact one arm of each",
        ),
        pytest.param(
            lambda: pool_binomial([10, 0], [10, 12], [0, 9], [10, 9]),
            r"^the variance between trials is infinite, because in every informative table everyone in one group and "
            r"no one in the other has the event, not always in the same; report the counts$",
            id="exact apart",
        ),
        pytest.param(
            lambda: peto_pool([5, 1e299], [10, 1e300], [3, 2], [1e300, 10]),
            r"^total1 must be at most 1e\+10: more people there are not; positions \[1\] are 1e\+300; "
            r"total2 must be at most 1e\+10: more people there are not; positions \[0\] are 1e\+300$",
            id="more than there are",
        ),
        pytest.param(
            lambda: pool_binomial([5, 1e-12], [10, 12], [3, 2], [10, 12]),
            r"^events1 must be 0, total1 or at least 1e-06 from both; positions \[1\] are 1e-12$",
            id="rounding",
        ),
        pytest.param(
            lambda: mantel_haenszel([], [], [], []),
            r"^no table is given: at least one is needed$",
            id="no table",
        ),
        pytest.param(
            lambda: mantel_haenszel(5, 4, 1, 10),
            r"^events1 must be from 0 to total1; positions \[0\] are 5.0$",
            id="count",
        ),
        pytest.param(
            lambda: mantel_haenszel(1, 4, 1, 10, measure="HR"),
            r"^measure must be one of OR, RR, RD; got 'HR'$",
            id="measure",
        ),
    ],
)
def test_refuses_tables_that_say_nothing(call, message):
    with pytest.raises(SynthesisError, match=message):
        call()


def test_opposite_trials_have_a_huge_but_known_heterogeneity():
    found = pool_binomial([19, 1, 18, 2], 20, [1, 19, 2, 18], 20)
    assert found.estimate == pytest.approx(0, abs=1e-6)
    assert found.tau2 > 10


@pytest.mark.parametrize(("events", "silent"), [(0, {"OR": 1, "RR": 1, "RD": 0}), (30, {"OR": 1, "RR": 0, "RD": 0})])
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_table_is_uninformative_if_it_changes_nothing(measure, events, silent):
    some = [[5, 8], [50, 40], [10, 9], [50, 45]]
    more = [[*column, own] for column, own in zip(some, (events, 30, events, 30), strict=True)]
    without, with_it = mantel_haenszel(*some, measure=measure), mantel_haenszel(*more, measure=measure)
    assert with_it.k_uninformative == silent[measure]
    assert (with_it.estimate == pytest.approx(without.estimate, rel=1e-9)) == bool(silent[measure])


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_single_table_cannot_differ_from_itself(measure):
    found = mantel_haenszel([5, 0], [50, 50], [10, 0], [50, 50], measure=measure)
    assert (found.q, found.q_df, found.k_uninformative) == (0.0, 0, 0 if measure == "RD" else 1)
    assert np.isnan(found.q_p_value)


def test_a_risk_difference_exists_where_a_ratio_does_not():
    found = mantel_haenszel([0, 0], [10, 12], [2, 1], [10, 12], measure="RD")
    assert found.estimate == pytest.approx(-((2 / 10) * 5 + (1 / 12) * 6) / 11)


def _published(a, n1, c, n2):
    """Return the variance of Sato, Greenland and Robins (1989) as they print it, in fractions."""
    tables = [[Fraction(one) for one in table] for table in zip(a, n1, c, n2, strict=True)]
    weight = sum(n1 * n2 / (n1 + n2) for a, n1, c, n2 in tables)
    difference = sum((a * n2 - c * n1) / (n1 + n2) for a, n1, c, n2 in tables) / weight
    p = sum((n1**2 * c - n2**2 * a + n1 * n2 * (n2 - n1) / 2) / (n1 + n2) ** 2 for a, n1, c, n2 in tables)
    q = sum((a * (n2 - c) + c * (n1 - a)) / (n1 + n2) / 2 for a, n1, c, n2 in tables)
    return (difference * p + q) / weight**2


@pytest.mark.parametrize(
    "tables",
    [
        ([10], [10**8], [20], [10**8]),
        ([0], [10**7], [1], [10**7]),
        ([2, 0, 7], [10**10, 40, 30], [1, 3, 9], [3 * 10**9, 10**5, 31]),
        ([10**10 - 1, 10**9], [10**10, 10**9], [1, 0], [10**10, 2 * 10**8]),
        ([1, 10**10], [10**10, 10**10], [10**10 - 1, 10**10 - 3], [10**10, 10**10]),
    ],
)
def test_a_risk_difference_keeps_its_digits_however_rare_the_event(tables):
    assert mantel_haenszel(*tables, measure="RD").se ** 2 == pytest.approx(float(_published(*tables)), rel=1e-12)


def alike(x):
    """Return tables of equal groups whose log odds ratios are stretched."""
    draws = np.random.default_rng(7)
    n, c, away = np.full(5, 80.0), draws.uniform(15, 30, 5), draws.permutation([1.0, -1.0, 0.5, -0.8, 0.3])
    return n * special.expit(special.logit(c / n) + 0.5 + x * away), n, c, n


def unequal(x):
    return [12 * np.exp(-x), 2 * np.exp(x), 1, np.exp(-x)], [400, 400, 20, 20], [10, 1, 4, 4], [200] * 4


def apart(x):
    events = [np.exp(x), 5, 50 * np.exp(-x), max(5 * np.exp(x), 1)]
    return events, [20, 400, 100, 400], [4, 1, 10, 1], [200, 200, 20, 200]


@pytest.mark.parametrize(("tables", "low", "high"), [(alike, 0.05, 1.5), (unequal, 0.6, 0.7), (apart, 0.3, 0.4)])
def test_the_standard_error_is_continuous_as_tau2_goes_to_0(tables, low, high):
    # Between these tau2 leaves its bound: at once, so that its standard error would step if tau2 had a part in it.
    for _ in range(22):
        middle = (low + high) / 2
        low, high = (middle, high) if pool_binomial(*tables(middle)).at_bound else (low, middle)
    below, above = pool_binomial(*tables(low)), pool_binomial(*tables(high))
    assert (below.at_bound, above.at_bound) == (("tau2",), ())
    assert 0 < above.tau2 < 1e-5
    assert above.estimate == pytest.approx(below.estimate, abs=1e-5)
    assert above.se == pytest.approx(below.se, rel=1e-5)
