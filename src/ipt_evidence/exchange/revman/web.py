"""Read data rows of RevMan Web: one study of one analysis a row, with a cell for every kind of figure it might have."""

import re
from collections.abc import Iterable, Iterator, Mapping

from ipt_evidence.exchange.foreign import Record, Sheet, about_letters, refuse
from ipt_evidence.exchange.numerals import number
from ipt_evidence.exchange.revman.columns import unread_columns
from ipt_evidence.exchange.revman.rows import Analysis, Judgement, Kind, Result, RevMan
from ipt_evidence.exchange.revman.words import outcome_of
from ipt_evidence.words.numbers import plural

GROUPS = {"1": ("experimental", "intervention", "group_1", "1"), "2": ("control", "comparator", "group_2", "2")}
FIGURES = {
    "events": ("cases", "events"),
    "total": ("n", "total", "participants"),
    "mean": ("mean",),
    "sd": ("sd", "standard_deviation"),
}
ESTIMATES = {
    "estimate": ("effect_estimate",),
    "log_estimate": ("giv_mean",),
    "se": ("se", "giv_se"),
    "o_e": ("o-e",),
    "variance": ("variance",),
}
"""``GIV Mean`` is a logarithm where the effect measure is a ratio."""

PLACE = {
    "comparison": ("analysis_group_name", "comparison", "analysis_group"),
    "outcome": ("analysis_name", "outcome", "outcome_name"),
    "subgroup": ("subgroup",),
    "label1": ("experimental_group_label", "experimental_intervention", "group_label_1"),
    "label2": ("control_group_label", "control_intervention", "group_label_2"),
    "left": ("graph_label_(left)", "left_graph_label"),
    "right": ("graph_label_(right)", "right_graph_label"),
    "measure": ("effect_measure",),
    "kind": ("data_type",),
    "study": ("study", "study_id"),
    "year": ("study_year", "year"),
}
SET = tuple(
    column
    for name in ("comparison", "label1", "label2", "left", "right", "measure", "kind")
    for column in PLACE[name]
    if column != "analysis_group"
)
"""What the settings of an analysis add to its rows."""

NUMBERED = ("analysis_group", "analysis_number")
KINDS: dict[str, Kind] = {"dichotomous": "counts", "continuous": "means", "contrast level": "estimate"}
"""Data types of the settings; O-E and variance has no place in the raw tables."""

_MEANS, _EVENTS = ("mean1", "sd1", "mean2", "sd2"), ("events1", "events2")
_ESTIMATED = ("estimate", "log_estimate", "se", "o_e", "variance")
BESIDE: dict[Kind, tuple[str, ...]] = {
    "counts": (*_MEANS, *_ESTIMATED),
    "means": (*_EVENTS, *_ESTIMATED),
    "estimate": (*_MEANS, *_EVENTS, "o_e", "variance"),
}
"""Figures that no row of a kind is read for."""

FOOTNOTES, NO_TEXTS = "footnotes", "outcomes.csv holds no texts: read it beside the figures of the row"
JUDGED = re.compile(r"(?P<item>.+)_\(judgement\)|domain_\(judgement\):_*(?P<domain>.+)")
EVENTS = frozenset({"dropout", "remission", "response", "relapse", "recovery"})
COUNTED = re.compile(r"death|died|mortality|suicid|adverse|side effects|number of|proportion|incidence|withdr[ae]w")
"""What names of outcomes say that are counted, beside those with a word of their own."""

Settings = Mapping[tuple[str, ...], Record]


def read_data_rows(sheet: Sheet, settings: Settings | None = None) -> RevMan:
    """Read the data rows of a package, or any table of results by group.

    Parameters
    ----------
    sheet : Sheet
        The table.
    settings : mapping of (str, str) to Record, optional
        The row of settings of each analysis, by number of its group and its own.

    Raises
    ------
    ExtractionError
        If it has no column of studies, or none of results.
    """
    if not {"study", "study_id"} & set(sheet.columns):
        rule = "this is no RevMan export: the first row has neither 'Comparison Number' nor 'Study'"
        refuse(sheet.file, rule, "Export the analysis data with all fields, or take the .rm5 file", line=1)
    if not any(_named(sheet.columns, name, side) for name in FIGURES for side in GROUPS):
        rule = "the file has no columns of results by group, such as 'Experimental mean' or 'Events 1'"
        refuse(
            sheet.file, rule, "Take the data rows of the data package, not its settings or study information", line=1
        )
    records = [_with_settings(record, settings or {}) for record in sheet.records]
    rows = [(record, _cells(sheet, record)) for record in records]
    results = tuple(_result(record, cells, kind) for (record, cells), kind in zip(rows, _kinds(rows), strict=True))
    notes = (
        (record.line, f"{_at(record, 'study')}: footnote: {said}", NO_TEXTS)
        for record in sheet.records
        if (said := record.get(FOOTNOTES))
    )
    left = (*sheet.left, *unread_columns(sheet, _read(sheet)), *_beside(results), *notes)
    return RevMan(
        file=sheet.file,
        results=results,
        judgements=tuple(judgements_of(sheet)),
        left=left,
        asked=tuple(about_letters(sheet)),
    )


def judgements_of(sheet: Sheet) -> Iterator[Judgement]:
    """Yield the judgements in columns such as ``Overall bias (judgement)`` or ``Domain (judgement): Other bias``."""
    columns = {column: found for column in sheet.columns if (found := JUDGED.fullmatch(column))}
    for record in sheet.records:
        for column, found in columns.items():
            if result := record.get(column):
                item = (found["item"] or found["domain"]).replace("_", " ").strip()
                yield Judgement(line=record.line, study=_at(record, "study"), item=item, result=result)


def _with_settings(record: Record, settings: Settings) -> Record:
    found = settings.get(_numbered(record))
    cells = {column: cell for column in SET if found and (cell := found.get(column))}
    return Record(record.line, {**record.cells, **cells})


def _cells(sheet: Sheet, record: Record) -> dict[str, str]:
    by_group = {f"{name}{side}": record.get(*_named(sheet.columns, name, side)) for name in FIGURES for side in GROUPS}
    return by_group | {name: record.get(*columns) for name, columns in ESTIMATES.items()}


def _kinds(rows: list[tuple[Record, dict[str, str]]]) -> list[Kind]:
    """Return what each row holds: as its data type says, else its own figures, else those of its analysis.

    The package writes 0 into cells that are not used, so only what is not 0 tells. Where a whole analysis has nothing
    but 0 and group sizes, these are counts of nothing or means that were not estimable, as its name may say.
    """
    own = [_told(cells) for _, cells in rows]
    found: dict[tuple[str, ...], set[Kind]] = {}
    for (record, _), kind in zip(rows, own, strict=True):
        if kind:
            found.setdefault(_analysis(record), set()).add(kind)
    return [
        _typed(record) or kind or _only(found.get(_analysis(record), set())) or _by_cells(record, cells)
        for (record, cells), kind in zip(rows, own, strict=True)
    ]


def _typed(record: Record) -> Kind | None:
    said = _at(record, "kind").lower()
    return KINDS.get(said, "other") if said else None


def _only(kinds: set[Kind]) -> Kind | None:
    return next(iter(kinds)) if len(kinds) == 1 else None


def _beside(results: Iterable[Result]) -> Iterator[tuple[int, str, str]]:
    """Yield figures that a row holds beside those of its kind, such as O-E beside counts; a 0 is no figure."""
    for result in results:
        others = BESIDE.get(result.analysis.kind, ())
        said = [f"{name} {result.cells[name]}" for name in others if _counts_for_something(result.cells, name)]
        if said:
            what = f"{plural(len(said), 'column')} {', '.join(said)} ({result.study}: {result.analysis.outcome})"
            yield result.line, what, f"the row is taken as {result.analysis.kind}, and these belong to another kind"


def _told(cells: Mapping[str, str]) -> Kind | None:
    if _counts_for_something(cells, "sd1", "sd2"):
        return "means"
    if _counts_for_something(cells, "events1", "events2"):
        return "counts"
    if _counts_for_something(cells, "se"):
        return "estimate"
    if _counts_for_something(cells, "mean1", "mean2"):
        # An SD of 0 was not reported; that does not make the row one of counts.
        return "means"
    return "other" if _counts_for_something(cells, "o_e") else None


def _by_cells(record: Record, cells: Mapping[str, str]) -> Kind:
    """Return what a row without any telling figure holds, by the cells that are filled at all."""
    means, counts = (any(cells[f"{name}{side}"] for side in GROUPS) for name in ("mean", "events"))
    if means and counts:
        name = _at(record, "outcome").lower()
        return "counts" if outcome_of(name) in EVENTS or COUNTED.search(name) else "zeros"
    return "means" if means else "counts" if counts else "estimate"


def _counts_for_something(cells: Mapping[str, str], *names: str) -> bool:
    for name in names:
        try:
            if float(number(cells[name]) or 0) != 0:
                return True
        except ValueError:
            # A word where a number belongs is told when the figures are read.
            return True
    return False


def _analysis(record: Record) -> tuple[str, ...]:
    return (*_numbered(record), _at(record, "comparison"), _at(record, "outcome"))


def _numbered(record: Record) -> tuple[str, ...]:
    return tuple(record.get(name) for name in NUMBERED)


def _result(record: Record, cells: Mapping[str, str], kind: Kind) -> Result:
    analysis = Analysis(
        comparison=_at(record, "comparison"),
        outcome=_at(record, "outcome"),
        subgroup=_at(record, "subgroup"),
        labels=(_at(record, "label1") or "experimental", _at(record, "label2") or "control"),
        sides=(_at(record, "left"), _at(record, "right")),
        measure=_at(record, "measure"),
        kind=kind,
    )
    study, year = _at(record, "study"), _at(record, "year")
    return Result(line=record.line, study=study, year=year, analysis=analysis, cells=cells)


def _at(record: Record, name: str) -> str:
    return record.get(*PLACE[name])


def _read(sheet: Sheet) -> set[str]:
    read = {column for columns in (*PLACE.values(), *ESTIMATES.values(), NUMBERED) for column in columns}
    read |= {column for name in FIGURES for side in GROUPS for column in _named(sheet.columns, name, side)}
    return read | {FOOTNOTES} | {column for column in sheet.columns if JUDGED.fullmatch(column)}


def _named(columns: tuple[str, ...], name: str, side: str) -> list[str]:
    """Return the columns that may hold a figure of a group: ``experimental_mean`` as well as ``mean_1``."""
    spelled = [
        pattern
        for group in GROUPS[side]
        for figure in FIGURES[name]
        for pattern in (f"{group}_{figure}", f"{figure}_{group}")
    ]
    return [column for column in spelled if column in columns]
