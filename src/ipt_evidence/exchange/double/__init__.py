"""Double extraction: the tables of two extractors held against each other, and joined once they agree."""

from ipt_evidence.exchange.double.comparing import Comparison, compare
from ipt_evidence.exchange.double.consensus import agreed_tables
from ipt_evidence.exchange.double.extracts import Extract, read_extract
from ipt_evidence.exchange.double.writing import write_comparison

__all__ = ["Comparison", "Extract", "agreed_tables", "compare", "read_extract", "write_comparison"]
