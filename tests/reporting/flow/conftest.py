import pandas as pd
import pytest

from ipt_evidence.extraction.schemas.sources import SCREENING
from ipt_evidence.reporting.flow.counts import count_flow

NAMES = ("trials", "excluded_reports", "screening", "effect_sizes", "not_computed", "fates")


@pytest.fixture(scope="session")
def tables(review):
    return {name: review.tables[name] for name in NAMES}


@pytest.fixture(scope="session")
def boxes(tables):
    return {box.name: box for box in count_flow(tables)}


@pytest.fixture(scope="session")
def small():
    """Seven reports, three of them of trials: one pooled with another, one without an effect size."""

    def build(**changes) -> dict[str, pd.DataFrame]:
        trials = ["one2001", "two2002", "three2003"]
        tables = {
            "trials": pd.DataFrame({"trial_id": trials, "citekey": trials}),
            "excluded_reports": pd.DataFrame(
                {
                    "report_id": ["four2004", "five2005", "six2006", "seven2007"],
                    "reason": ["not_retrieved", "other_intervention", "not_randomised", "other_intervention"],
                }
            ),
            "screening": pd.DataFrame(columns=list(SCREENING.columns), dtype="str"),
            "effect_sizes": pd.DataFrame({"trial_id": trials[:2]}),
            "not_computed": pd.DataFrame({"trial_id": trials[2:]}),
            "fates": pd.DataFrame({"question_id": "q", "trial_id": trials[:2], "fate": "pooled"}),
        }
        return tables | changes

    return build
