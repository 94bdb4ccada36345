"""Read JSON of unknown origin record by record, each with its line, however the records are wrapped."""

import json
import re
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.mojibake import Misread, read_right
from ipt_evidence.words.numbers import counted

WRAPPERS = frozenset({"message", "items", "results", "references"})
"""Names under which Crossref, OpenAlex, Zotero's server and pandoc put the records."""

TOTALS = ("total-results", "count")
"""Names under which Crossref and OpenAlex say how many records there are in all, OpenAlex under ``meta``."""

SPACE = re.compile(r"[ \t\r\n]*")
Entry = tuple[int, Any]
Walk = Generator[Entry, None, int]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of a server: the 1-based line, how many records it says there are, and how many it holds."""

    line: int
    total: int
    held: int


def records(text: str, file: str, misread: list[Misread], pages: list[Page] | None = None) -> Iterator[Entry]:
    """Yield the 1-based line and the value of each record.

    Parameters
    ----------
    text : str
        A record, a list of them, either inside the answer of a server, or one record a line.
    file : str
        The file as the user named it.
    misread : list of Misread
        Takes up what came in the wrong letters and was put right.
    pages : list of Page, optional
        Takes up the answers of a server that say how many records there are.

    Raises
    ------
    ExtractionError
        If it is not well-formed JSON, or is nested deeper than any record.
    """
    reader = _Reader(text, [] if pages is None else pages)
    try:
        for line, value in reader.walk():
            yield line, _right(value, line, misread)
    except json.JSONDecodeError as error:
        rule = f"the file is no well-formed JSON ({error.msg}, column {error.colno})"
        refuse(file, rule, "Export it again", line=error.lineno)
    except RecursionError:
        refuse(file, "lists are nested deeper than in any export", "Export it again")
    except ValueError as error:  # a number of more digits than Python reads
        refuse(file, f"the file is no JSON that can be read ({error})", "Export it again")


class _Reader:
    """Goes through a text once; the standard decoder reads the values, and says where they end."""

    def __init__(self, text: str, pages: list[Page]) -> None:
        self._pages, self._held = pages, 0
        decoder = json.JSONDecoder(object_pairs_hook=_members, parse_constant=lambda _: None)
        self._text, self._decode = text, decoder.raw_decode
        self._line, self._counted = 1, 0

    def walk(self) -> Iterator[tuple[int, Any]]:
        at = self._skip(0)
        while at < len(self._text):
            at = yield from self._records(at)
            at = self._skip(at)

    def _records(self, at: int) -> Walk:
        if self._text.startswith("[", at):
            return (yield from self._list(at))
        if self._text.startswith("{", at):
            return (yield from self._object(at))
        value, end = self._decode(self._text, at)
        self._held += 1
        yield self._line_of(at), value
        return end

    def _list(self, at: int) -> Walk:
        at = self._skip(at + 1)
        while not self._text.startswith("]", at):
            at = yield from self._records(at)
            at = self._next(at, "]")
        return at + 1

    def _object(self, at: int) -> Walk:
        start, members, wrapper = at, list[tuple[str, Any]](), False
        line, before = self._line_of(at), self._held
        at = self._skip(at + 1)
        while not self._text.startswith("}", at):
            if not self._text.startswith('"', at):
                raise json.JSONDecodeError("a name in quotation marks is missing", self._text, at)
            name, at = self._decode(self._text, at)
            at = self._skip(at)
            if not self._text.startswith(":", at):
                raise json.JSONDecodeError("a colon is missing", self._text, at)
            at = self._skip(at + 1)
            if name in WRAPPERS and self._text.startswith(("[", "{"), at):
                at, wrapper = (yield from self._records(at)), True
            else:
                value, at = self._decode(self._text, at)
                members.append((name, value))
            at = self._next(at, "}")
        if not wrapper:
            self._held += 1
            yield self._line_of(start), _members(members)
        elif (total := _total(dict(members))) is not None:
            self._pages.append(Page(line, total, self._held - before))
        return at + 1

    def _next(self, at: int, end: str) -> int:
        """Return where the next member begins, or the end of the list or object."""
        at = self._skip(at)
        if self._text.startswith(end, at):
            return at
        if not self._text.startswith(",", at):
            raise json.JSONDecodeError("a comma is missing", self._text, at)
        at = self._skip(at + 1)
        if self._text.startswith(end, at):
            raise json.JSONDecodeError("nothing follows the comma", self._text, at)
        return at

    def _skip(self, at: int) -> int:
        found = SPACE.match(self._text, at)
        return found.end() if found else at

    def _line_of(self, at: int) -> int:
        self._line += self._text.count("\n", self._counted, at) if at >= self._counted else 0
        self._counted = max(at, self._counted)
        return self._line


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; what has a name that was there before stands under another that nothing reads."""
    members: dict[str, Any] = {}
    for name, value in pairs:
        members[f"{name} (again)" if name in members else name] = value
    return members


def _total(members: dict[str, Any]) -> int | None:
    """Return how many records the server says there are; None if it does not say."""
    said = members | members["meta"] if isinstance(members.get("meta"), dict) else members
    return next((said[name] for name in TOTALS if type(said.get(name)) is int), None)


def objects_with(names: Iterable[str], entries: Iterable[Entry], reason: str, ledger: Ledger) -> Iterator[Entry]:
    """Yield the objects that have one of some names; leave everything else."""
    for line, value in entries:
        if isinstance(value, dict) and {*names} & value.keys():
            yield line, value
        else:
            ledger.leave(line, f"'{str(value)[:80]}'", reason)


def ask_for_pages(pages: Iterable[Page], ledger: Ledger) -> None:
    """Ask for what is missing where a file holds fewer records than its server found; pages of one answer count on."""
    answers: defaultdict[int, list[Page]] = defaultdict(list)
    for page in pages:
        answers[page.total].append(page)
    for total, found in answers.items():
        held = sum(page.held for page in found)
        if held < total:
            reason = f"the server found {counted(total, 'work')}, and {held} are in the file: save the other pages too"
            ledger.ask(found[0].line, "part of an answer", reason)


def _right(value: Any, line: int, misread: list[Misread]) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else read_right(value, line, misread)
    if isinstance(value, list):
        return [_right(each, line, misread) for each in value]
    if isinstance(value, dict):
        return {name: _right(each, line, misread) for name, each in value.items()}
    return value


def texts(value: Any) -> list[str]:
    """Return the texts and numbers of a value that is one or a list of them; anything else says nothing."""
    each = value if isinstance(value, list) else [value]
    return [
        said
        for one in each
        if isinstance(one, str | int | float) and not isinstance(one, bool) and (said := " ".join(str(one).split()))
    ]


def text(value: Any) -> str:
    """Return the first of :func:`texts`; empty text if there is none."""
    return next(iter(texts(value)), "")


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a value that is one or a list of them."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
