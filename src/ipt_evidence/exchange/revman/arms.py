"""Which groups of a study are one arm: RevMan names groups by labels, and one label may stand for several."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ipt_evidence.exchange.names import unique_slugs
from ipt_evidence.exchange.revman.figures import Read, telling
from ipt_evidence.exchange.revman.rows import Analysis

Measurement = tuple[str, str, str]


@dataclass(slots=True)
class Group:
    """Those who bear one label in one comparison of one study, or in several of them with the same figures.

    Attributes
    ----------
    label : str
        As the file writes it.
    comparisons : list of str
        Names of the comparisons.
    line : int
        Where it first stands.
    figures : dict
        Numbers by measurement.
    telling : set
        As :func:`figures.telling` gives them.
    """

    label: str
    comparisons: list[str]
    line: int
    figures: dict[Measurement, tuple[object, ...]] = field(default_factory=dict)
    telling: set[tuple[object, ...]] = field(default_factory=set)

    def is_one_with(self, other: "Group") -> bool:
        """Return whether the figures of both agree: wherever both were measured, else on a result that tells."""
        if common := self.figures.keys() & other.figures.keys():
            return all(self.figures[each] == other.figures[each] for each in common)
        return bool(self.telling & other.telling)

    def join(self, other: "Group") -> None:
        """Take in the comparisons and figures of a group that is one with this."""
        self.comparisons += other.comparisons
        self.figures |= other.figures
        self.telling |= other.telling


class Arms:
    """Arms of all studies, from sound results in their order: groups are one arm only if their figures agree."""

    def __init__(self, results: Iterable[Read]) -> None:
        self._groups: dict[str, dict[str, list[Group]]] = {}
        for (study, _, label), group in _groups(results).items():
            known = self._groups.setdefault(study, {}).setdefault(label, [])
            if same := next((each for each in known if each.is_one_with(group)), None):
                same.join(group)
            else:
                known.append(group)
        self._names = {study: _named(by_label) for study, by_label in self._groups.items()}

    def of(self, study: str, analysis: Analysis) -> tuple[tuple[str, Group], tuple[str, Group]]:
        """Return key and group of both arms of a result."""
        first, second = (self._of(study, analysis.comparison, label.lower()) for label in analysis.labels)
        return first, second

    def _of(self, study: str, comparison: str, label: str) -> tuple[str, Group]:
        known = self._groups[study][label]
        place = next(place for place, group in enumerate(known) if comparison in group.comparisons)
        return self._names[study][label, place], known[place]

    def apart(self) -> Iterator[tuple[str, list[tuple[str, Group]]]]:
        """Yield each study with the arms that one label stands for, where they are several."""
        for study, by_label in self._groups.items():
            for label, groups in by_label.items():
                if len(groups) > 1:
                    yield study, [(self._names[study][label, place], each) for place, each in enumerate(groups)]


def _groups(results: Iterable[Read]) -> dict[tuple[str, str, str], Group]:
    groups: dict[tuple[str, str, str], Group] = {}
    for read in results:
        result, analysis = read.result, read.result.analysis
        measurement = (analysis.outcome.lower(), analysis.subgroup.lower(), analysis.kind)
        for side, label in enumerate(analysis.labels, start=1):
            key = (result.study, analysis.comparison, label.lower())
            group = groups.setdefault(key, Group(label, [analysis.comparison], result.line))
            if read.figures:
                group.figures.setdefault(measurement, read.values[side - 1])
                group.telling |= {found for found in [telling(read, side)] if found}
    return groups


def _named(by_label: dict[str, list[Group]]) -> dict[tuple[str, int], str]:
    # The first arm of every label comes first, so that a second one never takes its name.
    places = [(place, label, group) for label, groups in by_label.items() for place, group in enumerate(groups)]
    in_order = sorted(places, key=lambda each: each[0])
    return unique_slugs({(label, place): group.label for place, label, group in in_order}, "arm")
