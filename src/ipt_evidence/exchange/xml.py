"""Read XML of unknown origin: no entities but those of XML and HTML, no other file; every element with its line."""

import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from ipt_evidence.exchange.foreign import MARKS_16, refuse
from ipt_evidence.exchange.mojibake import Misread, read_right

DEEPEST = 100
CHUNK = 1 << 16

UNPRINTABLE = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
CALLED = re.compile(rb"&#(?:x0*(?:[0-8bceBCE]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));")
"""Signs that XML does not allow and programs write all the same, bare or by their numbers."""


@dataclass(slots=True)
class Element:
    """An element: its tag, attributes, 1-based line, and what is in it, elements and text in the order of the file."""

    tag: str
    attributes: dict[str, str]
    line: int
    content: list["Element | str"] = field(default_factory=list)

    @property
    def children(self) -> list["Element"]:
        """The elements directly inside it."""
        return [each for each in self.content if isinstance(each, Element)]

    @property
    def text(self) -> str:
        """The text directly inside it."""
        return "".join(each for each in self.content if isinstance(each, str))

    def walk(self, *tags: str) -> Iterator["Element"]:
        """Yield this element and all below it, in the order of the file; only those with one of ``tags``, if any."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if not tags or element.tag in tags:
                yield element
            waiting.extend(reversed(element.children))

    def all(self, path: str) -> list["Element"]:
        """Return the elements at a path of tags below this one, such as ``Article/AuthorList/Author``."""
        found = [self]
        for tag in path.split("/"):
            found = [child for element in found for child in element.children if child.tag == tag]
        return found

    def first(self, *paths: str) -> str:
        """Return the text of the first element with content at the first of ``paths`` that has one; else empty text."""
        return next((said for path in paths for element in self.all(path) if (said := element.said())), "")

    def said(self) -> str:
        """Return all text inside it in the order of the file, on one line."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for each in self.content:
            if isinstance(each, str):
                yield each
            else:
                yield from each._pieces()

    def get(self, name: str) -> str:
        """Return an attribute, or the text of the child of that name: RevMan has written both; else empty text."""
        return self.first(name) or self.attributes.get(name, "").strip()


class Document:
    """An XML file, read from the start to the end once.

    Attributes
    ----------
    misread : list of Misread
        Words that came in the wrong letters, and were put right; complete when all elements have been taken.
    """

    def __init__(self, data: bytes, file: str, remedy: str = "Export it again") -> None:
        self.misread: list[Misread] = []
        self._data = data if data.startswith(MARKS_16) else CALLED.sub(b" ", data.translate(None, UNPRINTABLE))
        self._file, self._remedy = file, remedy

    def root(self) -> Element:
        """Return the root with all that is in it; raises as :meth:`elements` does."""
        return next(iter(self.elements()))

    def elements(self, *tags: str) -> Iterator[Element]:
        """Yield each element with one of ``tags`` that stands in no other such, without keeping the rest in memory.

        Raises
        ------
        ExtractionError
            If the file is not well formed, is nested deeper than any export, or declares or uses entities of its own,
            which can fetch other files or grow without bound. What a document type points to is never fetched.
        """
        parser = expat.ParserCreate()
        builder = _Builder(parser, frozenset(tags), self)
        try:
            for place in range(0, len(self._data), CHUNK):
                parser.Parse(self._data[place : place + CHUNK], False)
                yield from builder.done
                builder.done.clear()
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            self.refuse(f"the file is no well-formed XML ({error})", parser.ErrorLineNumber)
        yield from builder.done

    def refuse(self, rule: str, line: int) -> NoReturn:
        """Refuse the file for what stands on a line."""
        refuse(self._file, rule, self._remedy, line=line)


class _Builder:
    """Puts together the elements that are wanted from what the parser meets."""

    def __init__(self, parser: expat.XMLParserType, tags: frozenset[str], document: Document) -> None:
        self.done: list[Element] = []
        self._parser, self._tags, self._document = parser, tags, document
        self._stack: list[Element] = []
        self._wanted = 0
        # One text is one call, so that no letter is cut in two.
        parser.buffer_text, parser.buffer_size = True, 1 << 20
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler, parser.SkippedEntityHandler = self._declared, self._skipped

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._stack) == DEEPEST:
            self._document.refuse(f"elements are nested deeper than {DEEPEST}", self._line)
        self._wanted += self._is_wanted(tag)
        self._stack.append(Element(tag, {name: self._right(value) for name, value in attributes.items()}, self._line))

    def _end(self, tag: str) -> None:
        element, inside = self._stack.pop(), self._wanted > 0
        self._wanted -= self._is_wanted(tag)
        if inside and self._wanted:
            self._stack[-1].content.append(element)
        elif inside:
            self.done.append(element)

    def _text(self, data: str) -> None:
        if self._wanted:
            self._stack[-1].content.append(self._right(data))

    def _declared(self, name: str, *_: object) -> None:
        rule = f"the file declares the entity '{name}', which is not read: it could pull in other files, or grow"
        self._document.refuse(rule, self._line)

    def _skipped(self, name: str, *_: object) -> None:
        sign = html.entities.html5.get(f"{name};")
        if sign is None:
            self._document.refuse(f"the file uses the entity '{name}', which nothing in it defines", self._line)
        self._text(sign)

    def _is_wanted(self, tag: str) -> bool:
        return not self._tags or tag in self._tags

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _right(self, text: str) -> str:
        return text if text.isascii() else read_right(text, self._line, self._document.misread)
