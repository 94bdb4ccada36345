"""What a screening log says of a record, stage by stage, and how far the two people who screened agree."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ipt_evidence.engine.agreement import rater_agreement
from ipt_evidence.extraction.schemas.findings import SCREENING_AGREEMENT

LEVEL = 0.95
"""Coverage of the intervals of kappa."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of screening.

    Attributes
    ----------
    name, words : str
        As a slug and in words.
    """

    name: str
    words: str

    @property
    def screeners(self) -> tuple[str, str]:
        """Columns of what two people said, each by themselves."""
        return f"{self.name}_first", f"{self.name}_second"

    @property
    def decision(self) -> str:
        """Column of what both settled on."""
        return f"{self.name}_decision"

    @property
    def columns(self) -> tuple[str, ...]:
        """All its columns."""
        return *self.screeners, self.decision


BY_ABSTRACT = Stage("abstract", "title and abstract")
BY_FULL_TEXT = Stage("full_text", "full text")
STAGES = (BY_ABSTRACT, BY_FULL_TEXT)


def decided(log: pd.DataFrame, stage: Stage) -> pd.Series:
    """Return include or exclude for each record, empty text where nothing is settled.

    Parameters
    ----------
    log : DataFrame
        The columns of ``screening``.
    stage : Stage
        The stage.

    Returns
    -------
    Series of str
        What both settled on; where that is empty, what both said, if they said the same and were not unsure.
    """
    first, second = (log[column] for column in stage.screeners)
    said = first.where(first.eq(second) & first.ne("unsure"))
    return log[stage.decision].fillna(said).fillna("").astype("str")


def screening_agreement(log: pd.DataFrame) -> pd.DataFrame:
    """Compare what two people said of each record, at each stage that records came to.

    Parameters
    ----------
    log : DataFrame
        The columns of ``screening``.

    Returns
    -------
    DataFrame
        As the schema of ``screening_agreement`` says; no row for a review without a log.
    """
    columns = list(SCREENING_AGREEMENT.columns)
    return pd.DataFrame(list(_agreements(log[log["duplicate_of"].isna()])), columns=columns)


def _agreements(screened: pd.DataFrame) -> Iterator[dict[str, object]]:
    come = {BY_ABSTRACT: screened, BY_FULL_TEXT: screened[decided(screened, BY_ABSTRACT).eq("include")]}
    for stage, records in come.items():
        if records.empty:
            continue
        both = records.dropna(subset=list(stage.screeners))
        first, second = (both[column].astype("str") for column in stage.screeners)
        found = rater_agreement(first.to_numpy(), second.to_numpy(), LEVEL)
        differed = first.ne(second) | first.eq("unsure")
        yield {
            "stage": stage.name,
            "records": len(records),
            "judged": found.n,
            "equal": found.equal,
            "percent": found.percent,
            "kappa": found.kappa,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "level": LEVEL,
            "settled": int((differed & decided(both, stage).ne("")).sum()),
        }
