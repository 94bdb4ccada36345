"""The page on what the guides claim: each claim with its verdict, its reason and what could be printed instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import rows_of
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.audit import KINDS, VERDICTS
from ipt_evidence.words.figures import FIGURES, Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim with its verdict.

    Attributes
    ----------
    claim_id, guide_id, text, kind : str
        The claim, in our own words, and what it is about.
    verdict, rule_id, why, instead : str
        The verdict, the rule that decided, its reason, and what could be printed instead; empty if it can stand.
    figures : tuple of (str, str)
        What the verdict rests on: name and value; none where no answer decided.
    deciding, beside : tuple of Answer
        The questions that decided, and those on the claim besides.
    singled_out : tuple of str
        Names of the trials that it rests on, where these are not all of the deciding question.
    """

    claim_id: str
    guide_id: str
    text: str
    kind: str
    verdict: str
    rule_id: str
    why: str
    instead: str
    figures: tuple[tuple[str, str], ...]
    deciding: tuple[Answer, ...]
    beside: tuple[Answer, ...]
    singled_out: tuple[str, ...]


def claims_page(review: Review, templates: Path) -> str:
    """Write the page on the claims of the guides, as :func:`page_of` does."""
    rows = claim_rows(review)
    claimed = grouped((row.guide_id, row) for row in rows)
    guides = [(guide, claimed[name]) for name, guide in review.guides.items() if name in claimed]
    return page_of(
        review, templates, "claims", verdicts=by_verdict(rows), guides=guides, words=VERDICTS, count=len(rows)
    )


def claim_rows(review: Review) -> tuple[ClaimRow, ...]:
    """Return every claim with its verdict, in the order of the table."""
    return tuple(_row(row, review) for row in rows_of(review.tables["claims"]))


def _row(row: Mapping[str, Any], review: Review) -> ClaimRow:
    ids, deciding, trials = (
        list(filter(None, row[name].split(";"))) for name in ("question_ids", "deciding_ids", "singled_out")
    )
    # The first side of the answer that decided; where none did, the therapy.
    side = review.answers[ids[0]].sides[0] if ids else review.labels.therapy
    return ClaimRow(
        claim_id=row["claim_id"],
        guide_id=row["guide_id"],
        text=row["claim"],
        kind=review.labels.named(KINDS)[row["kind"]],
        verdict=row["verdict"],
        rule_id=row["rule_id"],
        why=row["why"],
        instead=row["instead"],
        figures=_figures(row, review.settings["synthesis"]["level"], side),
        deciding=tuple(review.answers[one] for one in deciding),
        beside=tuple(review.answers[one] for one in ids if one not in deciding),
        singled_out=tuple(review.labels.trials[one] for one in trials),
    )


def _figures(row: Mapping[str, Any], level: float, therapy: str) -> tuple[tuple[str, str], ...]:
    claimed = (("Strength claimed", labels.STRENGTHS[row["claimed_strength"]]),) if row["claimed_strength"] else ()
    if not row["strength_found"]:
        return claimed
    found = Figures(level=level, **{name: row[name] for name in FIGURES})
    return (
        *claimed,
        ("Strength found", labels.STRENGTHS[row["strength_found"]]),
        ("Certainty", labels.CERTAINTIES[row["certainty"]] if row["certainty"] else "Not rated on its own"),
        ("Trials", numbers.count(found.k)),
        ("People", found.people),
        ("Effect", f"{found.written}; {numbers.favourable(found.measure, therapy)}"),
    )


def by_verdict(rows: Sequence[ClaimRow]) -> dict[str, list[ClaimRow]]:
    """Group claims by verdict, best first; a verdict that no claim got stays, with none."""
    return {verdict: [row for row in rows if row.verdict == verdict] for verdict in VERDICTS}
