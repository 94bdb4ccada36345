"""Every question of the review as it once stood: Bayes against integration in R, floored HKSJ against metafor."""

import csv
import json
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.synthesis import pool, pool_bayes

ORACLE = Path(__file__).parents[2] / "oracle"
BAYES = json.loads((ORACLE / "golden_bayes_review.json").read_text("utf-8"))
ADHOC = json.loads((ORACLE / "golden_pooling.json").read_text("utf-8"))["review"]


def _questions():
    with (ORACLE / "effects_of_review.csv").open(encoding="utf-8", newline="") as file:
        for question, rows in groupby(csv.DictReader(file), key=lambda row: row["question_id"]):
            yield question, np.array([(row["yi"], row["vi"]) for row in rows], dtype=float).T


EFFECTS = dict(_questions())


def test_every_question_is_compared():
    assert list(BAYES["questions"]) == list(EFFECTS)
    assert list(ADHOC) == [question for question, (y, _) in EFFECTS.items() if y.size >= 2]
    assert min(y.size for y, _ in EFFECTS.values()) == 1


@pytest.mark.parametrize("question", EFFECTS)
def test_bayes_agrees_with_integration_in_r(question):
    golden = dict(BAYES["questions"][question])
    above_zero, above_threshold = golden.pop("p_above_zero"), golden.pop("p_above_threshold")
    found = pool_bayes(*EFFECTS[question])
    for field, expected in golden.items():
        assert getattr(found, field) == pytest.approx(expected, abs=1e-6), field
    assert found.probability == pytest.approx(above_zero, abs=1e-6)
    further = pool_bayes(*EFFECTS[question], threshold=BAYES["threshold"])
    assert further.probability == pytest.approx(above_threshold, abs=1e-6)


@pytest.mark.parametrize("question", ADHOC)
def test_the_floored_interval_agrees_with_metafor(question):
    found = pool(*EFFECTS[question], interval="adhoc")
    for field, expected in ADHOC[question].items():
        assert getattr(found, field) == pytest.approx(expected, rel=1e-6, abs=1e-6), field
