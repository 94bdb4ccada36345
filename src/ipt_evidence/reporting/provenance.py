"""From an effect size back to the lines of the raw tables it was computed from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.reporting.review import Review


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one raw table.

    Attributes
    ----------
    file : str
        Path of the table in the repository.
    lines : tuple of int
        Lines as a text editor counts them; the header is line 1.
    """

    file: str
    lines: tuple[int, ...]

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
        self._places = {
            row_id: (f"data/raw/{name}.csv", int(line))
            for name in ("outcomes", "contrasts")
            for row_id, line in review.tables[name][["row_id", "line"]].itertuples(index=False)
        }

    def behind(self, effect: Mapping[str, Any]) -> Lines:
        """Return the lines of an effect: one of each arm, or that of a statistic that compares them.

        Parameters
        ----------
        effect : mapping
            A row of ``effect_sizes.csv`` or ``selections.csv``.
        """
        places = [self._places[effect[name]] for name in ("row1_id", "row2_id") if pd.notna(effect[name])]
        return Lines(places[0][0], tuple(sorted(line for _, line in places)))
