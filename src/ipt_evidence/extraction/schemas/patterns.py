"""The forms of identifiers, as patterns, and in words."""

SLUG = r"[a-z0-9][a-z0-9_]{0,119}"
WORD = r"[A-Za-z0-9][A-Za-z0-9_:+-]*"
"""Of the vocabulary."""

DOI = r"10\.[0-9]{4,9}/[^\s]+"
DOI_RULE = "must be a DOI without a resolver, such as 10.1001/jama.2014.1"
PMID = r"[1-9][0-9]{0,8}"
PMID_RULE = "must be a PubMed number: digits only"
