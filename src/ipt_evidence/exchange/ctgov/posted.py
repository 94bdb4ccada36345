"""What is posted of an outcome measure: class by class, category by category, group by group."""

from collections.abc import Iterator
from dataclasses import dataclass

from ipt_evidence.exchange.ctgov.figures import Cell
from ipt_evidence.exchange.ctgov.tree import Node

PEOPLE = ("participants", "subjects")
FIGURES = ("value", "spread", "lowerLimit", "upperLimit")


@dataclass(frozen=True, slots=True)
class Part:
    """One class and category of a measure: a time point, a subscale, or what was counted."""

    node: Node
    title: str
    category: str
    among: tuple[str, ...]


def parts_of(measure: Node) -> Iterator[Part]:
    """Yield each class and category of a measure."""
    for each in measure.at("classes"):
        categories = list(each.at("categories"))
        titles = tuple(category.at("title").text for category in categories)
        for category, title in zip(categories, titles, strict=True):
            yield Part(category, each.at("title").text, title, titles)


def said_of(part: Part) -> str:
    """Return the figures of a part by group as one text."""
    return ", ".join(
        " ".join(text for name in ("groupId", *FIGURES) if (text := each.at(name).text))
        for each in part.node.at("measurements")
    )


def cells_of(measure: Node, part: Part) -> dict[str, Cell]:
    """Return what is posted by group; the numbers analysed are those of the class, else of the measure."""
    own = next(each for each in measure.at("classes") if part.node.path.startswith(f"{each.path}."))
    sizes = _sizes(measure) | _sizes(own)
    return {
        (group := each.at("groupId").text): Cell(*[*(each.at(name).text for name in FIGURES), sizes.get(group, "")])
        for each in part.node.at("measurements")
    }


def _sizes(node: Node) -> dict[str, str]:
    return {
        count.at("groupId").text: count.at("value").text
        for denominator in node.at("denoms")
        if denominator.at("units").text.lower() in (*PEOPLE, "")
        for count in denominator.at("counts")
    }


def other_units(measure: Node) -> Iterator[tuple[str, str]]:
    """Yield numbers analysed that count something else than people, such as eyes: the unit, and them by group."""
    for counted in measure.at("denoms"):
        units = counted.at("units").text
        if units and units.lower() not in PEOPLE:
            sizes = (f"{each.at('groupId').text} {each.at('value').text}" for each in counted.at("counts"))
            yield units, ", ".join(sizes)
