"""What the tests of documents share: those of the invented review, and a reader of DOCX that knows none of our code."""

import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.documents import head_of, set_documents
from ipt_evidence.reporting.documents.content import condition_document
from ipt_evidence.reporting.documents.pictures import png_of
from ipt_evidence.reporting.documents.typeset import Typesetter

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


class Docx:
    """A DOCX read from its XML.

    Attributes
    ----------
    body : Element
        The body of the document.
    """

    def __init__(self, content):
        self.archive = zipfile.ZipFile(BytesIO(content))
        self.body = ElementTree.fromstring(self.archive.read("word/document.xml")).find(f"{W}body")

    @staticmethod
    def text(element):
        """Return the text of an element; marks of notes, which stand raised, are left out."""
        raised = [run for run in element.iter(f"{W}r") if run.find(f"{W}rPr/{W}vertAlign") is not None]
        runs = [run for run in element.iter(f"{W}r") if run not in raised]
        return "".join(part.text or "" for run in runs for part in run.iter(f"{W}t"))

    def styled(self, style):
        """Return the texts of the paragraphs of a style."""
        return [self.text(one) for one in self.body.iter(f"{W}p") if self.style(one) == style]

    @staticmethod
    def style(paragraph):
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        return "" if found is None else found.attrib[f"{W}val"]

    @property
    def tables(self):
        """The tables as rows of texts, by their caption."""
        return {
            table.find(f"{W}tblPr/{W}tblCaption").attrib[f"{W}val"]: [
                [self.text(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")
            ]
            for table in self.body.iter(f"{W}tbl")
        }

    @property
    def told(self):
        """The alternative texts of the pictures."""
        return [one.attrib["descr"] for one in self.body.iter(f"{DRAWING}docPr")]


@pytest.fixture(scope="session")
def documents(review, once):
    """Every document of the invented review, by its file name."""
    return once("documents", lambda _: set_documents(review, TEMPLATES, "0123456789abcdef"))


@pytest.fixture(scope="session")
def one_document():
    """Set the document on a condition of a review, or of what a test made of it; return DOCX and PDF."""

    def make(review, condition):
        document, setter = condition_document(review, condition, TEMPLATES, ""), Typesetter(TEMPLATES / "documents")
        head, blocks = head_of(review, document), setter.read(document.html)
        docx = setter.docx(head, blocks, document.pictures, png_of(document.pictures))
        return docx, setter.pdf(head, blocks, document.pictures)

    return make


@pytest.fixture(scope="session")
def read_docx():
    """Return the reader of DOCX."""
    return Docx
