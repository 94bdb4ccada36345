"""The verdict on one claim, and the ladder on which strength of evidence is compared."""

from dataclasses import dataclass

from ipt_evidence.appraisal.claims.findings import Finding

LADDER = ("no_evidence", "insufficient", "limited", "moderate", "strong")
"""Strength of evidence, weakest first."""

BENEFIT = ("limited", "moderate", "strong")
"""Labels of an answer that IPT does better, and is to be relied on at least a little."""

FEW_TRIALS, FEW_PEOPLE = 2, 100
"""Fewer trials, or fewer people, than this are too little to rely on, as in the lowest rule of the strength labels."""

VERDICTS = ("supported", "partly_supported", "not_supported", "contradicted", "no_trials", "not_assessable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the tables say of a claim.

    Attributes
    ----------
    verdict : str
        One of ``VERDICTS``.
    rule_id : str
        The rule that decided.
    why : str
        The reason, in one to three plain sentences; figures stand in parentheses.
    instead : str
        What could be printed where the claim says more, or less, than the evidence; empty if it can stand.
    question_ids : tuple of str
        Questions of the plan it rests on, the deciding one first.
    finding : Finding or None
        The answer that decided, whole or of the trials singled out; None if no answer did.
    """

    verdict: str
    rule_id: str
    why: str
    instead: str = ""
    question_ids: tuple[str, ...] = ()
    finding: Finding | None = None


def enough(finding: Finding) -> bool:
    """Tell whether an answer rests on as many trials and people as the lowest rule of the strength labels asks."""
    return finding.k >= FEW_TRIALS and finding.n_participants >= FEW_PEOPLE


def reaches(found: str, needed: str) -> bool:
    """Tell whether a strength is at least as high on the ladder as another."""
    return LADDER.index(found) >= LADDER.index(needed)
