"""Text of extractors in a list that people open with a spreadsheet: guarded on the way out, bare on the way in."""

import re

from ipt_evidence.files import FORMULA_STARTS

_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula; numbers are left alone."""
    runs = text.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text)
    return f"'{text}" if runs or text.startswith("'") else text


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return text.removeprefix("'")
