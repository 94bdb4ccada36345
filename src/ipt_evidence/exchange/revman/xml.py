"""Read XML of unknown origin: no document type, hence no entities; every element with its line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ipt_evidence.exchange.foreign import refuse

DEEPEST = 100


@dataclass(slots=True)
class Element:
    """An element: its tag, attributes, 1-based line, children, and the text directly inside it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def walk(self, *tags: str) -> Iterator["Element"]:
        """Yield this element and all below it, in the order of the file; only those with one of ``tags``, if any."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if not tags or element.tag in tags:
                yield element
            waiting.extend(reversed(element.children))

    def get(self, name: str) -> str:
        """Return an attribute, or the text of the child of that name: RevMan has written both; else empty text."""
        child = next((each for each in self.children if each.tag == name), None)
        inside = " ".join("".join(each.text for each in child.walk()).split()) if child else ""
        return inside or self.attributes.get(name, "").strip()


def parse(data: bytes, file: str) -> Element:
    """Return the root of an XML document.

    Raises
    ------
    ExtractionError
        If it is not well formed, is nested deeper than any review, or declares a document type: that could define
        entities, which can fetch other files or grow without bound.
    """
    parser = expat.ParserCreate()
    root = Element("", {}, 0)
    stack = [root]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            refuse(file, f"elements are nested deeper than {DEEPEST}", "Export the review again", line=line())
        element = Element(tag, attributes, line())
        stack[-1].children.append(element)
        stack.append(element)

    def line() -> int:
        return parser.CurrentLineNumber

    def doctype(*_: object) -> None:
        rule = "the file declares a document type (DOCTYPE), which is not read: it could pull in other files"
        refuse(file, rule, "Remove the DOCTYPE line, or export the review again", line=line())

    def text(data: str) -> None:
        stack[-1].text += data

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        at = parser.ErrorLineNumber
        refuse(file, f"the file is no well-formed XML ({error})", "Export the review again", line=at)
    return root.children[0]
