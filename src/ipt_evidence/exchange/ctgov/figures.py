"""Means and counts of one arm as a registry gives them, in the figures of ``outcomes.csv``, with how they follow."""

import re
from dataclasses import dataclass
from decimal import Decimal

from ipt_evidence.exchange.ctgov.words import kind
from ipt_evidence.exchange.deviations import of_error, of_limits
from ipt_evidence.exchange.numerals import number, whole

MEANS = {"MEAN": "mean", "LEAST_SQUARES_MEAN": "least squares (adjusted) mean"}
COUNTS = frozenset({"COUNT_OF_PARTICIPANTS", "NUMBER"})
INTERVAL = re.compile(r"(\d+(?:\.\d+)?)_CONFIDENCE_INTERVAL|CONFIDENCE_(\d+)|CI_(\d+)")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a registry says of one arm: all text, empty where there is nothing."""

    value: str
    spread: str
    low: str
    high: str
    n: str

    @property
    def posted(self) -> str:
        """Return the figures as one text."""
        limits = f"{self.low} to {self.high}" if self.low or self.high else ""
        return ", ".join(filter(None, (self.value, self.spread and f"spread {self.spread}", limits, f"n {self.n}")))


@dataclass(frozen=True, slots=True)
class Measured:
    """What all arms of an outcome measure share: kind of figure, kind of its spread, unit."""

    parameter: str
    dispersion: str
    unit: str

    @property
    def is_mean(self) -> bool:
        """Return whether the figures are means."""
        return kind(self.parameter) in MEANS

    def figures(self, cell: Cell) -> dict[str, str]:
        """Return the figures of one arm with ``derived``.

        Raises
        ------
        ValueError
            If they give neither a mean with its standard deviation nor a count out of a number, with the reason.
        """
        if not cell.n:
            raise ValueError("the number of participants analysed is missing")
        n = whole(cell.n)
        if int(n) < 1:
            raise ValueError(f"{n} participants analysed")
        if unclear := next((said for said in (cell.value, cell.spread, cell.low, cell.high) if "," in said), ""):
            raise ValueError(f"'{unclear}': the comma may stand for thousands or for decimals")
        if self.is_mean:
            return self._mean(cell, n)
        if kind(self.parameter) in COUNTS:
            return self._count(cell, n)
        said = ", ".join(filter(None, (self.parameter, self.dispersion, self.unit))) or "a figure of no stated kind"
        raise ValueError(f"{said}: neither a mean nor a count of participants")

    def _mean(self, cell: Cell, n: str) -> dict[str, str]:
        name = MEANS[kind(self.parameter)]
        sd, how = self._deviation(cell, int(n))
        if not float(sd) > 0:
            raise ValueError(f"the standard deviation is {sd}")
        return {"mean": number(cell.value), "sd": sd, "n": n, "derived": f"{name}; {how}"}

    def _deviation(self, cell: Cell, n: int) -> tuple[str, str]:
        spread = kind(self.dispersion)
        if spread == "STANDARD_DEVIATION":
            return number(cell.spread), "SD as posted"
        if spread == "STANDARD_ERROR":
            return of_error(cell.spread, n)
        if (found := INTERVAL.fullmatch(spread)) and cell.low and cell.high:
            return of_limits(cell.value, cell.low, cell.high, n, float(next(filter(None, found.groups()))))
        raise ValueError(f"mean with {self.dispersion or 'no spread'}: no standard deviation follows from it")

    def _count(self, cell: Cell, n: str) -> dict[str, str]:
        unit = self.unit.lower()
        if kind(self.parameter) == "COUNT_OF_PARTICIPANTS" or unit in ("participants", "participant", "subjects"):
            events, how = whole(cell.value), "count as posted"
        elif re.match(r"(?:percent(?:age)?|%|proportion) ?(?:of )?(?:participants|subjects|patients)?$", unit):
            events, how = _of_percent(cell.value, int(n), share=unit.startswith("proportion"))
        else:
            raise ValueError(f"a number of {self.unit or 'no stated unit'}, not of participants")
        if not 0 <= int(events) <= int(n):
            raise ValueError(f"{events} of {n} participants")
        return {"events": events, "total": n, "derived": how}


def _of_percent(value: str, n: int, *, share: bool) -> tuple[str, str]:
    exact = Decimal(number(value)) / (1 if share else 100) * n
    events = round(exact)
    # A percentage is rounded in its last digit: a count further off is another denominator.
    digits = max(0, -int(Decimal(number(value)).as_tuple().exponent)) + (0 if share else 2)
    if abs(exact - events) > Decimal("0.51") * n * Decimal(10) ** -digits:
        raise ValueError(f"{value} {'' if share else '% '}of {n} participants is no whole number of people")
    return str(events), f"{value}{'' if share else ' %'} of {n}"
