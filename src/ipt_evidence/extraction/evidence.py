"""Load the whole evidence base: read, correct, check, flag; all problems at once, or sound tables."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks import Draft, check
from ipt_evidence.extraction.corrections import apply_corrections
from ipt_evidence.extraction.flags import FLAGGED, flags_of
from ipt_evidence.extraction.guides import read_guides
from ipt_evidence.extraction.references import Bibliography, read_bibliography
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.tables import check_all, read_all, with_lines
from ipt_evidence.extraction.validation import row_ids
from ipt_evidence.extraction.vocabulary import read_vocabulary
from ipt_evidence.words.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False, kw_only=True)
class Evidence:
    """The raw tables as sound data: typed, corrected, flagged.

    Every table ends in the column ``line``, the line of its file on which the row starts. ``outcomes`` and
    ``contrasts`` have two more before it: ``flags`` (slugs in order, joined by semicolons, empty text if none) and
    ``row_id``, which leads from an effect back to the line.

    Attributes
    ----------
    trials, arms, outcomes, contrasts, risk_of_bias : pandas.DataFrame
        Who was randomised to what, and what came of it.
    excluded_reports, sources : pandas.DataFrame
        What was left out, and where figures come from.
    screening : pandas.DataFrame
        What searches found, and what became of each record; no rows if there is no such log.
    guidelines, claims, benchmarks : pandas.DataFrame
        What others say of the therapy.
    doubts, corrections : pandas.DataFrame
        Known problems, and cells read differently from what is printed.
    overrides : pandas.DataFrame
        Computed judgements that people overrule.
    guides : dict of str to dict
        guides.yaml by guide_id.
    references : list of dict
        The trials' reports as CSL-JSON items.
    guide_references : list of dict
        What the guides cite, as CSL-JSON items with ``usedby`` (list of guide_id) and ``recommended`` (bool).
    vocabulary : Vocabulary
        The words in use.
    """

    trials: pd.DataFrame
    arms: pd.DataFrame
    outcomes: pd.DataFrame
    contrasts: pd.DataFrame
    risk_of_bias: pd.DataFrame
    excluded_reports: pd.DataFrame
    screening: pd.DataFrame
    sources: pd.DataFrame
    guidelines: pd.DataFrame
    claims: pd.DataFrame
    benchmarks: pd.DataFrame
    doubts: pd.DataFrame
    corrections: pd.DataFrame
    overrides: pd.DataFrame
    guides: dict[str, dict[str, Any]]
    references: list[dict[str, Any]]
    guide_references: list[dict[str, Any]]
    vocabulary: Vocabulary


def evidence_of(draft: Draft) -> Evidence:
    """Return what a draft without errors holds."""
    return Evidence(
        **_finished(draft),
        guides=draft.guides or {},
        references=[reference.csl for reference in draft.references.entries.values()],
        guide_references=_cited_by_guides(draft.guide_references, draft.references),
        vocabulary=draft.vocabulary,
    )


def draft_evidence(raw: Path, vocabulary: Path) -> tuple[Draft, list[Breach]]:
    """Read, correct and check everything without raising.

    Parameters
    ----------
    raw : Path
        Folder with the raw tables, guides.yaml and the two bibliographies.
    vocabulary : Path
        Folder with the vocabulary.

    Returns
    -------
    draft : Draft
        Everything as read, sound or not.
    breaches : list of Breach
        What is wrong, and what the checks only warn of.
    """
    words, word_tables = read_vocabulary(vocabulary)
    cells, misfits = apply_corrections(read_all(raw, RAW_TABLES), raw / "corrections.csv")
    tables = check_all(raw, cells, RAW_TABLES)
    guides, guide_breaches = read_guides(raw / "guides.yaml")
    draft = Draft(
        tables=tables,
        words=word_tables,
        vocabulary=words,
        references=read_bibliography(raw / "references.bib"),
        guide_references=read_bibliography(raw / "guide_references.bib"),
        guides=guides,
    )
    found = [*word_tables.breaches, *tables.breaches, *misfits, *guide_breaches]
    return draft, [*found, *draft.references.breaches, *draft.guide_references.breaches, *check(draft)]


def _finished(draft: Draft) -> dict[str, pd.DataFrame]:
    """Return the tables with flags, ids and lines of their rows as columns."""
    frames = dict(draft.tables.frames)
    for name in FLAGGED:
        corrected = draft.tables.corrected_lines(name)
        flags = flags_of(name, draft.tables.frames, draft.vocabulary, corrected)
        marked = frames[name].assign(flags=flags, row_id=row_ids(frames[name], RAW_TABLES[name]))
        # Of no row at all they would be numbers.
        frames[name] = marked.astype({"flags": "str", "row_id": "str"})
    return {name: with_lines(frame) for name, frame in frames.items()}


def _cited_by_guides(*bibliographies: Bibliography) -> list[dict[str, Any]]:
    """Return what the guides cite; a trial report that a guide cites is kept once, with the trials."""
    cited = [
        {**entry.csl, "usedby": list(entry.used_by), "recommended": entry.recommended}
        for library in bibliographies
        for entry in library.entries.values()
        if entry.used_by
    ]
    return sorted(cited, key=lambda item: str(item["id"]))
