"""Every number the pipeline pooled on the real data, against an independent engine."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.files import read_table

PROCESSED = Path(__file__).parents[2] / "data" / "processed"
KEY = ["outcome", "domain", "instrument", "criterion", "rater", "timepoint", "weeks", "analysis"]
CELLS = ["mean", "sd", "n", "events", "total"]


@pytest.fixture(scope="module")
def arm_effects() -> pd.DataFrame:
    """Every effect computed from arm rows, with the raw cells of both arms beside it, found again by their keys."""
    effects = read_table(PROCESSED / "effect_sizes.csv")
    effects = effects[effects["evidence"].isin(["endpoint", "change", "counts"])]
    outcomes = read_table(PROCESSED / "outcomes.csv")
    outcomes["evidence"] = outcomes["measure"].map({"continuous": "endpoint", "change": "change", "binary": "counts"})
    for side in ("1", "2"):
        names = {"arm_id": f"arm{side}_id"} | {cell: f"{cell}{side}" for cell in CELLS}
        columns = ["trial_id", "evidence", *KEY, *names.values()]
        arms = outcomes.rename(columns=names)[columns]
        keys = ["trial_id", "evidence", f"arm{side}_id", *KEY]
        effects = effects.drop(columns=f"n{side}").merge(arms, on=keys, how="left", validate="many_to_one")
    return effects


@pytest.fixture(scope="module")
def metafor(rscript, arm_effects, tmp_path_factory) -> dict:
    pairs = tmp_path_factory.mktemp("metafor") / "pairs.csv"
    arm_effects.to_csv(pairs, index=False)
    script = Path(__file__).with_name("metafor_check.R")
    command = [rscript, str(script), str(PROCESSED / "synthesis_weights.csv"), str(pairs)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


FIELDS = ["estimate", "se", "tau2", "ci_low", "ci_high", "q", "i2", "p_value", "pi_low", "pi_high"]


def test_every_pooled_answer_agrees_with_metafor(metafor):
    answers = read_table(PROCESSED / "syntheses.csv").query("k >= 2").set_index("question_id")
    assert len(answers) > 60
    assert set(metafor["pooled"]) == set(answers.index)
    for question, expected in metafor["pooled"].items():
        fields = [name for name in FIELDS if answers.loc[question, "k"] >= 3 or not name.startswith("pi_")]
        found = answers.loc[question, fields].astype(float).to_dict()
        assert found == pytest.approx({name: expected[name] for name in fields}, rel=1e-6, abs=1e-8), question


def test_every_effect_of_arm_rows_agrees_with_escalc_in_size_and_direction(metafor, arm_effects):
    expected = pd.DataFrame(metafor["effects"]).set_index("effect_id")
    assert len(expected) == len(arm_effects) > 500
    outcomes = read_table(PROCESSED / "outcomes.csv").drop_duplicates(["trial_id", *KEY])
    lower = arm_effects.merge(outcomes[["trial_id", *KEY, "lower_is_better"]], on=["trial_id", *KEY], how="left")
    bad_event = arm_effects["outcome"].isin(["relapse", "onset", "dropout"]).to_numpy()
    turned = np.where(arm_effects["evidence"].eq("counts"), bad_event, lower["lower_is_better"].eq(True))
    sign = np.where(turned, -1.0, 1.0)
    reference = expected.loc[arm_effects["effect_id"]]
    np.testing.assert_allclose(arm_effects["yi"], sign * reference["yi"], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(arm_effects["vi"], reference["vi"], rtol=1e-8)
