"""The tables of a review, read when they are first asked for, with the types of their column definitions."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.analysis.columns import CONFIGURED, PROCESSED, Columns, described, dtypes_of
from ipt_evidence.appraisal.risk_of_bias import UNKNOWN, result_risk
from ipt_evidence.effects.rows import stacked
from ipt_evidence.effects.tables import compute_other_effects
from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.settings import read_settings
from ipt_evidence.extraction.studies import STUDY_TABLES, Studies
from ipt_evidence.files import read_table
from ipt_evidence.words.labels import Labels, labels_of
from ipt_evidence.words.vocabulary import Vocabulary, nearest, read_vocabulary

NEEDED = ("config/config.yaml", "config/questions.csv", "data/processed/syntheses.csv")
"""What tells a review that was run from other folders."""


class EvidenceTables(Mapping[str, pd.DataFrame]):
    """The tables of a review by name: ``evidence["syntheses"]``; :func:`load` makes it.

    Tables are those of ``data/processed``, of ``config`` and of ``config/vocabulary`` (as ``vocabulary/NAME``) that the
    review has. They are read once and shared: change a copy. What a column means, and in which unit it is, says
    :meth:`columns`.

    Parameters
    ----------
    folder : Path
        The folder of the review.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, pd.DataFrame] = {}
        self._risks: dict[str, dict[str, str]] = {}
        places = [("data/processed", PROCESSED), ("config", CONFIGURED)]
        self._definitions: dict[str, tuple[Path, Columns]] = {
            name: (folder / place / f"{name}.csv", columns)
            for place, tables in reversed(places)
            for name, columns in tables.items()
            if (folder / place / f"{name}.csv").is_file()
        }

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table; text that is missing is NaN, other cells that are missing NaN or ``<NA>``.

        Raises
        ------
        EvidenceError
            If the review has no such table, or if the file has other columns than its definition.
        """
        if name not in self._read:
            path, columns = self._of(name)
            table = read_table(path, dtypes_of(columns))
            if strange := [column for column in table if column not in columns]:
                raise EvidenceError(
                    f"{path}: the column {strange[0]} is not one of this version's; run `make`, or `snakemake "
                    f"--directory {self.folder}`, to write the tables anew"
                )
            self._read[name] = table
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._definitions))

    def __len__(self) -> int:
        return len(self._definitions)

    def __contains__(self, name: object) -> bool:
        return name in self._definitions

    def columns(self, name: str) -> pd.DataFrame:
        """Describe the columns of a table: ``title``, ``holds``, ``unit`` and ``description``, one row a column.

        Raises
        ------
        EvidenceError
            If the review has no such table.
        """
        return described(self._of(name)[1]).loc[self[name].columns]

    def _of(self, name: str) -> tuple[Path, Columns]:
        if name not in self._definitions:
            raise EvidenceError(f"the review in {self.folder} has no table '{name}'; {nearest(name, self)}")
        return self._definitions[name]

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The configuration of the review."""
        return dict(read_settings(self.folder / "config/config.yaml"))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Labels, the tree of conditions, classes of treatments, minimal important differences."""
        return read_vocabulary((self.folder / "config/vocabulary").glob("*.csv"))

    @cached_property
    def labels(self) -> Labels:
        """What the slugs of the tables are called, the therapy under review among them."""
        return labels_of(self.vocabulary, self, self.settings["review"]["intervention"])

    @cached_property
    def studies(self) -> Studies:
        """Trials, arms and their results, as the effects are made from them."""
        tables = {name: self[name].drop(columns="line").copy() for name in STUDY_TABLES}
        for name in ("outcomes", "contrasts"):
            tables[name]["flags"] = tables[name]["flags"].fillna("")
        return Studies(**tables)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Every effect between two arms of a trial; those with the therapy under review are in ``effect_sizes``."""
        return stacked(self["effect_sizes"], compute_other_effects(self.studies, self.vocabulary))

    def question(self, question_id: str) -> pd.Series:
        """Return a question of the plan.

        Raises
        ------
        EvidenceError
            If the plan has no such question.
        """
        plan = self["questions"]
        rows = plan[plan["question_id"].eq(question_id)]
        if rows.empty:
            near = nearest(question_id, plan["question_id"])
            raise EvidenceError(f"the plan has no question '{question_id}'; {near}")
        return rows.iloc[0]

    def most_studied(self, **asked: str) -> str:
        """Return the question that most trials answer, the first of the plan among equals.

        Parameters
        ----------
        **asked
            What the question must be on: ``outcome="symptom_severity"``, or any other column of the plan.

        Raises
        ------
        EvidenceError
            If no question of the plan is on that.
        """
        rows = self["syntheses"]
        for column, value in asked.items():
            rows = rows[rows[column].eq(value)]
        if rows.empty:
            words = ", ".join(f"{column} {value}" for column, value in asked.items())
            raise EvidenceError(f"the plan has no question on {words}; see the table 'questions'")
        return str(rows.sort_values("k", ascending=False, kind="stable")["question_id"].iloc[0])

    def trials_of(self, question_id: str) -> pd.DataFrame:
        """Return the trials behind an answer by year: ``synthesis_weights`` with ``label``, ``year`` and ``risk``.

        Raises
        ------
        EvidenceError
            If the plan has no such question.
        """
        self.question(question_id)
        weights = self["synthesis_weights"]
        mine = weights[weights["question_id"].eq(question_id)]
        return self.labelled(mine, question_id).sort_values(["year", "label"], ignore_index=True)

    def labelled(self, trials: pd.DataFrame, question_id: str) -> pd.DataFrame:
        """Join ``label``, ``year`` and, of results of a question, ``risk`` of bias to rows with a ``trial_id``."""
        known = self["trials"].set_index("trial_id")
        risks = self._risks_on(question_id)
        return trials.assign(
            label=trials["trial_id"].map(known["label"]).fillna(trials["trial_id"]),
            year=trials["trial_id"].map(known["year"]).astype("Int64"),
            risk=[risks.get(trial, UNKNOWN) for trial in trials["trial_id"]],
        )

    def _risks_on(self, question_id: str) -> dict[str, str]:
        if question_id not in self._risks:
            selections = self["selections"]
            mine = selections["question_id"].eq(question_id) & selections["used"].to_numpy(bool)
            self._risks[question_id] = self.risk_of(selections[mine])
        return self._risks[question_id]

    def risk_of(self, used: pd.DataFrame) -> dict[str, str]:
        """Return the risk of bias of trials by ``trial_id``, each of the instruments of its effects.

        Trials that nobody judged are absent.
        """
        found = result_risk(self["trial_risk"], used.assign(question_id="")).reset_index()
        return dict(zip(found["trial_id"], found["risk"], strict=True))


def load(folder: str | Path = ".") -> EvidenceTables:
    """Open the tables of a review that has been run.

    Parameters
    ----------
    folder : path
        The folder of the review, with ``config`` and ``data/processed`` in it, or its folder ``notebooks``.

    Raises
    ------
    EvidenceError
        If the folder holds no review, or one that was not run yet.
    """
    start = Path(folder)
    for place in (start, start / ".."):
        if all((place / path).is_file() for path in NEEDED):
            return EvidenceTables(place)
    missing = next(path for path in NEEDED if not (start / path).is_file())
    remedy = (
        "give the folder of a review: one with config and data in it"
        if missing.startswith("config")
        else f"run the pipeline first: `make` in the project, `snakemake --directory {start}` for a review of your own"
    )
    raise EvidenceError(f"{start} has no {missing}; {remedy}")
