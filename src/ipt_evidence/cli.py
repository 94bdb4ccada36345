"""The command line: the functions of the pipeline for people at a terminal."""

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction import ExtractionError, check_inputs
from ipt_evidence.files import read_table

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
RAW, VOCABULARY, QUESTIONS, PROCESSED = (
    Path("data/raw"),
    Path("config/vocabulary"),
    Path("config/questions.csv"),
    Path("data/processed"),
)


@app.command()
def check(
    raw: Annotated[Path, typer.Option(help="Folder with the raw tables.")] = RAW,
    vocabulary: Annotated[Path, typer.Option(help="Folder with the vocabulary.")] = VOCABULARY,
    questions: Annotated[Path, typer.Option(help="The review plan.")] = QUESTIONS,
) -> None:
    """Check every raw table, the references and the plan; list all problems at once."""
    try:
        inputs = check_inputs(raw, vocabulary, questions)
    except ExtractionError as problem:
        print(problem, file=sys.stderr)
        raise typer.Exit(1) from None
    Console().print(f"{len(inputs)} files checked, no problem found.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(context: typer.Context) -> None:
    """Run the pipeline; everything after `run` is handed to snakemake."""
    raise typer.Exit(subprocess.run(["snakemake", *context.args], check=False).returncode)


@app.command()
def pool(
    file: Annotated[Path, typer.Argument(help="CSV with the columns yi and vi, one row a trial.")],
    method: Annotated[str, typer.Option(help="REML, ML, DL, PM, SJ, EB, HE, HS or CE.")] = "REML",
    interval: Annotated[str, typer.Option(help="HKSJ or normal.")] = "HKSJ",
    level: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.95,
) -> None:
    """Pool the effects of any CSV with the columns yi and vi."""
    from ipt_evidence.synthesis import pool as pool_effects

    table = _table(file, ["yi", "vi"])
    for column in ("yi", "vi"):
        if not pd.api.types.is_numeric_dtype(table[column]):
            _stop(f"{file}: the column {column} must hold numbers, one a row")
    try:
        result = pool_effects(table["yi"], table["vi"], method=method, interval=interval, level=level)
    except EvidenceError as problem:
        _stop(f"{file}: {problem}")
    Console().print(_two_columns("Pooled effect", pd.Series(asdict(result))))


@app.command()
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
        _stop(f"the plan has no question '{question_id}'" + (f"; did you mean {', '.join(near)}?" if near else ""))
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
    console.print(_rows("1. Effects that bear on the question", effects))
    console.print(_rows("2. One effect per trial", weights[["trial_id", "n1", "n2", "yi", "vi", "weight_percent"]]))
    console.print(_two_columns("3. Pooled effect", tables["syntheses"].iloc[0].dropna()))
    console.print(_two_columns("4. Rating", tables["ratings"].iloc[0].dropna()))


def _of_question(processed: Path, name: str, question_id: str) -> pd.DataFrame:
    table = _table(processed / f"{name}.csv", ["question_id"])
    return table[table["question_id"].eq(question_id)]


def _table(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read a CSV the user named, or say what is wrong with it."""
    try:
        table = read_table(path)
    except FileNotFoundError:
        _stop(f"{path}: there is no such file; run the pipeline first if it is one of its tables")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as problem:
        _stop(f"{path}: cannot be read as a UTF-8 CSV table ({problem})")
    missing = [column for column in columns if column not in table]
    if missing:
        _stop(f"{path}: the columns {', '.join(missing)} are missing; it has {', '.join(table.columns)}")
    return table


def _stop(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(1) from None


def _rows(title: str, table: pd.DataFrame) -> Table:
    """Lay out a table for the terminal; text from data is printed as it is, never as markup."""
    view = Table(title=title, title_justify="left")
    for column in table.columns:
        numbers = pd.api.types.is_float_dtype(table[column])
        view.add_column(column, justify="right" if numbers else "left", no_wrap=numbers, overflow="fold")
    for row in table.itertuples(index=False):
        view.add_row(*(_cell(value) for value in row))
    return view


def _two_columns(title: str, values: pd.Series) -> Table:
    cells = [_cell(value).plain for value in values]
    return _rows(title, pd.DataFrame({"field": values.index, "value": cells}))


def _cell(value: object) -> Text:
    if isinstance(value, float):
        return Text("" if pd.isna(value) else f"{value:.3g}")
    return Text("" if value is None or value is pd.NA else str(value))
