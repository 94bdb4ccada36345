"""What a Metapsy row says of its trial, its arms, and who left them."""

import re
from decimal import Decimal

from ipt_evidence.exchange.foreign import Record
from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison
from ipt_evidence.exchange.metapsy.figures import OUTCOME_KEY, Setting
from ipt_evidence.exchange.numerals import number, whole

DROPOUT = "dropout"
"""Where the ledger keeps dropout until all rows are read."""

_YEAR = re.compile(r"19[5-9]\d|20\d\d")


def take_trial(comparison: Comparison, *, shares: bool, ledger: Ledger) -> None:
    """Take the trial of a row; of cells that differ between its rows the first is kept.

    Parameters
    ----------
    comparison : Comparison
        The row.
    shares : bool
        Whether the file gives women as a share of 1 instead of percent.
    ledger : Ledger
        Takes it.
    """
    record = comparison.record
    what = f"trial {comparison.trial}"
    year = _checked(record, "year", ledger, what) or "".join(_YEAR.findall(record.get("study"))[:1])
    age = "mean_age" if record.get("mean_age") else "mean_age_not_rounded"
    women = _checked(record, "percent_women", ledger, what)
    group = record.get("target_group").lower()
    cells = {
        "trial_id": comparison.trial,
        "label": record.get("study"),
        "year": year if _YEAR.fullmatch(year) else "",
        "population": words.POPULATIONS.get(record.get("age_group").lower(), ""),
        "special_population": words.GROUPS.get(group, ""),
        "country": words.COUNTRIES.get(record.get("country").lower(), ""),
        "diagnosis": record.get("diagnosis"),
        "mean_age": _checked(record, age, ledger, what),
        "percent_women": _percent(women) if shares else women,
        "citekey": comparison.trial,
    }
    ledger.keep_first("trials", (comparison.trial,), record.line, cells, what)
    ledger.take("trials", (comparison.trial,), record.line, {"notes": _notes(record)})


def _percent(share: str) -> str:
    return format((Decimal(share) * 100).normalize(), "f") if share else ""


def _checked(record: Record, column: str, ledger: Ledger, what: str) -> str:
    """Return a number, or say that the cell holds none and leave it."""
    try:
        return number(record.get(column))
    except ValueError as problem:
        ledger.leave(record.line, what, f"{column}: {problem}")
        return ""


def _notes(record: Record) -> str:
    """Keep what has no column of its own, as the file has it."""
    said = {
        "Reference in the file": record.get("full_ref"),
        "DOI": record.get("doi"),
        "Country in the file": "" if record.get("country").lower() in words.COUNTRIES else record.get("country"),
        "Target group in the file": ""
        if record.get("target_group").lower() in words.GROUPS
        else record.get("target_group"),
    }
    return " | ".join(f"{name}: {' '.join(cell.split())}" for name, cell in said.items() if cell)


def take_arms(comparison: Comparison, ledger: Ledger) -> None:
    """Take both arms of a row: treatment, description, number randomised; format and sessions of the first."""
    record = comparison.record
    for side, arm in enumerate(comparison.arms, start=1):
        what = f"{comparison.trial}: arm {arm}"
        multi = record.get(f"multi_arm{side}")
        cells: Cells = {
            "trial_id": comparison.trial,
            "arm_id": arm,
            "treatment": words.treatment(record.get(f"condition_arm{side}")),
            "detail": "" if multi.lower() == record.get(f"condition_arm{side}").lower() else multi,
            "n_randomised": _people(record, f"rand_arm{side}", ledger, what),
        }
        if side == 1:
            cells |= {"format": words.FORMATS.get(record.get("format").lower(), ""), "n_sessions": _sessions(record)}
        ledger.keep_first("arms", (comparison.trial, arm), record.line, cells, what)


def _sessions(record: Record) -> str:
    try:
        sessions = whole(record.get("n_sessions_arm1", "n_sessions_arm1_not_rounded", "number_sessions"))
    except ValueError:
        # An average number received is not the number planned.
        return ""
    return sessions if sessions and int(sessions) > 0 else ""


def _people(record: Record, column: str, ledger: Ledger, what: str) -> str:
    try:
        people = whole(record.get(column))
    except ValueError as problem:
        ledger.leave(record.line, what, f"{column}: {problem}")
        return ""
    return people if people and int(people) > 0 else ""


def take_dropout(comparison: Comparison, shared: Setting, ledger: Ledger) -> None:
    """Take how many of each arm left the trial (``attr`` out of ``rand``), once per trial and time point."""
    record = comparison.record
    for side, arm in enumerate(comparison.arms, start=1):
        what = f"{comparison.trial}: dropout of {arm}"
        total = _people(record, f"rand_arm{side}", ledger, what)
        try:
            left = whole(record.get(f"attr_arm{side}"))
        except ValueError as problem:
            ledger.leave(record.line, what, f"attr_arm{side}: {problem}")
            continue
        if not left or not total:
            continue
        if not 0 <= int(left) <= int(total):
            ledger.leave(record.line, what, f"{left} left out of {total}")
            continue
        timed = {name: shared.cells[name] for name in ("timepoint", "weeks", "source_id")}
        cells = {
            **{"trial_id": comparison.trial, "arm_id": arm, "outcome": "dropout", "domain": "dropout"},
            **{"measure": "binary", "events": left, "total": total, **timed},
        }
        # One row an arm and time point: rows on several instruments repeat the same people.
        ledger.keep_first(DROPOUT, (comparison.trial, arm, shared.cells["timepoint"]), record.line, cells, what)


def add_dropout(ledger: Ledger) -> None:
    """Add the dropout gathered from all rows to ``outcomes``, where no row gives it as an outcome of its own."""
    for line, cells in ledger.rows.get(DROPOUT, {}).values():
        key = tuple(cells.get(name, "") for name in OUTCOME_KEY)
        if ledger.line_of("outcomes", key) is None:
            ledger.take("outcomes", key, line, cells)
