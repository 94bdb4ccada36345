"""Import tables of risk of bias: those that robvis draws, and the workbook of the RoB 2 tool with its summaries."""

from ipt_evidence.exchange.bias.reading import read_bias

__all__ = ["read_bias"]
