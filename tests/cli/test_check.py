"""ipt-evidence check, as a person at a terminal and a program meet it."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app

ROOT = Path(__file__).parents[2]
FIELDS = {"level", "check", "file", "line", "key", "column", "value", "rule", "remedy", "trial_id", "doubts"}


@pytest.fixture
def check(monkeypatch):
    """Run the command in the repository and hand back what it printed."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *options: CliRunner().invoke(app, ["check", *map(str, options)])


@pytest.fixture
def raw(tmp_path):
    folder = shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    for path in folder.iterdir():
        path.chmod(0o644)
    return folder


def swap(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_sound_tables_end_with_the_counts_and_the_share_of_doubts(check):
    result = check()
    assert (result.exit_code, result.stderr) == (0, "")
    counts, share = result.stdout.splitlines()[-2:]
    assert "files checked: 0 errors, " in counts
    assert counts.endswith("not shown, see --level note.")
    assert share.startswith("Of ")
    assert share.endswith(("need a reader.", "needs a reader."))


def test_errors_go_to_stderr_all_at_once_and_fail(check, raw):
    swap(raw / "arms.csv", ",cbt,cbt,", ",cbt,cbd,")
    (raw / "trials.csv").unlink()
    result = check("--raw", raw)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "treatment = 'cbd'" in result.stderr
    assert f"{raw.as_posix()}/trials.csv: the file is missing" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_configuration_is_checked_with_the_tables(check, raw, tmp_path):
    config = shutil.copy(ROOT / "config" / "config.yaml", tmp_path)
    swap(Path(config), "rho: 0.6", "rho: .nan")
    swap(Path(config), "method: REML", "method: Reml")
    swap(raw / "arms.csv", ",cbt,cbt,", ",cbt,cbd,")
    result = check("--raw", raw, "--config", config)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (1, "3 problems in 2 files; nothing was written.")
    assert "synthesis.rho = 'nan': must be a finite number" in result.stderr
    assert "synthesis.method = 'Reml': must be one of REML" in result.stderr


def test_one_word_that_is_wrong_in_many_rows_is_said_once(check, raw):
    path = raw / "outcomes.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",EPDS,", ",EPDX,"), encoding="utf-8")
    result = check("--raw", raw)
    said = [line for line in result.stderr.splitlines() if "EPDX" in line]
    assert len(said) == 1
    rows = sum(",EPDX," in line for line in path.read_text(encoding="utf-8").splitlines())
    assert f"In {rows} rows: lines " in said[0]
    assert said[0].endswith(f" and {rows - 10} more.")


def test_beside_errors_the_rows_without_are_weighed_at_once(check, raw):
    swap(raw / "arms.csv", ",cbt,cbt,", ",cbt,cbd,")
    swap(raw / "outcomes.csv", ",continuous,33.27,5.96,", ",continuous,33.27,1.1,")
    result = check("--raw", raw)
    assert result.exit_code == 1
    assert "treatment = 'cbd'" in result.stderr
    shown = " ".join(result.stdout.split())
    assert shown.startswith("What looks odd in the rows without errors:")
    assert "sd = '1.1': far below the SD of the same arm at baseline, 5.6" in shown


def test_a_table_under_a_mistyped_name_is_refused_and_not_passed_over(check, raw):
    shutil.copy(raw / "overrides.csv", raw / "overides.csv")
    result = check("--raw", raw)
    assert result.exit_code == 1
    assert f"{raw.as_posix()}/overides.csv: no raw table has this name" in result.stderr
    assert "if its name is mistyped, did you mean overrides.csv?" in result.stderr


def test_a_warning_is_listed_under_its_file_with_level_line_row_and_remedy_and_does_not_fail(check, raw):
    swap(raw / "outcomes.csv", ",continuous,33.27,5.96,", ",continuous,33.27,1.1,")
    result = check("--raw", raw)
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    assert f"{raw.as_posix()}/outcomes.csv (1 finding) warning line " in shown
    assert "trial_id=bellino2010; arm_id=ipt_flu" in shown
    assert "sd = '1.1': far below the SD of the same arm at baseline, 5.6" in shown
    assert "Look it up; correct it if it is a standard error." in shown


def test_the_level_decides_what_is_shown(check):
    assert "note line" not in " ".join(check("--level", "warning").stdout.split())
    assert "note line" in " ".join(check("--level", "note").stdout.split())
    assert " line " not in check("--level", "error").stdout


def test_the_doubts_are_listed_with_the_checks_that_find_them(check):
    shown = " ".join(check("--doubts").stdout.split())
    assert "Known doubts, and which check points at them" in shown
    assert "lenze2017_sd_is_se" in shown
    assert "sd_reads_as_standard_error" in shown


def test_json_is_one_document_with_everything(check):
    result = check("--json", "--level", "error")
    document = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert set(document) == {"counts", "findings", "inputs", "doubts"}
    assert all(set(finding) == FIELDS for finding in document["findings"])
    assert sum(document["counts"].values()) == len(document["findings"])
    assert all(set(row) == {"file", "bytes", "sha256"} for row in document["inputs"])


def test_json_with_errors_fails_and_says_nothing_else(check, raw):
    swap(raw / "arms.csv", ",cbt,cbt,", ",cbt,cbd,")
    result = check("--raw", raw, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (1, "")
    assert document["counts"] == {"error": 1, "warning": 0, "note": 0}
    assert (document["findings"][0]["column"], document["findings"][0]["value"]) == ("treatment", "cbd")


def test_markup_in_the_data_is_printed_as_it_is(check, raw):
    swap(raw / "outcomes.csv", "DSM-IV recurrence with a score of 15 or more", "[red]recurrence[/red]")
    assert "criterion=[red]recurrence[/red]" in check("--raw", raw, "--level", "note").stdout
