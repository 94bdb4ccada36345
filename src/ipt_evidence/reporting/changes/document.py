"""What changed as Markdown, as a page and as data for machines."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipt_evidence.reporting.guides.markdown import escape
from ipt_evidence.reporting.templating import environment

if TYPE_CHECKING:
    from ipt_evidence.reporting.changes.outline import CauseLine, MovedPlace, Outline


def changes_markdown(outline: "Outline") -> str:
    """Write what changed as Markdown (CommonMark with tables)."""
    lines = [f"# What changed from {_plain(outline.old)} to {_plain(outline.new)}", "", _plain(outline.summary), ""]
    lines += [f"- {_plain(note)}" for note in outline.notes] + [""] * bool(outline.notes)
    if outline.causes:
        lines += [
            "## What came, went or changed",
            "",
            *(line for cause in outline.causes for line in _cause(cause)),
            "",
        ]
    moved = (outline.questions, outline.claims, outline.guides)
    for heading, places in zip(("Answers that moved", "Claims that moved", "Text to paste again"), moved, strict=True):
        if places:
            lines += [f"## {heading}", "", *(line for place in places for line in _place(place))]
    return "\n".join(lines).rstrip("\n") + "\n"


def _cause(cause: "CauseLine") -> list[str]:
    cells = (f"    - {_plain(row)}; {column}: {_cell(old)} → {_cell(new)}" for row, column, old, new in cause.cells)
    return [f"- **{_plain(cause.title)}** {_plain(cause.how)}.", *cells]


def _place(place: "MovedPlace") -> list[str]:
    rows = (
        f"| {_plain(line.what)} | {_plain(line.old)} | {_plain(line.new)} | {_plain(line.by)} |" for line in place.lines
    )
    head = ["| what | was | is | moved by |", "|---|---|---|---|"]
    return [f"### {_plain(place.title)}", "", f"{place.kind.capitalize()} {_plain(place.name)}", "", *head, *rows, ""]


def _cell(text: str) -> str:
    return _plain(text) if text else "(empty)"


def _plain(text: str) -> str:
    """Write text as Markdown that shows it to the letter, also within a table."""
    return str(escape(text))


def changes_page(outline: "Outline | None", settings: dict[str, Any], templates: Path) -> str:
    """Write the page on what changed.

    Parameters
    ----------
    outline : Outline or None
        What changed; None if no earlier state is kept.
    settings : dict
        The part ``review`` of the configuration.
    templates : Path
        ``workflow/templates``.
    """
    page = environment(templates).get_template("changes.html.j2")
    return page.render(outline=outline, settings=settings)


def changes_data(outline: "Outline") -> dict[str, Any]:
    """Return what changed as plain values for JSON."""
    return asdict(outline)
