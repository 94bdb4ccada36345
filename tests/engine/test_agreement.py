"""Agreement of two raters: against R by another way, against a published example, laws, refusals."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.engine.agreement import rater_agreement

GOLDEN = json.loads((Path(__file__).parents[1] / "oracle" / "golden_agreement.json").read_text("utf-8"))
RATINGS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40)


def raters(counts):
    """Return what two raters said, from a table of counts: rows are the first one's categories."""
    places = [(i, j) for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]
    return np.array(places).T


@pytest.mark.parametrize("row", GOLDEN)
def test_kappa_and_its_interval_are_those_of_r(row):
    found = rater_agreement(*raters(row["counts"]))
    assert found.kappa == pytest.approx(row["kappa"], abs=1e-8)
    assert (found.ci_low, found.ci_high) == pytest.approx((row["ci_low"], row["ci_high"]), abs=1e-6)
    counts = np.array(row["counts"])
    assert (found.n, found.equal) == (counts.sum(), np.trace(counts))


def test_a_published_example():
    # Fleiss, Levin and Paik (2003), Statistical methods for rates and proportions, table 18.1: kappa 0.68, error 0.087.
    found = rater_agreement(*raters([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert found.kappa == pytest.approx(0.68, abs=0.005)
    assert (found.ci_high - found.kappa) / 1.959964 == pytest.approx(0.087, abs=0.001)


@given(RATINGS)
def test_names_order_and_who_is_first_do_not_matter(pairs):
    first, second = map(list, zip(*pairs, strict=True))
    told = rater_agreement(first, second)
    turned = rater_agreement([" cab".index(one) for one in second[::-1]], [" cab".index(one) for one in first[::-1]])
    for name in ("n", "equal", "percent", "kappa", "ci_low", "ci_high"):
        assert getattr(told, name) == pytest.approx(getattr(turned, name), nan_ok=True, abs=1e-12)
    assert not told.kappa > 1
    assert math.isnan(told.ci_low) or -1 <= told.ci_low <= told.kappa <= told.ci_high <= 1


def test_full_agreement_has_no_interval_of_no_width():
    found = rater_agreement(["a", "b", "a"], ["a", "b", "a"])
    assert (found.percent, found.kappa) == (100, pytest.approx(1))
    assert math.isnan(found.ci_low)
    assert math.isnan(found.ci_high)


def test_one_category_or_no_item_leaves_kappa_open():
    assert math.isnan(rater_agreement(["a"] * 5, ["a"] * 5).kappa)
    assert math.isnan(rater_agreement([], []).percent)


def test_raters_of_other_items_are_refused():
    with pytest.raises(ValueError, match=r"both raters must judge the same items: their shapes are \(2,\) and \(3,\)"):
        rater_agreement([1, 2], [1, 2, 3])
