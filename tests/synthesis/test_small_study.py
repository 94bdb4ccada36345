"""The small-study methods side by side say what each says alone."""

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.synthesis import egger_test, pet_peese, selection_model, trim_and_fill
from ipt_evidence.synthesis.small_study import SMALL_STUDY_COLUMNS, asymmetries, small_study_methods, small_study_rows

EFFECTS = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3])
VARIANCES = 4 / np.array([900, 700, 500, 300, 200, 150, 100, 70, 50, 30])


def test_each_method_says_what_it_says_alone():
    found, lines = small_study_methods(EFFECTS, VARIANCES), pet_peese(EFFECTS, VARIANCES)
    assert found.egger == egger_test(EFFECTS, VARIANCES)
    assert found.asymmetry.adjusted == {
        "trim_and_fill": trim_and_fill(EFFECTS, VARIANCES).estimate,
        "pet_peese": getattr(lines, lines.chosen).estimate,
        "selection_model": selection_model(EFFECTS, VARIANCES).estimate,
    }


def test_a_selection_model_without_heterogeneity_says_what_its_interval_takes_as_certain():
    note = "; heterogeneity held at 0, which the interval takes as certain"
    for spread in (1.0, 3.0):
        effects = 0.2 + spread * np.array([0.1, 0.0, 0.05, -0.05, 0.2, -0.1, 0.3, -0.2, 0.25, 0.1])
        rows = {row["method"]: row for row in small_study_rows("q", effects, VARIANCES, level=0.95)}
        held = selection_model(effects, VARIANCES).at_bound
        assert held == (("tau2",) if spread == 1 else ())
        assert rows["selection_model"]["note"].endswith(note) == bool(held)


def test_trials_that_agree_better_than_sampling_error_lets_them_are_named():
    nearer = "; trials lie nearer the line than sampling error lets them on average"
    for spread in (0.2, 3.0):
        effects = 0.2 + spread * np.array([0.1, 0.0, 0.05, -0.05, 0.2, -0.1, 0.3, -0.2, 0.25, 0.1])
        rows = {row["method"]: row for row in small_study_rows("q", effects, VARIANCES, level=0.95)}
        lines = pet_peese(effects, VARIANCES)
        held, chosen = getattr(lines, lines.chosen).held_at_sampling, f"{lines.chosen.upper()} chosen"
        assert held == (egger_test(effects, VARIANCES).dispersion < 1) == (spread < 1)
        ends = (f"{nearer}, which the p-value takes as certain", f"{nearer}: the interval goes by sampling error")
        line, chosen_end = ends if held else ("", "")
        assert rows["egger"]["note"] == f"effect per unit of standard error{line}"
        assert rows["pet_peese"]["note"] == f"{chosen}{chosen_end}"


def test_where_the_selection_model_cannot_be_fitted_it_is_left_out_and_says_why():
    found = small_study_methods(EFFECTS + 5, VARIANCES)
    assert found.selection is None
    assert "selection_model" not in found.asymmetry.adjusted
    rows = pd.DataFrame(small_study_rows("q", EFFECTS + 5, VARIANCES, level=0.95)).set_index("method")
    assert rows.loc["selection_model", "note"] == f"not fitted: {found.why_no_selection}"


def test_rows_hand_on_what_ratings_go_by_to_the_last_digit():
    by_question = {"one": EFFECTS, "unfitted": EFFECTS + 5, "few": EFFECTS[:9]}
    rows = [row for name, y in by_question.items() for row in small_study_rows(name, y, VARIANCES[: y.size], level=0.9)]
    found = asymmetries(pd.DataFrame(rows))
    assert found == {name: small_study_methods(by_question[name], VARIANCES).asymmetry for name in ("one", "unfitted")}
    assert "selection_model" not in found["unfitted"].adjusted
    assert asymmetries(pd.DataFrame(columns=SMALL_STUDY_COLUMNS)) == {}


def test_one_row_a_method():
    rows = pd.DataFrame(small_study_rows("q", EFFECTS, VARIANCES, level=0.95))
    assert set(rows.columns) == set(SMALL_STUDY_COLUMNS)
    assert rows["method"].tolist() == [
        "egger", "rank", "trim_and_fill", "pet_peese", "limit_meta_analysis", "selection_model",
    ]  # fmt: skip
    assert set(rows["k"]) == {10}


@pytest.mark.parametrize("k", [0, 1, 9])
def test_below_ten_trials_one_row_says_why_there_are_none(k):
    rows = small_study_rows("q", EFFECTS[:k], VARIANCES[:k], level=0.95)
    note = "fewer than 10 trials: these methods would have next to no power"
    assert rows == [{"question_id": "q", "method": "none", "k": k, "note": note}]


def test_trials_of_one_size_are_not_tested_on_what_their_effects_make_of_their_precision():
    (row,) = small_study_rows("q", EFFECTS, 0.04 + EFFECTS**2 / 200, level=0.95, people=np.full(10, 100.0))
    assert (row["method"], row["k"]) == ("none", 10)
    assert row["note"].startswith("trials of one size have no funnel")
    rows = small_study_rows("q", EFFECTS, VARIANCES, level=0.95, people=np.append(np.full(9, 100.0), np.nan))
    assert len(rows) > 1


def test_trials_of_one_size_have_no_funnel_and_the_row_says_why():
    (row,) = small_study_rows("q", EFFECTS, np.full(10, 0.1), level=0.95)
    assert (row["method"], row["k"]) == ("none", 10)
    assert row["note"].startswith("not tried: ranks need differences")
