"""ipt-evidence merge: checked raw tables of another folder into those of the review."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from ipt_evidence.cli.terminal import (
    CONFIG,
    QUESTIONS,
    RAW,
    STRENGTH_RULES,
    VOCABULARY,
    Terminal,
    first_of,
    rows,
    settings_of,
    stop,
)
from ipt_evidence.exchange.imported import write_files
from ipt_evidence.exchange.merge_check import Foreseen, ReviewFiles, foresee
from ipt_evidence.exchange.merging import Merge, Settlement, merge_folder
from ipt_evidence.extraction.breaches import ExtractionError, counted, shown
from ipt_evidence.extraction.reading import read_text

SHOWN = 40


def merge(
    folder: Annotated[Path, typer.Argument(help="Folder with raw tables, such as an import or a consensus.")],
    into: Annotated[Path, typer.Option(help="Raw tables of the review.")] = RAW,
    conflicts: Annotated[
        Settlement,
        typer.Option(
            help="Where a row that is there says something else: stop and write nothing, keep what is there, or take "
            "what is offered."
        ),
    ] = "stop",
    plan: Annotated[
        bool, typer.Option("--plan", help="Add to the plan the questions that the rows bear on and nobody asks.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what would be done.")] = False,
    vocabulary: Annotated[Path, typer.Option(help="Folder with the vocabulary.")] = VOCABULARY,
    questions: Annotated[Path, typer.Option(help="The review plan.")] = QUESTIONS,
    rules: Annotated[Path, typer.Option(help="The rule table of the strength labels.")] = STRENGTH_RULES,
    config: Annotated[Path, typer.Option(help="The configuration, which names the therapy under review.")] = CONFIG,
) -> None:
    """Merge FOLDER into the raw tables, if the review then passes its checks: every table, references, guides."""
    intervention = str(settings_of(config)["review"]["intervention"])
    review = ReviewFiles(raw=into, vocabulary=vocabulary, questions=questions, rules=rules, intervention=intervention)
    console = Terminal()
    merged = merge_folder(folder, into, conflicts)
    _tell(console, merged)
    if merged.conflicts and conflicts == "stop":
        stop(
            f"{counted(len(merged.conflicts), 'cell')} in conflict; nothing was written. Correct the cells, or say "
            "--conflicts keep or --conflicts take."
        )
    foreseen = foresee(merged, folder, review)
    if foreseen.errors:
        raise ExtractionError(foreseen.errors)
    written = [] if dry_run else _write(merged, foreseen if plan else None, review)
    _tell_odd(console, foreseen)
    _tell_plan(console, foreseen, planned=plan, dry_run=dry_run)
    console.say(f"Written: {', '.join(path.as_posix() for path in written)}" if written else "Nothing was written.")


def _write(merged: Merge, foreseen: Foreseen | None, review: ReviewFiles) -> list[Path]:
    """Write raw files and plan together: rows whose questions nobody asks would stop the next run."""
    texts = {review.raw / name: text for name, text in merged.texts.items()}
    if foreseen and foreseen.plan_rows:
        text, _ = read_text(review.questions)
        texts[review.questions] = "\n".join([(text or "").rstrip("\n"), *foreseen.plan_rows, ""])
    return write_files(texts, "Choose another folder with --into")


def _tell(console: Terminal, merged: Merge) -> None:
    offered = [each for each in merged.files if each.offered]
    counts = [(each.name, *map(str, (each.offered, each.new, each.same, each.conflicting))) for each in offered]
    heads = ["file", "offered", "new", "there, the same", "in conflict"]
    console.print(rows("Rows", pd.DataFrame(counts, columns=heads)))
    if merged.left:
        console.say(f"Left, because no raw file has the name: {', '.join(map(shown, merged.left))}")
    if found := merged.conflicts:
        cells = [
            (f"{each.file}:{each.line}", each.row, each.column, _told(each.there), _told(each.offered))
            for each in found[:SHOWN]
        ]
        heads = ["where", "row", "column", "is there", "offered"]
        console.print(rows(f"Cells in conflict{first_of(SHOWN, found)}", pd.DataFrame(cells, columns=heads)))


def _told(cell: str) -> str:
    """Return a cell for readers, in quotes where spaces at its ends would not be seen."""
    return shown(cell if cell == cell.strip() else f"'{cell}'")


def _tell_odd(console: Terminal, foreseen: Foreseen) -> None:
    """Say what is odd in the new rows: a trial that is there under another name would count twice."""
    if foreseen.warnings:
        number = len(foreseen.warnings)
        more = f" (the first {SHOWN}; `ipt-evidence check` has all)" if number > SHOWN else ""
        console.say(f"{counted(number, 'warning')} on the new rows{more}:", *map(str, foreseen.warnings[:SHOWN]))


def _tell_plan(console: Terminal, foreseen: Foreseen, *, planned: bool, dry_run: bool) -> None:
    if not foreseen.plan_rows:
        return
    number = counted(len(foreseen.plan_rows), "question")
    said = (
        f"{number} for the plan:"
        if planned
        else f"The plan does not ask {number} that the rows bear on, and the pipeline will stop there; --plan adds:"
    )
    console.say(said if not dry_run else f"{number} the plan does not ask:", *foreseen.plan_rows)
