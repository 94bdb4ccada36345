"""ipt-evidence run: the pipeline."""

import subprocess

import typer


def run(context: typer.Context) -> None:
    """Run the pipeline; everything after `run` is handed to snakemake."""
    raise typer.Exit(subprocess.run(["snakemake", *context.args], check=False).returncode)
