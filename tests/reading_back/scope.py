"""Rows that the figures of a place are looked for in."""

from collections.abc import Iterable, Mapping

import numpy as np

from reading_back.figures import between


class Scope:
    """Rows that figures are looked for in.

    Parameters
    ----------
    rows : ndarray, shape (n, width)
        What may be printed of each row.
    of_unit : mapping of str to ndarray, shape (n, width)
        Which of it may be printed with a unit.
    counts : iterable of float
        What else may be counted.
    """

    def __init__(self, rows: np.ndarray, of_unit: Mapping[str, np.ndarray], counts: Iterable[float] = ()) -> None:
        self._rows, self._of_unit = rows, {"": ~np.isnan(rows), **of_unit}
        self._counts = [float(len(rows)), *counts]
        self._sorted: dict[str, np.ndarray] = {}
        self._found: dict[tuple[str, ...], bool] = {}

    def holds(self, figures: tuple[str, ...], unit: str) -> bool:
        """Tell whether figures are those of one row, ends of an interval beside each other."""
        if (*figures, unit) not in self._found:
            bounds = [between(figure) for figure in figures]
            holds = self._holds_one(bounds[0], unit) if len(bounds) == 1 else self._holds_together(bounds)
            self._found[*figures, unit] = holds
        return self._found[*figures, unit]

    def _holds_one(self, bounds: tuple[float, float], unit: str) -> bool:
        if unit not in self._sorted:
            found = self._rows[self._of_unit.get(unit, ...)]
            self._sorted[unit] = np.unique(np.concatenate([found[~np.isnan(found)], self._counts]))
        place = np.searchsorted(self._sorted[unit], bounds[0])
        return bool(place < len(self._sorted[unit]) and self._sorted[unit][place] <= bounds[1])

    def _holds_together(self, bounds: list[tuple[float, float]]) -> bool:
        is_low, is_high = ((self._rows >= least) & (self._rows <= most) for least, most in bounds[-2:])
        beside = (is_low[:, :-1] & is_high[:, 1:]) | (is_high[:, :-1] & is_low[:, 1:])
        rows = self._rows[beside.any(axis=1)]
        return (
            all(((rows >= least) & (rows <= most)).any(axis=1).any() for least, most in bounds[:-2]) and len(rows) > 0
        )
