"""Figures of the arms of one trial, and pairwise contrasts that add up, so that their variances say how they covary."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from ipt_evidence.engine.effect_sizes.conversions import smd_from_log_odds_ratio
from ipt_evidence.engine.effect_sizes.means import small_sample_correction

Measure = Literal["SMD", "MD", "logOR", "logRR", "RD"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Mean, standard deviation and number of people of one arm; a lower mean is the better one."""

    mean: float
    sd: float
    n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """People with the event, and all people, of one arm."""

    events: float
    total: float


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two arms of a trial, by their places, the effect of the first against the second, and its variance."""

    first: int
    second: int
    value: float
    variance: float


def together_means(arms: Sequence[Means]) -> Means:
    """Return the figures of several arms as those of one.

    Notes
    -----
    Cochrane Handbook for Systematic Reviews of Interventions, version 6, table 6.5.a, for any number of groups.
    """
    if len(arms) == 1:
        return arms[0]
    n = sum(arm.n for arm in arms)
    mean = sum(arm.n * arm.mean for arm in arms) / n
    squares = sum((arm.n - 1) * arm.sd**2 + arm.n * (arm.mean - mean) ** 2 for arm in arms)
    return Means(mean=mean, sd=math.sqrt(squares / (n - 1)), n=n)


def together_counts(arms: Iterable[Counts]) -> Counts:
    """Return the counts of several arms as those of one."""
    rows = list(arms)
    return Counts(events=sum(arm.events for arm in rows), total=sum(arm.total for arm in rows))


def contrasts_of_means(arms: Sequence[Means], measure: str) -> list[Contrast]:
    """Return every pair of arms, positive where the first has the lower mean.

    Parameters
    ----------
    arms : sequence of Means, length m
        The arms of one trial.
    measure : {"SMD", "MD"}
        Hedges' g, with one standard deviation for all arms of the trial, or the difference of means.

    Notes
    -----
    With one standard deviation, pooled over all arms (N people, N - m degrees of freedom), the differences of a trial
    add up; g_i and g_j that share an arm of n people covary by 1/n + g_i g_j / (2 N) (Gleser & Olkin 2009), and the
    variances 1/n1 + 1/n2 + g^2 / (2 N) of all pairs imply just these covariances. Of two arms this is Hedges' g.
    """
    if measure == "MD":
        return _differences([-arm.mean for arm in arms], [arm.sd**2 / arm.n for arm in arms])
    people = sum(arm.n for arm in arms)
    df = people - len(arms)
    sd = math.sqrt(sum((arm.n - 1) * arm.sd**2 for arm in arms) / df)
    factor = float(small_sample_correction(np.array(df))) / sd
    plain = _differences([-factor * arm.mean for arm in arms], [1 / arm.n for arm in arms])
    return [
        Contrast(each.first, each.second, each.value, each.variance + each.value**2 / (2 * people)) for each in plain
    ]


def contrasts_of_counts(arms: Sequence[Counts], measure: str) -> list[Contrast]:
    """Return every pair of arms: log odds ratio, log risk ratio, risk difference; none if all or none had it.

    Parameters
    ----------
    arms : sequence of Counts
        The arms of one trial. Where one has nobody or everybody with the event, 0.5 is added to its events and to
        those without, in every arm of the trial, so that the contrasts still add up.
    measure : {"logOR", "logRR", "RD"}
        The effect measure.
    """
    if all(arm.events == 0 for arm in arms) or all(arm.events == arm.total for arm in arms):
        return []
    if any(arm.events in (0, arm.total) for arm in arms):
        arms = [Counts(events=arm.events + 0.5, total=arm.total + 1) for arm in arms]
    values = [_on_scale(arm, measure) for arm in arms]
    return _differences([value for value, _ in values], [variance for _, variance in values])


def _on_scale(arm: Counts, measure: str) -> tuple[float, float]:
    """Return log odds, log risk or risk of one arm, and its variance."""
    events, people = arm.events, arm.total
    if measure == "logOR":
        return math.log(events / (people - events)), 1 / events + 1 / (people - events)
    if measure == "logRR":
        return math.log(events / people), 1 / events - 1 / people
    return events / people, events * (people - events) / people**3


def converted(contrasts: Iterable[Contrast], *, event_good: bool) -> list[Contrast]:
    """Return log odds ratios as standardised mean differences, positive where the first arm does better."""
    sign = 1.0 if event_good else -1.0
    rows = list(contrasts)
    smd = smd_from_log_odds_ratio(
        np.array([sign * each.value for each in rows]), np.array([each.variance for each in rows])
    )
    return [
        Contrast(each.first, each.second, float(value), float(variance))
        for each, value, variance in zip(rows, smd.values, smd.variances, strict=True)
    ]


def _differences(values: Sequence[float], variances: Sequence[float]) -> list[Contrast]:
    return [
        Contrast(first, second, values[first] - values[second], variances[first] + variances[second])
        for first, second in combinations(range(len(values)), 2)
    ]
