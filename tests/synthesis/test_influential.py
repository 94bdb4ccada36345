"""Which trials an answer hangs on: rows by trial, shifts by hand, and every subset in one cell of the picture."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.synthesis import influence, pool
from ipt_evidence.synthesis.influential import GOSH_COLUMNS, INFLUENCE_COLUMNS, influence_rows
from ipt_evidence.synthesis.trials import Choices, Trials

EFFECTS = np.array([0.2, 0.4, 0.3, 0.5, 1.6, 0.1])
VARIANCES = np.array([0.04, 0.05, 0.03, 0.08, 0.04, 0.06])
CHOICES = Choices(method="REML", interval="adhoc", level=0.95, rho=0.6, few_trials=4, prior_scale=0.5)


def trials(k):
    nothing = np.full(k, np.nan)
    return Trials(
        measure="SMD", names=np.array(list("abcdef")[:k], dtype=object), n_effects=np.ones(k, dtype=np.int64),
        n1=nothing, n2=nothing, n_randomised=nothing, effects=EFFECTS[:k], variances=VARIANCES[:k],
        flags=np.full(k, "", dtype=object),
    )  # fmt: skip


@pytest.fixture(scope="module")
def found():
    rows, cells = influence_rows("q", trials(6), CHOICES)
    return pd.DataFrame(rows), pd.DataFrame(cells)


def test_fewer_than_five_trials_tell_nothing():
    assert influence_rows("q", trials(4), CHOICES) == ([], [])
    assert len(influence_rows("q", trials(5), CHOICES)[0]) == 5


def test_columns_and_trials(found):
    rows, cells = found
    assert set(rows) == set(INFLUENCE_COLUMNS)
    assert set(cells) == set(GOSH_COLUMNS)
    assert rows["trial_id"].tolist() == list("abcdef")
    assert rows.loc[rows["influential"], "trial_id"].tolist() == ["e"]


def test_diagnostics_are_those_of_the_engine(found):
    expected = influence(EFFECTS, VARIANCES, interval="normal")
    for name in ("rstudent", "dffits", "cooks_distance", "hat"):
        np.testing.assert_allclose(found[0][name], getattr(expected, name))


def test_the_average_without_a_trial_is_that_of_the_others(found):
    others = [pool(np.delete(EFFECTS, place), np.delete(VARIANCES, place)).estimate for place in range(6)]
    np.testing.assert_allclose(found[0]["estimate_deleted"], others, rtol=1e-8)


def test_shifts_are_means_over_all_subsets_by_hand(found):
    subsets = [list(some) for size in range(2, 7) for some in combinations(range(6), size)]
    averages = np.array([pool(EFFECTS[some], VARIANCES[some]).estimate for some in subsets])
    for place in range(6):
        inside = np.array([place in some for some in subsets])
        shift = averages[inside].mean() - averages[~inside].mean()
        assert found[0]["estimate_shift"][place] == pytest.approx(shift, abs=1e-6)
    assert found[0]["subsets"].eq(len(subsets)).all()
    assert found[0]["all_subsets"].all()


def test_every_subset_is_in_one_cell_of_the_picture(found):
    rows, cells = found
    assert cells["subsets"].sum() == rows["subsets"][0] == 57
    assert cells.loc[cells["with_trial"], "subsets"].sum() == 31
    assert set(cells["trial_id"]) == {"e"}
    assert cells["i2"].between(0, 100).all()


def test_equal_effects_make_one_column():
    alike = trials(6)
    rows, cells = influence_rows("q", Trials(**{
        **{name: getattr(alike, name) for name in alike.__dataclass_fields__}, "effects": np.full(6, 0.3),
    }), CHOICES)  # fmt: skip
    assert {row["estimate"] for row in cells} == {cells[0]["estimate"]}
    assert not any(row["influential"] for row in rows)
