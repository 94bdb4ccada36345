"""Differences between the trials of the real review: what became of each moderator, and pages read back."""

import html
import re
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.files import read_table

ROOT = Path(__file__).parents[2]
SHOWN_AS = {"SMD": lambda x: x, "MD": lambda x: x, "RD": lambda x: 100 * x}


@pytest.fixture(scope="module")
def tables():
    return {path.stem: read_table(path) for path in (ROOT / "data/processed").glob("*.csv")}


@pytest.fixture(scope="module")
def run(tables):
    """Return the first row of every moderator that was run on a question, and a row of each group."""
    groups, slopes = (tables[name].query("status == 'run'") for name in ("subgroups", "regressions"))
    assert len(groups) > 50
    assert len(slopes) > 15
    return groups, slopes


def test_every_question_with_two_trials_says_of_every_moderator_what_became_of_it(tables):
    asked = set(tables["syntheses"].query("k >= 2")["question_id"])
    kinds = dict(iter(tables["moderators"].groupby("kind")["moderator_id"]))
    for name, kind in (("subgroups", "categorical"), ("regressions", "continuous")):
        rows = tables[name]
        assert set(zip(rows["question_id"], rows["moderator_id"], strict=True)) == {
            (question, moderator) for question in asked for moderator in kinds[kind]
        }


def shown(value, measure, places=2):
    found = SHOWN_AS.get(measure, np.exp)(value)
    small_ratio = places == 2 and measure not in SHOWN_AS and found < 0.095
    return f"{found:.2g}" if small_ratio else f"{found:.{places}f}".replace("-", "−")


@pytest.fixture(scope="module")
def pages():
    """Return the page of a question as text, its tags gone."""

    def text(question):
        (path,) = (ROOT / "reports/conditions").glob(f"*/{question}.html")
        return html.unescape(re.sub(r"<[^>]+>", " ", path.read_text("utf-8")))

    return text


def test_pages_show_every_difference_of_the_tables(run, pages):
    groups, slopes = run
    for question, rows in groups.groupby("question_id"):
        page = pages(question)
        for row in rows[rows["compared"]].to_dict("records"):
            if row["measure"] != "RD" and abs(row["estimate"]) > 0.02:
                assert shown(row["estimate"], row["measure"]) in page
            if not np.isnan(row["difference"]):
                ends = [shown(row[f"difference_ci_{end}"], row["measure"]) for end in ("low", "high")]
                assert f"95% CI {ends[0]} to {ends[1]}" in page, (question, row["group"])
    for row in slopes.to_dict("records"):
        ends = [shown(row[f"slope_ci_{end}"], row["measure"], 3) for end in ("low", "high")]
        assert f"95% CI {ends[0]} to {ends[1]}" in pages(row["question_id"]), (row["question_id"], row["moderator_id"])


def test_pages_name_every_influential_trial(tables, pages):
    labels = tables["trials"].set_index("trial_id")["label"]
    rows = tables["influence"].query("influential")
    assert len(rows) > 10
    for row in rows.to_dict("records"):
        assert re.search(
            rf"Influential by the usual rule (is|are) [^;]*{re.escape(labels[row['trial_id']])} \(without it",
            pages(row["question_id"]),
        )


def test_every_trial_of_a_question_with_five_or_more_has_its_influence(tables):
    many = tables["syntheses"].query("k >= 5").set_index("question_id")["k"].astype(int)
    assert tables["influence"].groupby("question_id").size().to_dict() == many.to_dict()
    subsets = tables["gosh"].groupby("question_id")["subsets"].sum()
    assert subsets.to_dict() == tables["influence"].groupby("question_id")["subsets"].first().to_dict()


def test_effects_are_kept_apart_wherever_a_trial_gives_several(tables):
    several = set(tables["syntheses"].query("n_effects > k and k >= 2")["question_id"])
    kept = tables["sensitivity"].query("variant == 'effects_kept_apart'")
    assert set(kept["question_id"]) == several
    without = kept["ci_low"].isna()
    assert (kept["df"] < 4).equals(without)
    assert (kept["kind"] == "kept_apart_few").equals(without)
