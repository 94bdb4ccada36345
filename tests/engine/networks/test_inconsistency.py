import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from ipt_evidence.engine.pooling.designs import RegressionOfTrials
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import network, network_inconsistency, network_posterior, node_split

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_network.json").read_text())
SETS = [name for name in GOLDEN if name != "versions"]

TRIANGLE = (
    [0.5, 0.7, 0.3, 0.1, 1.2, 0.9],
    [0.04, 0.06, 0.05, 0.03, 0.08, 0.05],
    ["A", "A", "B", "B", "A", "A"],
    ["B", "B", "C", "C", "C", "C"],
    list("abcdef"),
)


def data(name):
    golden = GOLDEN[name]
    return tuple(golden[part] for part in ("effects", "variances", "treatments1", "treatments2", "studies"))


@pytest.mark.parametrize("name", SETS)
def test_design_by_treatment_interaction_matches_metafor(name):
    golden = GOLDEN[name]
    found = network_inconsistency(*data(name))
    assert found.q_within == pytest.approx(golden["q_within"], rel=1e-6)
    assert found.df_within == golden["q_within_df"]
    assert found.tau2_within == pytest.approx(golden["tau2_within"], rel=1e-5, abs=1e-8)
    assert found.q_between_random == pytest.approx(golden["q_between_random"], rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("name", SETS)
def test_heterogeneity_and_inconsistency_add_up_to_the_whole(name):
    found = network_inconsistency(*data(name))
    whole = network(*data(name))
    assert found.q_total == pytest.approx(whole.q)
    assert found.df_total == whole.q_df
    assert found.q_within + found.q_between == pytest.approx(found.q_total)
    assert found.df_within + found.df_between == found.df_total


@pytest.mark.parametrize("name", SETS)
def test_node_splits_match_metafor(name):
    found = node_split(*data(name))
    golden = {(row["treatment1"], row["treatment2"]): row for row in GOLDEN[name]["split"]}
    pairs = list(zip(found.treatments1, found.treatments2, strict=True))
    assert set(pairs) == {pair for pair, row in golden.items() if row["joined"]} == with_indirect_evidence(data(name))
    # metafor fits the model also where the difference is another comparison's: what it says of trials of both stays.
    told = [place for place, pair in enumerate(found.only_direct) if pair in golden]
    assert len(told) + len(pairs) == len(golden)
    expected = [golden[found.only_direct[place]]["direct"] for place in told]
    assert found.only_direct_estimate[told] == pytest.approx(expected, rel=1e-5, abs=2e-6)
    for field in ("direct", "direct_se", "indirect", "indirect_se", "difference", "difference_se", "tau2"):
        expected = [golden[pair][field] for pair in pairs]
        # The R script takes the quicker of two optimisers here.
        assert getattr(found, field) == pytest.approx(expected, rel=1e-5, abs=2e-6), field


def test_direct_evidence_of_two_arm_trials_is_their_average():
    y, v, *_ = (np.array(column) for column in TRIANGLE)
    found = node_split(*TRIANGLE, method="CE")
    weights = 1 / v[:2]
    assert found.direct[0] == pytest.approx((weights * y[:2]).sum() / weights.sum())
    assert found.direct_se[0] == pytest.approx(weights.sum() ** -0.5)
    assert found.k_direct.tolist() == [2, 2, 2]


def test_direct_and_indirect_evidence_make_up_the_network_estimate():
    split, whole = node_split(*TRIANGLE, method="CE"), network(*TRIANGLE, method="CE")
    direct, indirect = 1 / split.direct_se**2, 1 / split.indirect_se**2
    joint = (direct * split.direct + indirect * split.indirect) / (direct + indirect)
    assert joint == pytest.approx(whole.estimate[[0, 0, 1], [1, 2, 2]])
    assert split.difference == pytest.approx(split.direct - split.indirect)
    assert split.difference_se**2 == pytest.approx(split.direct_se**2 + split.indirect_se**2)


def test_one_loop_has_one_inconsistency_whatever_comparison_is_split():
    split, whole = node_split(*TRIANGLE, method="CE"), network_inconsistency(*TRIANGLE)
    assert np.abs(split.difference) == pytest.approx(np.abs(split.difference[0]))
    assert (split.difference / split.difference_se) ** 2 == pytest.approx(whole.q_between)
    assert split.p_value == pytest.approx(whole.p_between)


def test_without_two_trials_of_a_design_nothing_is_known_of_heterogeneity_within():
    single = [0.3, 0.2, 0.5], [0.1, 0.1, 0.1], list("ABC"), list("BCA"), list("123")
    found = network_inconsistency(*single)
    assert np.isnan([found.tau2_within, found.p_within, found.q_between_random, found.p_between_random]).all()
    assert found.p_between == pytest.approx(found.p_total)
    common = network_inconsistency(*single, method="CE")
    assert (common.tau2_within, common.q_between_random) == (0, pytest.approx(common.q_between))
    # What a split leaves no degrees of freedom for is taken from the whole network.
    assert node_split(*single).tau2 == pytest.approx(network(*single).tau2)


def test_naming_the_treatments_differently_does_not_change_the_split_of_multi_arm_trials():
    golden = GOLDEN["hasselblad1998"]
    other = {name: f"{9 - place} {name}" for place, name in enumerate(golden["treatments"])}
    before = node_split(*data("hasselblad1998"))
    y, v, first, second, studies = data("hasselblad1998")
    after = node_split(y, v, [other[name] for name in first], [other[name] for name in second], studies)
    again = {
        (one.split(" ", 1)[1], two.split(" ", 1)[1]): difference
        for one, two, difference in zip(after.treatments1, after.treatments2, after.difference, strict=True)
    }
    for one, two, difference in zip(before.treatments1, before.treatments2, before.difference, strict=True):
        assert again[two, one] == pytest.approx(-difference, rel=1e-6)


def star_and_triangles(seed):
    """Trials of two to four arms whose precision differs by orders of magnitude within a trial."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(int(rng.integers(2, 5))):
        arms = sorted(rng.choice(list("ABCDE"), size=int(rng.integers(2, 5)), replace=False))
        means, spreads = rng.normal(size=len(arms)), np.exp(rng.normal(scale=4, size=len(arms)))
        rows += [
            (means[i] - means[j], spreads[i] + spreads[j], arms[i], arms[j], f"s{number}")
            for i in range(len(arms))
            for j in range(i + 1, len(arms))
        ]
    return tuple(list(column) for column in zip(*rows, strict=True))


def with_indirect_evidence(rows):
    """Find the comparisons of trials that a chain of trials without both arms joins, too, by scipy's graphs."""
    _, _, first, second, studies = rows
    names = sorted({*first, *second})
    arms = {study: set() for study in studies}
    for one, two, study in zip(first, second, studies, strict=True):
        arms[study] |= {one, two}
    found = set()
    for i, j in combinations(names, 2):
        joins = np.zeros((len(names), len(names)))
        others = [inside for inside in arms.values() if not {i, j} <= inside]
        for inside in others:
            places = [names.index(arm) for arm in inside]
            joins[np.ix_(places, places)] = 1
        part = connected_components(joins)[1]
        if len(others) < len(arms) and part[names.index(i)] == part[names.index(j)]:
            found.add((i, j))
    return found


def test_indirect_evidence_is_reported_where_it_exists_and_nowhere_else():
    compared = set()
    for seed in range(300):
        rows = star_and_triangles(seed)
        try:
            found = node_split(*rows, method="CE")
        except SynthesisError as refusal:
            assert "differ too much in precision" in str(refusal)  # noqa: PT017
            continue
        pairs = set(zip(found.treatments1, found.treatments2, strict=True))
        assert pairs == with_indirect_evidence(rows), seed
        compared |= {(seed, pair) for pair in pairs}
    assert len(compared) > 100


def test_without_degrees_of_freedom_of_its_own_a_split_keeps_the_heterogeneity_of_the_network():
    rows = ([0.1, 0.2, 2.5], [0.01] * 3, ["A", "B", "A"], ["B", "C", "C"], list("abc"))
    split, whole = node_split(*rows), network(*rows)
    assert whole.tau2 > 0
    assert split.tau2 == pytest.approx(whole.tau2)
    assert np.all(split.p_value > 0.05)


def test_a_network_without_loops_has_nothing_to_test():
    rows = ([0.5, 0.2], [0.1, 0.2], ["A", "B"], ["B", "C"], ["one", "two"])
    found = network_inconsistency(*rows)
    assert (found.df_between, found.q_between) == (0, 0.0)
    assert np.isnan([found.p_between, found.p_within, found.p_between_random]).all()
    split = node_split(*rows)
    assert split.treatments1 == ()
    assert split.only_direct == (("A", "B"), ("B", "C"))
    assert split.difference.shape == (0,)


def test_comparisons_made_only_inside_one_design_have_no_indirect_evidence():
    rows = ([0.5, 0.2, 0.7], [0.1, 0.1, 0.1], ["A", "B", "A"], ["B", "C", "C"], ["s", "s", "s"])
    assert node_split(*rows).only_direct == (("A", "B"), ("A", "C"), ("B", "C"))


def test_what_one_trial_alone_says_of_a_third_treatment_has_no_indirect_evidence():
    """C occurs in one trial: the model of a split fits, but holds its A and B against those of the other trials."""
    rows = ([0.5, 0.8, 0.3, -0.1, -0.05, 0.0], [0.04] * 3 + [0.03] * 3, list("AABAAA"), list("BCCBBB"), list("mmmxzw"))
    split, posterior = node_split(*rows), network_posterior(*rows)
    for found in (split, posterior):
        assert (found.treatments1, found.difference.size) == ((), 0)
        assert found.only_direct == (("A", "B"), ("A", "C"), ("B", "C"))
        # All trials hold A and B; of C the trial says what it says.
        assert found.only_direct_estimate[1:] == pytest.approx([0.8, 0.3])
    assert split.only_direct_estimate[0] == pytest.approx(network(*rows).estimate[0, 1])
    assert posterior.only_direct_estimate[0] == posterior.estimate[0, 1]


@pytest.mark.parametrize("function", [network_inconsistency, node_split])
def test_refuses_methods_that_networks_do_not_have(function):
    with pytest.raises(SynthesisError, match="SJ starts from the spread"):
        function(*TRIANGLE, method="SJ")


@pytest.mark.parametrize("method", ["REML", "ML", "DL", "PM", "HE", "HS"])
def test_heterogeneity_of_a_split_is_that_of_the_regression_with_its_column(method):
    rng = np.random.default_rng(4)
    first, second = np.array(list("abcdabacbd")), np.array(list("bcdaccddcb"))
    given = (rng.normal(0.3, 0.5, 10), rng.uniform(0.02, 0.2, 10), first, second, np.arange(10))
    found = node_split(*given, method=method)
    for i, pair in enumerate(zip(found.treatments1, found.treatments2, strict=True)):
        columns = [(first == name) * 1.0 - (second == name) for name in "bcd"]
        direct = [{*two} == {*pair} for two in zip(first, second, strict=True)]
        columns.append(np.where(direct, np.where(first == pair[0], 0.5, -0.5), 0.0))
        trials = RegressionOfTrials.of(given[0][None], given[1][None], np.column_stack(columns))
        assert found.tau2[i] == pytest.approx(estimate_tau2(trials, method)[0], rel=1e-10, abs=1e-12)
    assert len(found.tau2) == 6
    assert (found.tau2 > 0).any()
