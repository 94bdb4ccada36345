"""Which columns of a table of risk of bias are judgements of which tool."""

from dataclasses import dataclass

from ipt_evidence.exchange.bias.columns import ROB1_ITEMS, ROB2_DOMAINS, Column, column_of
from ipt_evidence.exchange.bias.words import is_of_another_tool, plain
from ipt_evidence.exchange.foreign import Sheet

NOT_RANDOMISED = (
    "these are judgements of ROBINS-I or another tool for studies that were not randomised; the tables hold randomised "
    "trials, judged with RoB 1 or RoB 2"
)
NO_WHOLE = "the first Cochrane tool judges no whole"
NO_ITEM = "risk_of_bias.csv does not hold this item of the first Cochrane tool"


@dataclass(frozen=True, slots=True)
class Shape:
    """What is read of a table, and what is not.

    Attributes
    ----------
    judged : dict of str to (str, str)
        Tool and domain by column of judgements.
    left : dict of str to str
        Reason by column of judgements that are not taken.
    """

    judged: dict[str, tuple[str, str]]
    left: dict[str, str]


def shape_of(sheet: Sheet) -> Shape:
    """Return the tool and the domain of each column of judgements.

    ``D1`` to ``D5`` are the domains of RoB 2 and ``D1`` to ``D7`` the items of RoB 1, as the templates of robvis have
    them, unless most judgements are words of another tool.
    """
    columns = {name: column for name in sheet.columns if (column := column_of(name)).role == "judgement"}
    numbers = {column.about for column in columns.values() if not column.tool and column.about != "overall"}
    tool = _tool(sheet, columns, numbers)
    judged: dict[str, tuple[str, str]] = {}
    left: dict[str, str] = {}
    for name, column in columns.items():
        place = _place(column, tool)
        if isinstance(place, str):
            left[name] = place
        elif place in judged.values():
            left[name] = "another column holds the same judgement, and is read"
        else:
            judged[name] = place
    return Shape(judged, left)


def _tool(sheet: Sheet, columns: dict[str, Column], numbers: set[str]) -> str:
    """Return the tool that numbers of domains and the overall judgement belong to, empty text if it is another."""
    if is_of_another_tool(plain(record.get(name)) for record in sheet.records for name in columns):
        return ""
    if any(column.tool == "RoB2" for column in map(column_of, sheet.columns)):
        return "RoB2"
    if any(column.tool == "RoB1" for column in columns.values()) or max(numbers, default="") == "7":
        return "RoB1"
    return "RoB2" if not numbers or max(numbers) == "5" else ""


def _place(column: Column, tool: str) -> tuple[str, str] | str:
    """Return tool and domain of a column, or why it is left."""
    if not tool:
        return NOT_RANDOMISED
    if column.tool:
        return column.tool, column.about
    if column.about == "overall":
        return ("RoB2", "overall") if tool == "RoB2" else NO_WHOLE
    if tool == "RoB2":
        return ("RoB2", ROB2_DOMAINS[column.about]) if column.about in ROB2_DOMAINS else NOT_RANDOMISED
    return ("RoB1", ROB1_ITEMS[column.about]) if column.about in ROB1_ITEMS else NO_ITEM
