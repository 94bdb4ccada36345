"""Numbers of a page that nothing explains."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import reduce

import numpy as np

from reading_back.figures import COVERAGE, TOGETHER, UNITS, figures_of, is_ratio
from reading_back.known import Known
from reading_back.page import PART, blocks_of, named_by
from reading_back.scope import Scope

NOTE = re.compile(r"<li>\[(\d+)\] (\S+)</li>")
"""Where a number in brackets leads, as a text to be pasted lists it."""


def unexplained(name: str, page: str, known: Known) -> list[str]:
    """Return the numbers of a page that nothing explains, each with what stands around it."""
    return [fault for text, scopes in _read_in_place(name, page, known) for fault in _faults(text, scopes, known)]


def unnoticed(name: str, page: str, known: Known, every: int) -> list[bool]:
    """Change the last digit of every so many intervals; tell for each whether that goes unnoticed."""
    found = []
    read = [one for one in _read_in_place(name, page, known) if TOGETHER.search(one[0])]
    for text, scopes in read[::every]:
        for match in TOGETHER.finditer(text):
            other = f"{text[: match.end() - 1]}{(int(match[0][-1]) + 3) % 10}{text[match.end() :]}"
            found.append(not any(_faults(other, scopes, known)))
    return found


def _read_in_place(name: str, page: str, known: Known) -> Iterator[tuple[str, list[Scope]]]:
    folder, _, stem = name.removesuffix(".html").rpartition("/")
    condition = folder.rpartition("/")[2] if stem == "all-trials" else stem
    whole = (known.whole(stem), known.whole(folder), known.scope((PART.sub("", stem),)), known.family(condition))
    shown, notes = _rows_shown(page), {f"[{number}]": named_by(address) for number, address in NOTE.findall(page)}
    for block in blocks_of(page):
        if not block.is_tick:
            noted = [note for note in re.findall(r"\[\d+\]", block.text) if note in notes]
            names = (*block.names, tuple(name for note in noted for name in notes[note]))
            text = reduce(lambda text, note: text.replace(f" {note}", ""), noted, block.text)
            yield text, [scope for scope in (*map(known.scope, names), *whole, shown) if scope]


def _rows_shown(page: str) -> Scope:
    """How many rows a page shows, and how many with the same words in a cell."""
    cells = Counter(re.findall(r"<td[^>]*>([^<]+)</td>", page))
    return Scope(np.empty((0, 2)), {}, [page.count("<tr>") - 1.0, page.count('scope="row"'), *cells.values()])


def _faults(text: str, scopes: list[Scope], known: Known) -> Iterator[str]:
    plain = COVERAGE.sub("", text).replace("fewer than 1 ", "<1 ").replace("under 1 ", "<1 ")
    typed = plain.replace("-", "–")
    for figures, start, end in figures_of(plain):
        unit = next((name for name, (behind, _) in UNITS.items() if behind.match(plain, end)), "")
        if any(scope.holds(figures, unit) for scope in scopes):
            continue
        if unit == "percent" and len(figures) == 1 and is_ratio(figures[0], plain):
            continue
        bare = [figure.lstrip("<>−-") for figure in figures]
        if not all(known.is_typed(one, typed, typed.find(one, start)) for one in bare):
            yield f"{' '.join(figures)}: {plain[max(0, start - 80) : end + 40]}"
