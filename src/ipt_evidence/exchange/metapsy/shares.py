"""Women in percent, where a file gives them as shares of 1, or now as the one and now as the other."""

from collections.abc import Iterable
from decimal import Decimal

from ipt_evidence.exchange.foreign import Record
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy.reading import as_float
from ipt_evidence.exchange.numerals import number

COLUMN = "percent_women"
LEAST_PERCENT = 2.0
"""Below this, a value above 1 is more likely a share gone wrong than per cent."""

MOST = 100.0


def women_of(records: Iterable[Record], ledger: Ledger) -> dict[str, str]:
    """Return women in percent by cell of the column, empty text where it fits neither reading, and name that cell.

    The column is read by its bulk, study by study.

    Where most studies give shares of 1, a value from `LEAST_PERCENT` up is taken as per cent and asked about; where
    most give per cent, a share is left, because 0.75 may be either. 0 is nobody in both, and has no vote; nor has a
    cell with a sign of per cent, which says itself what it is.
    """
    lines: dict[str, list[int]] = {}
    studies: dict[tuple[str, str], float] = {}
    for record in records:
        cell = record.get(COLUMN)
        if cell:
            lines.setdefault(cell, []).append(record.line)
            value = as_float(cell)
            if value is not None and 0 < value <= MOST:
                studies[record.get("study"), cell] = value
    shares = sum(value <= 1 for value in studies.values())
    mostly_shares = 2 * shares > len(studies)
    return {cell: _read(cell, found, mostly_shares=mostly_shares, ledger=ledger) for cell, found in lines.items()}


def _read(cell: str, lines: list[int], *, mostly_shares: bool, ledger: Ledger) -> str:
    signed = cell.endswith("%")
    bare = cell.rstrip("% ") if signed else cell
    value, what = as_float(bare), f"{COLUMN} '{cell}'"
    if value is None or not 0 <= value <= MOST:
        ledger.leave(lines[0], what, "no share and no percentage of women")
    elif signed:
        return number(bare)
    elif mostly_shares and 1 < value < LEAST_PERCENT:
        ledger.leave(
            lines[0], what, "most studies of the file give shares of 1: neither a share nor a likely percentage"
        )
    elif not mostly_shares and 0 < value <= 1:
        ledger.leave(lines[0], what, "most studies of the file give per cent: a share, or per cent?")
    elif mostly_shares and value > 1:
        ledger.ask(lines[0], what, "most studies of the file give shares of 1: taken as per cent; check it")
        return number(cell)
    else:
        return format((Decimal(number(cell)) * 100).normalize(), "f") if mostly_shares else number(cell)
    return ""
