"""Sentences of the audit as Markdown, each figure linked to the question it comes from."""

import re
from collections.abc import Iterable

from ipt_evidence.appraisal.claims import Finding
from ipt_evidence.appraisal.claims.words import figures
from ipt_evidence.reporting.guides.markdown import Markdown, escape, link

FIGURES = re.compile(r"\(([^()]*\btrials?\b[^()]*)\)")
"""The figures of an answer, as the audit sets them: in parentheses, beginning with the trials."""


def linked_figures(text: str, findings: Iterable[Finding]) -> Markdown:
    """Write a sentence of the audit whose figures link to their questions, as seen from a guide.

    Figures of some trials of a question only link to that question, the first of ``findings``.
    """
    known = list(findings)
    pages = {figures(finding): address(finding) for finding in reversed(known) if finding.k}
    first = address(known[0]) if known else ""
    pieces = FIGURES.split(text)
    written = [
        (f"({link(piece, pages.get(piece, first))})" if first else escape(f"({piece})")) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    ]
    return Markdown("".join(written))


def address(finding: Finding) -> str:
    """Return the address of the section on a question, seen from a guide."""
    return f"../conditions/{finding.condition}.html#{finding.question_id}"
