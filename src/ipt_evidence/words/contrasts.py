"""A credible difference between trials, as an answer speaks of it: no more than was tested."""

from dataclasses import dataclass

from ipt_evidence.words import numbers
from ipt_evidence.words.labels import CERTAINTIES, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A difference between trials that is credible enough to be spoken of.

    Attributes
    ----------
    title : str
        The moderator.
    groups : tuple of str
        The trials compared, those with the effects more in favour of the therapy first; empty for a number.
    rises : bool
        For a number: whether effects are more in favour of the therapy as it rises.
    difference : str
        The difference with its interval: of the first group from the second, or for each unit more.
    k : int
        Trials it was tested with.
    credibility : str
        moderate or high.
    """

    title: str
    groups: tuple[str, ...]
    rises: bool
    difference: str
    k: int
    credibility: str

    def parts(self, subject: str, *, statistics: bool = True) -> tuple[str, str, str]:
        """Return the sentence before, with and after its figures, which stand in it only with statistics."""
        where = f"the {'higher' if self.rises else 'lower'} the {within(self.title)}"
        if self.groups:
            where = f"in {self.groups[0]} than in {self.groups[1]}"
        how_credible = within(CERTAINTIES[self.credibility])
        tested = f"{numbers.counted(self.k, 'trial')}; credibility of this difference: {how_credible}"
        said = f"Effects seem more in favour of {subject} {where} ("
        return (f"{said}difference: ", self.difference, f"; {tested}).") if statistics else (said, "", f"{tested}).")


def written(value: float, low: float, high: float, measure: str, level: float) -> str:
    """Write a difference between effects: ``0.54, 95% CI 0.16 to 0.91``; of ratios, their ratio."""
    return _with_ratio(
        measure, f"{numbers.effect(value, measure)}, {numbers.interval(low, high, measure, level=level)}"
    )


def written_slope(value: float, low: float, high: float, measure: str, level: float) -> str:
    """Write the change of effects for each unit more, with three decimals; of ratios, the factor."""
    how = numbers.MEASURES[measure]
    figure, *bounds = (numbers.decimal(how.shown(one), places=3, null=how.null) for one in (value, low, high))
    return _with_ratio(measure, f"{figure}, {numbers.percent(100 * level)} CI {bounds[0]} to {bounds[1]}")


def _with_ratio(measure: str, figures: str) -> str:
    how = numbers.MEASURES[measure]
    return f"ratio of {how.symbol.strip()}s {figures}" if how.is_ratio else figures
