"""Names in fields of BibTeX: its own forms, and those of other programs where it would take the parts for others."""

from bibtexparser.middlewares.names import InvalidNameError, split_multiple_persons_names

from ipt_evidence.exchange.citations.people import AND_OTHERS, ONE, persons, without_degrees
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.extraction.references.csl import person, plain
from ipt_evidence.extraction.references.entries import INITIALS, SUFFIX


def names_in(value: str, line: int, ledger: Ledger) -> list[dict[str, str]]:
    """Return the names in a field ``author`` or ``editor``, as typed, LaTeX included, divided by ``and``.

    A name that BibTeX could not divide, for example because of too many commas, is taken in one piece and asked about.
    """
    found = []
    for typed in split_multiple_persons_names(value):
        found += persons([plain(typed)], line, ledger) if _is_foreign(typed) else [person(typed)]
    return found


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
    parts = ", ".join(read[part] for part in ("family", "suffix", "given") if part in read)
    return bool(SUFFIX.fullmatch(read.get("given", "")) or without_degrees(parts)[1])
