"""When two references are the same work, or two forms of it, however they are typed."""

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import unquote

RESOLVER = re.compile(
    r"^\s*(?:https?://)?(?:(?:dx\.)?doi\.org/|(?:dx[.-])?doi[.-][\w.-]+/(?=10\.)|doi\s*[:=]?\s*)", re.IGNORECASE
)
"""``doi.org``, and those of publishers and libraries, as ``doi.acm.org`` and ``doi-org.proxy.example.edu``."""

ENCODED = re.compile(r"%(?:2[F89]|3[A-E])", re.IGNORECASE)
"""What browsers write for the slash, the brackets and other signs of a DOI."""

NEARLY = 0.9
"""Share of letters in common from which two titles are taken for one, retyped."""

PREPRINT_DOI = re.compile(
    r"10\.(?:31234|31219|21203|48550|20944|2139)/.*|10\.1101/(?:\d{4}\.\d{2}\.\d{2}\.)?\d{6,8}(?:v\d+)?", re.IGNORECASE
)
"""PsyArXiv, OSF, Research Square, arXiv, Preprints.org, SSRN; bioRxiv and medRxiv by the form of the suffix, since the
journals of their first press share the prefix."""

PREPRINT_SERVER = re.compile(
    r"\b(?:arxiv|biorxiv|medrxiv|psyarxiv|osf preprints|preprints\.org|research square|ssrn)\b", re.IGNORECASE
)

SPELLINGS = {"ae": "a", "oe": "o", "ue": "u", "aa": "a", "æ": "a", "ø": "o", "œ": "o", "ł": "l", "đ": "d", "ð": "d",
             "þ": "th"}  # fmt: skip
"""How letters with a mark, and letters of one language, are spelled by those who do not have them."""

SPELLED_OUT = re.compile("|".join(SPELLINGS))

NO_LETTERS = re.compile(r"[\W_]+")

ABBREVIATED = re.compile(r"(\D*)(\d{1,15})\s*-+\s*(\D*)(\d{1,15})")


TYPESET = {
    re.compile(r"\{?\\textless(?:\{\}|\}|\b\s*)|\$<\$"): "<",
    re.compile(r"\{?\\textgreater(?:\{\}|\}|\b\s*)|\$>\$"): ">",
    re.compile(r"\{?\\textunderscore(?:\{\}|\}|\b\s*)"): "_",
    re.compile(r"\{?\\([_%&#])\}?"): r"\1",
}
r"""Signs of a DOI as LaTeX has them, such as ``{\textless}`` or ``\_``, and the sign itself."""


def clean_doi(text: str) -> str:
    """Return a DOI without resolver, braces, escapes and closing punctuation; other text, too, loses them."""
    bare = RESOLVER.sub("", text.strip().strip("{}"))
    if ENCODED.search(bare):
        bare = unquote(bare)
    for typeset, sign in TYPESET.items() if "\\" in bare or "$" in bare else ():
        bare = typeset.sub(sign, bare)
    return bare.strip().rstrip(".,;}")


def same_title(title: str) -> str:
    """Return what is left of a title when case, accents, punctuation and spaces do not count."""
    return NO_LETTERS.sub("", unicodedata.normalize("NFKD", title).casefold())


def nearly_same(first: str, second: str) -> bool:
    """Return whether two titles in the form of :func:`same_title` are one title, typed twice."""
    matcher = SequenceMatcher(a=first, b=second, autojunk=False)
    return matcher.real_quick_ratio() >= NEARLY and matcher.quick_ratio() >= NEARLY and matcher.ratio() >= NEARLY


def same_name(name: str) -> str:
    """Return what is left of a name when it does not count how its letters are spelled: Müller, Mueller, Muller."""
    return SPELLED_OUT.sub(lambda found: SPELLINGS[found[0]], same_title(name))


def first_author(item: dict[str, Any]) -> str:
    """Return the first family name or organisation in the form of :func:`same_name`; empty if there is none."""
    for person in [*item.get("author", []), *item.get("editor", [])]:
        return same_name(person.get("family") or person.get("literal", ""))
    return ""


def team_of(item: dict[str, Any]) -> str:
    """Return the family name of the first author in the form of :func:`same_name`; empty if no person is named there.

    An organisation, and what stands where authors were not seen, do not tell who did the work.
    """
    authors: list[dict[str, str]] = item.get("author", [])
    return same_name(authors[0].get("family", "")) if authors else ""


def year_of(item: dict[str, Any]) -> int:
    """Return the year of a CSL-JSON item that has one."""
    return int(item["issued"]["date-parts"][0][0])


def is_preprint(item: dict[str, Any]) -> bool:
    """Return whether a CSL-JSON item is a preprint, by its DOI or by the server that stands for a journal."""
    places = (str(item.get(name, "")) for name in ("container-title", "publisher", "note"))
    return bool(PREPRINT_DOI.fullmatch(item.get("DOI", ""))) or any(map(PREPRINT_SERVER.search, places))


def runs_backwards(pages: str) -> bool:
    """Return whether a range of pages ends before it begins; 457-9 means 457 to 459."""
    found = ABBREVIATED.fullmatch(pages)
    if not found or found.group(3) not in ("", found.group(1)):
        return False
    first, last = found.group(2), found.group(4)
    # Digits are left out of 457-9, never of S457-S459.
    whole = last if found.group(3) else first[: len(first) - len(last)] + last
    return int(whole) < int(first)
