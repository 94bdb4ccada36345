"""How far the two people who screened agree: apart from the checks, which need not load what computes it."""

from collections.abc import Iterator

import pandas as pd

from ipt_evidence.engine.agreement import rater_agreement
from ipt_evidence.extraction.schemas.findings import SCREENING_AGREEMENT
from ipt_evidence.extraction.screening import BY_ABSTRACT, BY_FULL_TEXT, decided

LEVEL = 0.95
"""Coverage of the intervals of kappa."""


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
