"""Tests for funnel-plot asymmetry of binary outcomes, whose log odds ratios vary with their errors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.effect_sizes.binary import log_odds_ratio
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.engine.small_study.asymmetry import EggerTest, egger_line
from ipt_evidence.engine.small_study.weighted_line import weighted_line
from ipt_evidence.errors import SynthesisError

_LEAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PetersTest:
    """Regression of the log odds ratio on the inverse sample size.

    Attributes
    ----------
    k : int
        Number of trials used.
    slope, se : float
        Coefficient of 1/n.
    ci_low, ci_high, statistic, p_value : float
        Its interval and test, t with ``df`` degrees of freedom.
    df : float
        k - 2.
    """

    k: int
    slope: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float
    df: float


def peters_test(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike, *, level: float = 0.95
) -> PetersTest:
    """Test binary outcomes for asymmetry by regressing the log odds ratio on the inverse sample size.

    Parameters
    ----------
    events1, total1, events2, total2 : array_like, shape (k,)
        People with the event and all people, per arm. Trials in which no one or everyone has the event are
        left out.
    level : float
        Coverage of the interval.

    Returns
    -------
    PetersTest
        With t and k-2 degrees of freedom.

    Raises
    ------
    EffectSizeError
        If counts are impossible.
    SynthesisError
        If fewer than three trials are informative or all are of the same size.

    Notes
    -----
    Peters et al. (2006): weights 1/(1/events + 1/non-events) over both arms; 0.5 is added to the cells of
    trials with a zero cell for the log odds ratio only.
    """
    level = check_choices(level=level)
    y, a, n1, c, n2 = _informative(events1, total1, events2, total2)
    n, events = n1 + n2, a + c
    _, slope = weighted_line(y, 1 / n, events * (n - events) / n, level, called="inverse sample sizes")
    return PetersTest(
        k=y.size,
        slope=slope.estimate,
        se=slope.se,
        ci_low=slope.ci_low,
        ci_high=slope.ci_high,
        statistic=slope.statistic,
        p_value=slope.p_value,
        df=y.size - 2.0,
    )


def harbord_test(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike, *, level: float = 0.95
) -> EggerTest:
    """Test binary outcomes for asymmetry by Egger's regression on efficient scores.

    Parameters
    ----------
    events1, total1, events2, total2, level
        As in :func:`peters_test`.

    Returns
    -------
    EggerTest
        With t and k-2 degrees of freedom.

    Raises
    ------
    EffectSizeError
        If counts are impossible.
    SynthesisError
        If fewer than three trials are informative or all have the same score variance.

    Notes
    -----
    Harbord, Egger & Sterne (2006): score Z = a - events n1/n with variance V = n1 n2 events (n - events) /
    (n^2 (n - 1)); Z/V is regressed on 1/sqrt(V) with weights V.
    """
    level = check_choices(level=level)
    _, a, n1, c, n2 = _informative(events1, total1, events2, total2)
    n, events = n1 + n2, a + c
    score = a - events * n1 / n
    information = n1 * n2 * events * (n - events) / (n**2 * (n - 1))
    return egger_line(score / information, 1 / np.sqrt(information), information, level)


def _informative(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return log odds ratios and counts of the trials in which some but not all people have the event."""
    ratios = log_odds_ratio(events1, total1, events2, total2)
    counts = (np.asarray(count, dtype=np.float64) for count in (events1, total1, events2, total2))
    used = ~ratios.uninformative
    if used.sum() < _LEAST:
        raise SynthesisError(
            f"this test needs at least {_LEAST} trials in which some but not all people have the event, "
            f"got {int(used.sum())}"
        )
    a, n1, c, n2 = (np.broadcast_to(count, used.shape)[used] for count in counts)
    return ratios.values[used], a, n1, c, n2
