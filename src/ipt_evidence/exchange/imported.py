"""What an importer hands over, whatever the kind of file, and how it is written: all of it, or nothing."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.extraction import schemas
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.files import records
from ipt_evidence.files import table_text as report_text

if TYPE_CHECKING:
    from ipt_evidence.exchange.metapsy.check import MetapsyCheck

BIBLIOGRAPHY = "references.bib"
REPORT = "import_report.csv"
REPORT_COLUMNS = ["status", "file", "line", "what", "reason"]

_SPECIAL = re.compile(r'[,"\r\n]')
_ENTRY = re.compile(r"^@\w+\s*\{\s*([^,\s}]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of the foreign file that was not taken, or was taken and needs a hand.

    Attributes
    ----------
    file : str
        The file, or the sheet of it.
    line : int or None
        1-based line or row; None if it concerns the whole file.
    what : str
        Which row, column, entry or word.
    reason : str
        Why it was left, or what is to be done about it.
    """

    file: str
    line: int | None
    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Imported:
    """What was read from one foreign file.

    Attributes
    ----------
    kind : str
        Key of ``READERS``.
    file : str
        The file as the user named it.
    tables : mapping of str to pandas.DataFrame
        Tables by name, each with the columns of its raw schema, made by `text_table`: text cells as they stand in the
        foreign file, empty text where there is nothing, the 1-based line of the foreign file as index.
    bibliography : str
        BibTeX; empty text if the file holds no references.
    left : tuple of LeftOut
        What was not taken, and why.
    todo : tuple of LeftOut
        What was taken but wants a decision: a new word, a guess.
    recomputed : MetapsyCheck or None
        Effects of the file beside those from its figures, if it may hold both.
    """

    kind: str
    file: str
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    bibliography: str = ""
    left: tuple[LeftOut, ...] = ()
    todo: tuple[LeftOut, ...] = ()
    recomputed: "MetapsyCheck | None" = None

    def __post_init__(self) -> None:
        """Refuse a table that is no raw table: a fault of the importer, not of its user."""
        for name, table in self.tables.items():
            if name not in schemas.RAW_TABLES or list(table.columns) != list(schemas.RAW_TABLES[name].columns):
                raise ValueError(f"'{name}' has not the name and the columns of a raw table")

    @property
    def citekeys(self) -> list[str]:
        """Keys of the references taken, in the order of the bibliography."""
        return _ENTRY.findall(self.bibliography)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each table, and how many references, were taken; nothing that is empty."""
        counts = {name: len(table) for name, table in self.tables.items()} | {"references": len(self.citekeys)}
        return {name: count for name, count in counts.items() if count}


def text_table(name: str, rows: Iterable[tuple[int, Mapping[str, str]]]) -> pd.DataFrame:
    """Return a raw table of text cells.

    Parameters
    ----------
    name : str
        Name of a raw table.
    rows : iterable of (int, mapping)
        Line of the foreign file, and the cells by column; a column that is not given is empty.

    Returns
    -------
    pandas.DataFrame
        One row each, the columns of the schema, the lines as index.
    """
    return text_frame(schemas.RAW_TABLES[name].columns, rows)


def text_frame(columns: Iterable[str], rows: Iterable[tuple[int, Mapping[str, str]]]) -> pd.DataFrame:
    """Return text cells as :func:`text_table` does, in any columns."""
    names, kept = list(columns), list(rows)
    cells = [[row.get(name, "") for name in names] for _, row in kept]
    return pd.DataFrame(cells, columns=names, index=pd.Index([line for line, _ in kept], dtype="int64"), dtype="str")


def table_text(name: str, rows: Iterable[Mapping[Any, Any]]) -> str:
    """Return rows of a raw table as the text of its file: every cell to the letter."""
    columns = list(schemas.RAW_TABLES[name].columns)
    lines = [columns, *([str(row[column]) for column in columns] for row in rows)]
    return "".join(",".join(map(_quoted, line)) + "\n" for line in lines)


def write_import(
    imported: Imported, out: Path, *, force: bool, beside: Mapping[str, pd.DataFrame] | None = None
) -> list[Path]:
    """Write what :func:`import_texts` sets; nothing at all if anything stands in the way.

    Raises
    ------
    ExtractionError
        If a file is there already and ``force`` is not set, naming each; or if the folder cannot be written to.
    """
    return write_files(import_texts(imported, out, force=force, beside=beside), "Choose another folder with --out")


def import_texts(
    imported: Imported, out: Path, *, force: bool, beside: Mapping[str, pd.DataFrame] | None = None
) -> dict[Path, str]:
    """Set what was imported, with a report on each row, as the files that are to be written.

    Parameters
    ----------
    imported : Imported
        Tables become ``NAME.csv``, the bibliography ``references.bib``. Cells are written to the letter.
    out : Path
        Folder to write to. Other files in it are left alone.
    force : bool
        Whether to replace files that are there.
    beside : mapping of str to pandas.DataFrame, optional
        Further reports by name, written as ``NAME.csv`` unless they have no row.

    Returns
    -------
    dict of Path to str
        Content of the files.

    Raises
    ------
    ExtractionError
        If a file is there already and ``force`` is not set, naming each.
    """
    # Raw tables keep every cell to the letter; only what is made to be looked at is disarmed.
    texts = {out / f"{name}.csv": table_text(name, records(table)) for name, table in imported.tables.items()}
    if imported.bibliography:
        texts[out / BIBLIOGRAPHY] = imported.bibliography
    texts[out / REPORT] = report_text(report_of(imported))
    texts |= {out / f"{name}.csv": report_text(table) for name, table in (beside or {}).items() if len(table)}
    if not force:
        _refuse_to_overwrite(texts)
    return texts


def write_files(texts: Mapping[Path, str], remedy: str) -> list[Path]:
    """Write files into any folders: all of them, or none, also where an interruption comes between two.

    All are laid out beside their places before the first is moved there. Only a machine that stops between two moves
    leaves some moved: the same command then finds these as they are to be, and completes the rest.

    Raises
    ------
    ExtractionError
        If a folder cannot be written to, or stands where a file goes, with what to do then.
    """
    _refuse_folders(texts, remedy)
    drafts: dict[Path, Path] = {}
    folders = sorted({path.parent for path in texts})
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            drafts[folder] = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
        for path, text in texts.items():
            (drafts[path.parent] / path.name).write_text(text, encoding="utf-8", newline="")
            if os.path.lexists(path):
                # A link is kept as the link it is.
                shutil.copy2(path, drafts[path.parent] / f"{path.name}.before", follow_symlinks=False)
        _move(texts, drafts)
    except OSError as error:
        # The first that could not be given a draft is the one; where each has one, it was a file in any of them.
        wrong = [folder for folder in folders if folder not in drafts][:1] or folders
        places = ", ".join(folder.as_posix() for folder in wrong)
        refuse(places, f"the folder cannot be written to ({error.strerror})", remedy)
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
            if os.path.lexists(before):
                before.replace(path)
            elif not (drafts[path.parent] / path.name).exists():
                path.unlink(missing_ok=True)
        raise


def report_of(imported: Imported) -> pd.DataFrame:
    """Return one row for each thing that was taken, left or wants a decision."""
    file = imported.file
    taken = [
        ("taken", file, line, f"{name}: {key}", "")
        for name, table in imported.tables.items()
        for line, key in zip(table.index, _keys(name, table), strict=True)
    ]
    references = [("taken", file, None, f"reference: {key}", "") for key in imported.citekeys]
    left = [("left", item.file, item.line, item.what, item.reason) for item in imported.left]
    todo = [("to do", item.file, item.line, item.what, item.reason) for item in imported.todo]
    report = pd.DataFrame([*taken, *references, *left, *todo], columns=REPORT_COLUMNS)
    return report.astype({"line": "Int64"})


def _keys(name: str, table: pd.DataFrame) -> list[str]:
    cells = (table[column].tolist() for column in schemas.RAW_TABLES[name].unique or [])
    return [" | ".join(filter(None, key)) for key in zip(*cells, strict=True)]


def _quoted(cell: str) -> str:
    # The csv module writes a lone carriage return bare, and then reads it as the end of the row.
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


def _refuse_to_overwrite(paths: Iterable[Path]) -> None:
    rule, remedy = "the file is there already", "Choose another folder with --out, or replace it with --force"
    if there := [path for path in paths if os.path.lexists(path)]:
        raise ExtractionError([Breach(file=path.as_posix(), rule=rule, remedy=remedy) for path in there])


def _refuse_folders(paths: Iterable[Path], remedy: str) -> None:
    rule, remedy = "a folder stands where the file goes", f"{remedy}, or move it away"
    if blocked := [path for path in paths if path.is_dir() and not path.is_symlink()]:
        raise ExtractionError([Breach(file=path.as_posix(), rule=rule, remedy=remedy) for path in blocked])
