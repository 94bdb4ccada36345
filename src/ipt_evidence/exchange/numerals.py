"""Numbers as other programs write them."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_PLAIN = re.compile(r"-?\d{1,7}(?:\.\d{1,7})?")
"""Most numbers: as raw tables write them already."""
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}[.,]000")
_EXACT_DIGITS = 15


@lru_cache(maxsize=1 << 14)  # a wide file repeats its figures in many rows
def number(cell: str) -> str:
    """Return a number as raw tables write it: a decimal point, and no digits that only a binary number has.

    Parameters
    ----------
    cell : str
        Such as ``17,5``, ``1.20``, ``-0.3`` or ``37.299999999999997``; empty text stays empty.

    Returns
    -------
    str
        The digits as they stand, with a point.

    Raises
    ------
    ValueError
        If the cell is no number.

    Notes
    -----
    A single comma is a decimal comma: these files hold scores and group sizes, and a size such as ``1,234`` is then
    refused for not being whole.
    """
    if _PLAIN.fullmatch(cell):
        return cell
    text = _SPACES.sub("", cell).replace("\u2212", "-")
    if not text:
        return ""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{cell}' is no number")
    plain = text.replace(",", ".").removeprefix("+")
    digits = len(re.sub(r"[eE].*|\D", "", plain).lstrip("0"))
    # Spreadsheets write 0.55 as 0.55000000000000004: the shortest number that is the same says what was typed.
    return repr(float(plain)) if digits > _EXACT_DIGITS else plain


def same_cell(first: str, second: str) -> bool:
    """Return whether two cells say the same: to the letter, or one number in two spellings, as ``9.80`` and ``9.8``."""
    if first == second:
        return True
    try:
        one, other = number(first), number(second)
    except ValueError:
        return False
    return bool(one and other) and Decimal(one) == Decimal(other)


def whole(cell: str) -> str:
    """Return a whole number without a decimal part, such as ``40`` for ``40,0``.

    Raises
    ------
    ValueError
        If it is no number, or not whole.
    """
    text = number(cell)
    if not text:
        return ""
    if _THOUSANDS.fullmatch(cell.strip()):
        # Elsewhere a point or comma with decimals behind it is not whole; three zeros would be.
        raise ValueError(f"'{cell}' may be {text.partition('.')[0]} or {text.replace('.', '')}")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"'{cell}' is no number") from None
    if not value.is_finite() or abs(value) > 10**12 or value != value.to_integral_value():
        raise ValueError(f"'{cell}' is no whole number")
    return str(int(value))


def people(cell: str) -> str:
    """Return a number of people as :func:`whole` does.

    Raises
    ------
    ValueError
        If it is not whole, or nobody.
    """
    if (text := whole(cell)) and int(text) < 1:
        raise ValueError(f"n is {text}")
    return text
