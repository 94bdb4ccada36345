"""Which interval says what a set of trials shows: that of the primary model, or, of few trials, a Bayesian one."""

from dataclasses import dataclass, fields, replace
from functools import lru_cache

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.intervals import excludes_null, side_of_null
from ipt_evidence.engine.pooling.bayes import BayesianPool, pool_bayes
from ipt_evidence.engine.pooling.inference import own_intervals, widened
from ipt_evidence.engine.pooling.priors import HalfNormal
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words.figures import BAYES, EACH, SINGLE, WIDENED

UNITS = {"SMD": 1.0, "logOR": 1.0, "logRR": 1.0, "logHR": 1.0, "RD": 0.25}
"""Size of the prior's unit on the scale of each measure that has one: a log odds moves a risk by at most a quarter."""


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
        single_trial: its own normal interval; bayes: the credible interval; widened: the own interval of the most
        precise trial, widened by the spread of the trials; each_trial: from the lowest to the highest limit of the
        trials' own intervals; else the interval of the primary model, by its name.
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


@dataclass(frozen=True, slots=True)
class Interval:
    """An average with an interval of one kind.

    Attributes
    ----------
    estimate, low, high : float
        The average and its limits.
    kind : str
        As in ``decided_by`` of :class:`Shown`.
    """

    estimate: float
    low: float
    high: float
    kind: str

    @property
    def width(self) -> float:
        """The distance of the limits."""
        return self.high - self.low


def decide(effects: Floats, variances: Floats, measure: str, model: Model) -> Shown:
    """Pool one effect per trial, shape (k,), k at least 1, and take the interval that decides.

    Up to ``model.few_trials`` trials the interval of the primary model rests on one to three degrees of freedom and
    says the same whatever the trials say. There :func:`of_few` decides.
    """
    if effects.size == 1:
        return single(effects, variances, model.level)
    found = pool(effects, variances, **model.pooling)
    figures = {field.name: getattr(found, field.name) for field in fields(Shown) if field.name != "decided_by"}
    primary = Shown(**figures, decided_by=model.interval)
    return of_few(primary, effects, variances, measure, model) if is_few(effects.size, measure, model) else primary


def single(effects: Floats, variances: Floats, level: float) -> Shown:
    """Return what a single trial shows: its effect with its own normal interval; heterogeneity cannot be seen."""
    (low,), (high,) = own_intervals(effects, variances, level)
    unseen = dict.fromkeys(("pi_low", "pi_high", "tau2", "i2", "q_p_value"), float("nan"))
    return Shown(estimate=float(effects[0]), ci_low=float(low), ci_high=float(high), **unseen, decided_by=SINGLE)


def is_few(k: int, measure: str, model: Model) -> bool:
    """Tell whether so many trials on a measure are too few for the interval of the primary model."""
    return 2 <= k <= model.few_trials and measure in UNITS


def of_few(primary: Shown, effects: Floats, variances: Floats, measure: str, model: Model) -> Shown:
    """Put what decides for few trials in the place of the primary model's estimate and intervals.

    The credible interval, or the widened one (:func:`ipt_evidence.engine.pooling.inference.widened`) if that is
    narrower. Where every trial by itself excludes no difference on the same side, the range of their own intervals
    instead, if it is narrower still or if the other includes no difference.

    Notes
    -----
    Bender et al. (2018) and Roever, Knapp & Friede (2015) on few studies; Roever et al. (2021) on the prior. That
    effects which agree trial by trial can be read without a pooled interval is a rule of IQWiG (General Methods); ours
    asks for the agreement of all trials. Each of the intervals is at least as wide as that of a common effect.
    """
    bayes = posterior(effects, variances, measure, model)
    credible = Interval(bayes.estimate, bayes.ci_low, bayes.ci_high, BAYES)
    found = min(credible, Interval(*widened(effects, variances, model.level), WIDENED), key=lambda one: one.width)
    low, high = own_intervals(effects, variances, model.level)
    if abs(side_of_null(low, high).sum()) == effects.size:
        each = Interval(bayes.estimate, float(low.min()), float(high.max()), EACH)
        if each.width < found.width or not excludes_null(found.low, found.high):
            found = each
    return replace(
        primary, estimate=found.estimate, ci_low=found.low, ci_high=found.high, pi_low=bayes.pi_low,
        pi_high=bayes.pi_high, decided_by=found.kind,
    )  # fmt: skip


def posterior(effects: Floats, variances: Floats, measure: str, model: Model) -> BayesianPool:
    """Return the Bayesian answer under the prior of the model, for one trial or more on a measure of :data:`UNITS`."""
    return _posterior(tuple(effects.tolist()), tuple(variances.tolist()), prior_of(measure, model), model.level)


# Kept, because an answer, its variants and its readings ask for the same trials again and again.
@lru_cache(maxsize=1024)
def _posterior(
    effects: tuple[float, ...], variances: tuple[float, ...], prior: HalfNormal, level: float
) -> BayesianPool:
    return pool_bayes(effects, variances, prior=prior, level=level)


def prior_of(measure: str, model: Model) -> HalfNormal:
    """Return the prior of the model for tau of a measure of :data:`UNITS`."""
    return HalfNormal(model.prior_scale * UNITS[measure])
