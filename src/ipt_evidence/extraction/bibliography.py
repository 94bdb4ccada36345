"""Read a BibTeX file entry by entry: good ones stay usable, each bad one is a breach at its line."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bibtexparser
from bibtexparser.library import Library
from bibtexparser.middlewares.names import InvalidNameError
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
)

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.csl import CSL_TYPES, csl_of, plain
from ipt_evidence.extraction.reading import read_text
from ipt_evidence.extraction.schemas.columns import DOI, SLUG

REQUIRED_FIELDS = {
    "article": ("author", "title", "journal", "year"),
    "book": ("author|editor", "title", "publisher", "year"),
    "incollection": ("author", "title", "booktitle", "publisher", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "misc": ("author|editor", "title", "year"),
    "phdthesis": ("author", "title", "school", "year"),
    "techreport": ("author", "title", "institution", "year"),
}
"""Fields an entry needs, by entry type; ``a|b`` stands for either."""

FIELD_FORMS = {
    "year": (r"[12][0-9]{3}", "must be a year of four digits"),
    "doi": (DOI, "must be a DOI without a resolver, such as 10.1001/jama.2014.1"),
    "pmid": (r"[1-9][0-9]{0,8}", "must be a PubMed number: digits only"),
}

LOST_ENTRY = re.compile(r"[A-Za-z]+\s*\{[^{},\s]+,")
"""Text between entries that looks like an entry without its @."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a bibliography.

    Attributes
    ----------
    line : int
        1-based line the entry starts on.
    csl : dict
        The entry as a CSL-JSON item.
    used_by : tuple of str
        Guides that cite it.
    recommended : bool
        Whether it is recommended reading.
    """

    line: int
    csl: dict[str, Any]
    used_by: tuple[str, ...]
    recommended: bool


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
    with _quiet_parser():
        library = bibtexparser.parse_string(text)
    breaches.extend(_failed_blocks(library, file))
    entries = {}
    for entry in library.entries:
        found = list(_entry_breaches(entry, file))
        breaches.extend(found)
        if not found:
            entries[entry.key] = _reference(entry)
    named = frozenset(re.findall(r"^\s*@\s*\w+\s*\{\s*([^,\s}]+)", text, flags=re.MULTILINE))
    return Bibliography(file, entries, breaches, named, readable=True)


@contextmanager
def _quiet_parser() -> Iterator[None]:
    """Silence the parser's own log: what it reports there is reported here with its line."""
    logger = logging.getLogger("bibtexparser.splitter")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _failed_blocks(library: Library, file: str) -> Iterator[Breach]:
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock):
            first = (block.previous_block.start_line or 0) + 1
            rule = f"the citation key stands on line {first} too"
            yield Breach(
                file=file, line=line, key=block.key, rule=rule, remedy="Keep one entry, or rename one key"
            )
        elif isinstance(block, DuplicateFieldKeyBlock):
            names = ", ".join(sorted(block.duplicate_keys))
            key = block.ignore_error_block.key if isinstance(block.ignore_error_block, Entry) else ""
            yield Breach(
                file=file,
                line=line,
                key=key,
                rule=f"the entry has twice the field {names}",
                remedy="Keep one of them",
            )
        elif isinstance(block, ParsingFailedBlock):
            reason = " ".join(str(getattr(block.error, "abort_reason", block.error)).split()).rstrip(".")
            yield Breach(
                file=file,
                line=line,
                rule=f"the entry that starts here is not well-formed BibTeX ({reason})",
                remedy="Close every brace, and part fields by commas",
            )
        elif isinstance(block, ImplicitComment) and LOST_ENTRY.match(block.comment.strip()):
            rule = "the text between two entries looks like an entry without its @"
            yield Breach(
                file=file, line=line, rule=rule, remedy="Put the @ before the entry type, or delete the text"
            )


def _entry_breaches(entry: Entry, file: str) -> Iterator[Breach]:
    line = (entry.start_line or 0) + 1
    if not re.fullmatch(SLUG, entry.key):
        rule = "the citation key must be a slug: small ASCII letters, digits and _"
        yield Breach(file=file, line=line, key=entry.key, rule=rule, remedy="Write it like agras2000")
        return
    kind = entry.entry_type.lower()
    if kind not in CSL_TYPES:
        rule = f"the entry type must be one of {', '.join(CSL_TYPES)}"
        yield Breach(
            file=file,
            line=line,
            key=entry.key,
            value=entry.entry_type,
            column="type",
            rule=rule,
            remedy="Choose the nearest",
        )
        return
    fields = _fields(entry)
    for wanted in REQUIRED_FIELDS[kind]:
        if not any(plain(fields.get(name, "")) for name in wanted.split("|")):
            name = wanted.replace("|", " or ")
            rule = f"an entry of type {kind} must have the field {name}"
            yield Breach(
                file=file, line=line, key=entry.key, column=name, rule=rule, remedy="Add it from the report"
            )
    yield from _field_breaches(entry, fields, file)


def _field_breaches(entry: Entry, fields: dict[str, str], file: str) -> Iterator[Breach]:
    line = (entry.start_line or 0) + 1
    for name, (form, rule) in FIELD_FORMS.items():
        if fields.get(name) and not re.fullmatch(form, fields[name]):
            at = (entry.fields_dict[name].start_line or line - 1) + 1
            yield Breach(
                file=file,
                line=at,
                key=entry.key,
                column=name,
                value=fields[name],
                rule=rule,
                remedy="Correct the field",
            )
    try:
        csl_of(
            entry.key, entry.entry_type.lower(), {name: fields.get(name, "") for name in ("author", "editor")}
        )
    except InvalidNameError as error:
        rule = f"the names cannot be read ({' '.join(str(error).split())})"
        remedy = "Write them as Family, Given and Family, Given; put the name of an organisation in braces"
        yield Breach(file=file, line=line, key=entry.key, column="author or editor", rule=rule, remedy=remedy)


def _fields(entry: Entry) -> dict[str, str]:
    return {name.lower(): str(field.value).strip() for name, field in entry.fields_dict.items()}


def _reference(entry: Entry) -> Reference:
    fields = _fields(entry)
    return Reference(
        line=(entry.start_line or 0) + 1,
        csl=csl_of(entry.key, entry.entry_type.lower(), fields),
        used_by=tuple(re.findall(SLUG, fields.get("usedby", ""))),
        recommended="recommended-reading" in re.split(r"[,;\s]+", fields.get("keywords", "")),
    )
