"""The effect axis of a forest plot: how far it reaches, where its ticks stand, where a value lies on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, log, log10
from statistics import median

from ipt_evidence.words.numbers import MEASURES, MINUS

MAX_TICKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An effect axis laid out in points.

    Attributes
    ----------
    low, high : float
        Ends of the axis, on the scale of the tables.
    ticks : tuple of (float, str)
        Places on that scale, with the words at the tick: exponentiated for ratios.
    left, right : float
        Where the ends lie on the page, in points.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    left: float
    right: float

    def cuts(self, *bounds: float) -> bool:
        """Tell whether any of these ends of intervals lies beyond an end."""
        return any(bound < self.low or bound > self.high for bound in bounds)

    def place(self, value: float) -> float:
        """Return where a value lies, in points; what is beyond an end is put on that end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)


def axis_for(
    measure: str,
    estimates: Sequence[float],
    trials: Sequence[tuple[float, float]],
    others: Sequence[float] = (),
    mid: float | None = None,
    *,
    left: float,
    right: float,
) -> Axis:
    """Lay out the axis so that every estimate shows, and intervals as far as they do not squeeze the rest.

    Beyond what must be seen the axis goes on for at most twice the middle half-length of the trials' intervals:
    a single trial is shown whole, a very wide interval among others is cut.

    Parameters
    ----------
    measure : str
        A measure of the tables.
    estimates : sequence of float
        What must be seen: the effects of the trials and the average.
    trials : sequence of (float, float)
        The intervals of the trials; they may run off the axis.
    others : sequence of float, optional
        Ends of other intervals that may run off the axis.
    mid : float, optional
        Minimal important difference on the scale of the tables, if the measure has one.
    left, right : float
        Ends of the axis in points.
    """
    core = [0.0, *estimates, *((-mid, mid) if mid is not None else (-0.2, 0.2))]
    reach = 2 * median((high - low) / 2 for low, high in trials)
    bounds = [*(bound for interval in trials for bound in interval), *others]
    least, most = min(core) - reach, max(core) + reach
    seen = [*core, *(min(max(bound, least), most) for bound in bounds)]
    margin = 0.03 * (max(seen) - min(seen))
    low, high = min(seen) - margin, max(seen) + margin
    ticks = _ratio_ticks(low, high) if MEASURES[measure].is_ratio else _ticks(low, high, measure)
    return Axis(low=low, high=high, ticks=ticks, left=left, right=right)


def ticks_from_zero(high: float, *, least: float = 0.0, most: int = MAX_TICKS) -> tuple[tuple[float, str], ...]:
    """Place ticks from 0 up, at most ``most`` steps of 1, 2 or 5 times a power of ten, none less than ``least``."""
    step = max(least, _step(high / most))
    places = max(0, -floor(log10(step * 1.0001)))
    return tuple((mark * step, f"{mark * step:,.{places}f}") for mark in range(floor(high / step) + 1))


def _ticks(low: float, high: float, measure: str) -> tuple[tuple[float, str], ...]:
    """Place ticks at multiples of 1, 2 or 5 times a power of ten, zero among them."""
    step = _step((high - low) / MAX_TICKS)
    shown = MEASURES[measure].shown
    places = max(0, -floor(log10(shown(step) * 1.0001)))
    marks = range(ceil(low / step), floor(high / step) + 1)
    return tuple((mark * step, f"{shown(mark * step):,.{places}f}".replace("-", MINUS)) for mark in marks)


def _step(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def _ratio_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Place ticks at ratios 1, 2, 5 times powers of ten, thinned evenly around 1 when there are too many."""
    series = ((1, 1.1, 1.2, 1.5, 2, 3, 4, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
    decades = range(floor(low / log(10)) - 1, ceil(high / log(10)) + 2)
    for factors in series:
        ratios = [factor * 10.0**decade for decade in decades for factor in factors]
        ratios = [ratio for ratio in ratios if exp(low) <= ratio <= exp(high)]
        if len(ratios) <= MAX_TICKS:
            break
    every = ceil(len(ratios) / MAX_TICKS)
    start = ratios.index(1.0) % every
    return tuple((log(ratio), f"{ratio:,.6g}") for ratio in ratios[start::every])
