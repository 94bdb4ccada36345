"""What is pooled when several outcomes are: a row a trial, a column an outcome, gaps where one is not reported."""

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Bools, Checks, Floats, gaps_as_nan, one_of, read_numbers, within
from ipt_evidence.engine.pooling.aggregation import ALIKE
from ipt_evidence.engine.pooling.inputs import read_effects
from ipt_evidence.errors import SynthesisError

BETWEEN = ("unstructured", "diagonal")


def read_outcomes(effects: ArrayLike, variances: ArrayLike, between: str, method: str) -> tuple[Floats, Floats]:
    """Return checked effects and variances, shape (k, p), NaN where an outcome is not reported."""
    with Checks(SynthesisError) as checks:
        one_of(checks, "between", between, BETWEEN)
        one_of(checks, "method", method, ("REML", "ML"))
        if np.ma.is_masked(effects) or np.ma.is_masked(variances):
            checks.note("effects and variances must not hold masked values; put NaN in both where nothing is reported")
        checks.finish()
        rule = "numbers, one row a trial and one column an outcome"
        y = read_numbers(checks, "effects", gaps_as_nan(effects), rule)
        v = read_numbers(checks, "variances", gaps_as_nan(variances), rule)
    if y.ndim != 2 or y.shape != v.shape or y.shape[1] < 2:
        raise SynthesisError(
            "effects and variances must both have one row a trial and one column an outcome, two or more; "
            f"got shapes {y.shape} and {v.shape}"
        )
    present: Bools = ~np.isnan(y)
    apart = np.argwhere(present != ~np.isnan(v))
    if len(apart):
        raise SynthesisError(
            f"effects and variances must be missing together; at [trial, outcome] {apart[:6].tolist()} they are not"
        )
    read_effects(y[present], v[present])
    with Checks(SynthesisError) as checks:
        _check_reported(checks, present, between)
    return y, v


def _check_reported(checks: Checks, present: Bools, between: str) -> None:
    empty = np.flatnonzero(~present.any(axis=1))
    if empty.size:
        checks.note(f"every trial must report an outcome; trials {empty[:6].tolist()} report none; leave them out")
    for outcome in np.flatnonzero(present.sum(axis=0) < 2):
        checks.note(
            f"outcome {outcome} is reported by {present[:, outcome].sum()} trial(s), two are needed; leave it out"
        )
    for one, other in combinations(range(present.shape[1]), 2):
        if between == "unstructured" and not (present[:, one] & present[:, other]).any():
            checks.note(
                f"no trial reports outcomes {one} and {other} together, so nothing tells how they correlate between "
                "trials; say between='diagonal'"
            )


def read_rho(rho: ArrayLike, k: int, p: int) -> Floats:
    """Return correlations of sampling errors, shape (k, p, p)."""
    with Checks(SynthesisError) as checks:
        given = read_numbers(checks, "rho", rho)
        checks.finish()
        if given.ndim == 0:
            within(checks, "rho", float(given), -1, 1)
            return np.broadcast_to(np.where(np.eye(p, dtype=bool), 1.0, given), (k, p, p))
    if given.shape not in ((p, p), (k, p, p)):
        shapes = f"({p}, {p}) or ({k}, {p}, {p})"
        raise SynthesisError(f"rho must be a number or have shape {shapes}, got shape {given.shape}")
    full = np.broadcast_to(given, (k, p, p))
    if not np.all(np.abs(full) <= 1):
        raise SynthesisError("correlations in rho must be finite and lie between -1 and 1")
    if not np.array_equal(full, np.swapaxes(full, 1, 2)) or np.any(np.diagonal(full, axis1=1, axis2=2) != 1):
        raise SynthesisError("rho must be symmetric with 1 on its diagonal")
    return full


def check_definite(sampling: Floats, present: Bools) -> None:
    """Refuse sampling covariances, shape (k, p, p), that no outcomes could have; ``present`` has shape (k, p)."""
    both = present[:, :, None] & present[:, None, :]
    full = np.where(both, sampling, np.eye(sampling.shape[1]))
    scale = np.sqrt(np.diagonal(full, axis1=1, axis2=2))
    smallest = np.linalg.eigvalsh(full / (scale[:, :, None] * scale[:, None, :]))[:, 0]
    bad = np.flatnonzero(smallest <= ALIKE)
    if bad.size:
        raise SynthesisError(
            f"rho makes a sampling covariance that is not positive definite in trials {bad[:6].tolist()}; "
            "no outcomes correlate like that"
        )
