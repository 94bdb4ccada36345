"""Which tables reports were made from: a fingerprint beside them, a line on each page that shows other tables."""

import os
from collections.abc import Iterator
from pathlib import Path

from ipt_evidence.files import write_file
from ipt_evidence.imports import content_of
from ipt_evidence.reporting.listing import LISTED, read_listing

PARTS = {
    "site": "the pages",
    "evidence": "evidence.json",
    "changes": "changes.html",
    "notebooks": "the notebooks",
    "documents": "the documents",
}
"""What the jobs of reporting make, in words, by the name of the job."""

CITING = ("site", "documents")
"""The jobs whose outputs cite the commit that holds the review."""

ALONE = ("changes.html", "trust.html", "agreement.html")
"""Pages that a job of their own makes; those on trust say themselves which state they speak of."""

FINGERPRINTS = Path("reports/made_from")
"""Where each job leaves the fingerprint of the tables it read, and the commit it cites.

Each has a file of its own, since jobs run side by side."""

NO_TABLE = "no table"
"""In the place of a fingerprint: what was made shows no figure, so that no table puts it out of date."""

OTHER_TABLES = "Made from other tables than there are now"

MAIN = '<main id="main">\n'
MARK = (
    '<p role="alert" style="border: 2px solid; padding: .5em 1em; font-weight: bold">Out of date: the tables have '
    "changed since this page was made, and no run has come to its end since. Figures and sentences on it may be "
    "wrong.</p>\n"
)
"""What stands at the head of a page that shows other tables than those beside it."""


def fingerprint(review: Path) -> str:
    """Return a digest of the tables that reports draw on; among them is that of all files that people wrote.

    Files that a person laid beside them do not count.

    Parameters
    ----------
    review : Path
        The folder of the review, which holds ``data``.
    """
    listed = review / LISTED
    names = [name for kind in read_listing(listed).values() for name in kind] if listed.is_file() else []
    return content_of(review / name for name in names)


def out_of_date(review: Path) -> list[str]:
    """Say, in a sentence, which reports were made from other tables than there are now; nothing if none were.

    Parameters
    ----------
    review : Path
        The folder of the review.
    """
    return _said(_out_of_date(review), OTHER_TABLES)


def citing_another(review: Path, commit: str) -> list[str]:
    """Say, in a sentence, which reports cite another commit than the one given; nothing if none do.

    Parameters
    ----------
    review : Path
        The folder of the review.
    commit : str
        The commit that holds the review as it is; empty if there is none.
    """
    parts = [part for part in CITING if _is_made(review, part) and _left_by(review, part)[1] != commit]
    return _said(parts, "The commit cited is not the one that holds the review now")


def commit_of_pages(review: Path) -> str | None:
    """Return the commit that the pages cite, empty text if they cite none; None where there are no pages.

    Parameters
    ----------
    review : Path
        The folder of the review.
    """
    return _left_by(review, "site")[1] if _is_made(review, "site") else None


def mark_pages(review: Path) -> list[str]:
    """Set a line at the head of each page that is out of date, and take it away from each that is not.

    A page keeps its time: it is not taken for newer than the tables.

    Returns
    -------
    list of str
        As for :func:`out_of_date`.
    """
    found = _out_of_date(review)
    for part in PARTS:
        for page in _pages_of(review, part):
            _mark(page, is_out_of_date=part in found)
    return _said(found, OTHER_TABLES)


def _out_of_date(review: Path) -> list[str]:
    now = fingerprint(review)
    return [part for part in PARTS if _is_made(review, part) and _left_by(review, part)[0] not in (now, NO_TABLE)]


def _said(parts: list[str], fault: str) -> list[str]:
    if not parts:
        return []
    names = ", ".join(PARTS[part] for part in parts)
    command = "run documents" if parts == ["documents"] else "run all documents" if "documents" in parts else "run"
    return [f"{fault}: {names}. `ipt-evidence {command}` makes them anew."]


def _left_by(review: Path, part: str) -> tuple[str, str]:
    """Return the fingerprint and the commit that a job left."""
    path = review / FINGERPRINTS / f"{part}.txt"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    made_from, _, commit = text.partition("\n")
    return made_from.strip(), commit.strip()


def _is_made(review: Path, part: str) -> bool:
    if part == "evidence":
        return (review / "reports/evidence.json").is_file()
    if part == "documents":
        return any((review / "reports/documents").glob("*.*"))
    return any(_pages_of(review, part))


def _pages_of(review: Path, part: str) -> Iterator[Path]:
    reports = review / "reports"
    if part == "notebooks":
        yield from reports.glob("notebooks/*.html")
    elif part == "changes":
        yield from reports.glob("changes.html")
    elif part == "site":
        alone = {reports / name for name in ALONE}
        for page in reports.rglob("*.html"):
            if page.parent != reports / "notebooks" and page not in alone and page.is_file():
                yield page


def _mark(page: Path, *, is_out_of_date: bool) -> None:
    text, main, mark = page.read_bytes(), MAIN.encode(), MARK.encode()  # a person's page may be in other letters
    unmarked = text.replace(mark, b"")
    wanted = unmarked.replace(main, main + mark, 1) if is_out_of_date else unmarked
    if wanted != text:
        times = page.stat()
        write_file(wanted, page)
        os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))
