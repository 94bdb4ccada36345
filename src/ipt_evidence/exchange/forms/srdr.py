"""SRDR+: sheets of descriptive statistics, with the arms side by side or one figure a row."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from string import ascii_lowercase

from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.forms.labels import figure_of, once
from ipt_evidence.exchange.forms.layout import Result, sheet_of

STUDY = "(study)"
"""What the study is called, beside the columns of the sheet."""

ARM_NAME = re.compile(r"arm_name_\d+")
INITIALS = re.compile(r"(?<=\w) (?:[A-Z]\.?[ -]?){1,3}$")
UNITS = ("timepoint_unit", "unit")
EVERYBODY = frozenset({"", "all participants", "all", "all participants (default)"})
READ = frozenset(
    {"extraction_id", "consolidated", "username", "authors", "publication_date", "citation_name", "outcome"}
    | {"population", "timepoint", *UNITS, "arm", "measure", "value"}
)


def names_of(sheets: Iterable[Sheet]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what each citation is called, first author and year, with a letter where several have one name; and these.

    Returns
    -------
    dict of str to str
        Name by the id of the citation.
    tuple of str
        A remark each name that several citations have.
    """
    citations: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for sheet in sheets:
        for record in sheet.records:
            citations[_name(record)][record.get("citation_id")] = None
    names: dict[str, str] = {}
    remarks: list[str] = []
    for name, several in citations.items():
        letters = ascii_lowercase if name[-1:].isdigit() else [f" {letter}" for letter in ascii_lowercase]
        ends = cycle(letters) if len(several) > 1 else [""]
        names |= {citation: f"{name}{end}" for citation, end in zip(several, ends, strict=False)}
        if len(several) > 1:
            said = ", ".join(f"{names[citation]} is citation {citation}" for citation in several)
            remarks.append(f"several citations are {name}, and are taken as several trials: {said}")
    return names, tuple(remarks)


def srdr_sheet(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """Return a sheet of descriptive statistics with two arms a row, under the names of the column map.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    names : mapping of str to str
        What each citation is called, of all sheets of the workbook.
    """
    records = tuple(Record(each.line, {**each.cells, STUDY: names[each.get("citation_id")]}) for each in sheet.records)
    sheet = replace(sheet, records=records)
    groups = _groups(sheet.columns)
    read = READ | {name for arm, figures in groups for name in (arm, *figures.values())}
    results = list(_long(sheet) if "measure" in sheet.columns else _wide(sheet, groups))
    held = {result.line for result in results}
    left = [
        (record.line, f"{record.get('outcome')}, {record.get('timepoint')}", "its row holds no result")
        for record in sheet.records
        if record.line not in held and "measure" not in sheet.columns
    ]
    found = replace(sheet, left=(*sheet.left, *left))
    return sheet_of(found, results, [name for name in sheet.columns if name not in read])


def _name(record: Record) -> str:
    author = INITIALS.sub("", re.split(r"[,;]", record.get("authors"))[0].strip())
    year = record.get("publication_date")[:4]
    return f"{author} {year}".strip() if author else record.get("citation_name")


def _groups(columns: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """Return the column of each arm's name, and by figure those that stand between it and the next."""
    groups: list[tuple[str, dict[str, str]]] = []
    for name in columns:
        if ARM_NAME.fullmatch(name):
            groups.append((name, {}))
        elif groups and (figure := figure_of(once(name))):
            groups[-1][1].setdefault(figure, name)
    return groups


def _wide(sheet: Sheet, groups: list[tuple[str, dict[str, str]]]) -> Iterator[Result]:
    for record in sheet.records:
        for arm, names in groups:
            figures = {figure: record.get(name) for figure, name in names.items()}
            if record.get(arm) and any(figures.values()):
                yield _result(record, record.get(arm), figures)


def _long(sheet: Sheet) -> Iterator[Result]:
    rows: defaultdict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in sheet.records:
        names = ("extraction_id", "outcome", "population", "timepoint", *UNITS, "arm")
        rows[tuple(record.get(name) for name in names)].append(record)
    for records in rows.values():
        # A measure without a place here, such as a median, is told with the figures of its result.
        figures = {figure_of(each.get("measure")) or each.get("measure"): each.get("value") for each in records}
        yield _result(records[0], records[0].get("arm"), figures)


def _result(record: Record, arm: str, figures: dict[str, str]) -> Result:
    year = record.get("publication_date")[:4]
    people = record.get("population")
    time = " ".join(filter(None, (record.get("timepoint"), record.get(*UNITS))))
    return Result(
        record.line,
        record.get(STUDY),
        arm,
        record.get("outcome") + ("" if people.lower() in EVERYBODY else f" ({people})"),
        time,
        figures,
        {"year": year, "full_ref": record.get("citation_name")},
    )
