"""One result of one study in a RevMan file, whatever the file looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["counts", "means", "estimate", "zeros", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What the rows of one outcome of one comparison share.

    Attributes
    ----------
    comparison, outcome, subgroup : str
        Names as the review has them.
    labels : (str, str)
        Names of the two groups.
    sides : (str, str)
        What stands left and right of the line of no effect, such as ``Favours experimental``.
    measure : str
        Effect measure, such as ``OR`` or ``MD``.
    kind : {"counts", "means", "estimate", "zeros", "other"}
        What its rows hold; zeros: cells for counts and for means, and nothing but 0 in them.
    """

    comparison: str = ""
    outcome: str = ""
    subgroup: str = ""
    labels: tuple[str, str] = ("experimental", "control")
    sides: tuple[str, str] = ("", "")
    measure: str = ""
    kind: Kind = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one study in one analysis.

    Attributes
    ----------
    line : int
        Where it stands in the file.
    study, year : str
        Label of the study, and its year if the file has one.
    analysis : Analysis
        What it belongs to.
    cells : mapping of str to str
        ``events``, ``total``, ``mean``, ``sd`` with 1 or 2 behind; ``estimate``, ``log_estimate`` (the logarithm of a
        ratio, the estimate itself of a difference), ``se``.
    """

    line: int
    study: str
    year: str
    analysis: Analysis
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One judgement on the risk of bias: line, study, name of the item, result as in the file."""

    line: int
    study: str
    item: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevMan:
    """The content of a RevMan file.

    Attributes
    ----------
    file : str
        The file as the user named it.
    title : str
        Title of the review; empty if the file has none.
    results : tuple of Result
        In the order of the file.
    judgements : tuple of Judgement
        In the order of the file.
    left : tuple of (int or None, str, str)
        Line, thing and reason for whatever has no place in the raw tables.
    asked : tuple of (int, str, str)
        The same for what was read but wants a look: lines in another encoding, words that were put right.
    """

    file: str
    title: str = ""
    results: tuple[Result, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    left: tuple[tuple[int | None, str, str], ...] = ()
    asked: tuple[tuple[int, str, str], ...] = ()
