"""The forms of identifiers, as patterns."""

SLUG = r"[a-z0-9][a-z0-9_]{0,119}"
DOI = r"10\.[0-9]{4,9}/[^\s]+"
