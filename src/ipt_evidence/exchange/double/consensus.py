"""Join two extractions by the decisions of their extractors; nothing is joined while one is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.exchange.double.comparing import ABSENT, COLUMNS, EMPTY, PRESENT, ROW, compare
from ipt_evidence.exchange.double.extracts import Extract
from ipt_evidence.exchange.imported import Imported, LeftOut, text_frame
from ipt_evidence.exchange.workbook.references import REFERENCES, SHEETS, bibliography_text
from ipt_evidence.extraction.breaches import Breach, ExtractionError, shown
from ipt_evidence.extraction.reading import read_cells
from ipt_evidence.extraction.validation import schema_breaches, typed
from ipt_evidence.files import unguarded

Place = tuple[str, str, str]
"""Table, key and column of a disagreement."""


def agreed_tables(first: Extract, second: Extract, path: Path) -> Imported:
    """Join two extractions by the decisions on their disagreements.

    Where both say the same, the cell is taken as the first extractor typed it. Rows stand in the order of the first
    extractor, then those that only the second has.

    Parameters
    ----------
    first, second : Extract
        The two extractions, a and b, as they were compared.
    path : Path
        The list of disagreements with each ``decision`` filled in: the agreed value, ``(empty)`` for an empty cell;
        ``present`` or ``absent`` for a row.

    Returns
    -------
    Imported
        The agreed tables; rows that were dropped are listed as left, with who decided and why.

    Raises
    ------
    ExtractionError
        Naming each disagreement without a decision, each decision that no longer fits the extractions, and each
        that the schema of its table refuses.
    """
    read = read_cells(path, COLUMNS)
    decided = _rows(read.frame)
    breaches = read.breaches or list(_misfits(decided, compare(first, second).disagreements.to_dict("records"), path))
    if breaches:
        raise ExtractionError(breaches)
    decisions = {(row["table"], row["key"], row["column"]): row for row in decided}
    tables = {name: _joined(name, first, second, decisions) for name in SHEETS}
    breaches = [breach for name, table in tables.items() for breach in _broken_rules(name, table, decisions, path)]
    kept = {name: table.reset_index(drop=True) for name, table in tables.items() if len(table)}
    bibliography, wrong = bibliography_text(kept.pop(REFERENCES.name, text_frame(REFERENCES.columns, [])))
    if breaches := [*breaches, *(replace(breach, file=path.as_posix(), line=None) for breach in wrong)]:
        raise ExtractionError(breaches)
    return Imported(
        kind="consensus",
        file=path.as_posix(),
        tables=kept,
        bibliography=bibliography,
        left=tuple(_dropped(decisions, path)),
    )


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a list of decisions, each with its line."""
    lines = frame.assign(line=frame.index.astype("str")).to_dict("records")
    return [{str(name): unguarded(text) for name, text in row.items()} for row in lines]


def _misfits(decided: list[dict[str, str]], listed: list[dict[Any, Any]], path: Path) -> Iterator[Breach]:
    """Yield what keeps the list of decisions from fitting the list of disagreements one to one."""
    now = {(row["table"], row["key"], row["column"]): row for row in listed}
    seen: set[Place] = set()
    for row in decided:
        place = row["table"], row["key"], row["column"]
        breach = partial(Breach, file=path.as_posix(), line=int(row["line"]), key=": ".join(place))
        if place in seen:
            yield breach(rule="the disagreement is listed twice", remedy="Keep one of the rows")
        elif place not in now:
            rule = "the two extractions have no such disagreement"
            yield breach(rule=rule, remedy="Compare them again, and carry the decisions over")
        else:
            yield from _unfit(row, now[place], breach)
        seen.add(place)
    for place in now:
        if place not in seen:
            rule = "the extractions disagree here, and the file has no row for it"
            remedy = "Compare them again, and carry the decisions over"
            yield Breach(file=path.as_posix(), key=": ".join(place), rule=rule, remedy=remedy)


def _unfit(row: Mapping[str, str], now: Mapping[str, str], breach: partial) -> Iterator[Breach]:
    """Yield what is wrong with one decision."""
    for column in ("value_a", "value_b"):
        if row[column] != now[column]:
            rule = f"the extraction holds '{shown(now[column])}' now"
            yield breach(column=column, value=row[column], rule=rule, remedy="Compare again, and decide anew")
    if not row["decision"]:
        remedy = f"Fill in {PRESENT} or {ABSENT}" if row["column"] == ROW else f"Fill in the agreed value, or {EMPTY}"
        yield breach(column="decision", value="", rule="the disagreement is undecided", remedy=remedy)
    elif row["column"] == ROW and row["decision"] not in (PRESENT, ABSENT):
        rule = f"must be {PRESENT} or {ABSENT}, as it is about a whole row"
        yield breach(column="decision", value=row["decision"], rule=rule, remedy="Say whether the row is to stay")
    if row["decision"] and not row["decided_by"]:
        yield breach(column="decided_by", value="", rule="must be filled", remedy="Say who decided")


def _joined(name: str, first: Extract, second: Extract, decisions: Mapping[Place, Mapping[str, str]]) -> pd.DataFrame:
    """Return the agreed cells of one table, indexed by key."""
    one, other = first.tables[name].cells, second.tables[name].cells
    joined = pd.concat([one, other[~other.index.isin(one.index)]])
    dropped = []
    for (table, key, column), row in decisions.items():
        if table != name:
            continue
        if column != ROW:
            joined.loc[key, column] = "" if row["decision"] == EMPTY else row["decision"]
        elif row["decision"] == ABSENT:
            dropped.append(key)
    return joined.drop(index=dropped)


def _broken_rules(
    name: str, table: pd.DataFrame, decisions: Mapping[Place, Mapping[str, str]], path: Path
) -> Iterator[Breach]:
    """Yield what the schema refuses; both extractions being sound, each time it is a decision."""
    numbered = table.reset_index(drop=True)
    values, malformed = typed(numbered, SHEETS[name], path.as_posix())
    for breach in malformed + schema_breaches(values, SHEETS[name], path.as_posix()):
        key = table.index[breach.line or 0]
        line = int(decisions[name, key, breach.column]["line"])
        yield replace(breach, line=line, key=": ".join((name, str(key), breach.column)), column="decision")


def _dropped(decisions: Mapping[Place, Mapping[str, str]], path: Path) -> Iterator[LeftOut]:
    for (table, key, column), row in decisions.items():
        if (column, row["decision"]) == (ROW, ABSENT):
            reason = f"dropped by {row['decided_by']}" + (f": {row['reason']}" if row["reason"] else "")
            yield LeftOut(path.as_posix(), int(row["line"]), f"{table}: {key}", reason)
