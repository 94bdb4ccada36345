import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.engine.agreement import rater_agreement
from ipt_evidence.exchange.double.agreement import agreement


def kappa(first, second):
    return rater_agreement(first, second).kappa


RATINGS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40)


@given(RATINGS)
def test_kappa_is_what_its_formula_says(pairs):
    first, second = zip(*pairs, strict=True)
    observed = np.mean([one == other for one, other in pairs])
    chance = sum(first.count(word) * second.count(word) for word in "abc") / len(pairs) ** 2
    if chance == 1:
        assert math.isnan(kappa(first, second))
    else:
        assert kappa(first, second) == pytest.approx((observed - chance) / (1 - chance), abs=1e-12)


@given(st.lists(st.sampled_from("abc"), min_size=2).filter(lambda words: len(set(words)) > 1))
def test_whoever_agrees_with_himself_agrees_fully(words):
    assert kappa(words, words) == pytest.approx(1)
    assert agreement(words, words, "category").percent == 100


def test_kappa_is_not_defined_where_there_is_but_one_category():
    assert math.isnan(kappa(["acute"] * 5, ["acute"] * 5))
    assert math.isnan(kappa([], []))


def test_an_empty_cell_is_a_category():
    assert kappa(["", "a"], ["a", ""]) == pytest.approx(-1)


def test_numbers_have_a_largest_difference_over_the_rows_both_filled():
    found = agreement(["1.5", "", "10", "3"], ["1.25", "7", "10", ""], "number")
    assert (found.rows, found.equal, found.percent, found.largest_difference) == (4, 1, 25, 0.25)
    assert math.isnan(found.kappa)


def test_without_a_row_nothing_is_claimed():
    for kind in ("category", "number", "text"):
        found = agreement([], [], kind)
        assert (found.rows, found.equal) == (0, 0)
        assert all(map(math.isnan, (found.percent, found.kappa, found.largest_difference)))
