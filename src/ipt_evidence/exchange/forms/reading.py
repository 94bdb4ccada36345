"""Read what reviewers export from the programs they extract in."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from ipt_evidence.exchange.foreign import Sheet, Wanted, refuse
from ipt_evidence.exchange.forms.covidence import covidence_sheet
from ipt_evidence.exchange.forms.reviewers import COVIDENCE_1, COVIDENCE_2, DISTILLER, SRDR, Program, agreed, program_of
from ipt_evidence.exchange.forms.srdr import names_of, srdr_sheet
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.metapsy.importing import read_mapped
from ipt_evidence.exchange.spreadsheets import joined, read_table_sheet, read_table_sheets

NOTHING: Mapping[str, bool] = MappingProxyType({})
SHOWN_COLUMNS = 60


def read_covidence(path: Path, known: Mapping[str, bool] = NOTHING) -> Imported:
    """Read the data that Covidence exports as one CSV, as :func:`ipt_evidence.exchange.metapsy.read_mapped` does.

    Raises
    ------
    ExtractionError
        If the file cannot be read, or comes from Extraction 2, whose columns a map must name.
    """
    sheet = read_table_sheet(path, Wanted("an export of Covidence"))
    if program_of(sheet.columns) is not COVIDENCE_1:
        _ask_for_map(sheet, COVIDENCE_2, "Export the data extraction as one CSV")
    return read_mapped(path, covidence_sheet(sheet), known)


def read_distiller(path: Path, known: Mapping[str, bool] = NOTHING) -> Imported:
    """Refuse an export of DistillerSR without a map: its columns are the questions of the reviewers' own form.

    Raises
    ------
    ExtractionError
        Always, with the columns that a map can name.
    """
    sheet = read_table_sheet(path, Wanted("an export of DistillerSR"))
    _ask_for_map(sheet, DISTILLER, "Export the data as CSV or Excel, with Refid, User and Level")


def read_srdr(path: Path, known: Mapping[str, bool] = NOTHING) -> Imported:
    """Read the sheets of descriptive statistics of the workbook that SRDR+ exports, as :func:`read_covidence` does.

    Raises
    ------
    ExtractionError
        If the file cannot be read, or has no such sheet.
    """
    needed = (*sorted(SRDR.columns), "outcome", "timepoint")
    sheets = read_table_sheets(path, Wanted("an export of SRDR+", needed))
    by_arm = [
        sheet for sheet in sheets if {"arm_name_1", "arm"} & {*sheet.columns} and "wac_comparator" not in sheet.columns
    ]
    if not by_arm:
        titles = "; ".join(sheet.remarks[0] for sheet in sheets if sheet.remarks)
        rule = f"no sheet holds descriptive statistics by arm ({titles})"
        refuse(path.as_posix(), rule, "Export the results of the project too")
    others = tuple(
        f"{sheet.remarks[0].removesuffix(' was read')} compares arms or times, and is left"
        for sheet in sheets
        if sheet not in by_arm and sheet.remarks
    )
    by_arm = [agreed(sheet) for sheet in by_arm]
    names, remarks = names_of(by_arm)
    found = joined([srdr_sheet(sheet, names) for sheet in by_arm])
    return read_mapped(path, replace(found, remarks=(*found.remarks, *others, *remarks)), known)


def _ask_for_map(sheet: Sheet, program: Program, otherwise: str) -> NoReturn:
    if not program.columns <= {*sheet.columns}:
        missing = ", ".join(sorted(program.columns - {*sheet.columns}))
        rule = f"this is no export of {program.name}: it has no column {missing}"
        refuse(sheet.file, rule, otherwise, line=1)
    held = [name for name in sheet.columns if name not in program.columns][:SHOWN_COLUMNS]
    rule = f"the columns of an export of {program.name} are the questions of your own form"
    remedy = f"Say with --map which is which (docs/importing.md, A table of your own). Its columns: {', '.join(held)}"
    refuse(sheet.file, rule, remedy, line=1)
