"""Import files in the Metapsy data standard: wide contrasts become trials, arms and outcomes by arm."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison, comparisons
from ipt_evidence.exchange.metapsy.asking import ask
from ipt_evidence.exchange.metapsy.check import check_metapsy
from ipt_evidence.exchange.metapsy.contradictions import contradictions
from ipt_evidence.exchange.metapsy.contrasts import READY_MADE, take_contrasts
from ipt_evidence.exchange.metapsy.details import add_dropout, take_arms, take_dropout, take_trial
from ipt_evidence.exchange.metapsy.figures import setting, take_figures
from ipt_evidence.exchange.metapsy.judgements import take_judgements
from ipt_evidence.exchange.metapsy.reading import Wide, note_oddities, numbers_of, read_wide, wide_of
from ipt_evidence.exchange.metapsy.reasons import FIGURES
from ipt_evidence.exchange.metapsy.shares import COLUMN, women_of
from ipt_evidence.exchange.metapsy.signs import Signs, directions, signs_of
from ipt_evidence.exchange.names import slug

TABLES = ("trials", "arms", "outcomes", "contrasts", "risk_of_bias", "sources")
NOTHING: Mapping[str, bool] = MappingProxyType({})
YES, NO = frozenset({"1", "yes", "true", "y", "post-crossover", "crossover"}), frozenset({"0", "no", "false", "n"})


def read_metapsy(path: Path, known: Mapping[str, bool] = NOTHING) -> Imported:
    """Read a file in the Metapsy data standard.

    Parameters
    ----------
    path : Path
        CSV with semicolons, commas or tabs, decimal points or commas, any encoding; or a workbook.
    known : mapping of str to bool, optional
        Whether lower is better on the instruments of a vocabulary; goes before what this importer knows of common ones.

    Returns
    -------
    Imported
        trials, arms, outcomes, contrasts, risk_of_bias and sources, with what was left and what is to be done.

    Raises
    ------
    ExtractionError
        If the file cannot be read, is not in that format, or its figures contradict its own effects in most rows.
    """
    source = f"metapsy_{slug(path.stem)}".replace("metapsy_metapsy", "metapsy").rstrip("_")
    return _imported(read_wide(path), source, f"Metapsy file {path.name}", known)


def read_mapped(path: Path, sheet: Sheet, known: Mapping[str, bool] = NOTHING) -> Imported:
    """Take a table that :mod:`ipt_evidence.exchange.column_map` has put under the names of the standard.

    Parameters
    ----------
    path : Path
        The file it comes from.
    sheet : Sheet
        The table.
    known : mapping of str to bool, optional
        As for :func:`read_metapsy`.

    Returns
    -------
    Imported
        As of :func:`read_metapsy`.

    Raises
    ------
    ExtractionError
        If its figures contradict its own effects in most rows.
    """
    return _imported(wide_of(sheet), f"table_{slug(path.stem)}".rstrip("_"), f"Table {path.name}", known)


def _imported(wide: Wide, source: str, title: str, known: Mapping[str, bool]) -> Imported:
    numbers = numbers_of(wide.records, FIGURES)
    mistaken = contradictions(numbers, wide.sheet.file)
    ledger = Ledger(wide.sheet.file)
    note_oddities(wide, ledger)
    usable, broken = comparisons(wide.records)
    for record, reason in broken:
        ledger.leave(record.line, f"{record.get('study') or 'row'}{_holding(record)}", reason)
    randomised = list(_randomised(usable, ledger))
    signs = signs_of(randomised, {**words.LOWER_IS_BETTER, **known}, frozenset(mistaken))
    women = women_of(wide.records, ledger)
    for comparison in randomised:
        _take_row(comparison, source, wide.measured, signs, women, ledger)
    add_dropout(ledger)
    for line, reason in mistaken.items():
        ledger.ask(line, f"line {line}: figures", reason)
    if ledger.rows["trials"]:
        _take_source(title, source, ledger)
        ask(randomised, signs, wide.measured, ledger)
    return ledger.imported("metapsy", TABLES, recomputed=check_metapsy(numbers))


def _randomised(usable: list[Comparison], ledger: Ledger) -> Iterator[Comparison]:
    """Yield the rows that compare people as randomised and treated.

    After a crossover, both arms have had the treatment; at baseline, none has.
    """
    for comparison in usable:
        record = comparison.record
        mark = record.get("post_crossover")
        if mark.lower() in YES:
            reason = f"post_crossover is '{mark}': after the crossover, arms are no longer compared as randomised"
            ledger.leave(record.line, f"{comparison.trial}: row", reason)
            continue
        if words.is_before(time := record.get("time")):
            reason = f"time is '{time}': no result of treatment; enter its figures as baseline beside those after it"
            ledger.leave(record.line, f"{comparison.trial}: row{_holding(record)}", reason)
            continue
        if mark and mark.lower() not in NO:
            ledger.ask(record.line, f"post_crossover '{mark}'", "neither yes nor no: taken as before a crossover")
        yield comparison


def _take_row(
    comparison: Comparison,
    source: str,
    measured: tuple[str, ...],
    signs: Signs,
    women: Mapping[str, str],
    ledger: Ledger,
) -> None:
    line = comparison.record.line
    shared = setting(comparison, source, measured, ledger)
    take_trial(comparison, women.get(comparison.record.get(COLUMN), ""), ledger)
    take_arms(comparison, ledger)
    complete = take_figures(comparison, shared, directions(comparison, signs), ledger)
    if not take_contrasts(comparison, shared, signs, by_arm=complete, ledger=ledger):
        what = f"{comparison.trial}: row{_holding(comparison.record)}"
        ledger.leave(line, what, "no effect follows from it: figures incomplete, none ready-made")
    take_dropout(comparison, shared, ledger)
    take_judgements(comparison, shared, ledger)
    if comparison.alike:
        reason = (
            "both arms have one condition and one specification: told apart by their position; name them in arms.csv"
        )
        ledger.ask(line, f"{comparison.trial}: arms", reason)


def _holding(record: Record) -> str:
    """Return what a row without effect would have been about, and the figures it holds."""
    said = [
        f"{name} {cell}"
        for name in dict.fromkeys(("outcome_type", "instrument", *READY_MADE, *FIGURES))
        if (cell := record.get(name))
    ]
    return f" ({', '.join(said)})" if said else ""


def _take_source(title: str, source: str, ledger: Ledger) -> None:
    ledger.take("sources", 1, {"source_id": source, "kind": "database", "title": title})
    ledger.ask(
        None, f"source {source}", "the file does not state its licence, version and DOI: fill them in sources.csv"
    )
