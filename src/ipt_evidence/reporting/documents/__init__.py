"""Documents to take away: the whole review and each condition, as DOCX and as tagged PDF, by the views of the pages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ipt_evidence.files import write_file
from ipt_evidence.reporting.documents.content import Document, condition_document, review_document
from ipt_evidence.reporting.documents.pictures import png_of
from ipt_evidence.reporting.documents.typeset import Head, Typesetter
from ipt_evidence.reporting.review import Review


def set_documents(review: Review, templates: Path, commit: str, differs: str = "") -> dict[str, bytes]:
    """Set the whole review and each condition on which the plan asks something.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    templates : Path
        ``workflow/templates``.
    commit : str
        The commit that holds the review as it is; empty if there is none.
    differs : str
        That the pages beside them are of another state; empty if they are not.

    Returns
    -------
    dict of str to bytes
        Each document by its file name, as DOCX and as PDF. They hang on the review, its commit and the versions of the
        libraries alone: two runs make the same bytes.

    Raises
    ------
    EvidenceError
        If something cannot be put into words, or a document cannot be set.
    """
    documents = [review_document(review, templates, commit, differs)]
    documents += [
        condition_document(review, name, templates, commit, differs) for name in review.questions["condition"].unique()
    ]
    setter = Typesetter(templates / "documents")
    drawn = png_of({name: picture for one in documents for name, picture in one.pictures.items()})
    files = {}
    for document in documents:
        head, blocks = head_of(review, document), setter.read(document.html)
        files[f"{document.name}.docx"] = setter.docx(head, blocks, document.pictures, drawn)
        files[f"{document.name}.pdf"] = setter.pdf(head, blocks, document.pictures)
    return files


def head_of(review: Review, document: Document) -> Head:
    """Return what stands at the head of a document; its time is midnight of the day of the review (UTC)."""
    settings = review.settings["review"]
    day = str(settings["last_review"])
    return Head(
        title=document.title,
        subtitle=document.subtitle,
        author=settings["authors"],
        date=f"Tables last checked {day}",
        made=int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()),
    )


def publish(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the documents that changed, and remove those on conditions that are no longer asked about."""
    for name, content in files.items():
        write_file(content, folder / name)
    for stale in {*folder.glob("*.docx"), *folder.glob("*.pdf")} - {folder / name for name in files}:
        stale.unlink()
