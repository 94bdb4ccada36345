"""ipt-evidence check: every problem of the raw tables, the references and the plan at once."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ipt_evidence.cli.terminal import QUESTIONS, RAW, VOCABULARY
from ipt_evidence.extraction import ExtractionError, check_inputs


def check(
    raw: Annotated[Path, typer.Option(help="Folder with the raw tables.")] = RAW,
    vocabulary: Annotated[Path, typer.Option(help="Folder with the vocabulary.")] = VOCABULARY,
    questions: Annotated[Path, typer.Option(help="The review plan.")] = QUESTIONS,
) -> None:
    """Check every raw table, the references and the plan; list all problems at once."""
    try:
        inputs = check_inputs(raw, vocabulary, questions)
    except ExtractionError as problem:
        print(problem, file=sys.stderr)
        raise typer.Exit(1) from None
    Console().print(f"{len(inputs)} files checked, no problem found.")
