"""The risk of bias of a Metapsy row, judged with the first or the second Cochrane tool."""

import re

from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison

_COUNT = re.compile(r"\d+(?:[.,]\d+)?")


def take_judgements(comparison: Comparison, shared: Cells, ledger: Ledger) -> None:
    """Take the judgements of a row: with the first tool for its instrument, with the second for the trial.

    An overall judgement is one of the second tool; of the first, files count in that column how many items are met.
    """
    record = comparison.record
    first = words.ROB1_JUDGEMENTS, words.ROB1_WORDS
    for domain, column in words.ROB1.items():
        _take(comparison, shared, ("RoB1", shared["instrument"], domain), column, first, ledger)
    by_first = any(record.get(column) for column in words.ROB1.values())
    by_second = any(record.get(column) for column in words.ROB2.values() if column != "rob")
    second = words.ROB2_JUDGEMENTS, words.ROB2_CODES
    for domain, column in words.ROB2.items():
        code = record.get(column)
        what = f"{comparison.trial}: risk of bias, {domain}"
        if domain == "overall" and is_count(code):
            continue
        if domain == "overall" and code and by_first and not by_second:
            ledger.leave(record.line, what, f"'{code}': the first tool, whose items the row has, judges no whole")
        else:
            _take(comparison, shared, ("RoB2", "", domain), column, second, ledger)


def is_count(code: str) -> bool:
    """Return whether a cell of ``rob`` counts items instead of judging."""
    return _COUNT.fullmatch(code) is not None


def _take(
    comparison: Comparison,
    shared: Cells,
    place: tuple[str, str, str],
    column: str,
    judgements: tuple[dict[str, str], dict[str, str]],
    ledger: Ledger,
) -> None:
    """Take one judgement: ``place`` is tool, instrument and domain; ``judgements`` the usual codes, and others."""
    record, trial = comparison.record, comparison.trial
    usual, others = judgements
    code = record.get(column)
    if not code:
        return
    tool, instrument, domain = place
    what = f"{trial}: risk of bias, {domain}"
    judged = words.judgement(usual | others, code)
    if judged:
        cells = {
            **{"trial_id": trial, "tool": tool, "instrument": instrument, "domain": domain},
            **{"judgement": judged, "source_id": shared["source_id"]},
        }
        ledger.keep_first("risk_of_bias", record.line, cells, what)
    else:
        ledger.leave(record.line, what, f"'{code.lower()}' is none of {', '.join(usual)}")
