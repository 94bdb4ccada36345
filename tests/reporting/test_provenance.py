import csv

import pytest

from ipt_evidence.reporting.provenance import Lines, RawLines
from ipt_evidence.words.numbers import number


@pytest.fixture(scope="module")
def raw(example):
    """Rows of the raw tables by line, as a text editor counts."""
    found = {}
    for name in ("outcomes", "contrasts"):
        with (example / f"data/raw/{name}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = found.setdefault(f"data/raw/{name}.csv", {})
            for row in reader:
                rows[reader.line_num] = row
    return found


def test_every_effect_leads_to_raw_lines_of_its_trial_and_arms(review, raw):
    lines, effects = RawLines(review), review.tables["effect_sizes"]
    assert len(effects) > 30
    for effect in effects.to_dict("records"):
        behind = lines.behind(effect)
        rows = [raw[behind.file][line] for line in behind.lines]
        assert rows, effect["effect_id"]
        assert {row["trial_id"] for row in rows} == {effect["trial_id"]}
        arms = {row[name] for row in rows for name in ("arm_id", "arm1_id", "arm2_id") if name in row}
        assert arms == {effect["arm1_id"], effect["arm2_id"]}


def test_results_by_arm_have_one_line_an_arm(review):
    lines = RawLines(review)
    effects = review.tables["effect_sizes"]
    by_arm = effects[effects["evidence"].isin(["endpoint", "counts"])]
    assert len(by_arm) > 20
    for effect in by_arm.to_dict("records"):
        assert len(lines.behind(effect).lines) == 2


def test_the_means_on_the_lines_give_the_mean_difference(review, raw):
    lines = RawLines(review)
    effects = review.tables["effect_sizes"]
    corrected = effects["flags"].fillna("").str.contains("corrected")
    plain = effects[effects["formula"].eq("MD of endpoint means") & ~corrected]
    assert len(plain) > 10
    for effect in plain.to_dict("records"):
        behind = lines.behind(effect)
        mean = {raw[behind.file][line]["arm_id"]: float(raw[behind.file][line]["mean"]) for line in behind.lines}
        assert [text.split(",")[0] for text in behind.figures] == [
            f"mean {number(mean[raw[behind.file][line]['arm_id']])}" for line in behind.lines
        ]
        assert abs(mean[effect["arm1_id"]] - mean[effect["arm2_id"]]) == pytest.approx(abs(effect["yi"]))


@pytest.mark.parametrize(
    ("lines", "words"),
    [((12,), "data/raw/outcomes.csv, line 12"), ((12, 13), "data/raw/outcomes.csv, lines 12 and 13")],
)
def test_lines_are_written_as_readers_look_them_up(lines, words):
    assert str(Lines("data/raw/outcomes.csv", lines, figures=())) == words
