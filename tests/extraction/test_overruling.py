"""Overrides that name nothing, say what their subject cannot be, or hold no inputs."""

from dataclasses import replace

import pandas as pd
import pytest

from ipt_evidence.extraction.checks.overruling import (
    overrides_hold_their_inputs,
    overrides_keep_to_their_words,
    overrides_name_their_subject,
)

SOUND = {
    "override_id": "one", "subject": "risk_of_bias", "question_id": pd.NA, "trial_id": "alpha2001", "domain": "overall",
    "judgement": "low", "assessor": "A. Reader", "date": "2027-01-31", "reason": "protocol read",
    "inputs_seen": '{"randomisation": "low"}',
}  # fmt: skip
CERTAINTY = {"subject": "certainty", "question_id": "q", "trial_id": pd.NA, "domain": "imprecision", "judgement": "-1"}


@pytest.fixture
def found(sound_draft):
    """Run all checks on one override, sound but for some cells; return place and message of what they find."""

    def find(**cells):
        dtypes = sound_draft.tables.frames["overrides"].dtypes.to_dict()
        frame = pd.DataFrame([SOUND | cells], index=[2]).astype(dtypes)
        frames = sound_draft.tables.frames | {"overrides": frame}
        draft = replace(sound_draft, tables=replace(sound_draft.tables, frames=frames))
        checks = (overrides_name_their_subject, overrides_keep_to_their_words, overrides_hold_their_inputs)
        return [(one.column, f"{one.rule}. {one.remedy}") for check in checks for one in check(draft)]

    return find


@pytest.mark.parametrize("cells", [{}, CERTAINTY, {"domain": "deviations", "inputs_seen": "{}"}])
def test_sound_overrides_pass(found, cells):
    assert found(**cells) == []


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"trial_id": pd.NA}, "trial_id",
         "must be filled where subject is risk_of_bias. Name what is overruled, or correct the subject"),
        ({"question_id": "q"}, "question_id",
         "must be empty where subject is risk_of_bias. Empty the cell, or correct the subject"),
        (CERTAINTY | {"question_id": pd.NA}, "question_id",
         "must be filled where subject is certainty. Name what is overruled, or correct the subject"),
        ({"domain": "imprecision"}, "domain",
         "must be one of randomisation, deviations, missing_data, measurement, reporting, overall "
         "where subject is risk_of_bias. Correct it, or the subject"),
        (CERTAINTY | {"judgement": "low"}, "judgement",
         "must be one of 0, -1, -2, -3 where subject is certainty. Correct it, or the subject"),
        ({"inputs_seen": "randomisation: low"}, "inputs_seen",
         'must be a JSON object, {"name": value, ...}. '
         "Copy them from `ipt-evidence show` or, for risk of bias, from trial_risk.csv"),
        ({"inputs_seen": '["low"]'}, "inputs_seen",
         'must be a JSON object, {"name": value, ...}. '
         "Copy them from `ipt-evidence show` or, for risk of bias, from trial_risk.csv"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(found, cells, column, message):
    assert found(**cells) == [(column, message)]


def test_an_override_of_a_question_that_nobody_asks_is_refused(mini):
    path = mini.folder / "raw/overrides.csv"
    row = 'odd,certainty,severety,,imprecision,-1,A. Panel,2027-01-31,because,"{""k"": 1}"\n'
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    (problem,) = mini.problems()
    assert problem.startswith("raw/overrides.csv:2: ")
    assert "question_id = 'severety': must be a question of the plan. Correct it, or remove the override" in problem
