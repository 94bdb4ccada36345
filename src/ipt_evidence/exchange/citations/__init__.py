"""References from other programs: RIS, BibTeX, CSL-JSON, PubMed, EndNote, and what Crossref and OpenAlex answer."""

from ipt_evidence.exchange.citations.crossref import read_crossref
from ipt_evidence.exchange.citations.csl_json import read_csl_json
from ipt_evidence.exchange.citations.endnote_xml import read_endnote_xml
from ipt_evidence.exchange.citations.exports import read_bibtex
from ipt_evidence.exchange.citations.nbib import read_nbib
from ipt_evidence.exchange.citations.openalex import read_openalex
from ipt_evidence.exchange.citations.pubmed_xml import read_pubmed_xml
from ipt_evidence.exchange.citations.ris import read_ris

__all__ = [
    "read_bibtex", "read_crossref", "read_csl_json", "read_endnote_xml", "read_nbib", "read_openalex",
    "read_pubmed_xml", "read_ris",
]  # fmt: skip
