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


_KINDS = {
    "metapsy": ("a file in the Metapsy data standard", "metapsy.importing", "read_metapsy"),
    "revman": ("a RevMan file", "revman.importing", "read_revman"),
    "network": ("a table for network meta-analysis", "network.reading", "read_network"),
    "covidence": ("an export of Covidence", "forms.reading", "read_covidence"),
    "srdr": ("an export of SRDR+", "forms.reading", "read_srdr"),
    "distiller": ("an export of DistillerSR", "forms.reading", "read_distiller"),
    "bias": ("a table of risk of bias", "bias.reading", "read_bias"),
    "ctgov": ("a record of ClinicalTrials.gov", "ctgov", "read_ctgov"),
    "workbook": ("a workbook with a sheet a table", "workbook", "read_workbook"),
    "ris": ("RIS", "citations.ris", "read_ris"),
    "nbib": ("PubMed's NBIB", "citations.nbib", "read_nbib"),
    "bibtex": ("BibTeX", "citations.exports", "read_bibtex"),
    "csl": ("CSL-JSON", "citations.csl_json", "read_csl_json"),
    "pubmed": ("PubMed XML", "citations.pubmed_xml", "read_pubmed_xml"),
    "endnote": ("EndNote XML", "citations.endnote_xml", "read_endnote_xml"),
    "crossref": ("Crossref's JSON", "citations.crossref", "read_crossref"),
    "openalex": ("OpenAlex's JSON", "citations.openalex", "read_openalex"),
    "references": ("a table of references", "citations.table", "read_reference_table"),
}

NAMES = {kind: name for kind, (name, _, _) in _KINDS.items()}
"""What each kind is called in a sentence."""

READERS: dict[str, Reader] = {kind: _reader(module, function) for kind, (_, module, function) in _KINDS.items()}
"""Reader of each kind of file: takes its path, returns what was taken and what was left, or raises ExtractionError."""

WITH_DIRECTIONS = frozenset({"metapsy", "covidence", "srdr", "distiller"})
"""Kinds whose readers make use of what a vocabulary says of instruments."""

__all__ = ["NAMES", "READERS", "WITH_DIRECTIONS", "Imported", "LeftOut", "report_of", "text_table", "write_import"]
