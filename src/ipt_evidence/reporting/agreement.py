"""The page on agreement: how far our figures are from those that R with metafor finds, and when they agreed."""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from ipt_evidence.reporting.templating import environment


def agreement_page(record: Mapping[str, Any] | None, state: str, settings: Mapping[str, Any], templates: Path) -> str:
    """Write the page.

    Parameters
    ----------
    record : mapping or None
        What ``make agreement`` left; None where it was never run.
    state : str
        The state of the review as it is now: :func:`ipt_evidence.imports.state_of`.
    settings : mapping
        The part ``review`` of the configuration.
    templates : Path
        ``workflow/templates``.
    """
    lines = record.get("tried", []) if record else []
    parts = [(name, list(own)) for name, own in groupby(lines, lambda line: line["part"])]
    template = environment(templates).get_template("agreement.html.j2")
    return template.render(record=record, parts=parts, state=state, settings=settings, size=_size)


def _size(number: float | None) -> str:
    """Set the size of a difference; there is none where nothing was compared."""
    return "–" if number is None else f"{number:.1e}" if number else "0"
