"""Which files a release holds, each with its path in the release, and what kind of file it is."""

from collections.abc import Iterator
from pathlib import Path

from ipt_evidence.imports import PACKAGE

PROJECT = PACKAGE.parents[1]
"""The checkout with program, locks and licence."""

REVIEW = {
    "config": "The settings, the plan, the rules and the vocabulary of the review.",
    "data/raw": "The extraction tables and bibliographies, with their codebook.",
    "data/processed": "Every table that follows from them, with its codebook.",
    "reports": "The pages, the texts for guides, and the document for machines.",
}
"""Folders of a review that are frozen, with what they hold."""

ENVIRONMENT = {
    "requirements": "The exact versions of all libraries, with their checksums.",
    "environment.yml": "The same environment for conda.",
    "pyproject.toml": "The program as a package.",
    "LICENSE": "The licence of the program.",
    "CITATION.cff": "How to cite the program.",
}
"""What of the program is frozen: not its text, which the commit names, but what it ran with."""

LEFT = (
    "data/processed/kept.txt", "data/processed/checked/",
    "reports/changes.html", "reports/trust", "reports/agreement.html",
)  # fmt: skip
"""What the pipeline keeps for its own next run, what it says of releases, which changes as soon as there is one, and of
trials, which are of one machine and one day."""

FAMILIES = tuple(f"data/processed/{name}/" for name in ("studies", "plan", "effects", "answers", "ratings"))
"""Tables by family, which the gathered ones hold again."""

TYPES = {
    ".csv": "text/csv", ".json": "application/json", ".md": "text/markdown", ".html": "text/html",
    ".svg": "image/svg+xml", ".png": "image/png", ".pdf": "application/pdf", ".yaml": "application/yaml",
    ".yml": "application/yaml", ".toml": "application/toml", ".cff": "application/yaml", ".txt": "text/plain",
    ".in": "text/plain", ".bib": "application/x-bibtex", ".ipynb": "application/x-ipynb+json",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
"""Media type by ending; anything else is plain text."""


def frozen_files(review: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file of a release of the review in a folder, path in the release first, in alphabetical order."""
    found = {path.relative_to(review).as_posix(): path for part in REVIEW for path in _below(review / part)}
    kept = {name: path for name, path in found.items() if not name.startswith((*LEFT, *FAMILIES))}
    program = {path.relative_to(PROJECT).as_posix(): path for part in ENVIRONMENT for path in _below(PROJECT / part)}
    yield from sorted((kept | program).items())


def _below(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for path in place.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(place).parts):
            yield path
