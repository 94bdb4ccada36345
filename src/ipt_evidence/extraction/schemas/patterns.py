"""The forms of identifiers, as patterns."""

SLUG = r"[a-z0-9][a-z0-9_]{0,119}"
WORD = r"[A-Za-z0-9][A-Za-z0-9_:+-]*"
"""Of the vocabulary."""

DOI = r"10\.[0-9]{4,9}/[^\s]+"
