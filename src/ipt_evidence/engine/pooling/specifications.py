"""Many specifications of one synthesis, evaluated together, to see which choices the answer depends on."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of, read_array, read_numbers, short, within
from ipt_evidence.engine.pooling.inference import overlapping
from ipt_evidence.engine.pooling.inputs import INTERVALS, METHODS
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.subsets import PooledSubsets, Solved, lay_rows, solve_rows, summarise
from ipt_evidence.errors import SynthesisError


def pool_specifications(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    data: ArrayLike,
    subsets: ArrayLike,
    methods: Sequence[str],
    intervals: Sequence[str],
    without_outliers: ArrayLike | None = None,
    level: float = 0.95,
) -> PooledSubsets:
    """Pool the same trials under many combinations of choices.

    Parameters
    ----------
    effects, variances : array_like, shape (d, k)
        Versions of the effects of k trials and their sampling variances, one row per way to come by them
        (rho within trials, outcome rule, time point); NaN in both where a trial has no effect in a version.
    data : array_like of int, shape (s,)
        Row of ``effects`` that each specification uses.
    subsets : array_like of bool, shape (s, k)
        Trials that each specification admits (risk of bias, comparator, ...).
    methods, intervals : sequence of str, length s
        As in :func:`ipt_evidence.synthesis.pool`, per specification.
    without_outliers : array_like of bool, shape (s,), optional
        True where trials whose own normal interval lies wholly outside the pooled interval are left out, in
        one pass.
    level : float
        Coverage of all intervals, between 0 and 1.

    Returns
    -------
    PooledSubsets
        One entry per specification. A specification that leaves a single trial gives that trial's effect;
        one that leaves none has ``k`` = 0 and NaN elsewhere, and so stays visible.

    Raises
    ------
    SynthesisError
        If shapes do not fit, a choice is unknown, or an effect that is present has no positive and finite
        variance.
    """
    pooled, _ = pool_and_leave_out(
        effects, variances, data=data, subsets=subsets, methods=methods, intervals=intervals,
        without_outliers=without_outliers, level=level,
    )  # fmt: skip
    return pooled


def pool_and_leave_out(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    data: ArrayLike,
    subsets: ArrayLike,
    methods: Sequence[str],
    intervals: Sequence[str],
    without_outliers: ArrayLike | None,
    level: float,
) -> tuple[PooledSubsets, Bools]:
    """Return also which trials each specification left out as outliers, (s, k); see :func:`pool_specifications`."""
    y, v = _read_versions(effects, variances)
    method, interval, level = _check_choices(methods, intervals, level)
    version, chosen, outliers = _read_specifications(data, subsets, without_outliers, y.shape, method.size)
    chosen = chosen & np.isfinite(y)[version]
    result = _pool(y, v, version, chosen, method, interval, level)
    limits = result["ci_low"][:, None], result["ci_high"][:, None]
    left_out = outliers[:, None] & chosen & ~overlapping(y[version], v[version], *limits, level)
    # Specifications that share data and method are solved together, to the same digits whichever of them has outliers.
    together = list(zip(version.tolist(), method.tolist(), strict=True))
    affected = {together[row] for row in np.flatnonzero(left_out.any(axis=1))}
    rows = np.array([row for row, one in enumerate(together) if one in affected], dtype=np.int64)
    if rows.size:
        again = _pool(y, v, version[rows], (chosen & ~left_out)[rows], method[rows], interval[rows], level)
        for name, values in again.items():
            result[name][rows] = values
    return PooledSubsets(**result), left_out


def _pool(
    y: Floats,
    v: Floats,
    version: NDArray[np.int64],
    chosen: Bools,
    methods: NDArray[np.str_],
    intervals: NDArray[np.str_],
    level: float,
) -> dict[str, Floats]:
    """Estimate tau2 in one batch per data and method, then make intervals in one batch per interval."""
    filled = chosen.any(axis=1)
    solved = Solved(*np.full((len(Solved._fields), version.size), np.nan))
    # Most methods are tried on the same sets of trials, whose sums over the grid serve all of them.
    laid_out: dict[tuple[int, bytes], list[MeanOfTrials]] = {}
    for row, method in sorted(set(zip(version[filled].tolist(), methods[filled].tolist(), strict=True))):
        mine = np.flatnonzero(filled & (version == row) & (methods == method))
        present = np.isfinite(y[row])
        subsets = chosen[np.ix_(mine, present)]
        key = (row, subsets.tobytes())
        if key not in laid_out:
            laid_out[key] = [*lay_rows(y[row, present], v[row, present], subsets)]
        part = solve_rows(laid_out[key], method)
        for target, values in zip(solved, part, strict=True):
            target[mine] = values
    result = {field.name: np.full(version.size, np.nan) for field in fields(PooledSubsets)}
    result["k"][:] = 0.0
    for interval in sorted(set(intervals[filled].tolist())):
        mine = np.flatnonzero(filled & (intervals == interval))
        part = Solved(*(values[mine] for values in solved))
        pooled = summarise(part, method=methods[mine], interval=interval, level=level)
        for name, values in result.items():
            values[mine] = getattr(pooled, name)
    return result


def _read_versions(effects: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    with Checks(SynthesisError) as checks:
        y, v = read_numbers(checks, "effects", effects), read_numbers(checks, "variances", variances)
    if y.ndim != 2 or y.shape != v.shape or not y.size:
        raise SynthesisError(f"effects and variances must have the same shape (d, k), got {y.shape} and {v.shape}")
    bad = np.argwhere(~((np.isnan(y) & np.isnan(v)) | (np.isfinite(y) & np.isfinite(v) & (v > 0))))
    if bad.size:
        raise SynthesisError(
            "an effect must be finite with a positive and finite variance, or both NaN; (version, trial) "
            f"{bad[:6].tolist()} are not"
        )
    return y, v


def _read_specifications(
    data: ArrayLike, subsets: ArrayLike, without_outliers: ArrayLike | None, shape: tuple[int, ...], s: int
) -> tuple[NDArray[np.int64], Bools, Bools]:
    version, chosen = read_array(data), read_array(subsets)
    outliers = np.zeros(s, dtype=bool) if without_outliers is None else read_array(without_outliers)
    with Checks(SynthesisError) as checks:
        if version.shape != (s,) or version.dtype.kind not in "iu" or np.any((version < 0) | (version >= shape[0])):
            checks.note(f"data must hold {s} row numbers from 0 to {shape[0] - 1}")
        if chosen.shape != (s, shape[1]) or chosen.dtype != np.bool_:
            checks.note(f"subsets must be bool of shape ({s}, {shape[1]}), got {chosen.dtype} of {chosen.shape}")
        if outliers.shape != (s,) or outliers.dtype != np.bool_:
            checks.note(f"without_outliers must be bool of shape ({s},), got {outliers.dtype} of {outliers.shape}")
    return version.astype(np.int64), chosen, outliers


def _check_choices(
    methods: Sequence[str], intervals: Sequence[str], level: float
) -> tuple[NDArray[np.str_], NDArray[np.str_], float]:
    """Return methods and intervals, both of shape (s,), and the level."""
    with Checks(SynthesisError) as checks:
        listed = {"methods": _texts(checks, "methods", methods), "intervals": _texts(checks, "intervals", intervals)}
        checks.finish()
        sizes = [len(texts) for texts in listed.values()]
        if not sizes[0] or sizes[0] != sizes[1]:
            checks.note(f"methods and intervals must be equally long and not empty, got {sizes[0]} and {sizes[1]}")
        for name, allowed in (("methods", METHODS), ("intervals", INTERVALS)):
            for text in sorted(set(listed[name])):
                one_of(checks, name, text, allowed)
        level = within(checks, "level", level, 0, 1)
    return np.array(listed["methods"]), np.array(listed["intervals"]), level


def _texts(checks: Checks, name: str, values: Sequence[str]) -> list[str]:
    """Read a sequence of texts, and note what is none."""
    given = read_array(values)
    if given.ndim == 1 and all(isinstance(value, str) for value in given):
        return [str(value) for value in given]
    checks.note(f"{name} must be a sequence of texts, got {short(values)}")
    return []
