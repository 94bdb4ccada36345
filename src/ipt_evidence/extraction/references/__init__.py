"""References a reviewer can trust: read entry by entry, held to their form, compared with each other, written again."""

from ipt_evidence.extraction.references.bibliography import Bibliography, bibliography_of, read_bibliography
from ipt_evidence.extraction.references.entries import Reference

__all__ = ["Bibliography", "Reference", "bibliography_of", "read_bibliography"]
