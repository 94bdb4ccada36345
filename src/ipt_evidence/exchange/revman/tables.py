"""Read the CSV files of RevMan: analysis data of RevMan 5, and data rows of the packages of RevMan Web."""

from pathlib import Path

from ipt_evidence.exchange.foreign import Record, Sheet, read_sheet, refuse
from ipt_evidence.exchange.revman.rows import Analysis, Kind, Result, RevMan

REVMAN_5 = ("comparison_number", "outcome_number", "name")
WEB = ("study",)
TYPES: dict[str, Kind] = {"D": "counts", "C": "means", "I": "estimate"}

CELLS_5 = {
    **{f"{name}{side}": f"{name}_{side}" for name in ("events", "mean", "sd", "total") for side in (1, 2)},
    **{"estimate": "effect_estimate", "se": "se", "ci_low": "ci_start", "ci_high": "ci_end"},
}
GROUPS = {"1": ("experimental", "intervention", "group_1", "1"), "2": ("control", "comparator", "group_2", "2")}
FIGURES = {
    "events": ("cases", "events"),
    "total": ("n", "total", "participants"),
    "mean": ("mean",),
    "sd": ("sd", "standard_deviation"),
}
ESTIMATES = {
    "estimate": ("effect_estimate", "giv_mean"),
    "se": ("se", "giv_se"),
    "ci_low": ("ci_start",),
    "ci_high": ("ci_end",),
}


def read_revman_table(path: Path) -> RevMan:
    """Read a CSV file of RevMan 5 or of RevMan Web.

    Raises
    ------
    ExtractionError
        If it cannot be read, or holds neither.
    """
    sheet = read_sheet(path, (), "a RevMan export")
    if set(REVMAN_5) <= set(sheet.columns):
        return _revman_5(sheet)
    if not {"study", "study_id"} & set(sheet.columns):
        rule = "this is no RevMan export: the first row has neither 'Comparison Number' nor 'Study'"
        refuse(sheet.file, rule, "Export the analysis data with all fields, or take the .rm5 file", line=1)
    if not any(_named(sheet.columns, name, side) for name in FIGURES for side in GROUPS):
        rule = "the file has no columns of results by group, such as 'Experimental mean' or 'Events 1'"
        refuse(
            sheet.file, rule, "Take the data rows of the data package, not its settings or study information", line=1
        )
    return RevMan(file=sheet.file, results=tuple(_web_row(sheet, record) for record in sheet.records))


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
            analysis = _subgroup(record, analysis)
    return RevMan(file=sheet.file, results=tuple(results))


def _heading(record: Record, comparison: str) -> Analysis:
    return Analysis(
        comparison=comparison,
        outcome=record.get("name"),
        labels=(record.get("group_label_1") or "experimental", record.get("group_label_2") or "control"),
        sides=(record.get("left_graph_label"), record.get("right_graph_label")),
        measure=record.get("effect_measure"),
        kind=TYPES.get(record.get("data_type")[:1].upper(), "other"),
    )


def _subgroup(record: Record, analysis: Analysis) -> Analysis:
    return Analysis(
        comparison=analysis.comparison,
        outcome=analysis.outcome,
        subgroup=record.get("name"),
        labels=analysis.labels,
        sides=analysis.sides,
        measure=analysis.measure,
        kind=analysis.kind,
    )


def _row_5(record: Record, analysis: Analysis) -> Result:
    return Result(
        line=record.line,
        study=record.get("name"),
        year=record.get("year_of_study", "year"),
        analysis=analysis,
        cells={name: record.get(column) for name, column in CELLS_5.items()},
    )


def _web_row(sheet: Sheet, record: Record) -> Result:
    cells = {f"{name}{side}": record.get(*_named(sheet.columns, name, side)) for name in FIGURES for side in GROUPS} | {
        name: record.get(*columns) for name, columns in ESTIMATES.items()
    }
    # Counts come without means, and the other way round; what a row holds says what it is.
    kind: Kind = (
        "means"
        if cells["mean1"] or cells["mean2"]
        else "counts"
        if cells["events1"] or cells["events2"]
        else "estimate"
    )
    analysis = Analysis(
        comparison=record.get("analysis_group_name", "comparison", "analysis_group"),
        outcome=record.get("analysis_name", "outcome", "outcome_name"),
        subgroup=record.get("subgroup"),
        labels=(
            record.get("experimental_group_label", "experimental_intervention", "group_label_1") or "experimental",
            record.get("control_group_label", "control_intervention", "group_label_2") or "control",
        ),
        measure=record.get("effect_measure"),
        kind=kind,
    )
    return Result(
        line=record.line,
        study=record.get("study", "study_id"),
        year=record.get("study_year", "year"),
        analysis=analysis,
        cells=cells,
    )


def _named(columns: tuple[str, ...], name: str, side: str) -> list[str]:
    """Return the columns that may hold a figure of a group: ``experimental_mean`` as well as ``mean_1``."""
    spelled = [
        pattern
        for group in GROUPS[side]
        for figure in FIGURES[name]
        for pattern in (f"{group}_{figure}", f"{figure}_{group}")
    ]
    return [column for column in spelled if column in columns]
