"""Which trial and which arms a row of a table for network meta-analysis speaks of, and what was measured."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ipt_evidence.exchange.foreign import Record
from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.names import unique_slugs, word
from ipt_evidence.exchange.network.columns import OF_ARM
from ipt_evidence.exchange.numerals import number
from ipt_evidence.exchange.oddities import ask_about_alike

Arm = tuple[str, int]
"""Treatment in small letters, and which of the arms of one result with this name it is."""


_YEAR = re.compile(r"19[5-9]\d|20\d\d")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the keys of its trial and of its arms, the sides they stand on, and what its figures are of.

    The side of the only arm of a row is empty text.
    """

    record: Record
    trial: str
    arms: tuple[str, ...]
    sides: tuple[str, ...]
    shared: Cells


def rows_of(records: Sequence[Record], sides: tuple[str, ...], source: str, ledger: Ledger) -> list[Row]:
    """Give every row its trial and arms, and leave those without; ``sides`` are the ends of the columns of each arm."""
    usable = [record for record in records if _is_usable(record, sides, ledger)]
    labels = {label: label for label in map(study_of, usable)}
    trials = unique_slugs(labels, "study", joint="")
    ask_about_alike(labels, ledger)
    found, named = [], defaultdict[str, dict[Arm, str]](dict)
    times: Counter[tuple[object, ...]] = Counter()
    for record in usable:
        trial, shared = trials[study_of(record)], _shared(record, source, ledger)
        mine = []
        for side in sides_of(record, sides):
            name = record.get(f"t{side}")
            # Side by side, an arm that is named again in another row is the same arm.
            place = (trial, name.lower(), *(shared.values() if len(sides) == 1 else (record.line,)))
            times[place] += 1
            arm = (name.lower(), times[place])
            named[trial].setdefault(arm, name if arm[1] == 1 else f"{name} {arm[1]}")
            mine.append(arm)
        found.append((record, trial, tuple(mine), shared))
    keys = {trial: unique_slugs(arms, "arm") for trial, arms in named.items()}
    rows = [
        Row(record, trial, tuple(keys[trial][arm] for arm in mine), sides_of(record, sides), shared)
        for record, trial, mine, shared in found
    ]
    _ask_of_twins(found, ledger)
    for row in rows:
        _leave_unnamed(row, sides, ledger)
    return rows


def sides_of(record: Record, sides: Iterable[str]) -> tuple[str, ...]:
    """Return the sides of a row on which a treatment is named."""
    return tuple(side for side in sides if record.get(f"t{side}"))


def take_trial_and_arms(row: Row, ledger: Ledger) -> None:
    """Take what a row says of its trial and of its arms."""
    record, line = row.record, row.record.line
    year = record.get("year").removesuffix(".0")
    if year and not year_in(year):
        ledger.leave(line, f"trial {row.trial}", f"year: '{year}' is no year from 1950 on")
        year = ""
    label = study_of(record)
    cells = {"trial_id": row.trial, "label": label, "year": year or year_in(label), "citekey": row.trial}
    ledger.keep_first("trials", line, cells, f"trial {row.trial}")
    for arm, side in zip(row.arms, row.sides, strict=True):
        name = record.get(f"t{side}")
        given = {"trial_id": row.trial, "arm_id": arm, "treatment": word(name), "detail": name}
        ledger.take("arms", line, given)


def study_of(record: Record) -> str:
    """Return the name of a study, its number where it has none."""
    return record.get("study", "id")


def year_in(text: str) -> str:
    """Return the first year from 1950 on in a text, empty text if there is none."""
    return "".join(_YEAR.findall(text)[:1])


def _is_usable(record: Record, sides: tuple[str, ...], ledger: Ledger) -> bool:
    named = sides_of(record, sides)
    needed = sides[:2]
    missing = [f"t{side}" for side in needed if side not in named] if len(named) < len(needed) else []
    reason = f"{', '.join(missing)}: empty" if missing else ""
    if not study_of(record):
        reason = "; ".join(filter(None, ("study: empty", reason)))
    names = [record.get(f"t{side}").lower() for side in named]
    if not reason and len(names) == 2 and names[0] == names[1]:
        reason = f"both arms are '{record.get(f't{named[0]}')}'"
    if reason:
        ledger.leave(record.line, f"{study_of(record) or 'row'}{_holding(record, sides)}", reason)
    return not reason


def _leave_unnamed(row: Row, sides: tuple[str, ...], ledger: Ledger) -> None:
    for side in sides:
        if side not in row.sides and (said := figures_on(row.record, side)):
            ledger.leave(row.record.line, f"{row.trial}: figures ({said})", f"t{side}: empty")


def _holding(record: Record, sides: tuple[str, ...]) -> str:
    """Return the figures of a row that is left."""
    said = ", ".join(filter(None, (figures_on(record, side) for side in sides)))
    return f" ({said})" if said else ""


def figures_on(record: Record, side: str) -> str:
    """Return the figures that a row has on one side, each with its column."""
    names = (f"{name}{side}" for name in OF_ARM if name != "t")
    return ", ".join(f"{name} {cell}" for name in names if (cell := record.get(name)))


def _shared(record: Record, source: str, ledger: Ledger) -> Cells:
    """Return what the figures of a row are of, in our words."""
    said = record.get("outcome")
    outcome = words.outcome(said) if said else ""
    time = record.get("timepoint")
    point = words.timepoint(time)
    if time and not point:
        ledger.ask(record.line, f"timepoint '{time}'", "neither post nor follow-up: taken as post")
    weeks = ledger.read(number, record.get("weeks"), record.line, f"{study_of(record)}: weeks")
    return {
        "outcome": outcome,
        "domain": words.DOMAINS.get(outcome, "target"),
        "instrument": words.instrument(record.get("instrument")),
        "timepoint": point or "post",
        "weeks": weeks,
        "source_id": source,
    }


def _ask_of_twins(found: Iterable[tuple[Record, str, tuple[Arm, ...], Cells]], ledger: Ledger) -> None:
    for record, trial, mine, _ in found:
        if any(times > 1 for _, times in mine):
            reason = "the trial has this treatment in an earlier row on the same result: taken as one more arm; name it"
            if len(mine) > 1:
                reason = "the row has several arms of one treatment: taken as so many; name them"
            said = record.get("t") or next(name for name, times in mine if times > 1)
            ledger.ask(record.line, f"{trial}: arm '{said}'", reason)
