"""ipt-evidence show: the way of one answer from its effects to its label."""

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.text import Text

from ipt_evidence.cli.terminal import PROCESSED, Terminal, rows, stop, table_of, two_columns
from ipt_evidence.files import read_table
from ipt_evidence.words.reasons import why

LABEL = [
    "k", "n_participants", "estimate", "ci_low", "ci_high", "decided_by", "mid", "direction", "interval_vs_mid",
    "certainty", "strength", "label", "rule_id", "reason", "est_level", "est_reason", "tolin_level", "tolin_reason",
]  # fmt: skip


def show(
    question_id: Annotated[
        str | None, typer.Argument(help="A question of the review plan; without it, all are listed.")
    ] = None,
    processed: Annotated[Path, typer.Option(help="Folder with the processed tables.")] = PROCESSED,
) -> None:
    """Show the way of one answer: effects, trials, pooled effect, certainty, label, robustness."""
    console = Terminal()
    if question_id is None:
        _list_questions(console, processed)
        return
    names = ("syntheses", "selections", "synthesis_weights", "ratings", "certainty", "robustness")
    doubts = table_of(processed / "doubts.csv", ["doubt_id", "about", "doubt", "resolution"])
    found = {name: _of_question(processed, name, question_id) for name in names}
    if found["ratings"].empty:
        known = read_table(processed / "ratings.csv")["question_id"]
        near = [name for name in known if question_id in name][:5]
        stop(
            f"the plan has no question '{question_id}'"
            + (f"; did you mean {', '.join(near)}?" if near else "; `ipt-evidence show` lists them")
        )
    weights = found["synthesis_weights"]
    console.print(rows("1. Effects that match the question", _effects(found["selections"], doubts)))
    console.print(rows("2. One effect per trial", weights[["trial_id", "n1", "n2", "yi", "vi", "weight_percent"]]))
    console.print(two_columns("3. Pooled effect", found["syntheses"].iloc[0].dropna()))
    domains = found["certainty"]
    console.print(rows("4. Certainty, domain by domain", domains[["domain", "downgrade", "status", "rule", "reason"]]))
    for _, domain in domains.iterrows():
        # On one line, unwrapped, so that it can be copied into overrides.csv.
        console.print(Text(f"inputs of {domain['domain']}: {domain['inputs']}"), soft_wrap=True)
        if pd.notna(domain["note"]):
            console.print(Text(str(domain["note"])), soft_wrap=True)
    console.print(two_columns("5. Label", found["ratings"].iloc[0][LABEL].dropna()))
    for _, robustness in found["robustness"].iterrows():
        console.print(two_columns("6. Robustness of the label", _robustness(robustness)))


def _list_questions(console: Terminal, processed: Path) -> None:
    ratings = table_of(processed / "ratings.csv", ["question_id", "k", "certainty", "label"])
    for question in ratings.to_dict("records"):
        trials = "1 trial" if question["k"] == 1 else f"{question['k']} trials"
        line = f"{question['question_id']}: {question['label']} ({trials}, certainty {question['certainty']})"
        # On one line, unwrapped, so that an id can be copied.
        console.print(Text(line), soft_wrap=True)


def _effects(selections: pd.DataFrame, doubts: pd.DataFrame) -> pd.DataFrame:
    known = {row["doubt_id"]: row for row in doubts.to_dict("records")}
    return pd.DataFrame(
        {
            "trial": selections["trial_id"],
            "arms": selections["arm1_id"] + " v " + selections["arm2_id"],
            "effect": (selections["formula"] + ", " + selections["instrument"].fillna("")).str.removesuffix(", "),
            "yi": selections["yi"],
            "vi": selections["vi"],
            "pooled": ["yes" if row["used"] else why(row, known) for row in selections.to_dict("records")],
        }
    )


def _robustness(row: pd.Series) -> pd.Series:
    """Write the counts of labels and the shares by choice a line each."""
    flat = row.drop(["question_id", "label", "labels", "by_choice"]).dropna()
    labels = {f"gives {label}": count for label, count in json.loads(row["labels"]).items()}
    choices = {
        f"same label by {choice}": ", ".join(f"{value} {share:.0f}%" for value, share in shares.items())
        for choice, shares in json.loads(row["by_choice"]).items()
    }
    return pd.concat([flat, pd.Series({**labels, **choices}, dtype=object)])


def _of_question(processed: Path, name: str, question_id: str) -> pd.DataFrame:
    table = table_of(processed / f"{name}.csv", ["question_id"])
    return table[table["question_id"].eq(question_id)]
