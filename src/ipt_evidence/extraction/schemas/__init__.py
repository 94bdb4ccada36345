"""The schemas of all tables: what a column means and may hold, for the checks and for the codebook alike.

They are loaded when the first of them is asked for: whoever imports references does not wait for what validates tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipt_evidence.extraction.schemas.tables import (
        MODERATOR_GROUPS,
        MODERATORS,
        QUESTIONS,
        RAW_TABLES,
        STRENGTH_RULES,
        VOCABULARY_TABLES,
    )

RAW_FILES = (
    "trials.csv", "arms.csv", "outcomes.csv", "contrasts.csv", "risk_of_bias.csv", "excluded_reports.csv",
    "screening.csv", "sources.csv", "guidelines.csv", "claims.csv", "benchmarks.csv", "doubts.csv", "corrections.csv",
    "overrides.csv", "guides.yaml", "references.bib", "guide_references.bib",
)  # fmt: skip
"""The files of data/raw: the tables in the order of the codebook, then what is no table."""

OPTIONAL = frozenset({"screening"})
"""Raw tables whose file may be missing, which says no more than one without rows."""

__all__ = [
    "MODERATORS", "MODERATOR_GROUPS", "OPTIONAL", "QUESTIONS", "RAW_FILES", "RAW_TABLES", "STRENGTH_RULES",
    "VOCABULARY_TABLES",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Return a schema, or several by name of table."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.tables"), name)
