"""How numbers are written for readers: one function per kind, the same words on every page."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, isfinite, sqrt

MISSING = "–"
"""What stands where a number was not reported or cannot be given; every page says so."""

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How effects on one measure are shown.

    Attributes
    ----------
    name : str
        The measure in words, as it begins a sentence about an estimate.
    heading : str
        Short name, to head a column.
    symbol : str
        What stands before the figure: ``g = ``, ``odds ratio ``.
    null : float
        The value that means no difference, as shown.
    shown : callable
        Turns a value of the tables into the value shown: exponentiated for ratios, in percent for
        differences of risk.
    unit : str
        What stands after the figure.
    """

    name: str
    heading: str
    symbol: str
    null: float
    shown: Callable[[float], float]
    unit: str

    @property
    def is_ratio(self) -> bool:
        """Whether figures are ratios, to be drawn on a logarithmic axis."""
        return self.null == 1


def _ratio(value: float) -> float:
    return exp(value) if value < 700 else float("inf")


def _hundredfold(value: float) -> float:
    return 100 * value


def _difference(
    name: str, heading: str, symbol: str, shown: Callable[[float], float] = float, unit: str = ""
) -> Measure:
    return Measure(name=name, heading=heading, symbol=symbol, null=0, shown=shown, unit=unit)


def _ratio_of(name: str) -> Measure:
    heading, symbol = name.capitalize(), f"{name} "
    return Measure(name=name, heading=heading, symbol=symbol, null=1, shown=_ratio, unit="")


MEASURES = {
    "SMD": _difference("standardised mean difference (Hedges' g)", "Hedges' g", "g = "),
    "MD": _difference("mean difference", "Mean difference", "mean difference "),
    "logOR": _ratio_of("odds ratio"),
    "logRR": _ratio_of("risk ratio"),
    "logHR": _ratio_of("hazard ratio"),
    "RD": _difference("risk difference", "Risk difference", "risk difference ", _hundredfold, " percentage points"),
}
"""The measures of ``effect_sizes.csv``; a positive value of the tables favours the first-named side on all of them."""


def is_missing(value: float | None) -> bool:
    """Tell whether there is no number to show."""
    return value is None or value != value


def decimal(value: float | None, *, places: int = 2, null: float = 0) -> str:
    """Write a number with fixed decimals and a true minus sign.

    A number that rounding would put exactly on ``null`` gets more decimals, so that a bound of 0.003 never
    looks like 0.00 and its side of no difference stays visible; within a millionth it is the null value.
    """
    if value is None or value != value:
        return MISSING
    if not isfinite(value):
        return f"{MINUS if value < 0 else ''}∞"
    if abs(value - null) < 1e-6:
        return f"{null:.{places}f}"
    while float(f"{value:.{places}f}") == null:
        places += 1
    return f"{value:,.{places}f}".replace("-", MINUS)


def effect(value: float | None, measure: str) -> str:
    """Write an effect of the tables as shown on its measure, without name or unit: ``0.48``, ``1.69``."""
    how = MEASURES[measure]
    if value is None or value != value:
        return MISSING
    shown = how.shown(value)
    if how.is_ratio and shown > 1000:
        return ">1,000"
    if how.is_ratio and shown >= 100:
        return count(shown)
    if how.is_ratio and shown < 0.095:
        return f"{shown:.2g}" if shown >= 0.001 else "<0.001"
    return decimal(shown, places=1 if measure == "RD" else 2, null=how.null)


def standard_error(variance: float, measure: str) -> str:
    """Write a standard error on the scale its effect is shown on; that of a ratio is of its logarithm, and says so."""
    error = sqrt(variance)
    if MEASURES[measure].is_ratio:
        return f"{decimal(error)} (log)"
    return decimal(100 * error, places=1) if measure == "RD" else decimal(error)


def span(low: float | None, high: float | None, measure: str) -> str:
    """Write two bounds of the tables as shown on their measure: ``0.35 to 0.60``."""
    if is_missing(low) or is_missing(high):
        return MISSING
    return f"{effect(low, measure)} to {effect(high, measure)}"


def with_bounds(value: float | None, low: float | None, high: float | None, measure: str) -> str:
    """Write an effect of the tables with two bounds: ``0.48 (0.35 to 0.60)``; a dash where there is none."""
    return MISSING if is_missing(value) else f"{effect(value, measure)} ({span(low, high, measure)})"


INTERVALS = {"bayes": "CrI", "widened": "widened CI", "each_trial": "CIs of the trials"}
"""What intervals other than confidence intervals are called."""


def interval(low: float | None, high: float | None, measure: str, *, level: float, kind: str = "") -> str:
    """Write a confidence interval, or one of another kind of :data:`INTERVALS`: ``95% CI 0.35 to 0.60``."""
    if is_missing(low) or is_missing(high):
        return "no confidence interval"
    return f"{percent(100 * level)} {INTERVALS.get(kind, 'CI')} {span(low, high, measure)}"


def prediction_interval(low: float | None, high: float | None, measure: str, *, level: float) -> str:
    """Write a prediction interval: ``95% prediction interval −0.22 to 1.18``."""
    if is_missing(low) or is_missing(high):
        return "no prediction interval"
    return f"{percent(100 * level)} prediction interval {span(low, high, measure)}"


def estimate(
    value: float | None, low: float | None, high: float | None, measure: str, *, level: float, kind: str = ""
) -> str:
    """Write an effect with its interval: ``g = 0.48 (95% CI 0.35 to 0.60)``."""
    if is_missing(value):
        return "no estimate"
    how = MEASURES[measure]
    figure = f"{how.symbol}{effect(value, measure)}{how.unit}"
    return f"{figure} ({interval(low, high, measure, level=level, kind=kind)})"


def favourable(measure: str, arm: str) -> str:
    """Say which way is good for the first-named arm: ``above 1 favours IPT``."""
    return f"above {MEASURES[measure].null:.0f} favours {arm}"


def p_value(value: float | None) -> str:
    """Write a p value with its sign: ``p = 0.31``, ``p = 0.043``, ``p < 0.001``."""
    if value is None or value != value:
        return MISSING
    if value < 0.001:
        return "p < 0.001"
    if value > 0.99:
        return "p > 0.99"
    return f"p = {value:.{3 if value < 0.1 else 2}f}"


def percent(value: float | None) -> str:
    """Write a percentage (0-100) without decimals: ``95%``; shares that are not quite none or all say so."""
    if value is None or value != value:
        return MISSING
    if 0 < value < 0.5:
        return "<1%"
    if 99.5 <= value < 100 - 1e-6:
        return ">99%"
    return f"{decimal(float(round(value)), places=0)}%"


def probability(value: float) -> str:
    """Write a probability (0-1) as a percentage; a model never makes anything certain: ``>99%``, ``<1%``."""
    return percent(min(max(100 * value, 0.1), 99.9))


def weight(value: float | None) -> str:
    """Write the share of a trial in a pooled answer, in percent, with one decimal: ``2.7%``."""
    return MISSING if is_missing(value) else f"{value:.1f}%"


def count(value: float | None) -> str:
    """Write a number of things or people with thousands separators: ``3,988``."""
    return MISSING if value is None or value != value else f"{value:,.0f}"


def counted(value: int, one: str, many: str = "") -> str:
    """Write a number with the word it counts: ``1 trial``, ``45 trials``, ``no trials``."""
    return f"{count(value) if value else 'no'} {plural(value, one, many)}"


def plural(value: int, one: str, many: str = "") -> str:
    """Return the word for so many things: ``trial`` for 1, ``trials`` for 45 and for 0."""
    return one if value == 1 else many or f"{one}s"


def tau2(value: float | None) -> str:
    """Write the variance of true effects between trials: ``0.12``."""
    return decimal(value)


def i2(value: float | None) -> str:
    """Write the share of variation due to differences between trials: ``70%``."""
    return percent(value)


def number(value: float | None) -> str:
    """Write a reported figure as it stands, without zeros that nobody reported: ``42.29``, ``16``."""
    if value is None or value != value:
        return MISSING
    return f"{value:,.6g}".replace("-", MINUS) if abs(value) < 1e6 else count(value)
