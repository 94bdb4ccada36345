"""How to cite the review: by version, and by the commit that holds it where there is one."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Citation:
    """How to cite a review.

    Attributes
    ----------
    text, bibtex : str
        The reference as a sentence and as a BibTeX entry.
    commit : str
        The commit, or empty text.
    """

    text: str
    bibtex: str
    commit: str


def citation(review: Mapping[str, Any], commit: str) -> Citation:
    """Write how to cite a review.

    Parameters
    ----------
    review : mapping
        The part ``review`` of the settings.
    commit : str
        The commit that holds it; empty if there is none.
    """
    day, made = str(review["last_review"]), f"Version {version('ipt-evidence')}"
    made += f", commit {commit[:12]}" if commit else ""
    fields = {
        "author": f"{{{review['authors']}}}",
        "title": review["title"],
        "year": day[:4],
        "note": f"{made}; tables last checked {day}",
    }
    lines = "".join(f"  {name} = {{{_plain(value)}}},\n" for name, value in fields.items())
    return Citation(
        text=f"{review['authors']} ({day[:4]}). {review['title']}. {made}. Tables last checked {day}.",
        bibtex=f"@misc{{evidence-review-{day},\n{lines}}}",
        commit=commit,
    )


def commit_of(folder: Path) -> str:
    """Return the commit that a folder is at; empty text without repository, or if a tracked file was changed since."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(folder), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return "" if git("status", "--porcelain", "--untracked-files=no") else git("rev-parse", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        return ""


def differs_from_pages(commit: str, pages: str | None) -> str:
    """Say that the pages beside a document were made from another state than it; empty text if they were not.

    Parameters
    ----------
    commit : str
        The commit that the document is made from; empty if none holds the state as it is.
    pages : str or None
        The commit that the pages cite, likewise; None where there are no pages.
    """
    if pages is None or pages == commit:
        return ""
    made, own = (f"commit {one[:12]}" if one else "a state that no commit holds" for one in (pages, commit))
    return f"The pages of the report that lay beside this document were made from {made}, this document from {own}."


def _plain(value: str) -> str:
    """Return a text whose braces cannot end a field of BibTeX, but those that group a name."""
    grouped = value.startswith("{") and value.endswith("}")
    inner = (value[1:-1] if grouped else value).replace("{", "(").replace("}", ")")
    return f"{{{inner}}}" if grouped else inner
