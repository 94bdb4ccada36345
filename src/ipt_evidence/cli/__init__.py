"""The command line: the functions of the pipeline for people at a terminal, one module a command."""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

COMMANDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "changes": ("changes", "changes", {}),
    "check": ("check", "check", {}),
    "compare": ("compare", "compare", {}),
    "draft": ("draft", "draft", {}),
    "export": ("export", "export", {}),
    "import": ("importing", "import_", {}),
    "init": ("init", "init", {}),
    "merge": ("merge", "merge", {}),
    "release": ("release", "release", {}),
    "run": ("run", "run", {"allow_extra_args": True, "ignore_unknown_options": True}),
    "pool": ("pool", "pool", {}),
    "show": ("show", "show", {}),
    "watch": ("watch", "watch", {}),
    "trace": ("trace", "trace", {}),
}
"""Module and name of each command, and settings of its context."""


class Commands(TyperGroup):
    """Commands of which only the one that is called is loaded: nobody waits for the libraries of the others."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        module, name, settings = COMMANDS[cmd_name]
        found = getattr(import_module(f"{__name__}.{module}"), name)
        if not isinstance(found, typer.Typer):
            function, found = found, typer.Typer(add_completion=False)
            found.command(context_settings=settings)(function)
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
