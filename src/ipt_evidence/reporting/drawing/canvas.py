"""A drawing surface measured in points, written out as SVG that stands alone or inside a page."""

from functools import lru_cache
from itertools import repeat
from typing import Literal
from xml.etree import ElementTree

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

MEASURED_FONT = "DejaVu Sans"
"""Comes with matplotlib, and is wider than the fonts named before it: what fits in it fits in all."""

FONT_STACK = "'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

PIXELS = 96 / 72
"""Pixels of a page in one point."""

Align = Literal["left", "right", "center"]

ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is, in points."""
    return size * _units(text, bold)


@lru_cache(maxsize=1 << 14)
def _units(text: str, bold: bool) -> float:
    return sum(map(_advance, text, repeat(bold)))


@lru_cache(maxsize=4096)
def _advance(letter: str, bold: bool) -> float:
    """Return the width of one letter, in units of the size of type; a full unit for letters the font lacks."""
    font = get_font(findfont(FontProperties(family=MEASURED_FONT, weight="bold" if bold else "normal")))
    if not font.get_char_index(ord(letter)):
        return 1.0
    font.set_size(100, 72)
    glyph = font.load_char(ord(letter), LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / 100


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than ``width`` points, between words where it can."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        joined = f"{lines[-1]} {word}" if lines else word
        if text_width(joined, size, bold=bold) <= width:
            lines[-1:] = [joined]
        else:
            lines += _pieces(word, width, size, bold=bold)
    return lines


def _pieces(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    """Cut a word that is wider than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size, bold=bold) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


class Canvas:
    """A surface on which x runs right and y runs down, in points; later marks cover earlier ones.

    Text stays text, so that it can be searched and copied. Only the ids of title and description could clash
    with another drawing on a page.

    Parameters
    ----------
    width, height : float
        Size in points.
    """

    def __init__(self, width: float, height: float) -> None:
        self._size = width, height
        self._marks: list[ElementTree.Element] = []

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        colour: str,
        align: Align = "left",
        bold: bool = False,
    ) -> None:
        """Write a line of text; ``y`` is its baseline."""
        anchor = {"text_anchor": ANCHORS[align]} if align != "left" else {}
        weight = {"font_weight": "bold"} if bold else {}
        self._mark("text", x=x, y=y, font_size=size, fill=colour, **anchor, **weight).text = text

    def upward(self, x: float, y: float, text: str, *, size: float, colour: str) -> None:
        """Write a bold line of text that runs up the page from its baseline's start at (``x``, ``y``)."""
        turn = f"rotate(-90 {_figure(x)} {_figure(y)})"
        mark = self._mark("text", x=x, y=y, font_size=size, fill=colour, font_weight="bold", transform=turn)
        mark.text = text

    def line(
        self, start: tuple[float, float], end: tuple[float, float], *, colour: str, width: float = 1.0,
        dashes: tuple[float, float] | None = None,
    ) -> None:  # fmt: skip
        """Draw a straight line, dashed by lengths in points if given."""
        (x1, y1), (x2, y2) = start, end
        dashed = {"stroke_dasharray": " ".join(map(_figure, dashes))} if dashes else {}
        self._mark("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width, **dashed)

    def path(self, points: list[tuple[float, float]], *, colour: str, width: float = 1.2) -> None:
        """Draw a line from point to point."""
        self._mark("polyline", points=_points(points), fill="none", stroke=colour, stroke_width=width)

    def polygon(self, points: list[tuple[float, float]], *, colour: str) -> None:
        """Fill a polygon."""
        self._mark("polygon", points=_points(points), fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, *, colour: str) -> None:
        """Fill a rectangle."""
        self._mark("rect", x=left, y=top, width=right - left, height=bottom - top, fill=colour)

    def disc(self, x: float, y: float, radius: float, *, colour: str, edge: str) -> None:
        """Fill a circle with an edge."""
        self._mark("circle", cx=x, cy=y, r=radius, fill=colour, stroke=edge)

    def svg(self, *, title: str, description: str, name: str) -> str:
        """Return the drawing as an SVG element.

        Parameters
        ----------
        title, description : str
            Read out in place of the drawing.
        name : str
            Unique in the page; begins the ids of title and description.
        """
        width, height = self._size
        facts = {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_figure(width)} {_figure(height)}",
            "width": f"{width * PIXELS:.0f}",
            "height": f"{height * PIXELS:.0f}",
            "font-family": FONT_STACK,
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
        }
        root = ElementTree.Element("svg", facts)
        for tag, text in (("title", title), ("desc", description)):
            ElementTree.SubElement(root, tag, {"id": f"{name}-{tag}"}).text = text
        root.extend(self._marks)
        return ElementTree.tostring(root, encoding="unicode")

    def _mark(self, tag: str, **attributes: str | float) -> ElementTree.Element:
        """Add a mark by its attributes: numbers are lengths, and names have underscores for hyphens."""
        written = {
            name.replace("_", "-"): value if isinstance(value, str) else _figure(value)
            for name, value in attributes.items()
        }
        mark = ElementTree.Element(tag, written)
        self._marks.append(mark)
        return mark


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{_figure(x)},{_figure(y)}" for x, y in points)


def _figure(value: float) -> str:
    """Write a length to a hundredth of a point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
