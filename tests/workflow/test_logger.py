"""What a run says: each job once, the reason of a failure and what to do, and nothing of Snakemake's own affairs."""

import csv
import logging
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_review import STAGES, LogHandler
from snakemake_logger_plugin_review.closing import FOUND, closing, contents, look_before
from snakemake_logger_plugin_review.pace import Pace

ROOT = Path(__file__).parents[2]
LOG = "1 problem in 1 file; nothing was written.\narms.csv:2: [bold]x[/bold]\n"


@pytest.fixture
def handler(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = dict.fromkeys(("quiet", "dryrun", "verbose", "debug_dag", "printshellcmds", "show_failed_logs"))
    return LogHandler(SimpleNamespace(**settings, nocolor=True, stdout=True), None)


def said(handler, message="", level=logging.INFO, **fields):
    handler.emit(logging.makeLogRecord({"msg": message, "levelno": level, **fields}))


def run_of_two(handler):
    said(handler, "Building DAG of jobs...")
    said(handler, event=LogEvent.RUN_INFO, stats={"total": 2, "check": 1, "pool": 1})
    said(handler, "Execute 1 jobs...")
    said(handler, event=LogEvent.JOB_INFO, jobid=1, rule_name="check", rule_msg="Check the tables")
    said(handler, event=LogEvent.PROGRESS, done=1, total=2)
    said(handler, event=LogEvent.JOB_INFO, jobid=2, rule_name="pool", rule_msg="Pool [all]")


def test_each_job_is_one_line_and_the_end_says_how_many(handler, capsys):
    run_of_two(handler)
    said(handler, event=LogEvent.PROGRESS, done=2, total=2)
    handler.close()
    handler.close()
    assert capsys.readouterr().out == "[1 of 2] Check the tables\n[2 of 2] Pool [all]\n2 jobs done in 0 s.\n"


def test_what_a_job_makes_again_as_it_was_has_not_changed(handler, capsys, tmp_path):
    table = tmp_path / "data/processed/ratings.csv"
    table.parent.mkdir(parents=True)
    table.write_text("made", encoding="utf-8")
    look_before()
    table.unlink()  # by Snakemake, while the run is still told of
    run_of_two(handler)
    table.write_text("made", encoding="utf-8")
    handler.close()
    FOUND.clear()
    assert capsys.readouterr().out.endswith("Of the tables, 1 file, none changed.\n")


def test_a_failure_says_what_failed_why_and_what_to_do_and_lists_no_inputs(handler, capsys, tmp_path):
    log = tmp_path / "pool.log"
    log.write_text(LOG, encoding="utf-8")
    run_of_two(handler)
    said(handler, "RuleException: CalledProcessError", logging.ERROR, event=LogEvent.ERROR)
    inputs = [f"input{number}.csv" for number in range(300)]
    said(
        handler, "Error in rule pool", logging.ERROR, event=LogEvent.JOB_ERROR, jobid=2, rule_name="pool",
        log=[str(log)], input=inputs,
    )  # fmt: skip
    said(handler, "At least one job did not complete successfully.", logging.ERROR, event=LogEvent.ERROR)
    handler.close()
    assert capsys.readouterr().out.splitlines()[2:] == [
        "Failed: Pool [all] (rule pool)",
        "  1 problem in 1 file; nothing was written.",
        "  arms.csv:2: [bold]x[/bold]",
        f"To do: mend it (the log is {log}) and run again; what is finished is kept.",
    ]


def test_a_fault_of_the_program_is_not_laid_at_the_door_of_the_data(handler, capsys, tmp_path):
    run_of_two(handler)
    (tmp_path / "pool.log").write_text("", encoding="utf-8")
    said(
        handler, "Error", logging.ERROR, event=LogEvent.JOB_ERROR, jobid=2, rule_name="pool",
        log=[str(tmp_path / "pool.log")],
    )  # fmt: skip
    handler.close()
    assert capsys.readouterr().out.endswith(
        "  It was ended before it could say why: by the system, as when memory runs out, or by a fault of the "
        "program;\n  then what it printed is above.\n"
        "To do: if nothing is above, close other programs and run again; else report it with those lines. "
        "What is finished is kept.\n"
    )


def test_a_traceback_in_the_log_becomes_its_last_line(handler, capsys, tmp_path):
    run_of_two(handler)
    log = tmp_path / "pool.log"
    log.write_text('Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: 3\n', encoding="utf-8")
    said(
        handler, "Error", logging.ERROR, event=LogEvent.JOB_ERROR, jobid=2, rule_name="pool", log=[str(log)],
    )  # fmt: skip
    handler.close()
    assert capsys.readouterr().out.splitlines()[2:] == [
        "Failed: Pool [all] (rule pool)",
        "  The program failed, not the data: KeyError: 3",
        f"To do: report it with {log}. What is finished is kept.",
    ]


@pytest.mark.parametrize(
    ("kind", "message", "sentence", "to_do"),
    [
        ("MissingRuleException", "MissingRuleException:\nNo rule to produce docments (if you use input functions ...).",
         "No rule to produce docments", "correct the name"),
        ("MissingInputException",
         'MissingInputException in rule site in file "/x/reporting.smk", line 7:\nMissing input files for rule site:\n'
         "    output: reports/index.html, reports/flow.html\n    affected files:\n        data/raw/guides.yaml",
         "There is no data/raw/guides.yaml", "put it back"),
        ("LockException", "LockException:\nError: Directory cannot be locked. Please make sure ...",
         "Another run is at work in this folder, or one was killed here", "if no other run is at work"),
        ("WorkflowError", 'WorkflowError in file "/x/Snakefile", line 12:\nconfig.yaml:3: is not YAML. Mend it.',
         "config.yaml:3: is not YAML. Mend it.", "mend it and run again"),
        ("NameError", 'NameError in file "/x/common.smk", line 3:\nname \'x\' is not defined\n  File "/x", line 3',
         "name 'x' is not defined", "report it; the program failed, not the data"),
    ],
)  # fmt: skip
def test_an_error_before_any_job_says_what_why_and_what_to_do(handler, capsys, kind, message, sentence, to_do):
    said(handler, message, logging.ERROR, event=LogEvent.ERROR, exception=kind)
    handler.close()
    what, why, then = capsys.readouterr().out.splitlines()
    assert (what, why) == ("Failed: the run did not begin", f"  {sentence}")
    assert then.startswith(f"To do: {to_do}")


def test_remarks_stand_at_the_end_and_what_was_put_back_is_not_one(handler, capsys):
    run_of_two(handler)
    said(handler, "Made from other tables.", logging.WARNING)
    said(handler, "Restored previous version of reports/index.html", logging.WARNING)
    said(handler, event=LogEvent.PROGRESS, done=2, total=2)
    handler.close()
    assert capsys.readouterr().out.splitlines()[2:] == ["Made from other tables.", "2 jobs done in 0 s."]


def test_on_a_terminal_one_bar_names_the_stage_the_jobs_done_and_the_time_left(handler, capsys):
    handler.console = Console(force_terminal=True, width=200, highlight=False)
    run_of_two(handler)
    said(handler, event=LogEvent.JOB_FINISHED, job_id=1)
    handler.bar.refresh()
    shown = capsys.readouterr().out
    assert "reporting" in shown
    assert "1 of 2 jobs" in shown
    assert "about 0:00 left" in shown
    assert "Pool [all]" in shown
    handler.close()
    assert capsys.readouterr().out.endswith("1 job done in 0 s.\n")


@pytest.mark.parametrize("width", [38, 40, 63, 64, 80, 99, 100, 140])
def test_the_line_is_as_wide_as_the_terminal_and_only_the_task_is_cut(handler, capsys, width):
    handler.console = Console(force_terminal=True, width=width, highlight=False, color_system=None)
    handler.pace.left = lambda done, total: 754.0
    said(handler, event=LogEvent.RUN_INFO, stats={"total": 123})
    task = "Answer the questions on depression of any kind, at any age [all]"
    job = {"rule_msg": task, "rule_name": "check_evidence", "local": False}
    said(handler, event=LogEvent.JOB_INFO, jobid=1, **job)
    said(handler, event=LogEvent.PROGRESS, done=102, total=123)
    handler.bar.refresh()
    line = re.split(r"\x1b\[2K|\n", capsys.readouterr().out)[-1]
    assert len(line) <= width
    kept = re.search(r"extraction +(?:[━╸╺ ]+)?102 of 123(?: jobs)?(?: 0:00:00)? about 12:34 left(.*)$", line)
    assert kept
    assert kept.group(1).strip().removesuffix("…") in task
    handler.close()


def test_a_run_that_was_stopped_says_so_once_and_counts_nothing_as_made(handler, capsys):
    run_of_two(handler)
    for text in (
        "Will exit after finishing currently running jobs (scheduler).",
        "Terminating processes on user request",
    ):
        said(handler, text)
    said(handler, "At least one job did not complete successfully.", logging.ERROR, exception="WorkflowError")
    handler.close()
    assert capsys.readouterr().out.splitlines()[2:] == [
        "Stopping when the jobs at work are done; Ctrl-C again does not wait for them.",
        "Stopped before the end. What is finished is kept; run again to go on.",
    ]


def test_every_rule_has_its_stage():
    rules = {}
    for file in (ROOT / "workflow/rules").glob("*.smk"):
        for name in re.findall(r"^(?:rule|checkpoint) (\w+):", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
            rules[name] = file.stem
    assert {name: STAGES.get(name, "reporting") for name in rules} == rules
    assert STAGES.keys() <= rules.keys()


def test_the_time_left_goes_by_what_each_job_took_in_the_run_before(tmp_path, monkeypatch):
    clock = iter(range(1000))
    monkeypatch.setattr("snakemake_logger_plugin_review.pace.time.monotonic", lambda: next(clock) * 10.0)
    first = Pace(tmp_path / "pace.json")
    first.plan({"total": 3, "check": 1, "pool": 2})
    assert first.left(0, 3) is None
    for job, rule in enumerate(("check", "pool", "pool")):
        first.start(job, rule)
        first.finish(job)
    assert first.left(2, 4) == 80  # begun at 0, now 80: as long again for the other half
    first.keep()
    second = Pace(tmp_path / "pace.json")
    second.plan({"total": 5, "check": 1, "pool": 4})
    assert second.left(0, 5) == 50.0
    second.start(1, "pool")
    second.finish(1)
    assert second.left(1, 5) == 40.0


@pytest.mark.parametrize("kept", ["", "[]", '{"seconds": 1}', '{"seconds": {"a": "x"}, "overlap": 1}'])
def test_a_record_of_the_pace_that_cannot_be_read_counts_for_nothing(tmp_path, kept):
    (tmp_path / "pace.json").write_text(kept, encoding="utf-8")
    pace = Pace(tmp_path / "pace.json")
    pace.plan({"a": 5})
    assert pace.left(0, 5) is None


def test_the_end_says_what_is_new_what_changed_and_what_needs_a_person(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert list(closing(contents())) == []
    for name in ("reports/index.html", "reports/a/b.html", "reports/a/c.html", "reports/a/d.html", "reports/z.html",
                 "data/processed/findings.csv", "data/processed/claims.csv"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old", encoding="utf-8")
    before = contents()
    assert next(closing({})) == "Of the reports, 5 files, all are new."
    for name in ("index", "a/b", "a/c", "a/d"):
        (tmp_path / f"reports/{name}.html").write_text("new", encoding="utf-8")
    # Written again, or touched by Snakemake, with what it held: nothing has changed.
    os.utime(tmp_path / "reports/z.html", (2000, 2000))
    with (tmp_path / "data/processed/findings.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["level"], ["warning"], ["note"], ["warning"]])
    assert list(closing(before)) == [
        "Of the reports, 5 files, 4 changed: reports/index.html, reports/a/b.html, reports/a/c.html and 1 more.",
        "Of the tables, 2 files, 1 changed: data/processed/findings.csv.",
        "For a person: 2 warnings of the data checks (reports/checks.html).",
    ]
    assert list(closing(contents()))[1] == "Of the tables, 2 files, none changed."
