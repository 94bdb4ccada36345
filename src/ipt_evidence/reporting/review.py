"""Everything a report may draw on, read once, and only if it is asked for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import Answer, answers_of
from ipt_evidence.appraisal.contrasts import credible_contrasts
from ipt_evidence.extraction.settings import read_settings
from ipt_evidence.files import read_json, read_table, records
from ipt_evidence.grouping import grouped
from ipt_evidence.plain_yaml import read_plain
from ipt_evidence.reporting.kept import Kept
from ipt_evidence.reporting.listing import read_listing
from ipt_evidence.reporting.references import cited, format_references
from ipt_evidence.words.labels import Labels, labels_of
from ipt_evidence.words.registers import Register, Voice, voice
from ipt_evidence.words.strength_rules import StrengthRule, rules_of
from ipt_evidence.words.vocabulary import Vocabulary, read_vocabulary


class Tables(Mapping[str, pd.DataFrame]):
    """Tables by the names of their files, each read when it is first asked for.

    Parameters
    ----------
    paths : iterable of path
        CSV files.
    """

    def __init__(self, paths: Iterable[str | Path]) -> None:
        self._paths = {Path(path).stem: path for path in paths}
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = read_table(self._paths[name])
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@dataclass(frozen=True, eq=False, kw_only=True)
class Review:
    """The evidence base, its answers and their ratings.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        The processed tables, by file name.
    questions : DataFrame
        The review plan, in its order.
    references, guide_references : mapping of str to dict
        CSL-JSON items by citekey.
    guides : mapping of str to dict
        The guides by guide_id, as in guides.yaml.
    vocabulary : Vocabulary
        Labels in plain and in professional words.
    rules : tuple of StrengthRule
        The rules of the strength labels.
    settings : mapping
        The configuration of the run.
    kept : Kept
        What an earlier run made; nothing if none is given.
    """

    tables: Mapping[str, pd.DataFrame]
    questions: pd.DataFrame
    references: Mapping[str, dict[str, Any]]
    guide_references: Mapping[str, dict[str, Any]]
    guides: Mapping[str, dict[str, Any]]
    vocabulary: Vocabulary
    rules: tuple[StrengthRule, ...]
    settings: Mapping[str, Any]
    kept: Kept = field(default_factory=Kept)

    @cached_property
    def labels(self) -> Labels:
        """What the slugs of the tables are called."""
        return labels_of(self.vocabulary, self.tables, self.settings["review"]["intervention"])

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """The answer to every question of the plan by question_id, in the order of the plan."""
        return answers_of(self.questions, self.tables, self.labels, credible_contrasts(self.tables))

    @cached_property
    def trial_references(self) -> dict[str, str]:
        """The references of all trials by citekey, as HTML in APA style, in its order.

        They are set together: a letter after a year is the same on every page.
        """
        works = cited(self.references, self.tables["trials"]["citekey"])
        return dict(self.kept.get("references in APA style", map(repr, works), lambda: format_references(works, "apa")))

    def voice(self, register: Register) -> Voice:
        """Return a register with the labels of the review."""
        return voice(register, self.vocabulary, self.labels)


def load_review(
    settings: Mapping[str, Any],
    *,
    tables: Iterable[str | Path],
    references: Iterable[str | Path],
    guides: str | Path,
    questions: str | Path,
    vocabulary: Iterable[str | Path],
    rules: str | Path,
    kept: Kept | None = None,
) -> Review:
    """Read what the reports need.

    Parameters
    ----------
    settings : mapping
        The configuration of the run.
    tables : iterable of path
        The processed tables that the reports draw on.
    references : iterable of path
        ``references.json`` and ``guide_references.json``.
    guides, questions : path
        ``guides.yaml`` and the review plan.
    vocabulary : iterable of path
        The tables of the vocabulary.
    rules : path
        The rules of the strength labels.
    kept : Kept, optional
        What an earlier run made.
    """
    works = {Path(path).stem: {item["id"]: item for item in read_json(path)} for path in references}
    return Review(
        tables=Tables(tables),
        questions=read_table(questions),
        references=works["references"],
        guide_references=works["guide_references"],
        guides={guide["guide_id"]: guide for guide in read_plain(Path(guides).read_text(encoding="utf-8"))},
        vocabulary=read_vocabulary(vocabulary),
        rules=rules_of(read_table(rules)),
        settings=settings,
        kept=kept or Kept(),
    )


def review_given(settings: Mapping[str, Any], given: Any, kept: Kept | None = None) -> Review:
    """Read the review of a job of the workflow.

    Parameters
    ----------
    settings : mapping
        The configuration of the run.
    given : Snakemake's inputs
        ``listed`` names tables and references (:mod:`ipt_evidence.reporting.listing`); ``guides``, ``questions``,
        ``vocabulary`` and ``rules`` as for :func:`load_review`.
    kept : Kept, optional
        What an earlier run made.
    """
    written = {name: given[name] for name in ("guides", "questions", "vocabulary", "rules")}
    shown: dict[str, Any] = read_listing(given["listed"]) | written
    return load_review(settings, **shown, kept=kept)


def review_in(folder: Path, processed: Path | None = None) -> Review:
    """Read the review that lies in a folder as the pipeline left it.

    Parameters
    ----------
    folder : Path
        Holds ``config/`` and ``data/``.
    processed : Path, optional
        The processed tables; ``data/processed`` in the folder if none is given.

    Raises
    ------
    FileNotFoundError
        If the pipeline has not run there.
    """
    made, config = processed or folder / "data/processed", folder / "config"
    settings = read_settings(config / "config.yaml")
    return load_review(
        settings,
        tables=sorted(made.glob("*.csv")),
        references=[made / "references.json", made / "guide_references.json"],
        guides=folder / "data/raw/guides.yaml",
        questions=config / "questions.csv",
        vocabulary=sorted((config / "vocabulary").glob("*.csv")),
        rules=folder / settings["appraisal"]["strength_rules"],
    )


def by_question(review: Review, name: str) -> dict[str, list[dict[Any, Any]]]:
    """Sort the rows of a table by question, in their order."""
    return rows_by(review.tables[name], "question_id")


def rows_by(table: pd.DataFrame, key: str) -> dict[str, list[dict[Any, Any]]]:
    """Sort the rows of a table by the words in one of its columns, in their order."""
    return grouped((str(row[key]), row) for row in records(table))
