"""The risk of bias of a Metapsy row, judged with the first or the second Cochrane tool."""

from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison
from ipt_evidence.exchange.metapsy.figures import Setting


def take_judgements(comparison: Comparison, shared: Setting, ledger: Ledger) -> None:
    """Take the judgements of a row: with the first tool for its instrument, with the second for the trial."""
    second = bool(comparison.record.get(*(columns[0] for domain, columns in words.ROB2.items() if domain != "overall")))
    _take(comparison, shared, "RoB1", shared.cells["instrument"], ledger)
    if second:
        _take(comparison, shared, "RoB2", "", ledger)


def _take(comparison: Comparison, shared: Setting, tool: str, instrument: str, ledger: Ledger) -> None:
    record, trial = comparison.record, comparison.trial
    judgements = words.ROB1_JUDGEMENTS if tool == "RoB1" else words.ROB2_JUDGEMENTS
    for domain, columns in (words.ROB1 if tool == "RoB1" else words.ROB2).items():
        code = record.get(*columns).lower()
        what = f"{trial}: risk of bias, {domain}"
        if code and code not in judgements:
            ledger.leave(record.line, what, f"'{code}' is none of {', '.join(judgements)}")
        elif code:
            cells = {
                **{"trial_id": trial, "tool": tool, "instrument": instrument, "domain": domain},
                **{"judgement": judgements[code], "source_id": shared.cells["source_id"]},
            }
            ledger.keep_first("risk_of_bias", (trial, tool, instrument, domain), record.line, cells, what)
