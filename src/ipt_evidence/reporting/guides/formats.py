"""A guide in every form a site may paste: Markdown, HTML, plain text, a document for word processors, JSON."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ipt_evidence.files import json_text
from ipt_evidence.reporting import templating
from ipt_evidence.reporting.guides import markdown
from ipt_evidence.reporting.guides.brief import brief_markdown
from ipt_evidence.reporting.guides.document import FullReading, assembled, full_parts, guide_page, works_of
from ipt_evidence.reporting.guides.links import absolute, noted, to_paste
from ipt_evidence.reporting.guides.said import Said
from ipt_evidence.reporting.guides.short.desk import Part
from ipt_evidence.reporting.guides.short.on_facts import next_due
from ipt_evidence.reporting.guides.short.parts import fitted
from ipt_evidence.reporting.guides.stated import stated
from ipt_evidence.reporting.pandoc import pandoc, pandoc_text
from ipt_evidence.reporting.review import Review

FORMS = {
    "fragment.html": "HTML to paste",
    "md": "Markdown",
    "txt": "plain text",
    "docx": "Word",
    "json": "JSON, with what each sentence rests on",
}
"""What can be taken away, by the ending of its name."""


def guide_files(review: Review, guide_id: str, templates: Path) -> dict[str, str | bytes]:
    """Write a guide in all its lengths and forms, by path below ``reports``."""
    settings = review.settings
    title, base_url = settings["review"]["title"], settings["site"]["base_url"]
    parts = full_parts(review, guide_id, templates)
    full = assembled(review, guide_id, parts, templates)
    readings = fitted(review, guide_id)
    seen = brief_markdown(review, guide_id, readings, works_of(review, guide_id))
    short = to_paste(seen, title, base_url)
    name = f"guides/{guide_id}"
    return {
        f"{name}.md": short,
        f"{name}.html": brief_page(absolute(seen, base_url) if base_url else seen, short, review, guide_id, templates),
        f"{name}.fragment.html": _kept(review, "fragment", short, fragment),
        f"{name}.txt": _kept(review, "plain text", noted(seen, title, base_url), plain_text),
        f"{name}.docx": b64decode(_kept(review, "document", short, _document_as_text)),
        f"{name}.json": json_text(guide_record(review, guide_id, readings, parts)),
        f"{name}.full.md": to_paste(full, title, base_url),
        f"{name}.full.html": guide_page(full, review, guide_id, templates),
    }


def _document_as_text(text: str) -> str:
    """Write a document in letters: what is kept is JSON."""
    return b64encode(word_document(text)).decode()


def _kept(review: Review, kind: str, text: str, make: Callable[[str], str]) -> str:
    return str(review.kept.get(f"guide as {kind}", [text], lambda: make(text)))


def fragment(text: str) -> str:
    """Turn the Markdown of a short guide into HTML to paste: no title, no id that could clash, no style."""
    body = text[text.index("\n\n") + 2 :] if text.startswith("# ") else text
    plain = markdown.DIALECT.replace("+auto_identifiers", "").replace("+gfm_auto_identifiers", "")
    return pandoc_text(body, f"--from={plain}", "--to=html")


def plain_text(text: str) -> str:
    """Turn Markdown into text without markup."""
    return pandoc_text(text, f"--from={markdown.DIALECT}", "--to=plain")


def word_document(text: str) -> bytes:
    """Turn Markdown into a document for word processors; the same text gives the same bytes."""
    return pandoc(text.encode(), f"--from={markdown.DIALECT}", "--to=docx", "--output=-")


def brief_page(seen: str, short: str, review: Review, guide_id: str, templates: Path) -> str:
    """Turn a short guide into a page: to be read there, with links, and to be copied, with links that survive it."""
    template = templating.environment(templates).get_template("guide_short.html.j2")
    body = markdown.to_html(seen, review.kept)
    copied = Markup(_kept(review, "fragment", short, fragment))
    return template.render(
        guide=review.guides[guide_id], settings=review.settings, body=body, copied=copied, forms=FORMS
    )


def guide_record(
    review: Review, guide_id: str, readings: Mapping[str, Sequence[Part]], full: Iterable[FullReading]
) -> dict[str, Any]:
    """Return a guide as data: each part in each register and length, each sentence with what it rests on."""
    guide, settings = review.guides[guide_id], review.settings
    everything = [f"question:{one.question_id}" for one in stated(review, guide_id)]
    registers = []
    for register, texts in full:
        parts = [_part(part, texts[part.part], everything) for part in readings[register.name]]
        registers.append({"register": register.name, "parts": parts})
    return {
        "guide_id": guide_id,
        "audience": guide["audience"],
        "citation_style": guide["citation_style"],
        "base_url": settings["site"]["base_url"],
        "last_review": str(settings["review"]["last_review"]),
        "next_review_due": next_due(settings["review"]),
        "registers": registers,
        "works": dict(works_of(review, guide_id)),
    }


def _part(part: Part, full: str, everything: list[str]) -> dict[str, Any]:
    return {
        **_in_few_words(part),
        "full": {"markdown": full.strip(), "rests_on": everything},
        "items": [_in_few_words(item) for item in part.items],
        "works": list(part.works),
    }


def _in_few_words(part: Part) -> dict[str, Any]:
    return {
        "part": part.part,
        "heading": part.heading,
        "line": _said(part.line),
        "short": [_said(one) for one in part.short],
    }


def _said(said: Said) -> dict[str, Any]:
    links = [{"text": piece.text, "address": piece.address} for piece in said.pieces if piece.address]
    return {"text": said.text, "words": said.length, "rests_on": list(said.rests_on), "links": links}
