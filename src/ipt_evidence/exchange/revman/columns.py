"""Columns of a RevMan table that nothing reads: each is named once, with the number of its cells."""

from collections.abc import Collection, Iterator

from ipt_evidence.exchange.foreign import Sheet
from ipt_evidence.exchange.numerals import same_cell
from ipt_evidence.words import labels
from ipt_evidence.words.numbers import plural

COMPUTED = frozenset({"weight", "mean", "ci_start", "ci_end", "df", "applicability", "user_defined_order"})
"""What RevMan computes from the rest, or needs for its plots."""


def unread_columns(sheet: Sheet, read: Collection[str]) -> Iterator[tuple[int | None, str, str]]:
    """Yield line, name and reason of each column outside ``read`` that holds more than 0."""
    computed = []
    for column in dict.fromkeys(sheet.columns):
        cells = ((record.line, record.get(column)) for record in sheet.records)
        lines = [line for line, cell in cells if cell and not same_cell(cell, "0")]
        if not lines or column in read:
            continue
        if column in COMPUTED:
            computed.append(labels.words(column))
        else:
            yield lines[0], f"column {labels.words(column)}, {len(lines)} x", "the raw tables have no place for it"
    if computed:
        yield (
            None,
            f"{plural(len(computed), 'column')} {', '.join(computed)}",
            "RevMan computes them from the rest, or uses them for its plots",
        )
