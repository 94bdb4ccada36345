"""What records of a nested format hold that their references do not keep: found by its place and by its words."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from ipt_evidence.exchange.citations.gathering import NO_SUCH_FIELD, Found, left_fields
from ipt_evidence.exchange.citations.markup import unmarked
from ipt_evidence.exchange.imported import LeftOut
from ipt_evidence.exchange.xml import Element
from ipt_evidence.extraction.references.works import RESOLVER, clean_doi, same_title

NOT_IN_FULL = "the reference holds another value in its place, or a part of it"
NAME_ORDERS = (
    ("non-dropping-particle", "family", "suffix", "given"),
    ("non-dropping-particle", "family", "given", "suffix"),
    ("given", "non-dropping-particle", "family", "suffix"),
)
"""Orders in which files write the parts of a name."""

Leaf = tuple[str, str]
"""Path of what holds text, such as ``Article/Abstract/AbstractText``, and the text."""


class Account:
    """Counts what is lost of the records of a file, and names it in the end.

    Parameters
    ----------
    used : frozenset of str
        Paths that are read. A text at one of them is lost if the reference does not hold it after all.
    """

    def __init__(self, used: frozenset[str]) -> None:
        self._used = used
        self._ways = {way for path in used for way in _ways(path)}
        self._lost: dict[str, dict[str, list[int]]] = {NO_SUCH_FIELD: {}, NOT_IN_FULL: {}}

    def note(self, leaves: Iterable[Leaf], found: Found, told: Iterable[LeftOut]) -> None:
        """Count what a record holds beyond its reference and what the report says of it."""
        kept = " ".join([*_strings(found.item), found.key, *found.extra.values(), *_words(told)])
        letters = same_title(unmarked(kept))
        lost = set()
        for path, text in leaves:
            if path not in self._used:
                lost.add((NO_SUCH_FIELD, next((way for way in _ways(path) if way not in self._ways), path)))
            elif text not in kept and same_title(_bare(text)) not in letters:
                lost.add((NOT_IN_FULL, path))
        for reason, name in lost:
            self._lost[reason].setdefault(name.rsplit("/", 1)[-1], []).append(found.line)

    def left(self, file: str, words: Mapping[str, str]) -> list[LeftOut]:
        """Return one line for each branch that nothing reads, and each field that is not kept in full."""
        return [line for reason, lost in self._lost.items() for line in left_fields(file, lost, words, reason)]


def leaves_of_element(element: Element, formatting: frozenset[str], path: str = "") -> Iterator[Leaf]:
    """Yield all texts inside an element; tags that only format are no part of a path, nor do they end a text."""
    inside = [child for child in element.children if child.tag not in formatting]
    text = " ".join(element.text.split()) if inside else element.said()
    if path and text:
        yield path, text
    for child in inside:
        yield from leaves_of_element(child, formatting, f"{path}/{child.tag}" if path else child.tag)


def leaves_of_object(value: Any, path: str = "") -> Iterator[Leaf]:
    """Yield all texts and numbers of a JSON record, and what is true; lists leave no trace in a path."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves_of_object(each, f"{path}/{name}" if path else str(name))
    elif isinstance(value, list):
        for each in value:
            yield from leaves_of_object(each, path)
    elif value not in (None, "", False):
        yield path, " ".join(str(value).split())


def _bare(text: str) -> str:
    return clean_doi(text) if RESOLVER.match(text) else unmarked(text)


def _words(told: Iterable[LeftOut]) -> Iterator[str]:
    for item in told:
        yield f"{item.what} {item.reason}"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and "family" in value:
        for order in NAME_ORDERS:
            yield " ".join(value[part] for part in order if part in value)
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
    else:
        yield str(value)


def _ways(path: str) -> Iterator[str]:
    return accumulate(path.split("/"), "{}/{}".format)
