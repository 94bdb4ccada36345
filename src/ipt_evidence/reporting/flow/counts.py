"""Count reports and trials on their way into the answers; numbers that do not add up stop the run."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.screening import BY_ABSTRACT, decided
from ipt_evidence.reporting.tallies import most_first
from ipt_evidence.synthesis.fates import trial_fates
from ipt_evidence.words.reasons import EXCLUDED, SCREENED_OUT, TRIAL_FATES

NOT_RETRIEVED = "not_retrieved"
NO_LOG = "not recorded: the tables hold no search log"

RECORDS = (
    ("identification", "records_identified", "Records identified"),
    ("identification", "records_removed", "Records removed before screening"),
    ("screening", "records_screened", "Records screened"),
    ("screening", "records_excluded", "Records excluded"),
)
"""Boxes of the PRISMA 2020 diagram that need a log of what was found and screened."""

SCREENED = {
    "excluded": "excluded",
    "entered": "passed on, their reports counted below",
    "not_entered": "passed on, their reports not in the tables yet",
    "undecided": "await a decision",
}
"""What became of the records that were screened."""

SYNTHESIS_WORDS = {
    "with_other_trials": "pooled with other trials in at least one answer",
    "on_their_own": "the only trial of every answer they enter",
    **{fate: words for fate, words in TRIAL_FATES.items() if fate != "pooled"},
}
"""What becomes of the trials entered."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a box counts.

    Attributes
    ----------
    reason, words : str
        Why it is set apart, as a slug and in words.
    n : int
        How many.
    """

    reason: str
    words: str
    n: int


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the flow.

    Attributes
    ----------
    stage, name, words : str
        Stage of the flow, the box as a slug and in words.
    n : int or None
        How many; None if the tables do not record it.
    parts : tuple of Part
        What the number is made of, if it is set apart by reason.
    """

    stage: str
    name: str
    words: str
    n: int | None
    parts: tuple[Part, ...] = ()


def count_flow(tables: Mapping[str, pd.DataFrame]) -> tuple[Box, ...]:
    """Count reports and trials from the processed tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``trials``, ``excluded_reports``, ``screening``, ``effect_sizes``, ``not_computed``, ``fates``.

    Returns
    -------
    tuple of Box
        In the order of the diagram. A number the tables do not record is None, never 0.

    Raises
    ------
    EvidenceError
        Naming each trial that is not entered, and each sum that fails.
    """
    boxes = (*_records(tables["screening"]), *_reports(tables), *_trials(tables))
    if problems := [*_strangers(tables), *_wrong_sums({box.name: box for box in boxes})]:
        raise EvidenceError("the flow of reports does not add up:\n" + "\n".join(f"  {line}" for line in problems))
    return boxes


def flow_table(boxes: tuple[Box, ...]) -> pd.DataFrame:
    """Return the flow as a table: ``stage``, ``box``, ``reason``, ``n``; n is missing where nothing is recorded."""
    rows: list[tuple[str, str, str, int | None]] = []
    for box in boxes:
        rows.append((box.stage, box.name, "" if box.n is not None else NO_LOG, box.n))
        rows += [(box.stage, box.name, part.reason, part.n) for part in box.parts]
    return pd.DataFrame(rows, columns=["stage", "box", "reason", "n"]).astype({"n": "Int64"})


def _records(log: pd.DataFrame) -> Iterator[Box]:
    if log.empty:
        yield from (Box(stage, name, words, None) for stage, name, words in RECORDS)
        return
    screened = log[log["duplicate_of"].isna()]
    decision = decided(screened, BY_ABSTRACT)
    passed = screened["report"].notna().map({True: "entered", False: "not_entered"}).astype("str")
    fates = passed.mask(decision.eq("exclude"), "excluded").mask(decision.eq(""), "undecided")
    out = screened.loc[fates.eq("excluded"), "reason"].fillna("not_recorded")
    found = {
        "records_identified": _parts(log["source"], {}),
        "records_removed": _parts(log["duplicate_of"].dropna().map(lambda _: "duplicates"), {}),
        "records_screened": _parts(fates, SCREENED),
        "records_excluded": _parts(out, SCREENED_OUT),
    }
    for stage, name, words in RECORDS:
        yield Box(stage, name, words, sum(part.n for part in found[name]), found[name])


def _parts(reasons: pd.Series, words: Mapping[str, str]) -> tuple[Part, ...]:
    """Count reasons, the most frequent first; one without words of ours speaks for itself."""
    return tuple(Part(reason, words.get(reason, reason), n) for reason, n in most_first(reasons).items())


def _reports(tables: Mapping[str, pd.DataFrame]) -> Iterator[Box]:
    excluded, main = tables["excluded_reports"], set(tables["trials"]["citekey"])
    read = excluded[excluded["reason"].ne(NOT_RETRIEVED)]
    missing = int(excluded["reason"].eq(NOT_RETRIEVED).sum())
    sought, assessed = main | set(excluded["report_id"]), main | set(read["report_id"])
    yield Box("screening", "reports_sought", "Reports sought", len(sought), _ways(tables, sought))
    yield Box("screening", "reports_not_retrieved", "Reports not retrieved", missing)
    yield Box("screening", "reports_assessed", "Reports assessed", len(assessed))
    yield Box("screening", "reports_excluded", "Reports excluded", len(read), _parts(read["reason"], EXCLUDED))
    yield Box("included", "main_reports", "Main reports of the trials entered", len(main))


def _ways(tables: Mapping[str, pd.DataFrame], sought: Collection[str]) -> tuple[Part, ...]:
    """Tell reports that records of the log led to from others; companions of a trial go by its main report."""
    if tables["screening"].empty:
        return ()
    main = dict(zip(tables["trials"]["trial_id"], tables["trials"]["citekey"], strict=True))
    logged = {main.get(name, name) for name in tables["screening"]["report"].dropna()} & {*sought}
    counts = {
        "from_records": ("from the records screened", len(logged)),
        "otherwise": ("found otherwise, or before records were logged", len(sought) - len(logged)),
    }
    return tuple(Part(name, words, n) for name, (words, n) in counts.items() if n)


def _trials(tables: Mapping[str, pd.DataFrame]) -> Iterator[Box]:
    fates, pooled = trial_fates(tables), tables["fates"].query("fate == 'pooled'")
    together = pooled.loc[pooled["question_id"].duplicated(keep=False), "trial_id"]
    fates = fates.mask(fates.eq("pooled"), "on_their_own").mask(fates.index.isin(together), "with_other_trials")
    counts = {name: int(fates.eq(name).sum()) for name in SYNTHESIS_WORDS}
    parts = [Part(name, words, counts[name]) for name, words in SYNTHESIS_WORDS.items() if counts[name]]
    used = tuple(part for part in parts if part.reason in ("with_other_trials", "on_their_own"))
    unused = tuple(part for part in parts if part not in used)
    answering = sum(part.n for part in used)
    yield Box("included", "trials", "Trials entered", len(fates))
    yield Box("synthesis", "trials_in_an_answer", "Trials that answer at least one question", answering, used)
    yield Box("synthesis", "trials_in_no_answer", "Trials in no answer", len(fates) - answering, unused)


def _strangers(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Yield each trial that stands in a table and is not entered."""
    fates = tables["fates"]
    named = {name: tables[name] for name in ("effect_sizes", "not_computed")}
    for name, rows in (*named.items(), ("fates", fates[fates["fate"].ne("report_only")])):
        for trial in sorted(set(rows["trial_id"]) - set(tables["trials"]["trial_id"])):
            yield f"{name}.csv: trial {trial} is not in trials.csv; run the pipeline again"


def _wrong_sums(boxes: Mapping[str, Box]) -> Iterator[str]:
    """Yield each sum that fails."""
    sums = {
        "reports_sought": ("reports_not_retrieved", "reports_assessed"),
        "reports_assessed": ("reports_excluded", "main_reports"),
    }
    for whole, parts in sums.items():
        numbers = [boxes[name].n or 0 for name in parts]
        if boxes[whole].n != sum(numbers):
            yield f"{whole} = {boxes[whole].n}, but {' + '.join(parts)} = {' + '.join(map(str, numbers))}"
