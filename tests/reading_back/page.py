"""Pages, cut into blocks of text, each with what its place names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from reading_back.figures import PLAIN

TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>|([^<]+)")

INLINE = {"a", "b", "span", "code", "br", "wbr", "i", "em", "strong", "label"}

VOID = {"meta", "link", "img", "input", "hr", "col", "circle", "line", "rect", "path", "polygon"}

UNREAD = {"style", "script", "sup", "nav", "pre"}

NAMED = ("tr", "li", "section", "dd", "div", "p", "figure", "details")
"""Elements that links in them give a name to."""

PART = re.compile(r"-(title|summary|caption|choices|less|origins|certainty|small|pulls)$|^(trial|ref|network)-|\.html$")

COMMIT = re.compile(r"\bcommit [0-9a-f]{7,40}\b")
"""How to cite names the commit, which may begin like a number."""


@dataclass(slots=True)
class Place:
    """An element, and what its id and the links in it name."""

    tag: str
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text, with the elements around it."""

    text: str
    places: tuple[Place, ...]

    @property
    def is_tick(self) -> bool:
        """Whether it is a figure of an axis."""
        return any(place.tag == "svg" for place in self.places) and bool(re.fullmatch(rf"{PLAIN}%?", self.text))

    @property
    def names(self) -> Iterator[tuple[str, ...]]:
        """What is named, the nearest first."""
        return (tuple(dict.fromkeys(place.names)) for place in reversed(self.places) if place.names)


def blocks_of(page: str) -> list[Block]:
    """Cut a page into blocks of text that hold a digit."""
    places, found, text, unread = [Place("page")], [], [], 0

    def close() -> None:
        said = COMMIT.sub("commit", re.sub(r"\s+", " ", unescape("".join(text))).strip())
        text.clear()
        if re.search(r"\d", said):
            found.append(Block(said, tuple(places)))

    for end, tag, facts, words in TOKEN.findall(page):
        if words:
            text.append("" if unread else words)
        elif tag in UNREAD:
            unread += -1 if end else 1
        elif tag in INLINE:
            text.append(" " if tag == "br" else "")
            _name(places, facts)
        else:
            close()
            (_leave if end else _enter)(places, tag, facts)
    close()
    return found


def _leave(places: list[Place], tag: str, _: str) -> None:
    while len(places) > 1 and places.pop().tag != tag:
        pass


def _enter(places: list[Place], tag: str, facts: str) -> None:
    if tag in VOID:
        return
    if re.fullmatch("h[2-4]", tag):
        # What a heading names holds for what follows it, up to the next.
        places[-1] = Place(places[-1].tag)
    places.append(Place(tag))
    _name(places, facts)


def _name(places: list[Place], facts: str) -> None:
    names = [name for address in re.findall(r'\b(?:id|href)="([^"]+)"', facts) for name in named_by(address)]
    if names:
        heading = re.fullmatch("h[2-4]", places[-1].tag) and len(places) > 1
        nearest = places[-2] if heading else next((one for one in reversed(places) if one.tag in NAMED), places[0])
        nearest.names += names
        around = next((one for one in reversed(places) if one.tag == "section"), nearest)
        if around is not nearest:
            around.names += names


def named_by(address: str) -> list[str]:
    return [PART.sub("", PART.sub("", unquote(part))) for part in re.split(r"[/#?]", address)[-2:] if part]
