"""The figures of a Metapsy row, arm by arm: means, mean changes, events."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ipt_evidence.exchange.foreign import Record
from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison
from ipt_evidence.exchange.numerals import number, whole

MEASURES: dict[str, dict[str, str]] = {
    "continuous": {"mean": "mean", "sd": "sd", "n": "n"},
    "change": {"mean": "mean_change", "sd": "sd_change", "n": "n_change"},
    "binary": {"events": "event", "total": "totaln"},
}
"""Per measure: column of the raw table, and beginning of the two columns of the file."""

BASELINE = ("baseline_mean", "baseline_sd")
WHOLE = frozenset({"n", "events", "total"})


Directions = Mapping[str, bool]
"""Whether a lower mean is the better one, by measure; without those of which nothing is known."""


def setting(comparison: Comparison, source: str, measured: Sequence[str], ledger: Ledger) -> Cells:
    """Return the cells that the rows of a row in ``outcomes`` and ``contrasts`` share; note a time that is no number.

    ``source`` is the key of the file in ``sources``; the columns ``measured`` say what an outcome is about.
    """
    record = comparison.record
    outcome = words.outcome(record.get("outcome_type")) if record.get("outcome_type") else _unstated_outcome(record)
    about = about_what(record, measured)
    weeks = ledger.read(number, record.get("time_weeks"), record.line, f"{comparison.trial}: weeks")
    rating = record.get("rating")
    rater = words.said(words.RATERS, rating)
    # Other raters, such as teachers, have no word: the same scale may well have been filled in by several.
    said = [*about, "" if rater or not rating else f"rated by {rating}"]
    return {
        "outcome": outcome,
        "domain": words.DOMAINS.get(outcome) or domain_of(about),
        "instrument": words.instrument(record.get("instrument")),
        "criterion": " | ".join(filter(None, said)),
        "rater": rater,
        "timepoint": words.timepoint(record.get("time")) or "post",
        "weeks": weeks,
        "source_id": source,
    }


def _unstated_outcome(record: Record) -> str:
    """Return the outcome of a row that does not state it: what its scale is called, else severity unless it counts."""
    named = words.outcome(record.get("instrument"))
    if named in words.EVENTS:
        return named
    counts = record.get("event_arm1", "event_arm2") and not record.get("mean_arm1", "mean_change_arm1")
    return "" if counts else words.outcome("msd")


def about_what(record: Record, measured: Sequence[str]) -> list[str]:
    """Return what a row says its outcome is about, column by column, nothing twice."""
    return list(dict.fromkeys(cell for name in measured if (cell := record.get(name))))


def domain_of(about: Sequence[str]) -> str:
    """Return the domain of an outcome: the trial's own condition if the file says nothing, empty if no word fits."""
    return next(filter(None, map(words.measured, about)), "") if about else "target"


def take_figures(comparison: Comparison, shared: Cells, better_low: Directions, ledger: Ledger) -> bool:
    """Take the figures of both arms of a row; return whether an effect follows from them.

    A row whose figures contradict those an earlier row gave for one of its arms is left as a whole: its two arms belong
    together, and nobody can say which of the two rows is right.
    """
    found = False
    for measure in MEASURES:
        sides, problem = _sides(comparison, measure)
        if problem:
            ledger.leave(comparison.record.line, f"{comparison.trial}: {measure} figures", problem)
        if sides:
            found = found or all(cells[name] for cells in sides for name in MEASURES[measure])
            rows = [
                {**_row(shared, comparison, measure, cells, better_low, ledger), "arm_id": arm}
                for cells, arm in zip(sides, comparison.arms, strict=True)
            ]
            _take(comparison, rows, measure, ledger)
    return found


def _sides(comparison: Comparison, measure: str) -> tuple[list[Cells], str]:
    """Return the figures of both arms, or why there are none; no reason if the row is silent on this measure."""
    names = MEASURES[measure]
    raw = [{name: comparison.record.get(f"{stem}_arm{side}") for name, stem in names.items()} for side in (1, 2)]
    main = [cells["events" if measure == "binary" else "mean"] for cells in raw]
    if not any(main):
        return [], _without_main(comparison, measure)
    missing = [f"{stem}_arm{side}" for side in (1, 2) for name, stem in names.items() if not raw[side - 1][name]]
    if missing and (measure == "binary" or not all(main)):
        return [], f"{', '.join(missing)} missing"
    try:
        figures = [{name: _figure(name)(cell) for name, cell in cells.items()} for cells in raw]
        baselines = [_baseline(comparison, side) if measure != "binary" else {} for side in (1, 2)]
    except ValueError as problem:
        return [], str(problem)
    impossible = [rule for cells in figures for rule in _impossible(cells)]
    both = [cells | baseline for cells, baseline in zip(figures, baselines, strict=True)]
    return ([], "; ".join(impossible)) if impossible else (both, "")


def _without_main(comparison: Comparison, measure: str) -> str:
    """Return which figures cannot be used for want of a mean; sizes alone may belong to a ready-made effect."""
    beside = {"continuous": ("sd", *BASELINE), "change": ("sd_change",), "binary": ("dich",)}[measure]
    names = [name for stem in beside for name in ([stem] if stem == "dich" else [f"{stem}_arm1", f"{stem}_arm2"])]
    said = [f"{name} {cell}" for name in names if (cell := comparison.record.get(name))]
    lacking = "events" if measure == "binary" else "mean"
    return f"{', '.join(said)} without {lacking}" if said else ""


def _figure(name: str) -> Callable[[str], str]:
    return whole if name in WHOLE else number


def _baseline(comparison: Comparison, side: int) -> Cells:
    return {name: number(comparison.record.get(f"{name}_arm{side}")) for name in BASELINE}


def _impossible(cells: Cells) -> Iterator[str]:
    for name in ("n", "total"):
        if cells.get(name) and int(cells[name]) < 1:
            yield f"{name} is {cells[name]}"
    if cells.get("sd") and float(cells["sd"]) <= 0:
        yield f"SD is {cells['sd']}"
    if cells.get("events") and not 0 <= int(cells["events"]) <= int(cells["total"]):
        yield f"{cells['events']} events among {cells['total']} people"


def _row(
    shared: Cells, comparison: Comparison, measure: str, cells: Cells, better_low: Directions, ledger: Ledger
) -> Cells:
    record = comparison.record
    row = {**shared, "trial_id": comparison.trial, "measure": measure, **cells}
    if measure == "binary":
        said = " ".join((record.get("dich") or record.get("outcome_type")).split())
        row["criterion"] = " | ".join(filter(None, (shared["criterion"], said)))
    elif measure in better_low:
        row["lower_is_better"] = str(better_low[measure]).lower()
    if cells.get("baseline_sd") and float(cells["baseline_sd"]) <= 0:
        ledger.leave(record.line, f"{comparison.trial}: baseline_sd", f"SD is {cells['baseline_sd']}")
        row["baseline_sd"] = ""
    return row


def _take(comparison: Comparison, rows: list[Cells], measure: str, ledger: Ledger) -> None:
    line, what = comparison.record.line, f"{comparison.trial}: {measure} figures"
    if wrong := ledger.contradiction("outcomes", rows, (*MEASURES[measure], "rater"), "the row is left, "):
        ledger.leave(line, what, wrong)
        return
    before = [ledger.line_of("outcomes", cells) for cells in rows]
    if None not in before:
        ledger.leave(line, what, f"repeat those of line {before[0]}")
    for cells in rows:
        ledger.keep_first("outcomes", line, cells, f"{comparison.trial}: arm {cells['arm_id']}")
