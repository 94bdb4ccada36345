"""A picture of an answer with its words and the table it is drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.addresses import picture_address
from ipt_evidence.reporting.drawing.canvas import Canvas

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its words.

    Attributes
    ----------
    title, words : str
        What it is, and what it shows, also for those who cannot see it.
    drawing : Markup
        The picture.
    address : str
        The table to take away, as a path below ``reports``.
    rows : tuple of mapping
        Its rows.
    """

    title: str
    words: str
    drawing: Markup
    address: str
    rows: tuple[Row, ...]


def picture(answer: Answer, name: str, canvas: Canvas, *, title: str, words: str, rows: Sequence[Row]) -> Picture:
    """Put a drawing on an answer together with its words and its table.

    Parameters
    ----------
    answer : Answer
        The answer.
    name : str
        What the picture is called in addresses and ids.
    canvas : Canvas
        The drawing.
    title, words : str
        What it is, and what it shows.
    rows : sequence of mapping
        What it is drawn from.
    """
    drawn = canvas.svg(title=f"{title}: {answer.asked}", description=words, name=f"{name}-{answer.question_id}")
    # ElementTree has escaped all text in it.
    return Picture(
        title=title, words=words, drawing=Markup(drawn), address=picture_address(answer, name), rows=tuple(rows)
    )
