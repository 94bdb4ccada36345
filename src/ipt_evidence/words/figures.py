"""The figures of an answer in words: on how much it rests, and what came out."""

from dataclasses import dataclass, fields
from math import ceil

from ipt_evidence.words import numbers

PEOPLE = ("person", "people")

TWO = 2

SINGLE, WIDENED, EACH, BAYES = "single_trial", "widened", "each_trial", "bayes"
"""What may decide instead of the interval of the primary model, as tables name it in ``decided_by``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What some trials say together.

    Attributes
    ----------
    measure : str
        Measure of the effect.
    level : float
        Coverage of the interval.
    k, k_without_n, k_randomised : int
        Trials, how many of them do not say how many people they are about, and of how many only those randomised are
        known.
    n_participants : float
        People in the trials that say so.
    estimate, ci_low, ci_high : float
        Effect (log scale for ratios, positive = favours the first side) and interval; NaN without trials.
    pi_low, pi_high : float
        Prediction interval; NaN where none is given.
    interval : str
        Kind of interval: bayes, widened, each_trial, or a confidence interval of another name.
    """

    measure: str
    level: float
    k: int
    k_without_n: int
    k_randomised: int
    n_participants: float
    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    interval: str

    @property
    def trials(self) -> str:
        """How many trials there are: ``a single trial``."""
        return "a single trial" if self.k == 1 else numbers.counted(self.k, "trial")

    @property
    def people(self) -> str:
        """How many people there are, as a column of people says it: ``434 (not known for 2 trials)``."""
        if self.k == 0:
            return numbers.MISSING
        if self.k_without_n == self.k:
            return "not known"
        notes = (
            f"not known for {numbers.counted(self.k_without_n, 'trial')}" if self.k_without_n else "",
            f"those randomised in {numbers.counted(self.k_randomised, 'trial')}" if self.k_randomised else "",
        )
        said = "; ".join(note for note in notes if note)
        return numbers.count(self.n_participants) + (f" ({said})" if said else "")

    def size(self, people: tuple[str, str] = PEOPLE) -> str:
        """Say how many trials and people there are: ``3 trials with 200 people``.

        Parameters
        ----------
        people : tuple of str
            What one and several of them are called.
        """
        trials = numbers.counted(self.k, "trial")
        if self.k_without_n == self.k:
            whose = f"number of {people[1]} is" if self.k == 1 else f"numbers of {people[1]} are"
            return f"{trials} whose {whose} not known" if self.k else trials
        randomised = " randomised" if self.k_randomised == self.k else ""
        known = f"{numbers.counted(int(self.n_participants), *people)}{randomised}"
        if not self.k_without_n:
            return f"{trials} with {known}"
        rest = numbers.counted(self.k - self.k_without_n, "trial")
        return f"{trials}, with {known} in {rest} and numbers not known for {numbers.count(self.k_without_n)}"

    @property
    def predicts_null(self) -> bool:
        """Whether the prediction interval includes no difference; one that is not known does not."""
        return self.pi_low <= 0 <= self.pi_high

    @property
    def effect(self) -> str:
        """The effect without its interval: ``g = 0.48``."""
        how = numbers.MEASURES[self.measure]
        return f"{how.symbol}{numbers.effect(self.estimate, self.measure)}{how.unit}"

    @property
    def span(self) -> str:
        """The bounds of the interval: ``0.35 to 0.60``."""
        return numbers.span(self.ci_low, self.ci_high, self.measure)

    @property
    def ci(self) -> str:
        """The interval: ``95% CI 0.35 to 0.60``."""
        return numbers.interval(self.ci_low, self.ci_high, self.measure, level=self.level, kind=self.interval)

    @property
    def written(self) -> str:
        """The effect with its interval: ``g = 0.48 (95% CI 0.35 to 0.60)``; a dash without trials."""
        return f"{self.effect} ({self.ci})" if self.k else numbers.MISSING

    @property
    def prediction(self) -> str:
        """The prediction interval: ``95% prediction interval −0.22 to 1.18``."""
        return numbers.prediction_interval(self.pi_low, self.pi_high, self.measure, level=self.level)

    @property
    def is_ratio(self) -> bool:
        """Whether the effect is a ratio."""
        return numbers.MEASURES[self.measure].is_ratio


FIGURES = tuple(field.name for field in fields(Figures) if field.name != "level")
"""What of the figures of an answer a table holds; the coverage is the same in all of a review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledFigures(Figures):
    """What all trials on a question say together, with what is known of differences between them.

    Attributes
    ----------
    model, method : str
        random_effects, common_effect, single_trial or none; estimator of the variance between trials.
    p_value : float
        Of a test of no difference.
    tau2, tau2_low, tau2_high, i2, i2_low, i2_high, q, q_df, q_p_value : float
        Heterogeneity, as in ``syntheses.csv``; NaN where they are not given.
    """

    model: str
    method: str
    p_value: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    i2_low: float
    i2_high: float
    q: float
    q_df: float
    q_p_value: float

    @property
    def tau2_span(self) -> str:
        """The interval of tau2: ``0.06 to 0.20``; none of two trials, or where no tau2 would leave results so alike."""
        if self.k == TWO:
            return "none that says anything of two trials"
        if numbers.is_missing(self.tau2_high):
            return "none, as the results are more alike than chance leaves them"
        return f"{numbers.tau2(self.tau2_low)} to {numbers.tau2(self.tau2_high)}"

    @property
    def i2_span(self) -> str:
        """The interval of I2: ``52% to 80%``; none where there is none of tau2."""
        if self.k == TWO or numbers.is_missing(self.i2_high):
            return "none"
        return f"{numbers.i2(self.i2_low)} to {numbers.i2(self.i2_high)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsoluteFigures:
    """An answer as numbers of people.

    Attributes
    ----------
    basis : str
        counts of the event itself, or response for symptoms on a scale.
    event_good : bool
        Whether the event is what is wanted.
    control_question_id : str
        The question whose trials the control risk is from.
    control_trials : int
        How many these are.
    control_risk, control_risk_low, control_risk_high : float
        Share of people with the event among those compared with: median, lowest and highest of these trials.
    with_intervention, with_low, with_high : float
        The share the intervention leads to, with interval.
    benefit_per_1000, benefit_low, benefit_high : float
        People of 1,000 who do better because of it, with interval; negative: who do worse.
    nnt, nnt_best, nnt_worst : float
        Numbers needed to treat: positive for one more to benefit, negative for one more to be harmed; NaN where there
        is no difference.
    through_infinity : bool
        Whether the interval runs from one kind through infinity to the other.
    """

    basis: str
    event_good: bool
    control_question_id: str
    control_trials: int
    control_risk: float
    control_risk_low: float
    control_risk_high: float
    with_intervention: float
    with_low: float
    with_high: float
    benefit_per_1000: float
    benefit_low: float
    benefit_high: float
    nnt: float
    nnt_best: float
    nnt_worst: float
    through_infinity: bool

    @property
    def without(self) -> str:
        """People with the event of 1,000 of those compared with: ``280``."""
        return _of(1000, self.control_risk)

    @property
    def control_range(self) -> str:
        """The range over the trials: ``120 to 450 in 5 trials``; ``1 trial`` for one."""
        trials = numbers.counted(self.control_trials, "trial")
        if self.control_trials == 1:
            return trials
        return f"{_of(1000, self.control_risk_low)} to {_of(1000, self.control_risk_high)} in {trials}"

    @property
    def with_it(self) -> str:
        """People with the event of 1,000 who are given the intervention, with interval: ``443 (360 to 528)``."""
        return f"{_of(1000, self.with_intervention)} ({_of(1000, self.with_low)} to {_of(1000, self.with_high)})"

    @property
    def difference(self) -> str:
        """How many more or fewer these are: ``164 more (81 to 249 more)``, ``20 fewer (75 fewer to 40 more)``."""
        ends = (self.benefit_low, self.benefit_high) if self.event_good else (-self.benefit_high, -self.benefit_low)
        more = self.benefit_per_1000 if self.event_good else -self.benefit_per_1000
        # The interval of a decrease begins with the larger one.
        low, high = ((_amount(end), _way(end)) for end in ends)
        first = low[0] if low[1] == high[1] else " ".join(low)
        return f"{_amount(more)} {_way(more)} ({first} to {' '.join(high)})"

    @property
    def needed(self) -> str:
        """The number needed to treat: ``NNTB 7 (5 to 13)``, ``NNTB 50 (NNTB 14 to ∞ to NNTH 25)``."""
        point = _needed(self.nnt)
        best, worst = _needed(self.nnt_best), _needed(self.nnt_worst)
        if self.through_infinity:
            return f"{point} ({best} to ∞ to {worst})"
        # The smaller number first.
        ends = (best, worst) if self.benefit_per_1000 > 0 else (worst, best)
        kinds = [end.rpartition(" ")[0] for end in ends]
        shown = [end.rpartition(" ")[2] for end in ends] if kinds[0] == kinds[1] or "∞" in ends else ends
        return f"{point} ({shown[0]} to {shown[1]})"

    def of_hundred(self, share: float) -> str:
        """Write a share as people of 100: ``28``; only none is 0 and only all are 100."""
        return _of(100, share)


def _of(people: int, share: float) -> str:
    number = people * share
    if 0 < number < 0.5:
        return "fewer than 1"
    if people - 0.5 < number < people:
        return f"more than {people - 1}"
    return numbers.count(round(number))


def _amount(difference: float) -> str:
    # Beside "more" and "fewer", "fewer than 1" would be read as a direction.
    return "under 1" if 0 < abs(difference) < 0.5 else numbers.count(round(abs(difference)))


def _way(difference: float) -> str:
    return "fewer" if difference < 0 else "more"


def _needed(number: float) -> str:
    """Write a number needed with its kind, rounded up (Cochrane Handbook 15.4.2)."""
    if numbers.is_missing(number):
        return "∞"
    return f"{'NNTB' if number > 0 else 'NNTH'} {numbers.count(ceil(round(abs(number), 6)))}"


BASES = ("counts", "response")
"""Where the risk of those compared with is from: counts of the question itself, or of the one on response."""

ABSOLUTE = tuple(field.name for field in fields(AbsoluteFigures))
"""What of them a table holds."""
