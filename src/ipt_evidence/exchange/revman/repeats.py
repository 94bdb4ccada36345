"""The same people more than once: a control group split over two entries of one trial, a result under two names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ipt_evidence.exchange.revman.figures import Read, telling

Remark = tuple[int, str, str]
"""Line, what, and what is to be decided."""

TRUNK = re.compile(r"(.*?\b(?:1[89]|20)\d{2})(?!\d)")


def split_groups(results: Iterable[Read]) -> Iterator[Remark]:
    """Yield studies of one analysis of which one group has the very figures of a group of another study.

    RevMan users enter a trial with three arms as two studies, and divide its control group between them. Means and SDs
    that agree are enough where the labels of the studies agree up to the year; else the size must agree too.
    """
    first: dict[tuple[object, ...], Read] = {}
    told: set[tuple[str, str]] = set()
    for read in results:
        study = read.result.study
        for side in (1, 2) if read.figures else ():
            for key in _split_keys(read, side):
                other = first.setdefault((read.result.analysis, side, *key), read).result
                pair = (other.study, study)
                if other.study == study or pair in told:
                    continue
                told.add(pair)
                label = read.result.analysis.labels[side - 1]
                reason = (
                    f"its group '{label}' has the figures of that of '{other.study}' in line {other.line}: if both are "
                    "one trial whose group was split, enter it as one trial with that group once"
                )
                yield read.result.line, f"{study}: {read.result.analysis.outcome}", reason


def _split_keys(read: Read, side: int) -> Iterator[tuple[object, ...]]:
    values = read.values[side - 1]
    trunk = _trunk(read.result.study)
    if read.result.analysis.kind == "means":
        yield ("people", *values)
        yield (trunk, *values[:2])
    elif 0 < values[0] < values[1]:
        yield (trunk, *values)


def _trunk(study: str) -> str:
    """Return a label up to its year, as ``Doe 2001`` for ``Doe 2001a`` and ``Doe 2001 (phone)``."""
    found = TRUNK.match(study)
    return (found[1] if found else study).lower()


def repeated(results: Iterable[Read]) -> Iterator[Remark]:
    """Yield studies with results that have the figures of an earlier one in both groups, under another name."""
    found: defaultdict[tuple[str, object, object], dict[tuple[str, str], int]] = defaultdict(dict)
    for read in results:
        analysis, study = read.result.analysis, read.result.study
        if read.figures and telling(read, 1) and telling(read, 2):
            names = (analysis.outcome.lower(), analysis.subgroup.lower())
            found[study, telling(read, 1), telling(read, 2)].setdefault(names, read.result.line)
    for (study, _, _), places in found.items():
        lines = list(places.values())
        if len(lines) > 1:
            others = ", ".join(map(str, lines[1:]))
            reason = f"the same figures stand in line {others}, under another outcome or subgroup: keep one of them"
            yield lines[0], f"{study}: result", reason
