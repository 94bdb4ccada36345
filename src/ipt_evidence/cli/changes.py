"""ipt-evidence changes: what changed between two states of a review, and what moved which answer."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from ipt_evidence.cli.terminal import Terminal

if TYPE_CHECKING:
    from ipt_evidence.reporting.changes.outline import Outline


class Format(StrEnum):
    """How changes are written."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"


Of = "A folder where the pipeline ran, a release (its folder, or its name below releases/), or a commit of git."


def changes(
    old: Annotated[str, typer.Argument(help=f"The older state. {Of}")],
    new: Annotated[str, typer.Argument(help="The newer state; the review in the working directory by default.")] = ".",
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TERMINAL,
    out: Annotated[Path | None, typer.Option(help="File to write to instead of the terminal.")] = None,
    try_each: Annotated[
        bool,
        typer.Option(
            "--try/--no-try", help="Make the older tables again with one change at a time, if there are several."
        ),
    ] = True,
) -> None:
    """Say what changed between two states of a review: inputs, answers, labels, sentences, and what moved them."""
    from ipt_evidence.cli.commits import state_of
    from ipt_evidence.extraction.settings import read_settings
    from ipt_evidence.reporting.changes.outline import outline
    from ipt_evidence.reporting.changes.report import compare
    from ipt_evidence.reporting.changes.states import runs_now

    with TemporaryDirectory(prefix="ipt-evidence-") as folder:
        first, second = (state_of(name, Path(folder) / str(place), _tell) for place, name in enumerate((old, new)))
        tries = try_each and runs_now(second)
        found = outline(compare(first, second, tell=_tell if tries else None))
        settings = read_settings(second.folder / "config/config.yaml")["review"]
    if form is Format.TERMINAL and out is None:
        _show(found, Terminal())
        return
    text = _written(found, form, settings)
    if out is None:
        print(text, end="")
    else:
        from ipt_evidence.files import write_file

        write_file(text, out)


def _tell(what: str) -> None:
    print(f"Making the tables: {what}", file=sys.stderr)


def _written(found: "Outline", form: Format, settings: dict[str, object]) -> str:
    from ipt_evidence.imports import PACKAGE
    from ipt_evidence.reporting.changes.document import changes_data, changes_markdown, changes_page

    if form is Format.JSON:
        return json.dumps(changes_data(found), ensure_ascii=False, indent=1) + "\n"
    if form is Format.HTML:
        return changes_page(found, settings, PACKAGE.parents[1] / "workflow/templates")
    return changes_markdown(found)


def _show(found: "Outline", console: Terminal) -> None:
    console.print(Text(f"From {found.old} to {found.new}: {found.summary}", style="bold"))
    for note in found.notes:
        console.print(Text(note))
    for cause in found.causes:
        console.print(Text(f"- {cause.title} {cause.how}."))
        for row, column, before, after in cause.cells:
            console.print(Text(f"    {row}; {column}: {before or '(empty)'} → {after or '(empty)'}"))
    for place in (*found.questions, *found.claims, *found.guides):
        console.print(Text(f"\n{place.title} [{place.kind} {place.name}]", style="bold"))
        for line in place.lines:
            console.print(Text(f"  {line.what}: {line.old} → {line.new} [{line.by}]"))
