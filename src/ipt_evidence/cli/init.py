"""ipt-evidence init: a review of one's own."""

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from ipt_evidence.cli.terminal import stop
from ipt_evidence.exchange.beginning import Therapy, begin_example, begin_review


def init(
    folder: Annotated[Path, typer.Argument(help="Where the review is to live; new or empty.")],
    therapy: Annotated[
        str | None, typer.Option(help="Name of the therapy under review, such as 'Behavioural activation'.")
    ] = None,
    short: Annotated[str | None, typer.Option(help="How texts call it, such as BA.", show_default="its name")] = None,
    title: Annotated[
        str | None, typer.Option(help="Title of the review.", show_default="THERAPY evidence review")
    ] = None,
    condition: Annotated[
        list[str] | None, typer.Option(help="A condition under review; may be given several times.")
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Copy the small, invented example instead.")] = False,
) -> None:
    """Begin a review in FOLDER: configuration, words, empty tables. Nothing that is there is touched."""
    if example == (therapy is not None):
        stop("say either --therapy NAME, for a review of your own, or --example, for the invented one")
    try:
        if therapy is None:
            begin_example(folder)
        else:
            named = Therapy(name=therapy, short=short or therapy)
            begin_review(folder, named, title or f"{therapy} evidence review", condition or [])
    except OSError as error:
        stop(f"{folder}: cannot be written to ({error.strerror})")
    typer.echo(f"A review is begun in {folder}; its README.md says how to go on.")
    typer.echo(f"Next: cd {quote(str(folder))}; ipt-evidence check")
