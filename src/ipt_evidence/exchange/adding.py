"""Add what was imported to the raw tables of a review: nothing that is there is changed, and nothing is there twice."""

import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pandas as pd

from ipt_evidence.exchange.imported import BIBLIOGRAPHY, Imported, LeftOut, table_text
from ipt_evidence.exchange.numerals import same_cell
from ipt_evidence.extraction import schemas
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.schemas import RAW_FILES

THERE = "a row with this key is there already"


def added(imported: Imported, folder: Path) -> tuple[Imported, dict[str, str]]:
    """Return what is new of an import, and the texts of all raw files with it.

    Parameters
    ----------
    imported : Imported
        What was read.
    folder : Path
        Raw tables of a review; files that are missing are begun, with nothing but the names of their columns.

    Returns
    -------
    Imported
        The new rows and references; what the review holds already is left, with what differs.
    dict of str to str
        Content by name of file, of those files that are to be written.

    Raises
    ------
    ExtractionError
        If a table that is there cannot be read or has other columns.
    """
    there = {name: _rows(folder / f"{name}.csv", name) for name in schemas.RAW_TABLES}
    left = list(imported.left)
    tables = {}
    for name, table in imported.tables.items():
        fresh = [_is_new(imported.file, line, row, name, there[name], left) for line, row in _lines(table)]
        tables[name] = table.iloc[[place for place, new in enumerate(fresh) if new]]
    old = _text(folder / BIBLIOGRAPHY)
    new_entries = "".join(_new_entries(imported, old, left))
    fresh_import = replace(imported, tables=tables, bibliography=new_entries, left=tuple(left))
    texts = {
        f"{name}.csv": table_text(name, [*there[name].values(), *tables[name].to_dict("records")])
        for name in tables
        if len(tables[name])
    }
    if new_entries:
        texts[BIBLIOGRAPHY] = f"{old.rstrip()}\n\n{new_entries.lstrip()}".lstrip()
    missing = {name: _empty(name) for name in RAW_FILES if not (folder / name).exists()}
    return fresh_import, missing | texts


def write_all(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write files into a folder: all of them, or none.

    Raises
    ------
    ExtractionError
        If the folder cannot be written to.
    """
    return write_files({folder / name: text for name, text in texts.items()})


def write_files(texts: Mapping[Path, str]) -> list[Path]:
    """Write files into any folders: all of them, or none, also where an interruption comes between two.

    All are laid out beside their places before the first is moved there. Only a machine that stops between two moves
    leaves some moved: the same command then finds these as they are to be, and completes the rest.

    Raises
    ------
    ExtractionError
        If a folder cannot be written to.
    """
    drafts: dict[Path, Path] = {}
    try:
        for folder in {path.parent: None for path in texts}:
            folder.mkdir(parents=True, exist_ok=True)
            drafts[folder] = Path(tempfile.mkdtemp(prefix=".add-", dir=folder))
        for path, text in texts.items():
            (drafts[path.parent] / path.name).write_text(text, encoding="utf-8", newline="")
            if path.exists():
                shutil.copy2(path, drafts[path.parent] / f"{path.name}.before")
        _move(texts, drafts)
    except OSError as error:
        places = ", ".join(sorted({path.parent.as_posix() for path in texts}))
        rule, remedy = f"the folder cannot be written to ({error.strerror})", "Choose another folder with --into"
        raise ExtractionError([Breach(file=places, rule=rule, remedy=remedy)]) from None
    finally:
        for draft in drafts.values():
            shutil.rmtree(draft, ignore_errors=True)
    return list(texts)


def _move(paths: Iterable[Path], drafts: Mapping[Path, Path]) -> None:
    """Move every draft to its place; if one cannot be moved, put back what the others replaced."""
    moved: list[Path] = []
    try:
        for path in paths:
            moved.append(path)
            (drafts[path.parent] / path.name).replace(path)
    except BaseException:
        for path in moved:
            before = drafts[path.parent] / f"{path.name}.before"
            if before.exists():
                before.replace(path)
            elif not (drafts[path.parent] / path.name).exists():
                path.unlink(missing_ok=True)
        raise


def _empty(name: str) -> str:
    table = name.removesuffix(".csv")
    return table_text(table, []) if table in schemas.RAW_TABLES else "[]\n" if name.endswith(".yaml") else ""


def _text(path: Path) -> str:
    try:
        # By bytes: reading as text would turn every end of line within a cell into one of another kind.
        return path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    except (OSError, UnicodeError) as problem:
        rule = f"the file cannot be read ({problem})"
        raise ExtractionError([Breach(file=path.as_posix(), rule=rule, remedy="Mend it first")]) from None


def _rows(path: Path, name: str) -> dict[tuple[str, ...], dict[str, str]]:
    """Return the rows of a raw table by key; none if there is no such file."""
    rows = list(csv.DictReader(StringIO(_text(path), newline="")))
    columns = list(schemas.RAW_TABLES[name].columns)
    if rows and list(rows[0]) != columns:
        rule = "the table has not the columns of its schema"
        raise ExtractionError(
            [Breach(file=path.as_posix(), line=1, rule=rule, remedy=f"They are {', '.join(columns)}")]
        )
    return {_key(name, row): row for row in rows}


def _key(name: str, row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[column] for column in schemas.RAW_TABLES[name].unique or row)


def _lines(table: pd.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    return zip(map(int, table.index), table.to_dict("records"), strict=True)  # type: ignore[arg-type]


def _is_new(
    file: str,
    line: int,
    row: dict[str, str],
    name: str,
    there: dict[tuple[str, ...], dict[str, str]],
    left: list[LeftOut],
) -> bool:
    """Return whether no row has this key; else leave the row, with the cells that differ."""
    key = _key(name, row)
    if key not in there:
        return True
    differing = [
        f"{column} is '{before}' there, '{row[column]}' here"
        for column, before in there[key].items()
        if row[column] and not same_cell(before, row[column])
    ]
    reason = f"{THERE}, and is kept: {'; '.join(differing)}" if differing else f"{THERE}, the same"
    left.append(LeftOut(file, line, f"{name}: {' | '.join(filter(None, key))}", reason))
    return False


def _new_entries(imported: Imported, old: str, left: list[LeftOut]) -> Iterator[str]:
    """Yield the entries whose keys the bibliography does not hold."""
    known = set(replace(imported, bibliography=old).citekeys)
    starts = [*imported.entry_starts, len(imported.bibliography)]
    for key, start, end in zip(imported.citekeys, starts, starts[1:], strict=False):
        if key in known:
            left.append(LeftOut(imported.file, None, f"reference: {key}", "an entry with this key is there already"))
        else:
            yield imported.bibliography[start:end]
