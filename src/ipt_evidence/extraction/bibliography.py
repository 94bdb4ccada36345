"""Read a BibTeX file entry by entry: good ones stay usable, each bad one is a breach at its line."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares.names import InvalidNameError
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    Field,
    ImplicitComment,
    ParsingFailedBlock,
)

from ipt_evidence.extraction.breaches import Breach, shown
from ipt_evidence.extraction.csl import CSL_TYPES, csl_of
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

INITIALS = r"(?:[A-Z]\.?[ -]?){1,3}"
"""What stands for a family name where initials were written behind it without a comma."""

NAMES_REMEDY = "Write Family, Given and Family, Given; put the name of an organisation in braces"

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
        library = parse_string(text)
    breaches.extend(_failed_blocks(library, file))
    entries = {}
    for entry in library.entries:
        reference, found = _checked(entry, file)
        breaches.extend(found)
        if reference:
            entries[entry.key] = reference
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
        breach = partial(Breach, file=file, line=_line(block))
        if isinstance(block, DuplicateBlockKeyBlock):
            rule = f"line {_line(block.previous_block)} has the same citation key"
            yield breach(key=block.key, rule=rule, remedy="Keep one entry, or rename one key")
        elif isinstance(block, DuplicateFieldKeyBlock):
            key = block.ignore_error_block.key if isinstance(block.ignore_error_block, Entry) else ""
            rule = f"the entry has the field {', '.join(sorted(block.duplicate_keys))} twice"
            yield breach(key=key, rule=rule, remedy="Keep one of them")
        elif isinstance(block, ParsingFailedBlock):
            reason = " ".join(str(getattr(block.error, "abort_reason", block.error)).split()).rstrip(".")
            rule = f"the entry that starts here is not well-formed BibTeX ({reason})"
            yield breach(rule=rule, remedy="Close every brace, and put a comma after the key and every field")
        elif isinstance(block, ImplicitComment) and LOST_ENTRY.match(block.comment.strip()):
            rule = "the text between two entries looks like an entry without its @"
            yield breach(rule=rule, remedy="Put the @ before the entry type, or delete the text")


def _checked(entry: Entry, file: str) -> tuple[Reference | None, list[Breach]]:
    """Return the entry as a reference, None if it is not sound, and what is wrong with it."""
    breach = partial(Breach, file=file, line=_line(entry), key=entry.key)
    kind = entry.entry_type.lower()
    fields = {name.lower(): str(field.value).strip() for name, field in entry.fields_dict.items()}
    if not re.fullmatch(SLUG, entry.key):
        rule = "the citation key must be a slug: small ASCII letters, digits and _"
        return None, [breach(rule=rule, remedy="Write it like agras2000")]
    if kind not in CSL_TYPES:
        rule = f"must be one of {', '.join(CSL_TYPES)}"
        return None, [breach(column="entry type", value=kind, rule=rule, remedy="Choose the nearest one")]
    if found := [*_missing_fields(kind, fields, breach), *_wrong_fields(entry, fields, breach)]:
        return None, found
    try:
        item = csl_of(entry.key, kind, fields)
    except InvalidNameError as error:
        rule = f"the name '{shown(error.name)}' cannot be read ({str(error.reason).lower()})"
        return None, [breach(column="author or editor", rule=rule, remedy=NAMES_REMEDY)]
    if misread := [name["family"] for name in _persons(item) if re.fullmatch(INITIALS, name.get("family", ""))]:
        rule = f"'{misread[0]}' looks like initials and would be printed as a family name"
        return None, [breach(column="author or editor", rule=rule, remedy=NAMES_REMEDY)]
    used_by = tuple(re.findall(SLUG, fields.get("usedby", "")))
    recommended = "recommended-reading" in re.split(r"[,;\s]+", fields.get("keywords", ""))
    return Reference(_line(entry), item, used_by, recommended), []


def _persons(item: dict[str, Any]) -> list[dict[str, str]]:
    return [*item.get("author", []), *item.get("editor", [])]


def _missing_fields(kind: str, fields: dict[str, str], breach: Callable[..., Breach]) -> Iterator[Breach]:
    for wanted in REQUIRED_FIELDS[kind]:
        if not any(fields.get(name, "").strip("{} ") for name in wanted.split("|")):
            name = wanted.replace("|", " or ")
            yield breach(column=name, rule=f"must be filled in an entry of type {kind}", remedy="Add the field")


def _wrong_fields(entry: Entry, fields: dict[str, str], breach: Callable[..., Breach]) -> Iterator[Breach]:
    lines = {name.lower(): _line(field) for name, field in entry.fields_dict.items()}
    for name, (form, rule) in FIELD_FORMS.items():
        if fields.get(name) and not re.fullmatch(form, fields[name]):
            remedy = "Correct the field"
            yield breach(line=lines[name], column=name, value=fields[name], rule=rule, remedy=remedy)


def _line(block: Block | Field) -> int:
    """Return the 1-based line of a block or field; the parser counts from 0."""
    return (block.start_line or 0) + 1
