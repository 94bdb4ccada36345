"""Workbooks: one sheet a raw table, to fill in with a spreadsheet program and to read back to the letter."""

from ipt_evidence.exchange.workbook.reading import read_workbook
from ipt_evidence.exchange.workbook.writing import workbook_bytes, write_workbook

__all__ = ["read_workbook", "workbook_bytes", "write_workbook"]
