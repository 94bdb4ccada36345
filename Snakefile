"""Evidence synthesis for one therapy: raw tables in, guide-ready reports out, for the review in the working directory."""

import os
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from ipt_evidence.dates import date_with_now
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.settings import read_settings, settings_breaches
from ipt_evidence.imports import of_other_folder
from ipt_evidence.messages import refusal
from ipt_evidence.replaced import (
    end_at_once,
    fork_jobs,
    know_outputs,
    load_no_tables,
    make_anew,
    measure_once,
    note_at_once,
    note_outputs,
    remember_checksums,
    remember_records,
    wait_once,
)
from ipt_evidence.turns import (
    end_with_jobs,
    hindrance,
    join_in,
    take_turn,
)
from snakemake_logger_plugin_review.closing import look_before

min_version("9.27")


if elsewhere := of_other_folder(Path(workflow.basedir)):
    raise WorkflowError(elsewhere)


try:
    read_settings(Path("config/config.yaml"))
except ExtractionError as unreadable:
    raise WorkflowError(str(unreadable)) from None


# Runs take turns; jobs, which read this file too, join in. The files stay locked as long as they are open.
try:
    TURN = (take_turn if workflow.is_main_process else join_in)(Path.cwd())
except OSError as problem:
    raise WorkflowError(refusal(problem))


if workflow.is_main_process and TURN:
    fork_jobs()  # first of all: it loads what jobs need while this process plans them
    end_at_once()


configfile: "config/config.yaml"


if wrong := settings_breaches(config, "config/config.yaml"):
    raise WorkflowError(str(ExtractionError(wrong)))

if workflow.is_main_process:
    end_with_jobs()
    load_no_tables()
    note_at_once()
    know_outputs()
    remember_records()
    remember_checksums()
    wait_once()
    measure_once()
    if TURN:
        LATE = date_with_now([Path(), Path(os.path.relpath(workflow.basedir))])


onstart:
    # Only a run that makes something: what is planned can be looked at meanwhile.
    if workflow.is_main_process:
        if why := hindrance(Path.cwd(), TURN):
            raise WorkflowError(why)
        look_before()


# In flow order: each file reads only what an earlier one wrote.
include: "workflow/rules/common.smk"
include: "workflow/rules/extraction.smk"
include: "workflow/rules/effects.smk"
include: "workflow/rules/synthesis.smk"
include: "workflow/rules/appraisal.smk"
include: "workflow/rules/reporting.smk"


rule all:
    default_target: True
    input:
        # One that was taken away is made again.
        rules.list_tables.input,
        rules.site.output,
        rules.evidence.output,
        rules.notebooks.output if NOTEBOOKS else [],
        rules.changes.output,
        rules.trust.output,


if workflow.is_main_process and TURN:
    note_outputs(lambda outputs: note(Path.cwd(), outputs[0], outputs))
    anew, said = to_make_anew(
        Path.cwd(), made_by_rules(), {*map(str, rules.documents.output)}
    )
    make_anew(anew)
    tell(*LATE, *said)


onsuccess:
    tell(*remove_leftovers(Path.cwd(), made_by_rules()), *mark_pages(Path.cwd()))
    tidy(Path.cwd(), made_by_rules())


onerror:
    tell(*mark_pages(Path.cwd()))
