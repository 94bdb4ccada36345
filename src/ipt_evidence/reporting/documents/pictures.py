"""Pictures of documents: drawings with their size on paper, and what is read out in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import typst

SVG = "{http://www.w3.org/2000/svg}"

MM = 25.4 / 72
"""Millimetres in one point."""

UPRIGHT, LYING = (166.0, 220.0), (252.0, 140.0)
"""Width and height in mm that a page of A4 leaves for a picture between heading and caption."""

PIXELS_PER_INCH = 144.0
"""Fineness of PNG, at the size in which a picture was drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing as it stands in a document.

    Attributes
    ----------
    name, svg : str
        Its name in the document, and the drawing itself.
    title, told : str
        What it is, and what it shows, in words.
    lies : bool
        Whether it is larger on a page turned by a quarter.
    width : float
        Width on paper in mm.
    """

    name: str
    svg: str
    title: str
    told: str
    lies: bool
    width: float


def picture_of(name: str, svg: str) -> Picture:
    """Fit a drawing to a page of A4, turned by a quarter if it is larger there; it is never enlarged.

    Parameters
    ----------
    name : str
        Its name in the document: a slug.
    svg : str
        What :meth:`~ipt_evidence.reporting.drawing.canvas.Canvas.svg` returns: its title and its description are
        read out in place of the picture.
    """
    root = ElementTree.fromstring(svg)
    width, height = (float(side) * MM for side in root.attrib["viewBox"].split()[2:])
    title, told = (root.findtext(f"{SVG}{tag}", "") for tag in ("title", "desc"))
    scales = [min(1.0, room[0] / width, room[1] / height) for room in (UPRIGHT, LYING)]
    lies = scales[1] > scales[0]
    return Picture(
        name=name, svg=svg, title=title, told=f"{title}. {told}", lies=lies, width=round(width * scales[lies], 1)
    )


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that typst carries, and those by which the drawings were measured; none of the machine's own."""
    return typst.Fonts(include_system_fonts=False, font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")])


def compiled(source: bytes, files: Mapping[str, bytes], **options: Any) -> list[bytes]:
    """Compile a text of typst that reads no other files than those given.

    Parameters
    ----------
    source : bytes
        The text.
    files : mapping of str to bytes
        What it may read, by name.
    **options
        Of ``typst.compile``.

    Returns
    -------
    list of bytes
        The document; as pictures, a file a page.
    """
    # The type stubs of typst 0.15 do not know that it compiles a set of files.
    given: Any = {"main": source, **files}
    made = typst.compile(given, font_paths=_fonts(), **options)
    return made if isinstance(made, list) else [made]


def png_of(pictures: Mapping[str, Picture]) -> dict[str, bytes]:
    """Draw pictures as PNG, by their names: the bytes hang on nothing but the drawing."""
    if not pictures:
        return {}
    files = {f"{name}.svg": picture.svg.encode() for name, picture in pictures.items()}
    pages = "\n#pagebreak()\n".join(f'#image("{name}")' for name in files)
    source = f"#set page(width: auto, height: auto, margin: 0pt)\n{pages}".encode()
    return dict(zip(pictures, compiled(source, files, format="png", ppi=PIXELS_PER_INCH), strict=True))
