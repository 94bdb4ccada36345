"""ipt-evidence draft: the pages on one condition in seconds, to look at while data are entered."""

from pathlib import Path
from typing import Annotated

import typer

from ipt_evidence.cli.terminal import QUESTIONS, stop, table_of

DRAFTS = Path("drafts")


def draft(
    name: Annotated[str, typer.Argument(help="A condition, or a question of the plan: its condition is drafted.")],
    out: Annotated[Path, typer.Option(help="Folder for the pages.")] = DRAFTS,
) -> None:
    """Make the pages on one condition from the raw tables as they are, marked as a draft; reports stay as they are."""
    from ipt_evidence.exchange.drafting import condition_of
    from ipt_evidence.exchange.drafting import draft as drafted

    if out.resolve() == Path("reports").resolve():
        stop(f"--out {out}: this folder is for what the whole pipeline makes; choose another one")
    page = drafted(Path(), condition_of(name, table_of(QUESTIONS, ["question_id", "condition"])), out)
    typer.echo(f"The draft is at {page.as_posix()}")
