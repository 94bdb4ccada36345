"""What a result holds, checked: figures by arm, or an estimate with its standard error."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ipt_evidence.exchange.ledger import Cells
from ipt_evidence.exchange.numerals import number, whole
from ipt_evidence.exchange.revman.rows import Result
from ipt_evidence.exchange.revman.words import PERCENT_CHANGE, is_percent_change, outcome_of

RATIOS = {
    **dict.fromkeys(("or", "odds ratio", "peto or", "peto odds ratio"), "odds_ratio"),
    **dict.fromkeys(("rr", "risk ratio"), "risk_ratio"),
    **dict.fromkeys(("hr", "hazard ratio"), "hazard_ratio"),
}
DIFFERENCES = {
    **dict.fromkeys(("md", "mean difference"), "mean_difference"),
    **dict.fromkeys(("smd", "std mean difference", "standardised mean difference"), "smd"),
    "standardized mean difference": "smd",
}
MEASURES = "OR, PETO_OR, RR, HR, SMD, MD"

COLUMNS = {"counts": {"events": "events", "total": "total"}, "means": {"mean": "mean", "sd": "sd", "n": "total"}}


@dataclass(frozen=True, slots=True)
class Read:
    """A result whose figures are sound.

    Attributes
    ----------
    result : Result
        The result.
    figures : tuple of mapping
        Cells of ``outcomes`` of the first and the second group; empty if the result is an estimate.
    contrast : mapping
        Cells of ``contrasts`` of an estimate, with ``signed``, which is negative where the first group has less; else
        empty.
    """

    result: Result
    figures: tuple[Cells, ...] = ()
    contrast: Mapping[str, str] | None = None

    @property
    def values(self) -> tuple[tuple[Decimal, ...], ...]:
        """The figures of each group as numbers, for comparisons."""
        return tuple(tuple(map(Decimal, cells.values())) for cells in self.figures)


def read_figures(result: Result) -> Read:
    """Return a result with its figures as the raw tables write them.

    Raises
    ------
    ValueError
        If one is missing or impossible, or the file does not say what it is.
    """
    kind = result.analysis.kind
    if kind == "other":
        raise ValueError("neither counts nor means nor an estimate with its standard error")
    if kind == "zeros":
        raise ValueError("all figures of the analysis are 0: no events, or means that were not estimable")
    if kind == "means" and is_percent_change(result.analysis.outcome):
        raise ValueError(PERCENT_CHANGE)
    if kind == "estimate":
        return Read(result, contrast=_contrast(result))
    return Read(result, figures=(_of_group(result, 1), _of_group(result, 2)))


def telling(read: Read, side: int) -> tuple[object, ...]:
    """Return what hardly two groups of people have in common; empty if the figures are too plain to tell.

    Mean, SD and size together; of counts the outcome they count as well, since small numbers meet by chance, and
    never nobody or everybody.
    """
    analysis, values = read.result.analysis, read.values[side - 1]
    if analysis.kind == "means":
        return ("means", *values)
    events, total = values
    outcome = outcome_of(analysis.outcome)
    return ("counts", outcome, *values) if outcome and 0 < events < total else ()


def _of_group(result: Result, side: int) -> Cells:
    names = COLUMNS[result.analysis.kind]
    raw = {name: result.cells.get(f"{column}{side}", "") for name, column in names.items()}
    if missing := [name for name, cell in raw.items() if not cell]:
        raise ValueError(f"{', '.join(missing)} of group {side} missing")
    cells = {name: (number if name in ("mean", "sd") else whole)(cell) for name, cell in raw.items()}
    people = int(cells.get("n") or cells.get("total") or 0)
    if people < 1:
        raise ValueError(f"nobody in group {side}: the result is not estimable")
    if "sd" in cells and float(cells["sd"]) <= 0:
        raise ValueError(f"SD of group {side} is {cells['sd']}")
    if "events" in cells and not 0 <= int(cells["events"]) <= people:
        raise ValueError(f"{cells['events']} events among {people} people in group {side}")
    return cells


def _contrast(result: Result) -> Cells:
    measure = " ".join(re.sub(r"[^a-z]+", " ", result.analysis.measure.lower()).split())
    statistic = RATIOS.get(measure) or DIFFERENCES.get(measure)
    if not statistic:
        said = f"the effect measure '{result.analysis.measure}' is none of {MEASURES}"
        raise ValueError(said if measure else "only an estimate, and the file does not say which effect measure it is")
    ratio = statistic in RATIOS.values()
    estimate, logarithm = number(result.cells.get("estimate", "")), number(result.cells.get("log_estimate", ""))
    se = number(result.cells.get("se", ""))
    if not (estimate or logarithm) or not se or float(se) <= 0:
        raise ValueError("the estimate or its standard error is missing")
    estimate = estimate or ("" if ratio else logarithm)
    derived = f"{result.analysis.measure} {estimate} as in the RevMan file"
    if not estimate:
        estimate = _exponential(logarithm)
        derived = f"{result.analysis.measure}: exp of {logarithm} in the RevMan file"
    if ratio and float(estimate) <= 0:
        raise ValueError(f"a ratio of {estimate}: it seems to be a logarithm")
    signed = float(estimate) - (1.0 if ratio else 0.0)
    return {
        "statistic": statistic,
        "value": estimate.removeprefix("-"),
        "se": se,
        "signed": repr(signed),
        "derived": derived,
    }


def _exponential(logarithm: str) -> str:
    try:
        return f"{math.exp(float(logarithm)):.6g}"
    except OverflowError:
        raise ValueError(f"a logarithm of {logarithm}: no ratio is that large") from None
