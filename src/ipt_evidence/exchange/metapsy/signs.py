"""Which way effects and scales point: known instruments say it of the file, and nothing else says it of a scale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison
from ipt_evidence.exchange.metapsy.reading import as_float
from ipt_evidence.words.numbers import counted

MOST = 0.8
"""Share of the rows on known instruments that must agree before the sign of effects is taken to mean something."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the sign of an effect in a file says.

    Attributes
    ----------
    known : mapping of str to bool
        Whether lower is better, by instrument, for those of which it is known.
    low, high : int
        On instruments on which lower, or higher, is better: 1 if a positive ``.g`` favours the first arm, -1 if a
        negative one does, 0 if the rows do not say it.
    reason : str
        What this was concluded from.
    """

    known: Mapping[str, bool]
    low: int
    high: int
    reason: str

    def of(self, instrument: str) -> int:
        """Return 1 if a positive ``.g`` on an instrument favours the first arm, -1 if a negative one does, else 0.

        Files turn the sign by the scale, or take one mean from the other on every scale. Of a scale of unknown
        direction the sign says something only where it was turned: where it means the same on both kinds.
        """
        lower = self.known.get(instrument)
        if lower is None:
            return self.low if self.low == self.high else 0
        return self.low if lower else self.high


def signs_of(comparisons: Iterable[Comparison], known: Mapping[str, bool], mistaken: frozenset[int]) -> Signs:
    """Conclude from rows on instruments of known direction what a positive ``.g`` means in a file.

    Parameters
    ----------
    comparisons : iterable of Comparison
        The rows.
    known : mapping of str to bool
        Whether lower is better, by instrument.
    mistaken : frozenset of int
        Lines whose figures contradict their own effect: they have no vote.

    Notes
    -----
    Nothing is concluded on the direction of a scale: most rows, or all of them, may point one way because effects were
    never turned. Nor does one row tip the file: `MOST` of those on instruments of a kind must agree.
    """
    votes: dict[bool, list[int]] = {True: [], False: []}
    for each in comparisons:
        lower = known.get(instrument_of(each))
        if lower is not None and each.record.line not in mistaken and (vote := lower_first(each)):
            votes[lower].append(vote if lower else -vote)
    low, high = (_agreed(votes[lower]) for lower in (True, False))
    return Signs(known, low, high, _reason(votes[True], votes[False], low, high))


def _agreed(votes: list[int]) -> int:
    balance = sum(votes)
    agreeing = (len(votes) + abs(balance)) / 2
    return 0 if not balance or agreeing < MOST * len(votes) else (1 if balance > 0 else -1)


def _reason(low: list[int], high: list[int], of_low: int, of_high: int) -> str:
    by_kind = "; ".join(
        f"where {kind} is better, {_means(sign)} ({max(votes.count(1), votes.count(-1))} of "
        f"{counted(len(votes), 'row')} agree)"
        for kind, votes, sign in (("lower", low, of_low), ("higher", high, of_high))
        if votes
    )
    if not by_kind:
        return "no row on an instrument of known direction has both means and .g: what its sign means is not known"
    return f"by instruments of known direction with means and .g, {by_kind}"


def _means(sign: int) -> str:
    if not sign:
        return "the sign of .g says nothing"
    return f"a {'positive' if sign > 0 else 'negative'} .g favours the first arm"


def instrument_of(comparison: Comparison) -> str:
    """Return the instrument of a row, as a word of this vocabulary."""
    return words.instrument(comparison.record.get("instrument"))


def lower_first(comparison: Comparison, stem: str = "mean") -> int:
    """Return 1 if ``.g`` is positive where the first arm has the lower mean, -1 if negative, 0 if it cannot be said."""
    first, second = (as_float(comparison.record.get(f"{stem}_arm{side}")) for side in (1, 2))
    effect = as_float(comparison.record.get(".g"))
    if first is None or second is None or not effect or first == second:
        return 0
    return 1 if (second - first) * effect > 0 else -1


def directions(comparison: Comparison, signs: Signs) -> dict[str, bool]:
    """Return whether lower is better in a row, by measure: as is known of its instrument; for changes by ``.g``.

    Reports count the same change as a fall of the score or as an improvement, so changes speak for themselves, where
    it is known what the sign of the row means; else `by_improvement`.
    """
    name = instrument_of(comparison)
    found = {"continuous": signs.known[name]} if name in signs.known else {}
    vote = lower_first(comparison, "mean_change") * signs.of(name)
    if vote:
        return found | {"change": vote > 0}
    return found | ({"change": signs.known[name]} if by_improvement(comparison, signs) else {})


def by_improvement(comparison: Comparison, signs: Signs) -> bool:
    """Return whether the changes of both arms are improvements if they are counted as after minus before.

    People in trials get better on average, treated or not: on a scale where lower is better, two negative changes are
    falls. Two positive ones may be falls counted as gains, or people who got worse, so they say nothing.
    """
    name = instrument_of(comparison)
    changes = [as_float(comparison.record.get(f"mean_change_arm{side}")) for side in (1, 2)]
    return name in signs.known and all(
        change is not None and change != 0 and (change < 0) == signs.known[name] for change in changes
    )


def favoured(comparison: Comparison, signs: Signs) -> str:
    """Return the arm that ``.g`` of a row favours, empty text if that is not known; of no effect either will do."""
    effect = as_float(comparison.record.get(".g"))
    if effect is None:
        return ""
    meant = effect * signs.of(instrument_of(comparison))
    return comparison.arms[0 if meant > 0 or not effect else 1] if meant or not effect else ""
