"""Which interval says what a set of trials shows: that of the primary model, or, of few trials, a Bayesian one."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.intervals import excludes_null, side_of_null
from ipt_evidence.engine.pooling.bayes import BayesianPool, pool_bayes
from ipt_evidence.engine.pooling.inference import heterogeneity_q
from ipt_evidence.engine.pooling.priors import HalfNormal
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.words.figures import AGREE, BAYES, EACH, SINGLE

UNITS = {"SMD": 1.0, "logOR": 1.0, "logRR": 1.0, "logHR": 1.0, "RD": 0.25}
"""Size of the prior's unit on the scale of each measure that has one: a log odds moves a risk by at most a quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """How a set of trials is pooled.

    Attributes
    ----------
    method, interval : str
        As in :func:`ipt_evidence.synthesis.pool`.
    level : float
        Coverage of the intervals.
    few_trials : int
        Most trials that count as few; 0 or 1 leaves every answer to ``interval``.
    prior_scale : float
        Scale of the half-normal prior for tau, in standard deviations and log ratios.
    """

    method: str
    interval: str
    level: float
    few_trials: int
    prior_scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a set of trials shows.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        Average effect and the interval that decides.
    pi_low, pi_high : float
        Prediction interval; of the primary model from three trials on; NaN else.
    tau2, i2, q_p_value : float
        Heterogeneity by the primary model; NaN for a single trial.
    decided_by : str
        single_trial: its own normal interval; bayes: the credible interval; trials_agree: as wide as the own interval
        of the most precise trial; each_trial: from the lowest to the highest limit of the trials' own intervals; else
        the interval of the primary model, by its name.
    """

    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    tau2: float
    i2: float
    q_p_value: float
    decided_by: str


def decide(effects: Floats, variances: Floats, measure: str, model: Model) -> Shown:
    """Pool one effect per trial, shape (k,), k at least 1, and take the interval that decides.

    Up to ``model.few_trials`` trials the interval of the primary model rests on one to three degrees of freedom and
    says the same whatever the trials say. There :func:`of_few` decides.
    """
    if effects.size == 1:
        low, high = _own(effects, variances, model.level)
        nan = float("nan")
        return Shown(
            estimate=float(effects[0]), ci_low=float(low[0]), ci_high=float(high[0]), pi_low=nan, pi_high=nan,
            tau2=nan, i2=nan, q_p_value=nan, decided_by=SINGLE,
        )  # fmt: skip
    found = pool(effects, variances, method=model.method, interval=model.interval, level=model.level)
    primary = Shown(
        estimate=found.estimate, ci_low=found.ci_low, ci_high=found.ci_high, pi_low=found.pi_low,
        pi_high=found.pi_high, tau2=found.tau2, i2=found.i2, q_p_value=found.q_p_value, decided_by=model.interval,
    )  # fmt: skip
    return of_few(primary, effects, variances, measure, model) if is_few(effects.size, measure, model) else primary


def is_few(k: int, measure: str, model: Model) -> bool:
    """Tell whether so many trials on a measure are too few for the interval of the primary model."""
    return 2 <= k <= model.few_trials and measure in UNITS


def of_few(primary: Shown, effects: Floats, variances: Floats, measure: str, model: Model) -> Shown:
    """Put what decides for few trials in the place of the primary model's estimate and intervals.

    The credible interval, around the posterior median, unless the trials by themselves show more than it lets them:

    - They scatter no more than chance would have them (Q at most its degrees of freedom): then the interval is not
      wider than that of the most precise of them, so that a trial that agrees never takes away what another showed.
    - Their own intervals share a point, or all exclude no difference on the same side while the credible interval
      includes it: then it is not wider, or not more open, than the range of their own intervals.

    Notes
    -----
    Bender et al. (2018) and Roever, Knapp & Friede (2015) on few studies; Roever et al. (2021) on the prior. That
    effects which agree trial by trial can be read without a pooled interval is a rule of IQWiG (General Methods); ours
    asks for the agreement of all trials. Each of the intervals is at least as wide as that of a common effect.
    """
    bayes = posterior(effects, variances, measure, model)
    low, high, by = _narrower(bayes, effects, variances, model.level)
    return Shown(
        estimate=bayes.estimate, ci_low=low, ci_high=high, pi_low=bayes.pi_low, pi_high=bayes.pi_high,
        tau2=primary.tau2, i2=primary.i2, q_p_value=primary.q_p_value, decided_by=by,
    )  # fmt: skip


def _narrower(bayes: BayesianPool, effects: Floats, variances: Floats, level: float) -> tuple[float, float, str]:
    """Return the credible interval, or what the trials by themselves allow to say instead, and its name."""
    own_low, own_high = _own(effects, variances, level)
    low, high, width = float(own_low.min()), float(own_high.max()), bayes.ci_high - bayes.ci_low
    if heterogeneity_q(effects, variances) <= effects.size - 1:
        half = float((own_high - own_low).min()) / 2
        if 2 * half < width:
            return bayes.estimate - half, bayes.estimate + half, AGREE
    elif (own_low.max() <= own_high.min() and high - low < width) or (
        not excludes_null(bayes.ci_low, bayes.ci_high) and abs(side_of_null(own_low, own_high).sum()) == effects.size
    ):
        return low, high, EACH
    return bayes.ci_low, bayes.ci_high, BAYES


def posterior(effects: Floats, variances: Floats, measure: str, model: Model, threshold: float = 0.0) -> BayesianPool:
    """Return the Bayesian answer under the prior of the model, for one trial or more on a measure of :data:`UNITS`."""
    prior = HalfNormal(model.prior_scale * UNITS[measure])
    return pool_bayes(effects, variances, prior=prior, threshold=threshold, level=model.level)


def _own(effects: Floats, variances: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the normal interval of each trial's own effect."""
    half = special.ndtri((1 + level) / 2) * np.sqrt(variances)
    return effects - half, effects + half
