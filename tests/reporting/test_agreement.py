"""The page on agreement says how far apart two engines were, on which state, and nothing that no run found."""

import re
from pathlib import Path

import pytest

from ipt_evidence.reporting.trust import agreement_page

TEMPLATES = Path(__file__).parents[2] / "workflow/templates"
SETTINGS = {"title": "A review", "last_review": "2026-11-22"}
NOW = {"commit": "0123456789abcdef", "date": "2026-11-29", "state": "now"}
LINE = {
    "part": "Pooled answers", "table": "syntheses", "quantity": "ci_low", "title": "Lower limit",
    "number": 69, "alone": 0, "held": True,
    "difference": 7.9e-12, "share": 0.0, "relative": 1e-6, "absolute": 1e-8, "last_held": NOW,
}  # fmt: skip


def shown(**changed):
    """Return the verdict and the cells of the one line."""
    line = LINE | changed
    record = NOW | {"R": "4.2.2", "metafor": "3.8.1", "held": line["held"], "tried": [line]}
    page = agreement_page(record, changed.get("state", "now"), SETTINGS, TEMPLATES)
    (verdict,) = re.findall("<p><b>(.*?)</b>", page)
    return verdict, re.findall("<t[dh][^>]*>(.*?)</t[dh]>", page.split("<tbody>")[1]), page


def test_without_a_record_no_figure_is_said_to_agree():
    page = agreement_page(None, "now", SETTINGS, TEMPLATES)
    assert re.findall(r"<p><b>(.*?)</b>(.*?)</p>", page) == [("Not run on this state.", "")]
    assert "<table" not in page


def test_a_quantity_is_told_with_its_distance_and_when_it_held():
    verdict, cells, page = shown()
    assert verdict == "Held."
    assert cells == [
        "Lower limit", "69", "7.9e-12", "0", "held", "2026-11-29, commit <code>0123456789ab</code>, this state",
    ]  # fmt: skip
    assert "Figures of <code>syntheses.csv</code>. Allowed: 1.0e-08, and 1.0e-06 of the figure." in page
    assert "R 4.2.2, metafor 3.8.1." in page


@pytest.mark.parametrize(
    ("changed", "verdict", "end"),
    [
        (
            {"held": False, "alone": 2, "difference": None, "last_held": NOW | {"state": "then", "date": "2026-11-01"}},
            "Did not hold.",
            ["–", "0", "did not hold; 2 in one engine alone",
             "2026-11-01, commit <code>0123456789ab</code>, another state"],
        ),
        ({"held": False, "last_held": None}, "Did not hold.", ["7.9e-12", "0", "did not hold", "in no run on record"]),
        (
            {"state": "later"},
            "Held, on another state: not run on this state.",
            ["7.9e-12", "0", "held", "2026-11-29, commit <code>0123456789ab</code>, another state"],
        ),
    ],
)  # fmt: skip
def test_what_did_not_hold_or_held_elsewhere_is_said(changed, verdict, end):
    found, cells, _ = shown(**changed)
    assert found == verdict
    assert cells[2:] == end
