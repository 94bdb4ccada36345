"""Importers: foreign files to raw tables, one module or package a kind, all in the frame of `imported`."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from ipt_evidence.exchange.imported import Imported, LeftOut, report_of, text_table, write_import

Reader = Callable[..., Imported]
"""Takes the path of a file; those of `WITH_DIRECTIONS` also ``known``, the directions of instruments."""


def _reader(module: str, function: str) -> Reader:
    """Return a reader that loads its module when it is called: a user of one kind does not wait for the others."""

    def read(path: Path, **given: Mapping[str, bool]) -> Imported:
        found: Reader = getattr(import_module(f"{__name__}.{module}"), function)
        return found(path, **given)

    return read


READERS: dict[str, Reader] = {
    "metapsy": _reader("metapsy.importing", "read_metapsy"),
    "revman": _reader("revman.importing", "read_revman"),
    "network": _reader("network.reading", "read_network"),
    "covidence": _reader("forms.reading", "read_covidence"),
    "srdr": _reader("forms.reading", "read_srdr"),
    "distiller": _reader("forms.reading", "read_distiller"),
    "bias": _reader("bias.reading", "read_bias"),
    "ctgov": _reader("ctgov", "read_ctgov"),
    "workbook": _reader("workbook", "read_workbook"),
    "ris": _reader("citations.ris", "read_ris"),
    "nbib": _reader("citations.nbib", "read_nbib"),
    "bibtex": _reader("citations.exports", "read_bibtex"),
    "csl": _reader("citations.csl_json", "read_csl_json"),
    "pubmed": _reader("citations.pubmed_xml", "read_pubmed_xml"),
    "endnote": _reader("citations.endnote_xml", "read_endnote_xml"),
    "crossref": _reader("citations.crossref", "read_crossref"),
    "openalex": _reader("citations.openalex", "read_openalex"),
    "references": _reader("citations.table", "read_reference_table"),
}
"""Reader of each kind of file: takes its path, returns what was taken and what was left, or raises ExtractionError."""

WITH_DIRECTIONS = frozenset({"metapsy", "covidence", "srdr", "distiller"})
"""Kinds whose readers make use of what a vocabulary says of instruments."""

__all__ = ["READERS", "WITH_DIRECTIONS", "Imported", "LeftOut", "report_of", "text_table", "write_import"]
