"""Setting documents: HTML to pandoc's tree, and from it DOCX by pandoc and tagged PDF by pandoc and typst."""

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.documents import tree
from ipt_evidence.reporting.documents.pictures import Picture, compiled
from ipt_evidence.reporting.pandoc import pandoc

STANDARDS = ("a-2a", "ua-1")
"""What a PDF says of itself, and what typst holds it to: it makes no file that breaks a rule of these it can check."""

LANGUAGE = "en-GB"

READ = ("--fail-if-warnings", "--from=json")

FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of files in the reference document, so that it is always the same: the first that a ZIP file can hold."""


ROW, BARE_ROW = re.compile(rb"<w:tr><w:trPr>"), re.compile(rb"<w:tr>(?!<w:trPr>)")
"""Where a row of a table begins, with and without properties; text cannot hold it, since its brackets are escaped."""

LAST_PAGE = re.compile(rb"<w:pgSz [^>]*>(?=((?!<w:pgSz ).)*\Z)", re.DOTALL)
"""The size of the pages of the last section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands at the head of a document, and in its properties.

    Attributes
    ----------
    title, subtitle, author, date : str
        In words.
    made : int
        The time that the file is given, in seconds since 1970 (UTC): not that of the run, which no two runs share.
    """

    title: str
    subtitle: str
    author: str
    date: str
    made: int

    def as_tree(self) -> dict[str, Any]:
        """Return the part of pandoc's tree that holds it."""
        fields = {name: getattr(self, name) for name in ("title", "subtitle", "author", "date")} | {"lang": LANGUAGE}
        return {name: {"t": "MetaInlines", "c": tree.words(text)} for name, text in fields.items() if text}


class Typesetter:
    """Sets documents; what they share is prepared once.

    Parameters
    ----------
    templates : Path
        ``workflow/templates/documents``: the template for typst and the reference document for DOCX, unpacked.
    """

    def __init__(self, templates: Path) -> None:
        self._print = templates / "print.typ"
        self._reference = _packed(templates / "reference")
        self._version: list[int] = []

    def read(self, html: str) -> list[tree.Node]:
        """Read the body of a document as pandoc's tree; text in it stays text."""
        whole = json.loads(pandoc(html.encode(), "--fail-if-warnings", "--from=html", "--to=json"))
        self._version = whole["pandoc-api-version"]
        return tree.read(whole["blocks"])

    def docx(
        self, head: Head, blocks: list[tree.Node], pictures: Mapping[str, Picture], drawn: Mapping[str, bytes]
    ) -> bytes:
        """Set a document as DOCX; ``drawn`` holds its pictures as PNG, which every reader of DOCX shows."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "reference.docx").write_bytes(self._reference)
            for picture in pictures:
                (folder / f"{picture}.png").write_bytes(drawn[picture])
            source = self._tree(head, tree.for_docx(blocks, pictures))
            asked = [*READ, "--to=docx", "--reference-doc=reference.docx", "--output=-"]
            return _mended(pandoc(source, *asked, folder=folder, made=head.made))

    def pdf(self, head: Head, blocks: list[tree.Node], pictures: Mapping[str, Picture]) -> bytes:
        """Set a document as tagged PDF that meets PDF/A-2a and PDF/UA-1 as far as typst checks them.

        Raises
        ------
        EvidenceError
            If typst finds that it does not.
        """
        asked = [*READ, "--to=typst", "--standalone", f"--template={self._print}"]
        source = pandoc(self._tree(head, tree.for_typst(blocks, pictures)), *asked)
        files = {f"{name}.svg": picture.svg.encode() for name, picture in pictures.items()}
        options = {"timestamp": head.made, "pdf_standards": list(STANDARDS)}
        try:
            return compiled(source, files, format="pdf", **options)[0]
        except typst.TypstError as error:
            raise EvidenceError(f"{head.title}: no PDF by {' and '.join(STANDARDS)}: {error}") from error

    def _tree(self, head: Head, blocks: list[tree.Node]) -> bytes:
        return json.dumps({"pandoc-api-version": self._version, "meta": head.as_tree(), "blocks": blocks}).encode()


def _mended(docx: bytes) -> bytes:
    """Keep each row of a table on one page, and set the last section upright.

    LibreOffice does not heed what the style of a table says of its rows. Pages of the reference document lie, because
    pandoc lets no picture be wider than they are.
    """
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(docx)) as given, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in given.infolist():
            content = given.read(part)
            if part.filename == "word/document.xml":
                content = ROW.sub(rb"<w:tr><w:trPr><w:cantSplit/>", content)
                content = BARE_ROW.sub(rb"<w:tr><w:trPr><w:cantSplit/></w:trPr>", content)
                content = LAST_PAGE.sub(rb"<w:pgSz %b/>" % tree.TURNED[False].encode(), content)
            archive.writestr(zipfile.ZipInfo(part.filename, FIRST_DATE), content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()


def _packed(folder: Path) -> bytes:
    """Pack the parts of a reference document, the same bytes every time."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            part = zipfile.ZipInfo(path.relative_to(folder).as_posix(), FIRST_DATE)
            archive.writestr(part, path.read_bytes())
    return packed.getvalue()
