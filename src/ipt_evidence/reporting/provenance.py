"""From an effect size back to the lines of the raw tables it was computed from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.files import records
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.tracing.columns import figures
from ipt_evidence.words.numbers import number


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one raw table.

    Attributes
    ----------
    file : str
        Path of the table in the repository.
    lines : tuple of int
        Lines as a text editor counts them; the header is line 1.
    figures : tuple of str
        The figures of each line that the effect is computed from: ``mean 12, sd 10.6, n 61``.
    """

    file: str
    lines: tuple[int, ...]
    figures: tuple[str, ...]

    def __str__(self) -> str:
        """Write as readers see it: ``data/raw/outcomes.csv, lines 12 and 13``."""
        figures = [str(line) for line in self.lines]
        return f"{self.file}, line{'s' if len(figures) > 1 else ''} {' and '.join(figures)}"


class RawLines:
    """Finds the raw lines behind effect sizes, by the ids of the rows that each effect carries.

    Parameters
    ----------
    review : Review
        Its outcomes and contrasts carry id and line of each row.
    """

    def __init__(self, review: Review) -> None:
        self._rows = {
            row["row_id"]: (name, row) for name in ("outcomes", "contrasts") for row in records(review.tables[name])
        }

    def behind(self, effect: Mapping[str, Any]) -> Lines:
        """Return the lines of an effect: one of each arm, or that of a statistic that compares them.

        Parameters
        ----------
        effect : mapping
            A row of ``effect_sizes.csv`` or ``selections.csv``.
        """
        rows = [self._rows[effect[name]] for name in ("row1_id", "row2_id") if pd.notna(effect[name])]
        rows.sort(key=lambda named: int(named[1]["line"]))
        return Lines(
            file=f"data/raw/{rows[0][0]}.csv",
            lines=tuple(int(row["line"]) for _, row in rows),
            figures=tuple(_figures(name, row) for name, row in rows),
        )


def _figures(table: str, row: Mapping[Any, Any]) -> str:
    return ", ".join(f"{column} {_written(row[column])}" for column in figures(table, row))


def _written(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value).lower()
