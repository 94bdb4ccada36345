"""ipt-evidence compare: two extractors' tables against each other, and joined once they agree."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipt_evidence.cli.terminal import Terminal, rows
from ipt_evidence.words.numbers import counted

if TYPE_CHECKING:
    from ipt_evidence.exchange.double import Comparison

Extraction = Annotated[Path, typer.Argument(help="Folder with raw tables, or workbook, of one extractor.")]


def compare(
    a: Extraction,
    b: Extraction,
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    consensus: Annotated[
        Path | None, typer.Option(help="The list of disagreements with every decision filled in.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Compare two extractions cell by cell; with --consensus, write the tables both agree on."""
    from ipt_evidence.exchange import double, write_import

    console = Terminal()
    first, second = double.read_extract(a), double.read_extract(b)
    if consensus:
        written = write_import(double.agreed_tables(first, second, consensus), out, force=force)
        console.say(f"Agreed tables in {out}: {', '.join(path.name for path in written)}")
        return
    comparison = double.compare(first, second)
    _, listed = double.write_comparison(comparison, out, force=force)
    _show(comparison, listed, console)


def _show(comparison: "Comparison", listed: Path, console: Terminal) -> None:
    agreement, number = comparison.agreement, len(comparison.disagreements)
    if agreement.empty:
        console.print("Both extractions are empty.")
        return
    differing = agreement[agreement["equal"] < agreement["rows"]].drop(columns="kind")
    if len(differing):
        console.print(rows("Columns with disagreements", differing))
    cells = agreement[agreement["kind"] != "row"]
    share = f"{cells['equal'].sum()} of {cells['rows'].sum()} cells agree"
    console.say(
        f"{share}; {counted(number, 'disagreement')}, listed in {listed}.",
        "Fill in decision and decided_by, then run the command again with --consensus and another --out."
        if number
        else "Nothing to decide: run the command again with --consensus and another --out to write the tables.",
    )
