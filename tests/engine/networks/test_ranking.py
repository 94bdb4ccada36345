"""How sure an order of treatments is: against simulation in R, laws, refusals."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from ipt_evidence.engine.networks.student import student_probability
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import network, p_scores, rank_treatments

ORACLE = Path(__file__).parents[2] / "oracle"
GOLDEN = json.loads((ORACLE / "golden_network_more.json").read_text())["ranking"]
NETWORKS = json.loads((ORACLE / "golden_network.json").read_text())
PARTS = ("effects", "variances", "treatments1", "treatments2", "studies")


def found_of(name, **choices):
    return network(*(NETWORKS[name][part] for part in PARTS), **choices)


@pytest.mark.parametrize("name", GOLDEN)
def test_intervals_and_ranks_agree_with_simulation_in_r(name):
    golden, found = GOLDEN[name], rank_treatments(found_of(name), draws=40_000)
    # Both are simulated; quantiles of 40,000 and 20,000 draws of scores lie within 0.01 of each other.
    assert found.p_score_low == pytest.approx(golden["low"], abs=0.012)
    assert found.p_score_high == pytest.approx(golden["high"], abs=0.012)
    assert found.mean_rank == pytest.approx(golden["mean_rank"], abs=0.1)
    assert found.rank_probability[:, 0] == pytest.approx(golden["best"], abs=0.02)


def test_ranks_give_the_p_scores_back_and_probabilities_add_up():
    fitted = found_of("senn2013")
    found = rank_treatments(fitted)
    assert found.p_scores == pytest.approx(p_scores(fitted))
    assert found.sucra == pytest.approx(found.p_scores, abs=0.02)
    size = len(found.treatments)
    assert found.rank_probability.sum(axis=0) == pytest.approx(np.ones(size))
    assert found.rank_probability.sum(axis=1) == pytest.approx(np.ones(size))
    assert found.mean_rank == pytest.approx(found.rank_probability @ np.arange(1, size + 1))
    assert np.all((found.p_score_low <= found.p_scores) & (found.p_scores <= found.p_score_high))
    assert np.all((found.rank_low <= found.median_rank) & (found.median_rank <= found.rank_high))


def test_a_seed_gives_one_answer_and_another_seed_nearly_the_same():
    fitted = found_of("hasselblad1998")
    once, again, other = (rank_treatments(fitted, seed=seed) for seed in (1, 1, 2))
    for name, values in asdict(once).items():
        assert np.array_equal(values, getattr(again, name)), name
    assert not np.array_equal(other.mean_rank, once.mean_rank)
    assert other.mean_rank == pytest.approx(once.mean_rank, abs=0.1)


def test_names_of_treatments_do_not_move_the_limits():
    data = {part: NETWORKS["senn2013"][part] for part in PARTS}
    once = rank_treatments(network(**data))
    names = sorted(once.treatments)
    new = dict(zip(names, np.random.default_rng(5).permutation(names).tolist(), strict=True))
    renamed = {**data, **{part: [new[name] for name in data[part]] for part in PARTS[2:4]}}
    other = rank_treatments(network(**renamed))
    places = [other.treatments.index(new[name]) for name in once.treatments]
    assert places != sorted(places)
    for part in ("p_score_low", "p_score_high", "mean_rank", "rank_low", "rank_high", "rank_probability"):
        assert getattr(other, part)[places] == pytest.approx(getattr(once, part), abs=1e-9), part


@pytest.mark.parametrize("unit", [1e-13, 1e-8, 1e8])
def test_no_unit_of_the_effects_moves_the_limits_and_ties_stay_ties(unit):
    effects, variances = np.array([0.4, 0.4, 0.1, 0.4000001]), np.array([0.04, 0.04, 0.05, 0.03])
    once = rank_treatments(network(effects, variances, list("badc"), ["o"] * 4, list("1234")))
    other = rank_treatments(network(unit * effects, unit**2 * variances, list("badc"), ["o"] * 4, list("1234")))
    for part in ("p_scores", "p_score_low", "p_score_high", "mean_rank", "rank_probability"):
        assert getattr(other, part) == pytest.approx(getattr(once, part), abs=1e-9), part


def test_ranks_turn_round_with_the_direction_and_widen_with_t():
    fitted = found_of("senn2013")
    up, down = rank_treatments(fitted, draws=3000), rank_treatments(fitted, draws=3000, larger_is_better=False)
    assert up.mean_rank + down.mean_rank == pytest.approx(
        np.full(len(up.treatments), len(up.treatments) + 1.0), abs=0.1
    )
    by_t = rank_treatments(found_of("senn2013", interval="adhoc"), draws=3000)
    assert np.mean(by_t.p_score_high - by_t.p_score_low) > np.mean(up.p_score_high - up.p_score_low)


def test_parts_that_no_trial_joins_are_ranked_one_by_one():
    apart = network([0.4, 0.3, 0.9], [0.04, 0.05, 0.04], list("abx"), list("ooy"), list("123"))
    with pytest.raises(SynthesisError, match="the network falls into 2 components"):
        rank_treatments(apart)
    assert rank_treatments(apart, part="y").treatments == ("x", "y")


@pytest.mark.parametrize(
    ("choice", "message"),
    [({"draws": 99}, "draws must be at least 100, got 99"), ({"level": 1}, "level must lie between 0 and 1")],
)
def test_refuses_choices_that_say_nothing(choice, message):
    with pytest.raises(SynthesisError, match=message):
        rank_treatments(found_of("senn2013"), **choice)


@pytest.mark.parametrize("df", [1, 2, 3, 7, 50, 1000])
def test_the_table_of_students_distribution_is_right_from_the_middle_to_infinity(df):
    t = np.concatenate([np.linspace(-12, 12, 2001), np.logspace(-9, 9, 500), -np.logspace(-9, 9, 500)])
    # scipy's own function loses digits far out with one degree of freedom.
    expected = 0.5 + np.arctan(t) / np.pi if df == 1 else special.stdtr(df, t)
    assert student_probability(df, t) == pytest.approx(expected, abs=1e-12)
