"""Names of authors as reference managers write them, as CSL-JSON names."""

import re

from bibtexparser.middlewares.names import InvalidNameError

from ipt_evidence.extraction.references.bibtex import escaped
from ipt_evidence.extraction.references.csl import person

INITIALS = re.compile(r"(?P<family>.*\S)\s+(?P<initials>[A-Z]{1,4})(?:\s+(?P<suffix>Jr|Sr|2nd|3rd|4th|II|III|IV))?\.?")
"""``Doe JK`` or ``King ML Jr``, as PubMed writes names in short."""

SUFFIX = re.compile(r"(?P<given>.*\S),?\s+(?P<suffix>Jr|Sr|2nd|3rd|4th|II|III|IV)\.?")

OTHERS = re.compile(r"\[?(?:et\.?\s+al\.?|and\s+others|others)\]?", re.IGNORECASE)


def named(name: str) -> dict[str, str]:
    """Return one name; without a comma or initials it is the name of an organisation.

    Parameters
    ----------
    name : str
        Such as ``Doe, Jane K``, ``de Mello, M. F.``, ``Doe JK``, ``King, Martin L Jr`` or ``Trial Group``.
    """
    name = " ".join(name.replace("{", "").replace("}", "").split()).rstrip(",;")
    if OTHERS.fullmatch(name):
        return {"literal": "others"}
    if "," not in name and (short := INITIALS.fullmatch(name)):
        name = f"{short['family']}, {' '.join(f'{letter}.' for letter in short['initials'])}"
        name = f"{name} {short['suffix']}" if short["suffix"] else name
    if "," not in name:
        return {"literal": name}
    family, given = name.split(",", 1)
    if tail := SUFFIX.fullmatch(given.strip()):
        name = f"{family}, {tail['suffix']}, {tail['given'].rstrip(',')}"
    try:
        return person(escaped(name))
    except InvalidNameError:
        return {"literal": name}
