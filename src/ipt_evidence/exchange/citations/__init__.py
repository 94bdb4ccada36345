"""References from other programs: RIS, PubMed, and BibTeX as Zotero and EndNote export it."""

from ipt_evidence.exchange.citations.exports import read_bibtex
from ipt_evidence.exchange.citations.nbib import read_nbib
from ipt_evidence.exchange.citations.ris import read_ris

__all__ = ["read_bibtex", "read_nbib", "read_ris"]
