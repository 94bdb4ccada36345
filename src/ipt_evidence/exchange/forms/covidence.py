"""Extraction 1 of Covidence: one row a study and intervention, one column an outcome, time and figure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.forms.labels import named_by, once
from ipt_evidence.exchange.forms.layout import Result, sheet_of
from ipt_evidence.exchange.numerals import same_cell
from ipt_evidence.exchange.study_names import with_years

STUDY, ARM = "study_identifier", "intervention"
TRIAL = {"year": "year", "country": "country"}
CHARACTERISTICS = "baseline_"
"""How columns begin that describe the people of an arm; no result begins so."""

Named = dict[str, tuple[str, str, str]]


def covidence_sheet(sheet: Sheet) -> Sheet:
    """Return an export of Extraction 1 with two arms a row, under the names of the column map."""
    sheet = with_years(sheet, (STUDY,), ("year",))
    named = {name: said for name in sheet.columns if not name.startswith(CHARACTERISTICS) and (said := named_by(name))}
    unread = [name for name in sheet.columns if name not in {*named, STUDY, ARM, *TRIAL}]
    results, left = [], list(sheet.left)
    for record in sheet.records:
        found = list(_results(record, named, left))
        results += found
        if not found:
            left.append((record.line, f"{record.get(STUDY)}: {record.get(ARM)}", "its row holds no result"))
    return sheet_of(replace(sheet, left=tuple(left)), results, unread)


def _results(record: Record, named: Named, left: list[tuple[int, str, str]]) -> Iterator[Result]:
    """Yield the results of a row; of a column that stands there several times, the one that is filled."""
    figures: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for name, (outcome, time, figure) in named.items():
        cell = record.get(name)
        before = figures[outcome, time].get(figure, "") if (outcome, time) in figures else ""
        if cell and before and not same_cell(cell, before):
            what = f"{record.get(STUDY)}: {once(name)} {cell}"
            left.append((record.line, what, f"another column of this name says {before}, which is taken"))
        elif cell:
            figures[outcome, time][figure] = cell
    for (outcome, time), cells in figures.items():
        trial = {ours: record.get(theirs) for ours, theirs in TRIAL.items()}
        yield Result(record.line, record.get(STUDY), record.get(ARM), outcome, time, cells, trial)
