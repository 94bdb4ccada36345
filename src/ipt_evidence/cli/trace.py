"""ipt-evidence trace: from a sentence to the raw cells it rests on, and from a cell to the sentences on it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from ipt_evidence.cli.terminal import PROCESSED, RAW, Terminal, refuse_tables, review_made

if TYPE_CHECKING:
    from ipt_evidence.reporting.tracing.chain import Step, Trace

RESTS = {
    "guide": "Guides that print it",
    "claim": "Claims judged by it",
    "question": "Answers that rest on it",
    "pooled": "As part of these answers",
    "effect": "Effects computed from it",
    "guideline": "Guidelines read from it",
    "trial": "Trials it belongs to",
    "cell": "Cells read from it",
    "correction": "Corrections",
    "doubt": "Doubts",
    "rule": "Rules",
}
"""Headings of what rests on something, by kind, in the order in which they are printed from the bottom up."""


def trace(
    asked: Annotated[
        str,
        typer.Argument(
            help="A question, claim, trial, effect, guide, rule, source or reference by its id, a trial in an answer "
            "(question_id/trial_id), or a row or cell of a raw table: outcomes.csv:123 or outcomes.csv:123:mean.",
            metavar="ID",
        ),
    ],
    processed: Annotated[Path, typer.Option(help="Folder with the processed tables.")] = PROCESSED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the chain as JSON.")] = False,
) -> None:
    """Print the chain of a sentence down to its raw cells, and of a cell up to every sentence that rests on it."""
    from ipt_evidence.reporting.tracing.chain import Tracer
    from ipt_evidence.reporting.tracing.raw import raw_cells

    review = review_made(processed)
    try:
        found = Tracer(review, raw_cells(RAW, review.tables["inputs"])).trace(asked)
    except KeyError as missing:
        refuse_tables(processed, missing)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    else:
        _show(found, Terminal())


def _show(found: "Trace", console: Terminal) -> None:
    steps = {step.key: step for step in (*found.start, *found.down)}
    top = Tree(Text(f"{found.asked}: what it rests on"))
    inner = {key for step in steps.values() for key in step.rests_on}
    _branch(top, [step.key for step in found.start if step.key not in inner], steps)
    console.print(top)
    if found.without:
        console.print(Text(f"No result of a trial: {found.without}"))
    console.print()
    console.print(Text(f"{found.asked}: what rests on it" if found.up else f"{found.asked}: nothing rests on it"))
    for kind, heading in reversed(RESTS.items()):
        rows = [step for step in found.up if step.kind == kind]
        if rows:
            console.print(Text(f"{heading} ({len(rows)})", style="bold"))
        for step in rows:
            console.print(Text(f"  {step.name}: {step.text}"))


def _branch(tree: Tree, keys: Iterable[str], steps: Mapping[str, "Step"]) -> None:
    """Add steps to a tree; the cells of one line stand together, with what they share below them."""
    lines: dict[str, list[Step]] = {}
    for key in keys:
        step = steps[key]
        if step.kind == "cell":
            lines.setdefault(step.place, []).append(step)
            continue
        place = f" ({step.place})" if step.place else ""
        _branch(tree.add(Text(f"{step.kind} {step.name}: {step.text}{place}")), step.rests_on, steps)
    for place, cells in lines.items():
        figures = ", ".join(map(_cell, cells))
        shared = dict.fromkeys(key for one in cells for key in one.rests_on)
        _branch(tree.add(Text(f"{place}: {figures}")), shared, steps)


def _cell(step: "Step") -> str:
    return step.text if step.typed is None else f"{step.text} (corrected; typed: {step.typed or 'nothing'})"
