"""What PubMed's formats have in common: fates of reports, notices, registries, the dress of titles and journals."""

import re
from collections.abc import Callable, Iterable, Iterator

from ipt_evidence.exchange.citations.fates import Fate, to_do

FATES = (
    ("retracted", ("RIN", "RRI"), ("RetractionIn", "RetractedandRepublishedIn"), "retracted publication", "Retracted"),
    ("retracted", ("PRIN",), ("PartialRetractionIn",), "", "Partly retracted"),
    ("expression_of_concern", ("ECI",), ("ExpressionOfConcernIn",), "", "Under an expression of concern"),
    ("corrected", ("EIN", "CRI"), ("ErratumIn", "CorrectedandRepublishedIn"), "corrected and republished article",
     "Corrected"),
)  # fmt: skip
"""report_status, tags of NBIB and kinds of link of the XML that name the notice, the type of publication, the words."""

NOTICES = ("retraction of publication", "retraction notice", "expression of concern", "published erratum")
"""Types of publication of the notices themselves."""

REGISTRIES = frozenset(
    {"ANZCTR", "ChiCTR", "ClinicalTrials.gov", "CRiS", "CTRI", "DRKS", "EudraCT", "IRCT", "ISRCTN", "JPRN", "NTR",
     "PACTR", "ReBec", "RPCEC", "SLCTR", "TCTR", "UMIN-CTR"}
)  # fmt: skip
"""Databanks that register trials."""

SOURCE = "PubMed"


def fates(types: Iterable[str], notices: Callable[[str], list[str]]) -> list[Fate]:
    """Return what became of a report: only what a link to a notice, or the type of publication, says.

    Parameters
    ----------
    types : iterable of str
        Its types of publication.
    notices : callable
        Takes a tag of NBIB or a kind of link, and returns the notices it names.
    """
    given = {name.lower() for name in types}
    found = []
    for status, tags, links, publication_type, words in FATES:
        named = [notice for name in (*tags, *links) for notice in notices(name)]
        if named or (publication_type and publication_type in given):
            found.append(Fate(status, words, tuple(named)))
    return found


def remarks(types: Iterable[str], found: list[Fate]) -> Iterator[str]:
    """Yield what is to be done about a report, and about a notice that was exported with the reports."""
    yield from to_do(found, SOURCE)
    if notices := [name for name in types if name.lower() in NOTICES]:
        yield f"of the type {notices[0]}: a notice about another report, not a report of results"


def without_stop(title: str) -> str:
    """Return a title without the full stop that PubMed puts behind it."""
    return title[:-1] if title.endswith(".") and not title.endswith("..") else title


def journal_name(name: str) -> str:
    """Return a journal without its second language and its place, as in ``Lancet (London, England)``."""
    return re.sub(r"\s+(?:=.*|\([^()]*\))$", "", name)


def pages(text: str) -> str:
    """Return the pages of the article itself: ``e12`` of ``e12; discussion e20``."""
    return text.split(";")[0]
