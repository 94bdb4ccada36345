"""What is checked, and which known doubts the checks find, as tables for reports."""

from collections.abc import Iterable

import pandas as pd

from ipt_evidence.extraction.checks import CHECKS
from ipt_evidence.extraction.checks.plausibility import PLAUSIBILITY, summary_of
from ipt_evidence.extraction.checks.recall import Recall

CHECK_COLUMNS = ["check", "kind", "level", "reads", "summary", "rule"]

RECALL_COLUMNS = ["doubt_id", "seen", "checks", "reason"]


def checks_table() -> pd.DataFrame:
    """Return one row per check: those of plausibility with level, what they read and their rule, then all others."""
    odd = [(check.name, "plausibility", check.level, check.reads, check.summary, check.rule) for check in PLAUSIBILITY]
    others = [(check.__name__, "agreement", "error", "", summary_of(check), "") for check in CHECKS]
    return pd.DataFrame([*odd, *others], columns=CHECK_COLUMNS)


def recall_table(doubts: Iterable[Recall]) -> pd.DataFrame:
    """Return one row per doubt that an extractor noted; ``checks`` that find it are joined by semicolons."""
    rows = [(doubt.doubt_id, doubt.seen, ";".join(doubt.checks), doubt.reason) for doubt in doubts]
    return pd.DataFrame(rows, columns=RECALL_COLUMNS)
