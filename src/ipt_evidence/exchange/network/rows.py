"""Which trial and which arms a row of a table for network meta-analysis speaks of, and what was measured."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ipt_evidence.exchange.foreign import Record
from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.names import unique_slugs, word
from ipt_evidence.exchange.numerals import number

Side = tuple[str, int]
"""Treatment in small letters, and which of the rows of one result that name it this is."""


_YEAR = re.compile(r"19[5-9]\d|20\d\d")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the keys of its trial and of its one or two arms, and what its figures are of."""

    record: Record
    trial: str
    arms: tuple[str, ...]
    shared: Cells


def rows_of(records: Sequence[Record], columns: tuple[str, ...], source: str, ledger: Ledger) -> list[Row]:
    """Give every row its trial and arms, and leave those without.

    Parameters
    ----------
    records : sequence of Record
        Rows under our names of columns.
    columns : tuple of str
        Where the treatment of each of its arms stands.
    source : str
        Key of the file in ``sources``.
    ledger : Ledger
        Takes note.
    """
    usable = [record for record in records if _is_usable(record, columns, ledger)]
    labels = {label: label for label in map(study_of, usable)}
    trials = unique_slugs(labels, "study", joint="")
    found, sides = [], defaultdict[str, dict[Side, str]](dict)
    times: Counter[tuple[object, ...]] = Counter()
    for record in usable:
        trial, shared = trials[study_of(record)], _shared(record, source, ledger)
        mine = []
        for column in columns:
            name = record.get(column)
            place = (trial, name.lower(), *shared.values())
            times[place] += len(columns) == 1
            side = (name.lower(), max(1, times[place]))
            sides[trial].setdefault(side, name if side[1] == 1 else f"{name} {side[1]}")
            mine.append(side)
        found.append((record, trial, tuple(mine), shared))
    keys = {trial: unique_slugs(named, "arm") for trial, named in sides.items()}
    rows = [
        Row(record, trial, tuple(keys[trial][side] for side in mine), shared) for record, trial, mine, shared in found
    ]
    _ask_of_twins(found, ledger)
    return rows


def take_trial_and_arms(row: Row, columns: Iterable[str], ledger: Ledger) -> None:
    """Take what a row says of its trial and of its arms."""
    record, line = row.record, row.record.line
    year = record.get("year").removesuffix(".0")
    if year and not year_in(year):
        ledger.leave(line, f"trial {row.trial}", f"year: '{year}' is no year from 1950 on")
        year = ""
    label = study_of(record)
    cells = {"trial_id": row.trial, "label": label, "year": year or year_in(label), "citekey": row.trial}
    ledger.keep_first("trials", (row.trial,), line, cells, f"trial {row.trial}")
    for arm, column in zip(row.arms, columns, strict=True):
        name = record.get(column)
        given = {"trial_id": row.trial, "arm_id": arm, "treatment": word(name), "detail": name}
        ledger.take("arms", (row.trial, arm), line, given)


def study_of(record: Record) -> str:
    """Return the name of a study, its number where it has none."""
    return record.get("study", "id")


def year_in(text: str) -> str:
    """Return the first year from 1950 on in a text, empty text if there is none."""
    return "".join(_YEAR.findall(text)[:1])


def _is_usable(record: Record, columns: tuple[str, ...], ledger: Ledger) -> bool:
    missing = [name for name in columns if not record.get(name)]
    reason = f"{', '.join(missing)}: empty" if missing else ""
    if not study_of(record):
        reason = "; ".join(filter(None, ("study: empty", reason)))
    names = [record.get(name).lower() for name in columns]
    if not reason and len({*names}) < len(names):
        reason = f"both arms are '{record.get(columns[0])}'"
    if reason:
        ledger.leave(record.line, study_of(record) or "row", reason)
    return not reason


def _shared(record: Record, source: str, ledger: Ledger) -> Cells:
    """Return what the figures of a row are of, in our words."""
    said = record.get("outcome")
    outcome = words.outcome(said) if said else ""
    time = record.get("timepoint")
    point = words.timepoint(time)
    if time and not point:
        ledger.ask(record.line, f"timepoint '{time}'", "neither post nor follow-up: taken as post")
    try:
        weeks = number(record.get("weeks"))
    except ValueError as problem:
        ledger.leave(record.line, f"{study_of(record)}: weeks", str(problem))
        weeks = ""
    return {
        "outcome": outcome,
        "domain": words.DOMAINS.get(outcome, "target"),
        "instrument": words.instrument(record.get("instrument")),
        "timepoint": point or "post",
        "weeks": weeks,
        "source_id": source,
    }


def _ask_of_twins(found: Iterable[tuple[Record, str, tuple[Side, ...], Cells]], ledger: Ledger) -> None:
    for record, trial, mine, _ in found:
        if any(times > 1 for _, times in mine):
            reason = "the trial has this treatment in an earlier row on the same result: taken as one more arm; name it"
            ledger.ask(record.line, f"{trial}: arm '{record.get('t')}'", reason)
