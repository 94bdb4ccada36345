"""Covariances of effect sizes that come from the same participants."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Checks, Floats, check_people, check_positive, columns, within
from ipt_evidence.engine.frozen import frozen
from ipt_evidence.engine.labels import read_labels

Ints = NDArray[np.int64]


def _read_labels(
    checks: Checks, arms1: Sequence[object], arms2: Sequence[object], outcomes: Sequence[object] | None, k: int
) -> tuple[Ints, Ints, Ints]:
    """Return numbers (k,) that stand for the arms of each effect and its outcome, which is one without labels."""
    given = {"arms1": arms1, "arms2": arms2} | ({} if outcomes is None else {"outcomes": outcomes})
    read = {name: read_labels(checks, name, labels, k) for name, labels in given.items()}  # type: ignore[arg-type]
    checks.finish()
    same = [place for place, (one, two) in enumerate(zip(read["arms1"], read["arms2"], strict=True)) if one == two]
    if same:
        checks.note(f"an effect must compare two different arms; positions {same} compare an arm with itself")
    checks.finish()
    first, second = _numbers([*read["arms1"], *read["arms2"]]).reshape(2, -1)
    return first, second, _numbers(read["outcomes"]) if outcomes is not None else np.zeros(k, dtype=np.int64)


def _numbers(labels: Sequence[object]) -> Ints:
    """Return the place of each label among those that differ, shape (n,)."""
    place: dict[object, int] = {}
    return np.array([place.setdefault(label, len(place)) for label in labels], dtype=np.int64)


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
    with Checks() as checks:
        v, part1, part2 = columns(checks, variances=variances, variances1=variances1, variances2=variances2)
        for name, part in (("variances", v), ("variances1", part1), ("variances2", part2)):
            check_positive(checks, name, part)
        first, second, kinds = _read_labels(checks, arms1, arms2, outcomes, v.size)
        rho = within(checks, "rho", rho, -1, 1)
    return frozen(covariances(v, first, second, np.zeros_like(v), part1, part2, outcomes=kinds, rho=rho))


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
    with Checks() as checks:
        g, v, k1, k2 = columns(checks, effects=effects, variances=variances, n1=n1, n2=n2)
        check_positive(checks, "variances", v)
        check_people(checks, "n1", k1, 1)
        check_people(checks, "n2", k2, 1)
        first, second, kinds = _read_labels(checks, arms1, arms2, outcomes, v.size)
        rho = within(checks, "rho", rho, -1, 1)
    scaled, part1, part2 = smd_parts(g, first, second, k1, k2)
    return frozen(covariances(v, first, second, scaled, part1, part2, outcomes=kinds, rho=rho))


def smd_parts(effects: Floats, arms1: Ints, arms2: Ints, n1: Floats, n2: Floats) -> tuple[Floats, Floats, Floats]:
    """Return what :func:`covariances` needs of standardised mean differences: scaled effects, parts of both arms.

    They are g / sqrt(2 N), N being the participants of all arms of the trial, each with its largest number, and 1/n of
    the arms. All are of shape (..., k), for any number of trials of k effects each; numbers stand for arms.
    """
    arms, sizes = np.concatenate([arms1, arms2], axis=-1), np.concatenate([n1, n2], axis=-1)
    same = arms[..., :, None] == arms[..., None, :]
    largest = np.where(same, sizes[..., None, :], 0.0).max(axis=-1)
    repeated = np.tril(same, -1).any(axis=-1)
    people = np.cumsum(np.where(repeated, 0.0, largest), axis=-1)[..., -1:]
    return effects / np.sqrt(2 * people), 1 / n1, 1 / n2


def covariances(
    variances: Floats,
    arms1: Ints,
    arms2: Ints,
    scaled: Floats,
    part1: Floats,
    part2: Floats,
    *,
    outcomes: Ints,
    rho: float,
) -> Floats:
    """Build the covariance matrices of the effects of any number of trials of k effects each.

    Parameters
    ----------
    variances, part1, part2 : ndarray, shape (..., k)
        Variances, and what each arm contributes.
    arms1, arms2, outcomes : ndarray of int, shape (..., k)
        Numbers that stand for arms and outcomes.
    scaled : ndarray, shape (..., k)
        Numbers whose products covariances of effects with a common arm have in addition: 0 for plain contrasts.
    rho : float
        Correlation, within participants, of different outcomes.

    Returns
    -------
    ndarray, shape (..., k, k)
        As :func:`contrast_covariance` and :func:`smd_covariance`.
    """
    sides = ((1, arms1, part1), (-1, arms2, part2))
    shared = np.zeros((*variances.shape, variances.shape[-1]))
    for (sign_i, arms_i, parts_i), (sign_j, arms_j, parts_j) in product(sides, sides):
        # Analysed with different numbers for two outcomes: the smaller part belongs to the larger n.
        parts = sign_i * sign_j * _table(np.minimum, parts_i, parts_j)
        shared += np.where(_table(np.equal, arms_i, arms_j), parts, 0.0)
    common = np.where(shared != 0, shared + _table(np.multiply, scaled, scaled), 0.0)
    common *= np.where(_table(np.equal, outcomes, outcomes), 1.0, rho)
    same = _table(np.equal, arms1, arms1) & _table(np.equal, arms2, arms2)
    turned = _table(np.equal, arms1, arms2) & _table(np.equal, arms2, arms1)
    of_same = np.where(same, rho, -rho) * np.sqrt(_table(np.multiply, variances, variances))
    matrix = np.where(same | turned, of_same, common)
    place = np.arange(variances.shape[-1])
    matrix[..., place, place] = variances
    return matrix


def _table(of_two: np.ufunc, one: NDArray, other: NDArray) -> NDArray:
    """Return a function of every pair of entries of the last axis, shape (..., k, k)."""
    return np.asarray(of_two(one[..., :, None], other[..., None, :]))
