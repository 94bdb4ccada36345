"""Whom a registry record counts at baseline: mean age and the share of women; whatever else it says is left by name."""

import re
from collections.abc import Callable

from ipt_evidence.exchange.ctgov.tree import Node
from ipt_evidence.exchange.ctgov.words import kind
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.numerals import number, whole

AGE, SEX = re.compile(r"age,? continuous", re.IGNORECASE), re.compile(r"sex", re.IGNORECASE)
REASON = "trials.csv holds the mean age in years and the share of women, of all participants"


def take_baseline(baseline: Node, trial: str, line: int, ledger: Ledger) -> tuple[str, str]:
    """Return mean age and women in percent, empty text where they are not given; leave every other measure."""
    total = _total(baseline)
    age = women = ""
    for measure in baseline.at("measures"):
        title = measure.at("title").text
        taken = ""
        if AGE.match(title) and not age:
            age = taken = _mean_age(measure, total)
        elif SEX.match(title) and not women:
            women = taken = _women(measure, total)
        if not taken:
            ledger.leave(line, f"{trial}: at baseline, {title}: {_posted(measure)}", REASON)
    return age, women


def _total(baseline: Node) -> str:
    groups = ((group.at("id").text, group.at("title").text) for group in baseline.at("groups"))
    return next((name for name, title in groups if title.lower() == "total"), "")


def _mean_age(measure: Node, total: str) -> str:
    if kind(measure.at("paramType").text) != "MEAN" or "year" not in measure.at("unitOfMeasure").text.lower():
        return ""
    cells = [value for _, group, value in _cells(measure) if group == total]
    return _number(cells[0]) if len(cells) == 1 else ""


def _women(measure: Node, total: str) -> str:
    if kind(measure.at("paramType").text) != "COUNT_OF_PARTICIPANTS":
        return ""
    people = {title.lower(): _number(value, whole) for title, group, value in _cells(measure) if group == total}
    if not {"female", "male"} <= {*people} or not all(people.values()):
        return ""
    everybody = sum(map(float, people.values()))
    return f"{100 * float(people['female']) / everybody:.4g}" if everybody else ""


def _cells(measure: Node) -> list[tuple[str, str, str]]:
    """Return category, group and value of each cell."""
    return [
        (category.at("title").text, found.at("groupId").text, found.at("value").text)
        for part in measure.at("classes")
        for category in part.at("categories")
        for found in category.at("measurements")
    ]


def _posted(measure: Node) -> str:
    kinds = [measure.at(name).text for name in ("paramType", "unitOfMeasure")]
    return ", ".join([*filter(None, kinds), *(" ".join(filter(None, cell)) for cell in _cells(measure))])


def _number(cell: str, read: Callable[[str], str] = number) -> str:
    try:
        # A comma may stand for thousands or for decimals.
        return "" if "," in cell else read(cell)
    except ValueError:
        return ""
