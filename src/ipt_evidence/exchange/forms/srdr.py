"""SRDR+: sheets of descriptive statistics, with the arms side by side or one figure a row."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.forms.labels import figure_of, once
from ipt_evidence.exchange.forms.layout import Result, sheet_of

ARM_NAME = re.compile(r"arm_name_\d+")
INITIALS = re.compile(r"(?<=\w) (?:[A-Z]\.?[ -]?){1,3}$")
UNITS = ("timepoint_unit", "unit")
EVERYBODY = frozenset({"", "all participants", "all", "all participants (default)"})
READ = frozenset(
    {
        "extraction_id",
        "consolidated",
        "username",
        "authors",
        "publication_date",
        "citation_name",
        "outcome",
        "population",
    }
    | {"timepoint", *UNITS, "arm", "measure", "value"}
)


def srdr_sheet(sheet: Sheet) -> Sheet:
    """Return a sheet of descriptive statistics with two arms a row, under the names of the column map."""
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
    author = INITIALS.sub("", re.split(r"[,;]", record.get("authors"))[0].strip())
    year = record.get("publication_date")[:4]
    people = record.get("population")
    time = " ".join(filter(None, (record.get("timepoint"), record.get(*UNITS))))
    return Result(
        record.line,
        f"{author} {year}".strip() if author else record.get("citation_name"),
        arm,
        record.get("outcome") + ("" if people.lower() in EVERYBODY else f" ({people})"),
        time,
        figures,
        {"year": year, "full_ref": record.get("citation_name")},
    )
