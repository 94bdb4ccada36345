"""Pooling of two-by-two tables as they are, for events too rare for effect sizes per trial."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of
from ipt_evidence.engine.effect_sizes.binary import (
    log_odds_ratio,
    log_risk_ratio,
    peto_parts,
    read_tables,
    risk_difference,
)
from ipt_evidence.engine.pooling.inference import chi2_p, infer
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.errors import EffectSizeError, SynthesisError

Tables = tuple[Floats, Floats, Floats, Floats]
MEASURES = ("OR", "RR", "RD")


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledTables:
    """A common effect of two-by-two tables.

    Attributes
    ----------
    k, k_uninformative : int
        Tables given, and those among them that add nothing to the estimate: those without any event for ratios, and
        for odds ratios those in which everyone has it; none for risk differences, of which such a table says 0.
    estimate, se : float
        Log odds ratio, log risk ratio or risk difference of group 1 against group 2, and its standard error.
    ci_low, ci_high, statistic, p_value : float
        Normal confidence interval and test.
    q, q_df, q_p_value : float
        Test of heterogeneity over the trials' own effects (half a person added where a cell is zero; not for
        Peto), of tables in which some have the event and some not. For a single one Q is 0 and p NaN: it cannot
        differ from itself.
    method, measure : str
        What was done.
    level : float
        Coverage of the interval.
    """

    k: int
    k_uninformative: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float
    q: float
    q_df: int
    q_p_value: float
    method: str
    measure: str
    level: float


def read_synthesis_tables(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike
) -> tuple[Tables, Bools]:
    """Return checked tables (k,) and which of them are informative; SynthesisError if none is."""
    try:
        a, n1, c, n2 = read_tables(events1, total1, events2, total2)
    except EffectSizeError as error:
        raise SynthesisError(str(error)) from None
    if not a.size:
        raise SynthesisError("no table is given: at least one is needed")
    informative = (a + c > 0) & (a + c < n1 + n2)
    if not informative.any():
        raise SynthesisError("in no table do some have the event and some not: no effect can be estimated")
    return (a, n1, c, n2), informative


def mantel_haenszel(
    events1: ArrayLike,
    total1: ArrayLike,
    events2: ArrayLike,
    total2: ArrayLike,
    *,
    measure: str = "OR",
    level: float = 0.95,
) -> PooledTables:
    """Pool two-by-two tables by Mantel and Haenszel, without correction of zero cells.

    Parameters
    ----------
    events1, total1, events2, total2 : array_like, scalar or shape (k,)
        As in :func:`ipt_evidence.effects.log_odds_ratio`.
    measure : {"OR", "RR", "RD"}
        Log odds ratio, log risk ratio or risk difference.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    PooledTables
        The common effect.

    Raises
    ------
    SynthesisError
        If a table is impossible, none is informative, all events lie in one group so that a ratio is zero
        or infinite, or everyone in one group and no one in the other has the event so that no variance is left.

    Notes
    -----
    Variances: Robins, Breslow & Greenland (1986) for OR, Greenland & Robins (1985) for RR, Sato, Greenland &
    Robins (1989) for RD. Agrees with metafor 3.8-1 ``rma.mh``.
    """
    with Checks(SynthesisError) as checks:
        one_of(checks, "measure", measure, MEASURES)
    level = check_choices(level=level)
    tables, informative = read_synthesis_tables(events1, total1, events2, total2)
    estimate, variance = {"OR": _mh_odds_ratio, "RR": _mh_risk_ratio, "RD": _mh_risk_difference}[measure](tables)
    single = {"OR": log_odds_ratio, "RR": log_risk_ratio, "RD": risk_difference}[measure]
    own = single(*(column[informative] for column in tables))
    q = float(np.sum((own.values - estimate) ** 2 / own.variances))
    a, _, c, _ = tables
    silent = {"OR": ~informative, "RR": a + c == 0, "RD": np.zeros(a.size, dtype=bool)}[measure]
    return _result(estimate, variance, q, informative, silent, "Mantel-Haenszel", measure, level)


def _finite(top: float, bottom: float) -> None:
    if top <= 0 or bottom <= 0:
        raise SynthesisError(
            "the pooled ratio is zero or infinite, because one group has no event (or no one without) in any "
            "informative table; report the risk difference"
        )


def _mh_odds_ratio(tables: Tables) -> tuple[float, float]:
    a, n1, c, n2 = tables
    b, d, total = n1 - a, n2 - c, n1 + n2
    r, s = a * d / total, b * c / total
    agree, differ = (a + d) / total, (b + c) / total
    _finite(r.sum(), s.sum())
    variance = (
        np.sum(agree * r) / (2 * r.sum() ** 2)
        + np.sum(agree * s + differ * r) / (2 * r.sum() * s.sum())
        + np.sum(differ * s) / (2 * s.sum() ** 2)
    )
    return float(np.log(r.sum() / s.sum())), float(variance)


def _mh_risk_ratio(tables: Tables) -> tuple[float, float]:
    a, n1, c, n2 = tables
    total = n1 + n2
    r, s = np.sum(a * n2 / total), np.sum(c * n1 / total)
    _finite(r, s)
    # n1 n2 (a + c) - a c N, without taking nearly equal numbers from each other
    variance = np.sum((a * n1 * (n2 - c) + c * n2 * (n1 - a)) / total**2) / (r * s)
    return float(np.log(r / s)), float(variance)


def _mh_risk_difference(tables: Tables) -> tuple[float, float]:
    a, n1, c, n2 = tables
    total = n1 + n2
    weights = n1 * n2 / total
    difference = float(np.sum((a * n2 - c * n1) / total) / weights.sum())
    if difference < 0:
        estimate, variance = _mh_risk_difference((c, n2, a, n1))
        return -estimate, variance
    # The sums of Sato, Greenland and Robins, rearranged so that every part is 0 or positive: rare events keep their
    # digits. Their terms in n2 - n1 cancel over all tables.
    without1, with2 = (n1 - a) / n1, c / n2
    parts = without1 * with2 + difference * (n1 * with2 + n2 * without1) / total
    return difference, float(np.sum(weights * parts) / weights.sum() ** 2)


def peto_pool(
    events1: ArrayLike, total1: ArrayLike, events2: ArrayLike, total2: ArrayLike, *, level: float = 0.95
) -> PooledTables:
    """Pool two-by-two tables by Peto's one-step log odds ratio.

    Parameters
    ----------
    events1, total1, events2, total2, level
        As in :func:`mantel_haenszel`.

    Returns
    -------
    PooledTables
        The common log odds ratio: good for rare events, small effects and arms of like size only.

    Raises
    ------
    SynthesisError
        If a table is impossible or none is informative.

    Notes
    -----
    Yusuf, Peto, Lewis, Collins & Sleight (1985). Agrees with metafor 3.8-1 ``rma.peto``.
    """
    level = check_choices(level=level)
    (a, n1, c, n2), informative = read_synthesis_tables(events1, total1, events2, total2)
    expected, information = peto_parts(a, n1, c, n2)
    estimate = float(np.sum(a - expected) / np.sum(information))
    deviation = (a - expected - estimate * information)[informative]
    q = float(np.sum(deviation**2 / information[informative]))
    return _result(estimate, 1 / float(np.sum(information)), q, informative, ~informative, "Peto", "OR", level)


def _result(
    estimate: float,
    variance: float,
    q: float,
    informative: Bools,
    silent: Bools,
    method: str,
    measure: str,
    level: float,
) -> PooledTables:
    if variance == 0:
        raise SynthesisError(
            "everyone in one group and no one in the other has the event, so that the variance comes out as 0: that is "
            "no certainty; report the counts"
        )
    se = float(np.sqrt(variance))
    test = infer(np.array([estimate]), np.array([se]), np.zeros(1), level, "normal")
    df = int(informative.sum()) - 1
    if not df:
        q = 0.0
    return PooledTables(
        k=informative.size,
        k_uninformative=int(silent.sum()),
        estimate=estimate,
        se=se,
        **test.single(),
        q=q,
        q_df=df,
        q_p_value=chi2_p(q, df),
        method=method,
        measure=measure,
        level=level,
    )
