"""Read a table of risk of bias: one row a study, or one a result of it."""

import re
from dataclasses import replace
from pathlib import Path

from ipt_evidence.exchange.bias.columns import STUDIES, column_of, plain_name, role_of
from ipt_evidence.exchange.bias.judging import Judging
from ipt_evidence.exchange.bias.shape import Shape, shape_of
from ipt_evidence.exchange.ctgov.words import instrument_in
from ipt_evidence.exchange.foreign import ABOVE, Record, Sheet, Wanted
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.mojibake import mended
from ipt_evidence.exchange.names import slug, unique_slugs
from ipt_evidence.exchange.oddities import ask_about_alike, first_cell, note_columns, note_sheet
from ipt_evidence.exchange.spreadsheets import joined, read_table_sheet, read_table_sheets
from ipt_evidence.exchange.study_names import with_years
from ipt_evidence.words.numbers import counted, plural

DIGIT = re.compile(r"\d")
EMPTY = frozenset({"", "nan", "null"})
"""Not ``NA`` or ``-``: the one is an answer to a signalling question, the other a judgement."""

WANTED = Wanted("a table of risk of bias", ("study", "judgement"), role_of, ABOVE, EMPTY)


def read_bias(path: Path) -> Imported:
    """Read a table of risk of bias: as robvis draws it, or the results or the summary of the RoB 2 workbook.

    Parameters
    ----------
    path : Path
        CSV with semicolons, commas or tabs; or a workbook, with macros or without, of which one sheet holds the table,
        or one an instrument, which its title names.

    Returns
    -------
    Imported
        risk_of_bias and sources, with what was left and what is to be done.

    Raises
    ------
    ExtractionError
        If the file cannot be read, or has no columns of studies and judgements.
    """
    given = _given(path)
    sheet = with_years(given, _study_columns(given), _year_columns(given))
    source = f"risk_of_bias_{slug(path.stem)}".rstrip("_")
    ledger = Ledger(sheet.file)
    shape = shape_of(sheet)
    note_sheet(sheet, ledger)
    _note_columns(given, shape, ledger)
    named = {record.line: mended(record.get(*_study_columns(sheet))) for record in sheet.records}
    trials = unique_slugs({name: name for name in named.values() if name}, "study", joint="")
    ask_about_alike(named.values(), ledger)
    judging = Judging(sheet, shape, source, ledger)
    for record in sheet.records:
        if name := named[record.line]:
            judging.take(record, trials[name])
        else:
            said = ", ".join(f"{name} {cell}" for name, cell in record.cells.items() if cell)
            ledger.leave(record.line, f"row ({said})", "no study is named")
    judging.ask()
    if ledger.rows["risk_of_bias"]:
        cells = {"source_id": source, "kind": "review_table", "title": f"Risk of bias, file {path.name}"}
        ledger.take("sources", 1, cells)
        ledger.ask(None, f"source {source}", "who judged, and when: fill title and licence in sources.csv")
        keys = ", ".join(list(trials.values())[:10])
        many = counted(len(trials), "study", "studies")
        reason = f"the judgements join trials.csv by these keys, which must be the same there ({many})"
        ledger.ask(None, f"{plural(len(trials), 'trial')} {keys}", reason)
    return ledger.imported("bias", ("risk_of_bias", "sources"))


def _given(path: Path) -> Sheet:
    """Return the table of a file; of a workbook with a sheet an instrument all of them, with the instrument as outcome.

    Other sheets may be those of several assessors: which one counts, nobody can tell.
    """
    sheets = read_table_sheets(path, WANTED)
    scales = [instrument_in(sheet.remarks[0].split("'")[1]) for sheet in sheets if len(sheets) > 1]
    alike = len({frozenset(sheet.columns) for sheet in sheets}) == 1
    if not (scales and all(scales) and alike) or any(column_of(name).role == "outcome" for name in sheets[0].columns):
        return read_table_sheet(path, WANTED)
    return joined(
        [
            replace(
                sheet,
                columns=(*sheet.columns, "outcome"),
                records=tuple(Record(each.line, {**each.cells, "outcome": scale}) for each in sheet.records),
            )
            for sheet, scale in zip(sheets, scales, strict=True)
        ]
    )


def _study_columns(sheet: Sheet) -> list[str]:
    names = (name for name in sheet.columns if column_of(name).role == "study")
    return sorted(names, key=lambda name: STUDIES.index(plain_name(name)))


def _year_columns(sheet: Sheet) -> list[str]:
    return [name for name in sheet.columns if column_of(name).role == "year"]


def _note_columns(sheet: Sheet, shape: Shape, ledger: Ledger) -> None:
    """Name columns that are not read, those of judgements with the reason."""
    others = [name for name in sheet.columns if column_of(name).role == "other"]
    if any(DIGIT.search(record.get(*_study_columns(sheet))) for record in sheet.records):
        others += _year_columns(sheet)
    note_columns(sheet, others, ledger)
    for reason in dict.fromkeys(shape.left.values()):
        note_columns(sheet, [name for name in shape.left if shape.left[name] == reason], ledger, reason=reason)
    named = {name: cell for name in _study_columns(sheet) if (cell := first_cell(sheet, name))}
    if len(named) > 1:
        said = ", ".join(f"{name} ({cell})" for name, cell in named.items())
        ledger.ask(1, f"columns {said}", "each may name the study: the first that is filled is read")
