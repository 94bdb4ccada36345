"""Write CSL-JSON items as BibTeX in the form of our bibliographies, so that reading gives the same items again."""

import re
from collections.abc import Mapping
from typing import Any

from ipt_evidence.extraction.references.csl import CSL_TYPES, SIMPLE
from ipt_evidence.extraction.references.latex import LATEX

ENTRY_TYPES = {csl: entry for entry, csl in CSL_TYPES.items()}
"""BibTeX entry type of each CSL type in use."""

PUBLISHERS = {"thesis": "school", "report": "institution"}
"""Field of the publisher, where it is not ``publisher``."""

CONTAINERS = {"chapter": "booktitle", "paper-conference": "booktitle"}
"""Field of what a work stands in, where it is not ``journal``."""

SIGNS = {
    "\\": r"\textbackslash{}",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "`": r"\textasciigrave{}",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "&": r"\&",
}
"""Signs that LaTeX reads in its own way, written so that they stand for themselves."""

_SIGN = re.compile(r"[\\$~`#_%&]|([-',<>])(?=\1)")
"""Two of the last ones in a row would be a ligature."""

STRUCTURE = re.compile(r"[{}\\]")
BRACE = re.compile(r"(?<!\\)[{}]")

_LIGATURE_OR_AND = re.compile(r"--|''|\band\b")
_DIVIDES = re.compile(r",|\band\b")
_PARTICLE_FIRST = re.compile(r"[a-z]")


def entry_fields(item: Mapping[str, Any], extra: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of an entry, those without content left out.

    Parameters
    ----------
    item : mapping
        CSL-JSON item of one of the types in ``CSL_TYPES``; braces in its text are lost.
    extra : mapping of str to str
        Further BibTeX fields of ours, such as ``registration``.
    """
    kind = item["type"]
    fields = {role: " and ".join(map(_name, item.get(role, []))) for role in ("author", "editor")}
    fields["title"] = f"{{{escaped(item.get('title', ''))}}}" if item.get("title") else ""
    fields[CONTAINERS.get(kind, "journal")] = escaped(item.get("container-title", ""))
    fields["year"] = str(item["issued"]["date-parts"][0][0]) if "issued" in item else ""
    fields |= {name: escaped(item.get(csl, "")) for name, csl in (("volume", "volume"), ("number", "issue"))}
    fields["pages"] = re.sub(r"[{}\\]", "", item.get("page", "")).replace("-", "--")
    fields["edition"] = escaped(item.get("edition", ""))
    fields[PUBLISHERS.get(kind, "publisher")] = escaped(item.get("publisher", ""))
    fields["address"] = escaped(item.get("publisher-place", ""))
    fields |= {name: item.get(csl, "") for name, csl in (("doi", "DOI"), ("pmid", "PMID"), ("url", "URL"))}
    fields |= {"note": escaped(item.get("note", "")), **extra}
    return {name: value for name, value in fields.items() if value}


def written(key: str, kind: str, fields: Mapping[str, str]) -> str:
    """Return an entry of a CSL type from the fields that :func:`entry_fields` gives."""
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return f"@{ENTRY_TYPES[kind]}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def entry_text(key: str, kind: str, fields: Mapping[str, str]) -> str:
    """Return an entry of a BibTeX type from fields as BibTeX reads them; braces around its title keep the capitals."""
    values = {**fields, **({"title": f"{{{unbraced(fields['title'])}}}"} if "title" in fields else {})}
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in values.items())
    return f"@{kind}{{{key},\n{lines}\n}}\n"


def unbraced(value: str) -> str:
    """Return a value without the pair of braces that holds all of it."""
    return value[1:-1] if value.startswith("{") and value.endswith("}") and stands_in_braces(value[1:-1]) else value


def stands_in_braces(value: str) -> bool:
    """Return whether a value can be written between braces: those inside it are balanced, and none is escaped last."""
    if not STRUCTURE.search(value):
        return True
    depth = 0
    for brace in BRACE.finditer(value):
        depth += 1 if brace.group() == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and not value.endswith("\\")


def escaped(text: str) -> str:
    """Return text that BibTeX and LaTeX read as it stands: on one line, without braces and what does not print."""
    if not text:
        return ""
    if not text.isprintable():
        text = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    flat = " ".join(text.replace("{", "").replace("}", "").split())
    # Only where the reader decodes LaTeX at all are its signs more than letters.
    return (
        _SIGN.sub(lambda found: SIGNS.get(found.group(), f"{found.group()}{{}}"), flat) if LATEX.search(flat) else flat
    )


def _name(person: Mapping[str, str]) -> str:
    if "literal" in person:
        return "others" if person["literal"] == "others" else f"{{{escaped(person['literal'])}}}"
    if person.keys() == {"family", "given"} and SIMPLE.fullmatch(name := f"{person['family']}, {person['given']}"):
        return name if not _LIGATURE_OR_AND.search(name) else _in_parts(person)
    return _in_parts(person)


def _in_parts(person: Mapping[str, str]) -> str:
    given, family = _part(person.get("given", "")), _family(person)
    suffix = _part(person.get("suffix", ""))
    if not given:
        return f"{{{family}}}" if " " in family else family
    return ", ".join(part for part in (family, suffix, given) if part)


def _family(person: Mapping[str, str]) -> str:
    family, particle = _part(person.get("family", "")), _part(person.get("non-dropping-particle", ""))
    # Without braces a name in small letters would be taken for a particle.
    family = f"{{{family}}}" if _PARTICLE_FIRST.match(family) else family
    return f"{particle} {family}".strip()


def _part(text: str) -> str:
    """Return a part of a name; commas and the word and would divide it, so they go into braces."""
    plain = escaped(text)
    return f"{{{plain}}}" if _DIVIDES.search(plain) else plain
