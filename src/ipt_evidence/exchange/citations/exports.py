"""Read BibTeX as Zotero and EndNote export it, and turn it into a bibliography of ours."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bibtexparser.model import Entry

from ipt_evidence.exchange.citations.bibtex_names import names_in
from ipt_evidence.exchange.citations.blocks import entries, unreadable
from ipt_evidence.exchange.citations.fates import SAID
from ipt_evidence.exchange.citations.gathering import Found, gathered, left_fields
from ipt_evidence.exchange.citations.inheriting import LINKS, with_inherited
from ipt_evidence.exchange.citations.markup import unmarked
from ipt_evidence.exchange.citations.tagged import year_in
from ipt_evidence.exchange.foreign import read_letters, refuse
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.references.bibliography import parse_quietly
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

NO_REFERENCE = {
    "xdata": "an entry of the type xdata is no reference: it lends its fields to others",
    "set": "an entry of the type set is no reference: it names others",
}

JOURNALS, BOOKS, HOSTS = (
    ("journal", "journaltitle"),
    ("booktitle", "eventtitle"),
    ("publisher", "institution", "organization", "school"),
)
ALIKE = {
    "booktitle": (*BOOKS, *JOURNALS),
    "publisher": HOSTS,
    "address": ("address", "location"),
    "number": ("number", "issue"),
}
"""Fields that hold the same under the names of several types and programs, the likeliest first."""

LIKELIER = {
    "article": {"booktitle": (*JOURNALS, *BOOKS)},
    "phdthesis": {"publisher": ("school", "institution", "publisher", "organization")},
    "techreport": {"publisher": ("institution", "publisher", "organization", "school")},
}
"""Where the type of the entry, as ours, says otherwise."""

SECOND = "the field has one value, and another of its meaning has its place"

OWN = ("registration", "companionof", "usedby")
"""Fields of ours that other programs carry along."""

READ = {
    *CSL_FIELDS, *IDENTIFIERS, *OWN, *LINKS, *JOURNALS, *BOOKS, *HOSTS, "author", "editor", "year", "date", "pages",
    "issue", "subtitle", "location",
} - {"note"}  # fmt: skip
IDENTIFIER_IN_NOTE = re.compile(r"\s*\bPMID:\s*(\d{1,9})\b\s*")


def read_bibtex(path: Path) -> Imported:
    """Read a BibTeX export, UTF-8 or Windows-1252, into a bibliography.

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
    source = read_letters(path)
    library = parse_quietly(source.text.replace("\r\n", "\n"))
    ledger = Ledger(source.file)
    for problem in unreadable(library, source.file):
        ledger.leave(*problem)
    taken = list(entries(library))
    if not taken and not ledger.left:
        rule = "this is not BibTeX: there is no entry such as '@article{key,'"
        refuse(source.file, rule, "Check the kind of file, and export it again")
    dropped: dict[str, list[int]] = {}
    for each in taken:
        for name, line, value in each.again:
            ledger.leave(line, f"{each.entry.key}: {name} {value}"[:200], "the field is given twice: the first is kept")
        for name in _dropped(each.entry):
            dropped.setdefault(name, []).append(line_of(each.entry))
    whole, lost = with_inherited(taken)
    for link in lost:
        ledger.leave(*link)
    found = [reference for each in whole if (reference := _found(each.entry, ledger))]
    ledger.left += left_fields(source.file, dropped, {})
    return gathered("bibtex", source, found, ledger)


def _undefined(entry: Entry, file: str) -> Breach | None:
    """Return what keeps an entry from being read: a field that runs into the next, or a word that nobody defined."""
    breaches = bare_values(entry, partial(Breach, file=file))
    return next((each for each in breaches if not each.value or each.column.lower() in READ), None)


def _found(entry: Entry, ledger: Ledger) -> Found | None:
    """Return the reference of an entry, None if it is none; leave the fields for which it has no place any more."""
    line = line_of(entry)
    if reason := NO_REFERENCE.get(entry.entry_type.lower()):
        ledger.leave(line, entry.key, reason)
        return None
    if trouble := _undefined(entry, ledger.file):
        said = f"{trouble.column} = '{trouble.value}': {trouble.rule}" if trouble.value else trouble.rule
        ledger.leave(trouble.line, entry.key, said)
        return None
    item, extra, second = _item(entry, ledger)
    for name, value in second.items():
        ledger.leave(line, f"{entry.key}: {name} {value}"[:200], SECOND)
    texts = [value for name, value in item.items() if isinstance(value, str) and name != "DOI"]
    for name in sorted({name for text in texts for name in re.findall(r"\\[A-Za-z]+", text)}):
        ledger.ask(line, f"{entry.key}: {name}", "a LaTeX command without words, kept as it is typed")
    return Found(line, item, entry.key, extra)


def _item(entry: Entry, ledger: Ledger) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """Return the item of an entry, further fields of ours, and those for which it has no place any more."""
    kind = TYPES.get(entry.entry_type.lower(), "misc")
    fields, lost = _one_of_each(_fields(entry), kind)
    dates = {name: value for name in ("year", "date") if (value := fields.pop(name, ""))}
    year = year_in(*dates.values())
    fields |= {"year": str(year)} if year else {}
    lost |= {name: value for name, value in dates.items() if year and year_in(value) != year}
    if "subtitle" in fields and "title" in fields:
        fields["title"] = f"{fields['title']}: {fields.pop('subtitle')}"
    note = fields.pop("note", "")
    if told := IDENTIFIER_IN_NOTE.search(note):
        fields.setdefault("pmid", told.group(1))
    fields["note"] = note if SAID.fullmatch(note) else ""
    fields = {name: value for name, value in fields.items() if value}
    extra = {name: fields[name] for name in OWN if name in fields}
    people = {
        role: names_in(unmarked(value), line_of(entry), ledger)
        for role in ("author", "editor")
        if (value := fields.pop(role, ""))
    }
    item = csl_of(entry.key, kind, fields) | people
    del item["id"]
    return item, extra, lost


def _one_of_each(fields: dict[str, str], kind: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields with one of those that hold the same, under its first name, and the others that differ."""
    kept, lost = dict(fields), dict[str, str]()
    for target, names in (ALIKE | LIKELIER.get(kind, {})).items():
        given = {name: value for name in names if (value := kept.pop(name, ""))}
        if given:
            kept[target] = next(iter(given.values()))
        lost |= {name: value for name, value in given.items() if value.casefold() != kept[target].casefold()}
    return kept, lost


def _fields(entry: Entry) -> dict[str, str]:
    """Return the fields that are read, and the note, which may hold a number."""
    return {
        name: " ".join(str(field.value).split())
        for key, field in entry.fields_dict.items()
        if (name := key.lower()) in READ or name == "note"
    }


def _dropped(entry: Entry) -> Iterator[str]:
    for key, field in entry.fields_dict.items():
        name = key.lower()
        value = " ".join(str(field.value).split())
        if name not in READ and not (name == "note" and (IDENTIFIER_IN_NOTE.fullmatch(value) or SAID.fullmatch(value))):
            yield name
