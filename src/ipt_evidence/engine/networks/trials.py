"""From any effects of one trial to one effect for every pair of its treatments, as networks need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Checks, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.labels import read_names
from ipt_evidence.engine.networks.contrasts import parts_of
from ipt_evidence.engine.pooling.aggregation import read_covariance
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrialContrasts(FrozenArrays):
    """One effect for every pair of treatments that the effects of a trial connect.

    Attributes
    ----------
    treatments1, treatments2 : tuple of str
        The pairs, in the order in which the treatments were given; effects are treatment 1 minus treatment 2.
    effects, variances : ndarray, shape (c,)
        Combined effects and their sampling variances, which add up as those of arms do.
    part : tuple of int
        Which connected part of the trial each pair belongs to: parts share no people and stand for themselves.
    """

    treatments1: tuple[str, ...]
    treatments2: tuple[str, ...]
    effects: Floats
    variances: Floats
    part: tuple[int, ...]


def trial_contrasts(
    effects: ArrayLike, covariance: ArrayLike, treatments1: ArrayLike, treatments2: ArrayLike, order: Sequence[str]
) -> TrialContrasts:
    """Combine the effects of one trial by generalised least squares.

    Parameters
    ----------
    effects : array_like, shape (n,)
        Effects of ``treatments1`` minus those of ``treatments2``: several arms of a treatment and several measurements
        of the same people are welcome.
    covariance : array_like, shape (n, n)
        Their sampling covariances.
    treatments1, treatments2 : array_like of str, shape (n,)
        The treatments compared, two different ones in each effect.
    order : sequence of str
        All of them, in the order in which pairs are to name them.

    Returns
    -------
    TrialContrasts
        With two treatments the one effect of :func:`ipt_evidence.synthesis.aggregate_covariance`.

    Raises
    ------
    SynthesisError
        If an effect compares a treatment with itself or one that ``order`` lacks, or the covariance matrix is not
        symmetric and positive definite.
    """
    y, matrix = read_covariance(effects, covariance)
    with Checks(SynthesisError) as checks:
        sides1 = read_names(checks, "treatments1", treatments1, y.size)
        sides2 = read_names(checks, "treatments2", treatments2, y.size)
    pairs = list(zip(sides1, sides2, strict=True))
    wrong = sorted({pair for pair in pairs if pair[0] == pair[1] or not set(pair) <= set(order)})
    if wrong:
        raise SynthesisError(
            "an effect compares two different treatments of the order; these do not: "
            + ", ".join(" - ".join(pair) for pair in wrong)
        )
    found: list[tuple[str, str, float, float, int]] = []
    places = [(order.index(first), order.index(second)) for first, second in pairs]
    parts = [part for part in parts_of(places, len(order)) if len(part) > 1]
    for number, members in enumerate([order[place] for place in part] for part in parts):
        rows = [place for place, pair in enumerate(pairs) if pair[0] in members]
        mine = [pairs[row] for row in rows]
        found += [(*one, number) for one in _combined(y[rows], matrix[np.ix_(rows, rows)], mine, members)]
    first, second, values, variances, part = zip(*found, strict=True)
    return TrialContrasts(
        treatments1=first, treatments2=second, effects=np.array(values), variances=np.array(variances), part=part
    )


def _combined(
    y: Floats, matrix: Floats, pairs: list[tuple[str, str]], members: list[str]
) -> list[tuple[str, str, float, float]]:
    """Return effect and variance of every pair of the treatments of one part, the first of which is the origin."""
    design = np.zeros((y.size, len(members)))
    for row, (first, second) in enumerate(pairs):
        design[row, members.index(first)] += 1
        design[row, members.index(second)] -= 1
    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise SynthesisError(
            "the covariance matrix of the effects is not positive definite: some are, or are close to being, copies or "
            "sums of others; leave one out or lower rho"
        ) from None
    basis, triangle = np.linalg.qr(np.linalg.solve(root, design[:, 1:]))
    inverse = np.linalg.inv(triangle)
    value = np.append(0.0, inverse @ (basis.T @ np.linalg.solve(root, y)))
    spread = np.vstack([np.zeros(len(members) - 1), inverse])
    return [
        (members[i], members[j], float(value[i] - value[j]), float(((spread[i] - spread[j]) ** 2).sum()))
        for i, j in combinations(range(len(members)), 2)
    ]
