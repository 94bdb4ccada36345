"""Read BibTeX as Zotero and EndNote export it, and turn it into a bibliography of ours."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bibtexparser.library import Library
from bibtexparser.middlewares.names import InvalidNameError
from bibtexparser.model import DuplicateBlockKeyBlock, Entry

from ipt_evidence.exchange.citations.gathering import Found, gathered, left_fields
from ipt_evidence.exchange.citations.tagged import year_in
from ipt_evidence.exchange.foreign import read_foreign, refuse
from ipt_evidence.exchange.imported import Imported, LeftOut
from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.references.bibliography import failed_blocks, parse_quietly
from ipt_evidence.extraction.references.csl import CSL_FIELDS, CSL_TYPES, IDENTIFIERS, csl_of
from ipt_evidence.extraction.references.entries import bare_values, line_of

TYPES = {
    **{kind: kind for kind in CSL_TYPES},
    **dict.fromkeys(("mastersthesis", "thesis"), "phdthesis"),
    **dict.fromkeys(("report", "manual"), "techreport"),
    **dict.fromkeys(("conference",), "inproceedings"),
    **dict.fromkeys(("inbook", "suppbook"), "incollection"),
    **dict.fromkeys(("collection", "mvbook", "proceedings", "booklet"), "book"),
}
"""Our entry type for each of theirs; all others become misc."""

RENAMED = {
    "journaltitle": "journal", "location": "address", "organization": "institution", "eventtitle": "booktitle",
}  # fmt: skip
OWN = ("registration", "companionof", "usedby")
"""Fields of ours that other programs carry along."""

READ = {*CSL_FIELDS, *IDENTIFIERS, *OWN, *RENAMED, "author", "editor", "year", "date", "pages"} - {"note"}
IDENTIFIER_IN_NOTE = re.compile(r"\s*\bPMID:\s*(\d{1,9})\b\s*")


def read_bibtex(path: Path) -> Imported:
    """Read a BibTeX export into a bibliography.

    Parameters
    ----------
    path : Path
        UTF-8 or Windows-1252.

    Returns
    -------
    Imported
        References that are complete; ``left`` names the others and the fields that were dropped, ``todo`` the keys
        that were changed.

    Raises
    ------
    ExtractionError
        If the file cannot be read or holds no BibTeX entry.
    """
    source = read_foreign(path)
    library = parse_quietly(source.text.replace("\r\n", "\n"))
    left = [LeftOut(source.file, line, what, reason) for line, what, reason in _unreadable(library, source.file)]
    if not library.entries and not left:
        rule = "this is not BibTeX: there is no entry such as '@article{key,'"
        refuse(source.file, rule, "Check the kind of file, and export it again")
    found, dropped = [], dict[str, list[int]]()
    for entry in _entries(library):
        line = line_of(entry)
        if swallowed := [
            breach for breach in bare_values(entry, partial(Breach, file=source.file)) if not breach.value
        ]:
            left.append(LeftOut(source.file, line, entry.key, swallowed[0].rule))
            continue
        try:
            found.append(_found(entry))
        except InvalidNameError as error:
            reason = f"the name '{error.name}' cannot be read: put commas between family and given name only"
            left.append(LeftOut(source.file, line, entry.key, reason))
        for name in _dropped(entry):
            dropped.setdefault(name, []).append(line)
    return gathered("bibtex", source, found, [*left, *left_fields(source.file, dropped, {})], [])


def _entries(library: Library) -> Iterator[Entry]:
    """Yield the entries in the order of the file, those with a key that was there before too."""
    for block in library.blocks:
        if isinstance(block, Entry):
            yield block
        elif isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
            yield _unwrapped(block.ignore_error_block)


def _unwrapped(entry: Entry) -> Entry:
    """Take off the braces or quotes around each value, which the parser leaves on an entry it sets aside."""
    for field in entry.fields:
        value = str(field.value)
        if len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')):
            field.value = value[1:-1]
    return entry


def _unreadable(library: Library, file: str) -> Iterator[tuple[int | None, str, str]]:
    twice = {line_of(block) for block in library.blocks if isinstance(block, DuplicateBlockKeyBlock)}
    for breach in failed_blocks(library, file):
        if breach.line not in twice:
            yield breach.line, breach.key or "entry", f"{breach.rule}. {breach.remedy}"


def _found(entry: Entry) -> Found:
    kind = TYPES.get(entry.entry_type.lower(), "misc")
    fields = {RENAMED.get(name, name): value for name, value in _fields(entry).items()}
    if kind == "phdthesis":
        fields.setdefault("school", fields.pop("institution", fields.pop("publisher", "")))
    elif kind == "techreport":
        fields.setdefault("institution", fields.pop("publisher", ""))
    elif "institution" in fields:
        fields.setdefault("publisher", fields.pop("institution"))
    year = year_in(fields.pop("year", ""), fields.pop("date", ""))
    fields |= {"year": str(year)} if year else {}
    if told := IDENTIFIER_IN_NOTE.search(fields.pop("note", "")):
        fields.setdefault("pmid", told.group(1))
    fields = {name: value for name, value in fields.items() if value}
    extra = {name: fields[name] for name in OWN if name in fields}
    item = csl_of(entry.key, kind, fields)
    del item["id"]
    return Found(line_of(entry), item, entry.key, extra)


def _fields(entry: Entry) -> dict[str, str]:
    return {name.lower(): " ".join(str(field.value).split()) for name, field in entry.fields_dict.items()}


def _dropped(entry: Entry) -> Iterator[str]:
    fields = _fields(entry)
    yield from (name for name in fields if name not in READ and not IDENTIFIER_IN_NOTE.fullmatch(fields[name]))
