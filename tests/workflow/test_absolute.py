"""Every number of people of the real review, worked out anew in R from the tables of the last run."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd

from ipt_evidence.files import read_table

ROOT = Path(__file__).parents[2]
PROCESSED, WORDS = ROOT / "data" / "processed", ROOT / "config" / "vocabulary"
FIGURES = ["control_risk", "with_intervention", "benefit_per_1000", "benefit_low", "benefit_high", "nnt", "nnt_best",
           "nnt_worst"]  # fmt: skip


def test_every_number_of_people_agrees_with_r(rscript):
    script = Path(__file__).with_name("absolute_check.R")
    command = [rscript, script, PROCESSED, WORDS / "conditions.csv", WORDS / "outcomes.csv"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    expected = pd.DataFrame(json.loads(output)).set_index("question_id")
    found = read_table(PROCESSED / "absolute.csv").set_index("question_id")
    assert len(found) > 100
    assert set(found.index) == set(expected.index)
    expected = expected.loc[found.index]
    assert found["control_question_id"].tolist() == expected["control_question_id"].tolist()
    np.testing.assert_allclose(found[FIGURES], expected[FIGURES], rtol=1e-8)
