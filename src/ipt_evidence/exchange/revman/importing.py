"""Import the results of a RevMan review: RM5 files, CSV exports of RevMan 5 and RevMan Web, and data packages."""

from pathlib import Path

from ipt_evidence.exchange.foreign import read_bytes
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.names import slug
from ipt_evidence.exchange.revman.building import Builder
from ipt_evidence.exchange.revman.package import read_package
from ipt_evidence.exchange.revman.rm5 import read_rm5
from ipt_evidence.exchange.revman.rows import RevMan
from ipt_evidence.exchange.revman.tables import read_revman_table
from ipt_evidence.words.numbers import counted

TABLES = ("trials", "arms", "outcomes", "contrasts", "risk_of_bias", "sources")


def read_revman(path: Path) -> Imported:
    """Read an RM5 file, a CSV export or a data package; the content says which it is.

    Returns
    -------
    Imported
        trials, arms, outcomes, contrasts, risk_of_bias and sources, with what was left and what is to be done.

    Raises
    ------
    ExtractionError
        If the file cannot be read or is no RevMan file.
    """
    start = read_bytes(path)[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PK\x03\x04"):
        content, references = read_package(path)
        return _imported(content, path, references)
    xml = start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<"))
    return _imported(read_rm5(path) if xml else read_revman_table(path), path)


def _imported(content: RevMan, path: Path, references: Imported | None = None) -> Imported:
    source = f"revman_{slug(path.stem)}".rstrip("_")
    ledger = Builder(content, source).ledger
    taken = ledger.rows["trials"]
    for each in content.left:
        ledger.leave(*each)
    for each in content.asked:
        ledger.ask(*each)
    if taken:
        title = content.title or f"RevMan file {path.name}"
        ledger.take("sources", 1, {"source_id": source, "kind": "review_table", "title": title})
        keys = references.citekeys if references else []
        _ask(ledger, source, [trial for (trial,) in taken if trial not in keys])
    if references:
        ledger.left += references.left
        ledger.todo += references.todo
    return ledger.imported("revman", TABLES, bibliography=references.bibliography if references else "")


def _ask(ledger: Ledger, source: str, without: list[str]) -> None:
    """Say once what the file leaves open for all its rows."""
    ledger.ask(None, f"source {source}", "fill its licence and DOI in sources.csv")
    if without:
        some = f"{', '.join(without[:10])}{' and others' if len(without) > 10 else ''}"
        trials = counted(len(without), "trial")
        reason = f"references.bib needs an entry for each of {trials}, under the key in trials.csv: {some}"
        ledger.ask(None, "references", reason)
    ledger.ask(None, "instrument, rater, weeks", "RevMan does not hold them: fill them in outcomes.csv")
    ledger.ask(None, "time point", "post, unless the name of the outcome or subgroup speaks of follow-up: check it")
    ledger.ask(None, "measure", "means are endpoint means, unless the name of the outcome speaks of change: check it")
    reason = (
        "target, the trial's own condition, unless the outcome is dropout or functioning, or its name speaks of "
        "quality of life or well-being: check it"
    )
    ledger.ask(None, "domain", reason)
    ledger.ask_to_fill("trials.condition", "trials.phase")
