"""References set in a citation style, from CSL-JSON items to HTML or Markdown."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.pandoc import pandoc_text

FOLDER = Path(__file__).parents[3] / "workflow" / "templates" / "csl"

STYLES = {
    "apa": ("apa.csl", "en-US"),
    "harvard": ("harvard-cite-them-right.csl", "en-GB"),
    "vancouver": ("vancouver.csl", "en-US"),
}
"""Style sheet and language of each citation style; the language decides on quotation marks."""

PUNCTUATION = re.compile(r"([!#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~])")
"""What pandoc could read as markup. Quotation marks are left for the style to set."""

HTML_ENTRY = re.compile(r'<div id="ref-([^"]+)" class="csl-entry" role="listitem">\n(.*?)\n</div>', re.DOTALL)
MARKDOWN_ENTRY = re.compile(r"^:{3,} \{#ref-(\S+) \.csl-entry\}\n(.*?)\n:{3,}$", re.DOTALL | re.MULTILINE)

MARGIN = re.compile(r'<div class="csl-left-margin">(.*?)</div><div class="csl-right-inline">(.*?)\s*</div>', re.DOTALL)
"""How a numbered style sets its number apart in HTML."""

NUMBER = re.compile(r"(\d+)\. ")
"""The number at the start of a reference, which would begin a list in Markdown."""

MARKDOWN = "markdown_strict+fenced_divs+all_symbols_escapable-native_spans-raw_html"


def cited(bibliography: Mapping[str, dict[str, Any]], citekeys: Iterable[str]) -> list[dict[str, Any]]:
    """Return the items of a bibliography that are cited, each once, in the order of first citation.

    Raises
    ------
    EvidenceError
        Naming every citation key that the bibliography does not hold.
    """
    keys = list(dict.fromkeys(citekeys))
    missing = [key for key in keys if key not in bibliography]
    if missing:
        raise EvidenceError(f"cited but not in the bibliography: {', '.join(missing)}; add an entry for each")
    return [bibliography[key] for key in keys]


def format_references(items: Iterable[Mapping[str, Any]], style: str) -> dict[str, str]:
    """Set references as HTML.

    Parameters
    ----------
    items : iterable of dict
        CSL-JSON items; their text is text, never markup.
    style : {"apa", "harvard", "vancouver"}
        Citation style.

    Returns
    -------
    dict of str to str
        HTML of each reference by item id, in the order in which the style sorts its list. Works of the same
        authors and year get their letters within this list. Vancouver numbers the items as they come; the number
        is part of the reference.

    Raises
    ------
    EvidenceError
        If the style is unknown, a URL is not a web address, or an item does not come out as a reference.
    """
    found = _formatted(list(items), style, "html", HTML_ENTRY)
    return {key: MARGIN.sub(r"\1\2", reference) for key, reference in found.items()}


def format_references_markdown(items: Iterable[Mapping[str, Any]], style: str) -> dict[str, str]:
    """Set references as Markdown, otherwise as :func:`format_references` does."""
    found = _formatted(list(items), style, MARKDOWN, MARKDOWN_ENTRY)
    if style == "vancouver":
        return {key: NUMBER.sub(r"\1\\. ", reference, count=1) for key, reference in found.items()}
    return found


def _formatted(items: list[Mapping[str, Any]], style: str, form: str, entry: re.Pattern[str]) -> dict[str, str]:
    if style not in STYLES:
        raise EvidenceError(f"citation style {style!r} is unknown; choose one of {', '.join(STYLES)}")
    if not items:
        return {}
    sheet, language = STYLES[style]
    head = {"references": [_as_text(_prepared(item)) for item in items], "nocite": "@*", "lang": language}
    document = f"---\n{json.dumps(head, ensure_ascii=False)}\n---\n"
    text = pandoc_text(document, "--from=markdown", f"--to={form}", "--citeproc", f"--csl={FOLDER / sheet}")
    references = {html.unescape(key): words for key, words in entry.findall(text)}
    lost = [item["id"] for item in items if item["id"] not in references]
    if lost:
        raise EvidenceError(f"no reference could be set for: {', '.join(lost)}; check these entries")
    return references


def _prepared(item: Mapping[str, Any]) -> dict[str, Any]:
    """Guard what would become a link, and what the style would say although nobody reported it."""
    if not re.match(r"https?://", item.get("URL", "https://")):
        raise EvidenceError(f"{item['id']}, URL = {item['URL']!r}: must begin with http:// or https://")
    if item["type"] == "article-journal" and not (item.get("volume") or item.get("page")):
        # Cite Them Right calls a journal article without volume and pages a preprint; here they are unknown.
        return {**item, "type": "article-magazine"}
    return dict(item)


def _as_text(value: Any) -> Any:
    """Escape all text in an item, so that pandoc reads it as it stands."""
    if isinstance(value, str):
        return PUNCTUATION.sub(r"\\\1", value)
    if isinstance(value, list):
        return [_as_text(part) for part in value]
    if isinstance(value, dict):
        return {name: _as_text(part) for name, part in value.items()}
    return value
