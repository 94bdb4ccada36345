"""ipt-evidence watch: a new search against what the review holds."""

import re
from collections import Counter
from pathlib import Path
from shlex import quote
from typing import Annotated

import pandas as pd
import typer

from ipt_evidence.cli.terminal import RAW, Terminal, first_of, rows, stop
from ipt_evidence.exchange import READERS, Imported
from ipt_evidence.exchange.imported import write_files
from ipt_evidence.exchange.kinds import kind_of
from ipt_evidence.exchange.logging_searches import FILE as LOG
from ipt_evidence.exchange.logging_searches import logged
from ipt_evidence.exchange.watching import watch as watched
from ipt_evidence.exchange.watching import watch_table
from ipt_evidence.extraction.breaches import counted
from ipt_evidence.extraction.schemas.sources import DAY, DAY_RULE
from ipt_evidence.files import table_text
from ipt_evidence.words.numbers import plural

REFERENCES = ("ris", "nbib", "bibtex", "csl", "pubmed", "endnote", "crossref", "openalex", "references")
"""Kinds of files that hold references."""

MEANINGS = {
    "retracted": "of the review; a source says it was withdrawn, its trial is not marked so",
    "new": "nothing of the review matches",
    "companion": "another report of a registered trial of the review",
    "perhaps_known": "nearly the title of a work of the review, by the same first author",
    "known": "of the review",
    "left_out": "among the excluded reports",
    "repeated": "came before in this search",
}
"""Statuses, what asks for a person first."""

TO_LOOK_AT = ("retracted", "companion", "perhaps_known", "new")
SHOWN = 20


def watch(
    files: Annotated[list[Path], typer.Argument(help=f"Results of a search: {', '.join(REFERENCES)}.")],
    raw: Annotated[Path, typer.Option(help="Raw tables of the review.")] = RAW,
    out: Annotated[Path, typer.Option(help="Table to write, one row a record.")] = Path("watch.csv"),
    force: Annotated[bool, typer.Option("--force", help="Replace the table if it is there.")] = False,
    log: Annotated[
        str,
        typer.Option(
            metavar="SOURCE",
            help="Enter the records into the screening log, as found in SOURCE, such as PubMed.",
            show_default=False,
        ),
    ] = "",
    searched: Annotated[
        str, typer.Option(metavar="DAY", help="Day of the search, for the log: 2026-05-31.", show_default=False)
    ] = "",
) -> None:
    """Hold the records of FILES against the review: new, known, left out, companions, retracted since."""
    if out.exists() and not force:
        stop(f"{out}: the file is there already; choose another one with --out, or replace it with --force")
    if searched and not re.fullmatch(DAY, searched):
        stop(f"--searched {searched}: {DAY_RULE}")
    imports = [_read(file) for file in files]
    found = watched(imports, raw)
    entered = logged(found, raw, log, searched) if log else None
    added = {raw / LOG: entered.text} if entered and entered.text else {}
    written = write_files({out: table_text(watch_table(found)), **added}, "Choose another place with --out or --raw")
    console = Terminal()
    numbers = Counter[str](each.status for each in found)
    table = pd.DataFrame(
        [(name, str(numbers[name]), meaning) for name, meaning in MEANINGS.items()],
        columns=["status", "records", "meaning"],
    )
    console.print(rows(f"{counted(len(found), 'record')} in {counted(len(files), 'file')}", table))
    for imported in imports:
        if imported.left:
            command = f"ipt-evidence import {quote(imported.file)}"
            console.say(f"{imported.file}: not all could be read; `{command}` says what and why")
    listed = [each for status in TO_LOOK_AT for each in found if each.status == status]
    cells = [(each.status, each.title, str(each.year), each.match, each.reason) for each in listed[:SHOWN]]
    if cells:
        heads = ["status", "title", "year", "matches", "by"]
        console.print(rows(f"To be looked at{first_of(SHOWN, listed)}", pd.DataFrame(cells, columns=heads)))
    if entered:
        console.say(
            f"Screening log: {counted(entered.new, 'record')} entered, {entered.duplicates} of them "
            f"{plural(entered.duplicates, 'a duplicate', 'duplicates')}; {entered.there} there already."
        )
    console.say(f"Written: {', '.join(path.as_posix() for path in written)}")


def _read(file: Path) -> Imported:
    kind = kind_of(file)
    if kind not in REFERENCES:
        stop(f"{file}: this is no file of references; give one of {', '.join(REFERENCES)}")
    return READERS[kind](file)
