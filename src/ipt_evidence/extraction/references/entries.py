"""What one entry of a bibliography must hold to be a reference, field by field."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bibtexparser.middlewares.names import InvalidNameError, split_multiple_persons_names
from bibtexparser.model import Block, Entry, Field

from ipt_evidence.extraction.breaches import Breach, shown
from ipt_evidence.extraction.references.csl import CSL_TYPES, ROLES, csl_of, person
from ipt_evidence.extraction.references.works import clean_doi
from ipt_evidence.extraction.schemas.patterns import DOI, DOI_RULE, PMID, PMID_RULE, SLUG

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
    "year": (r"(?:1[89]|20)[0-9]{2}", "must be a year of four digits, from 1800 to 2099"),
    "doi": (DOI, DOI_RULE),
    "pmid": (PMID, PMID_RULE),
    "companionof": (SLUG, "must be the key of the main report of the same trial"),
    "registration": (r"[A-Za-z][A-Za-z0-9/.:-]{3,39}", "must be one trial registration number, such as NCT00000000"),
}

CAPITAL = f"[A-Z{''.join(letter for letter in map(chr, range(0xC0, 0x250)) if letter.isupper())}]"
"""A capital of any language written in Latin letters, such as ``Ş``."""

INITIALS = re.compile(rf"(?:{CAPITAL}\.?[ -]?){{1,3}}")
"""What stands for a family name where initials were written behind it without a comma."""

SUFFIX = re.compile(r"(?:.*\s)?(?:Jr|Sr|2nd|3rd|4th)\.?|.*\s(?:II|III|IV)\.?|III\.?")
"""A given name that is, or ends in, what belongs behind the family name; II and IV alone are initials."""

DEGREE = re.compile(
    r"(?:Ph\.?\s?D|D\.?Phil|Psy\.?D|Ed\.?D|Sc\.?D|Dr\.?P\.?H|D\.?N\.?P|M\.?D|D\.?O|M\.?Sc|B\.?Sc|M\.?A|B\.?A|M\.?S|B\.?S|M\.?Phil|"
    r"M\.?B\.?A|M\.?P\.?H|M\.?S\.?W|L\.?C\.?S\.?W|R\.?N|D\.?Sc|M\.?B\.?B\.?S|M\.?B\s?Ch\.?B|MBChB|[MF]RC[A-Z][A-Za-z]*|Ed\.?M|M\.?Ed|"
    r"B\.?Ed|Dr\.?\s?med|Dipl\.?[\s-]?Psych|Pharm\.?D|A\.?B\.?P\.?P|Prof|Dr|Esq)\.?",
    re.IGNORECASE,
)
"""What is written behind names and is no part of them."""

BEHIND = re.compile(rf"(?P<numeral>I\. I\.|I\. V\.)|{DEGREE.pattern}", re.IGNORECASE)
"""What three parts of a name may end in by mistake; II and IV have been read as initials by then."""

SHORT_NAME = re.compile(rf"\s*\S*[a-z]\S*(?: \S+)*? (?:{CAPITAL}\.?){{1,4}}\s*")
"""``Doe J``: between commas several people, whom BibTeX would take for the parts of one name."""

NAMELESS_AND = re.compile(r"^and\s+|\s+and$", re.IGNORECASE)
"""An ``and`` with a name on one side only; BibTeX makes it a part of that name."""

NAMES_REMEDY = "Write Family, Given and Family, Given; put the name of an organisation in braces"

NO_KEY = "the entry that starts here has no citation key"
NO_KEY_REMEDY = "Write the key and a comma behind the opening brace, such as agras2000"

SWALLOWED = re.compile(r"(?:\{.*\}|\".*\"|[0-9A-Za-z]+)\s+([A-Za-z]+)\s*=", re.DOTALL)
"""A value that runs on into the next field."""


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
    companion_of : str
        Key of the main report of the same trial; empty text if the entry names none.
    registration : str
        Trial registration number; empty text if the entry names none.
    """

    line: int
    csl: dict[str, Any]
    used_by: tuple[str, ...]
    recommended: bool
    companion_of: str = ""
    registration: str = ""


def checked(entry: Entry, file: str) -> tuple[Reference | None, list[Breach]]:
    """Return the entry as a reference, None if it is not sound, and what is wrong with it."""
    breach = partial(Breach, file=file, line=line_of(entry), key=entry.key)
    kind = entry.entry_type.lower()
    fields = {name.lower(): str(field.value).strip() for name, field in entry.fields_dict.items()}
    if not entry.key:
        return None, [breach(rule=NO_KEY, remedy=NO_KEY_REMEDY)]
    if not re.fullmatch(SLUG, entry.key):
        rule = "the citation key must be a slug: small ASCII letters, digits and _"
        return None, [breach(rule=rule, remedy="Write it like agras2000")]
    if kind not in CSL_TYPES:
        rule = f"must be one of {', '.join(CSL_TYPES)}"
        return None, [breach(column="entry type", value=kind, rule=rule, remedy="Choose the nearest one")]
    if found := list(bare_values(entry, breach)):
        return None, found
    lines = {name.lower(): line_of(field) for name, field in entry.fields_dict.items()}
    if found := wrong_with(kind, fields, breach, lines):
        return None, found
    item = csl_of(entry.key, kind, fields)
    used_by = tuple(re.findall(SLUG, fields.get("usedby", "")))
    recommended = "recommended-reading" in re.split(r"[,;\s]+", fields.get("keywords", ""))
    links = fields.get("companionof", ""), fields.get("registration", "")
    return Reference(line_of(entry), item, used_by, recommended, *links), []


def wrong_with(
    kind: str, fields: dict[str, str], breach: Callable[..., Breach], lines: Mapping[str, int]
) -> list[Breach]:
    """Return what keeps the fields of an entry from being a reference.

    Parameters
    ----------
    kind : str
        Entry type, one of ``CSL_TYPES``.
    fields : dict of str to str
        Fields as typed, names in small letters.
    breach : callable
        Makes a breach of the entry.
    lines : mapping of str to int
        Line of each field; those without one have the line of the entry.
    """
    if found := [*_missing_fields(kind, fields, breach), *_wrong_fields(fields, lines, breach)]:
        return found
    typed = [name for role in ROLES if fields.get(role) for name in split_multiple_persons_names(fields[role])]
    try:
        people = [(name, person(name)) for name in typed]
    except InvalidNameError as error:
        rule = f"the name '{shown(error.name)}' cannot be read ({str(error.reason).lower()})"
        return [breach(column="author or editor", rule=rule, remedy=NAMES_REMEDY)]
    return [each for name, parts in people for each in _misread_name(name, parts, breach)]


def line_of(block: Block | Field) -> int:
    """Return the 1-based line of a block or field; the parser counts from 0."""
    return (block.start_line or 0) + 1


def _misread_name(name: str, parts: dict[str, str], breach: Callable[..., Breach]) -> Iterator[Breach]:
    """Yield what is wrong with a name whose parts are not where they were meant to be."""
    if NAMELESS_AND.search(name):
        yield breach(
            column="author or editor", value=name, rule="'and' has a name on one side only", remedy=NAMES_REMEDY
        )
        return
    if "," in name and all(map(SHORT_NAME.fullmatch, name.split(","))):
        yield breach(column="author or editor", value=name, rule="these are several people", remedy=NAMES_REMEDY)
        return
    # Before a comma stands what the author calls a family name, whatever its letters, as in LEE, EM.
    if "," not in name and INITIALS.fullmatch(parts.get("family", "")):
        rule = f"'{parts['family']}' looks like initials and would be printed as a family name"
        yield breach(column="author or editor", rule=rule, remedy=NAMES_REMEDY)
    elif SUFFIX.fullmatch(parts.get("family", "")):
        rule = f"'{parts['family']}' would be printed as a family name"
        yield breach(column="author or editor", rule=rule, remedy="Write Family, Jr, Given")
    elif misplaced(parts):
        rule = f"'{parts['given']}' stands where the given name belongs, and would be printed as initials"
        yield breach(column="author or editor", rule=rule, remedy="Write Family, Jr, Given")


def misplaced(person: dict[str, str]) -> bool:
    """Return whether what belongs behind a name stands where the given name does, as in ``Doe, Jane, PhD``."""
    given, suffix = person.get("given", ""), person.get("suffix", "")
    if SUFFIX.fullmatch(given):
        return True
    behind = BEHIND.fullmatch(given) if suffix else None
    # Beside a true suffix they are initials: Ivanov, Jr, I. V.
    return behind is not None and not (behind["numeral"] and SUFFIX.fullmatch(suffix))


def bare_values(entry: Entry, breach: Callable[..., Breach]) -> Iterator[Breach]:
    """Yield values outside braces that are no number: they hide the next field, or stand for a word nobody defined."""
    for name, field in entry.fields_dict.items():
        value = str(field.value)
        if field.enclosing != "no-enclosing" or value.isdigit() or name.lower() == "month":
            continue
        if swallowed := SWALLOWED.match(value):
            rule = f"a comma is missing between the fields {name} and {swallowed.group(1)}"
            yield breach(line=line_of(field), column=name, rule=rule, remedy="Put a comma after every field")
        else:
            rule = "must stand in braces: words outside them are abbreviations, and these are not defined"
            yield breach(line=line_of(field), column=name, value=value, rule=rule, remedy="Put the text in braces")


def _missing_fields(kind: str, fields: dict[str, str], breach: Callable[..., Breach]) -> Iterator[Breach]:
    for wanted in REQUIRED_FIELDS[kind]:
        if not any(fields.get(name, "").strip("{} ") for name in wanted.split("|")):
            name = wanted.replace("|", " or ")
            yield breach(column=name, rule=f"must be filled in an entry of type {kind}", remedy="Add the field")


def _wrong_fields(fields: dict[str, str], lines: Mapping[str, int], breach: Callable[..., Breach]) -> Iterator[Breach]:
    for name in [each for each in FIELD_FORMS if each in fields]:
        form, rule = FIELD_FORMS[name]
        value = fields[name]
        clean = clean_doi(value) if name == "doi" else value
        if value and not (re.fullmatch(form, value) and clean == value):
            remedy = f"Write {clean}" if clean != value and re.fullmatch(form, clean) else "Correct the field"
            place = {"line": lines[name]} if name in lines else {}
            yield breach(**place, column=name, value=value, rule=rule, remedy=remedy)
