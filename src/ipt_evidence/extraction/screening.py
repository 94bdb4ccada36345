"""What a screening log says of a record, stage by stage."""

from dataclasses import dataclass

import pandas as pd


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
