"""Apply corrections.csv: cells that are read differently from what their source prints."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.reading import Cells


def apply_corrections(
    cells: Mapping[str, Cells], file: str
) -> tuple[dict[str, Cells], dict[str, frozenset[int]], list[Breach]]:
    """Apply every correction that fits to the text cells of its table.

    Parameters
    ----------
    cells : mapping of str to Cells
        Text cells of all raw tables, ``corrections`` among them.
    file : str
        Name of corrections.csv in breaches.

    Returns
    -------
    corrected : dict of str to Cells
        The tables with the new values; the input is left as it is.
    lines : dict of str to frozenset of int
        Lines changed, by table.
    breaches : list of Breach
        Corrections that fit no row, several rows, or another value than the expected one.
    """
    corrected = {name: replace(read, frame=read.frame.copy()) for name, read in cells.items()}
    changed: dict[str, set[int]] = {}
    breaches = []
    for line, row in cells["corrections"].frame.iterrows():
        if row["table"] not in corrected or not corrected[row["table"]].readable:
            continue
        frame = corrected[row["table"]].frame
        wrong = list(_misfits(frame, row, int(str(line)), file))
        breaches.extend(wrong)
        if not wrong:
            target = _matches(frame, _parsed(row["key"])).index[0]
            frame.loc[target, row["column"]] = row["new_value"]
            changed.setdefault(row["table"], set()).add(target)
    return corrected, {name: frozenset(lines) for name, lines in changed.items()}, breaches


def _parsed(key: str) -> dict[str, str]:
    """Return ``column=value; column=value`` as a mapping."""
    pairs = [part.partition("=") for part in key.split("; ")]
    return {name.strip(): value for name, _, value in pairs}


def _matches(frame: pd.DataFrame, key: Mapping[str, str]) -> pd.DataFrame:
    for name, value in key.items():
        frame = frame[frame[name] == value]
    return frame


def _misfits(frame: pd.DataFrame, row: pd.Series, line: int, file: str) -> Iterator[Breach]:
    """Yield what keeps a correction from being applied."""
    key = _parsed(row["key"])

    def breach(column: str, rule: str, remedy: str) -> Breach:
        at = f"table={row['table']}; column={row['column']}"
        return Breach(
            file=file, line=line, key=at, column=column, value=row[column], rule=rule, remedy=remedy
        )

    if unknown := [name for name in key if name not in frame]:
        yield breach(
            "key",
            f"{row['table']} has no column {', '.join(unknown)}",
            "Write it as column=value; column=value",
        )
        return
    if row["column"] not in frame:
        yield breach("column", f"{row['table']} has no such column", "Name the column of the cell to correct")
        return
    found = _matches(frame, key)
    if len(found) != 1:
        rows = f"lines {', '.join(map(str, found.index[:5]))}" if len(found) else "no row"
        yield breach(
            "key",
            f"must name exactly one row of {row['table']}, and names {rows}",
            "Give all columns that tell it apart",
        )
        return
    now = found[row["column"]].iloc[0]
    if now != row["expected_old"]:
        rule = f"the cell on line {found.index[0]} of {row['table']}.csv holds '{now[:60]}' instead"
        yield breach(
            "expected_old", rule, "Check both against the source, then change or delete the correction"
        )
