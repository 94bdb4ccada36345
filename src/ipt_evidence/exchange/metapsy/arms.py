"""Trials and arms of a Metapsy file: arms are put together again from the comparisons they appear in."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ipt_evidence.exchange.foreign import Record
from ipt_evidence.exchange.names import unique_slugs

Side = tuple[str, str, int]
"""Condition, specification, and 2 if the other arm of the row has the same two, else 1; in small letters."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row of the file with the keys of its trial and its two arms."""

    record: Record
    trial: str
    arms: tuple[str, str]
    alike: bool


def comparisons(records: Iterable[Record]) -> tuple[list[Comparison], list[tuple[Record, str]]]:
    """Give every row its trial and arms.

    Rows with one study, condition and ``multi_arm`` speak of one arm. Where ``multi_arm`` only repeats the condition,
    it counts as empty. Two arms of a row that cannot be told apart are kept apart by their position.

    Returns
    -------
    list of Comparison
        Usable rows, in the order of the file.
    list of (Record, str)
        Rows without study or condition, and what is missing.
    """
    usable, broken = [], []
    for record in records:
        missing = [name for name in ("study", "condition_arm1", "condition_arm2") if not record.get(name)]
        if missing:
            broken.append((record, f"{', '.join(missing)}: empty"))
        else:
            usable.append(record)
    labels = {record.get("study"): record.get("study") for record in usable}
    trials = unique_slugs(labels, "study", joint="")
    sides: defaultdict[str, set[Side]] = defaultdict(set)
    for record in usable:
        sides[trials[record.get("study")]].update(_sides(record))
    arms = {trial: _arm_slugs(found) for trial, found in sides.items()}
    return [_comparison(record, trials[record.get("study")], arms) for record in usable], broken


def _comparison(record: Record, trial: str, arms: dict[str, dict[Side, str]]) -> Comparison:
    first, second = _sides(record)
    return Comparison(record, trial, (arms[trial][first], arms[trial][second]), alike=second[2] == 2)


def _sides(record: Record) -> tuple[Side, Side]:
    (first, second) = (_named(record, 1), _named(record, 2))
    return (*first, 1), (*second, 2 if first == second else 1)


def _named(record: Record, side: int) -> tuple[str, str]:
    condition = " ".join(record.get(f"condition_arm{side}").lower().split())
    multi = " ".join(record.get(f"multi_arm{side}").lower().split())
    return condition, "" if multi == condition else multi


def _arm_slugs(sides: set[Side]) -> dict[Side, str]:
    # In the order of their names, so that the keys do not hang on the order of the rows.
    names = Counter(_name(side) for side in sides)
    return unique_slugs({side: _label(side, alone=names[_name(side)] == 1) for side in sorted(sides)}, "arm")


def _name(side: Side) -> str:
    condition, multi, _ = side
    return multi or condition


def _label(side: Side, *, alone: bool) -> str:
    condition, multi, position = side
    name = _name(side) if alone or not multi else f"{condition} {multi}"
    return name if position == 1 else f"{name} 2"
