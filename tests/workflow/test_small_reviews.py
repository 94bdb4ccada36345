"""A small review of one's own runs to its pages: with ids of digits, without flags, without any row."""

import re
from pathlib import Path

import pandas as pd

from ipt_evidence.files import read_json, read_table

ROOT = Path(__file__).parents[2]


def leave_the_header(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")


def change(path: Path, *patterns: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in patterns:
        text = re.sub(old, new, text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")


OF_OTHERS = (
    "doubts",
    "corrections",
    "overrides",
    "excluded_reports",
    "contrasts",
    "benchmarks",
    "guidelines",
    "claims",
)


LEFT_BEHIND = (
    "reports/conditions/gone.html", "reports/conditions/gone/all-trials.html",
    "reports/data/gone_q.csv", "reports/guides/gone.fragment.html",
)  # fmt: skip
"""What runs before left of a condition and a guide that are in the review no more."""


def test_ids_of_digits_and_text_that_is_nowhere_filled_reach_the_pages(review, run_review):
    raw = review / "data" / "raw"
    leave_the_header(raw, *OF_OTHERS)
    for name in ("trials", "arms", "outcomes", "risk_of_bias"):
        change(
            raw / f"{name}.csv",
            (r"^alpha2001,", "001,"), (r"^beta2002,", "1e5,"),
            (r"^(001|1e5),ipt,", r"\1,01,"), (r"^(001|1e5),(wl|cau),", r"\1,02,"),
        )  # fmt: skip
    change(raw / "arms.csv", ("^1e5,02,wait_list", "1e5,02,care_as_usual"))
    for name in ("outcomes", "risk_of_bias"):
        table = pd.read_csv(raw / f"{name}.csv", dtype=str).assign(instrument="")
        table.to_csv(raw / f"{name}.csv", index=False, lineterminator="\n")
    run_review()
    effects = read_table("data/processed/effect_sizes.csv")
    assert set(effects["trial_id"]) == {"001"}
    assert set(read_table("data/processed/not_computed.csv")["trial_id"]) == {"1e5"}
    assert set(effects["arm1_id"]) == {"01"}
    risk = read_table("data/processed/trial_risk.csv").set_index("trial_id")
    assert risk.loc["1e5", "overall"] == "some_concerns"
    questions = read_json("reports/evidence.json")["questions"]
    assert {one["trial_id"] for question in questions for one in question["trials"]} == {"001"}
    assert "Alpha 2001" in (review / "reports/conditions/depression/all-trials.html").read_text(encoding="utf-8")


def test_a_review_without_any_row_says_that_its_tables_hold_nothing(review, run_review):
    raw = review / "data" / "raw"
    leave_the_header(raw, *OF_OTHERS, "trials", "arms", "outcomes", "risk_of_bias", "sources")
    (raw / "references.bib").write_text("", encoding="utf-8")
    for name in LEFT_BEHIND:
        (review / name).parent.mkdir(parents=True, exist_ok=True)
        (review / name).write_text("stale\n", encoding="utf-8")
    run_review()
    assert [path for path in review.rglob("*") if "gone" in path.name] == []
    assert set(read_table("data/processed/ratings.csv")["strength"]) == {"no_evidence"}
    assert len(list(review.glob("reports/conditions/*.html"))) > 1
