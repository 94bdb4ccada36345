"""What plots of risk of bias show."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LightRow:
    """One assessment of a traffic light.

    Attributes
    ----------
    label, instrument : str
        The trial, and the instrument judged; empty if the trial was judged as a whole.
    judgements : tuple of str
        One per column; unknown where nobody judged.
    departs : tuple of bool
        One per column: whether it is not what the algorithm gives.
    """

    label: str
    instrument: str
    judgements: tuple[str, ...]
    departs: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficLight:
    """Assessments by domain, all with one tool; one sheet of a long list.

    Attributes
    ----------
    title : str
        The tool, and which of the sheets it is.
    columns : tuple of str
        The domains of the tool, and overall as the last.
    rows : tuple of LightRow
        The assessments; at least one.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[LightRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How the weight of an answer is shared by judgement.

    Attributes
    ----------
    group, label : str
        The tool, and its domain; the bar over all trials has neither tool nor domain.
    shares : mapping of str to float
        Percent of the weight by judgement, least worrying first, unknown last; they add up to 100.
    """

    group: str
    label: str
    shares: Mapping[str, float]
