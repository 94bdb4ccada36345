"""The command line: the functions of the pipeline for people at a terminal, one module a command."""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ipt_evidence.errors import EvidenceError

COMMANDS = (
    *("changes", "check", "compare", "draft", "export", "import", "init", "merge", "release", "run", "pool", "show"),
    *("watch", "trace"),
)
MODULES = {"import": "importing"}
"""Where a command is whose module has not its name: a word of Python. The function has that of the module."""


class Commands(TyperGroup):
    """Commands of which only the one that is called is loaded: nobody waits for the libraries of the others.

    What a user can put right ends any of them with its message and code 1.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except EvidenceError as problem:
            from ipt_evidence.cli.terminal import stop

            stop(str(problem))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        module = MODULES.get(cmd_name, cmd_name)
        found = getattr(import_module(f"{__name__}.{module}"), module)
        if not isinstance(found, typer.Typer):
            function, found = found, typer.Typer(add_completion=False)
            found.command()(function)
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"ipt-evidence {version('ipt-evidence')}")
        raise typer.Exit


@app.callback()
def commands(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Evidence on a therapy, from raw tables to reports."""


__all__ = ["app"]
