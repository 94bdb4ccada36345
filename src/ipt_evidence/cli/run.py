"""ipt-evidence run: the pipeline."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import typer

from ipt_evidence.exchange.beginning import PROJECT

run = typer.Typer(add_completion=False)


@run.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def snakemake(context: typer.Context) -> None:
    """Run the pipeline on the review in this folder; everything after `run` is handed to snakemake."""
    arguments = context.args
    if not {"-s", "--snakefile"} & set(arguments):
        arguments = ["--snakefile", str(PROJECT / "Snakefile"), *arguments]
    # Rules call `python`: it must be the one with the libraries, also where nobody has activated its environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [sys.executable, "-m", "snakemake", *arguments]
    heard = signal.signal(signal.SIGINT, lambda *_: None)  # the run hears it too, and says how it ends
    try:
        done = subprocess.run(command, check=False, env=os.environ | {"PATH": path})
    finally:
        signal.signal(signal.SIGINT, heard)
    raise typer.Exit(done.returncode)
