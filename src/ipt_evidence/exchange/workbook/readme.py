"""The first sheet of a workbook: how to fill it."""

from ipt_evidence.exchange.workbook.references import SHEETS
from ipt_evidence.extraction.validation import key_columns

HOW_TO = (
    ("How to fill it", "Each sheet is one table, and each row of a sheet is one record. Row 1 holds the names of the "
     "columns; leave it as it is. Point at a name to read what the column means and what it may hold."),
    ("Order", "Begin with references (the reports) and sources (where the figures come from), then trials, arms, "
     "outcomes or contrasts, risk_of_bias. A trial has the same trial_id on every sheet."),
    ("Not reported", "Leave the cell empty. Never write NA, 0, a dash or a guess."),
    ("As printed", "Type figures as the report prints them (0.50 stays 0.50), with a decimal point. Cells hold text, "
     "so that nothing you type turns into a date or another number; the mark a spreadsheet sets on such cells means "
     "nothing here."),
    ("Choices", "Some cells offer a list. Other words are refused where the list is closed. Conditions, treatments, "
     "outcomes and instruments may be new: a new word also needs a row in config/vocabulary/."),
    ("Please do not", "Merge cells, hide or rename sheets or columns, write formulas, mark anything by colour alone: "
     "what is not in a cell is lost."),
    ("Something odd?", "Write it down on the sheet doubts: which trial, what is odd, what you did about it."),
    ("When you are done", "ipt-evidence import workbook FILE.xlsx --out FOLDER reads the sheets, and names the sheet "
     "and the cell of whatever is wrong."),
    ("", ""),
    ("Sheet", "What one row is. The columns in brackets tell rows apart; their names are shaded."),
)  # fmt: skip


def readme_lines() -> list[tuple[str, str]]:
    """Return the rows of the first sheet: a heading, and what there is to say under it."""
    tables = [(name, f"{schema.description} [{', '.join(key_columns(schema))}]") for name, schema in SHEETS.items()]
    return [*HOW_TO, *tables]
