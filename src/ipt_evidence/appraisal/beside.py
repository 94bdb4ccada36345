"""What stands beside the answers: claims, guidelines, published results, and the summary of findings."""

import pandas as pd

from ipt_evidence.appraisal.agreement import agreement
from ipt_evidence.appraisal.claims import Base, audit_claims
from ipt_evidence.appraisal.guidelines import concordance
from ipt_evidence.appraisal.summary import summary_of_findings


def beside_answers(
    base: Base, stated: pd.DataFrame, benchmarks: pd.DataFrame, selections: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Hold claims, guidelines and published results against the answers, and sum these up.

    Parameters
    ----------
    base : Base
        The evidence base.
    stated, benchmarks, selections : DataFrame
        The validated claims and published results, and the effects behind the answers.

    Returns
    -------
    dict of str to DataFrame
        ``claims``, ``concordance``, ``agreement`` and ``summary_of_findings``.
    """
    outcomes = base.vocabulary.outcomes["outcome"].tolist()
    return {
        "claims": audit_claims(stated, base),
        "concordance": concordance(base),
        "agreement": agreement(benchmarks, base.answers, base.tables["trials"], selections),
        "summary_of_findings": summary_of_findings(base.answers, base.tables["certainty"], outcomes, base.voice),
    }
