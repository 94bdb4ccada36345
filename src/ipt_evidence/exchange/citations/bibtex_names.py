"""Names in fields of BibTeX: its own forms, and those of other programs where it would take the parts for others."""

import re

from bibtexparser.middlewares.names import InvalidNameError, split_multiple_persons_names

from ipt_evidence.exchange.citations.people import AND_OTHERS, ONE, people_in, persons, without_degrees
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.extraction.references.csl import person, plain
from ipt_evidence.extraction.references.entries import INITIALS, NAMELESS_AND, SUFFIX

SUFFIX_LAST = re.compile(
    r"(?P<given>[^,{}]+?)\s+(?P<family>(?:[a-z][\w'’]*\s+)*[^\s,{}]+),?\s+(?P<suffix>(?:Jr|Sr|2nd|3rd|4th|II|III|IV)\.?)"
)
"""``John Doe Jr.`` or ``Ludwig van Doe III``."""


def names_in(value: str, line: int, ledger: Ledger) -> list[dict[str, str]]:
    """Return the names in a field ``author`` or ``editor``, as typed, LaTeX included, divided by ``and``.

    A name that BibTeX could not divide, for example because of too many commas, is taken in one piece and asked about.
    """
    found = []
    for entered in split_multiple_persons_names(value):
        if lone := NAMELESS_AND.search(entered):
            ledger.ask(line, entered, "'and' has a name on one side only: is one missing?")
        typed = _suffix_second(NAMELESS_AND.sub("", entered) if lone else entered)
        found += persons([plain(typed)], line, ledger) if _is_foreign(typed) else [person(typed)]
    return found


def _suffix_second(typed: str) -> str:
    """Return ``John Doe Jr.`` as ``Doe, Jr., John``: BibTeX would take what stands last for the family name."""
    found = SUFFIX_LAST.fullmatch(typed)
    return f"{found['family']}, {found['suffix']}, {found['given']}" if found else typed


def _is_foreign(typed: str) -> bool:
    """Return whether BibTeX would make another of a name: ``Doe JK``, ``King, M. L., Jr.``, ``Doe, J; Roe, A``."""
    if ONE.fullmatch(typed):
        return False
    try:
        read = person(typed)
    except InvalidNameError:
        return True
    if "literal" in read or SUFFIX.fullmatch(read.get("suffix", "")):
        return False
    if ";" in typed or AND_OTHERS.fullmatch(typed):
        return True
    if "," not in typed:
        return bool(INITIALS.fullmatch(read.get("family", "")))
    name = plain(typed)
    return bool(SUFFIX.fullmatch(read.get("given", "")) or without_degrees(name)[1] or len(people_in(name)) > 1)
