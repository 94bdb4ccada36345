"""The command line, as a person at a terminal meets it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import COMMANDS, app
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
    ("study,OR,ci_low,ci_high\nA,2,1,4\nB,3,1,9\n", "the column or holds ratios: give their logarithm as yi"),
    ("a,b\n1,2\n", "the columns yi, vi are missing; it has a, b"),
    ("yi,vi\n0.2,0\n0.3,-0.1\n0.4,1\n", "line 2: vi is 0: the column vi must be above 0\n  line 3: vi is -0.1: the"),
    (
        "yi,se\n0.2,0.1\n0.3,-0.2\n",
        "1 cell cannot be used; nothing was pooled.\n  line 3: se is -0.2: the column se must be above 0",
    ),
    # Decimal commas among commas: the first cells would be 0 and 3.
    (
        "yi,vi\n0,3,0,04\n0,5,0,05\n",
        "line 2: it has 4 cells under 2 names, so they may have slipped: put what holds a comma",
    ),
    ("yi,vi\n1e400,1\n0.3,1\n", "line 2: yi is 1e400: too large for a number"),
    # 1.1 to 5.7 about 2.5 is an interval of a ratio; its middle is 3.4.
    ("estimate,lower,upper\n2.5,1.1,5.7\n0.3,-0.1,0.7\n", "line 2: 2.5 is not in the middle between 1.1 and 5.7"),
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


FILES = Path(__file__).parent / "files"
SPELLINGS = {
    "se": "yi,se\n0.2,0.3\n0.5,0.2\n0.9,0.4\n",
    "metafor": "yi,sei,vi\n0.2,0,0.09\n0.5,0,0.04\n0.9,0,0.16\n",
    "written": "SMD;SE(SMD)\n0,2;0,3\n0,5;0,2\n0,9;0,4\n",
    "meta": "TE\tseTE\n0.2\t0.3\n0.5\t0.2\n0.9\t0.4\n",
    "comma": "yi;vi\n0,2;0,09\n0,5;0,04\n0,9;0,16\n",
    "metafor limits": "yi\tci.lb\tci.ub\n0.2\t-0.387989\t0.787989\n0.5\t0.108007\t0.891993\n0.9\t0.116014\t1.683986\n",
    "words": "Hedges g,95% CI low,95% CI high\n0.2,−.387989,0.787989\n0.5,0.108007,0.891993\n0.9,0.116014,1.683986\n",
    "limits": "yi,ci_low,ci_high\n0.2,-0.387989,0.787989\n0.5,0.108007,0.891993\n0.9,0.116014,1.683986\n",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_pool_takes_variances_standard_errors_or_intervals(ipt_evidence, tmp_path, spelling):
    (tmp_path / "effects.csv").write_text(SPELLINGS[spelling], encoding="utf-8")
    expected = pool([0.2, 0.5, 0.9], [0.09, 0.04, 0.16], interval="adhoc")
    result = ipt_evidence("pool", tmp_path / "effects.csv")
    assert result.exit_code == 0, result.output
    for value in (expected.estimate, expected.ci_low, expected.ci_high):
        assert f"{value:.3g}" in result.stdout


def test_pool_reads_semicolons_and_names_the_row_it_leaves(ipt_evidence):
    assert (
        f"{pool([0.3, 0.5, 0.1], [0.04, 0.05, 0.03]).estimate:.3g}"
        in ipt_evidence("pool", FILES / "semicolons.csv").stdout
    )
    left = ipt_evidence("pool", FILES / "na_row.csv")
    assert left.exit_code == 0
    assert f"Left: line 3 of {FILES / 'na_row.csv'} has no yi and no vi." in left.stdout
    assert f"{pool([0.3, 0.1], [0.04, 0.03]).estimate:.3g}" in left.stdout


def test_pool_names_every_bad_cell_by_its_line(ipt_evidence, tmp_path):
    path = tmp_path / "effects.csv"
    path.write_text("yi,vi\nx,0.1\n0.2,\n0.3,0.2\n", encoding="utf-8")
    result = ipt_evidence("pool", path)
    assert (result.exit_code, result.stderr) == (
        1,
        f"{path}: 2 cells cannot be used; nothing was pooled.\n"
        "  line 2: yi is 'x': the column yi must hold numbers\n"
        "  line 3: vi is empty: the column vi must hold numbers\n",
    )
    path.write_text("yi,ci_low,ci_high\n0.5,0.6,0.9\n0.3,0.1,0.5\n", encoding="utf-8")
    assert "line 2: 0.5 does not lie between 0.6 and 0.9" in ipt_evidence("pool", path).stderr
    # Rounded to one digit, 0.25 (0.1 to 0.4) is 0.3 (0.1 to 0.4).
    path.write_text("yi,ci_low,ci_high\n0.3,0.1,0.4\n0.3,0.1,0.5\n", encoding="utf-8")
    assert ipt_evidence("pool", path).exit_code == 0


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


def test_a_command_waits_for_no_library_of_another():
    code = (
        "import sys; import ipt_evidence.cli; assert 'pandas' not in sys.modules; "
        "import ipt_evidence.cli.importing; assert not {'scipy', 'pandera'} & {*sys.modules}; "
        "import ipt_evidence.extraction.validation; assert 'hypothesis' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_help_lists_every_command_with_what_it_does(ipt_evidence):
    said = ipt_evidence("--help").output
    for name in COMMANDS:
        assert re.search(rf"^\W*{name} +[A-Z]", said, re.MULTILINE), name
