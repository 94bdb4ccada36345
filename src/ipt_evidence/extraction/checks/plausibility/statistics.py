"""Whether value, standard error, interval, p value and numbers of one printed statistic fit each other."""

import math
from collections.abc import Iterator

from scipy import special

from ipt_evidence.engine.effect_sizes.means import smd_variance
from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures, Row, decimals
from ipt_evidence.extraction.choices import RATIOS

Z95 = float(special.ndtri(0.975))
SKEW = 0.15
SE_MISFIT = 0.15
P_FACTOR = 2.0
SMALLEST_P = 0.0011
"""At or below, p values are printed as bounds."""


def ratio_intervals_are_symmetric(figures: Figures) -> Iterator[Breach]:
    """Yield ratios whose interval does not lie evenly around them on the log scale.

    Rule: log(value / low) and log(high / value) are equal for Wald intervals. Threshold: they differ by more than 15 %
    of their mean plus what rounding of the printed digits allows. Exact and bootstrap intervals may differ rightly.
    """
    for row in figures.contrasts:
        if row["statistic"] in RATIOS and (off := off_middle(row["value"], row["ci_low"], row["ci_high"], ratio=True)):
            rule = f"on the log scale {off[0]:.2f} above the lower and {off[1]:.2f} below the upper limit"
            yield figures.finding("contrasts", row, "value", rule, "Look up value and interval, and their scale")


def difference_intervals_are_symmetric(figures: Figures) -> Iterator[Breach]:
    """Yield differences that do not lie in the middle of their interval.

    Rule: value - low and high - value are equal for intervals by a normal or a t distribution. Threshold: they differ
    by more than 15 % of their mean plus what rounding of the printed digits allows. Bootstrap intervals may differ
    rightly.
    """
    for row in figures.contrasts:
        off = off_middle(row["value"], row["ci_low"], row["ci_high"], ratio=False)
        if row["statistic"] not in RATIOS and off:
            rule = f"{off[0]:.3g} above the lower and {off[1]:.3g} below the upper limit"
            yield figures.finding("contrasts", row, "value", rule, "Look up value and interval, and their signs")


def off_middle(
    value: float | None, low: float | None, high: float | None, *, ratio: bool
) -> tuple[float, float] | None:
    """Return how far a value lies above the lower and below the upper limit, if these are not the same.

    Parameters
    ----------
    value, low, high : float or None
        As printed.
    ratio : bool
        Whether to measure on the log scale.

    Returns
    -------
    tuple of float, or None
        None, too, if a figure is missing, or is no ratio.
    """
    if value is None or low is None or high is None or (ratio and not _positive(value, low, high)):
        return None
    # A trailing zero is lost in a number, so the figures of a row are taken to be printed alike.
    half = 0.5 * 10.0 ** -max(map(decimals, (value, low, high)))
    if ratio:
        below, above = math.log(value / low), math.log(high / value)
        slack = sum(half / figure for figure in (low, value, value, high))
    else:
        below, above, slack = value - low, high - value, 4 * half
    return (below, above) if abs(below - above) > SKEW * abs(below + above) / 2 + slack else None


def intervals_fit_standard_errors(figures: Figures) -> Iterator[Breach]:
    """Yield standard errors that differ from the one of the printed interval.

    Rule: SE = width / (2 x 1.96), of the logarithm for ratios. Threshold: 15 % (with 14 degrees of freedom
    a t interval is 9 % wider).
    """
    for row in figures.contrasts:
        implied = _error_of_interval(row)
        if implied is not None and row["se"] is not None and abs(row["se"] / implied - 1) > SE_MISFIT:
            rule = f"the interval {row['ci_low']:g} to {row['ci_high']:g} means a standard error of {implied:.3g}"
            yield figures.finding("contrasts", row, "se", rule, "Look up both; is the SE of the logarithm, or an SD?")


def smd_errors_fit_people(figures: Figures) -> Iterator[Breach]:
    """Yield SMDs whose standard error is not the one of that many people.

    Rule: SE² = 1/n1 + 1/n2 + SMD²/(2(n1 + n2)) (Hedges and Olkin, Statistical Methods for Meta-Analysis, 1985).
    Threshold: 15 %. A larger SE is no contradiction where ``derived`` says that n are those randomised: fewer may have
    been analysed. Adjusted, clustered and change-score SMDs differ rightly.
    """
    for row in figures.contrasts:
        if row["statistic"] == "smd" and None not in (row["se"], row["n1"], row["n2"]):
            expected = math.sqrt(smd_variance(row["value"], row["n1"], row["n2"]))
            excess = row["se"] / expected - 1
            fewer_analysed = excess > 0 and "randomised" in (row["derived"] or "")
            if abs(excess) > SE_MISFIT and not fewer_analysed:
                rule = f"an SMD of {row['value']:g} with {row['n1']} and {row['n2']} people has an SE of {expected:.3g}"
                yield figures.finding("contrasts", row, "se", rule, "Look up whom the SMD rests on and how it was made")


def p_values_fit(figures: Figures) -> Iterator[Breach]:
    """Yield p values that value, standard error, interval or numbers of the same row contradict.

    Rule: p recomputed from z = value / SE (log for ratios), or from t or F(1, df) with n1 + n2 - 2 degrees of freedom,
    must lie within a factor of 2 of the printed one; p of 0.001 or less is a bound, not to be exceeded twofold. For t
    the p of a normal z is tried too: where only that one fits, the statistic is no t. Thresholds of this project.
    """
    for row in figures.contrasts:
        computed = _p_value(row)
        if row["p_value"] is None or computed is None:
            continue
        as_z = _p_of_z(row["value"]) if row["statistic"] == "t" else None
        if as_z is not None and _rounds(as_z, row["p_value"]) and not _rounds(computed, row["p_value"]):
            rule = f"p of t({row['n1'] + row['n2'] - 2}) is {computed:.3g}; the printed one is that of a normal z"
            yield figures.finding("contrasts", row, "p_value", rule, "Look up which statistic it is")
        elif not _near(computed, row["p_value"]):
            rule = f"the figures of the row give p = {computed:.3g}"
            yield figures.finding(
                "contrasts", row, "p_value", rule, "Look up value, interval and p; are they of one test?"
            )


def precision_is_stated(figures: Figures) -> Iterator[Breach]:
    """Yield statistics from which no standard error follows.

    Rule: SE, interval or p value is filled, or n1 and n2 for an SMD, t or F. Without it the row enters no pool.
    """
    for row in figures.contrasts:
        sized = row["statistic"] in ("smd", "t", "F1") and row["n1"] is not None and row["n2"] is not None
        if not sized and row["se"] is None and row["ci_low"] is None and row["p_value"] is None:
            rule = "no standard error, interval or p value, so no precision"
            yield figures.finding(
                "contrasts", row, "se", rule, "Look for one in the report; else it stays out of pools"
            )


def _p_of_z(z: float) -> float:
    """Return the two-sided p value of a normal z."""
    return 2 * float(special.ndtr(-abs(z)))


def _error_of_interval(row: Row) -> float | None:
    if row["ci_low"] is None or row["ci_high"] is None:
        return None
    if row["statistic"] in RATIOS:
        both = _positive(row["ci_low"], row["ci_high"])
        return math.log(row["ci_high"] / row["ci_low"]) / (2 * Z95) if both else None
    return (row["ci_high"] - row["ci_low"]) / (2 * Z95)


def _p_value(row: Row) -> float | None:
    if row["value"] is None:
        return None
    df = None if row["n1"] is None or row["n2"] is None else row["n1"] + row["n2"] - 2
    if row["statistic"] in ("t", "F1"):
        t = row["value"] if row["statistic"] == "t" else math.sqrt(row["value"])
        return 2 * float(special.stdtr(df, -abs(t))) if df else None
    error = row["se"] or _error_of_interval(row)
    if not error or (row["statistic"] in RATIOS and not _positive(row["value"])):
        return None
    value = math.log(row["value"]) if row["statistic"] in RATIOS else row["value"]
    return _p_of_z(value / error)


def _positive(*values: float | None) -> bool:
    return all(value is not None and value > 0 for value in values)


def _near(computed: float, printed: float) -> bool:
    if printed <= SMALLEST_P:
        return computed <= P_FACTOR * SMALLEST_P
    rounding = 0.5 * 10.0 ** -decimals(printed)
    return (printed - rounding) / P_FACTOR <= computed <= (printed + rounding) * P_FACTOR


def _rounds(computed: float, printed: float) -> bool:
    return round(computed, decimals(printed)) == printed
