"""What the numbers of the pages of a review may come from."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from importlib.metadata import version
from io import StringIO
from typing import Any

import pandas as pd

from ipt_evidence.reporting.review import Review
from reading_back.cells import Cells
from reading_back.scope import Scope
from reading_back.summaries import summaries
from reading_back.words import as_cited, by_number, said_by_code, strings

PAGES = {
    "checks": ("findings", "checks", "doubts", "corrections", "recall", "inputs"), "gaps": ("gaps",),
    "flow": ("flow", "excluded_reports", "trials", "screening_agreement"), "published": ("agreement", "benchmarks"),
    "prisma": ("settings", "ratings", "trials", "sources", "networks", "excluded_reports",
               "flow", "screening", "screening_agreement", "subgroups", "regressions", "moderators"),
    "index": ("ratings", "trials", "flow", "effect_sizes"), "methods": ("syntheses", "settings"),
    "glossary": ("settings",),
    "guides": ("trials", "sources", "ratings", "families", "settings", "guidelines"),
    "claims": ("claims", "families", "guidelines"), "guidelines": ("guidelines",),
}  # fmt: skip
"""The tables that a page, or each page of a folder, counts or shows whole."""


class Known:
    """What the numbers of the pages of a review may come from.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Its processed tables.
    typed : iterable of str
        What people typed besides: vocabulary, references, guides, settings.
    below : mapping of str to sequence of str
        Each condition with all that belong to it, itself among them.
    """

    def __init__(
        self, tables: Mapping[str, pd.DataFrame], typed: Iterable[str], below: Mapping[str, Sequence[str]]
    ) -> None:
        self._cells, self._below = Cells(tables, summaries(tables, below)), below
        self._named, self._typed = self._cells.named(), by_number([*typed, *self._cells.words()])
        self._scopes: dict[tuple[str, ...], Scope | None] = {}

    def scope(self, names: tuple[str, ...]) -> Scope | None:
        """Return the rows that are named, None if there are none."""
        if names not in self._scopes:
            rows = sorted({row for name in names for row in self._named.get(name, ())})
            self._scopes[names] = self._cells.scope(rows) if rows else None
        return self._scopes[names]

    def whole(self, page: str) -> Scope | None:
        """Return the tables that a page is on, with how many rows they have of each kind."""
        key = (f"page {page}",)
        if key not in self._scopes:
            self._scopes[key] = self._cells.whole(PAGES[page]) if page in PAGES else None
        return self._scopes[key]

    def family(self, condition: str) -> Scope | None:
        """Return the rows on a condition and all that belong to it."""
        return self.scope(tuple(self._below.get(condition, ())))

    def is_typed(self, number: str, text: str, start: int) -> bool:
        """Tell whether a number stands in words of people, whole or cut, or in those that code always says."""
        around = text[max(0, start - 12) : start + len(number) + 12]
        return any(words in text for words in said_by_code().get(number, ())) or any(
            words in text or around in words for words in self._typed.get(number, ())
        )


def known_of(review: Review, taken: Mapping[str, str]) -> Known:
    """Gather what the numbers of the pages of a review may come from.

    Parameters
    ----------
    review : Review
        Its tables, vocabulary, references, guides and settings.
    taken : mapping of str to str
        Its reports by address, the tables of its pictures among them.
    """
    numbers = [*strings(review.settings), *(str(value) for rule in review.rules for value in asdict(rule).values())]
    figures = [float(text) for text in numbers if re.fullmatch(r"-?\d+(?:\.\d+)?", text)]
    tables = {**review.tables, "settings": pd.DataFrame([figures]).add_prefix("k_people_percent")}
    for kind in ("years", "sessions", "funnel"):
        found = {name: text for name, text in taken.items() if name.endswith(f"-{kind}.csv")}
        if found:
            parts = [
                pd.read_csv(StringIO(text)).assign(question_id=re.split(r"[/-]", name)[1])
                for name, text in found.items()
            ]
            tables[kind] = pd.concat(parts, ignore_index=True)
    if "sessions" in tables:
        planned = tables["sessions"].groupby("question_id")["sessions"]
        tables["planned"] = planned.agg(low="min", high="max").reset_index()
    vocabulary = [getattr(review.vocabulary, one.name) for one in fields(review.vocabulary)]
    typed = [str(cell) for table in vocabulary if isinstance(table, pd.DataFrame) for cell in table.to_numpy().ravel()]
    cited = [*strings(review.references), *strings(review.guide_references)]
    typed += [*strings(review.guides), *strings(review.settings), *cited, *as_cited(cited)]
    typed += [version(name) for name in ("numpy", "scipy", "pandas", "statsmodels", "ipt-evidence")]
    # What trials of trust found on this machine; in a fresh clone they have found nothing yet.
    typed += strings([json.loads(text) for name, text in taken.items() if name.startswith("trust/")])
    typed += ["1,000 or more", _next_check(review.settings["review"])]
    typed += [f"{word} below {1 - review.settings['synthesis']['level']:.2g}" for word in ("p", "tail probability")]
    below = {name: review.vocabulary.members_of(name) for name in review.vocabulary.conditions["condition"]}
    return Known(tables, typed, below)


def _next_check(settings: Mapping[str, Any]) -> str:
    """Write the day on which the tables are to be checked again, counted in years and months."""
    year, month, day = map(int, str(settings["last_review"]).split("-"))
    years, months = divmod(month - 1 + settings["months_to_next"], 12)
    return f"due by {year + years}-{months + 1:02}-{day:02}"
