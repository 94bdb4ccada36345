"""What guidelines say on the conditions a guide speaks of: who goes how far, and for how many more they speak."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from ipt_evidence.files import rows_of
from ipt_evidence.reporting.guides.said import Said, first_that_fits, leading, plainly
from ipt_evidence.reporting.guides.short.desk import Desk
from ipt_evidence.reporting.guides.short.gathered import lowest
from ipt_evidence.words import numbers
from ipt_evidence.words.audit import STANCES_BRIEFLY
from ipt_evidence.words.labels import listed

PAGE = "guidelines.html"

PEOPLE = "The full text says for whom."
PEOPLE_AND_REST = "The full text says for whom, and has other conditions."

Found = Mapping[str, list[Mapping[str, object]]]


def support(desk: Desk) -> tuple[Said, ...]:
    """Say what bodies say on the conditions the guide speaks of, as many as there is room for, in their order."""
    found = _by_condition(desk)
    named = [name for name in lowest(desk.conditions, desk) if name in found]
    long, counted = ([_on(name, found[name], desk, by_name=by_name) for name in named] for by_name in (True, False))
    ways = [(*long[:most], *counted[most:]) for most in range(len(named), -1, -1)]
    fewer = [counted[:most] for most in range(len(named) - 1, -1, -1)]
    return first_that_fits((_framed(told, named, found) for told in (*ways, *fewer)), desk.room)


def _framed(told: Sequence[Said], named: Sequence[str], found: Found) -> tuple[Said, ...]:
    """Begin with how many guidelines speak of what is told, and say that others are left out."""
    rows = [row for name in (named[: len(told)] or found) for row in found[name]]
    ids = _ids(rows)
    bodies = numbers.counted(len({(row["organisation"], row["title"]) for row in rows}), "guideline")
    first = leading("We read ", bodies, ".", PAGE, *ids)
    return (first, *told, plainly(PEOPLE if len(told) == len(named) else PEOPLE_AND_REST, *ids))


def line(desk: Desk) -> Said:
    """Say in one sentence for how many conditions bodies name the therapy."""
    found = _by_condition(desk)
    ids = _ids(row for rows in found.values() for row in rows)
    named = sum(any(STANCES_BRIEFLY[_stance(row)][1] for row in rows) for rows in found.values())
    said = f"Guidelines we read name {desk.voice.therapy} for {named} of {numbers.counted(len(found), 'condition')}"
    return plainly(f"{said}, each for its own group of people.", *ids)


def _by_condition(desk: Desk) -> Found:
    table = desk.review.tables["guidelines"]
    listing, names = desk.review.tables["concordance"].set_index("guideline_id")["listing"], names_of(table)
    found: dict[str, list[Mapping[str, object]]] = {}
    for row in rows_of(table):
        # A row that repeats another one adds no body.
        if not row["same_as"]:
            name = row["guideline_id"]
            found.setdefault(row["condition"], []).append({**row, "listing": bool(listing[name]), "name": names[name]})
    return {name: found[name] for name in desk.voice.conditions if name in found}


def _ids(rows: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    return tuple(f"guideline:{row['guideline_id']}" for row in rows)


def _stance(row: Mapping[str, object]) -> str:
    return "listed" if row["listing"] else str(row["recommendation"])


def _on(condition: str, rows: list[Mapping[str, object]], desk: Desk, *, by_name: bool) -> Said:
    """Say who takes which stance on one condition, or how many do."""
    said: list[str] = []
    counted: set[str] = set()
    for stance, (words, _) in STANCES_BRIEFLY.items():
        here = dict.fromkeys(str(row["name"]) for row in rows if _stance(row) == stance)
        # A guideline that says two things, of the therapy alone and with medication say, counts once, by the stronger.
        group = [name for name in here if name not in counted]
        counted.update(group)
        said += [words.format(names=listed(group) if by_name else numbers.count(len(group)))] if group else []
    ids = _ids(rows)
    label, therapy = desk.voice.conditions[condition], desk.voice.therapy
    return leading("For ", label, f", {therapy} is {listed(said)}.", f"{PAGE}#{condition}", *ids)


def names_of(table: pd.DataFrame) -> dict[str, str]:
    """Name each guideline by the short name of its body and its year; by the whole name where two bodies share one."""
    sharing = table.groupby("body")["organisation"].nunique()
    found = {}
    for row in rows_of(table):
        short = row["body"] if row["body"] and sharing.get(row["body"], 2) == 1 else row["organisation"] or row["title"]
        found[row["guideline_id"]] = f"{short} {row['year']:.0f}" if row["year"] else short
    return found
