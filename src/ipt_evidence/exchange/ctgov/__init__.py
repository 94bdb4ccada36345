"""Import results posted on ClinicalTrials.gov, as its API (version 2) or its download gives a study in JSON."""

from ipt_evidence.exchange.ctgov.reading import read_ctgov

__all__ = ["read_ctgov"]
