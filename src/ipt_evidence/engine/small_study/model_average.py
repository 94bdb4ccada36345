"""Model-averaged Bayes: whether there is an effect, whether effects differ, whether results were selected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of, positive_number, read_number
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.pooling.priors import HeterogeneityPrior, InverseGamma, check_prior
from ipt_evidence.engine.small_study.bias_priors import PSMA, BiasPrior, check_bias, shares_of
from ipt_evidence.engine.small_study.marginals import Marginal
from ipt_evidence.engine.small_study.model_evidence import Data, evidences
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelAveragedPool(FrozenArrays):
    """What all models together say, each as far as the data speak for it.

    Attributes
    ----------
    k : int
        Number of effect sizes.
    effect_bf, heterogeneity_bf, bias_bf : float
        Inclusion Bayes factors: how many times the odds of an effect, of heterogeneity and of bias grew by the data.
        Between 1/3 and 3 the data say next to nothing. NaN for bias if no model has one. Infinite, or 0, beyond what a
        number can hold.
    effect_log_bf, heterogeneity_log_bf, bias_log_bf : float
        Their natural logarithms, which are finite there too.
    effect_probability, heterogeneity_probability, bias_probability : float
        Posterior probabilities; each is 1/2 before the data.
    estimate, se, median, ci_low, ci_high : float
        Posterior mean, standard deviation, median and central interval of the average effect over all models, those in
        which it is 0 included: it is drawn to 0 as far as the data do not speak for an effect.
    conditional_estimate, conditional_low, conditional_high : float
        Mean and interval over the models that have an effect.
    tau, tau_median, tau_low, tau_high : float
        Posterior mean, median and interval of the between-trial standard deviation over all models. There always is a
        mean, as the likelihood falls with tau^-k far out; with one trial and a prior that falls slowly it may lie far
        above the median.
    effect, heterogeneity : ndarray of bool, shape (m,)
        What each model has.
    bias : tuple of str
        How each model has bias; "none".
    prior, posterior, log_evidence : ndarray, shape (m,)
        Probability of each model before and after the data; log of the probability of the data under it.
    priors : tuple of str
        Priors of average and tau.
    alternative : str
        Direction in which bias is taken to favour results.
    level : float
        Coverage of the intervals.
    """

    k: int
    effect_bf: float
    heterogeneity_bf: float
    bias_bf: float
    effect_log_bf: float
    heterogeneity_log_bf: float
    bias_log_bf: float
    effect_probability: float
    heterogeneity_probability: float
    bias_probability: float
    estimate: float
    se: float
    median: float
    ci_low: float
    ci_high: float
    conditional_estimate: float
    conditional_low: float
    conditional_high: float
    tau: float
    tau_median: float
    tau_low: float
    tau_high: float
    effect: Bools
    heterogeneity: Bools
    bias: tuple[str, ...]
    prior: Floats
    posterior: Floats
    log_evidence: Floats
    priors: tuple[str, ...]
    alternative: str
    level: float


def pool_model_averaged(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    effect_mean: float = 0.0,
    effect_sd: float = 1.0,
    prior: HeterogeneityPrior | None = None,
    bias: Sequence[BiasPrior] = PSMA,
    alternative: str = "greater",
    level: float = 0.95,
) -> ModelAveragedPool:
    """Average over models with and without an effect, heterogeneity and publication bias.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, one per trial.
    effect_mean, effect_sd : float
        Normal prior of the average where there is an effect. The default is that for standardised mean differences.
    prior : HalfNormal, InverseGamma, LogNormal or LogStudentT, optional
        Prior of the between-trial standard deviation where there is heterogeneity; ``InverseGamma(1, 0.15)`` if not
        given.
    bias : sequence of WeightSteps or SlopeOnError
        Ways in which results may have been selected; none (``()``) leaves models of effect and heterogeneity.
    alternative : {"greater", "less"}
        Which results bias favours: positive or negative ones. A prior, it is not read off the data.
    level : float
        Coverage of the intervals.

    Returns
    -------
    ModelAveragedPool
        Bayes factors, averages over all models, and each model.

    Raises
    ------
    SynthesisError
        If data are unusable or a choice is impossible.

    Notes
    -----
    Gronau et al. (2017) without bias; Maier, Bartos & Wagenmakers (2023) and Bartos et al. (2023), "RoBMA-PSMA", with
    it. Half the probability of bias lies with weight functions and half with PET and PEESE, shared equally among each.
    Integrals are by quadrature, without chance; the averages and log evidences agree with those published for RoBMA,
    which are by simulation, and with integrals by other means (``tests/oracle``). Bayes factors rest on the priors,
    also with many trials: a wide prior of the average speaks against an effect. Priors are in units of the effects.
    """
    y, v = read_effects(effects, variances, at_least=1)
    effect_mean, effect_sd, level = _check(effect_mean, effect_sd, prior, bias, alternative, level)
    used: HeterogeneityPrior = InverseGamma() if prior is None else prior
    sign = -1.0 if alternative == "less" else 1.0
    data = Data(sign * y, v, sign * effect_mean, effect_sd, used)
    kinds = (None, *bias)
    chances = np.concatenate([[0.5], 0.5 * shares_of(tuple(bias))]) if bias else np.ones(1)
    has = [(effect, tau, kind) for effect in (False, True) for tau in (False, True) for kind in range(len(kinds))]
    pairs = {effect: [evidences(data, kind, effect=effect) for kind in kinds] for effect in (False, True)}
    fits = [pairs[effect][kind][tau] for effect, tau, kind in has]
    effect, tau = np.array([each[0] for each in has]), np.array([each[1] for each in has])
    biased = np.array([each[2] > 0 for each in has])
    before = np.array([0.25 * chances[each[2]] for each in has])
    logs = np.array([fit.log_evidence for fit in fits])
    after = np.exp(np.log(before) + logs - special.logsumexp(np.log(before) + logs))
    tails = ((1 - level) / 2, 0.5, (1 + level) / 2)
    average, spread = [fit.average for fit in fits], [fit.tau for fit in fits]
    low, middle, high = sorted(sign * _quantile(each if sign > 0 else 1 - each, after, average) for each in tails)
    within = after * effect / (after @ effect)
    inner = sorted(sign * _quantile(each if sign > 0 else 1 - each, within, average) for each in (tails[0], tails[2]))
    mean = float(after @ [each.mean for each in average])
    tau_low, tau_median, tau_high = (_quantile(each, after, spread) for each in tails)
    included: dict[str, float] = {}
    for name, member in (("effect", effect), ("heterogeneity", tau), ("bias", biased)):
        log_factor = _log_factor(before, logs, member) if member.any() else np.nan
        with np.errstate(over="ignore"):
            included |= {f"{name}_bf": float(np.exp(log_factor)), f"{name}_log_bf": log_factor}
        included[f"{name}_probability"] = float(after @ member)
    return ModelAveragedPool(
        k=y.size,
        **included,
        estimate=sign * mean,
        se=float(np.sqrt(max(after @ [each.square for each in average] - mean**2, 0.0))),
        median=middle,
        ci_low=low,
        ci_high=high,
        conditional_estimate=sign * float(within @ [each.mean for each in average]),
        conditional_low=float(inner[0]),
        conditional_high=float(inner[1]),
        tau=float(after @ [each.mean for each in spread]),
        tau_median=tau_median,
        tau_low=tau_low,
        tau_high=tau_high,
        effect=effect,
        heterogeneity=tau,
        bias=tuple("none" if kinds[each[2]] is None else kinds[each[2]].name for each in has),  # type: ignore[union-attr]
        prior=before,
        posterior=after,
        log_evidence=logs,
        priors=(f"normal({effect_mean:g}, {effect_sd:g}^2) for the average", used.name),
        alternative=alternative,
        level=level,
    )


def _check(
    effect_mean: float, effect_sd: float, prior: object, bias: object, alternative: str, level: float
) -> tuple[float, float, float]:
    """Return mean and deviation of the prior of the average and the level once all choices are possible."""
    with Checks(SynthesisError) as checks:
        one_of(checks, "alternative", alternative, ("greater", "less"))
        effect_mean = read_number(checks, "effect_mean", effect_mean)
        effect_sd = positive_number(checks, "effect_sd", effect_sd)
        check_prior(checks, prior)
        check_bias(checks, bias)
    return effect_mean, effect_sd, check_choices(level=level)


def _log_factor(before: Floats, logs: Floats, member: NDArray[np.bool_]) -> float:
    """Return the log Bayes factor of the models that have something against those that do not."""

    def mean(chosen: NDArray[np.bool_]) -> float:
        return float(special.logsumexp(logs[chosen], b=before[chosen] / before[chosen].sum()))

    return mean(member) - mean(~member)


def _quantile(p: float, masses: Floats, marginals: list[Marginal]) -> float:
    """Return the value with probability ``p`` below it, by bisection; a spike at 0 is met exactly."""
    kept = [(float(mass), marginal) for mass, marginal in zip(masses, marginals, strict=True) if mass > 1e-12]

    def below(x: float) -> float:
        return sum(mass * marginal.below(x) for mass, marginal in kept)

    if below(-1e-300) < p <= below(0.0):
        return 0.0
    return _root(lambda x: below(x) - p, max(float(np.sqrt(marginal.square)) for _, marginal in kept))


def _root(excess: Callable[[float], float], scale: float) -> float:
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    low, high = -scale, scale
    while excess(low) > 0:
        low *= 2
    while excess(high) < 0:
        high *= 2
    return float(optimize.brentq(excess, low, high, xtol=1e-13 * scale, rtol=1e-13))
