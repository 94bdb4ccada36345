"""How far the two people who screened agree, stage by stage."""

from dataclasses import dataclass

import pandas as pd

from ipt_evidence.engine.agreement import Agreement, rater_agreement
from ipt_evidence.extraction.screening import BY_ABSTRACT, STAGES, Stage, decided
from ipt_evidence.words import numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Screeners:
    """Two people's judgements at one stage.

    Attributes
    ----------
    stage : Stage
        The stage.
    records : int
        Records that came to it.
    agreement : Agreement
        Over the records that both judged, unsure being a judgement of its own.
    settled : int
        Records on which they differed or were unsure, and a decision was taken.
    """

    stage: Stage
    records: int
    agreement: Agreement
    settled: int

    @property
    def percent(self) -> str:
        """Raw agreement as printed."""
        return numbers.percent(self.agreement.percent)

    @property
    def kappa(self) -> str:
        """Kappa with its interval as printed."""
        one = self.agreement
        if numbers.is_missing(one.kappa):
            return numbers.MISSING
        value = numbers.decimal(one.kappa)
        if numbers.is_missing(one.ci_low):
            return value
        return f"{value} ({numbers.decimal(one.ci_low)} to {numbers.decimal(one.ci_high)})"


def screeners(log: pd.DataFrame) -> tuple[Screeners, ...]:
    """Compare what two people said of each record, at each stage that records came to.

    Parameters
    ----------
    log : DataFrame
        ``screening``.
    """
    if log.empty:
        return ()
    rows = log[log["duplicate_of"].isna()]
    come = {BY_ABSTRACT: rows}
    come |= {stage: rows[decided(rows, BY_ABSTRACT).eq("include")] for stage in STAGES[1:]}
    found = []
    for stage, there in come.items():
        both = there.dropna(subset=list(stage.screeners))
        first, second = (both[column] for column in stage.screeners)
        open_ones = first.ne(second) | first.eq("unsure")
        found.append(
            Screeners(
                stage=stage,
                records=len(there),
                agreement=rater_agreement(first.astype(str).to_numpy(), second.astype(str).to_numpy()),
                settled=int((open_ones & decided(both, stage).ne("")).sum()),
            )
        )
    return tuple(one for one in found if one.records)
