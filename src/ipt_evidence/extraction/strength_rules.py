"""Check the rule table of the strength labels: its words, that some rule always decides, that more never gives less."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.schemas import STRENGTH_RULES
from ipt_evidence.extraction.tables import read_table
from ipt_evidence.extraction.validation import cell_breach, row_at
from ipt_evidence.words.strength_rules import LADDER, StrengthRule, never_decides, rules_of

Tell = Callable[[int, str, str, str], Breach]


def check_strength_rules(path: Path) -> list[Breach]:
    """Return what is wrong with the rule table.

    Parameters
    ----------
    path : Path
        ``config/strength_rules.csv``.

    Returns
    -------
    list of Breach
        Cells that break the schema; a last rule that does not catch all answers, apart for those with and those without
        trials; rules that never decide, because earlier ones hold whenever they do; rules that break the order.

    Notes
    -----
    The order makes the table monotone: more certainty, a larger effect, more trials or more people never give a weaker
    label of the same direction. What a rule asks is a set of lower bounds, so with more of anything at least the same
    rules hold, and the first of them stands no later in the table; it is no weaker as long as, among rules that can
    hold in one direction, strength never rises from one row to a later one. Every monotone table can be written so.
    """
    frame, breaches = read_table(path, STRENGTH_RULES)
    whole = not breaches
    sound = frame[~frame.index.isin([breach.line for breach in breaches])]
    rules = dict(zip(sound.index, rules_of(sound.astype(object)), strict=True))

    def breach(line: int, column: str, rule: str, remedy: str) -> Breach:
        return cell_breach(path.as_posix(), line, row_at(frame, line), STRENGTH_RULES, column, rule, remedy)

    for with_trials in (False, True):
        group = {line: rule for line, rule in rules.items() if (rule.strength != LADDER[0]) == with_trials}
        breaches.extend(_order(group, breach))
        if whole and not group:
            rule = f"must have a rule for questions {'with' if with_trials else 'without'} trials"
            remedy = f"Add one whose strength is {'insufficient' if with_trials else LADDER[0]}"
            breaches.append(Breach(file=path.as_posix(), rule=rule, remedy=remedy))
        elif whole:
            breaches.extend(_open_end(max(group), group[max(group)], breach))
    return breaches


def _open_end(line: int, last: StrengthRule, breach: Tell) -> Iterator[Breach]:
    """Yield what the last rule of a group asks for."""
    any_trials = {"min_k": 1} if last.strength != LADDER[0] else {"min_k": 0}
    least: Mapping[str, object] = {
        "direction": "any", "min_certainty": "any", "size": "any", "min_participants": 0, **any_trials
    }  # fmt: skip
    for column, nothing in least.items():
        if getattr(last, column) not in (nothing, 0):
            rule = f"must be {nothing} in the last rule, so that every answer gets a label"
            yield breach(line, column, rule, "Correct it, or add a rule at the end that asks for nothing")


def _order(group: Mapping[int, StrengthRule], breach: Tell) -> Iterator[Breach]:
    """Yield rules that never decide, and those stronger than an earlier one that can hold in the same direction."""
    for line, rule in group.items():
        earlier = {place: one for place, one in group.items() if place < line}
        weaker = [
            place
            for place, one in earlier.items()
            if LADDER.index(one.strength) < LADDER.index(rule.strength) and {*one.directions} & {*rule.directions}
        ]
        if weaker:
            first = weaker[0]
            text = (
                f"must not be stronger than line {first} ({earlier[first].strength}), which can hold in the same "
                "direction: more certainty, size, trials or people would give a weaker label"
            )
            yield breach(line, "strength", text, f"Move the row above line {first}, or correct the strength")
        elif never_decides(rule, list(earlier.values())):
            remedy = "Delete it, move it up, or have the earlier ones ask for more"
            yield breach(line, "", "never decides: earlier rules hold whenever it does", remedy)
