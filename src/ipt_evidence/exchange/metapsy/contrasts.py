"""Effects that a Metapsy file gives ready-made."""

import math

from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison
from ipt_evidence.exchange.metapsy.reading import as_float
from ipt_evidence.exchange.metapsy.signs import Signs, favoured
from ipt_evidence.exchange.numerals import number, people

RATIO_DIGITS = 12
ROUNDING = 0.0051
"""Sizes of one effect that differ by less are one, rounded to two digits."""

READY_MADE = ("precalc_g", "precalc_g_se", "precalc_log_rr", "precalc_log_rr_se", "other_stat")


def take_contrasts(comparison: Comparison, shared: Cells, signs: Signs, *, by_arm: bool, ledger: Ledger) -> bool:
    """Take the ready-made effects of a row that has no figures by arm; return whether the row has any."""
    record = comparison.record
    if by_arm:
        said = [f"{name} {cell}" for name in READY_MADE if (cell := record.get(name))]
        if said:
            reason = f"the row has figures by arm ({', '.join(said)})"
            ledger.leave(record.line, f"{comparison.trial}: ready-made effect", reason)
        return True
    found = [_smd(comparison, signs, ledger), _risk_ratio(comparison, shared, ledger)]
    for row in filter(None, found):
        first, second = comparison.arms
        sizes = _sizes(comparison, ledger)
        cells = {**shared, "trial_id": comparison.trial, "arm1_id": first, "arm2_id": second, **row, **sizes}
        if before := ledger.line_of("contrasts", cells):
            reason = f"line {before} has this result; only what is empty there is filled from here"
            ledger.leave(record.line, f"{comparison.trial}: contrast", reason)
        ledger.keep_first("contrasts", record.line, cells, f"{comparison.trial}: {first} v {second}")
    return any(each is not None for each in found)


def _smd(comparison: Comparison, signs: Signs, ledger: Ledger) -> Cells | None:
    """Return the standardised difference of a row; empty if it has been left with a reason, None if there is none."""
    record = comparison.record
    column = "precalc_g" if record.get("precalc_g") else ".g"
    value, own = as_float(record.get(column)), as_float(record.get(".g"))
    what = f"{comparison.trial}: {column}"
    if value is None:
        return {} if _unread(comparison, column, ledger) else None
    if own is not None and abs(abs(value) - abs(own)) > max(ROUNDING, ROUNDING * abs(own)):
        reason = f"precalc_g is {record.get('precalc_g')}, .g of the same row {record.get('.g')}: one of them is wrong"
        ledger.leave(record.line, what, reason)
        return {}
    said = record.get("other_stat")
    origin = "ready-made in the file" if column == "precalc_g" else "computed by the database"
    return {
        "statistic": "smd",
        "value": number(record.get(column)).removeprefix("-"),
        "se": _positive(comparison, f"{column}_se", ledger),
        "favours": favoured(comparison, signs) if value else comparison.arms[0],
        "derived": " ".join(f"{column} {record.get(column)}, {origin}{': ' if said else ''}{said}".split()),
    }


def _unread(comparison: Comparison, column: str, ledger: Ledger) -> bool:
    """Return whether a cell holds something that is no number, and say that it is left."""
    if cell := comparison.record.get(column):
        ledger.leave(comparison.record.line, f"{comparison.trial}: {column}", f"'{cell}' is no number")
    return bool(cell)


def _risk_ratio(comparison: Comparison, shared: Cells, ledger: Ledger) -> Cells | None:
    """Return the risk ratio of a row; empty if it has been left with a reason, None if there is none."""
    record = comparison.record
    value = as_float(record.get("precalc_log_rr"))
    good = words.EVENT_IS_GOOD.get(shared["outcome"])
    if value is None:
        return {} if _unread(comparison, "precalc_log_rr", ledger) else None
    if abs(value) > math.log(1e6):
        reason = f"{record.get('precalc_log_rr')} is no logarithm of a risk ratio that people have"
        ledger.leave(record.line, f"{comparison.trial}: precalc_log_rr", reason)
        return {}
    return {
        "statistic": "risk_ratio",
        "value": f"{math.exp(value):.{RATIO_DIGITS}g}",
        "se": _positive(comparison, "precalc_log_rr_se", ledger),
        "favours": "" if good is None or value == 0 else comparison.arms[0 if (value > 0) == good else 1],
        "derived": f"exp({record.get('precalc_log_rr')}), ready-made in the file",
    }


def _positive(comparison: Comparison, column: str, ledger: Ledger) -> str:
    cell = comparison.record.get(column)
    value = as_float(cell)
    if value is not None and value > 0:
        return number(cell)
    if cell:
        ledger.leave(comparison.record.line, f"{comparison.trial}: {column}", f"'{cell}' is no number above 0")
    return ""


def _sizes(comparison: Comparison, ledger: Ledger) -> Cells:
    record = comparison.record
    cells = {side: record.get(*(f"{stem}_arm{side}" for stem in ("n", "n_change", "totaln"))) for side in (1, 2)}
    return {
        f"n{side}": ledger.read(people, cell, record.line, f"{comparison.trial}: n of arm {side}")
        for side, cell in cells.items()
    }
