"""The strength label: what a pooled answer supports, by the rule table of the configuration."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ipt_evidence.effects import log_odds_ratio_from_smd

DIFFERENCES = ("favours_ipt", "favours_comparator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A strength label with everything it was decided on.

    Attributes
    ----------
    direction : str
        favours_ipt or favours_comparator (interval excludes no difference), no_important_difference (the whole
        interval is short of the MID on both sides), unclear, or none without trials.
    interval_vs_null : str
        excludes or includes, or none.
    interval_vs_mid : str
        beyond (whole interval), estimate_beyond, short (whole interval on both sides), crosses, or none where the
        measure has no MID.
    strength : str
        strong, moderate, limited, insufficient or no_evidence.
    rule_id, reason : str
        The rule that decided and its words.
    """

    direction: str
    interval_vs_null: str
    interval_vs_mid: str
    strength: str
    rule_id: str
    reason: str


def mid_for(measure: str, mid_smd: float) -> float:
    """Return the minimal important difference on the scale of a measure; NaN where none is defined.

    The SMD's MID carries over to log odds ratios by the logistic conversion; risk and hazard ratios have no
    counterpart that does not depend on the risk without treatment.
    """
    if measure == "SMD":
        return mid_smd
    if measure == "logOR":
        return float(log_odds_ratio_from_smd(mid_smd, 1.0).values[0])
    return float("nan")


def rate(
    *, k: int, n_participants: float, estimate: float, ci_low: float, ci_high: float, mid: float,
    low_risk_percent: float, rules: pd.DataFrame,
) -> Rating:  # fmt: skip
    """Apply the rule table to one pooled answer; the first rule that holds decides.

    Parameters
    ----------
    k : int
        Trials pooled.
    n_participants : float
        People in them, where known.
    estimate, ci_low, ci_high : float
        Average effect and interval, positive = favours IPT; NaN if ``k`` is 0.
    mid : float
        Minimal important difference in the same units, positive; NaN if none is defined.
    low_risk_percent : float
        Share of the weight from trials at low risk of bias; unknown is not low.
    rules : DataFrame
        ``config/strength_rules.csv``.
    """
    direction, null, size = _reading(k, estimate, ci_low, ci_high, mid)
    for _, rule in rules.iterrows():
        if (
            (k == 0) == (rule["strength"] == "no_evidence")
            and k >= rule["min_k"]
            and n_participants >= rule["min_participants"]
            and low_risk_percent >= rule["min_low_risk_percent"]
            and _direction_fits(direction, rule["direction"])
            and _size_fits(size, rule["size"])
        ):
            return Rating(
                direction=direction, interval_vs_null=null, interval_vs_mid=size,
                strength=rule["strength"], rule_id=rule["rule_id"], reason=rule["words"],
            )  # fmt: skip
    raise ValueError("the rule table has no last rule that always holds")


def _reading(k: int, estimate: float, low: float, high: float, mid: float) -> tuple[str, str, str]:
    """Say where the interval lies against no difference and against the MID."""
    if k == 0:
        return "none", "none", "none"
    excludes = low > 0 or high < 0
    if np.isnan(mid):
        size = "none"
    elif low >= mid or high <= -mid:
        size = "beyond"
    elif -mid < low and high < mid:
        size = "short"
    else:
        size = "estimate_beyond" if abs(estimate) >= mid else "crosses"
    if excludes:
        direction = "favours_ipt" if low > 0 else "favours_comparator"
    else:
        direction = "no_important_difference" if size == "short" else "unclear"
    return direction, "excludes" if excludes else "includes", size


def _direction_fits(direction: str, wanted: str) -> bool:
    return wanted == "any" or direction == wanted or (wanted == "difference" and direction in DIFFERENCES)


def _size_fits(size: str, wanted: str) -> bool:
    return wanted == "any" or size == "beyond" or (wanted == "estimate" and size == "estimate_beyond")
