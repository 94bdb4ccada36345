"""How far two extractors agree on the cells of one column."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ipt_evidence.engine.agreement import rater_agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement on one column over the rows that both extractors have.

    Attributes
    ----------
    rows, equal : int
        Rows, and those in which both cells say the same, empty cells included.
    percent : float
        Raw agreement, 0 to 100; NaN without rows.
    kappa : float
        Cohen's kappa of a column of categories, an empty cell being one of them, as it says that nothing is reported;
        NaN for other columns, and where it is not defined.
    largest_difference : float
        Of a column of numbers, over the rows in which both are filled; NaN for other columns, and without such rows.
    """

    rows: int
    equal: int
    percent: float
    kappa: float = np.nan
    largest_difference: float = np.nan


def agreement(first: Sequence[str], second: Sequence[str], kind: str) -> Agreement:
    """Describe how far two extractors agree on a column.

    Parameters
    ----------
    first, second : sequence of str
        Cells of the same rows in the same order; empty text is an empty cell.
    kind : {"category", "number", "text"}
        What the column holds.
    """
    equal = sum(one == other for one, other in zip(first, second, strict=True))
    percent = 100 * equal / len(first) if first else np.nan
    kappa = rater_agreement(first, second).kappa if kind == "category" else np.nan
    largest = _largest_difference(first, second) if kind == "number" else np.nan
    return Agreement(rows=len(first), equal=equal, percent=percent, kappa=kappa, largest_difference=largest)


def _largest_difference(first: Sequence[str], second: Sequence[str]) -> float:
    numbers = pd.DataFrame({"first": pd.to_numeric(pd.Series(first)), "second": pd.to_numeric(pd.Series(second))})
    return float((numbers["first"] - numbers["second"]).abs().max())
