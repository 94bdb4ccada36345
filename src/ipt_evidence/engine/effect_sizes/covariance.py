"""Covariances of effect sizes that come from the same participants."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Checks, Floats, columns, read_labels, within
from ipt_evidence.engine.frozen import frozen


def _check_labels(
    checks: Checks, arms1: Sequence[object], arms2: Sequence[object], outcomes: Sequence[object] | None, k: int
) -> None:
    given = {"arms1": arms1, "arms2": arms2} | ({} if outcomes is None else {"outcomes": outcomes})
    for name, labels in given.items():
        read_labels(checks, name, labels, k)  # type: ignore[arg-type]
    checks.finish()
    same = [place for place, (one, two) in enumerate(zip(arms1, arms2, strict=True)) if one == two]
    if same:
        checks.note(f"an effect must compare two different arms; positions {same} compare an arm with itself")
    checks.finish()


def _shared(arms1: Sequence[object], arms2: Sequence[object], parts1: Floats, parts2: Floats, i: int, j: int) -> float:
    """Return the signed variance of the arms that contrasts i and j have in common."""
    total = 0.0
    for sign_i, arm_i, part_i in ((1, arms1[i], parts1[i]), (-1, arms2[i], parts2[i])):
        for sign_j, arm_j, part_j in ((1, arms1[j], parts1[j]), (-1, arms2[j], parts2[j])):
            if arm_i == arm_j:
                # Analysed with different numbers for two outcomes: the smaller part belongs to the larger n.
                total += sign_i * sign_j * min(part_i, part_j)
    return total


def contrast_covariance(
    variances: ArrayLike,
    arms1: Sequence[object],
    arms2: Sequence[object],
    variances1: ArrayLike,
    variances2: ArrayLike,
    *,
    outcomes: Sequence[object] | None = None,
    rho: float = 0.6,
) -> Floats:
    """Build the covariance matrix of the arm contrasts of one trial (MD, log OR, log RR, RD, ...).

    Parameters
    ----------
    variances : array_like, shape (k,)
        Sampling variances of the contrasts; the diagonal of the result.
    arms1, arms2 : sequence of labels, length k
        The two arms of each contrast, first minus second.
    variances1, variances2 : array_like, shape (k,)
        What each arm contributes to the variance, as in ``ArmContrasts``.
    outcomes : sequence of labels, length k, optional
        Outcome (or instrument) of each contrast; without it all are of one outcome.
    rho : float
        Correlation, within participants, of different outcomes; between -1 and 1.

    Returns
    -------
    ndarray, shape (k, k)
        Contrasts of the same two arms (other outcome or time) correlate by ``rho`` (compound symmetry);
        contrasts that share one arm have its variance as covariance, times ``rho`` between outcomes, negative
        where the arm is first in one contrast and second in the other; contrasts without a common arm are
        independent.

    Raises
    ------
    EffectSizeError
        If a value is not finite, a variance is not positive, lengths differ, a label is missing, a contrast
        compares an arm with itself or ``rho`` is not between -1 and 1.
    """
    checks = Checks()
    v, part1, part2 = columns(checks, variances=variances, variances1=variances1, variances2=variances2)
    for name, part in (("variances", v), ("variances1", part1), ("variances2", part2)):
        checks.require(name, part, part > 0, "positive")
    _check_labels(checks, arms1, arms2, outcomes, v.size)
    return _covariance(checks, np.zeros_like(v), v, arms1, arms2, part1, part2, outcomes, rho)


def smd_covariance(
    effects: ArrayLike,
    variances: ArrayLike,
    arms1: Sequence[object],
    arms2: Sequence[object],
    n1: ArrayLike,
    n2: ArrayLike,
    *,
    outcomes: Sequence[object] | None = None,
    rho: float = 0.6,
) -> Floats:
    """Build the covariance matrix of the standardised mean differences of one trial.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Hedges' g and sampling variances; the latter become the diagonal.
    arms1, arms2 : sequence of labels, length k
        The two arms of each effect, first minus second.
    n1, n2 : array_like, shape (k,)
        Participants of the two arms.
    outcomes, rho
        As in :func:`contrast_covariance`.

    Returns
    -------
    ndarray, shape (k, k)
        As :func:`contrast_covariance`, where effects sharing one arm of n participants have the covariance
        1/n + g_i g_j / (2 N), N being the participants of all arms of the trial.

    Raises
    ------
    EffectSizeError
        If a value is not finite, a variance or number is not positive, lengths differ, a label is missing, an
        effect compares an arm with itself or ``rho`` is not between -1 and 1.

    Notes
    -----
    Gleser & Olkin (2009), stochastically dependent effect sizes, multiple-treatment studies.
    """
    checks = Checks()
    g, v, k1, k2 = columns(checks, effects=effects, variances=variances, n1=n1, n2=n2)
    for name, part in (("variances", v), ("n1", k1), ("n2", k2)):
        checks.require(name, part, part > 0, "positive")
    _check_labels(checks, arms1, arms2, outcomes, v.size)
    sizes: dict[object, float] = {}
    for arm, n in zip([*arms1, *arms2], [*k1, *k2], strict=True):
        sizes[arm] = max(sizes.get(arm, 0.0), float(n))
    scaled = g / np.sqrt(2 * sum(sizes.values()))
    return _covariance(checks, scaled, v, arms1, arms2, 1 / k1, 1 / k2, outcomes, rho)


def _covariance(
    checks: Checks,
    scaled: Floats,
    v: Floats,
    arms1: Sequence[object],
    arms2: Sequence[object],
    part1: Floats,
    part2: Floats,
    outcomes: Sequence[object] | None,
    rho: float,
) -> Floats:
    within(checks, "rho", rho, -1, 1)
    checks.finish()
    labels = [None] * v.size if outcomes is None else outcomes
    matrix = np.diag(v)
    for i in range(v.size):
        for j in range(i):
            sign = _overlap_sign(arms1, arms2, i, j)
            if sign:
                covariance = sign * rho * np.sqrt(v[i] * v[j])
            else:
                shared = _shared(arms1, arms2, part1, part2, i, j)
                covariance = (shared + scaled[i] * scaled[j]) if shared else 0.0
                covariance *= 1.0 if labels[i] == labels[j] else rho
            matrix[i, j] = matrix[j, i] = covariance
    return frozen(matrix)


def _overlap_sign(arms1: Sequence[object], arms2: Sequence[object], i: int, j: int) -> int:
    """Return 1 if contrasts i and j compare the same arms, -1 if they do so the other way round, else 0."""
    if (arms1[i], arms2[i]) == (arms1[j], arms2[j]):
        return 1
    return -1 if (arms1[i], arms2[i]) == (arms2[j], arms1[j]) else 0
