"""From pairwise contrasts to independent ones: what every network function starts with.

The pairwise variances of a trial are squared distances between its arms. Doubly centred, ``G = -JDJ/2`` is
the covariance of the arms up to a constant, whatever arm is taken as the baseline. Its eigenvectors ``u`` are
contrasts with independent errors: ``sqrt(2) u'theta`` has sampling variance ``2 lambda`` and, where every
pairwise contrast varies by tau2 between trials, exactly tau2 on top. A network with trials of any number of
arms is so an ordinary meta-regression of independent effects, and every estimator of tau2 applies as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Checks, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.labels import check_told_apart, read_name, read_names
from ipt_evidence.engine.pooling.inputs import read_effects
from ipt_evidence.errors import SynthesisError

_VARIANCE_SLACK = 0.25
"""Standardised differences and rounded figures are not quite additive; more than this is an error."""

_CLOSURE_SLACK = 0.5
"""How far, in standard errors, an effect may lie from what the other effects of its trial imply."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contrasts(FrozenArrays):
    """Independent contrasts of all trials of a network.

    Attributes
    ----------
    treatments : tuple of str
        The reference first, the others sorted.
    studies : tuple of str
        In order of appearance.
    arms : tuple of tuple of int
        Per study, the sorted places of its treatments in ``treatments``.
    effects, variances : ndarray, shape (n,)
        Independent contrasts, one fewer than arms per study.
    design : ndarray, shape (n, t)
        Their coefficients on the treatments; every row sums to 0.
    study : ndarray of int, shape (n,)
        The study of each contrast.
    adjustment : float
        Largest change, in standard errors, that made the effects of a multi-arm trial add up.
    """

    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    arms: tuple[tuple[int, ...], ...]
    effects: Floats
    variances: Floats
    design: Floats
    study: NDArray[np.int64]
    adjustment: float


class _Trial(NamedTuple):
    """Pairwise effects (row minus column) and variances of one study, shape (m, m) each."""

    name: str
    arms: tuple[str, ...]
    effects: Floats
    variances: Floats


def read_contrasts(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    *,
    reference: str | None = None,
) -> Contrasts:
    """Check pairwise contrasts, as :func:`ipt_evidence.synthesis.network` says, and turn them into independent ones."""
    y, v = read_effects(effects, variances, at_least=1)
    with Checks(SynthesisError) as checks:
        first = read_names(checks, "treatments1", treatments1, y.size)
        second = read_names(checks, "treatments2", treatments2, y.size)
        names = read_names(checks, "studies", studies, y.size)
        check_told_apart(checks, "treatments", [*first, *second])
        checks.finish()
        same = [place for place, (one, other) in enumerate(zip(first, second, strict=True)) if one == other]
        if same:
            checks.note(f"a contrast needs two different treatments; positions {same[:6]} compare one with itself")
            checks.finish()
        origin = read_name(checks, "reference", reference, {*first, *second})
    return _read(y.tobytes(), v.tobytes(), tuple(first), tuple(second), tuple(names), origin)


# Kept, because all functions of a network are asked about the same contrasts one after another.
@lru_cache(maxsize=8)
def _read(
    effects: bytes,
    variances: bytes,
    first: tuple[str, ...],
    second: tuple[str, ...],
    names: tuple[str, ...],
    reference: str | None,
) -> Contrasts:
    treatments = tuple(sorted({*first, *second}, key=lambda name: (name != reference, name)))
    with Checks(SynthesisError) as checks:
        trials = _trials(checks, np.frombuffer(effects), np.frombuffer(variances), first, second, names)
    with Checks(SynthesisError) as checks:
        parts = _independent(checks, trials)
    return _assemble(treatments, trials, parts)


def components(contrasts: Contrasts) -> tuple[tuple[int, ...], ...]:
    """Return the connected parts of the network as sorted places in ``treatments``."""
    return parts_of(contrasts.arms, len(contrasts.treatments))


def parts_of(trials: Iterable[tuple[int, ...]], count: int) -> tuple[tuple[int, ...], ...]:
    """Return the parts of ``count`` treatments that chains of trials, each the places of its arms, join."""
    groups = [{place} for place in range(count)]
    for arms in trials:
        touched = [group for group in groups if group.intersection(arms)]
        groups = [group for group in groups if not group.intersection(arms)]
        groups.append(set().union(*touched))
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def one_per_study(studies: Sequence[str], names: Sequence[str], values: NDArray, called: str) -> NDArray:
    """Return the value of each study (s,), from the ``names`` of the studies of contrasts and their values (c,).

    SynthesisError if values, ``called`` so in the message, differ within a study.
    """
    own: dict[str, set[Any]] = {}
    for name, value in zip(names, values.tolist(), strict=True):
        own.setdefault(name, set()).add(value)
    several = [name for name in studies if len(own[name]) > 1]
    if several:
        raise SynthesisError(
            f"{called} must be the same for all contrasts of a trial; they differ in {', '.join(several)}"
        )
    return np.array([own[name].pop() for name in studies])


def direct_pairs(contrasts: Contrasts) -> list[tuple[int, int]]:
    """Return the comparisons made in trials as pairs of places in ``treatments``, sorted."""
    return sorted({pair for arms in contrasts.arms for pair in combinations(arms, 2)})


def _trials(
    checks: Checks, y: Floats, v: Floats, first: Sequence[str], second: Sequence[str], names: Sequence[str]
) -> list[_Trial]:
    """Gather the contrasts of each study into matrices and note pairs that are missing or given twice."""
    rows: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        rows.setdefault(name, []).append(place)
    trials = []
    for name, places in rows.items():
        arms = tuple(sorted({label for place in places for label in (first[place], second[place])}))
        given = [tuple(sorted((first[place], second[place]))) for place in places]
        twice = sorted({pair for pair in given if given.count(pair) > 1})
        absent = [pair for pair in combinations(arms, 2) if pair not in given]
        if twice:
            checks.note(f"study {name!r} gives {_pairs(twice)} more than once; combine or choose one")
        if absent:
            checks.note(
                f"study {name!r} has {len(arms)} treatments but lacks {_pairs(absent)}; give every pairwise "
                "contrast, whose variances determine how the contrasts covary"
            )
        one = [arms.index(first[place]) for place in places]
        other = [arms.index(second[place]) for place in places]
        effects, spread = np.zeros((2, len(arms), len(arms)))
        effects[one, other], effects[other, one] = y[places], -y[places]
        spread[one, other] = spread[other, one] = v[places]
        trials.append(_Trial(name=name, arms=arms, effects=effects, variances=spread))
    return trials


def _pairs(pairs: Sequence[tuple[str, ...]]) -> str:
    return ", ".join(" - ".join(pair) for pair in pairs)


def _independent(checks: Checks, trials: list[_Trial]) -> list[tuple[Floats, Floats, Floats, float]]:
    """Return effects, variances, arm coefficients of the independent contrasts of each study, and its adjustment."""
    found: list[Any] = [None] * len(trials)
    sizes = [len(trial.arms) for trial in trials]
    for m in sorted(set(sizes)):
        places = [place for place, size in enumerate(sizes) if size == m]
        for place, part in zip(
            places, zip(*_of_size([trials[place] for place in places], m), strict=True), strict=True
        ):
            found[place] = part
    for trial, (_, variances, _, adjustment) in zip(trials, found, strict=True):
        if _check_variances(checks, trial, variances) and len(trial.arms) > 2 and adjustment > _CLOSURE_SLACK:
            checks.note(
                f"the effects of study {trial.name!r} do not add up: {_worst_triangle(trial)}; check signs and "
                "measures, all of its contrasts must come from the same arm results"
            )
    return found


def _of_size(trials: list[_Trial], m: int) -> tuple[Floats, Floats, Floats, list[float]]:
    """Return what :func:`_independent` does of studies (s) with the same number of arms m, all at once."""
    effects, spread = (np.array([getattr(trial, name) for trial in trials]) for name in ("effects", "variances"))
    centre = np.eye(m) - 1 / m
    values, vectors = np.linalg.eigh(-centre @ spread @ centre / 2)
    values, vectors = values[:, 1:], vectors[:, :, 1:]
    across = np.swapaxes(vectors, 1, 2)
    positive = np.maximum(values, np.finfo(float).tiny)[:, None, :]
    # Weights of the pairwise contrasts: exact effects come back unchanged, others meet in the middle.
    pull = -(vectors / positive) @ across
    score = (pull * effects).sum(axis=2)[:, :, None]
    arms = (vectors * positive) @ (across @ score)
    moved = np.abs(effects - (arms - np.swapaxes(arms, 1, 2)))
    one, other = np.triu_indices(m, 1)
    adjustment = moved[:, one, other] / np.sqrt(spread[:, one, other])
    root = np.sqrt(2)
    return root * (across @ arms)[:, :, 0], 2 * values, root * across, adjustment.max(axis=1).tolist()


def _check_variances(checks: Checks, trial: _Trial, values: Floats) -> bool:
    """Return whether a set of arms can have these variances, and note it if not."""
    m = len(trial.arms)
    if m == 2:
        return True
    one, other = np.triu_indices(m, 1)
    given = trial.variances[one, other]
    arms = (trial.variances.sum(axis=1) - given.sum() / (m - 1)) / (m - 2)
    implied = np.maximum(arms, 0)[one] + np.maximum(arms, 0)[other]
    if np.all(np.abs(implied - given) <= _VARIANCE_SLACK * given):
        if values.min() > 1e-10 * values.max():
            return True
        checks.note(f"the arms of study {trial.name!r} differ too much in precision; check its variances")
        return False
    shown = ", ".join(
        f"{trial.arms[one[place]]} - {trial.arms[other[place]]} {given[place]:.4g} ({implied[place]:.4g})"
        for place in range(given.size)
    )
    negative = [f"{name} {value:.4g}" for name, value in zip(trial.arms, arms, strict=True) if value < 0]
    because = f"; they imply negative arm variances: {', '.join(negative)}" if negative else ""
    checks.note(
        f"the variances of study {trial.name!r} are not those of contrasts between the same arms; given (and "
        f"implied by the arms): {shown}{because}; check for standard errors given as variances and for "
        "contrasts based on different participants"
    )
    return False


def _worst_triangle(trial: _Trial) -> str:
    y = trial.effects
    gaps = {(a, b, c): y[a, b] + y[b, c] - y[a, c] for a, b, c in combinations(range(len(trial.arms)), 3)}
    a, b, c = max(gaps, key=lambda triangle: abs(gaps[triangle]))
    one, two, three = trial.arms[a], trial.arms[b], trial.arms[c]
    total = y[a, b] + y[b, c]
    return f"{one} - {two} plus {two} - {three} is {total:.4g}, but {one} - {three} is {y[a, c]:.4g}"


def _assemble(
    treatments: tuple[str, ...], trials: list[_Trial], parts: list[tuple[Floats, Floats, Floats, float]]
) -> Contrasts:
    place = {name: position for position, name in enumerate(treatments)}
    columns = [[place[name] for name in trial.arms] for trial in trials]
    sizes = [len(effects) for effects, _, _, _ in parts]
    design = np.zeros((sum(sizes), len(treatments)))
    start = 0
    for arms, (_, _, coefficients, _) in zip(columns, parts, strict=True):
        design[start : start + len(coefficients), arms] = coefficients
        start += len(coefficients)
    return Contrasts(
        treatments=treatments,
        studies=tuple(trial.name for trial in trials),
        arms=tuple(tuple(sorted(arms)) for arms in columns),
        effects=np.concatenate([effects for effects, _, _, _ in parts]),
        variances=np.concatenate([variances for _, variances, _, _ in parts]),
        design=design,
        study=np.repeat(np.arange(len(trials)), sizes),
        adjustment=max(adjustment for _, _, _, adjustment in parts),
    )
