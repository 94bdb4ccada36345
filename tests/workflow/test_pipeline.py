"""The workflow as its users meet it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def snakemake(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    # A copy of the project runs its own program with our libraries.
    env = os.environ | {"PYTHONPATH": str(cwd / "src")}
    return subprocess.run(["snakemake", *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False)


def test_a_second_run_has_nothing_to_do():
    run = snakemake("--dry-run")
    assert "Nothing to be done" in run.stdout + run.stderr


COUNTS_READS = """
import sys
from collections import Counter
from snakemake.cli import main

read = Counter()
NOTES = "/.snakemake/metadata/"
sys.addaudithook(lambda event, given: event == "open" and NOTES in str(given[0]) and read.update([given[0]]))
try:
    main(["--dry-run", "--quiet", "all"])
finally:
    print("\\n", sys.modules.get("pandas"), len(read), read.total())
"""


def test_what_was_noted_on_a_file_is_read_once_and_no_tables_are_loaded():
    run = subprocess.run([sys.executable, "-c", COUNTS_READS], cwd=ROOT, capture_output=True, text=True, check=False)
    tables, files, reads = run.stdout.split()[-3:]
    assert tables == "None", run.stderr
    assert int(files) == int(reads) > 128


def test_a_new_title_changes_the_reports_alone(tmp_path):
    (tmp_path / "title.yaml").write_text("review: {title: Another title}\n", encoding="utf-8")
    run = snakemake("--dry-run", "--configfile", str(tmp_path / "title.yaml"))
    jobs = re.findall(r"^Job \d+: (.*)$", run.stdout + run.stderr, flags=re.MULTILINE)
    assert sorted(jobs) == [
        "Say what changed since the last release",
        "Say what was tried on this state of the review",
        "Write the data for machines",
        "Write the pages and the texts for guides",
    ]


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
    for name in ("config", "workflow", "profiles", "notebooks", "requirements", "src"):
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
    outcomes.write_text(text, encoding="utf-8")
    printed = run.stdout + run.stderr
    assert run.returncode == 1
    assert "events = '131'" in printed
    assert "arm_id = 'cpt'" in printed
    assert "Traceback" not in printed
    assert (copy / "reports" / "index.html").read_text(encoding="utf-8") == "the report from before"
    assert not (copy / "data" / "processed").exists() or not list((copy / "data" / "processed").glob("*.csv"))


def test_a_misspelt_setting_is_refused_before_anything_runs(copy):
    config = copy / "config" / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("interval: adhoc", "intervall: adhoc"), encoding="utf-8")
    run = snakemake(cwd=copy)
    config.write_text(text, encoding="utf-8")
    assert run.returncode == 1
    assert "intervall" in run.stderr


ANALYSIS = ("data/processed/claims.csv", "data/processed/gaps.csv")
"""Tables at the end of everything before the reports."""


@pytest.fixture(scope="module")
def small(tmp_path_factory, mini_folder) -> Path:
    """A project on the mini evidence base, with two families of conditions, as its first run left it."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("config", "workflow", "profiles", "notebooks", "requirements", "src"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(mini_folder.raw, folder / "data" / "raw")
    shutil.copytree(mini_folder.vocabulary, folder / "config" / "vocabulary", dirs_exist_ok=True)
    for file in (ROOT / "Snakefile", mini_folder.questions):
        shutil.copy(file, folder / "config" if file.suffix else folder)
    for file in (folder / "config").glob("moderator*.csv"):  # their words are those of the real vocabulary
        file.unlink()
    assert snakemake("--cores", "2", *ANALYSIS, cwd=folder).returncode == 0
    return folder


def stamps(folder: Path) -> dict[str, int]:
    processed = folder / "data" / "processed"
    return {
        path.relative_to(processed).as_posix(): path.stat().st_mtime_ns
        for path in processed.rglob("*")
        if path.is_file()
    }


def exchange(folder: Path, old: str, new: str) -> None:
    outcomes = folder / "data" / "raw" / "outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    assert old in text
    outcomes.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_changed_cell_is_followed_through_its_own_family_and_no_other(small):
    before = stamps(small)
    exchange(small, "post,12,continuous,40,", "post,12,continuous,41,")
    assert snakemake("--cores", "2", *ANALYSIS, cwd=small).returncode == 0
    after = stamps(small)
    made = {name.split("/")[1] for name, stamp in after.items() if name.count("/") == 2 and before[name] != stamp}
    assert made == {"ptsd"}
    assert after["ratings.csv"] != before["ratings.csv"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/raw/outcomes.csv", "post,12,continuous,4", "post,12,continuous,9"),
        ("config/vocabulary/outcomes.csv", "symptom_severity,", "symptom_severity,Other "),
    ],
)
def test_an_older_copy_that_is_put_back_with_its_time_is_seen(small, file, old, new):
    path, ours = small / file, (small / file).read_text(encoding="utf-8")
    time = path.stat().st_mtime_ns - 10**9
    path.write_text(ours.replace(old, new, 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != ours
    os.utime(path, ns=(time, time))
    changed = snakemake("--dry-run", *ANALYSIS, cwd=small)
    path.write_text(ours, encoding="utf-8")
    same = snakemake("--dry-run", *ANALYSIS, cwd=small)
    assert "Check every raw table" in changed.stdout + changed.stderr
    assert "Nothing to be done" in same.stdout + same.stderr


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "data/processed" / name).read_bytes() for name in stamps(folder)}


def test_a_table_edited_by_hand_is_no_answer_and_one_taken_away_comes_back(small):
    made = contents(small)
    answers, slices = (f"data/processed/{name}" for name in ("answers/ptsd/syntheses.csv", "studies/ptsd.json"))
    lines = (small / answers).read_text(encoding="utf-8").splitlines(keepends=True)
    (small / answers).write_text("".join([*lines, lines[-1].replace("ptsd", "mine", 1)]), encoding="utf-8")
    (small / slices).unlink()
    run = snakemake("--cores", "2", *ANALYSIS, cwd=small)
    assert f"Missing, or not as the job that makes it left it, and so to be made anew: {answers}, {slices}." in (
        run.stdout + run.stderr
    )
    assert contents(small) == made


def test_jobs_that_run_again_and_make_the_same_have_changed_nothing(small):
    run = snakemake("--cores", "2", "--forcerun", "rate_questions", "--", *ANALYSIS, cwd=small)
    assert re.search(r"^Of the tables, \d+ files, none changed\.$", run.stderr, flags=re.MULTILINE), run.stderr


def test_a_table_that_fails_its_checks_leaves_everything_as_it_was_until_it_is_mended(small):
    before = stamps(small)
    exchange(small, "beta2002,ipt,", "beta2002,itp,")
    runs = [snakemake("--cores", "2", *ANALYSIS, cwd=small) for _ in range(2)]
    exchange(small, "beta2002,itp,", "beta2002,ipt,")
    assert [run.returncode for run in runs] == [1, 1]
    assert all("arm_id = 'itp'" in run.stdout + run.stderr for run in runs)
    assert stamps(small) == before
