"""The command line: the functions of the pipeline for people at a terminal, one module a command."""

import typer

from ipt_evidence.cli.check import check
from ipt_evidence.cli.compare import compare
from ipt_evidence.cli.export import export
from ipt_evidence.cli.importing import import_
from ipt_evidence.cli.pool import pool
from ipt_evidence.cli.run import run
from ipt_evidence.cli.show import show

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
app.command()(check)
app.command()(compare)
app.add_typer(export, name="export")
app.command("import")(import_)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run)
app.command()(pool)
app.command()(show)

__all__ = ["app"]
