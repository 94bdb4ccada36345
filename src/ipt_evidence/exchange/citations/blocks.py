"""The entries of a BibTeX export as BibTeX itself reads them: first of two fields, joined values, keys used twice."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bibtexparser.library import Library
from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, Field

from ipt_evidence.extraction.references.bibliography import failed_blocks
from ipt_evidence.extraction.references.entries import line_of

GROUP = r"\{[^{}]*\}"
for _ in range(4):
    # A pattern cannot count: braces within braces, as deep as titles have them.
    GROUP = rf"\{{(?:[^{{}}]|{GROUP})*\}}"
PIECE = rf"(?:\"(?:[^\"{{}}]|{GROUP})*\"|{GROUP}|\w+)"
AGAIN = (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)
"""Blocks that the parser sets aside because they repeat a key or a field."""

JOINED = re.compile(rf"{PIECE}(?:\s*#\s*{PIECE})+")


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry whose fields have one value each, and those that were given again: name, line and value."""

    entry: Entry
    again: tuple[tuple[str, int, str], ...] = ()


def entries(library: Library) -> Iterator[Taken]:
    """Yield the entries in the order of the file, those with a key that was there before too."""
    words = {name.lower(): str(string.value) for name, string in library.strings_dict.items()}
    for block in library.blocks:
        raw = isinstance(block, AGAIN)
        entry = block.ignore_error_block if isinstance(block, AGAIN) else block
        if isinstance(entry, Entry):
            yield _first_values(_opened(entry, words) if raw else _with_joined(entry, words))


def unreadable(library: Library, file: str) -> Iterator[tuple[int | None, str, str]]:
    """Yield line, key and reason of what is no entry at all."""
    kept = {line_of(block) for block in library.blocks if isinstance(block, AGAIN)}
    for breach in failed_blocks(library, file):
        if breach.line not in kept:
            yield breach.line, breach.key or "entry", f"{breach.rule}. {breach.remedy}"


def _first_values(entry: Entry) -> Taken:
    first: dict[str, Field] = {}
    again = []
    for field in entry.fields:
        kept = first.setdefault(field.key.lower(), field)
        if kept is not field:
            again.append((field.key.lower(), line_of(field), " ".join(str(field.value).split())))
    entry.fields = list(first.values())
    return Taken(entry, tuple(again))


def _opened(entry: Entry, words: Mapping[str, str]) -> Entry:
    """Take off what encloses each value of an entry the parser has set aside, and fill in abbreviations."""
    for field in entry.fields:
        value = str(field.value)
        if len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')) and not JOINED.fullmatch(value):
            field.value = value[1:-1]
        else:
            field.value = words.get(value.lower(), value)
            field.enclosing = None if value.lower() in words else "no-enclosing"
    return _with_joined(entry, words)


def _with_joined(entry: Entry, words: Mapping[str, str]) -> Entry:
    """Put together values written as ``"Journal of " # name``; one with a word nobody defined stays as it is."""
    for field in entry.fields:
        value = str(field.value)
        if field.enclosing == "no-enclosing" and JOINED.fullmatch(value):
            pieces = [_piece(piece, words) for piece in re.findall(PIECE, value)]
            if all(piece is not None for piece in pieces):
                field.value, field.enclosing = "".join(piece or "" for piece in pieces), None
    return entry


def _piece(piece: str, words: Mapping[str, str]) -> str | None:
    if piece[0] in '"{':
        return piece[1:-1]
    return piece if piece.isdigit() else words.get(piece.lower())
