"""ipt-evidence export: workbooks to fill in, and the forms of other programs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from ipt_evidence.cli.exporting import add_formats
from ipt_evidence.cli.terminal import RAW, VOCABULARY, Terminal
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.words.numbers import counted

export = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Write a workbook to fill in, or a question or condition in the form of another program.",
)

File = Annotated[Path, typer.Argument(help="Workbook to write; its name ends in .xlsx.")]
Words = Annotated[Path, typer.Option(help="Folder with the vocabulary.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")]


@export.command()
def template(file: File, vocabulary: Words = VOCABULARY, force: Force = False) -> None:
    """Write an empty workbook: a sheet per table, a comment on each column, drop-downs."""
    _write({}, file, vocabulary, force=force)
    Terminal().say(f"{file}: an empty workbook; its first sheet says how to fill it.")


@export.command()
def tables(
    file: File,
    raw: Annotated[Path, typer.Option(help="Folder with the raw tables.")] = RAW,
    vocabulary: Words = VOCABULARY,
    force: Force = False,
) -> None:
    """Write the raw tables and the references of the trials as a workbook, every cell as it is typed."""
    from ipt_evidence.exchange.workbook.references import REFERENCES, reference_rows
    from ipt_evidence.extraction.schemas import RAW_TABLES
    from ipt_evidence.extraction.tables import read_all

    cells = read_all(raw, RAW_TABLES)
    if breaches := [breach for read in cells.values() for breach in read.breaches]:
        raise ExtractionError(breaches)
    references, others = reference_rows(raw)
    frames = {name: read.frame for name, read in cells.items()}
    _write({**frames, REFERENCES.name: references}, file, vocabulary, force=force)
    rows = sum(map(len, frames.values()))
    said = f"{counted(len(frames), 'table')} with {counted(rows, 'row')}, {counted(len(references), 'reference')}"
    left = f" Fields of references.bib without a column stay there alone: {', '.join(others)}." if others else ""
    Terminal().say(f"{file}: {said}.{left}")


def _write(frames: Mapping[str, pd.DataFrame], file: Path, vocabulary: Path, *, force: bool) -> None:
    from ipt_evidence.exchange.workbook import write_workbook

    write_workbook(frames, load_vocabulary(vocabulary), file, force=force)


add_formats(export)
