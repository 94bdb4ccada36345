"""Checks of what every synthesis takes: effects, their variances, a method and an interval."""

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import RANGE, Checks, Floats, one_of, read_columns, within
from ipt_evidence.errors import SynthesisError

METHODS = ("REML", "ML", "DL", "PM", "SJ", "EB", "HE", "HS", "CE")
"""Estimators of the between-trial variance; CE is the common-effect model, which has none."""

INTERVALS = ("HKSJ", "adhoc", "normal")
"""How standard error and confidence interval are made: see :func:`ipt_evidence.synthesis.pool`."""


def read_effects(effects: ArrayLike, variances: ArrayLike, *, at_least: int = 2) -> tuple[Floats, Floats]:
    """Return effects and variances as checked arrays of shape (k,).

    SynthesisError if an effect is not finite, a variance is not positive and finite, lengths differ, there are fewer
    than ``at_least`` effects, or numbers are too large or small for their squares to be computed.
    """
    checks = Checks(SynthesisError)
    y, v = read_columns(checks, effects=effects, variances=variances)
    if np.shape(effects) != np.shape(variances):
        shapes = f"{np.shape(effects)} and {np.shape(variances)}"
        raise SynthesisError(f"effects and variances must be equally long, got shapes {shapes}")
    if y.size >= at_least and np.all((np.abs(y) < RANGE) & (v > 1 / RANGE) & (v < RANGE)):
        return y, v
    checks.require("effects", y, np.isfinite(y), "finite")
    checks.require("variances", v, np.isfinite(v) & (v > 0), "positive and finite")
    checks.finish()
    checks.require("effects", y, np.abs(y) < RANGE, f"between -{RANGE:g} and {RANGE:g}")
    checks.require("variances", v, (v > 1 / RANGE) & (v < RANGE), f"between {1 / RANGE:g} and {RANGE:g}")
    if y.size < at_least:
        remedy = "; report the trial on its own" if at_least == 2 else ""
        plural = "" if at_least == 1 else "s"
        checks.note(f"this synthesis needs at least {at_least} effect size{plural}, got {y.size}{remedy}")
    checks.finish()
    return y, v


def read_variances(variances: ArrayLike) -> Floats:
    """Return variances as a checked array of shape (k,), as :func:`read_effects` does."""
    (v,) = read_columns(Checks(SynthesisError), variances=variances)
    return read_effects(np.zeros_like(v), v, at_least=1)[1]


def check_choices(*, method: str = "REML", interval: str = "adhoc", level: float = 0.95) -> float:
    """Raise SynthesisError unless method, interval and level are known and possible; return the level."""
    with Checks(SynthesisError) as checks:
        one_of(checks, "method", method, METHODS)
        one_of(checks, "interval", interval, INTERVALS)
        return within(checks, "level", level, 0, 1)


def read_synthesis(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    at_least: int = 2,
    method: str = "REML",
    interval: str = "adhoc",
    level: float = 0.95,
) -> tuple[Floats, Floats, float]:
    """Return effects and variances as :func:`read_effects` does, then the level as :func:`check_choices` does."""
    y, v = read_effects(effects, variances, at_least=at_least)
    return y, v, check_choices(method=method, interval=interval, level=level)
