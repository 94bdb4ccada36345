"""How far two extractors agree on the cells of one column."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa


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
        Cohen's kappa of a column of categories; NaN for other columns, and where it is not defined.
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
    match kind:
        case "category":
            return Agreement(rows=len(first), equal=equal, percent=percent, kappa=kappa(first, second))
        case "number":
            largest = _largest_difference(first, second)
            return Agreement(rows=len(first), equal=equal, percent=percent, largest_difference=largest)
        case _:
            return Agreement(rows=len(first), equal=equal, percent=percent)


def kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Return Cohen's kappa, agreement beyond what chance would give.

    Parameters
    ----------
    first, second : sequence of str
        Categories that two raters gave the same items; an empty cell is a category of its own, as leaving a cell
        empty says that nothing is reported.

    Returns
    -------
    float
        At most 1. NaN without items, and where both raters give every item one and the same category: chance alone
        then makes them agree.

    Notes
    -----
    kappa = (p_o - p_e) / (1 - p_e), with p_o the share of items given the same category, and p_e the sum over
    categories of the product of both raters' shares: Cohen (1960), Educational and Psychological Measurement 20,
    37-46. Computed by statsmodels.
    """
    categories = sorted({*first, *second})
    if len(categories) < 2:
        return np.nan
    place = {category: number for number, category in enumerate(categories)}
    counts = np.zeros((len(categories), len(categories)))
    for one, other in zip(first, second, strict=True):
        counts[place[one], place[other]] += 1
    return float(cohens_kappa(counts, return_results=False))


def _largest_difference(first: Sequence[str], second: Sequence[str]) -> float:
    numbers = pd.DataFrame({"first": pd.to_numeric(pd.Series(first)), "second": pd.to_numeric(pd.Series(second))})
    return float((numbers["first"] - numbers["second"]).abs().max())
