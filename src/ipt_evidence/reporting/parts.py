"""The part of a review that the pages on a condition show: pages that are given no more draw on no more."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ipt_evidence.files import cells
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.vocabulary import Vocabulary

ELSEWHERE = frozenset({
    "checks", "claims", "concordance", "corrections", "effect_sizes", "fates", "findings", "gaps", "guidelines",
    "inputs", "overrides", "recall", "screening", "screening_agreement", "stated_claims",
})  # fmt: skip
"""Tables that no page on a condition reads, so that it is not made again when they change; a page that reads one after
all fails. Any other table is handed on."""

KEYS = ("question_id", "network_id", "trial_id")
"""Columns that a table is cut by, the first that it has; a table with none of them is not cut. A row whose
key is missing, such as a published result that answers no question of ours, is in no part."""

REFERRED_TO = frozenset({"doubts"})
"""Tables whose rows others name, which are not cut either."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with the places of its rows by the key it is cut by, a digest of each row and its head in words."""

    whole: pd.DataFrame
    key: str
    places: Mapping[Any, NDArray[np.intp]]
    rows: list[str]
    head: str

    def of(self, wanted: Mapping[str, frozenset[Any]]) -> NDArray[np.intp]:
        """Return the places of the rows with the wanted keys, in their order; of all, if it is not cut."""
        if not self.key:
            return np.arange(len(self.rows))
        found = [self.places[one] for one in wanted[self.key] if one in self.places]
        return np.sort(np.concatenate(found)) if found else np.arange(0)


class Parts:
    """Cuts a review by condition; what the parts share is put into words once.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    """

    def __init__(self, review: Review) -> None:
        self.review, self.references = review, review.trial_references
        self.tables = {name: _laid_out(name, review.tables[name]) for name in review.tables if name not in ELSEWHERE}
        words = [getattr(review.vocabulary, field.name) for field in fields(Vocabulary)]
        self.shared = [repr((review.settings, review.rules))]
        for table in (review.questions, *words):
            self.shared += [_head(table), *_rows(table)]

    def on(self, condition: str) -> "Part":
        """Return the part on a condition: its questions, its trials and those on the conditions under it."""
        review, trials = self.review, self.review.tables["trials"]
        asked = review.questions.loc[review.questions["condition"].eq(condition), "question_id"]
        on_it = trials[trials["condition"].isin(review.vocabulary.members_of(condition))]
        networks = review.tables["networks"]
        wanted = {
            "question_id": frozenset(asked),
            "network_id": frozenset(networks.loc[networks["condition"].eq(condition), "network_id"]),
            "trial_id": frozenset(on_it["trial_id"]),
        }
        lent = {one.absolute.control_question_id for name in asked if (one := review.answers[name]).absolute}
        shown = {*asked, *lent}
        citekeys = frozenset(on_it["citekey"])
        return Part(
            self,
            {name: table.of(wanted) for name, table in self.tables.items()},
            answers={key: one for key, one in review.answers.items() if key in shown},
            references={key: text for key, text in self.references.items() if key in citekeys},
        )


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a review on a condition.

    Attributes
    ----------
    parts : Parts
        What it is cut from.
    places : mapping of str to ndarray
        The rows of each table that are in it.
    answers, references : mapping
        What of the answers and of the references is in it. They rest on the whole review, so they are handed on.
    """

    parts: Parts
    places: Mapping[str, NDArray[np.intp]]
    answers: Mapping[str, Any]
    references: Mapping[str, str]

    def in_words(self) -> Iterator[str]:
        """Yield all that is in it, in words that differ if anything in it does."""
        yield from self.parts.shared
        yield repr((self.answers, self.references))
        for name, places in self.places.items():
            table = self.parts.tables[name]
            yield f"{name}: {len(places)} rows of {table.head}"
            yield from map(table.rows.__getitem__, places)

    def as_review(self) -> Review:
        """Return it as a review that holds nothing else."""
        found = replace(
            self.parts.review,
            tables={name: self.parts.tables[name].whole.iloc[places] for name, places in self.places.items()},
            references={},
            guide_references={},
            guides={},
        )
        vars(found).update(answers=dict(self.answers), trial_references=dict(self.references))
        return found


def _laid_out(name: str, table: pd.DataFrame) -> _Table:
    key = next((key for key in KEYS if key in table and name not in REFERRED_TO), "")
    places = {one: np.asarray(found) for one, found in table.groupby(key).indices.items()} if key else {}
    return _Table(table, key, places, list(map(digest_of, _rows(table))), _head(table))


def digest_of(row: str) -> str:
    """Return what stands for a row in words: most tables have thousands, and several parts hold the same."""
    return hashlib.blake2b(row.encode(), digest_size=16).hexdigest()


def _rows(table: pd.DataFrame) -> Iterator[str]:
    """Yield each row in words: an empty cell and the text "nan" differ in them."""
    return map(repr, cells(table))


def _head(table: pd.DataFrame) -> str:
    return repr([(name, str(kind)) for name, kind in table.dtypes.items()])
