"""Read the CSV files of RevMan: which of the two it is, and the analysis data of RevMan 5."""

from dataclasses import replace
from pathlib import Path

from ipt_evidence.exchange.foreign import Record, Sheet, Wanted, about_letters, read_letters, sheet_of
from ipt_evidence.exchange.revman.columns import unread_columns
from ipt_evidence.exchange.revman.rows import Analysis, Kind, Result, RevMan
from ipt_evidence.exchange.revman.web import read_data_rows

REVMAN_5 = ("comparison_number", "outcome_number", "name")
TYPES: dict[str, Kind] = {"D": "counts", "C": "means", "I": "estimate"}

CELLS_5 = {
    **{f"{name}{side}": f"{name}_{side}" for name in ("events", "mean", "sd", "total") for side in (1, 2)},
    **{"estimate": "effect_estimate", "se": "se", "o_e": "o-e", "variance": "variance"},
}
READ_5 = frozenset(
    {*REVMAN_5, *CELLS_5.values(), "subgroup_number", "group_label_1", "group_label_2", "left_graph_label",
     "right_graph_label", "effect_measure", "data_type", "year_of_study", "year"}
)  # fmt: skip


def read_revman_table(path: Path) -> RevMan:
    """Read a CSV file of RevMan 5 or of RevMan Web.

    Raises
    ------
    ExtractionError
        If it cannot be read, or holds neither.
    """
    sheet = sheet_of(read_letters(path), Wanted("a RevMan export"))
    return _revman_5(sheet) if set(REVMAN_5) <= set(sheet.columns) else read_data_rows(sheet)


def _revman_5(sheet: Sheet) -> RevMan:
    """Read rows under headings: a comparison, its outcomes, their subgroups, and the studies under each."""
    results: list[Result] = []
    comparison, analysis = "", Analysis()
    seen: set[tuple[str, str, str]] = set()
    for record in sheet.records:
        place = (record.get("comparison_number"), record.get("outcome_number"), record.get("subgroup_number") or "0")
        if place in seen:
            results.append(_row_5(record, analysis))
            continue
        seen.add(place)
        if place[1] in ("", "0"):
            comparison = record.get("name")
        elif place[2] == "0":
            analysis = _heading(record, comparison)
        else:
            analysis = replace(analysis, subgroup=record.get("name"))
    left, asked = (*sheet.left, *unread_columns(sheet, READ_5)), tuple(about_letters(sheet))
    return RevMan(file=sheet.file, results=tuple(results), left=left, asked=asked)


def _heading(record: Record, comparison: str) -> Analysis:
    return Analysis(
        comparison=comparison,
        outcome=record.get("name"),
        labels=(record.get("group_label_1") or "experimental", record.get("group_label_2") or "control"),
        sides=(record.get("left_graph_label"), record.get("right_graph_label")),
        measure=record.get("effect_measure"),
        kind=TYPES.get(record.get("data_type")[:1].upper(), "other"),
    )


def _row_5(record: Record, analysis: Analysis) -> Result:
    return Result(
        line=record.line,
        study=record.get("name"),
        year=record.get("year_of_study", "year"),
        analysis=analysis,
        cells={name: record.get(column) for name, column in CELLS_5.items()},
    )
