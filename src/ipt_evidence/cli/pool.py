"""ipt-evidence pool: pool the effects of any table."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from math import isinf
from pathlib import Path
from statistics import NormalDist
from typing import Annotated

import pandas as pd
import typer

from ipt_evidence.cli.terminal import Terminal, stop, two_columns
from ipt_evidence.errors import EvidenceError
from ipt_evidence.exchange.foreign import Record, Sheet, Wanted
from ipt_evidence.exchange.numerals import number
from ipt_evidence.exchange.spreadsheets import read_table_sheet
from ipt_evidence.extraction.breaches import counted

EFFECT = (
    *("yi", "te", "g", "smd", "effect", "estimate", "hedges_g", "log_or", "logor", "ln_or", "lnor", "log_rr", "logrr"),
    *("ln_rr", "lnrr", "log_hr", "loghr", "ln_hr", "lnhr"),
)
RATIO = ("or", "rr", "hr", "odds_ratio", "risk_ratio", "hazard_ratio")
STUDY = ("study", "trial", "study_id", "trial_id", "studlab", "slab", "study_name", "author", "label", "id")
"""What may name the study of a row; the first that is there."""

VARIANCE, ERROR = ("vi", "variance", "var"), ("sei", "se", "sete", "std_error", "standard_error")
LIMITS = (
    *(("ci_low", "ci_high"), ("ci_lb", "ci_ub"), ("ci_lower", "ci_upper"), ("lower_ci", "upper_ci"), ("ci_l", "ci_u")),
    *(("lower", "upper"), ("low", "high"), ("ll", "ul")),
)
"""What other programs call an effect, its variance, its standard error, and the limits of its 95 % interval."""

HALF_WIDTH = NormalDist().inv_cdf(0.975)
"""Standard errors from the middle of a 95 % interval to its limits."""

SKEW = 0.1
"""Share of half its width by which an effect may lie off the middle of its interval."""

SHOWN = 10

Row = tuple[Record, list[str]]
"""A row of the file, and its cells in the columns that are read."""


def pool(
    file: Annotated[
        Path, typer.Argument(help="CSV or workbook: yi with vi, se, or ci_low and ci_high (95 %); a row a trial.")
    ],
    method: Annotated[str, typer.Option(help="REML, ML, DL, PM, SJ, EB, HE, HS or CE.")] = "REML",
    interval: Annotated[str, typer.Option(help="adhoc (HKSJ with a floor), HKSJ or normal.")] = "adhoc",
    level: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.95,
) -> None:
    """Pool the effects of any table with the columns yi and vi, yi and se, or yi, ci_low and ci_high."""
    from ipt_evidence.engine.pooling.random_effects import pool as pool_effects

    sheet = read_table_sheet(file, Wanted("a table of effects", names=_plain))
    taken, left = _effects(file, sheet)
    effects, variances = [effect for _, effect, _ in taken], [variance for _, _, variance in taken]
    try:
        result = pool_effects(effects, variances, method=method, interval=interval, level=level)
    except EvidenceError as problem:
        stop(f"{file}: {problem}")
    console = Terminal()
    for said in left:
        console.say(said)
    console.print(two_columns("Pooled effect", pd.Series(asdict(result))))


def _effects(file: Path, sheet: Sheet) -> tuple[list[tuple[int, float, float]], list[str]]:
    """Return line, effect and variance of each row, and what is to be said of the file."""
    named = {_plain(name): name for name in reversed(sheet.columns)}
    columns = _columns(file, named)
    rows: list[Row] = [(record, [record.get(named[name]) for name in columns]) for record in sheet.records]
    empty = [record.line for record, cells in rows if not any(cells)]
    wrong = [f"  line {line}: {reason}" for line, _, reason in sheet.left]
    wrong += _contradictions(sheet, named)
    read = [(record.line, _effect(record, columns, cells, wrong)) for record, cells in rows if any(cells)]
    if wrong:
        remarks = [f"  {remark}" for remark in sheet.remarks]
        stop(
            "\n".join([f"{file}: {counted(len(wrong), 'cell')} cannot be used; nothing was pooled.", *wrong, *remarks])
        )
    left = [f"Left: line {line} of {file} has no {' and no '.join(columns)}." for line in empty]
    said = [
        *(f"{file}: {remark}." for remark in sheet.remarks),
        *left,
        *_unread(named, columns),
        *_repeated(rows, named),
    ]
    return [(line, *pair) for line, pair in read if pair], said


def _contradictions(sheet: Sheet, named: Mapping[str, str]) -> Iterator[str]:
    """Yield rows whose variance is not the square of their standard error: one of the two is wrong."""
    variance, error = _first(named, VARIANCE), _first(named, _errors())
    for record in sheet.records if variance and error else ():
        cells = [record.get(named[name]) for name in (variance, error)]
        with suppress(ValueError):  # no number: said of the column that is read
            (least_v, most_v), (least_e, most_e) = map(_rounded, cells)
            if most_v < least_e**2 or least_v > most_e**2:
                said = f"{variance} is {cells[0]}, and {error} is {cells[1]}"
                yield f"  line {record.line}: {said}: a variance is the square of its standard error"


def _rounded(cell: str) -> tuple[float, float]:
    """Return the least and the most that a number may have been before it was rounded to its last digit."""
    text = number(cell)
    digits, _, exponent = text.lower().partition("e")
    half = 0.5 * 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
    return max(float(text) - half, 0.0), float(text) + half


def _unread(named: Mapping[str, str], columns: tuple[str, ...]) -> Iterator[str]:
    """Say which columns hold an effect or its spread as well, and are not read."""
    alike = {*EFFECT, *VARIANCE, *_errors(), *(name for pair in LIMITS for name in pair)}
    if others := [name for name in reversed([*named]) if name in alike and name not in columns]:
        yield f"Read: {', '.join(columns)}. Not read: {', '.join(others)}."


def _repeated(rows: list[Row], named: Mapping[str, str]) -> Iterator[str]:
    """Say which studies have several rows: their effects are no independent ones."""
    column = _first(named, STUDY)
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for record, cells in rows:
        if column and any(cells) and (name := record.get(named[column])):
            lines[" ".join(name.casefold().split())].append(record.line)
    several = {name: found for name, found in lines.items() if len(found) > 1}
    said = [f"{name} (lines {', '.join(map(str, found))})" for name, found in several.items()]
    if said:
        more = f" and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
        yield (
            f"Several rows have one {column}: {'; '.join(said[:SHOWN])}{more}. They are pooled as if they were "
            "independent, which makes the interval too narrow if they are of the same people: give one row a trial."
        )


def _plain(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return re.sub(r"(?:^95_|_95(?=_|$))", "", plain)


def _columns(file: Path, named: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns to read: the effect, and its variance, its standard error, or both limits."""
    effect = _first(named, EFFECT)
    spread = _first(named, VARIANCE) or _first(named, _errors())
    limits = next((pair for pair in LIMITS if {*pair} <= {*named}), ())
    if not effect and (ratio := _first(named, RATIO)):
        stop(f"{file}: the column {ratio} holds ratios: give their logarithm as yi, with its vi or se")
    if not effect or not (spread or limits):
        missing = "vi (or se, or ci_low and ci_high)" if effect else "yi, vi"
        stop(f"{file}: the columns {missing} are missing; it has {', '.join(reversed([*named.values()]))}")
    return (effect, spread) if spread else (effect, *limits)


def _errors() -> tuple[str, ...]:
    return (*ERROR, *(form for name in EFFECT for form in (f"se_{name}", f"{name}_se")))


def _first(named: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((name for name in names if name in named), "")


def _effect(record: Record, columns: tuple[str, ...], cells: list[str], wrong: list[str]) -> tuple[float, float] | None:
    """Return effect and variance of a row, or note what is wrong with its cells."""
    before = len(wrong)
    values: dict[str, float] = {}
    for name, cell in zip(columns, cells, strict=True):
        try:
            values[name] = float(number(cell))
        except ValueError:
            said = f"'{cell}'" if cell else "empty"
            wrong.append(f"  line {record.line}: {name} is {said}: the column {name} must hold numbers")
    if len(wrong) > before:
        return None
    effect, *spread = values.values()
    if wrong_here := _impossible(effect, spread, columns, cells):
        wrong.append(f"  line {record.line}: {wrong_here}")
        return None
    if len(spread) == 2:
        return effect, ((spread[1] - spread[0]) / (2 * HALF_WIDTH)) ** 2
    return effect, spread[0] if columns[1] in VARIANCE else spread[0] ** 2


def _impossible(effect: float, spread: list[float], columns: tuple[str, ...], cells: list[str]) -> str:
    """Return why no effect has such a variance, standard error or interval; empty text if one may have it."""
    huge = [f"{name} is {cell}" for name, cell in zip(columns, cells, strict=True) if isinf(float(number(cell)))]
    if huge:
        return f"{', '.join(huge)}: too large for a number"
    if len(spread) == 1:
        # The square of a standard error would hide its sign.
        return "" if spread[0] > 0 else f"{columns[1]} is {cells[1]}: the column {columns[1]} must be above 0"
    low, high = spread
    if not low <= effect <= high or low == high:
        return f"{effect:g} does not lie between {low:g} and {high:g}"
    # Each of three numbers may be half a unit of its last digit off.
    rounding = 10.0 ** -min(len(number(cell).partition(".")[2]) for cell in cells)
    if abs((low + high) / 2 - effect) > SKEW * (high - low) / 2 + rounding:
        return (
            f"{effect:g} is not in the middle between {low:g} and {high:g}, as of a ratio: give logarithms, or vi or se"
        )
    return ""
