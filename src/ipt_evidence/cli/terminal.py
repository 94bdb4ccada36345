"""What every command does the same way: read a file the user named, stop with one message, lay out a table."""

import sys
from collections.abc import Iterable, Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd
import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from ipt_evidence.files import UnreadableError, read_table
from ipt_evidence.messages import harmless

if TYPE_CHECKING:
    from ipt_evidence.reporting.review import Review

RAW, VOCABULARY, QUESTIONS, STRENGTH_RULES, CONFIG, PROCESSED = (
    Path("data/raw"),
    Path("config/vocabulary"),
    Path("config/questions.csv"),
    Path("config/strength_rules.csv"),
    Path("config/config.yaml"),
    Path("data/processed"),
)

LARGE = 1000


class Terminal(Console):
    """A console on which text from data gives no orders: signs that would be taken for some are spelled out."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render anything; the orders that give it its style are set in later."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=harmless(segment.text))

    def say(self, *lines: str) -> None:
        """Print lines as they are: nothing in them is markup, and they are not broken, so that they can be copied."""
        self.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def table_of(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read a CSV the user named, or say what is wrong with it."""
    try:
        table = read_table(path)
    except FileNotFoundError:
        stop(f"{path}: there is no such file; run the pipeline first if it is one of its tables")
    except UnreadableError as problem:
        stop(f"{path}: cannot be read: {problem.reason}")
    missing = [column for column in columns if column not in table]
    if missing:
        stop(f"{path}: the columns {', '.join(missing)} are missing; it has {', '.join(table.columns)}")
    return table


def settings_of(config: Path) -> dict[str, Any]:
    """Read a configuration that names the therapy under review, or say that it cannot be read or names none."""
    from ipt_evidence.extraction.settings import read_settings

    settings: dict[str, Any] = read_settings(config)
    try:
        str(settings["review"]["intervention"])
    except (KeyError, TypeError) as problem:
        stop(f"{config}: review.intervention must name the therapy under review ({problem})")
    return settings


def review_made(processed: Path) -> "Review":
    """Read what the pipeline made of the review in the working directory, or say that it must be run first."""
    from ipt_evidence.reporting.review import review_in

    try:
        return review_in(Path(), processed)
    except FileNotFoundError as missing:
        stop(f"{missing.filename}: there is no such file. Run the pipeline first: ipt-evidence run")


def refuse_tables(processed: Path, missing: KeyError) -> NoReturn:
    """Stop because the tables of a run have not what they should: name the first that lacks a column, if one does."""
    from ipt_evidence.reporting.schemas import hold_to_columns  # what validates takes long to load

    hold_to_columns(processed)
    stop(f"{processed}: the tables have no {missing}, so another version made them. Run: ipt-evidence run")


def stop(message: str) -> NoReturn:
    """Print a message for the user and end with code 1."""
    print(harmless(message), file=sys.stderr)
    raise typer.Exit(1) from None


def rows(title: str, table: pd.DataFrame) -> Table:
    """Lay out a table for the terminal; text from data is printed as it is, never as markup."""
    view = Table(title=Text(harmless(title)), title_justify="left")
    for column in table.columns:
        numbers = pd.api.types.is_float_dtype(table[column])
        view.add_column(
            Text(harmless(str(column))), justify="right" if numbers else "left", no_wrap=numbers, overflow="fold"
        )
    for row in table.itertuples(index=False):
        view.add_row(*(_cell(value) for value in row))
    return view


def first_of(number: int, items: Sized, more: str = "") -> str:
    """Say behind a title that only the first of many items are shown; empty text if all are."""
    return f" (the first {number} of {len(items)}{more})" if len(items) > number else ""


def two_columns(title: str, values: pd.Series) -> Table:
    """Lay out one record, a field a line."""
    cells = [_cell(value).plain for value in values]
    return rows(title, pd.DataFrame({"field": values.index, "value": cells}))


def _number(value: float) -> str:
    """Write a number with three digits that matter, whole and large ones in full."""
    if pd.isna(value):
        return ""
    return f"{value:.0f}" if value.is_integer() or abs(value) >= LARGE else f"{value:.3g}"


def _cell(value: object) -> Text:
    if isinstance(value, float):
        return Text(_number(value))
    return Text("" if value is None or value is pd.NA else harmless(str(value)))
