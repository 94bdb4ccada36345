"""Figures of the real review against an independent engine; ``make agreement`` compares the same, and every network."""

import agreement
import pandas as pd
import pytest
import recomputed
from agreement import Part

LEAST = {
    "Effects of arms": 500, "Pooled answers": 60, "Groups of trials": 50, "Slopes": 15, "Numbers of people": 100,
    "Networks": 20, "Networks, direct and indirect evidence": 5, "Networks, differences between trials": 1,
}  # fmt: skip
"""Parts of the comparison, with how many figures of one of its quantities it must reach."""


@pytest.fixture(scope="module")
def lines(rscript) -> list[dict]:
    """Compare everything, of networks the largest and two smaller ones: R takes a quarter of a minute for all."""
    tables = recomputed.processed()
    order = tables["networks"].sort_values("k", kind="stable")
    few = order["interval"].eq("bayes")
    names = [rows["network_id"].iloc[place] for rows, place in ((order[few], 0), (order[~few], 0), (order, -1))]
    _, parts = agreement.parts(tables, names)
    return [line for part in parts for line in agreement.lines(part)]


@pytest.mark.parametrize("part", LEAST)
def test_every_figure_agrees_with_r(lines, part):
    found = [line for line in lines if line["part"] == part]
    assert max(line["number"] for line in found) > LEAST[part]
    assert [agreement.said(line) for line in found if not line["held"]] == []


def test_nothing_else_is_compared(lines):
    assert {line["part"] for line in lines} == set(LEAST)


def compared(ours, theirs, **limits):
    tables = (pd.DataFrame({"se": numbers}, pd.Index(list("abc"))[: len(numbers)]) for numbers in (ours, theirs))
    names = dict(zip(("ours", "theirs"), tables, strict=True))
    (line,) = agreement.lines(Part(name="Pooled answers", table="syntheses", **names, **limits))
    return line


def test_figures_within_the_limits_hold_and_their_distance_is_told():
    line = compared([2.0, 0.0, None], [2.0 + 1e-6, 1e-9, None])
    assert line["held"]
    assert (line["number"], line["alone"]) == (2, 0)
    assert line["difference"] == pytest.approx(1e-6)
    assert line["share"] == pytest.approx(5e-7)


@pytest.mark.parametrize(
    ("ours", "theirs", "end"),
    [
        ([1.0, 2.00001], [1.0, 2.0], "1.0e-05  5.0e-06  DIFFERENT"),
        ([1.0, -2.0], [1.0, 2.0], "4.0e+00  2.0e+00  DIFFERENT"),
        ([0.0], [1e-7], "1.0e-07  1.0e+00  DIFFERENT"),
        ([1.0, None], [1.0, 2.0], "0.0e+00  0.0e+00  DIFFERENT, 1 that only one engine has"),
        ([1.0, 2.0], [1.0], "0.0e+00  0.0e+00  DIFFERENT, 1 that only one engine has"),
        ([1.0, float("inf")], [1.0, 2.0], "-  -  DIFFERENT"),
        ([None], [None], "-  -  DIFFERENT"),
    ],
)
def test_a_planted_difference_is_found(ours, theirs, end):
    line = compared(ours, theirs)
    assert not line["held"]
    assert agreement.said(line).endswith(end)


def test_a_limit_is_that_of_its_part():
    assert not compared([2.0 + 1e-6], [2.0], relative=1e-8, absolute=1e-10)["held"]


def test_an_estimate_the_other_way_round_is_turned_with_its_ends():
    cells = {"estimate": 1.0, "ci_low": -0.5, "ci_high": 2.5, "pi_low": -1.0, "pi_high": 3.0, "direct": 1.0,
             "indirect": 2.0, "difference": -1.0, "direct_low": 0.0, "direct_high": 2.0, "indirect_low": 1.0,
             "indirect_high": 3.0, "difference_low": -2.0, "difference_high": 0.5}  # fmt: skip
    rows = pd.DataFrame(
        [{"treatment1": "b", "treatment2": "a", **cells}, {"treatment1": "a", "treatment2": "c", **cells}]
    )
    turned, kept = recomputed.alphabetical(rows).to_dict("records")
    assert kept == rows.iloc[1].to_dict()
    assert [turned[name] for name in ("treatment1", "treatment2", "estimate", "difference")] == ["a", "b", -1.0, 1.0]
    ends = [turned[f"{name}_{end}"] for name in ("ci", "pi", "direct", "difference") for end in ("low", "high")]
    assert ends == [-2.5, 0.5, -3.0, 1.0, -2.0, 0.0, -0.5, 2.0]


def test_a_quantity_that_no_longer_holds_tells_when_it_did():
    now, then = {"date": "2026-11-29", "state": "b"}, {"date": "2026-11-01", "state": "a"}
    before = {"tried": [{"part": "Slopes", "quantity": "k", "last_held": then}]}
    line = {"part": "Slopes", "quantity": "k"}
    assert agreement.dated({**line, "held": True}, now, before)["last_held"] == now
    assert agreement.dated({**line, "held": False}, now, before)["last_held"] == then
    assert agreement.dated({**line, "held": False}, now, {})["last_held"] is None
