"""Risk of bias of a body: the weight of trials by risk, and whether those at low risk differ from the rest."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.appraisal.certainty.body import Bodies, Body, Pooled, PooledBodies
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, on_side, target_of, towards
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.engine.checks import Bools
from ipt_evidence.engine.intervals import excludes_null, short_of
from ipt_evidence.engine.moderators.regression import FittedRegression, fit_regression
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words import numbers

LEAST_ALONE = 2
"""Trials at low risk needed for them to speak for themselves."""

ENOUGH = 0.5
"""Share of the optimal information size from which the trials at low risk carry enough to show a difference."""


def risk_of_bias(
    body: Body, pooled: Pooled, low_risk: Pooled | None, model: Model, thresholds: Thresholds
) -> Judgement:
    """Judge risk of bias.

    No level is taken away where half the weight is at low risk, or two trials at low risk alone say the same with an
    interval that excludes the opposite. One level otherwise, whether the rest is known to be at risk or nobody judged
    it; two where most of the weight is at high risk and the trials at low risk provably differ from the others. One,
    not none, where it would be two if a single trial were not judged to be sound.

    Parameters
    ----------
    body, pooled : Body, Pooled
        The trials and what they say together.
    low_risk : Pooled or None
        What the trials at low risk say alone; None if there are none.
    model : Model
        By which the two groups are compared.
    thresholds : Thresholds
        See there.

    Notes
    -----
    Core GRADE 4 (2025): trials are at low risk or not, and the decision rests on the weight of each group and on
    whether their results differ. Provably: the interval of the difference in a meta-regression excludes none, and
    the trials at low risk have half the optimal information size. A trial nobody judged counts as
    one that is not at low risk, never as better than one that was judged.
    """
    found = biased(body, pooled, low_risk, lambda: model, thresholds)
    low, target = body.at_risk("low"), str(target_of(pooled.estimate, body.mid))
    rule, downgrade = RULES[int(found.rule)]
    return Judgement(
        domain="risk_of_bias",
        downgrade=downgrade,
        rule=rule,
        say=lambda: _reason(body, found, model),
        show=lambda: {
            **{f"{level}_risk_percent": share for level, share in found.shares.items()},
            "low_risk_trials": body.count(low),
            **{f"low_risk_{name}": getattr(low_risk, name, float("nan")) for name in ("estimate", "ci_low", "ci_high")},
            "low_risk_decided_by": getattr(low_risk, "decided_by", "none"),
            "low_risk_differs": int(_differ(body, low, lambda: model, np.array(True))),
            **dict(zip(("difference_low", "difference_high"), difference(body, low, model), strict=True)),
            "target": target, "mid": body.mid,
        },
    )  # fmt: skip


RULES = (
    ("mostly_low", 0),
    ("low_risk_trials_agree", 0),
    ("mostly_high_and_different", -2),
    ("not_assessed", -1),
    ("not_mostly_low", -1),
    ("one_trial_from_different", -1),
)
"""The rules in the order in which they are tried, with the levels that each takes away."""

Models = Callable[..., Model]
"""The model of a body, or, of many bodies, that of the one at a place."""


class Biased(NamedTuple):
    """What trials show of risk of bias; each for one body or many.

    Attributes
    ----------
    shares : dict of str to float or ndarray
        Percent of the weight by level of risk.
    same, firm : ndarray of bool
        Whether the trials at low risk alone fall on the same side, and with an interval that excludes the opposite.
    rule : ndarray of int
        Place in :data:`RULES` of the one that decides.
    """

    shares: dict[str, Any]
    same: Bools
    firm: Bools
    rule: NDArray[np.int64]

    @property
    def downgrade(self) -> NDArray[np.int64]:
        """Levels taken away."""
        return np.array([taken for _, taken in RULES])[self.rule]


def biased(
    body: Body | Bodies,
    pooled: Pooled | PooledBodies,
    low_risk: Pooled | PooledBodies | None,
    models: Models,
    thresholds: Thresholds,
) -> Biased:
    """Apply the rule of :func:`risk_of_bias` to one body or many.

    Whether trials differ is looked at only where it can decide.
    """
    shares = {level: pooled.share(body.at_risk(level)) for level in ("low", "high", "high_or_unclear", "unknown")}
    low, mostly_low = body.at_risk("low"), np.greater_equal(shares["low"], thresholds.low_risk_percent)
    same, firm = np.zeros_like(mostly_low), np.zeros_like(mostly_low)
    if low_risk is not None:
        target = target_of(pooled.estimate, body.mid)
        same = on_side(low_risk.estimate, target, body.mid)
        firm = same & np.greater_equal(body.count(low), LEAST_ALONE) & _is_firm(low_risk, target, body.mid)
    sound, mostly_high = mostly_low | firm, np.greater(shares["high"], thresholds.high_risk_percent)
    tried = (
        mostly_low,
        firm,
        _differ(body, low, models, ~sound & mostly_high),
        np.greater_equal(shares["unknown"], 100 - thresholds.low_risk_percent),
    )
    one = _hang_on_one(body, pooled, shares["high"], models, thresholds, sound)
    return Biased(shares, same, firm, np.where(one, len(RULES) - 1, np.select(tried, range(4), 4)))


def difference(body: Body, low: Bools, model: Model) -> tuple[float, float]:
    """Return the interval of the difference between trials at low risk and the others; NaN where it cannot be told.

    Notes
    -----
    One heterogeneity for both groups, as a group of few trials has none of its own to speak of. Few trials in all
    leave one or two degrees of freedom, and an interval that says the same whatever they find.
    """
    if low.all() or not low.any() or body.k <= max(model.few_trials, 2):
        return float("nan"), float("nan")
    return _gap(body.effects.tobytes(), body.variances.tobytes(), low.tobytes(), model)


# Both kept: the choices that are combined ask for the same trials under every important difference and interval.
@lru_cache(maxsize=1024)
def _gap(effects: bytes, variances: bytes, low: bytes, model: Model) -> tuple[float, float]:
    found = _fitted(effects, variances, low, model.method).test(model.interval, model.level)
    return float(found.ci_low[1]), float(found.ci_high[1])


@lru_cache(maxsize=1024)
def _fitted(effects: bytes, variances: bytes, low: bytes, method: str) -> FittedRegression:
    group = np.frombuffer(low, dtype=bool).astype(float)
    return fit_regression(np.frombuffer(effects), np.frombuffer(variances), group, method=method)


def _differ(body: Body | Bodies, low: Bools, models: Models, asked: Bools) -> Bools:
    """Tell of the bodies asked about whether some trials provably differ from the others, and carry enough for it."""
    enough = np.greater_equal(body.people_of(low), ENOUGH * body.important.information_size)
    found = np.array(asked & enough)
    for place in np.ndindex(found.shape):
        if found[place]:
            one, mine = body.one(low, *place)
            found[place] = excludes_null(*difference(one, mine, models(*place)))
    return found


def _hang_on_one(
    body: Body | Bodies, pooled: Pooled | PooledBodies, high: Any, models: Models, thresholds: Thresholds, asked: Bools
) -> Bools:
    """Tell of the bodies asked about whether two levels would go if one of the trials at low risk were at high risk.

    No single judgement may move certainty by two levels.
    """
    low, share = body.at_risk("low"), np.expand_dims(high, -1) + pooled.weights
    enough = asked[..., None] & low & (pooled.weights > 0) & (share > thresholds.high_risk_percent)
    found = np.zeros_like(asked)
    for place in np.flatnonzero(enough.reshape(-1, low.size).any(axis=0)):
        found = found | _differ(body, low & (np.arange(low.size) != place), models, enough[..., place] & ~found)
    return found


def _is_firm(low_risk: Pooled | PooledBodies, target: NDArray[np.str_], mid: float) -> Bools:
    """Say whether the trials at low risk alone exclude no difference, or any important one if that is the target."""
    short = np.logical_and(*short_of(low_risk.ci_low, low_risk.ci_high, mid))
    return np.where(target == LITTLE, short, towards(target, low_risk.ci_low, low_risk.ci_high)[0] > 0)


def _apart(gap: tuple[float, float], measure: str) -> str:
    """Put the interval of the difference between trials at low risk and the others into words; empty if not known."""
    if not math.isfinite(gap[0]):
        return ""
    span = numbers.span(*gap, measure)
    if numbers.MEASURES[measure].is_ratio:
        return f"; its {numbers.MEASURES[measure].name} is {span} times that of the others"
    return f"; it differs from the others by {span}"


def _reason(body: Body, found: Biased, model: Model) -> str:
    shares, low = found.shares, body.at_risk("low")
    parts = {
        "high": "from trials at high risk",
        "high_or_unclear": "from trials coded as high or unclear",
        "unknown": "from trials nobody judged",
    }
    named = [f"{shares[level]:.0f}% {words}" for level, words in parts.items() if shares[level] or level == "high"]
    text = ", ".join([f"{shares['low']:.0f}% of the weight comes from trials at low risk of bias", *named])
    alone, apart = body.count(low), _apart(difference(body, low, model), body.measure)
    if not alone:
        return f"{text}."
    count = "the trial at low risk alone falls" if alone == 1 else f"the average of the {alone} at low risk alone falls"
    side = "on the same side of the threshold" if found.same else "on the other side of the threshold"
    return f"{text}; {count} {side}{', with an interval that excludes the opposite' if found.firm else ''}{apart}."
