"""Read a table for network meta-analysis: one row an arm, or the arms of a trial side by side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ipt_evidence.exchange.foreign import Record, Sheet, Wanted, refuse
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Cells, Ledger, key_of
from ipt_evidence.exchange.mojibake import mended
from ipt_evidence.exchange.names import slug
from ipt_evidence.exchange.network.columns import BY_ARM, BY_ROWS, OF_ARM, OF_ROWS, SIDES, STUDY, has_shape, renamed
from ipt_evidence.exchange.network.rows import Row, rows_of, take_trial_and_arms
from ipt_evidence.exchange.network.taking import SMALL_IS_GOOD, take_contrast, take_figures
from ipt_evidence.exchange.oddities import in_lines, note_columns, note_sheet
from ipt_evidence.exchange.spreadsheets import read_table_sheet
from ipt_evidence.exchange.study_names import with_years
from ipt_evidence.extraction.breaches import shown
from ipt_evidence.words.numbers import counted

WHAT = "a table for network meta-analysis"
TABLES = ("trials", "arms", "outcomes", "contrasts", "sources")

JUDGED = ("rob", "indirectness")


def read_network(path: Path) -> Imported:
    """Read a file for netmeta or CINeMA.

    Parameters
    ----------
    path : Path
        CSV with semicolons, commas or tabs, decimal points or commas, any encoding; or a workbook.

    Returns
    -------
    Imported
        trials, arms, outcomes, contrasts and sources, with what was left and what is to be done.

    Raises
    ------
    ExtractionError
        If the file cannot be read, or has the columns of neither shape.
    """
    given = read_table_sheet(path, Wanted(WHAT))
    by_rows = has_shape(given.columns, BY_ROWS)
    if not by_rows and not has_shape(given.columns, BY_ARM):
        rule = f"this is not {WHAT}: its columns are {', '.join(given.columns)}"
        remedy = "Give study, t, n with r or with y and sd (an arm a row), or study, t1, t2, effect, se (a pair a row)"
        refuse(given.file, rule, remedy, line=1)
    sheet, unread = renamed(given, frozenset(OF_ARM) if by_rows else OF_ROWS)
    sheet = _named(sheet, by_rows=by_rows)
    ledger = Ledger(sheet.file)
    note_sheet(replace(given, remarks=sheet.remarks), ledger)
    note_columns(given, unread, ledger, reason="nothing reads them in a table of this shape")
    note_columns(given, ("id",) if "id" in given.columns else (), ledger, reason="it numbers the studies")
    records = [Record(each.line, {name: mended(cell) for name, cell in each.cells.items()}) for each in sheet.records]
    sides = SIDES if by_rows else ("",)
    source = f"network_{slug(path.stem)}".replace("network_network", "network").rstrip("_")
    rows = rows_of(records, sides, source, ledger)
    for row in rows:
        take_trial_and_arms(row, ledger)
        _take_results(row, ledger)
    if rows:
        _ask(rows, Path(path).name, source, ledger)
        _note_codes(rows, ledger, by_rows=by_rows)
    return ledger.imported("network", TABLES)


def _named(sheet: Sheet, *, by_rows: bool) -> Sheet:
    """Return a table whose studies have names that no two share."""
    if not STUDY & {*sheet.columns}:
        records = tuple(
            Record(each.line, {**each.cells, "study": f"study {number}"})
            for number, each in enumerate(sheet.records, start=1)
        )
        remark = "no column names the studies: each row is taken as one, under its number; name them in a column study"
        return replace(sheet, records=records, remarks=(*sheet.remarks, remark))
    ids = [cell for record in sheet.records if (cell := record.get("id"))]
    # An id that is another in every row may number rows, of which a study can have several.
    of_studies = len({*ids}) < len(ids) or (by_rows and "t3" in sheet.columns)
    marks = ("id",) if of_studies else ()
    return with_years(sheet, ("study",), ("year",), marks)


def _take_results(row: Row, ledger: Ledger) -> None:
    record = row.record
    by_arm = take_figures(row, ledger)
    ready_made = [f"{name} {cell}" for name in ("effect", "se", "sm") if (cell := record.get(name))]
    if len(row.arms) == 1:
        if not by_arm and not record.get("y", "sd", "r"):
            said = f" (n {record.get('n')})" if record.get("n") else ""
            reason = "neither a mean nor a number of events"
            ledger.leave(record.line, f"{row.trial}: arm {row.arms[0]}{said}", reason)
    elif by_arm and ready_made:
        reason = f"the row has figures by arm ({', '.join(ready_made)})"
        ledger.leave(record.line, f"{row.trial}: ready-made effect", reason)
    elif not by_arm:
        take_contrast(row, ledger)


def _ask(rows: list[Row], file: str, source: str, ledger: Ledger) -> None:
    """Say what the file leaves open for all its rows."""
    ledger.take("sources", 1, {"source_id": source, "kind": "database", "title": f"Network file {file}"})
    trials = counted(len(ledger.rows["trials"]), "trial")
    ledger.ask(
        None, f"source {source}", "the file does not state its licence, version and DOI: fill them in sources.csv"
    )
    ledger.ask(None, "references", f"references.bib needs an entry for each of {trials}, under its key")
    domain = "every outcome but dropout and functioning is taken as the trial's own condition (target)"
    ledger.ask(None, "domain", domain)
    ledger.ask_to_fill("trials.condition", "trials.phase")
    for table in ("outcomes", "contrasts"):
        if any(not cells.get("outcome") for _, cells in ledger.rows[table].values()):
            ledger.ask_to_fill(f"{table}.outcome")
    if timeless := [row.record.line for row in rows if not row.record.get("timepoint")]:
        ledger.ask(timeless[0], "timepoint", f"empty: taken as post, in {in_lines(timeless)}")
    if blind := [line for line, cells in ledger.rows["contrasts"].values() if not cells["favours"]]:
        reason = "without small.values the file does not say which way is better: fill favours in contrasts.csv"
        ledger.ask(blind[0], "direction of effects", f"{reason}, {in_lines(blind)}")
    _ask_directions_of_means(ledger)
    arms: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        arms[row.trial].update(row.arms)
    for row in rows:
        if len(arms[row.trial]) == 1:
            ledger.ask(row.record.line, f"trial {row.trial}", "the file has one arm of it: no effect follows")


def _ask_directions_of_means(ledger: Ledger) -> None:
    """Ask which way means are better where no arm of a result says it, or its arms say opposite things."""
    results: defaultdict[tuple[str, ...], list[tuple[int, Cells]]] = defaultdict(list)
    for line, cells in ledger.rows["outcomes"].values():
        if cells["measure"] == "continuous":
            results[key_of("outcomes", {**cells, "arm_id": ""})].append((line, cells))
    blind: list[int] = []
    for arms in results.values():
        said = {cells.get("lower_is_better", "") for _, cells in arms}
        if {"true", "false"} <= said:
            line, cells = arms[0]
            reason = f"its arms say opposite things ({in_lines(line for line, _ in arms)}): put lower_is_better right"
            ledger.ask(line, f"{cells['trial_id']}: small.values", reason)
        # Of a known instrument the vocabulary says it.
        blind += [line for line, cells in arms if not cells.get("lower_is_better") and not cells.get("instrument")]
    if blind:
        reason = "without small.values the file does not say which way is better: fill lower_is_better"
        told = in_lines(dict.fromkeys(blind))
        ledger.ask(blind[0], "direction of results without an instrument", f"{reason}, {told}")


def _note_codes(rows: Iterable[Row], ledger: Ledger, *, by_rows: bool) -> None:
    """Leave what there is no place for, a line a word of each trial; words that are none."""
    noted: set[tuple[str, str, str]] = set()
    reasons = dict.fromkeys(JUDGED, "the file does not say by which tool it was judged: enter it in risk_of_bias.csv")
    reasons["indirectness"] = "certainty goes by what sets a trial apart: fill special_population in trials.csv"
    for row in rows:
        codes = {name: reasons[name] for name in JUDGED}
        if not by_rows:
            codes["sm"] = "effects are computed here from the figures of the arms"
        small = row.record.get("small.values")
        if small.lower() not in SMALL_IS_GOOD:
            codes["small.values"] = f"neither of {', '.join(SMALL_IS_GOOD)}: it does not say which way is better"
        elif not row.record.get("effect", "y", *(f"y{side}" for side in SIDES)):
            codes["small.values"] = "of events counted by arm, the vocabulary says whether they are good"
        for name, reason in codes.items():
            place = (row.trial, name, row.record.get(name))
            if place[2] and place not in noted:
                noted.add(place)
                ledger.leave(row.record.line, f"{row.trial}: {name} '{shown(place[2])}'", reason)
