import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import contribution_matrix, group_contributions, network_graph, trial_contributions

ORACLE = Path(__file__).parents[2] / "oracle"
GOLDEN = json.loads((ORACLE / "golden_network.json").read_text())
PRECISIONS = json.loads((ORACLE / "golden_rest.json").read_text())["precisions"]
SETS = [name for name in GOLDEN if "contributions" in GOLDEN[name]]


def data(name):
    golden = GOLDEN[name]
    return tuple(golden[part] for part in ("effects", "variances", "treatments1", "treatments2", "studies"))


@pytest.mark.parametrize("name", SETS)
def test_contributions_match_a_listing_of_all_paths_in_r(name):
    golden = GOLDEN[name]["contributions"]
    found = contribution_matrix(*data(name))
    assert [list(pair) for pair in found.comparisons] == golden["comparisons"]
    assert [list(pair) for pair in found.direct] == golden["edges"]
    assert found.percent == pytest.approx(np.array(golden["percent"]), abs=1e-5)


@pytest.mark.parametrize("name", SETS)
def test_shares_of_trials_match_a_listing_of_all_paths_in_r(name):
    golden = GOLDEN[name]["contributions"]
    found = trial_contributions(*data(name))
    assert [list(pair) for pair in found.comparisons] == golden["comparisons"]
    assert list(found.studies) == golden["studies"]
    assert found.percent == pytest.approx(np.array(golden["of_studies"]), abs=1e-5)
    assert found.percent.sum(axis=1) == pytest.approx(np.full(len(found.comparisons), 100.0))


@pytest.mark.parametrize("name", SETS)
def test_groups_of_one_trial_have_the_shares_of_trials_in_r(name):
    golden = GOLDEN[name]["contributions"]
    found = group_contributions(*data(name), data(name)[-1])
    assert list(found.groups) == golden["studies"]
    assert found.percent == pytest.approx(np.array(golden["of_studies"]), abs=1e-5)


@pytest.mark.parametrize("name", PRECISIONS)
def test_precisions_of_comparisons_are_those_of_metafor(name):
    found = network_graph(*data(name))
    assert [list(pair) for pair in found.direct] == PRECISIONS[name]["direct"]
    assert found.precision == pytest.approx(PRECISIONS[name]["precision"], rel=1e-7)


@pytest.mark.parametrize("name", [name for name in GOLDEN if name != "versions"])
def test_contributions_sum_to_a_hundred(name):
    found = contribution_matrix(*data(name))
    assert found.percent.sum(axis=1) == pytest.approx(np.full(len(found.comparisons), 100.0))
    assert np.all(found.percent >= 0)


def test_a_chain_contributes_equally_to_its_ends():
    found = contribution_matrix([0.5, 0.2], [0.1, 0.2], ["A", "B"], ["B", "C"], ["one", "two"])
    assert found.comparisons == (("A", "B"), ("A", "C"), ("B", "C"))
    assert found.percent.tolist() == [[100, 0], [50, 50], [0, 100]]


def test_a_triangle_shares_by_the_flow_through_it():
    # Flow of A-C: 2/3 on the direct way, 1/3 by B, which two edges share.
    found = contribution_matrix([1, 1, 2], [0.1] * 3, ["A", "B", "A"], ["B", "C", "C"], list("abc"), method="CE")
    assert found.percent[1] == pytest.approx([100 / 6, 200 / 3, 100 / 6])


def test_disconnected_parts_do_not_contribute_to_each_other():
    found = contribution_matrix([0.5, 0.2], [0.1, 0.2], ["A", "C"], ["B", "D"], ["one", "two"])
    assert found.comparisons == (("A", "B"), ("C", "D"))
    assert found.percent.tolist() == [[100, 0], [0, 100]]


def test_the_graph_counts_trials():
    graph = network_graph(*data("woods2010"))
    arms = zip(*(data("woods2010")[place] for place in (2, 3, 4)), strict=True)
    seen = {(name, study) for one, two, study in arms for name in (one, two)}
    assert graph.k_treatment.tolist() == [sum(name == treatment for name, _ in seen) for treatment in graph.treatments]
    assert graph.k_design.sum() == len(set(data("woods2010")[4]))
    assert graph.components == (graph.treatments,)


def test_the_graph_describes_trials_treatments_and_parts():
    graph = network_graph(
        [0.5, 0.2, 0.7, 0.1, 1.0],
        [0.1, 0.1, 0.1, 0.2, 0.5],
        ["A", "B", "A", "B", "D"],
        ["B", "C", "C", "A", "E"],
        ["s", "s", "s", "t", "u"],
    )
    assert graph.k_treatment.tolist() == [2, 2, 1, 1, 1]
    assert graph.direct == (("A", "B"), ("A", "C"), ("B", "C"), ("D", "E"))
    assert graph.k_direct.tolist() == [2, 1, 1, 1]
    assert graph.multi_arm == ("s",)
    assert graph.designs == (("A", "B", "C"), ("A", "B"), ("D", "E"))
    assert graph.k_design.tolist() == [1, 1, 1]
    assert graph.components == (("A", "B", "C"), ("D", "E"))
    # Three arms of equal variance 0.05: each pair keeps 2/3 of the weight it would have alone.
    assert graph.precision == pytest.approx([2 / 3 * 10 + 5, 2 / 3 * 10, 2 / 3 * 10, 2])


def test_refuses_weights_that_variances_of_unequal_arms_turn_negative():
    # Arm B has a variance a little below 0: close enough to estimate from, not to let evidence flow through.
    rows = ([0.5, 0.2, 0.7], [0.05, 0.05, 0.11], ["A", "B", "A"], ["B", "C", "C"], ["s"] * 3)
    with pytest.raises(SynthesisError, match="contributions need direct comparisons of positive weight"):
        contribution_matrix(*rows)


@pytest.mark.parametrize("name", ["senn2013", "hasselblad1998"])
def test_groups_contribute_what_their_trials_do(name):
    golden = GOLDEN[name]
    columns = [golden[part] for part in ("effects", "variances", "treatments1", "treatments2", "studies")]
    studies = list(dict.fromkeys(golden["studies"]))
    risk = {study: ("low", "high", "unclear")[place % 3] for place, study in enumerate(studies)}
    found = group_contributions(*columns, [risk[study] for study in golden["studies"]])
    paths, own = np.array(golden["contributions"]["of_studies"]), golden["contributions"]["studies"]
    assert found.groups == ("low", "high", "unclear")
    for place, group in enumerate(found.groups):
        mine = [risk[study] == group for study in own]
        assert found.percent[:, place] == pytest.approx(paths[:, mine].sum(axis=1), abs=1e-4)
    assert found.percent.sum(axis=1) == pytest.approx(np.full(len(found.comparisons), 100.0))


def test_a_trial_belongs_to_one_group():
    data = ([0.4, 0.3, 0.1], [0.04] * 3, list("aab"), list("bcc"), list("111"))
    with pytest.raises(
        SynthesisError, match=r"groups must be the same for all contrasts of a trial; they differ in 1$"
    ):
        group_contributions(*data, ["low", "low", "high"])
