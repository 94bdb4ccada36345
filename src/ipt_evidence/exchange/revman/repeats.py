"""The same people more than once: a control group split over two entries of one trial, a result under two names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ipt_evidence.exchange.oddities import in_lines, some
from ipt_evidence.exchange.revman.figures import Read, telling
from ipt_evidence.exchange.revman.rows import Analysis

Remark = tuple[int | None, str, str]
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


def in_subgroups(results: Iterable[Read]) -> Iterator[Remark]:
    """Yield studies with results in several subgroups of one analysis: these may be other times, or other people.

    Where one group has the same figures in both and the other has not, it may be one that two arms share.
    """
    found: defaultdict[tuple[Analysis, str], list[Read]] = defaultdict(list)
    for read in results:
        if read.figures:
            found[replace(read.result.analysis, subgroup=""), read.result.study].append(read)
    open_: defaultdict[Analysis, list[str]] = defaultdict(list)
    for (analysis, study), reads in found.items():
        names, lines = {each.result.analysis.subgroup for each in reads}, [each.result.line for each in reads]
        if len(names) < 2:
            continue
        if shared := _shared_by(reads):
            label, other = analysis.labels[shared - 1], analysis.labels[2 - shared]
            reason = (
                f"'{label}' has the same figures in several subgroups ({in_lines(lines)}) and '{other}' has not: if "
                "these are several arms beside one group, here taken as one, give each an arm of its own in arms.csv "
                "and outcomes.csv"
            )
            yield lines[0], f"{study}: {analysis.outcome}", reason
        else:
            open_[analysis].append(f"{study} ({in_lines(lines)})")
    for analysis, studies in open_.items():
        reason = (
            "studies in several subgroups are taken as several results of the same two arms: where these are other "
            f"people, as women and men are, give them arms of their own: {some(studies)}"
        )
        yield None, f"subgroups of {analysis.outcome}", reason


def _shared_by(reads: list[Read]) -> int:
    """Return the side on which two subgroups have the same people beside others on the other, 0 if there is none."""
    for side in (1, 2):
        same: defaultdict[tuple[object, ...], set[object]] = defaultdict(set)
        for read in reads:
            values = read.values[side - 1]
            # Nobody and everybody are found twice by chance, and so are few of few.
            if telling(read, side) or 0 < values[0] < values[1]:
                same[values].add(read.values[2 - side])
        if any(len(others) > 1 for others in same.values()):
            return side
    return 0


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
