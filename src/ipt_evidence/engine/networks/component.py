"""Networks of treatments made of components: what each component adds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Bools, Checks, Floats, short
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.labels import check_told_apart, read_name
from ipt_evidence.engine.networks.contrasts import Contrasts, components, read_contrasts
from ipt_evidence.engine.networks.model import check_method, fit, fit_estimable, treatment_columns
from ipt_evidence.engine.pooling.inference import chi2_p
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComponentNetwork(FrozenArrays):
    """What components of treatments add, if what they add does not depend on what they are added to.

    Attributes
    ----------
    components : tuple of str
        Sorted, the inactive one left out.
    identified : ndarray of bool, shape (c,)
        Whether the trials tell the component from the others; where not (two that are always given together, say), the
        figures below are NaN.
    effect, se, statistic, p_value, ci_low, ci_high : ndarray, shape (c,)
        What a treatment gains by the component.
    treatments : tuple of str
        Order of rows and columns below: the reference first, the others sorted.
    estimate, estimate_se, estimate_low, estimate_high : ndarray, shape (t, t)
        Row treatment minus column treatment under additivity; NaN where the components do not determine it. Also across
        parts of a network that no trial joins but that share components.
    tau2 : float
        Variance of true effects between trials; NaN without degrees of freedom.
    q, q_df, q_p_value : float
        Generalised Q of the additive model; the p-value is NaN without degrees of freedom.
    q_additivity, additivity_df, additivity_p_value : float
        Common-effect test of additivity: Q of the additive model minus Q of the network in which every treatment
        stands for itself. The p-value is NaN where the two models are one.
    method, interval : str
        The choices made.
    level : float
        Coverage of the intervals.
    """

    components: tuple[str, ...]
    identified: Bools
    effect: Floats
    se: Floats
    statistic: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    treatments: tuple[str, ...]
    estimate: Floats
    estimate_se: Floats
    estimate_low: Floats
    estimate_high: Floats
    tau2: float
    q: float
    q_df: int
    q_p_value: float
    q_additivity: float
    additivity_df: int
    additivity_p_value: float
    method: str
    interval: str
    level: float


def component_network(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    *,
    inactive: str | None = None,
    separator: str = "+",
    reference: str | None = None,
    method: str = "REML",
    interval: str = "normal",
    level: float = 0.95,
) -> ComponentNetwork:
    """Explain a network by additive effects of the components of its treatments.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies, reference, method, interval, level
        As in :func:`ipt_evidence.synthesis.network`. A treatment of several components names them, joined by
        ``separator``, in any order: ``"therapy + drug"``.
    inactive : str, optional
        A treatment, or component, whose effect is 0 by definition (waiting list, placebo). Without it components are
        told from one another only as far as treatments hold different numbers of them.
    separator : str
        What joins components in names.

    Returns
    -------
    ComponentNetwork
        Effects of components and of treatments, and the test of additivity.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.network`, or if ``separator`` is blank, a name has an empty or repeated
        component, ``inactive`` is no component, or two treatments have the same components.

    Notes
    -----
    Welton et al. (2009); Ruecker, Petropoulou & Schwarzer (2020). Treatment effects are C beta, C holding
    which treatment has which component. Where C leaves combinations of beta undetermined, only what does not hold
    them is reported (pseudo-inverse). Agrees with metafor's rma.mv on the design matrix X C: ``tests/oracle``.

    Examples
    --------
    >>> found = component_network(
    ...     [0.4, 0.3, 0.8], [0.04] * 3, ["therapy", "drug", "drug+therapy"], ["list"] * 3, list("ABC"), inactive="list"
    ... )
    >>> found.components, [round(float(value), 2) for value in found.effect]
    (('drug', 'therapy'), [0.33, 0.43])
    """
    level = check_choices(interval=interval, level=level)
    check_method(method)
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies, reference=reference)
    active, holds = _holds(contrasts.treatments, inactive, separator)
    additive = fit_estimable(contrasts, _differences(contrasts, holds), method)
    effect, se, test = additive.test(np.eye(len(active)), interval, level)
    estimate, estimate_se, comparison = additive.test(holds[:, None] - holds[None, :], interval, level)
    # The network in which every treatment stands for itself.
    own = treatment_columns(contrasts)
    df = additive.df
    more_df = df - (len(contrasts.effects) - own.shape[1])
    more = max(additive.q_common - fit(contrasts, own, 0.0).q, 0.0) if more_df else 0.0
    return ComponentNetwork(
        components=active,
        identified=additive.determines(np.eye(len(active))),
        effect=effect,
        se=se,
        **test._asdict(),
        treatments=contrasts.treatments,
        estimate=estimate,
        estimate_se=estimate_se,
        estimate_low=comparison.ci_low,
        estimate_high=comparison.ci_high,
        tau2=additive.tau2 if df or method == "CE" else np.nan,
        q=additive.q_common,
        q_df=df,
        q_p_value=chi2_p(additive.q_common, df),
        q_additivity=more,
        additivity_df=more_df,
        additivity_p_value=chi2_p(more, more_df),
        method=method,
        interval=interval if df else "normal",
        level=level,
    )


def _differences(contrasts: Contrasts, holds: Floats) -> Floats:
    """Return by how much of each component contrasts differ, shape (n, c).

    A component of all treatments of a part makes no difference there: rows of the design sum to 0, but for a rounding
    that would be taken for a column.
    """
    beyond = holds.copy()
    for members in components(contrasts):
        beyond[list(members)] -= holds[members[0]]
    return np.asarray(contrasts.design @ beyond)


def _holds(treatments: Sequence[str], inactive: str | None, separator: str) -> tuple[tuple[str, ...], Floats]:
    """Return the active components and which treatment holds which, shape (t, c)."""
    if not isinstance(separator, str):
        raise SynthesisError(f"separator must be text, got {short(separator)}")
    if not separator.strip():
        raise SynthesisError(f"separator must not be blank, got {separator!r}")
    parts = [[part.strip() for part in name.split(separator)] for name in treatments]
    wrong = [name for name, mine in zip(treatments, parts, strict=True) if "" in mine or len({*mine}) < len(mine)]
    checks = Checks(SynthesisError)
    if wrong:
        checks.note(f"every component is named once; these treatments have empty or repeated ones: {', '.join(wrong)}")
    named = sorted({part for mine in parts for part in mine})
    check_told_apart(checks, "components", named)
    inactive = read_name(checks, "inactive", inactive, named)
    checks.finish()
    active = tuple(name for name in named if name != inactive)
    rows = [tuple(name in mine for name in active) for mine in parts]
    same = sorted(name for name, row in zip(treatments, rows, strict=True) if rows.count(row) > 1)
    if same:
        raise SynthesisError(
            f"treatments of the same components are one treatment; give them one name: {', '.join(same)}"
        )
    return active, np.array(rows, dtype=np.float64)
