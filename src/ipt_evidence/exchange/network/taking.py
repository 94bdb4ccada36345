"""Results of a row of a table for network meta-analysis: figures by arm, or an effect between two arms."""

import math
from collections.abc import Mapping

from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.network.rows import Row
from ipt_evidence.exchange.numerals import number, people, whole

MEASURES: Mapping[str, Mapping[str, str]] = {
    "continuous": {"mean": "y", "sd": "sd", "n": "n"},
    "binary": {"events": "r", "total": "n"},
}
"""Per measure: column of ``outcomes``, and beginning of the column of the file."""

STATISTICS = {"SMD": "smd", "MD": "mean_difference", "OR": "odds_ratio", "RR": "risk_ratio", "HR": "hazard_ratio"}
"""Our statistics by netmeta's names of effect measures, whose ratios are logarithms."""

SMALL_IS_GOOD = {"desirable": True, "good": True, "undesirable": False, "bad": False}
"""What netmeta calls small effects."""

WIDEST = math.log(1e6)


def take_figures(row: Row, ledger: Ledger) -> bool:
    """Take the figures of the arms of a row; return whether an effect follows from them or from an earlier row.

    Of the arms side by side two or more are taken together, or none.
    """
    found = False
    for measure, names in MEASURES.items():
        own = [f"{name}{side}" for side in row.sides for name in names.values()]
        said = [f"{name} {cell}" for name in own if (cell := row.record.get(name))]
        if not any(row.record.get(name) for name in own if not name.startswith("n")):
            continue
        what = f"{row.trial}: {measure} figures ({', '.join(said)})"
        figures, problems = _sound(row, names)
        if len(figures) < min(2, len(row.arms)):
            ledger.leave(row.record.line, what, "; ".join(problems.values()))
            continue
        for arm, problem in problems.items():
            ledger.leave(row.record.line, f"{what}: arm {arm}", problem)
        _take(row, measure, figures, what, ledger)
        found = True
    return found


def _sound(row: Row, names: Mapping[str, str]) -> tuple[dict[str, Cells], dict[str, str]]:
    """Return the figures of each arm of a row that has them all, and what is wrong with each other."""
    figures: dict[str, Cells] = {}
    problems: dict[str, str] = {}
    for arm, side in zip(row.arms, row.sides, strict=True):
        try:
            figures[arm] = _figures(row, names, side)
        except ValueError as problem:
            problems[arm] = str(problem)
    return figures, problems


def _figures(row: Row, names: Mapping[str, str], side: str) -> Cells:
    cells = {ours: row.record.get(theirs + side) for ours, theirs in names.items()}
    if missing := [names[ours] + side for ours, cell in cells.items() if not cell]:
        raise ValueError(f"{', '.join(missing)} missing")
    cells = {ours: (number if ours in ("mean", "sd") else whole)(cell) for ours, cell in cells.items()}
    if "sd" in cells and float(cells["sd"]) <= 0:
        raise ValueError(f"SD is {cells['sd']}")
    people = int(cells.get("n") or cells["total"])
    if people < 1:
        raise ValueError(f"n is {people}")
    if "events" in cells and not 0 <= int(cells["events"]) <= people:
        raise ValueError(f"{cells['events']} events among {people} people")
    return cells


def _take(row: Row, measure: str, figures: Mapping[str, Cells], what: str, ledger: Ledger) -> None:
    line, small = row.record.line, small_is_good(row)
    shared = {**row.shared, "trial_id": row.trial, "measure": measure}
    if measure == "continuous" and small is not None:
        shared["lower_is_better"] = str(small).lower()
    rows = [{**shared, "arm_id": arm, **cells} for arm, cells in figures.items()]
    if wrong := ledger.contradiction("outcomes", rows, MEASURES[measure]):
        ledger.leave(line, what, wrong)
        return
    for cells in rows:
        ledger.keep_first("outcomes", line, cells, f"{row.trial}: arm {cells['arm_id']}")


def take_contrast(row: Row, ledger: Ledger) -> None:
    """Take the effect of a row that has no figures by arm: between its two arms, since of three it says not which."""
    record, what = row.record, f"{row.trial}: effect of {' v '.join(row.arms)}"
    try:
        cells = _contrast(row)
    except ValueError as problem:
        held = ", ".join(f"{name} {cell}" for side in row.sides if (cell := record.get(name := f"n{side}")))
        ledger.leave(record.line, f"{what} ({held})" if held else what, str(problem))
        return
    names = ("n1", "n2")
    sizes = {name: ledger.read(people, record.get(name), record.line, f"{row.trial}: {name}") for name in names}
    first, second = row.arms
    taken = {**row.shared, "trial_id": row.trial, "arm1_id": first, "arm2_id": second, **cells, **sizes}
    turned = {**taken, "arm1_id": second, "arm2_id": first}
    if before := ledger.line_of("contrasts", taken) or ledger.line_of("contrasts", turned):
        said = f"effect {record.get('effect')}, se {record.get('se')}"
        ledger.leave(record.line, what, f"line {before} has this result, and is kept ({said} here)")
        return
    ledger.take("contrasts", record.line, taken)


def _contrast(row: Row) -> Cells:
    """Return statistic, value, standard error and direction.

    Raises
    ------
    ValueError
        If one of them is missing or impossible, with the reason.
    """
    effect, se, measure = (row.record.get(name) for name in ("effect", "se", "sm"))
    if row.sides != ("1", "2"):
        said = f"effect {effect}, se {se}" if effect or se else "no figures"
        raise ValueError(f"{said} of arms {', '.join(row.sides)}: an effect is between arms 1 and 2")
    if missing := [name for name, cell in (("effect", effect), ("se", se)) if not cell]:
        raise ValueError(f"{', '.join(missing)} missing (effect '{effect}', se '{se}')")
    value, error = number(effect), number(se)
    if float(error) <= 0:
        raise ValueError(f"se is {error}")
    said = f"effect {value}, se {error}"
    if not measure:
        raise ValueError(f"the file does not say of which measure it is ({said}): add a column sm, {_known()}")
    statistic = STATISTICS.get(measure.upper())
    if not statistic:
        raise ValueError(f"sm is '{measure}' ({said}), of which contrasts.csv has no statistic; it has {_known()}")
    small = small_is_good(row)
    first_is_better = small is not None and (float(value) == 0 or (float(value) < 0) == small)
    favours = "" if small is None else row.arms[0 if first_is_better else 1]
    cells = {"statistic": statistic, "se": error, "favours": favours, "derived": f"{measure} {value}, as in the file"}
    if statistic in ("smd", "mean_difference"):
        return {**cells, "value": value.removeprefix("-")}
    if abs(float(value)) > WIDEST:
        raise ValueError(f"effect {value} is no logarithm of a ratio that people have")
    good = "" if small is None else str(not small).lower()
    return {**cells, "value": repr(math.exp(float(value))), "event_good": good}


def _known() -> str:
    return f"one of {', '.join(STATISTICS)}"


def small_is_good(row: Row) -> bool | None:
    """Return whether small effects are desirable, None if the row does not say."""
    return SMALL_IS_GOOD.get(row.record.get("small.values").lower())
