"""ipt-evidence export FORMAT: answers, and the results behind them, for other programs."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ipt_evidence.cli.terminal import PROCESSED, Terminal, refuse_tables, review_made, stop
from ipt_evidence.exchange.exports import FORMATS, Exported, Format
from ipt_evidence.extraction.breaches import shown

SHOWN_LEFT = 20


def add_formats(app: typer.Typer) -> None:
    """Add a command for each form of another program."""
    for name, form in FORMATS.items():
        app.command(name, help=form.summary)(_command(name, form))


def _command(name: str, form: Format) -> Callable[..., None]:
    def command(
        file: Annotated[Path, typer.Argument(help=f"File to write; its name ends in .{form.ending}.")],
        question: Annotated[str | None, typer.Option(help="A question of the review plan.")] = None,
        condition: Annotated[str | None, typer.Option(help="A condition of the plan, with all its questions.")] = None,
        processed: Annotated[Path, typer.Option(help="Folder with the processed tables.")] = PROCESSED,
        force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    ) -> None:
        _tell(_exported(name, form, file, question, condition, processed, force=force), file)

    return command


def _exported(
    name: str, form: Format, file: Path, question: str | None, condition: str | None, processed: Path, *, force: bool
) -> Exported:
    from ipt_evidence.exchange.exports.scope import questions_in
    from ipt_evidence.files import write_file

    named = file.with_suffix(f".{form.ending}")
    if file.suffix.lower() != named.suffix:
        stop(f"{file}: a file of the format {name} ends in {named.suffix}. Name it {named}.")
    if file.exists() and not force:
        stop(f"{file}: the file is there already. Choose another name, or replace it with --force.")
    review = review_made(processed)
    questions = questions_in(review.questions, question, condition, form=name)
    try:
        exported = form.export(review, questions)
    except KeyError as missing:
        refuse_tables(processed, missing)
    if not exported.content:
        what = f"--question {question}" if question else f"--condition {condition}"
        why = "".join(f"\n  {shown(item)}: {reason}" for item, reason in exported.left[:SHOWN_LEFT])
        rest = f"; what there is does not go into this form:{why}" if why else ""
        stop(f"export {name} {what}: our tables hold nothing for it ({exported.holds}){rest}")
    try:
        write_file(exported.content, file)
    except OSError as problem:
        stop(f"{file}: the file cannot be written ({problem.strerror}). Choose a folder you may write to.")
    return exported


def _tell(exported: Exported, file: Path) -> None:
    left = [f"  {shown(item)}: {reason}" for item, reason in exported.left]
    head = [f"Not in it: {len(left)}"] if left else []
    more = [f"  and {len(left) - SHOWN_LEFT} more"] if len(left) > SHOWN_LEFT else []
    Terminal().say(f"{file}: {exported.holds}.", *head, *left[:SHOWN_LEFT], *more)
