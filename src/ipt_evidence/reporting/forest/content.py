"""What a forest plot shows: the trials behind one answer, and the answer."""

from dataclasses import dataclass

from ipt_evidence.words import numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One trial of a forest plot; effects on the scale of the tables.

    Attributes
    ----------
    label, arms : str
        Trial and year with the signs of its footnotes, and the treatments compared.
    n1, n2 : float
        People in the arms under review and in the others; NaN if not known.
    risk : str
        low, some_concerns, high_or_unclear, high or unknown.
    estimate, ci_low, ci_high : float
        Effect with its interval.
    weight : float
        Share of the weight in percent.
    """

    label: str
    arms: str
    n1: float
    n2: float
    risk: str
    estimate: float
    ci_low: float
    ci_high: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """The pooled answer under the trials.

    Attributes
    ----------
    label : str
        What was pooled, and by which model.
    n1, n2 : float
        People, where known.
    estimate, ci_low, ci_high, pi_low, pi_high : float
        Average with its confidence and prediction interval; the latter NaN where there is none.
    """

    label: str
    n1: float
    n2: float
    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float

    @property
    def is_predictive(self) -> bool:
        """Whether there is a prediction interval."""
        return not numbers.is_missing(self.pi_low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """A forest plot before it is drawn.

    Attributes
    ----------
    measure : str
        Measure of the effects.
    level : float
        Coverage of the intervals.
    intervention, comparator : str
        The sides, as short labels.
    rows : tuple of ForestRow
        The trials in the order shown; at least one.
    average : Average or None
        The pooled answer; None for a single trial.
    mid : float or None
        Minimal important difference on the scale of the tables, if the measure has one.
    notes : tuple of str
        Remarks under the trials: heterogeneity, test, or that nothing was pooled.
    """

    measure: str
    level: float
    intervention: str
    comparator: str
    rows: tuple[ForestRow, ...]
    average: Average | None
    mid: float | None
    notes: tuple[str, ...]

    @property
    def prediction_label(self) -> str:
        """Name of the prediction interval, with its level."""
        return f"{numbers.percent(100 * self.level)} prediction interval"
