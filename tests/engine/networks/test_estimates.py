import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import component_network, league_table, network, network_regression, p_scores, pool

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_network.json").read_text())
laws = settings(max_examples=30, deadline=None)
SETS = [name for name in GOLDEN if name != "versions"]


def data(name):
    golden = GOLDEN[name]
    return tuple(golden[part] for part in ("effects", "variances", "treatments1", "treatments2", "studies"))


def pairs_of(found, golden):
    places = {name: place for place, name in enumerate(found.treatments)}
    return [places[name] for name in golden["first"]], [places[name] for name in golden["second"]]


@st.composite
def networks(draw, connected=True):
    """Draw pairwise contrasts of trials with independent arms, each with two to four of up to five treatments."""
    names = "ABCDE"[: draw(st.integers(3, 5))]
    chain = [names[:2], *(names[i : i + 2] for i in range(1, len(names) - 1))] if connected else []
    drawn = draw(st.lists(st.sets(st.sampled_from(names), min_size=2, max_size=4), min_size=2, max_size=5))
    rows = []
    for number, arms in enumerate([*chain, *(sorted(arms) for arms in drawn)]):
        means = draw(st.lists(st.floats(-2, 2), min_size=len(arms), max_size=len(arms)))
        spreads = draw(st.lists(st.floats(0.01, 1), min_size=len(arms), max_size=len(arms)))
        rows += [
            (means[i] - means[j], spreads[i] + spreads[j], arms[i], arms[j], f"s{number}")
            for i in range(len(arms))
            for j in range(i + 1, len(arms))
        ]
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(("method", "expected"), [("CE", "common"), ("REML", "random"), ("ML", "ml")])
def test_all_comparisons_match_metafor(name, method, expected):
    golden = GOLDEN[name]
    found = network(*data(name), method=method)
    pairs = pairs_of(found, golden)
    assert found.treatments == tuple(golden["treatments"])
    # linde2016 gives log odds ratios of three-arm trials to six decimals, so that they add up to 1e-6 only.
    assert found.estimate[pairs] == pytest.approx(golden[expected]["estimate"], rel=1e-6, abs=3e-7)
    assert found.se[pairs] == pytest.approx(golden[expected]["se"], rel=1e-6)
    assert found.tau2 == pytest.approx(golden[expected].get("tau2", 0.0), rel=2e-6, abs=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_generalised_q_matches_metafor(name):
    found = network(*data(name))
    assert found.q == pytest.approx(GOLDEN[name]["q"], rel=1e-6)
    assert found.q_df == GOLDEN[name]["q_df"]


@pytest.mark.parametrize("name", SETS)
def test_p_scores_match_the_tests_of_metafor_and_simulated_ranks(name):
    found, golden = p_scores(network(*data(name))), GOLDEN[name]
    assert found == pytest.approx(golden["p_scores"], abs=1e-6)
    # Draws of the estimates, ranked: the area under the cumulative ranking curve, within its Monte Carlo error.
    assert (np.abs(found - golden["sucra"]) < 4 * np.array(golden["sucra_error"]) + 1e-9).all()


@pytest.mark.parametrize("interval", ["normal", "HKSJ", "adhoc"])
@pytest.mark.parametrize("method", ["REML", "ML", "DL", "PM", "EB", "HE", "HS", "CE"])
def test_a_network_of_two_treatments_is_the_meta_analysis_of_its_trials(method, interval):
    y, v = np.array([0.1, 0.5, -0.2, 0.9, 0.4]), np.array([0.05, 0.1, 0.08, 0.2, 0.03])
    signs = np.array([1, -1, 1, 1, -1])
    first = np.where(signs > 0, "IPT", "control")
    second = np.where(signs > 0, "control", "IPT")
    found = network(signs * y, v, first, second, list("abcde"), reference="control", method=method, interval=interval)
    pooled = pool(y, v, method=method, interval=interval)
    for name in ("estimate", "se", "statistic", "p_value", "ci_low", "ci_high"):
        assert getattr(found, name)[1, 0] == pytest.approx(getattr(pooled, name), rel=1e-9)
    if interval != "normal":
        assert found.pi_low[1, 0] == pytest.approx(pooled.pi_low, rel=1e-9, nan_ok=True)
        assert found.pi_high[1, 0] == pytest.approx(pooled.pi_high, rel=1e-9, nan_ok=True)
    for name in ("tau2", "tau2_low", "tau2_high", "i2", "q", "q_p_value"):
        assert getattr(found, name) == pytest.approx(getattr(pooled, name), rel=1e-8)


@pytest.mark.parametrize("name", SETS)
def test_prediction_intervals_are_those_of_metafor_by_t(name):
    found, golden = network(*data(name)), GOLDEN[name]
    rows = [found.treatments.index(treatment) for treatment in golden["first"]]
    columns = [found.treatments.index(treatment) for treatment in golden["second"]]
    assert found.q_df >= 2
    assert found.pi_low[rows, columns] == pytest.approx(golden["pi_low"], rel=1e-6, abs=1e-6)
    assert found.pi_high[rows, columns] == pytest.approx(golden["pi_high"], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", SETS)
def test_the_league_table_holds_the_estimates_of_metafor_in_the_order_of_its_p_scores(name):
    golden, found = GOLDEN[name], league_table(network(*data(name)))
    pairs = pairs_of(found, golden)
    assert found.estimate[pairs] == pytest.approx(golden["random"]["estimate"], rel=1e-6, abs=3e-7)
    places = [golden["treatments"].index(treatment) for treatment in found.treatments]
    assert found.p_scores == pytest.approx(np.array(golden["p_scores"])[places], abs=1e-6)
    assert np.all(np.diff(found.p_scores) <= 0)


@laws
@given(networks())
def test_estimates_are_consistent_and_antisymmetric(rows):
    found = network(*rows)
    estimate = found.estimate
    assert estimate + estimate.T == pytest.approx(np.zeros_like(estimate), abs=1e-12)
    assert estimate[:, :1] + estimate[:1, :] == pytest.approx(estimate, abs=1e-9)
    assert found.se == pytest.approx(found.se.T)
    assert np.all(np.diag(found.p_value) == 1)


@laws
@given(networks(), st.randoms(use_true_random=False))
def test_order_of_rows_and_direction_of_contrasts_do_not_matter(rows, random):
    y, v, first, second, studies = rows
    order = list(range(y.size))
    random.shuffle(order)
    turn = np.array([random.random() < 0.5 for _ in order])
    turned = (
        np.where(turn, -y, y)[order],
        v[order],
        np.where(turn, second, first)[order],
        np.where(turn, first, second)[order],
        studies[order],
    )
    before, after = network(*rows, method="DL"), network(*turned, method="DL")
    assert after.estimate == pytest.approx(before.estimate, abs=1e-9)
    assert after.se == pytest.approx(before.se, rel=1e-9)
    assert after.tau2 == pytest.approx(before.tau2, abs=1e-9)


@laws
@given(networks(), st.floats(0.01, 100))
def test_scaling_the_effects_scales_the_results(rows, factor):
    y, v, *labels = rows
    before, after = network(y, v, *labels), network(factor * y, factor**2 * v, *labels)
    assert after.estimate == pytest.approx(factor * before.estimate, rel=1e-6, abs=1e-7 * factor)
    assert after.tau2 == pytest.approx(factor**2 * before.tau2, rel=1e-6, abs=1e-9 * factor**2)


@laws
@given(networks(), st.lists(st.floats(-3, 3), min_size=5, max_size=5))
def test_giving_a_treatment_a_larger_effect_shifts_only_its_comparisons(rows, gains):
    y, v, first, second, studies = rows
    gain = dict(zip("ABCDE", gains, strict=True))
    shift = np.array([gain[one] - gain[other] for one, other in zip(first, second, strict=True)])
    before, after = network(*rows), network(y + shift, v, first, second, studies)
    own = np.array([gain[name] for name in before.treatments])
    assert after.tau2 == pytest.approx(before.tau2, abs=1e-7)
    assert after.estimate == pytest.approx(before.estimate + own[:, None] - own[None, :], abs=1e-6)


@laws
@given(networks(), st.sampled_from("ABC"))
def test_the_reference_changes_only_the_order(rows, reference):
    before, after = network(*rows), network(*rows, reference=reference)
    assert after.treatments[0] == reference
    places = [before.treatments.index(name) for name in after.treatments]
    assert after.estimate == pytest.approx(before.estimate[np.ix_(places, places)], abs=1e-8)
    assert after.tau2 == pytest.approx(before.tau2, abs=1e-9)


@laws
@given(networks())
def test_p_scores_average_one_half_and_turn_round_with_the_direction(rows):
    found = network(*rows)
    assert p_scores(found).mean() == pytest.approx(0.5)
    assert p_scores(found, larger_is_better=False) == pytest.approx(1 - p_scores(found))


@laws
@given(networks())
def test_the_league_table_holds_the_same_estimates_best_first(rows):
    found = network(*rows)
    table = league_table(found)
    assert np.all(np.diff(table.p_scores) <= 0)
    places = [found.treatments.index(name) for name in table.treatments]
    assert np.array_equal(table.estimate, found.estimate[np.ix_(places, places)])


@laws
@given(networks(), networks())
def test_disconnected_parts_are_answered_as_if_alone_but_not_compared(one, other):
    renamed = (*other[:2], np.char.add("x", other[2]), np.char.add("x", other[3]), np.char.add("x", other[4]))
    both = network(*(np.concatenate(parts) for parts in zip(one, renamed, strict=True)), method="CE")
    alone, apart = network(*one, method="CE"), network(*renamed, method="CE")
    t = len(alone.treatments)
    assert both.components == (alone.treatments, apart.treatments)
    assert both.estimate[:t, :t] == pytest.approx(alone.estimate, abs=1e-9)
    assert both.se[t:, t:] == pytest.approx(apart.se, rel=1e-9)
    assert both.q == pytest.approx(alone.q + apart.q, abs=1e-9)
    for matrix in (both.estimate, both.se, both.p_value, both.ci_low, both.ci_high):
        assert np.isnan(matrix[:t, t:]).all()
        assert np.isnan(matrix[t:, :t]).all()
    for members, part in ((alone, np.arange(t)), (apart, np.arange(t, len(both.treatments)))):
        scores = p_scores(both, part=members.treatments[0])
        assert scores[part] == pytest.approx(p_scores(members))
        assert np.isnan(np.delete(scores, part)).all()
        # Rounding decides on the order of equal scores.
        if np.diff(np.sort(scores[part])).min() > 1e-9:
            assert league_table(both, part=members.treatments[0]).treatments == league_table(members).treatments


@laws
@given(networks())
def test_doubling_every_trial_halves_the_common_effect_variances(rows):
    again = (*rows[:4], np.char.add(rows[4], "again"))
    once = network(*rows, method="CE")
    twice = network(*(np.concatenate(parts) for parts in zip(rows, again, strict=True)), method="CE")
    assert twice.estimate == pytest.approx(once.estimate, abs=1e-9)
    assert twice.se**2 == pytest.approx(once.se**2 / 2, rel=1e-9)


@laws
@given(networks(), st.floats(-8, 8))
def test_extreme_variances_are_handled(rows, exponent):
    y, v, *labels = rows
    found = network(y, v * 10.0**exponent, *labels)
    assert np.isfinite(found.estimate).all()
    assert np.isfinite(found.tau2)


@laws
@given(networks())
def test_trials_that_agree_leave_no_heterogeneity(rows):
    y, v, first, second, studies = rows
    effect = dict(zip("ABCDE", [0.0, 0.3, -0.4, 1.1, 0.7], strict=True))
    y = np.array([effect[one] - effect[other] for one, other in zip(first, second, strict=True)])
    found = network(y, v, first, second, studies)
    assert found.tau2 == 0
    assert found.q == pytest.approx(0, abs=1e-12)


def test_heterogeneity_is_found_where_few_degrees_of_freedom_are_left():
    # Four comparisons with a single trial each and one with two that contradict each other.
    first, second = ["B", "C", "D", "E", "E"], ["A", "A", "A", "A", "A"]
    found = network([5.0, 5.0, 5.0, 5.0, -5.0], [0.01] * 5, first, second, list("abcde"))
    assert found.tau2 == pytest.approx(pool([5.0, -5.0], [0.01, 0.01]).tau2)


def test_a_tree_of_single_trials_has_no_heterogeneity_to_estimate():
    found = network([0.5, 0.2], [0.1, 0.2], ["A", "B"], ["B", "C"], ["one", "two"])
    assert found.q_df == 0
    assert np.isnan([found.q_p_value, found.tau2, found.tau2_low, found.tau2_high, found.i2]).all()
    assert found.estimate[0, 2] == pytest.approx(0.7)
    assert found.se[0, 2] == pytest.approx(np.sqrt(0.3))
    assert np.isnan(found.pi_low).all()


@pytest.mark.parametrize("interval", ["HKSJ", "adhoc"])
def test_an_interval_that_nothing_can_adjust_is_normal_and_says_so(interval):
    tree = [0.3, 0.4], [0.1, 0.1], ["a", "a"], ["b", "c"], ["X", "Y"]
    pair = [0.3, 0.4], [0.1, 0.1], ["a", "a"], ["b", "b"], ["X", "Y"]
    calls = [
        lambda choice: network(*tree, interval=choice),
        lambda choice: component_network(*tree, inactive="a", interval=choice),
        lambda choice: network_regression(*pair, [1, 2], interval=choice),
    ]
    for call in calls:
        found, normal = call(interval), call("normal")
        assert (found.q_df, found.interval) == (0, "normal")
        assert np.array_equal(found.ci_low, normal.ci_low, equal_nan=True)


def test_a_four_arm_trial_with_rounded_standard_errors_is_accepted():
    # Its arm variances reproduce the given ones within 7%: rounding to two digits, not an error.
    y = [1.34, -0.05, 1.75, 1.39, -0.41, 1.80]
    v = np.square([0.45, 0.58, 0.48, 0.45, 0.30, 0.52])
    first = ["IPT", "IPT+ADM", "placebo", "IPT", "IPT", "placebo"]
    second = ["ADM", "ADM", "ADM", "IPT+ADM", "placebo", "IPT+ADM"]
    found = network(y, v, first, second, ["trial"] * 6)
    assert found.estimate[1, 0] == pytest.approx(1.34, abs=0.005)
    assert found.adjustment < 0.02


def test_an_arm_variance_a_hair_below_zero_is_accepted():
    # Large standardised differences add g^2/(2N) to each contrast: (0.0455 + 0.0289 - 0.075)/2 = -0.0003 for arm B.
    found = network([1.26, -0.65, -1.91], [0.0455, 0.0289, 0.0750], ["B", "B", "C"], ["C", "A", "A"], ["s"] * 3)
    assert found.se[0, 1] == pytest.approx(np.sqrt(0.0289))
    assert found.se[1, 2] == pytest.approx(np.sqrt(0.0455))


def test_standardised_differences_that_add_up_only_nearly_are_made_to():
    found = network([0.44, 0.36, 0.78], [0.1, 0.1, 0.1], ["A", "B", "A"], ["B", "C", "C"], ["s"] * 3)
    assert found.adjustment == pytest.approx(0.02 / 3 / np.sqrt(0.1))
    assert found.estimate[0, 1] + found.estimate[1, 2] == pytest.approx(found.estimate[0, 2])
    assert found.estimate[0, 1] == pytest.approx(0.44 - 0.02 / 3)


THREE_ARMS = ([0.5, 0.2, 0.7], [0.1, 0.1, 0.1], ["A", "B", "A"], ["B", "C", "C"], ["s", "s", "s"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({0: [0.5, np.nan, 0.7]}, r"effects must be finite; positions \[1\] are nan", id="nan effect"),
        pytest.param({1: [0.1, 0.0, 0.1]}, r"variances must be positive and finite; positions \[1\]", id="zero"),
        pytest.param({2: ["A", "B"]}, r"treatments1 must have one label per effect, shape \(3,\)", id="length"),
        pytest.param({4: ["s", None, ""]}, r"studies must not be missing; positions \[1, 2\] are", id="no study"),
        pytest.param({3: ["B", np.nan, "C"]}, r"treatments2 must not be missing; positions \[1\] are", id="nan label"),
        pytest.param({3: ["A", "C", "C"]}, r"positions \[0\] compare one with itself", id="self"),
        pytest.param({3: ["B", "C", "B"]}, r"study 's' gives A - B more than once; combine or choose", id="twice"),
        pytest.param({2: ["A", "B", "D"]}, r"study 's' has 4 treatments but lacks A - C, A - D, B - D", id="absent"),
        pytest.param(
            {0: [0.5, 0.2, -0.7]},
            r"effects of study 's' do not add up: A - B plus B - C is 0.7, but A - C is -0.7; check signs",
            id="sign",
        ),
        pytest.param(
            {1: [0.1, 0.1, 0.5]},
            r"variances of study 's' .* B - C 0.1 \(0.25\); they imply negative arm variances: B -0.15",
            id="variance",
        ),
    ],
)
def test_refuses_contrasts_that_cannot_be_used(changes, message):
    rows = [changes.get(place, column) for place, column in enumerate(THREE_ARMS)]
    with pytest.raises(SynthesisError, match=message):
        network(*rows)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"reference": "D"}, "reference must be one of A, B, C; got 'D'"),
        ({"method": "SJ"}, "SJ starts from the spread of the effects round their plain mean"),
        ({"method": "MM"}, "method must be one of REML"),
        ({"interval": "t"}, "interval must be one of HKSJ"),
        ({"level": 95}, "level must lie between 0 and 1, got 95"),
    ],
)
def test_refuses_unknown_choices(choice, message):
    with pytest.raises(SynthesisError, match=message):
        network(*THREE_ARMS, **choice)


def test_refuses_arms_whose_precision_differs_beyond_computing():
    # Arm variances 1, 1e-12 and 1e-12: the contrast of the last two is lost in the rounding of the others.
    variances = [1 + 1e-12, 2e-12, 1 + 1e-12]
    with pytest.raises(SynthesisError, match="the arms of study 's' differ too much in precision"):
        network([0.5, 0.2, 0.7], variances, *THREE_ARMS[2:])


def test_names_every_faulty_trial_at_once():
    effects = [0.5, 0.2, -0.7, 0.5, 0.2]
    labels = (["A", "B", "A", "A", "B"], ["B", "C", "C", "B", "C"], ["one", "one", "one", "two", "two"])
    with pytest.raises(SynthesisError, match="study 'two' has 3 treatments but lacks A - C"):
        network(effects, [0.1] * 5, *labels)
    both = r"study 'one' do not add up.*study 'two' do not add up"
    with pytest.raises(SynthesisError, match=both):
        network(
            [*effects, -0.7],
            [0.1] * 6,
            *([*column, extra] for column, extra in zip(labels, ("A", "C", "two"), strict=True)),
        )
