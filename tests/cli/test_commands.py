"""The command line, as a person at a terminal meets it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.files import read_table
from ipt_evidence.synthesis import pool

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ipt_evidence(monkeypatch):
    """Run a command in the repository and hand back what it printed."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_pool_prints_what_the_function_returns(ipt_evidence, tmp_path):
    (tmp_path / "effects.csv").write_text("yi,vi\n0.2,0.1\n0.5,0.05\n0.9,0.2\n", encoding="utf-8")
    result = ipt_evidence("pool", tmp_path / "effects.csv", "--method", "DL")
    expected = pool([0.2, 0.5, 0.9], [0.1, 0.05, 0.2], method="DL")
    assert result.exit_code == 0
    assert f"{expected.estimate:.3g}" in result.stdout


REFUSED = [
    ("a,b\n1,2\n", "the columns yi, vi are missing; it has a, b"),
    ("yi,vi\n0.2,0\n0.3,0.1\n", "positions [0] are 0"),
    ("yi,vi\n0.2,0.1\n", "at least 2"),
    ("yi,vi\nx,0.1\n0.2,0.1\n", "the column yi must hold numbers"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_pool_says_what_is_wrong_with_a_file(ipt_evidence, tmp_path, text, message):
    (tmp_path / "effects.csv").write_text(text, encoding="utf-8")
    result = ipt_evidence("pool", tmp_path / "effects.csv")
    assert result.exit_code == 1
    assert message in result.stderr
    assert "effects.csv" in result.stderr


def test_a_file_that_is_not_there_is_named(ipt_evidence, tmp_path):
    result = ipt_evidence("pool", tmp_path / "none.csv")
    assert (result.exit_code, "there is no such file" in result.stderr) == (1, True)


SHOWN = (
    "1. Effects", "2. One effect per trial", "3. Pooled effect", "4. Certainty", "5. Label", "agras2000",
    "single_trial", "inputs of imprecision: {", "comparator_better",
)  # fmt: skip


def test_show_prints_the_way_from_effects_to_label(ipt_evidence):
    result = ipt_evidence("show", "bulimia_nervosa_ipt_v_cbt_symptom_severity_post")
    assert result.exit_code == 0
    assert [part for part in SHOWN if part not in result.stdout] == []
    assert "6. Robustness" not in result.stdout


def test_show_prints_how_the_label_stands_and_inputs_that_an_override_can_copy(ipt_evidence):
    result = ipt_evidence("show", "perinatal_depression_ipt_v_control_symptom_severity_post")
    assert "6. Robustness of the label" in result.stdout
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("inputs of risk_of_bias: ")]
    table = read_table(ROOT / "data" / "processed" / "certainty.csv").set_index(["question_id", "domain"])
    stored = table.loc[("perinatal_depression_ipt_v_control_symptom_severity_post", "risk_of_bias"), "inputs"]
    assert json.loads(line.removeprefix("inputs of risk_of_bias: ")) == json.loads(stored)


def test_show_of_a_gap_ends_with_its_label(ipt_evidence):
    result = ipt_evidence("show", "specific_phobia_ipt_v_control_symptom_severity_post")
    assert (result.exit_code, "no_trials" in result.stdout) == (0, True)


def test_show_helps_with_a_question_it_does_not_know(ipt_evidence):
    result = ipt_evidence("show", "bulimia")
    assert result.exit_code == 1
    assert "did you mean bulimia_nervosa_ipt_v_cbt" in result.stderr
