"""ipt-evidence show: the way of one answer from its effects to its label."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

from ipt_evidence.cli.terminal import PROCESSED, rows, stop, table_of, two_columns
from ipt_evidence.files import read_table


def show(
    question_id: Annotated[str, typer.Argument(help="A question of the review plan.")],
    processed: Annotated[Path, typer.Option(help="Folder with the processed tables.")] = PROCESSED,
) -> None:
    """Show the way of one answer: from its effects over the trials and the pooled effect to the strength label."""
    console = Console()
    tables = {name: _of_question(processed, name, question_id) for name in ("syntheses", "ratings")}
    if tables["ratings"].empty:
        known = read_table(processed / "ratings.csv")["question_id"]
        near = [name for name in known if question_id in name][:5]
        stop(f"the plan has no question '{question_id}'" + (f"; did you mean {', '.join(near)}?" if near else ""))
    selections = _of_question(processed, "selections", question_id)
    weights = _of_question(processed, "synthesis_weights", question_id)
    effects = pd.DataFrame(
        {
            "trial": selections["trial_id"],
            "arms": selections["arm1_id"] + " v " + selections["arm2_id"],
            "effect": (selections["formula"] + ", " + selections["instrument"].fillna("")).str.removesuffix(", "),
            "yi": selections["yi"],
            "vi": selections["vi"],
            "pooled": selections["reason"].fillna("yes"),
        }
    )
    console.print(rows("1. Effects that bear on the question", effects))
    console.print(rows("2. One effect per trial", weights[["trial_id", "n1", "n2", "yi", "vi", "weight_percent"]]))
    console.print(two_columns("3. Pooled effect", tables["syntheses"].iloc[0].dropna()))
    console.print(two_columns("4. Rating", tables["ratings"].iloc[0].dropna()))


def _of_question(processed: Path, name: str, question_id: str) -> pd.DataFrame:
    table = table_of(processed / f"{name}.csv", ["question_id"])
    return table[table["question_id"].eq(question_id)]
