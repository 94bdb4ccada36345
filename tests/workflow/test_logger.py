"""What a run says: each job once, the reason of a failure and what to do, and nothing of Snakemake's own affairs."""

import logging
from types import SimpleNamespace

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_review import LogHandler

LOG = "1 problem in 1 file; nothing was written.\narms.csv:2: [bold]x[/bold]\n"


@pytest.fixture
def handler():
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
    assert "The program failed, not the data: what it printed is above." in capsys.readouterr().out


def test_an_error_before_any_job_is_said_as_it_is(handler, capsys):
    said(handler, "WorkflowError: no such rule", logging.ERROR, event=LogEvent.ERROR)
    handler.close()
    assert capsys.readouterr().out == "WorkflowError: no such rule\n"
