"""Results of single arms, put together to rows of two arms under the names of the column map."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ipt_evidence.exchange.column_map import ColumnMap, widened
from ipt_evidence.exchange.ctgov.words import instrument_in, weeks_in
from ipt_evidence.exchange.deviations import deviation_of
from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.forms.labels import is_baseline
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.numerals import whole
from ipt_evidence.exchange.revman.words import PERCENT_CHANGE, is_percent_change, outcome_of

SHARED = ("study", "outcome_type", "outcome_domain", "instrument", "time", "time_weeks")
CHANGED = {"mean": "mean_change", "sd": "sd_change", "n": "n_change"}
OWN = ("condition", "mean", "sd", "n", *CHANGED.values(), "event", "totaln", "baseline_mean", "baseline_sd")
BY_ARM = ColumnMap({name: name for name in (*SHARED, *OWN)})

CHANGE = re.compile(
    r"\b(?:mean |score )?changes?\b(?: scores?\b)?(?: (?:from|since) (?:baseline|pre\w*)\b)?", re.IGNORECASE
)
"""What the name of an outcome says where its figures are changes, and no scores."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a form says of one arm, outcome and time.

    Attributes
    ----------
    line : int
        Line of the file.
    study, arm, outcome, time : str
        As the form has them.
    figures : mapping of str to str
        Cells by figure, as :func:`ipt_evidence.exchange.forms.labels.figure_of` names it.
    trial : mapping of str to str
        Further cells of the study by name of the column map, such as ``year``.
    """

    line: int
    study: str
    arm: str
    outcome: str
    time: str
    figures: Mapping[str, str]
    trial: Mapping[str, str] = field(default_factory=dict)


def sheet_of(sheet: Sheet, results: Iterable[Result], unread: Iterable[str]) -> Sheet:
    """Return results as a table of two arms a row; what cannot be paired is left, each with a line.

    Parameters
    ----------
    sheet : Sheet
        The form as read.
    results : iterable of Result
        What it says of each arm.
    unread : iterable of str
        Columns of the form that are not read; they stay, to be named in the report.
    """
    every = list(results)
    before = _at_baseline(every)
    records, remarks, left = [], list(sheet.remarks), list(sheet.left)
    for result in every:
        what = f"{result.study}: {result.arm}, {result.outcome}, {result.time or 'no time'}"
        try:
            figures, how = _at_start(result, every) if is_baseline(result.time) else _figures(result)
        except ValueError as problem:
            left.append((result.line, f"{what}: {_said(result.figures)}", str(problem)))
            continue
        if unused := _unused(result, derived=bool(how)):
            left.append((result.line, f"{what}: {unused}", "the raw tables have no place for it beside the others"))
        remarks += [f"line {result.line}, {what}: {how}"] if how else []
        if not is_baseline(result.time):
            if CHANGE.search(result.outcome) and "mean" in figures:
                figures = {CHANGED[name]: cell for name, cell in figures.items()}
            cells = _cells(result) | figures | before.get((result.study, result.arm, result.outcome), {})
            records.append(Record(result.line, cells))
    others = tuple(dict.fromkeys(unread))
    further = tuple(dict.fromkeys(name for result in every for name in result.trial))
    by_line = {record.line: record for record in sheet.records}
    whole_rows = [
        Record(each.line, {name: by_line[each.line].get(name) for name in others} | dict(each.cells))
        for each in records
    ]
    columns = (*SHARED, *OWN, *further, *(name for name in others if name not in {*SHARED, *OWN, *further}))
    long = replace(sheet, columns=columns, records=tuple(whole_rows), remarks=tuple(remarks), left=tuple(left))
    return _with_lost_columns(widened(long, BY_ARM), sheet, others)


def _with_lost_columns(wide: Sheet, sheet: Sheet, others: tuple[str, ...]) -> Sheet:
    """Name columns that are filled only in rows of which no result came."""
    kept = {name for record in wide.records for name in others if record.get(name)}
    lost = [
        (record.line, f"{name} {cell}", "its row holds no result that could be taken")
        for name in others
        if name not in kept
        for record in sheet.records
        if (cell := record.get(name))
    ]
    return replace(wide, left=(*wide.left, *lost))


def _same(one: Result, other: Result) -> bool:
    return (one.study, one.arm, one.outcome) == (other.study, other.arm, other.outcome)


def _said(figures: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {cell}" for name, cell in figures.items() if cell)


def _at_start(result: Result, every: Iterable[Result]) -> tuple[dict[str, str], str]:
    """Refuse a result at baseline that none of the same arm and outcome follows; it is told with those."""
    if not any(_same(result, other) and not is_baseline(other.time) for other in every):
        raise ValueError("a result at baseline, and none after it")
    return {}, ""


def _unused(result: Result, *, derived: bool) -> str:
    """Return the figures of a result that are not read: all but those that make a row of its kind."""
    if is_baseline(result.time):
        used = {"mean", "sd"}
    elif result.figures.get("event"):
        used = {"event", "n"}
    else:
        used = {"mean", "sd", "n"} | ({"se", "ci_low", "ci_high"} if derived else set())
    return _said({name: cell for name, cell in result.figures.items() if name not in used})


def _at_baseline(results: Iterable[Result]) -> dict[tuple[str, str, str], dict[str, str]]:
    found: defaultdict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for result in results:
        if is_baseline(result.time):
            named = {f"baseline_{name}": cell for name in ("mean", "sd") if (cell := result.figures.get(name, ""))}
            found[result.study, result.arm, result.outcome] |= named
    return found


def _cells(result: Result) -> dict[str, str]:
    """Return what a result measures; an outcome that is called by its instrument has no other name."""
    instrument = instrument_in(result.outcome) or _known(_scored(result.outcome))
    about = result.outcome if _known(result.outcome) != instrument or not instrument else ""
    if instrument and about:
        about = " ".join(about.lower().replace(instrument.lower(), " ").translate(_BRACKETS).split())
    if not _scored(about):
        # That it is a change is said by its measure.
        about = ""
    outcome = outcome_of(result.outcome)
    if about.lower() == outcome.replace("_", " "):
        about = ""
    return {
        **result.trial,
        **{"study": result.study, "condition": result.arm, "outcome_domain": about, "instrument": instrument},
        **{"outcome_type": outcome or ("msd" if "mean" in result.figures else result.outcome)},
        **{"time": result.time, "time_weeks": weeks_in(result.time)},
    }


_BRACKETS = {ord(sign): " " for sign in "()[],:;"}


def _scored(outcome: str) -> str:
    """Return the name of the scale of an outcome that counts a change of it."""
    return CHANGE.sub(" ", outcome).strip(" ,:()-")


def _known(name: str) -> str:
    found = words.instrument(name)
    return found if found in words.INSTRUMENTS else ""


def _figures(result: Result) -> tuple[dict[str, str], str]:
    """Return the figures of an arm under the names of the column map, and how a standard deviation follows."""
    posted = {name: cell for name, cell in result.figures.items() if cell}
    if "event" in posted:
        return {"event": posted["event"], "totaln": posted.get("n", "")}, ""
    if "mean" not in posted:
        raise ValueError("neither a mean nor a number of events")
    if is_percent_change(result.outcome):
        raise ValueError(PERCENT_CHANGE)
    found = {"mean": posted["mean"], "sd": posted.get("sd", ""), "n": posted.get("n", "")}
    if found["sd"] or not found["n"]:
        return found, ""
    found["sd"], how = deviation_of(posted, int(whole(found["n"]))) or ("", "")
    return found, how
