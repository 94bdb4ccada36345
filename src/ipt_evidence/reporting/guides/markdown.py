"""Markdown from templates: text from data stays text, in Markdown and in the HTML made from it."""

import html
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.kept import Kept
from ipt_evidence.reporting.pandoc import pandoc_text
from ipt_evidence.reporting.templating import opened

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$^&!])")
LINE_START = re.compile(r"^([-+=]|\d{1,9}(?=[.)](\s|$)))")
ADDRESS = re.compile(r"(?i)(?<=http)(s?):(?=//)|(?<=www)\.")

LINK = re.compile(r"(https?://|\.\./|#)[^\s<>()\"\\]*")
"""Addresses a text may link to: of the web, of another page of the reports, or within the page."""

DIALECT = "markdown_strict-raw_html+all_symbols_escapable+auto_identifiers+gfm_auto_identifiers+intraword_underscores"
"""What CommonMark reads alike, with raw HTML really off: pandoc's own CommonMark readers let it through."""

HEADING = re.compile(r"^(#.*)$", re.MULTILINE)

BETWEEN = "between two texts"
BETWEEN_AS_HTML = re.compile(rf'<h1 id="[^"]*">{BETWEEN}</h1>')
"""A heading that parts texts which are turned into HTML together; no text holds another."""


class Markdown(str):
    """Text that is Markdown already and is not escaped again."""

    __slots__ = ()


def escape(value: Any) -> Markdown:
    """Write a value as Markdown that shows it to the letter, on one line.

    Raises
    ------
    EvidenceError
        If there is nothing to show: a missing value must be put into words, never printed.
    """
    if isinstance(value, Markdown):
        return value
    if value is None or value != value:
        raise EvidenceError("a missing value reached a text; say in words that it is not known")
    text = MARKUP.sub(r"\\\1", re.sub(r"\s+", " ", str(value)))
    text = ADDRESS.sub(lambda found: f"{found[1] or ''}\\:" if found[0] != "." else "\\.", text)
    return Markdown(LINE_START.sub(_disarmed, text))


def _disarmed(found: re.Match[str]) -> str:
    """Keep what would begin a list or underline a heading from doing so."""
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"


def link(text: Any, address: str) -> Markdown:
    """Link a text to an address.

    Raises
    ------
    EvidenceError
        If the address could lead anywhere but to the web or to a page of the reports.
    """
    if not LINK.fullmatch(address):
        raise EvidenceError(f"{address!r} is no address to link to; begin it with https:// and leave out brackets")
    return Markdown(f"[{escape(text)}]({address})")


def environment(templates: Path) -> Environment:
    """Open the folder of templates for Markdown; an undefined name is an error."""
    # HTML is not what is written here: every printed value is escaped for Markdown instead.
    return opened(templates, autoescape=False, finalize=_escaped)


@pass_context  # else what it makes of constants is compiled in, and its next version would not be seen
def _escaped(_: Context, value: Any) -> Markdown:
    return escape(value)


def to_html(markdown: str, kept: Kept) -> Markup:
    """Turn Markdown into HTML; raw HTML in it is shown, not obeyed.

    Pandoc takes long for a whole guide: what stands between two headings is kept, and a change of it makes it alone
    again. The headings are set together, since no two have the same anchor.

    Parameters
    ----------
    markdown : str
        The text; a line that begins with a number sign is a heading.
    kept : Kept
        What an earlier run made.
    """
    lines = [part.strip() for part in HEADING.split(markdown) if part.strip()]
    outline = "\n\n".join(line for line in lines if line.startswith("#"))
    headings = iter(kept.get("headings as HTML", [outline], lambda: _html(outline).splitlines()))
    texts = kept.get_each("Markdown as HTML", (line for line in lines if not line.startswith("#")), _each_as_html)
    return Markup("".join(f"{next(headings) if line.startswith('#') else texts[line]}\n" for line in lines))


def _each_as_html(texts: list[str]) -> list[str]:
    """Turn several texts without headings into HTML at once: to start pandoc takes longer than most of them."""
    made = _html("\n\n".join(f"{text}\n\n# {BETWEEN}" for text in texts))
    return [part.strip() for part in BETWEEN_AS_HTML.split(made)[:-1]]


def _html(markdown: str) -> str:
    return pandoc_text(markdown, f"--from={DIALECT}", "--to=html")


def headings(page: str, *, deepest: int) -> list[tuple[int, str, str]]:
    """List the headings below the title by level, anchor and text, down to a level."""
    found = re.findall(r'<h([2-6]) id="([^"]+)">([^<]*)</h', page)
    return [(int(level), anchor, html.unescape(text)) for level, anchor, text in found if int(level) <= deepest]


def tidy(markdown: str) -> str:
    """Leave one empty line where templates left several, and end with one line break."""
    return re.sub(r"\n{3,}", "\n\n", markdown).strip() + "\n"
