"""The checklist of PRISMA 2020, filled from the data: where each item is reported, and what is not recorded."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.extraction.screening import BY_ABSTRACT
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.synthesis.influential import LEAST
from ipt_evidence.synthesis.moderators import RUN
from ipt_evidence.words.prisma import ITEMS


def prisma_page(review: Review, templates: Path) -> str:
    """Write the page of the checklist, as :func:`page_of` does; its numbers are counted from the tables."""
    tables, settings = review.tables, review.settings
    tested = _tested(tables)
    facts = {
        "questions": len(review.answers),
        "trials": len(tables["trials"]),
        "excluded": len(tables["excluded_reports"]),
        "judged": int(tables["trials"]["trial_id"].isin(tables["risk_of_bias"]["trial_id"]).sum()),
        "sources": len(tables["sources"]),
        "last_review": settings["review"]["last_review"],
        "asymmetry_trials": settings["appraisal"]["certainty"]["asymmetry_trials"],
        "influence_trials": LEAST,
        "moderators": len(tables["moderators"]),
        "networks": len(tables["networks"]),
        "tested": len(tested),
        "tested_questions": tested["question_id"].nunique(),
        **_screened(tables["screening"], tables["screening_agreement"]),
    }
    items = tuple(item.filled(facts) for item in ITEMS)
    return page_of(review, templates, "prisma", items=items, counts=Counter(item.state for item in items))


def _screened(log: pd.DataFrame, agreement: pd.DataFrame) -> dict[str, Any]:
    """Return what the screening log tells of searches and of those who screened."""
    by_abstract = agreement[agreement["stage"].eq(BY_ABSTRACT.name)]
    last = log.groupby("source")["searched"].max()
    return {
        "records": len(log),
        "searches": ", ".join(
            f"{source} ({'day not recorded' if pd.isna(day) else day})" for source, day in last.items()
        ),
        "screened": int(by_abstract["records"].sum()),
        "judged_twice": int(by_abstract["judged"].sum()),
    }


def _tested(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return each moderator with each question that it was run on, once."""
    run = [tables[name].loc[lambda rows: rows["status"].eq(RUN)] for name in ("subgroups", "regressions")]
    return pd.concat(run)[["question_id", "moderator_id"]].drop_duplicates()
