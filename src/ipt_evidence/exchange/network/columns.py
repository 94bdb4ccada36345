"""Columns of tables for network meta-analysis, under the names CINeMA gives them."""

from collections.abc import Iterable

from ipt_evidence.exchange.foreign import Record, Sheet

SIDES = ("1", "2", "3", "4", "5", "6")
"""Arms that may stand side by side in a row, the first two of which an effect is between."""

OF_ARM = {
    "t": ("t", "treat", "treatment"),
    "y": ("y", "mean"),
    "sd": ("sd", "std.dev", "std_dev", "stddev"),
    "n": ("n", "total", "samplesize", "sample_size"),
    "r": ("r", "event", "events", "responders"),
}
"""What is said of an arm: in a table of one row an arm under these names, else with the number of the arm behind."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    "study": ("study", "studlab", "study_id", "studyid", "author"),
    **OF_ARM,
    **{
        f"{ours}{side}": tuple(f"{name}{sign}{side}" for name in names for sign in ("", "_", "."))
        for side in SIDES
        for ours, names in OF_ARM.items()
    },
    **{"effect": ("effect", "te"), "se": ("se", "sete"), "timepoint": ("timepoint", "time")},
    "small.values": ("small.values", "small_values"),
    **{name: (name,) for name in ("sm", "year", "outcome", "instrument", "weeks", "rob", "indirectness", "id")},
}
"""Our name of a column, and how files spell it: CINeMA first, then netmeta and what ``pairwise`` takes, then gemtc."""

OURS = {theirs: ours for ours, spelled in SPELLINGS.items() for theirs in spelled}

BY_ARM = (frozenset({"t", "n", "y", "sd"}), frozenset({"t", "n", "r"}))
BY_ROWS = (
    frozenset({"t1", "t2", "effect", "se"}),
    frozenset({"t1", "t2", "n1", "n2", "r1", "r2"}),
    frozenset({"t1", "t2", "n1", "n2", "y1", "y2", "sd1", "sd2"}),
)
STUDY = frozenset({"study", "id"})
NAMING = STUDY | {"t3"}
"""What shows which rows are of one study: a name, or that a row has place for all arms of one."""

UNSURE = frozenset({"treatment", "total", "author"})
"""Names that any table of results may have: without ``sampleSize``, as gemtc spells it, they do not show that it was
made for a network."""

OF_ROWS = frozenset({"effect", "se", *(f"{name}{side}" for name in OF_ARM for side in SIDES)})
"""Columns of a table with the arms side by side: in one with a row an arm they say nothing, as `OF_ARM` do here."""


def is_network_table(columns: Iterable[str]) -> bool:
    """Return whether the names of columns are those of a table for network meta-analysis."""
    names = [*columns]
    unsure = frozenset() if "samplesize" in names else UNSURE
    return has_shape(names, BY_ROWS) or has_shape((name for name in names if name not in unsure), BY_ARM)


def has_shape(columns: Iterable[str], shapes: Iterable[frozenset[str]]) -> bool:
    """Return whether a table has one of the shapes `BY_ARM`, one row an arm, or `BY_ROWS`, the arms side by side."""
    found = {OURS[name] for name in columns if name in OURS}
    return bool(found & NAMING) and any(shape <= found for shape in shapes)


def renamed(sheet: Sheet, silent: frozenset[str]) -> tuple[Sheet, tuple[str, ...]]:
    """Return a table under our names, without those that say nothing in it, and its columns that nothing reads.

    Of two columns for one thing that is read whose spelling stands first in `SPELLINGS`.
    """
    names = {
        next(name for name in spelled if name in sheet.columns): ours
        for ours, spelled in SPELLINGS.items()
        if ours not in silent and not {*spelled}.isdisjoint(sheet.columns)
    }
    records = tuple(
        Record(each.line, {names[name]: cell for name, cell in each.cells.items() if name in names})
        for each in sheet.records
    )
    unread = tuple(name for name in dict.fromkeys(sheet.columns) if name and name not in names)
    return Sheet(sheet.file, tuple(names.values()), records, sheet.guessed, sheet.ragged, sheet.remarks), unread
