"""From BibTeX fields to CSL-JSON, the form in which citation processors take references."""

import re
from functools import lru_cache
from typing import Any

from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from ipt_evidence.extraction.references.latex import LATEX, decoded

CSL_TYPES = {
    "article": "article-journal",
    "book": "book",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "misc": "document",
    "phdthesis": "thesis",
    "techreport": "report",
}
"""CSL type of each BibTeX entry type the bibliographies may use."""

CSL_FIELDS = {
    "title": "title",
    "journal": "container-title",
    "booktitle": "container-title",
    "volume": "volume",
    "number": "issue",
    "edition": "edition",
    "publisher": "publisher",
    "school": "publisher",
    "institution": "publisher",
    "address": "publisher-place",
    "note": "note",
}
"""CSL variable of each BibTeX field that is text; persons, dates and pages have their own rules."""

SIMPLE = re.compile(r"([A-ZÀ-ÖØ-Þ][\w.’'-]*(?: [A-ZÀ-ÖØ-Þ][\w.’'-]*)*), ([\w.’'-]+(?: [\w.’'-]+)*)")
"""A name without particle, suffix or LaTeX, every word of the family name with a capital."""

ROLES = ("author", "editor")
"""Fields of persons; CSL has them under the same names."""

IDENTIFIERS = {"doi": "DOI", "pmid": "PMID", "url": "URL"}


def csl_of(key: str, entry_type: str, fields: dict[str, str]) -> dict[str, Any]:
    """Return one BibTeX entry as a CSL-JSON item.

    Parameters
    ----------
    key : str
        Citation key.
    entry_type : str
        BibTeX entry type, one of ``CSL_TYPES``.
    fields : dict of str to str
        Fields as typed, LaTeX included.

    Returns
    -------
    dict
        The item. A list of persons that ends in ``and others`` ends in the literal name ``others``, which
        citation processors print as et al.

    Raises
    ------
    bibtexparser.middlewares.names.InvalidNameError
        If a name cannot be split, for example because of too many commas.
    """
    item: dict[str, Any] = {"id": key, "type": CSL_TYPES[entry_type]}
    for role in ROLES:
        if fields.get(role):
            item[role] = [person(name) for name in split_multiple_persons_names(fields[role])]
    item |= {variable: plain(fields[name]) for name, variable in CSL_FIELDS.items() if fields.get(name)}
    item |= {variable: fields[name].strip() for name, variable in IDENTIFIERS.items() if fields.get(name)}
    if "year" in fields:
        item["issued"] = {"date-parts": [[int(fields["year"])]]}
    if "pages" in fields:
        item["page"] = re.sub(r"\s*[-–]+\s*", "-", fields["pages"])
    return item


def plain(latex: str) -> str:
    """Return LaTeX text as plain Unicode: escapes decoded, braces gone, spaces joined."""
    text = decoded(latex) if LATEX.search(latex) else latex
    return " ".join(text.replace("{", "").replace("}", "").split())


def person(name: str) -> dict[str, str]:
    """Return a BibTeX name in CSL form.

    Raises
    ------
    bibtexparser.middlewares.names.InvalidNameError
        If the name cannot be split, for example because of too many commas.
    """
    return dict(_person(name))


@lru_cache(maxsize=1 << 14)
def _person(name: str) -> dict[str, str]:
    # People write more than one paper, and an importer reads what it has written again.
    if simple := _simple(name):
        return simple
    # Split before decoding, while braces still hold corporate names together.
    if _in_braces(name):
        return {"literal": plain(name)}
    parts = parse_single_name_into_parts(name)
    if name == "others":
        return {"literal": name}
    joined = {
        "family": " ".join(parts.last),
        "given": spaced(" ".join(parts.first), " ".join(parts.last)),
        "non-dropping-particle": " ".join(parts.von),
        "suffix": " ".join(parts.jr),
    }
    return {role: plain(text) for role, text in joined.items() if text}


def _simple(name: str) -> dict[str, str]:
    """Return a name like ``Doe, Jane K.``, as most are, without the parser of BibTeX; empty if it is no such name."""
    found = SIMPLE.fullmatch(name)
    if not found or "--" in name or "''" in name:
        return {}
    family, given = found.groups()
    return {"family": family, "given": spaced(given, family)}


def spaced(given: str, family: str) -> str:
    """Return initials as ``E. M.`` where they are run together, since ``EM`` would be printed as one initial.

    Three capitals behind a family name in capitals may be a name, as in ``LEE, AMY``.
    """
    if len(given) > 3 or not given.isupper():
        return given
    together = re.fullmatch(r"[A-Z]{2}" if family.isupper() else r"(?!III)[A-Z]{2,3}", given)
    return " ".join(f"{letter}." for letter in given) if together else given


def _in_braces(name: str) -> bool:
    """Return whether one pair of braces holds the whole name, as in ``{Trial Group}``."""
    depth = 0
    for place, sign in enumerate(name):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if not depth:
            return place == len(name) - 1 and sign == "}"
    return False
