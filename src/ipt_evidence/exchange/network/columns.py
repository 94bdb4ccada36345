"""Columns of tables for network meta-analysis, under the names CINeMA gives them."""

from collections.abc import Iterable

from ipt_evidence.exchange.foreign import Record, Sheet

SPELLINGS: dict[str, tuple[str, ...]] = {
    "study": ("study", "studlab", "study_id", "studyid"),
    "t": ("t", "treat", "treatment"),
    "y": ("y", "mean"),
    "sd": ("sd",),
    "n": ("n", "total"),
    "r": ("r", "event", "events", "responders"),
    **{
        f"{ours}{side}": tuple(f"{name}{side}" for name in names)
        for side in (1, 2)
        for ours, names in {
            "t": ("t", "treat", "treatment"),
            "y": ("y", "mean"),
            "sd": ("sd",),
            "n": ("n", "total"),
            "r": ("r", "event", "events"),
        }.items()
    },
    "effect": ("effect", "te"),
    "se": ("se", "sete"),
    "sm": ("sm",),
    "small.values": ("small.values", "small_values"),
    "year": ("year",),
    "outcome": ("outcome",),
    "instrument": ("instrument",),
    "timepoint": ("timepoint", "time"),
    "weeks": ("weeks",),
    "rob": ("rob",),
    "indirectness": ("indirectness",),
    "id": ("id",),
}
"""Our name of a column, and how files spell it: CINeMA first, then netmeta and what ``pairwise`` makes."""

OURS = {theirs: ours for ours, spelled in SPELLINGS.items() for theirs in spelled}

BY_ARM = (frozenset({"t", "n", "y", "sd"}), frozenset({"t", "n", "r"}))
BY_PAIR = (
    frozenset({"t1", "t2", "effect", "se"}),
    frozenset({"t1", "t2", "n1", "n2", "r1", "r2"}),
    frozenset({"t1", "t2", "n1", "n2", "y1", "y2", "sd1", "sd2"}),
)
STUDY = frozenset({"study", "id"})

UNSURE = frozenset({"treatment", "total"})
"""Names that any table of results may have: they do not show that it was made for a network."""


OF_ARM = frozenset({"t", "y", "sd", "n", "r"})
OF_PAIR = frozenset({"effect", "se", *(f"{name}{side}" for name in OF_ARM for side in (1, 2))})
"""Columns that only a table of one shape has; in the other they say nothing."""


def is_network_table(columns: Iterable[str]) -> bool:
    """Return whether the names of columns are those of a table for network meta-analysis."""
    sure = [name for name in columns if name not in UNSURE]
    return is_by_pair(sure) or is_by_arm(sure)


def is_by_pair(columns: Iterable[str]) -> bool:
    """Return whether a table has one row a pair of treatments."""
    return _has_shape(columns, BY_PAIR)


def is_by_arm(columns: Iterable[str]) -> bool:
    """Return whether a table has one row an arm."""
    return _has_shape(columns, BY_ARM)


def _has_shape(columns: Iterable[str], shapes: Iterable[frozenset[str]]) -> bool:
    found = {OURS[name] for name in columns if name in OURS}
    return bool(found & STUDY) and any(shape <= found for shape in shapes)


def renamed(sheet: Sheet, silent: frozenset[str]) -> tuple[Sheet, tuple[str, ...]]:
    """Return a table under our names, without those that say nothing in it, and its columns that nothing reads.

    Of two columns for one thing the first is read.
    """
    names: dict[str, str] = {}
    for column in sheet.columns:
        ours = OURS.get(column, "")
        if ours and ours not in {*names.values()} | silent:
            names[column] = ours
    records = tuple(
        Record(each.line, {names[name]: cell for name, cell in each.cells.items() if name in names})
        for each in sheet.records
    )
    unread = tuple(name for name in dict.fromkeys(sheet.columns) if name and name not in names)
    return Sheet(sheet.file, tuple(names.values()), records, sheet.guessed, sheet.ragged, sheet.remarks), unread
