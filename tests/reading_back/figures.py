"""Figures as they are printed, and what they may stand for."""

import re
from collections.abc import Iterator

import numpy as np

PLAIN = r"[<>]?[−-]?\d+(?:,\d{3})*(?:\.\d+)?"

NUMBER = re.compile(rf"(?<![\w.,]){PLAIN}(?!\w*_)")

TOGETHER = re.compile(rf"(?:({PLAIN})%?(?:, | ?\()(?:[A-Za-z ]+ )?)?(?<![\w.])({PLAIN})%? to ({PLAIN})")

COVERAGE = re.compile(r"\b\d\d% (?=CI|CrI|widened|prediction|interval|confidence|credible)|(?<=at )95%")

UNITS = {
    "trials": (
        re.compile(r" (?:more )?trials?\b"),
        re.compile(r"^k|trial|^n_effects|^n$|^unjudged|packed"),
    ),
    "people": (re.compile(r" (?:people|participants)\b"), re.compile(r"^n|people|size|packed")),
    "year": (re.compile(r"(?<=(?<![\w.,])(?:19|20)\d\d)(?![\d,.]\d)"), re.compile("^(-?year|lowest|highest)$")),
    "percent": (re.compile("%"), re.compile(r"percent|^i2|share|risk|^with|^p_|packed|^control|^[a-z_]*$")),
}
"""What stands behind a number, and the columns that it can then come from."""


def figures_of(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Find the figures of a text, those together that belong together."""
    at = 0
    for match in TOGETHER.finditer(text):
        yield from (((one[0],), *one.span()) for one in NUMBER.finditer(text, at, match.start()))
        yield tuple(filter(None, match.groups())), *match.span()
        at = match.end()
    yield from (((one[0],), *one.span()) for one in NUMBER.finditer(text, at))


def between(figure: str) -> tuple[float, float]:
    """Return the values that a printed figure may stand for."""
    plain = figure.lstrip("<>").replace("−", "-").replace(",", "")
    value, half = float(plain), 0.5 * 10.0 ** -len(plain.partition(".")[2]) + 1e-9
    if figure[0] in "<>":
        return (-np.inf, value) if figure[0] == "<" else (value, np.inf)
    return value - half, value + half


def is_ratio(percent: str, text: str) -> bool:
    """Tell whether a percentage is one number of the text in another."""
    low, high = between(percent)
    whole = [int(one) for one in re.findall(r"(?<![\w.,])\d+(?![\d.,%])", text)]
    return any(low <= 100 * part / of <= high for part in whole for of in whole if of)
