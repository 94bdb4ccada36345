"""The trials that answer a question, as a rating sees them, and what they say together."""

from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.pooling.random_effects import pool, weight_percent


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """One effect per trial, with what bears on how far it can be relied on.

    Attributes
    ----------
    trials : tuple of str, length k
        Their names.
    effects, variances : ndarray, shape (k,)
        Effects (positive favours the treatment named first) and sampling variances.
    participants : ndarray, shape (k,)
        People in each trial; NaN where not known.
    risk : tuple of str, length k
        low, some_concerns, high or unknown.
    marks : tuple of frozenset of str, length k
        In what ways a trial sits apart from the question; empty if in none.
    settings : tuple of str, length k
        Special group or setting the question does not name; empty text if none.
    randomised : ndarray of bool, shape (k,)
        False where it is not certain that people were allocated by chance.
    unusable : int
        Trials that report something on the question from which no effect follows.
    mid : float
        Minimal important difference on the scale of the effects; NaN where none is defined.
    """

    trials: tuple[str, ...]
    effects: Floats
    variances: Floats
    participants: Floats
    risk: tuple[str, ...]
    marks: tuple[frozenset[str], ...]
    settings: tuple[str, ...]
    randomised: Bools
    unusable: int
    mid: float

    @property
    def k(self) -> int:
        """Number of trials."""
        return int(self.effects.size)

    @property
    def n_participants(self) -> float:
        """People in the trials that say how many there were."""
        return float(self.participants.sum(where=np.isfinite(self.participants)))

    def at_risk(self, *levels: str) -> Bools:
        """Return which trials are at one of these levels of risk of bias."""
        return np.array([level in levels for level in self.risk], dtype=bool)

    def only(self, chosen: Bools) -> "Body":
        """Return the body of the chosen trials."""
        kept = chosen.tolist()
        return replace(
            self,
            trials=tuple(compress(self.trials, kept)),
            effects=self.effects[chosen],
            variances=self.variances[chosen],
            participants=self.participants[chosen],
            risk=tuple(compress(self.risk, kept)),
            marks=tuple(compress(self.marks, kept)),
            settings=tuple(compress(self.settings, kept)),
            randomised=self.randomised[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """What the trials of a body say together.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        Average effect and its interval.
    pi_low, pi_high : float
        Prediction interval; NaN for fewer than three trials.
    tau2, i2 : float
        Heterogeneity; NaN for a single trial.
    weights : ndarray, shape (k,)
        Percent of the weight of each trial.
    """

    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    tau2: float
    i2: float
    weights: Floats

    def share(self, chosen: Bools) -> float:
        """Return the percent of the weight that the chosen trials have."""
        return float(self.weights[chosen].sum())


def pool_body(body: Body, *, method: str, interval: str, level: float) -> Pooled:
    """Pool the trials of a body of at least one trial, as :func:`pool_effects` does."""
    return pool_effects(body.effects, body.variances, method=method, interval=interval, level=level)


def pool_effects(effects: Floats, variances: Floats, *, method: str, interval: str, level: float) -> Pooled:
    """Pool one effect per trial, shape (k,), k at least 1; a single trial is passed on with its normal interval."""
    if effects.size == 1:
        half = special.ndtri((1 + level) / 2) * np.sqrt(variances[0])
        nan = float("nan")
        return Pooled(
            estimate=float(effects[0]), ci_low=float(effects[0] - half), ci_high=float(effects[0] + half),
            pi_low=nan, pi_high=nan, tau2=nan, i2=nan, weights=np.array([100.0]),
        )  # fmt: skip
    found = pool(effects, variances, method=method, interval=interval, level=level)
    return Pooled(
        estimate=found.estimate, ci_low=found.ci_low, ci_high=found.ci_high, pi_low=found.pi_low,
        pi_high=found.pi_high, tau2=found.tau2, i2=found.i2, weights=weight_percent(variances, found.tau2),
    )  # fmt: skip
