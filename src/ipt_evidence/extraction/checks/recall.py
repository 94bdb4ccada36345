"""Which of the known doubts the plausibility checks find by themselves, and what they cannot see."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, key_parts
from ipt_evidence.extraction.checks.plausibility import PLAUSIBILITY, Check
from ipt_evidence.grouping import grouped

WHOLE = ("trials", "arms")
"""Tables whose rows are about a trial or an arm as a whole, so about all of its results too."""

BY_NAME = {check.name: check for check in PLAUSIBILITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A known doubt, and whether a check finds it.

    Attributes
    ----------
    doubt_id, trial_id, table, about : str
        The doubt, as in doubts.csv.
    checks : tuple of str
        The checks that find it.
    seen : {"figures", "texts", "reader"}
        Whether a check finds it in the figures, in what extractors wrote beside them, or not at all.
    reason : str
        Why it needs a reader; empty if it does not.
    """

    doubt_id: str
    trial_id: str
    table: str
    about: str
    checks: tuple[str, ...]
    seen: Literal["figures", "texts", "reader"]
    reason: str


def recognised(findings: Iterable[Breach], doubts: pd.DataFrame) -> list[Breach]:
    """Return findings of the plausibility checks, those that a doubt says already as notes that name it."""
    by_trial = grouped((doubt["trial_id"], doubt) for doubt in doubts.to_dict("records"))
    return [_recognised(finding, by_trial.get(finding.trial_id, [])) for finding in findings]


def recall(doubts: pd.DataFrame, found: Iterable[tuple[str, str]]) -> tuple[Recall, ...]:
    """Return for each doubt that an extractor noted which checks find it, in the order of the table.

    Doubts that were entered because a check pointed at them would be found by construction, so they do not count.
    ``found`` are pairs of a check and the doubt that one of its findings names.
    """
    checks = grouped((doubt, check) for check, doubt in found)
    noted = doubts[doubts["found_by"] == "extractor"]
    return tuple(_recall(row, sorted({*checks.get(row["doubt_id"], ())})) for row in noted.to_dict("records"))


def _recognised(finding: Breach, doubts: Iterable[Mapping]) -> Breach:
    check = BY_NAME.get(finding.check)
    same = tuple(doubt["doubt_id"] for doubt in doubts if check and _about(check, finding, doubt))
    return replace(finding, level="note", doubts=same, remedy=f"Known: {', '.join(same)}") if same else finding


def _about(check: Check, finding: Breach, doubt: Mapping) -> bool:
    """Return whether a doubt is about the rows of a finding, and speaks of its subject."""
    words = f"{doubt['doubt_id']} {doubt['about']} {doubt['doubt']}".lower().replace("_", " ")
    on_the_subject = re.search(rf"(?<![a-z])(?:{check.subject})(?![a-z])", words)
    return bool(on_the_subject) and _same_rows(finding, doubt)


def _same_rows(finding: Breach, doubt: Mapping) -> bool:
    table = finding.file.rpartition("/")[2].removesuffix(".csv")
    if table != doubt["table"] and table not in WHOLE and doubt["table"] not in WHOLE:
        return False
    row = key_parts(finding.key)
    arms = {row[name] for name in ("arm_id", "arm1_id", "arm2_id") if name in row}
    if pd.notna(doubt["arm_id"]) and arms and doubt["arm_id"] not in arms:
        return False
    narrowing = [name for name in ("outcome", "instrument", "timepoint") if pd.notna(doubt[name])]
    return table in WHOLE or all(row.get(name) == doubt[name] for name in narrowing)


def _recall(doubt: Mapping, checks: list[str]) -> Recall:
    by_figures = any(BY_NAME[name].reads == "figures" for name in checks)
    return Recall(
        doubt_id=doubt["doubt_id"],
        trial_id=doubt["trial_id"],
        table=doubt["table"],
        about=doubt["about"],
        checks=tuple(checks),
        seen="figures" if by_figures else "texts" if checks else "reader",
        reason="" if checks else _reason(doubt),
    )


def _reason(doubt: Mapping) -> str:
    """Return what a reader needs, as far as the place of the doubt and what was done about it tell."""
    if doubt["action"] == "left_empty":
        return "the figure is not entered, so there is nothing to check"
    if doubt["table"] in WHOLE:
        return "needs to know who was randomised to what"
    return "no check contradicts the figures; needs the printed report or a second source"
