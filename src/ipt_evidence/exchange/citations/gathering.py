"""From the items of any reference manager to a bibliography of ours: keys, sound fields, and what is missing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ipt_evidence.exchange.citations.markup import decoded, unmarked
from ipt_evidence.exchange.citations.people import IN_PIECES
from ipt_evidence.exchange.foreign import Text, about_letters
from ipt_evidence.exchange.imported import Imported, LeftOut
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.mojibake import LOST_REASON, lost_in
from ipt_evidence.exchange.names import slug, unique_slugs
from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.references.bibtex import ENTRY_TYPES, entry_fields, stands_in_braces, written
from ipt_evidence.extraction.references.entries import FIELD_FORMS, INITIALS, misplaced, wrong_with
from ipt_evidence.extraction.references.works import RESOLVER, clean_doi
from ipt_evidence.extraction.schemas.patterns import DOI

WITHOUT_CONTAINER = ("book",)
MARKED = re.compile(r"[&<]")
FORMS = {
    name: re.compile(form) for name, form in (("DOI", DOI), ("PMID", FIELD_FORMS["pmid"][0]), ("URL", r"https?://\S+"))
}

FATEFUL = re.compile(
    r"\W*(?:(?:RETRACTED|WITHDRAWN|Retracted|Withdrawn)(?:\s+(?:ARTICLE|PAPER|[Aa]rticle|[Pp]aper))?\s*[:.\]–—-]"
    r"|(?P<notice>(?i:(?:notice of )?retraction|expression of concern|erratum|corrigendum|correction)"
    r"(?i:\s+(?:notice|note|to|of|for|in)\b|\s*[:.\]–—-])))"
)
"""How the titles of retracted reports begin, and those of notices."""

NAME_PARTS = ("non-dropping-particle", "family", "given", "suffix", "literal")

NO_SUCH_FIELD = "the bibliography has no such field"


@dataclass(frozen=True, slots=True)
class Found:
    """One reference of a foreign file.

    Attributes
    ----------
    line : int
        1-based line it starts on.
    item : dict
        CSL-JSON item without id.
    key : str
        Its citation key in the file; empty text if it has none.
    extra : dict of str to str
        Further BibTeX fields of ours.
    fate_told : bool
        Whether its source says what became of it, so that its title need not.
    """

    line: int
    item: dict[str, Any]
    key: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    fate_told: bool = False

    @property
    def name(self) -> str:
        """What to call it in reports: its key, else the start of its title."""
        return self.key or unmarked(self.item.get("title", ""))[:80] or "reference without title"


def item_of(fields: Mapping[str, Any], year: int | None) -> dict[str, Any]:
    """Return a CSL-JSON item with the fields that hold something, its pages with plain hyphens, and its year."""
    item = {name: said for name, said in fields.items() if said}
    if "page" in item:
        item["page"] = re.sub(r"\s*[-–]+\s*", "-", item["page"])
    return item | ({"issued": {"date-parts": [[year]]}} if year else {})


def gathered(kind: str, source: Text, found: list[Found], ledger: Ledger) -> Imported:
    """Return the references of a file that are complete as a bibliography of ours; say what the others lack."""
    for each in about_letters(source):
        ledger.ask(*each)
    wanted = list(map(_wanted_key, found))
    keys = unique_slugs(dict(enumerate(wanted)), "reference")
    entries = []
    for place, reference in enumerate(found):
        item, dropped = _sound(reference.item)
        for what, reason in (*_with_lost_letters(item), *_in_one_piece(item)):
            ledger.ask(reference.line, what, reason)
        for what, reason in dropped:
            ledger.leave(reference.line, f"{reference.name}: {what}", reason)
        fields = entry_fields(item, reference.extra)
        if missing := _wrong_with(item["type"], fields, ledger.file):
            ledger.leave(reference.line, reference.name, missing)
            continue
        entries.append(written(keys[place], item["type"], fields))
        if keys[place] != wanted[place]:
            changed = f"entered as {keys[place]}: keys are slugs, and no two alike"
            ledger.ask(reference.line, f"citation key {wanted[place] or 'missing'}", changed)
        _ask_about_title(reference, ledger)
    return ledger.imported(kind, (), bibliography="\n".join(entries))


def left_fields(
    file: str, dropped: Mapping[str, list[int]], words: Mapping[str, str], reason: str = NO_SUCH_FIELD
) -> list[LeftOut]:
    """Return one line for each field that no reference keeps, with the line on which it first stands."""
    return [
        LeftOut(file, lines[0], f"{name}{f' ({words[name]})' if name in words else ''}, {len(lines)} x", reason)
        for name, lines in sorted(dropped.items())
    ]


def _wanted_key(reference: Found) -> str:
    if reference.key:
        return reference.key
    people = [*reference.item.get("author", []), *reference.item.get("editor", [])]
    name = people[0].get("family") or people[0].get("literal", "") if people else reference.item.get("title", "")
    year = str(reference.item["issued"]["date-parts"][0][0]) if "issued" in reference.item else ""
    return f"{slug(name, '')[:40]}{year}"


def _ask_about_title(reference: Found, ledger: Ledger) -> None:
    """Ask about a title that says what became of the report, or that it is a notice, where the source says nothing."""
    title = reference.item.get("title", "")
    if reference.fate_told or not (found := FATEFUL.match(title)):
        return
    reason = (
        "its title reads like that of a notice about another report, not of a report of results: check it"
        if found["notice"]
        else "its title says so: look for the notice, and set report_status to retracted in trials.csv if there is one"
    )
    ledger.ask(reference.line, f"{reference.name}: '{found.group().strip()}'", reason)


def _sound(item: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return an item whose identifiers have their form, and what had to go; a DOI given as an address becomes one."""
    marked = {
        name: (decoded if name in FORMS else unmarked)(value)
        for name, value in item.items()
        if isinstance(value, str) and MARKED.search(value)
    }
    sound, dropped = item | marked, []
    if RESOLVER.match(sound.get("URL", "")):
        address = sound.pop("URL")
        sound.setdefault("DOI", address)
    if "DOI" in sound:
        sound["DOI"] = clean_doi(sound["DOI"])
    if sound["type"] in WITHOUT_CONTAINER and sound.get("container-title", sound.get("title")) != sound.get("title"):
        dropped.append((sound.pop("container-title"), f"a {sound['type']} stands in no other work"))
    for name, form in FORMS.items():
        if name in sound and not form.fullmatch(sound[name]):
            dropped.append((f"{name} {sound.pop(name)}", "it has not the form of one"))
    if "DOI" in sound and "URL" in sound:
        dropped.append((f"URL {sound.pop('URL')}", "the DOI leads to the work"))
    return {name: value for name, value in sound.items() if value}, dropped


def _with_lost_letters(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield names with a question mark in the place of a letter; titles may hold one between two words."""
    for role in ("author", "editor"):
        for person in item.get(role, []):
            name = " ".join(person[part] for part in NAME_PARTS if part in person)
            if "?" in name and lost_in(name):
                yield f"{role} {name}", LOST_REASON


def _in_one_piece(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Take names that no reader could tell apart as one piece, and say so: a doubtful name costs no reference."""
    for role in ("author", "editor"):
        for place, person in enumerate(item.get(role, [])):
            alone = "given" not in person and ("suffix" in person or INITIALS.fullmatch(person.get("family", "")))
            if alone or misplaced(person):
                whole = " ".join(person[part] for part in NAME_PARTS if part in person)
                item[role] = [*item[role][:place], {"literal": whole}, *item[role][place + 1 :]]
                yield f"{role} {whole}", IN_PIECES


def _wrong_with(kind: str, fields: dict[str, str], file: str) -> str:
    """Return what keeps an entry from being one of ours; empty text if nothing does."""
    if not all(map(stands_in_braces, fields.values())):
        return "it cannot be written as BibTeX"
    breaches = wrong_with(ENTRY_TYPES[kind], fields, partial(Breach, file=file), {})
    return "; ".join(f"{breach.column}: {breach.rule}" if breach.column else breach.rule for breach in breaches)
