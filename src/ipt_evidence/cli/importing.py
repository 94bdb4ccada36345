"""ipt-evidence import: foreign files to raw tables, with a report on everything taken and left."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from ipt_evidence.cli.terminal import RAW, VOCABULARY, Terminal, first_of, rows, stop
from ipt_evidence.exchange import NAMES, READERS, WITH_DIRECTIONS, Imported, LeftOut
from ipt_evidence.exchange.adding import added
from ipt_evidence.exchange.citations.table import read_reference_table
from ipt_evidence.exchange.column_map import ColumnMap, map_path, map_text, mapped_sheet, parse_map, preview, read_map
from ipt_evidence.exchange.completing import (
    directions_of,
    with_cells,
    with_directions,
    with_known_treatments,
    with_new_words,
    with_own_condition,
)
from ipt_evidence.exchange.foreign import Sheet
from ipt_evidence.exchange.imported import import_texts, write_files
from ipt_evidence.exchange.kinds import kind_of, other_program
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import OPTIONAL, RAW_FILES
from ipt_evidence.words.numbers import counted, plural
from ipt_evidence.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    from ipt_evidence.exchange.metapsy.check import MetapsyCheck

DATABASES = ("metapsy", "covidence", "srdr", "distiller", "revman", "network", "ctgov")
"""Kinds whose words and directions are foreign to this review."""

JSON = ("csl", "crossref", "openalex")
"""Kinds of which the reader of one would take the records of another, and miss what only its own reader knows."""

SHOWN_REASONS, SHOWN_TODO = 10, 20


def importing(
    given: Annotated[
        list[str],
        typer.Argument(
            metavar="[KIND] FILE",
            help=f"The file; before it, if you like, what it is: {', '.join(READERS)}.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write the raw tables and the report to.", show_default="imported/NAME"),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            help="Raw tables of a review, such as data/raw, to add the rows to; begun if there are none. No row "
            "that is there is changed.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    fill: Annotated[
        list[str] | None,
        typer.Option(
            help="A value for the empty cells of a column, as TABLE.COLUMN=VALUE; may be given several times."
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="For a table of your own: NAME=COLUMN, or NAME==VALUE, with NAME as in the Metapsy data standard; for "
            "a table of references title=COLUMN, author=COLUMN, year=COLUMN and so on. May be given several times. "
            "Kept as FILE.map.yaml, and read from there the next time.",
        ),
    ] = None,
    vocabulary: Annotated[Path, typer.Option(help="Folder with the vocabulary.")] = VOCABULARY,
) -> None:
    """Import FILE as raw tables; say what was taken, what was left and why, and what is to be done next."""
    kind, file = _kind_and_file(given)
    folder = out or Path("imported") / file.stem
    if into and folder.resolve() == into.resolve():
        stop(f"--out {folder}: this is the folder of --into, whose tables it would replace; choose another one")
    console = Terminal()
    column_map = _column_map(file, column or [], given_kind=kind is not None)
    of_references = column_map is not None and column_map.of_references
    sheet = mapped_sheet(file, column_map) if column_map and not of_references else None
    kind = "references" if of_references else "metapsy" if sheet else kind or _recognised(file)
    # References and judgements are in nobody's words, and do not wait for the vocabulary.
    words = _words(vocabulary) if kind in DATABASES and vocabulary.is_dir() else None
    imported = _filled(_mapped_or_read(kind, file, column_map, sheet, words), fill or [])
    if kind in DATABASES:
        imported = _in_our_words(imported, words, vocabulary)
    if not imported.counts:
        stop(_nothing_taken(imported))
    has_effects = kind == "metapsy" and (sheet is None or ".g" in sheet.columns)
    check = imported.recomputed if has_effects else None
    beside = {"mismatches": check.mismatches} if check else {}
    texts: dict[Path, str] = {}
    if into:
        imported, texts = added(imported, into)
    texts = import_texts(imported, folder, force=force, beside=beside) | texts
    written = write_files(texts, f"Choose another folder with --out{' or --into' if into else ''}")
    if column_map and column:
        written.append(_kept(file, column_map))
    if sheet:
        _tell_map(console, sheet)
    _tell(console, imported, written)
    if check:
        _tell_check(console, check)
    _tell_next(console, imported, folder, into)


def _words(folder: Path) -> Vocabulary:
    from ipt_evidence.extraction.vocabulary import load_vocabulary

    return load_vocabulary(folder)


def _kind_and_file(given: list[str]) -> tuple[str | None, Path]:
    if len(given) == 1:
        return None, Path(given[0])
    kind, *files = given
    if kind not in READERS:
        stop(f"there is no kind '{kind}'; choose one of {', '.join(READERS)}")
    if len(files) > 1:
        stop(f"one file at a time, not {len(files)}: {', '.join(files)}")
    return kind, Path(files[0])


def _column_map(file: Path, items: list[str], *, given_kind: bool) -> ColumnMap | None:
    """Return the map given, or the one kept beside the file; None if the file is to be read as what it is."""
    kept = map_path(file)
    if items:
        return parse_map(items)
    return read_map(kept) if kept.exists() and not given_kind else None


def _mapped_or_read(
    kind: str, file: Path, column_map: ColumnMap | None, sheet: Sheet | None, words: Vocabulary | None
) -> Imported:
    if sheet:
        from ipt_evidence.exchange.metapsy.importing import read_mapped

        return read_mapped(file, sheet, directions_of(words) if words else {})
    return read_reference_table(file, column_map.columns) if column_map else _read(kind, file, words)


def _kept(file: Path, column_map: ColumnMap) -> Path:
    path = map_path(file)
    try:
        path.write_text(map_text(column_map), encoding="utf-8")
    except OSError as error:
        stop(f"{path}: the column map cannot be kept there ({error.strerror}); give --map again the next time")
    return path


def _tell_map(console: Terminal, sheet: Sheet) -> None:
    lines = preview(sheet)
    heads = ["read as", *(f"line {record.line}" for record in sheet.records[: len(lines[0]) - 1])]
    console.print(rows("First rows, as the column map reads them", pd.DataFrame(lines, columns=heads)))


def _recognised(file: Path) -> str:
    """Return the kind of a file, or say that it is none that can be imported."""
    kind, other = kind_of(file), other_program(file)
    if kind is None and other:
        stop(f"{file}: this is {other[0]}, which cannot be imported. {other[1]}.")
    if kind is None:
        stop(
            f"{file}: what kind of file it is cannot be told from its content. Name it: "
            f"ipt-evidence import KIND {file}, with KIND one of {', '.join(READERS)}."
        )
    return kind


def _read(kind: str, file: Path, words: Vocabulary | None) -> Imported:
    """Read a file; if nothing comes of it because it is of another kind, say which."""
    given = {"known": directions_of(words)} if kind in WITH_DIRECTIONS and words else {}
    if kind in JSON and kind_of(file):
        _say_other_kind(kind, file)
    try:
        imported = READERS[kind](file, **given)
    except ExtractionError:
        _say_other_kind(kind, file)
        raise
    if not imported.counts:
        _say_other_kind(kind, file)
    return imported


def _say_other_kind(kind: str, file: Path) -> None:
    found = kind_of(file)
    if found and found != kind:
        stop(f"{file}: this is not {NAMES[kind]}: this is {NAMES[found]}. Use: ipt-evidence import {found} {file}")
    if not found and (other := other_program(file)):
        name, remedy = other
        stop(f"{file}: this is not {NAMES[kind]}: this is {name}, which cannot be imported. {remedy}.")


def _filled(imported: Imported, fill: list[str]) -> Imported:
    given = {}
    for each in fill:
        found = re.fullmatch(r"(\w+)\.(\w+)=(.+)", each, flags=re.DOTALL)
        if not found:
            stop(f"--fill {each}: write it as TABLE.COLUMN=VALUE, such as trials.phase=acute")
        table, column, value = found.groups()
        if table not in imported.tables or column not in imported.tables[table]:
            stop(f"--fill {each}: this import has no column {column} in a table {table}")
        given[table, column] = value
    return with_cells(imported, given)


def _in_our_words(imported: Imported, words: Vocabulary | None, folder: Path) -> Imported:
    imported = with_own_condition(imported)
    if words is None:
        left = LeftOut(folder.as_posix(), None, "vocabulary", "not found, so words were not compared: use --vocabulary")
        return replace(imported, todo=(*imported.todo, left))
    return with_new_words(with_known_treatments(with_directions(imported, words), words), words)


def _nothing_taken(imported: Imported) -> str:
    reasons = "".join(f"\n  {_placed(item)}: {item.reason}" for item in imported.left[:SHOWN_REASONS])
    return f"{imported.file}: nothing could be taken{reasons or '; the file holds no rows'}"


def _tell(console: Terminal, imported: Imported, written: list[Path]) -> None:
    counts = imported.counts
    taken = pd.DataFrame({"table": list(counts), "rows": [str(count) for count in counts.values()]})
    console.say(f"Imported {imported.file}.")
    console.print(rows("Taken", taken))
    if imported.left:
        groups = Counter(_general(item.reason) for item in imported.left)
        examples = {_general(item.reason): item for item in reversed(imported.left)}
        left = pd.DataFrame(
            [(str(count), reason, _placed(examples[reason])) for reason, count in groups.most_common(SHOWN_REASONS)],
            columns=["times", "reason", "for example"],
        )
        console.print(rows(f"Left: {len(imported.left)}", left))
    console.say(f"Written: {', '.join(path.as_posix() for path in written)}")


def _general(reason: str) -> str:
    """Return a reason without what differs from row to row."""
    return re.sub(r"\([^()]*\)|'[^']*'|\b\d[\d.,]*", "...", reason)


def _placed(item: LeftOut) -> str:
    return item.what if item.line is None else f"line {item.line}: {item.what}"


def _tell_check(console: Terminal, check: "MetapsyCheck") -> None:
    from ipt_evidence.exchange.metapsy.reasons import ROUNDED

    rounded = int(check.mismatches["reason"].eq(ROUNDED).sum())
    console.say(
        f"Recomputed g and its standard error: {check.agreeing} of {counted(check.compared, 'row')} agree with the "
        "file to 1e-6."
        + (f" {rounded} more {plural(rounded, 'differs', 'differ')} by its rounding alone." if rounded else "")
    )
    if len(check.mismatches):
        counts = check.mismatches["reason"].value_counts().head(SHOWN_REASONS)
        table = pd.DataFrame({"rows": [str(count) for count in counts], "reason": list(counts.index)})
        console.print(rows("Rows that do not agree, or cannot be compared (mismatches.csv)", table))


def _tell_next(console: Terminal, imported: Imported, out: Path, into: Path | None) -> None:
    if imported.todo:
        shown = imported.todo[:SHOWN_TODO]
        todo = pd.DataFrame({"what": [_placed(item) for item in shown], "to do": [item.reason for item in shown]})
        console.print(rows(f"To do{first_of(SHOWN_TODO, imported.todo, '; all in import_report.csv')}", todo))
    if not into and RAW.is_dir():
        console.say(f"Next: ipt-evidence merge {quote(out.as_posix())} --plan")
        return
    review = into or out
    missing = [name for name in RAW_FILES if Path(name).stem not in OPTIONAL and not (review / name).exists()]
    if missing:
        console.say(f"A review also needs {', '.join(missing)}: put the rows into your own tables, or add these files.")
    console.say(f"Next: ipt-evidence check --raw {quote(review.as_posix())}")
