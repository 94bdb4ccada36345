"""References from other programs: RIS, BibTeX, CSL-JSON, PubMed, EndNote, and what Crossref and OpenAlex answer."""
