"""Markup that databases leave in the text of references: tags of HTML and JATS, and entities."""

import html
import re
from collections.abc import Iterator

from ipt_evidence.exchange.xml import Element
from ipt_evidence.extraction.references.latex import lowered, raised

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
SCRIPT = re.compile(r"\s?<(su[bp]|inf)(?:\s[^<>]*)?>([^<>]*)</\1>", re.IGNORECASE)
TAG = re.compile(
    r"</?(?:(?:jats|mml):[\w-]+|i|b|u|p|em|strong|sub|sup|inf|br|span|small|tt|bold|italic|underline|sc|scp|div|title|"
    r"strike|s|font|a|emph|nobr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
"""Tags that texts hold; a sign before a number, as in ``<12 weeks``, is none."""

SCRIPTS = {"sup": frozenset({"sup", "superscript"}), "sub": frozenset({"sub", "inf", "subscript"})}
"""Tag of HTML, and the tags and faces of type that mean it in XML."""


def decoded(text: str) -> str:
    """Return text with entities decoded; DOIs may hold what looks like a tag, as in ``8<B::AID-1>3.0``."""
    if "&" not in text:
        return text
    for _ in range(2):
        # What was encoded once too often, as ``&amp;lt;``, needs a second turn.
        text = ENTITY.sub(lambda found: html.unescape(found.group()), text)
    return text


def unmarked(text: str) -> str:
    """Return text with entities decoded and tags gone; numbers in ``<sup>`` and ``<sub>`` stay high and low."""
    text = decoded(text)
    return TAG.sub("", SCRIPT.sub(_script, text)) if "<" in text else text


def marked(element: Element) -> str:
    """Return the text of an XML element on one line, what is raised or lowered in it in the tags of HTML."""
    return " ".join("".join(_marked(element)).split())


def _marked(element: Element) -> Iterator[str]:
    for each in element.content:
        if isinstance(each, str):
            yield each
        elif tag := next(
            (tag for tag, forms in SCRIPTS.items() if {each.tag, each.attributes.get("face")} & forms), ""
        ):
            yield f"<{tag}>{each.said()}</{tag}>"
        else:
            yield from _marked(each)


def _script(found: re.Match[str]) -> str:
    made = (raised if found[1].lower() == "sup" else lowered)(found[2])
    if made != found[2]:
        return made
    return f"{' ' if found.group().startswith(' ') else ''}{found[2]}"
