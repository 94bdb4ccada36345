"""Fields that an entry of BibTeX has from others: by ``crossref`` under biber's rules, by ``xdata`` as they stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bibtexparser.model import Entry, Field

from ipt_evidence.exchange.citations.blocks import Taken

LINKS = ("crossref", "xdata")

PARTS_OF_BOOKS = frozenset(
    {"inbook", "bookinbook", "suppbook", "incollection", "suppcollection", "inreference", "inproceedings", "conference"}
)
PARTS_OF_PERIODICALS = frozenset({"article", "suppperiodical", "review"})
IN_VOLUMES = ("mvbook", "mvcollection", "mvproceedings", "mvreference")

NEVER = frozenset(
    {*LINKS, "xref", "ids", "entryset", "entrysubtype", "execute", "label", "options", "presort", "related",
     "relatedoptions", "relatedstring", "relatedtype", "shorthand", "shorthandintro", "shorttitle", "shortauthor",
     "shorteditor", "sortkey", "sortname", "sorttitle", "sortyear", "indextitle", "langid"}
)  # fmt: skip
"""What biber lets no entry inherit by ``crossref``."""

OF_ITS_OWN = frozenset(
    {"doi", "url", "urldate", "pmid", "isbn", "issn", "eprint", "pages", "note", "abstract", "keywords", "file",
     "registration", "companionof", "usedby"}
)  # fmt: skip
"""What biber lets a part inherit and would be wrong of it: numbers and pages of the whole."""

TITLES = frozenset({"title", "subtitle", "titleaddon"})
DATES = frozenset({"year", "date"})


def with_inherited(taken: Sequence[Taken]) -> tuple[list[Taken], list[tuple[int, str, str]]]:
    """Return the entries with the fields they inherit, and what names no entry of the file.

    Parameters
    ----------
    taken : sequence of Taken
        All entries of a file, in any order; one may inherit from another that inherits itself.

    Returns
    -------
    list of Taken
        In the same order. Fields of an entry's own stay as they are.
    list of (int, str, str)
        Line, key and field, and reason for each link that leads nowhere.
    """
    family = _Family([each.entry for each in taken])
    whole = [replace(each, entry=family.whole(each.entry)) for each in taken]
    return whole, family.lost


class _Family:
    def __init__(self, entries: Sequence[Entry]) -> None:
        self.lost: list[tuple[int, str, str]] = []
        self._exact: dict[str, Entry] = {}
        self._folded: dict[str, Entry] = {}
        for entry in entries:
            self._exact.setdefault(entry.key, entry)
            self._folded.setdefault(entry.key.casefold(), entry)

    def whole(self, entry: Entry) -> Entry:
        """Return an entry with what it inherits; the same entry if it has no link."""
        links = [field for field in entry.fields if field.key.lower() in LINKS]
        if not links:
            return entry
        for link in links:
            for key in _keys(link):
                if self._find(key) is None:
                    reason = f"no entry of the file has the key '{key}', so nothing is inherited from it"
                    self.lost.append(((link.start_line or 0) + 1, f"{entry.key}: {link.key.lower()}", reason))
        fields = self._fields(entry, ())
        return Entry(entry.entry_type, entry.key, list(fields.values()), entry.start_line, entry.raw)

    def _fields(self, entry: Entry, path: tuple[str, ...]) -> dict[str, Field]:
        """Return all fields of an entry by name; one that leads back to itself inherits nothing there."""
        fields = {field.key.lower(): field for field in entry.fields}
        if entry.key in path:
            return fields
        way = (*path, entry.key)
        for name in ("xdata", "crossref"):
            for key in _keys(fields[name]) if name in fields else ():
                if parent := self._find(key):
                    lent = self._fields(parent, way)
                    _add(fields, lent if name == "xdata" else dict(_lent(lent, parent, entry)))
        return fields

    def _find(self, key: str) -> Entry | None:
        return self._exact.get(key) or self._folded.get(key.casefold())


def _keys(link: Field) -> list[str]:
    return [key for each in str(link.value).split(",") if (key := each.strip())]


def _add(fields: dict[str, Field], lent: Mapping[str, Field]) -> None:
    dated = bool(DATES & fields.keys())
    for name, field in lent.items():
        if name not in LINKS and not (dated and name in DATES):
            fields.setdefault(name, field)


def _lent(fields: Mapping[str, Field], parent: Entry, child: Entry) -> Iterator[tuple[str, Field]]:
    """Yield the fields that a part has from the whole, under the names they have there."""
    whole, part = parent.entry_type.lower(), child.entry_type.lower()
    for name, field in fields.items():
        if name not in NEVER and name not in OF_ITS_OWN and name not in TITLES:
            yield name, field
    if whole in IN_VOLUMES or "title" not in fields:
        return
    place = "booktitle" if part in PARTS_OF_BOOKS else "journal" if part in PARTS_OF_PERIODICALS else ""
    if place and not (place == "journal" and whole != "periodical"):
        title = fields["title"]
        name = f"{title.value}: {fields['subtitle'].value}" if "subtitle" in fields else str(title.value)
        yield place, Field(place, name, title.start_line, title.enclosing)
