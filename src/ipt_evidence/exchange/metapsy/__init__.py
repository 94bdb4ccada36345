"""Import files in the Metapsy data standard: wide contrasts become trials, arms and outcomes by arm."""

from collections import Counter
from pathlib import Path

from ipt_evidence.exchange.foreign import Record
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison, comparisons
from ipt_evidence.exchange.metapsy.contrasts import Signs, directions, signs_of, take_contrasts
from ipt_evidence.exchange.metapsy.details import (
    add_dropout,
    take_arms,
    take_dropout,
    take_trial,
)
from ipt_evidence.exchange.metapsy.figures import setting, take_figures
from ipt_evidence.exchange.metapsy.judgements import take_judgements
from ipt_evidence.exchange.metapsy.reading import (
    as_float,
    metapsy_numbers,
    note_oddities,
    read_metapsy_sheet,
    some,
)
from ipt_evidence.exchange.names import slug

__all__ = ["metapsy_numbers", "read_metapsy"]

TABLES = ("trials", "arms", "outcomes", "contrasts", "risk_of_bias", "sources")


def read_metapsy(path: Path) -> Imported:
    """Read a file in the Metapsy data standard.

    Parameters
    ----------
    path : Path
        CSV with semicolons, commas or tabs, decimal points or commas, any encoding.

    Returns
    -------
    Imported
        trials, arms, outcomes, contrasts, risk_of_bias and sources, with what was left and what is to be done.

    Raises
    ------
    ExtractionError
        If the file cannot be read, is not in that format, or holds not one usable comparison.
    """
    sheet = read_metapsy_sheet(path)
    ledger = Ledger(sheet.file)
    note_oddities(sheet, ledger)
    usable, broken = comparisons(sheet.records)
    for record, reason in broken:
        ledger.leave(record.line, record.get("study") or "row", reason)
    source = f"metapsy_{slug(path.stem)}".replace("metapsy_metapsy", "metapsy").rstrip("_")
    signs = signs_of(usable)
    shares = _women_as_shares(sheet.records)
    for comparison in usable:
        _take_row(comparison, source, signs, shares=shares, ledger=ledger)
    add_dropout(ledger)
    if ledger.rows.get("trials"):
        _take_source(path, source, ledger)
        _ask(usable, signs, ledger)
    return Imported(
        kind="metapsy",
        file=sheet.file,
        tables=ledger.tables(TABLES),
        left=tuple(ledger.left),
        todo=tuple(ledger.todo),
    )


def _take_row(comparison: Comparison, source: str, signs: Signs, *, shares: bool, ledger: Ledger) -> None:
    line = comparison.record.line
    shared = setting(comparison, source, ledger)
    take_trial(comparison, shares=shares, ledger=ledger)
    take_arms(comparison, ledger)
    complete = take_figures(comparison, shared, directions(comparison, signs), ledger)
    if not take_contrasts(comparison, shared, signs, by_arm=complete, ledger=ledger) and not complete:
        ledger.leave(line, f"{comparison.trial}: row", "no effect follows from it: figures incomplete, none ready-made")
    take_dropout(comparison, shared, ledger)
    take_judgements(comparison, shared, ledger)
    if comparison.alike:
        reason = (
            "both arms have one condition and one specification: told apart by their position; name them in arms.csv"
        )
        ledger.ask(line, f"{comparison.trial}: arms", reason)


def _women_as_shares(records: tuple[Record, ...]) -> bool:
    found = [value for record in records if (value := as_float(record.get("percent_women"))) is not None]
    return bool(found) and max(found) <= 1


def _take_source(path: Path, source: str, ledger: Ledger) -> None:
    cells = {"source_id": source, "kind": "database", "title": f"Metapsy file {path.name}"}
    ledger.take("sources", (source,), 1, cells)
    ledger.ask(
        None, f"source {source}", "the file does not state its licence, version and DOI: fill them in sources.csv"
    )


def _ask(usable: list[Comparison], signs: Signs, ledger: Ledger) -> None:
    """Say once what the file leaves open for all its rows."""
    trials = ledger.rows.get("trials", {})
    ledger.ask(None, "direction of effects", f"{signs.reason}; favours in contrasts.csv follows from it")
    ledger.ask(
        None, "domain", "every outcome but dropout and functioning is taken as the trial's own condition (target)"
    )
    ledger.ask(
        None,
        "references",
        f"references.bib needs an entry for each of {len(trials)} trials, under the key in trials.csv; "
        "the file's own reference texts are in the notes there",
    )
    for column in ("condition", "phase"):
        ledger.ask(None, f"trials.{column}", f"the file does not state it: give it with --fill trials.{column}=WORD")
    undated = tuple(each.record.line for each in usable if not words.timepoint(each.record.get("time")))
    if undated:
        ledger.ask(undated[0], f"time in lines {some(undated)}", "neither post nor follow-up: taken as post")
    alike = Counter(slug(cells["label"], "") for _, cells in trials.values())
    if doubtful := [cells["label"] for _, cells in trials.values() if alike[slug(cells["label"], "")] > 1]:
        ledger.ask(None, f"studies {'; '.join(doubtful[:10])}", "names differ only in signs: one trial, or several?")
    if yearless := [cells["trial_id"] for _, cells in trials.values() if not cells.get("year")]:
        ledger.ask(None, f"year of {', '.join(yearless[:10])}", f"{len(yearless)} trials without a year from 1950 on")
