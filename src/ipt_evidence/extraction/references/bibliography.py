"""Read a BibTeX file entry by entry: good ones stay usable, each bad one is a breach at its line."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
)

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.reading import read_text
from ipt_evidence.extraction.references.bibtex import BRACE
from ipt_evidence.extraction.references.entries import NO_KEY, NO_KEY_REMEDY, Reference, checked, line_of

KEY = re.compile(r"^\s*@\s*\w+\s*\{\s*([^,\s}=]++)(?!\s*=)", re.MULTILINE)
"""The citation key at the head of an entry, also if no comma follows; the name of a field is none."""

COMMENT = re.compile(r"^[ \t]*@comment\s*\{", re.IGNORECASE | re.MULTILINE)
LOST_ENTRY = re.compile(r"^[ \t]*[A-Za-z]+\s*\{\s*([^{},\s=]+),", re.MULTILINE)
"""Text between entries that looks like an entry without its @."""


@dataclass(frozen=True)
class Bibliography:
    """A BibTeX file.

    Attributes
    ----------
    file : str
        Name of the file in breaches.
    entries : dict of str to Reference
        Sound entries by key, in the order of the file.
    breaches : list of Breach
        What is wrong, entry by entry.
    named : frozenset of str
        Keys of all entries, the unsound ones included, so that these are not reported as missing too.
    readable : bool
        Whether there is such a file.
    """

    file: str
    entries: dict[str, Reference]
    breaches: list[Breach]
    named: frozenset[str]
    readable: bool


def read_bibliography(path: Path) -> Bibliography:
    """Read a BibTeX file in UTF-8; never raises for what the file holds."""
    file = path.as_posix()
    text, breaches = read_text(path)
    if text is None:
        return Bibliography(file, {}, breaches, frozenset(), readable=False)
    found = bibliography_of(text, file)
    return replace(found, breaches=[*breaches, *found.breaches])


def bibliography_of(text: str, file: str) -> Bibliography:
    """Return what a BibTeX text holds; ``file`` is its name in breaches."""
    library = parse_quietly(text)
    breaches = [*failed_blocks(library, file), *_keys_apart_in_case_only(library, file)]
    entries = {}
    for entry in library.entries:
        reference, found = checked(entry, file)
        breaches.extend(found)
        if reference:
            entries[entry.key] = reference
    return Bibliography(file, entries, breaches, frozenset(KEY.findall(without_comments(text))), readable=True)


def parse_quietly(text: str) -> Library:
    """Return the blocks of a BibTeX text; what the parser would log is told by :func:`failed_blocks` with its line."""
    logger = logging.getLogger("bibtexparser.splitter")
    before = logger.disabled
    logger.disabled = True
    try:
        return parse_string(without_comments(text))
    finally:
        logger.disabled = before


def without_comments(text: str) -> str:
    """Return BibTeX with what ``@comment{...}`` encloses blanked, entries in it too; every line keeps its number."""
    kept, end = [], 0
    for comment in COMMENT.finditer(text):
        if comment.start() < end:
            continue
        depth, close = 0, None
        for brace in BRACE.finditer(text, comment.end() - 1):
            depth += 1 if brace.group() == "{" else -1
            if not depth:
                close = brace.end()
                break
        if close is None:
            # Never closed: only its head is blanked, and the entries below it stay.
            close = comment.end()
        kept += [text[end : comment.start()], "\n" * text.count("\n", comment.start(), close)]
        end = close
    return "".join([*kept, text[end:]])


def failed_blocks(library: Library, file: str) -> Iterator[Breach]:
    """Yield what the parser could not read as an entry of its own, each at its line."""
    for block in library.blocks:
        breach = partial(Breach, file=file, line=line_of(block))
        if isinstance(block, DuplicateBlockKeyBlock):
            rule = f"line {line_of(block.previous_block)} has the same citation key"
            yield breach(key=block.key, rule=rule, remedy="Keep one entry, or rename one key")
        elif isinstance(block, DuplicateFieldKeyBlock):
            key = block.ignore_error_block.key if isinstance(block.ignore_error_block, Entry) else ""
            rule = f"the entry has the field {', '.join(sorted(block.duplicate_keys))} twice"
            yield breach(key=key, rule=rule, remedy="Keep one of them")
        elif isinstance(block, ParsingFailedBlock):
            yield _malformed(block, file)
        elif isinstance(block, ImplicitComment):
            yield from _lost_entries(block, file)


def _lost_entries(block: ImplicitComment, file: str) -> Iterator[Breach]:
    for found in LOST_ENTRY.finditer(block.comment):
        line = line_of(block) + block.comment.count("\n", 0, found.start())
        rule = "the text between two entries looks like an entry without its @"
        remedy = "Put the @ before the entry type, or delete the text"
        yield Breach(file=file, line=line, key=found.group(1), rule=rule, remedy=remedy)


def _malformed(block: ParsingFailedBlock, file: str) -> Breach:
    key = KEY.match(block.raw or "")
    if not key:
        return Breach(file=file, line=line_of(block), rule=NO_KEY, remedy=NO_KEY_REMEDY)
    reason = " ".join(str(getattr(block.error, "abort_reason", block.error)).split()).rstrip(".")
    rule = f"the entry that starts here is not well-formed BibTeX ({reason})"
    remedy = "Close every brace, and put a comma after the key and every field"
    return Breach(file=file, line=line_of(block), key=key.group(1), rule=rule, remedy=remedy)


def _keys_apart_in_case_only(library: Library, file: str) -> Iterator[Breach]:
    first: dict[str, Entry] = {}
    for entry in library.entries:
        other = first.setdefault(entry.key.casefold(), entry)
        if other.key != entry.key:
            rule = f"line {line_of(other)} has the same citation key but for capital letters"
            remedy = "Keep one entry, or rename one key"
            yield Breach(file=file, line=line_of(entry), key=entry.key, rule=rule, remedy=remedy)
