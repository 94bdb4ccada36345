"""What records of a nested format hold that their references do not keep: found by its place and by its words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Any, TypeVar

from ipt_evidence.exchange.citations.gathering import NO_SUCH_FIELD, Found, gathered, left_fields
from ipt_evidence.exchange.citations.markup import unmarked
from ipt_evidence.exchange.citations.tagged import Tagged
from ipt_evidence.exchange.foreign import Text, refuse
from ipt_evidence.exchange.imported import Imported, LeftOut
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.xml import Element
from ipt_evidence.extraction.references.works import RESOLVER, clean_doi, same_title

NOT_IN_FULL = "the reference holds another value in its place, or a part of it"
NAME_FIRST = ("non-dropping-particle", "family")

SHORTEST = 4
"""Letters that are no chance find when they run on in others, as ``Doe, JK`` in ``Doe, J. K.``."""

Leaf = tuple[str, str, int]
"""Path of what holds text, such as ``Article/Abstract/AbstractText``, the text, and its 1-based line."""


Source = TypeVar("Source")
NO_WORDS: Mapping[str, str] = MappingProxyType({})


class Reading:
    """Reads the records of a file, counts what their references do not keep, and names it in the end.

    Parameters
    ----------
    file : str
        The file as the user named it.
    used : frozenset of str
        Paths that are read. A text at one of them is lost if the reference does not hold it after all.

    Attributes
    ----------
    ledger : Ledger
        What was left or wants decided.
    """

    def __init__(self, file: str, used: frozenset[str]) -> None:
        self.ledger = Ledger(file)
        self._found: list[Found] = []
        self._used = used
        self._ways = {way for path in used for way in _ways(path)}
        self._branches: dict[str, str] = {}
        self._lost: dict[str, dict[str, list[int]]] = {NO_SUCH_FIELD: {}, NOT_IN_FULL: {}}

    def read(
        self,
        records: Iterable[Source],
        reference: Callable[[Source, Ledger], Found | None],
        leaves: Callable[[Source], Iterable[Leaf]],
        nothing: str,
    ) -> None:
        """Read records, each of which gives a reference, or none and a note why.

        Raises
        ------
        ExtractionError
            With the rule ``nothing``, if there is no record.
        """
        some = False
        for record in records:
            some = True
            left, todo = len(self.ledger.left), len(self.ledger.todo)
            if found := reference(record, self.ledger):
                self._found.append(found)
                self._note(leaves(record), found, [*self.ledger.left[left:], *self.ledger.todo[todo:]])
        if not some:
            refuse(self.ledger.file, nothing, "Check the kind of file, and export it again")

    def imported(self, kind: str, source: Text, words: Mapping[str, str] = NO_WORDS) -> Imported:
        """Return the references, with a line for each branch that nothing reads, and each field not kept in full."""
        for reason, lost in self._lost.items():
            self.ledger.left += left_fields(self.ledger.file, lost, words, reason)
        return gathered(kind, source, self._found, self.ledger)

    def _note(self, leaves: Iterable[Leaf], found: Found, told: Iterable[LeftOut]) -> None:
        """Count what a record holds beyond its reference and what the report says of it."""
        said: list[str] = []
        _say(found.item, said)
        said += [found.key, *found.extra.values(), *(f"{item.what} {item.reason}" for item in told)]
        kept = " ".join(said)
        letters = ""
        for path, text, line in leaves:
            if path not in self._used:
                self._add(NO_SUCH_FIELD, self._branch(path), line)
            elif text not in said and not _stands_in(text, kept):
                letters = letters or same_title(unmarked(kept))
                bare = same_title(_bare(text))
                if len(bare) < SHORTEST or bare not in letters:
                    self._add(NOT_IN_FULL, path, line)

    def _branch(self, path: str) -> str:
        """Return the branch that nothing reads, on the way to a path."""
        if path not in self._branches:
            self._branches[path] = next((way for way in _ways(path) if way not in self._ways), path)
        return self._branches[path]

    def _add(self, reason: str, path: str, line: int) -> None:
        # The name alone would not say of which date a year is.
        name = "/".join(path.split("/")[-2:]) if "/" in path else path
        self._lost[reason].setdefault(name, []).append(line)


def leaves_of_element(element: Element, formatting: frozenset[str], path: str = "") -> Iterator[Leaf]:
    """Yield all texts inside an element; tags that only format are no part of a path, nor do they end a text."""
    inside = [child for child in element.children if child.tag not in formatting]
    text = " ".join(element.text.split()) if inside else element.said()
    if path and text:
        yield path, text, element.line
    for child in inside:
        yield from leaves_of_element(child, formatting, f"{path}/{child.tag}" if path else child.tag)


def leaves_of_object(value: Any, path: str, line: int) -> Iterator[Leaf]:
    """Yield all texts and numbers of a JSON record, and what is true; lists leave no trace in a path."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves_of_object(each, f"{path}/{name}" if path else str(name), line)
    elif isinstance(value, list):
        for each in value:
            yield from leaves_of_object(each, path, line)
    elif value not in (None, "", False):
        yield path, " ".join(str(value).split()), line


def leaves_of_tags(record: Tagged) -> Iterator[Leaf]:
    """Yield all values of a record of tagged lines."""
    for tag, values in record.tags.items():
        for value, line in zip(values, record.lines[tag], strict=True):
            if value:
                yield tag, value, line


def _stands_in(text: str, kept: str) -> bool:
    """Return whether a text stands in another, and not as a part of a word or number."""
    at = kept.find(text)
    while at >= 0:
        before, behind = kept[at - 1 : at], kept[at + len(text) : at + len(text) + 1]
        if not (before.isalnum() and text[:1].isalnum()) and not (behind.isalnum() and text[-1:].isalnum()):
            return True
        at = kept.find(text, at + 1)
    return False


def _bare(text: str) -> str:
    return clean_doi(text) if RESOLVER.match(text) else unmarked(text)


def _say(value: Any, said: list[str]) -> None:
    """Add all texts of an item to ``said``, names in each order in which they are written."""
    if isinstance(value, str):
        said.append(value)
    elif isinstance(value, dict) and "family" in value:
        family = " ".join(value[part] for part in NAME_FIRST if part in value)
        given, suffix = value.get("given", ""), value.get("suffix", "")
        said += f"{family}, {given}", suffix, f"{family}, {suffix}", f"{given} {family} {suffix}"
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            _say(each, said)
    else:
        said.append(str(value))


def _ways(path: str) -> Iterator[str]:
    return accumulate(path.split("/"), "{}/{}".format)
