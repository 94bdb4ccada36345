"""Markup that databases leave in the text of references: tags of HTML and JATS, and entities."""

import html
import re

from ipt_evidence.extraction.references.latex import lowered, raised

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
SCRIPT = re.compile(r"\s?<(su[bp]|inf)(?:\s[^<>]*)?>([^<>]*)</\1>", re.IGNORECASE)
TAG = re.compile(
    r"</?(?:(?:jats|mml):[\w-]+|i|b|u|p|em|strong|sub|sup|inf|br|span|small|tt|bold|italic|underline|sc|scp|div|title|"
    r"strike|s|font|a|emph|nobr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
"""Tags that texts hold; a sign before a number, as in ``<12 weeks``, is none."""


def unmarked(text: str) -> str:
    """Return text with entities decoded and tags gone; numbers in ``<sup>`` and ``<sub>`` stay high and low."""
    for _ in range(2):
        # What was encoded once too often, as ``&amp;lt;``, needs a second turn.
        text = ENTITY.sub(lambda found: html.unescape(found.group()), text)
    return TAG.sub("", SCRIPT.sub(_script, text)) if "<" in text else text


def _script(found: re.Match[str]) -> str:
    made = (raised if found[1].lower() == "sup" else lowered)(found[2])
    if made != found[2]:
        return made
    return f"{' ' if found.group().startswith(' ') else ''}{found[2]}"
