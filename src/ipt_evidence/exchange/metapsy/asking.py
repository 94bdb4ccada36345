"""What a Metapsy file leaves open, asked once a word, code or instrument, and not once a row."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison
from ipt_evidence.exchange.metapsy.figures import about_what, domain_of
from ipt_evidence.exchange.metapsy.judgements import is_count
from ipt_evidence.exchange.metapsy.signs import Signs, directions, instrument_of, lower_first
from ipt_evidence.exchange.oddities import ask_about_alike, in_rows
from ipt_evidence.words.numbers import counted

CODES: dict[str, tuple[Callable[[str], str], str]] = {
    "format": (lambda code: words.said(words.FORMATS, code), "fill format in arms.csv"),
    "age_group": (lambda code: words.said(words.POPULATIONS, code), "fill population in trials.csv; kept in the notes"),
    "rating": (lambda code: words.said(words.RATERS, code), "fill rater in outcomes.csv; kept in the criterion"),
    "time": (words.timepoint, "neither post nor follow-up: taken as post"),
}
"""Per column of codes: its word, empty if there is none, and what is to be done then."""

SETTLED = (
    "taken as after minus before, because {} is better and both arms then improve, as people in trials do: check it"
)
OPEN = (
    "counted as a fall or as a gain? Two arms that both got worse are unlikely, but nothing says it: fill "
    "lower_is_better, that of the scale where a change is after minus before, else the opposite"
)
EFFECTS = (".g", "precalc_g", "precalc_log_rr")


def ask(comparisons: Sequence[Comparison], signs: Signs, measured: Sequence[str], ledger: Ledger) -> None:
    """Say what the file leaves open for all its rows."""
    if any(comparison.record.get(name) for comparison in comparisons for name in EFFECTS):
        ledger.ask(None, "direction of effects", signs.reason)
    for what, lines, reason in (
        *_directions(comparisons, signs, _unsigned(ledger)),
        *_changes(comparisons, signs),
        *_codes(comparisons),
        *_domains(comparisons, measured),
        *_uncounted(ledger),
    ):
        ledger.ask(lines[0], what, f"{reason} ({in_rows(lines)})")
    _ask_of_trials(ledger)
    _note_effects(comparisons, ledger)


def _uncounted(ledger: Ledger) -> Iterator[tuple[str, list[int], str]]:
    taken = ledger.rows["outcomes"].values()
    if lines := list(dict.fromkeys(line for line, cells in taken if not cells.get("outcome"))):
        yield "outcome", lines, "the file does not say what is counted: fill outcome in outcomes.csv"


def _has_means(comparison: Comparison) -> bool:
    return bool(comparison.record.get("mean_arm1", "mean_arm2", "mean_change_arm1", "mean_change_arm2"))


def _unsigned(ledger: Ledger) -> set[int]:
    """Return the lines of ready-made effects of which nothing says whom they favour; a ratio of 1 favours nobody."""
    taken = ledger.rows["contrasts"].values()
    return {line for line, cells in taken if not cells.get("favours") and cells.get("value") != "1"}


def _directions(
    comparisons: Iterable[Comparison], signs: Signs, unsigned: Container[int]
) -> Iterator[tuple[str, list[int], str]]:
    """Yield instruments of unknown direction, with what the file's own effects say of them."""
    rows: defaultdict[str, list[Comparison]] = defaultdict(list)
    for each in comparisons:
        name = instrument_of(each)
        if (_has_means(each) and not directions(each, signs)) or each.record.line in unsigned:
            rows[name].append(each)
    for name, found in rows.items():
        votes = [vote * signs.of(name) for each in found if (vote := lower_first(each))]
        low = sum(vote > 0 for vote in votes)
        hint = (
            f"; by the file's own effects, lower is better in {low} of {counted(len(votes), 'row')}"
            if votes and signs.of(name)
            else ""
        )
        if name in signs.known and not any(_has_means(each) and not directions(each, signs) for each in found):
            reason = f"what the sign of its effects means is not known: fill favours in contrasts.csv{hint}"
        else:
            reason = (
                "the file does not say which way is better: add it to config/vocabulary/instruments.csv with its "
                "direction and import again, or fill lower_is_better in outcomes.csv and favours in "
                f"contrasts.csv{hint}"
            )
        yield f"direction of {name or 'results without an instrument'}", [each.record.line for each in found], reason


def _changes(comparisons: Iterable[Comparison], signs: Signs) -> Iterator[tuple[str, list[int], str]]:
    """Yield instruments of known direction whose changes are taken as after minus before, and those that are open."""
    found: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    for each in comparisons:
        name = instrument_of(each)
        changed = each.record.get("mean_change_arm1", "mean_change_arm2") and name in signs.known
        if changed and not lower_first(each, "mean_change") * signs.of(name):
            found[name, "change" in directions(each, signs)].append(each.record.line)
    for (name, settled), lines in found.items():
        yield f"changes on {name}", lines, SETTLED.format(_plainly(signs.known[name])) if settled else OPEN


def _plainly(lower: bool) -> str:
    return "lower" if lower else "higher"


def _codes(comparisons: Iterable[Comparison]) -> Iterator[tuple[str, list[int], str]]:
    unknown: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for each in comparisons:
        for column, (word_of, _) in CODES.items():
            code = each.record.get(column)
            if code and not word_of(code):
                unknown[column, code].append(each.record.line)
    for (column, code), lines in unknown.items():
        yield f"{column} '{code}'", lines, f"no word of ours is certain to be the same: {CODES[column][1]}"
    if timeless := [each.record.line for each in comparisons if not each.record.get("time")]:
        yield "time", timeless, "empty: taken as post"


def _domains(comparisons: Iterable[Comparison], measured: Sequence[str]) -> Iterator[tuple[str, list[int], str]]:
    named: defaultdict[str, list[int]] = defaultdict(list)
    said: dict[str, str] = {}
    for each in comparisons:
        about = about_what(each.record, measured)
        name = " | ".join(about)
        named[name].append(each.record.line)
        said[name] = domain_of(about)
    for name, lines in named.items():
        if not name:
            reason = "every outcome but dropout and functioning is taken as the trial's own condition (target)"
            yield "domain", lines, reason
        elif said[name]:
            reason = f"taken as domain {said[name]}: write target where that is the trial's own condition"
            yield f"domain '{name}'", lines, reason
        else:
            yield f"domain '{name}'", lines, "no domain of ours is certain to be the same: fill domain, target or other"


def _ask_of_trials(ledger: Ledger) -> None:
    trials = ledger.rows["trials"]
    ledger.ask(
        None,
        "references",
        f"references.bib needs an entry for each of {counted(len(trials), 'trial')}, under the key in trials.csv; "
        "the file's own reference texts are in the notes there",
    )
    ledger.ask_to_fill("trials.condition", "trials.phase")
    ask_about_alike((cells["label"] for _, cells in trials.values()), ledger)
    if yearless := [cells["trial_id"] for _, cells in trials.values() if not cells.get("year")]:
        ledger.ask(
            None,
            f"year of {', '.join(yearless[:10])}",
            f"{counted(len(yearless), 'trial')} without a year from 1950 on",
        )


def _note_effects(comparisons: Iterable[Comparison], ledger: Ledger) -> None:
    """Say what became of columns that repeat others: the file's own effects, and counts of items that are met."""
    rows = list(comparisons)
    if own := [each.record.line for each in rows if each.record.get(".g", ".g_se")]:
        reason = (
            "the file's own effects: compared with those from its figures (mismatches.csv), and taken where it has none"
        )
        ledger.leave(own[0], f"effects .g, .g_se in {counted(len(own), 'row')}", reason)
    if counts := [each.record.line for each in rows if is_count(each.record.get("rob"))]:
        ledger.leave(
            counts[0], f"column rob in {counted(len(counts), 'row')}", "numbers of items that are met, and no judgement"
        )
