"""Words that hold numbers: those that people typed, and those that code and templates always say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

YEAR = re.compile(r"(?:19|20)\d\d")


def by_number(texts: Iterable[str]) -> dict[str, list[str]]:
    """Sort words by the numbers in them."""
    found: dict[str, list[str]] = {}
    for text in dict.fromkeys(re.sub(r"\s+", " ", text).replace("-", "–").strip() for text in texts):
        numbers = re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)
        # A figure by itself would explain itself wherever it stands.
        for number in (
            set(numbers) if re.search(r"[^\W\d]", text) or (len(text) > 3 and not YEAR.fullmatch(text)) else ()
        ):
            found.setdefault(number, []).append(text)
    return found


@cache
def said_by_code() -> dict[str, list[str]]:
    """Return the words of the package and the templates that hold a number, by number."""
    texts: list[str] = []
    for room in ("words", "reporting", "appraisal", "extraction", "effects"):
        for file in (ROOT / "src/ipt_evidence" / room).rglob("*.py"):
            for text in re.findall(r'"([^"\n]*\d[^"\n]*)"', file.read_text(encoding="utf-8")):
                texts += re.split(r"\{[^{}]*\}", text)
    for file in (ROOT / "workflow/templates").rglob("*.j2"):
        text = re.sub(r"<[^>]*>", "\0", file.read_text(encoding="utf-8"))
        texts += unescape(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\0", text, flags=re.DOTALL)).split("\0")
        texts += re.findall(r'"([^"]*)"', text)
    return by_number(text for text in texts if re.search(r"\d", text) and re.search(r"[a-zA-Z%²]", text))


def as_cited(cited: Iterable[str]) -> Iterator[str]:
    """Return years, volumes and last pages as references print them."""
    for text in cited:
        if text.isdigit():
            yield from (f"({text}", f", {text}(", f", {text},", f"; {text}")
        elif pages := re.fullmatch(r"(\d+)-(\d+)", text):
            first, last = pages.groups()
            yield f"{first}-{first[: len(first) - len(last)]}{last}"


def strings(found: Any) -> Iterator[str]:
    """Return all texts and figures of nested lists and mappings, as text."""
    parts = found.values() if isinstance(found, Mapping) else found if isinstance(found, list) else None
    if parts is None:
        yield str(found)
    for part in parts or ():
        yield from strings(part)
