"""The workflow as its users meet it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def snakemake(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    return subprocess.run(["snakemake", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_a_second_run_has_nothing_to_do():
    run = snakemake("--dry-run")
    assert "Nothing to be done" in run.stdout + run.stderr


def test_a_new_title_changes_the_site_alone(tmp_path):
    (tmp_path / "title.yaml").write_text("review: {title: Another title}\n", encoding="utf-8")
    run = snakemake("--dry-run", "--configfile", str(tmp_path / "title.yaml"))
    jobs = re.findall(r"^Job \d+: (.*)$", run.stdout + run.stderr, flags=re.MULTILINE)
    assert jobs == ["Write the pages, the texts for guides and the data for machines"]


def test_lint_finds_nothing_but_the_missing_environment_per_rule():
    remarks = [line for line in snakemake("--lint").stderr.splitlines() if line.lstrip().startswith("* ")]
    assert {remark.strip() for remark in remarks} == {"* Specify a conda environment or container for each rule.:"}


def test_scripts_are_thin():
    for script in (ROOT / "workflow" / "scripts").glob("*.py"):
        lines = script.read_text(encoding="utf-8").splitlines()
        code = [
            line
            for line in lines
            if line.strip() and not line.startswith(("import", "from", '"""', "if TYPE", "    from"))
        ]
        assert len(code) <= 20, script.name


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A project of its own, with the reports of an earlier run."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("config", "workflow", "profiles", "notebooks", "src"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data" / "raw", folder / "data" / "raw")
    shutil.copy(ROOT / "Snakefile", folder)
    (folder / "reports").mkdir()
    (folder / "reports" / "index.html").write_text("the report from before", encoding="utf-8")
    return folder


def test_bad_data_stops_the_run_with_every_message_and_leaves_the_reports_alone(copy):
    outcomes = copy / "data" / "raw" / "outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(
        text.replace(",31,110,", ",131,110,", 1).replace("agras2000,cbt,", "agras2000,cpt,", 1), encoding="utf-8"
    )
    run = snakemake(cwd=copy)
    again = snakemake(cwd=copy)
    outcomes.write_text(text, encoding="utf-8")
    printed = run.stdout + run.stderr
    assert (run.returncode, again.returncode) == (1, 1)
    assert "events = '131'" in printed
    assert "arm_id = 'cpt'" in printed
    assert "Traceback" not in printed
    assert (copy / "reports" / "index.html").read_text(encoding="utf-8") == "the report from before"
    assert not (copy / "data" / "processed").exists() or not list((copy / "data" / "processed").glob("*.csv"))


def test_a_misspelt_setting_is_refused_before_anything_runs(copy):
    config = copy / "config" / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("interval: HKSJ", "intervall: HKSJ"), encoding="utf-8")
    run = snakemake(cwd=copy)
    config.write_text(text, encoding="utf-8")
    assert run.returncode == 1
    assert "intervall" in run.stderr
