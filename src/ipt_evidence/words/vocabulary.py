"""The words the tables may use: conditions with parents, treatments with classes, outcomes, instruments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipt_evidence.errors import EvidenceError
from ipt_evidence.files import read_table, rows_of

if TYPE_CHECKING:
    import pandas as pd

FEW = 8
"""As many words as a message lists."""

DTYPES = {"adapted": "boolean", "event_good": "boolean", "lower_is_better": "boolean", "low": "Float64",
          "high": "Float64", "mid": "Float64"}  # fmt: skip
"""Types of the columns that do not hold text."""


def heads(parents: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
    """Return of conditions and their parents those that belong to no other, in their order; the workflow asks too."""
    return tuple(condition for condition, parent in parents if not parent)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The closed vocabulary of the evidence base; where it was checked, every table ends in ``line``.

    Attributes
    ----------
    conditions : pandas.DataFrame
        condition, label, plain_label, parent, special_population.
    treatment_classes : pandas.DataFrame
        class, label, plain_label, compared_label, role.
    treatments : pandas.DataFrame
        treatment, label, class, adapted.
    outcomes : pandas.DataFrame
        outcome, label, plain_label, kind, event_good, domain.
    instruments : pandas.DataFrame
        instrument, name, low, high, range_source, lower_is_better, rater.
    mids : pandas.DataFrame
        outcome, condition, scale, mid, basis, source.
    """

    conditions: "pd.DataFrame"
    treatment_classes: "pd.DataFrame"
    treatments: "pd.DataFrame"
    outcomes: "pd.DataFrame"
    instruments: "pd.DataFrame"
    mids: "pd.DataFrame"

    @cached_property
    def interventions(self) -> tuple[str, ...]:
        """The classes with the therapy under review in them, alone or with something else, in the order of the file."""
        return self._of_role("both")

    @cached_property
    def comparators(self) -> tuple[str, ...]:
        """The classes that the therapy is tested against, in the order of the file."""
        return self._of_role("comparator")

    def given(self, arms: "pd.DataFrame") -> "pd.DataFrame":
        """Return the arms that were given the therapy under review, alone or with something else."""
        return arms[arms["treatment"].map(self._classes).isin(self.interventions)]

    def in_order(self) -> tuple[tuple[str, int], ...]:
        """Return every condition with the number of conditions above it: each before what it pools, as in the file."""

        def below(parent: str | None, depth: int) -> Iterator[tuple[str, int]]:
            for condition, wider in self._parents.items():
                if wider == parent:
                    yield condition, depth
                    yield from below(condition, depth + 1)

        return tuple(below(None, 0))

    @property
    def families(self) -> tuple[str, ...]:
        """The conditions that belong to no other, in the order of the file: every question stays within one family."""
        return heads(self._parents.items())

    def family_of(self, condition: str) -> str:
        """Return the condition that belongs to no other, and that ``condition`` is or lies below."""
        return (condition, *self.ancestors_of(condition))[-1]

    def members_of(self, condition: str) -> tuple[str, ...]:
        """Return ``condition`` and all conditions below it, in the order of the file.

        Raises
        ------
        EvidenceError
            If the vocabulary has no such condition.
        """
        found = {self._known(condition, self._parents, "condition")}
        while wider := {child for child, parent in self._parents.items() if parent in found} - found:
            found |= wider
        return tuple(word for word in self._parents if word in found)

    def ancestors_of(self, condition: str) -> tuple[str, ...]:
        """Return the conditions ``condition`` belongs to, the nearest first.

        Raises
        ------
        EvidenceError
            If the vocabulary has no such condition.
        """
        found: list[str] = []
        parent = self._parents[self._known(condition, self._parents, "condition")]
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self._parents.get(parent)
        return tuple(found)

    def mid(self, outcome: str, condition: str) -> dict[str, Any]:
        """Return the row of ``mids`` for an outcome of a condition: its own, of the nearest wider one, or that for all.

        Raises
        ------
        EvidenceError
            If the vocabulary has no such condition, or no minimal important difference for the outcome.
        """
        for name in (condition, *self.ancestors_of(condition), None):
            if found := self._mids.get((outcome, name)):
                return found
        raise EvidenceError(f"the vocabulary has no minimal important difference for the outcome '{outcome}'")

    def special_population(self, condition: str) -> str | None:
        """Return the special population that ``condition`` is about by its name; None if it is about none.

        Raises
        ------
        EvidenceError
            If the vocabulary has no such condition.
        """
        return self._special[self._known(condition, self._special, "condition")]

    def treatment_class(self, treatment: str) -> str:
        """Return the class of ``treatment``.

        Raises
        ------
        EvidenceError
            If the vocabulary has no such treatment.
        """
        return self._classes[self._known(treatment, self._classes, "treatment")]

    def event_good(self, outcome: str) -> bool | None:
        """Return whether the event ``outcome`` is a good one; None for outcomes on a scale.

        Raises
        ------
        EvidenceError
            If the vocabulary has no such outcome.
        """
        return self._events[self._known(outcome, self._events, "outcome")]

    def lower_is_better(self, instrument: str) -> bool | None:
        """Return whether a lower score on ``instrument`` is the better one; None if it has no score.

        Raises
        ------
        EvidenceError
            If the vocabulary has no such instrument.
        """
        return self._directions[self._known(instrument, self._directions, "instrument")]

    def _of_role(self, role: str) -> tuple[str, ...]:
        classes = self.treatment_classes
        return tuple(classes.loc[classes["role"].eq(role), "class"])

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return _mapping(self.conditions, "condition", "parent")

    @cached_property
    def _mids(self) -> dict[tuple[str, str | None], dict[str, Any]]:
        return {(row["outcome"], row["condition"]): row for row in rows_of(self.mids, empty=None)}

    @cached_property
    def _special(self) -> dict[str, str | None]:
        return _mapping(self.conditions, "condition", "special_population")

    @cached_property
    def _classes(self) -> dict[str, str]:
        return _mapping(self.treatments, "treatment", "class")

    @cached_property
    def _events(self) -> dict[str, bool | None]:
        return _mapping(self.outcomes, "outcome", "event_good")

    @cached_property
    def _directions(self) -> dict[str, bool | None]:
        return _mapping(self.instruments, "instrument", "lower_is_better")

    def _known(self, word: str, words: dict, kind: str) -> str:
        if word not in words:
            raise EvidenceError(f"the vocabulary has no {kind} '{word}'; {nearest(word, words)}")
        return word


def read_vocabulary(files: Iterable[str | Path]) -> Vocabulary:
    """Read a vocabulary that has been checked (:func:`ipt_evidence.extraction.vocabulary.load_vocabulary` checks it).

    Parameters
    ----------
    files : iterable of path
        One CSV file per table, named like it; a table without file has no words.
    """
    from pandas import DataFrame

    tables = {part.name: DataFrame() for part in fields(Vocabulary)}
    return Vocabulary(**tables | {Path(file).stem: read_table(file, DTYPES) for file in files})


def nearest(word: str, words: Iterable[str]) -> str:
    """Return a remedy for an unknown word: the nearest known one, or all of them if they are few."""
    known = sorted(found for found in words if isinstance(found, str))
    close = get_close_matches(word, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    if not known:
        return "none is in use yet"
    return f"the words in use are {', '.join(known)}" if len(known) <= FEW else "no word in use is close to it"


def _mapping(frame: "pd.DataFrame", key: str, value: str) -> dict:
    from pandas import isna

    return {word: None if isna(found) else found for word, found in zip(frame[key], frame[value], strict=True)}
