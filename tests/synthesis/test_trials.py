"""One effect per trial, and what is pooled of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.effects.rows import as_effects
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pool
from ipt_evidence.synthesis.deciding import decide
from ipt_evidence.synthesis.trials import Choices, EffectsByTrial, Trials, deciding_row, pool_trials

CHOICES = Choices(method="REML", interval="adhoc", level=0.95, few_trials=4, prior_scale=0.5, rho=0.6)


def effects(*rows: tuple) -> pd.DataFrame:
    """Build effects from trial, arms, measurement, yi, vi and numbers."""
    names = ["trial_id", "arm1_id", "arm2_id", "measurement", "yi", "vi", "n1", "n2"]
    return as_effects(pd.DataFrame(rows, columns=names).assign(measure="SMD", n_randomised=70))


def trials_of(*rows: tuple) -> Trials:
    return EffectsByTrial(effects(*rows)).combine(0.6)


def combined(*rows: tuple) -> pd.DataFrame:
    return trials_of(*rows).table(0.95)


def test_a_single_effect_stands_for_its_trial_with_a_normal_interval():
    row = combined(("a", "ipt", "cau", "m", 0.5, 0.04, 30, 32)).iloc[0]
    assert (row["yi"], row["vi"], row["n1"], row["n2"]) == (0.5, 0.04, 30, 32)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(stats.norm(0.5, 0.2).interval(0.95))


def test_two_scales_of_the_same_people_are_averaged_as_if_they_correlate_by_rho():
    row = combined(("a", "ipt", "cau", "m1", 0.4, 0.04, 30, 32), ("a", "ipt", "cau", "m2", 0.6, 0.04, 30, 32)).iloc[0]
    assert row["yi"] == pytest.approx(0.5)
    assert row["vi"] == pytest.approx(0.04 * (1 + 0.6) / 2)
    assert (row["n1"], row["n2"], row["n_effects"]) == (30, 32, 2)


def test_the_people_of_an_arm_shared_by_two_comparisons_count_once():
    row = combined(("a", "ipt", "cau", "m", 0.4, 0.06, 30, 32), ("a", "ipt", "wl", "m", 0.6, 0.06, 30, 28)).iloc[0]
    assert (row["n1"], row["n2"]) == (30, 60)


def test_a_shared_arm_makes_the_average_less_precise_than_independent_comparisons():
    shared = combined(("a", "ipt", "cau", "m", 0.4, 0.06, 30, 32), ("a", "ipt", "wl", "m", 0.6, 0.06, 30, 28))
    assert 0.03 < shared.iloc[0]["vi"] < 0.06


def test_effects_that_share_an_arm_share_its_part_of_the_variance():
    values, variances = np.array([0.4, 0.6]), np.array([0.06, 0.07])
    rows = zip(("cau", "wl"), values, variances, strict=True)
    row = combined(*(("a", "ipt", control, "m", yi, vi, 40, 40) for control, yi, vi in rows)).iloc[0]
    matrix = np.diag(variances)
    matrix[0, 1] = matrix[1, 0] = 1 / 40 + 0.4 * 0.6 / (2 * 120)  # Gleser & Olkin, three arms of 40
    weights = np.linalg.solve(matrix, np.ones(2))
    assert row["vi"] == pytest.approx(1 / weights.sum())
    assert row["yi"] == pytest.approx(weights @ values / weights.sum())


def test_an_effect_left_out_leaves_its_trial_as_if_it_had_never_been_there():
    rows = [
        ("a", "ipt", "cau", "m1", 0.4, 0.04, 30, 32), ("b", "ipt", "cau", "m1", 0.1, 0.05, 20, 25),
        ("a", "ipt", "cau", "m2", 0.6, 0.05, 28, 30), ("a", "ipt", "wl", "m1", 0.7, 0.06, 30, 20),
        ("c", "ipt", "cau", "m1", 0.9, 0.05, 20, 25),
    ]  # fmt: skip
    grouped, kept = EffectsByTrial(effects(*rows)), np.array([True, True, False, True, False])
    some = grouped.combine(0.6, kept)
    pd.testing.assert_frame_equal(some.table(0.95), combined(rows[0], rows[1], rows[3]))
    values, variances = grouped.values(0.6, kept)
    assert grouped.names.tolist() == ["a", "b", "c"]
    assert values == pytest.approx([*some.effects, np.nan], nan_ok=True)
    assert variances == pytest.approx([*some.variances, np.nan], nan_ok=True)


def test_unknown_numbers_of_people_stay_unknown():
    row = combined(("a", "ipt", "cau", "m", 0.4, 0.06, None, 32)).iloc[0]
    assert np.isnan(row["n1"])
    answer, _ = pool_trials(trials_of(("a", "ipt", "cau", "m", 0.4, 0.06, None, 32)), CHOICES)
    assert (answer["n_participants"], answer["k_without_n"], answer["k_randomised"]) == (70, 0, 1)


def test_the_people_randomised_do_not_stand_in_where_several_pairs_of_arms_are_compared():
    rows = ("a", "ipt", "cau", "m", 0.4, 0.06, None, 32), ("a", "ipt", "wl", "m", 0.6, 0.06, None, 28)
    answer, _ = pool_trials(trials_of(*rows), CHOICES)
    assert (answer["n_participants"], answer["k_without_n"], answer["k_randomised"]) == (0, 1, 0)


def test_few_trials_are_shown_by_what_decides_for_them():
    two = ("a", "ipt", "cau", "m", 0.8, 0.04, 30, 32), ("b", "ipt", "cau", "m", -0.1, 0.05, 20, 20)
    row, shown = deciding_row(trials_of(*two), CHOICES), decide(*arrays(two), "SMD", CHOICES)
    assert (row["estimate"], row["ci_low"], row["interval"]) == (shown.estimate, shown.ci_low, "bayes")
    assert np.isnan(row["p_value"])
    five = [("abcde"[place], *two[0][1:4], 0.3 * place, *two[0][5:]) for place in range(5)]
    assert deciding_row(trials_of(*five), CHOICES) == pool_trials(trials_of(*five), CHOICES)[0]


def arrays(rows):
    return np.array([row[4] for row in rows]), np.array([row[5] for row in rows])


def test_several_trials_are_pooled_by_the_engine():
    trials = trials_of(("a", "ipt", "cau", "m", 0.4, 0.04, 30, 32), ("b", "ipt", "cau", "m", 0.9, 0.05, 20, 20))
    answer, shares = pool_trials(trials, CHOICES)
    expected = pool([0.4, 0.9], [0.04, 0.05], interval="adhoc")
    assert (answer["model"], answer["k"], answer["n_participants"]) == ("random_effects", 2, 102)
    assert (answer["estimate"], answer["ci_low"], answer["tau2"]) == (expected.estimate, expected.ci_low, expected.tau2)
    assert shares.sum() == pytest.approx(100)


def test_a_single_trial_is_passed_on_without_a_word_on_heterogeneity():
    answer, shares = pool_trials(trials_of(("a", "ipt", "cau", "m", 0.5, 0.04, 30, 32)), CHOICES)
    assert (answer["model"], answer["k"], answer["estimate"], answer["interval"]) == ("single_trial", 1, 0.5, "normal")
    assert "tau2" not in answer
    assert shares.tolist() == [100.0]


def test_no_trial_gives_an_empty_answer():
    answer, shares = pool_trials(trials_of(), CHOICES)
    assert answer == {"model": "none", "k": 0, "n_effects": 0, "n_participants": 0, "k_without_n": 0, "k_randomised": 0}
    assert shares.size == 0


def effect(trial, control, measurement, yi, excess, n1, n2):
    """Build an effect whose variance is that of its numbers or more: less would contradict the arm it shares."""
    return (trial, "ipt", control, measurement, yi, (1 / n1 + 1 / n2 + yi**2 / (n1 + n2)) * excess, n1, n2)


sizes = st.integers(5, 99)
rows = st.lists(
    st.builds(
        effect, st.sampled_from("abcd"), st.sampled_from(["cau", "wl"]), st.uuids().map(str),
        st.floats(-2, 2), st.floats(1, 3), sizes, sizes,
    ),
    min_size=1, max_size=8, unique_by=lambda row: row[3],
)  # fmt: skip


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_effects_changes_no_trial(some, random):
    shuffled = random.sample(some, len(some))
    first, second = combined(*some), combined(*shuffled)
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


@given(rows)
def test_turning_every_sign_turns_every_trial(some):
    turned = combined(*((*row[:4], -row[4], *row[5:]) for row in some))
    assert turned["yi"].to_numpy() == pytest.approx(-combined(*some)["yi"].to_numpy(), abs=1e-9)


def test_unsound_effects_variances_and_sizes_are_refused_with_their_positions():
    some = effects(*((trial, "ipt", "cau", "m", 0.4, 0.04, 30, 32) for trial in "cbadef"))
    some["yi"] = [0.4, np.nan, 0.2, np.inf, 0.1, 0.3]
    some["vi"] = [-0.04, 0.0, np.nan, np.inf, 0.04, 0.04]
    some["n1"] = [30.0, np.nan, -3.0, 0.0, np.inf, 30.0]
    some["n_randomised"] = [70.0, 70.0, 70.0, 70.0, 70.0, -1.0]
    message = (
        r"^yi must be finite; positions \[1, 3\] are nan, inf; "
        r"vi must be positive and finite; positions \[0, 1, 2, 3\] are -0.04, 0.0, nan, inf; "
        r"n1 must be positive and finite, or missing; positions \[2, 3, 4\] are -3.0, 0.0, inf; "
        r"n_randomised must be positive and finite, or missing; positions \[5\] are -1.0$"
    )
    with pytest.raises(SynthesisError, match=message):
        EffectsByTrial(some)


def test_sizes_that_are_not_known_are_no_fault():
    assert np.isnan(trials_of(("a", "ipt", "cau", "m", 0.4, 0.04, np.nan, np.nan)).n1[0])
