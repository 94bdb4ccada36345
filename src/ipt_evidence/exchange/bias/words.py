"""Words, letters and signs of judgements and answers, in the words of ``risk_of_bias.csv``."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

ROB1 = {"low": "low", "l": "low", "high": "high", "h": "high", "unclear": "unclear", "u": "unclear"}
ROB2 = {
    **{"low": "low", "l": "low", "high": "high", "h": "high"},
    **dict.fromkeys(("some concerns", "some concern", "some", "sc", "s"), "some_concerns"),
}
JUDGEMENTS: Mapping[str, Mapping[str, str]] = {"RoB1": ROB1, "RoB2": ROB2}

MIDDLE = {"RoB1": "unclear", "RoB2": "some_concerns"}

SIGNS = frozenset({"+", "-", "?", "!", "x", "−", "–"})
ROBVIS_SIGN = "x"
"""Only robvis draws it: for a high risk, and ``-`` for the judgement between low and high, ``?`` for no information."""

COCHRANE_SIGN = "!"
"""Only the RoB 2 workbook and its plots have it."""

OTHER_TOOLS = frozenset({"moderate", "serious", "critical", "m", "c"})
"""Judgements of ROBINS-I and of other tools for studies that were not randomised."""

ANSWERS = {
    **{"yes": "Y", "y": "Y", "probably yes": "PY", "prob yes": "PY", "py": "PY"},
    **{"no": "N", "n": "N", "probably no": "PN", "prob no": "PN", "pn": "PN"},
    **{"no information": "NI", "no info": "NI", "ni": "NI"},
    **dict.fromkeys(("not applicable", "na", "n a"), "NA"),
}


def plain(cell: str) -> str:
    """Return a cell in small letters, without ``risk (of bias)`` and signs that say nothing; a sign alone stays."""
    small = cell.strip().lower()
    if small in SIGNS:
        return "-" if small in "−–" else small
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", small).split())
    return re.sub(r"(?<=\w) (?:risk(?: of bias)?|bias)$", "", words)


def signs(cells: Iterable[str], tool: str) -> dict[str, str]:
    """Return what the signs of a table mean: those of the set that most of them belong to.

    Parameters
    ----------
    cells : iterable of str
        All judgements of the table as :func:`plain` returns them.
    tool : str
        RoB1 or RoB2.

    Notes
    -----
    In Cochrane's plots ``-`` is a high risk and ``?`` or ``!`` the judgement in the middle. In those of robvis ``x`` is
    a high risk, ``-`` the judgement in the middle and ``?`` no information. ``+`` stands in both; where ``x`` and ``!``
    are both there, the rarer is a slip and means nothing, and of ``-`` and ``?`` that mean one thing in the one set and
    another in the other nothing is known where they are as frequent.
    """
    found = Counter(cell for cell in cells if cell in SIGNS)
    robvis, cochrane = found[ROBVIS_SIGN], found[COCHRANE_SIGN]
    if not found:
        return {}
    if robvis == cochrane > 0:
        return {"+": "low"}
    if robvis > cochrane:
        return {"+": "low", "-": MIDDLE[tool], "x": "high"}
    return {"+": "low", "-": "high", "?": MIDDLE[tool], "!": MIDDLE[tool]}


def is_of_another_tool(cells: Iterable[str]) -> bool:
    """Return whether most judgements that are not low are words of a tool for studies that were not randomised."""
    telling = [cell for cell in cells if cell and cell not in ("low", "l", "+")]
    return 2 * sum(cell in OTHER_TOOLS for cell in telling) > len(telling)
