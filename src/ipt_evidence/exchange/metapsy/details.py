"""What a Metapsy row says of its trial, its arms, and who left them."""

import re

from ipt_evidence.exchange.foreign import Record
from ipt_evidence.exchange.ledger import DROPOUT, Cells, Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison
from ipt_evidence.exchange.numerals import number, whole

_YEAR = re.compile(r"19[5-9]\d|20\d\d")


def take_trial(comparison: Comparison, women: str, ledger: Ledger) -> None:
    """Take the trial of a row, with women in percent; of cells that differ between its rows the first is kept."""
    record = comparison.record
    what = f"trial {comparison.trial}"
    cells = {
        "trial_id": comparison.trial,
        "label": record.get("study"),
        "year": _year(record, ledger, what),
        "population": words.said(words.POPULATIONS, record.get("age_group")),
        "special_population": words.GROUPS.get(record.get("target_group").lower(), ""),
        "country": words.COUNTRIES.get(record.get("country").lower(), ""),
        "diagnosis": record.get("diagnosis"),
        "mean_age": ledger.read(number, record.get("mean_age"), record.line, what, "mean_age: "),
        "percent_women": women,
        "citekey": comparison.trial,
        "notes": _notes(record),
    }
    ledger.keep_first("trials", record.line, cells, what)


def _year(record: Record, ledger: Ledger, what: str) -> str:
    cell = record.get("year")
    year = "".join(_YEAR.findall(record.get("study"))[:1]) if not cell else cell.removesuffix(".0")
    if not year or _YEAR.fullmatch(year):
        return year
    ledger.leave(record.line, what, f"year: '{cell}' is no year from 1950 on")
    return ""


def _notes(record: Record) -> str:
    """Keep what has no column of its own, as the file has it."""
    country, group, age = (record.get(name) for name in ("country", "target_group", "age_group"))
    said = {
        "Reference in the file": record.get("full_ref"),
        "DOI": record.get("doi"),
        "Country in the file": "" if country.lower() in words.COUNTRIES else country,
        "Target group in the file": "" if group.lower() in words.GROUPS else group,
        "Age group in the file": "" if words.said(words.POPULATIONS, age) else age,
    }
    return " | ".join(f"{name}: {' '.join(cell.split())}" for name, cell in said.items() if cell)


def take_arms(comparison: Comparison, ledger: Ledger) -> None:
    """Take both arms of a row: treatment, description, number randomised; format and sessions of the first."""
    record = comparison.record
    for side, arm in enumerate(comparison.arms, start=1):
        what = f"{comparison.trial}: arm {arm}"
        cells: Cells = {
            "trial_id": comparison.trial,
            "arm_id": arm,
            "treatment": words.treatment(record.get(f"condition_arm{side}")),
            "detail": _detail(record, side),
            "n_randomised": _people(record, f"rand_arm{side}", ledger, what),
        }
        if side == 1:
            cells |= {
                "format": words.said(words.FORMATS, record.get("format")),
                "n_sessions": _sessions(record, ledger, what),
            }
        ledger.keep_first("arms", record.line, cells, what)


def _detail(record: Record, side: int) -> str:
    """Return how the file specifies an arm beyond its condition; what it says of the format is said of the first."""
    multi = record.get(f"multi_arm{side}")
    said = [
        "" if multi.lower() == record.get(f"condition_arm{side}").lower() else multi,
        record.get("format_details") if side == 1 else "",
    ]
    return " | ".join(" ".join(part.split()) for part in said if part)


def _sessions(record: Record, ledger: Ledger, what: str) -> str:
    cell = record.get("n_sessions")
    try:
        sessions = whole(cell)
    except ValueError:
        sessions = ""
    if cell and not (sessions and int(sessions) > 0):
        # An average number received is not the number planned.
        ledger.leave(record.line, what, f"n_sessions: '{cell}' is no whole number of sessions")
        return ""
    return sessions


def _people(record: Record, column: str, ledger: Ledger, what: str) -> str:
    people = ledger.read(whole, record.get(column), record.line, what, f"{column}: ")
    if people and int(people) < 1:
        ledger.leave(record.line, what, f"{column}: {people} people")
        return ""
    return people


def take_dropout(comparison: Comparison, shared: Cells, ledger: Ledger) -> None:
    """Take how many of each arm left the trial (``attr`` out of ``rand``), once per trial and time point."""
    record = comparison.record
    for side, arm in enumerate(comparison.arms, start=1):
        what = f"{comparison.trial}: dropout of {arm}"
        total = _people(record, f"rand_arm{side}", ledger, what)
        left = ledger.read(whole, record.get(f"attr_arm{side}"), record.line, what, f"attr_arm{side}: ")
        if left and not total:
            ledger.leave(record.line, what, f"{left} left, and nothing says out of how many (rand_arm{side})")
        if not left or not total:
            continue
        if not 0 <= int(left) <= int(total):
            ledger.leave(record.line, what, f"{left} left out of {total}")
            continue
        timed = {name: shared[name] for name in ("timepoint", "weeks", "source_id")}
        cells = {
            **{"trial_id": comparison.trial, "arm_id": arm, "outcome": "dropout", "domain": "dropout"},
            **{"measure": "binary", "events": left, "total": total, **timed},
        }
        ledger.keep_first(DROPOUT, record.line, cells, what)


def add_dropout(ledger: Ledger) -> None:
    """Add the dropout gathered from all rows to ``outcomes``, where no row gives it as an outcome of its own."""
    for line, cells in ledger.rows[DROPOUT].values():
        if ledger.line_of("outcomes", cells) is None:
            ledger.take("outcomes", line, cells)
