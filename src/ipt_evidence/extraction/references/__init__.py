"""References a reviewer can trust: read entry by entry, held to their form, compared with each other, written again."""

from ipt_evidence.extraction.references.bibliography import Bibliography, read_bibliography
from ipt_evidence.extraction.references.entries import Reference

__all__ = ["Bibliography", "Reference", "read_bibliography"]
