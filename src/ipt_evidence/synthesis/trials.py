"""One effect per trial, and the pooled answer of a set of trials."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.effects.rows import join_flags
from ipt_evidence.engine.checks import Bools, Checks, Floats
from ipt_evidence.engine.effect_sizes.covariance import covariances, smd_parts
from ipt_evidence.engine.pooling.aggregation import least_variance
from ipt_evidence.engine.pooling.inference import own_intervals
from ipt_evidence.engine.pooling.random_effects import pool, weight_percent
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis.deciding import decide, is_few, single
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words.figures import SINGLE

COMBINED = ("arm1_id", "arm2_id", "n1", "n2", "n_randomised", "measurement", "measure", "yi", "vi", "flags")
"""What of an effect bears on its trial's combined effect."""

Group = tuple[int, ...]
"""Rows of the effects of one trial."""

TRIAL_COLUMNS = ["trial_id", "n_effects", "n1", "n2", "n_randomised", "yi", "vi", "ci_low", "ci_high", "flags"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Model):
    """The method choices of one pooling: its model, and how the effects of a trial are combined.

    Attributes
    ----------
    rho : float
        Assumed correlation of different measurements of the same people.
    """

    rho: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trials:
    """One effect per trial, in the order of their names.

    Attributes
    ----------
    measure : str
        Measure of the effects; empty text without any.
    names : ndarray of str, shape (k,)
        The trials.
    n_effects : ndarray of int, shape (k,)
        Effects combined in each.
    n1, n2 : ndarray, shape (k,)
        People in its arms under review and in the others, each arm once; NaN if not known.
    n_randomised : ndarray, shape (k,)
        People randomised to both where all its effects compare the same two arms; NaN else, or if not known.
    effects, variances : ndarray, shape (k,)
        Combined effects and their sampling variances.
    flags : ndarray of str, shape (k,)
        The flags of its effects, united.
    """

    measure: str
    names: NDArray
    n_effects: NDArray[np.int64]
    n1: Floats
    n2: Floats
    n_randomised: Floats
    effects: Floats
    variances: Floats
    flags: NDArray

    @property
    def people(self) -> Floats:
        """People in each trial: those its effects rest on, or where that is not known those randomised; else NaN."""
        return np.where(np.isnan(self.n1 + self.n2), self.n_randomised, self.n1 + self.n2)

    @property
    def counts(self) -> dict[str, object]:
        """People in all trials that say how many, how many trials do not, and for how many those randomised count."""
        return self.counts_of(np.ones(len(self.names), dtype=bool))

    def counts_of(self, chosen: Bools) -> dict[str, object]:
        """Return :attr:`counts` of the chosen trials."""
        people = self.people[chosen]
        instead = np.isnan(self.n1 + self.n2) & ~np.isnan(self.n_randomised)
        return {
            "n_participants": float(np.nansum(people)),
            "k_without_n": int(np.isnan(people).sum()),
            "k_randomised": int(instead[chosen].sum()),
        }

    def only(self, chosen: Bools) -> "Trials":
        """Return the chosen trials."""
        kept = {field.name: getattr(self, field.name)[chosen] for field in fields(self) if field.name != "measure"}
        return Trials(measure=self.measure, **kept)

    def table(self, level: float) -> pd.DataFrame:
        """Return one row per trial: :data:`TRIAL_COLUMNS`."""
        low, high = own_intervals(self.effects, self.variances, level)
        columns = (
            self.names, self.n_effects, self.n1, self.n2, self.n_randomised, self.effects, self.variances, low, high,
            self.flags,
        )  # fmt: skip
        return pd.DataFrame(dict(zip(TRIAL_COLUMNS, columns, strict=True)))


class EffectsByTrial:
    """The effects that answer one question, grouped by trial once, to be combined under any choice of data.

    Parameters
    ----------
    used : DataFrame, n rows
        Effects of one measure, as in ``effect_sizes.csv``.

    Attributes
    ----------
    used : DataFrame, n rows
        The effects.
    names : ndarray of str, shape (k,)
        Their trials, in order.

    Raises
    ------
    SynthesisError
        If an effect is not finite, a variance not positive and finite, or a number of people neither that nor missing;
        positions are those of the rows.
    """

    def __init__(self, used: pd.DataFrame) -> None:
        _check(used)
        trials = used["trial_id"].to_numpy(object)
        self.used, self._order = used, np.argsort(trials, kind="stable")
        column = {name: used[name].to_numpy()[self._order] for name in COMBINED}
        self.names, self._trial = np.unique(trials[self._order], return_inverse=True)
        self._yi, self._vi = column["yi"].astype(float), column["vi"].astype(float)
        self._sizes = np.column_stack([column["n1"], column["n2"]]).astype(float)
        self._randomised = column["n_randomised"].astype(float)
        arms = np.stack([column["arm1_id"], column["arm2_id"]]).astype(object)
        self._arms = pd.factorize(arms.ravel())[0].reshape(arms.shape)
        self._measurement, self._flags = pd.factorize(column["measurement"].astype(object))[0], column["flags"].tolist()
        self._measure = str(column["measure"][0]) if len(trials) else ""
        self._described: dict[Group, tuple[float, float, float, str]] = {}
        self._covariances: dict[tuple[Group, float], Floats] = {}
        self._combined: dict[tuple[Group, float], tuple[float, float]] = {}

    @property
    def several(self) -> bool:
        """Whether any trial has more than one effect."""
        return len(self.names) < len(self._trial)

    def combine(self, rho: float, kept: Bools | None = None) -> Trials:
        """Combine the effects of each trial into one, heeding shared arms and shared people.

        Parameters
        ----------
        rho : float
            Assumed correlation of different measurements of the same people.
        kept : ndarray of bool, shape (n,), optional
            Effects to combine; by default all. Trials that keep none are left out.

        Raises
        ------
        SynthesisError
            If the effects of a trial contradict one another so far that they cannot be combined.
        """
        groups = self._groups(kept)
        values = self._values(groups, rho)
        n1, n2, randomised, flags = zip(*map(self._description, groups), strict=True) if groups else ((),) * 4
        return Trials(
            measure=self._measure,
            names=self.names[[self._trial[group[0]] for group in groups]],
            n_effects=np.array([len(group) for group in groups], dtype=np.int64),
            n1=np.array(n1, dtype=float),
            n2=np.array(n2, dtype=float),
            n_randomised=np.array(randomised, dtype=float),
            effects=np.array([effect for effect, _ in values], dtype=float),
            variances=np.array([variance for _, variance in values], dtype=float),
            flags=np.array(flags, dtype=object),
        )

    def within(self, rho: float) -> Iterator[tuple[NDArray[np.int64], Floats]]:
        """Yield the effects of every trial, as places in ``used``, with the covariance matrix of their errors."""
        groups = self._groups(None)
        for group, covariance in zip(groups, self._covariances_of(groups, rho), strict=True):
            yield self._order[list(group)], covariance

    def apart(self, rho: float) -> tuple[Floats, Floats, NDArray]:
        """Return the effects (n,), their covariance (n, n), 0 between trials, and the trial of each (n,)."""
        covariance = np.diag(self._vi)
        groups = [group for group in self._groups(None) if len(group) > 1]
        for group, block in zip(groups, self._covariances_of(groups, rho), strict=True):
            covariance[np.ix_(group, group)] = block
        return self._yi, covariance, self.names[self._trial]

    def values(self, rho: float, kept: Bools) -> tuple[Floats, Floats]:
        """Return effect and variance of every trial (k,), NaN where it keeps no effect; see :meth:`combine`."""
        effects, variances = np.full((2, len(self.names)), np.nan)
        groups = self._groups(kept)
        for group, found in zip(groups, self._values(groups, rho), strict=True):
            place = self._trial[group[0]]
            effects[place], variances[place] = found
        return effects, variances

    def _groups(self, kept: Bools | None) -> list[Group]:
        """Return the rows of each trial that keeps any."""
        rows = np.arange(self._order.size) if kept is None else np.flatnonzero(kept[self._order])
        borders = np.flatnonzero(np.diff(self._trial[rows])) + 1
        return [tuple(group.tolist()) for group in np.split(rows, borders)] if rows.size else []

    def _values(self, groups: list[Group], rho: float) -> list[tuple[float, float]]:
        """Return the combined effect and variance of each trial; every set of its effects is combined once."""
        new = [group for group in groups if len(group) > 1 and (group, rho) not in self._combined]
        for rows in _of_one_size(new):
            same = [tuple(row) for row in rows.tolist()]
            blocks = np.array(self._covariances_of(same, rho))
            found = least_variance(self._yi[rows], blocks, self.names[self._trial[rows[:, 0]]].tolist())
            for group, value, variance in zip(same, *map(np.ndarray.tolist, found), strict=True):
                self._combined[group, rho] = value, variance
        return [
            self._combined[group, rho] if len(group) > 1 else (self._yi[group[0]], self._vi[group[0]])
            for group in groups
        ]

    def _covariances_of(self, groups: list[Group], rho: float) -> list[Floats]:
        """Return the covariance matrix of the effects of each trial; each is made once."""
        new = [group for group in groups if (group, rho) not in self._covariances]
        for rows in _of_one_size(new):
            # Standardised mean differences know their arms' parts by the numbers of people in these, if all are known.
            known = np.isfinite(self._sizes[rows]).all(axis=(1, 2)) & (self._measure == "SMD")
            for chosen, scaled in ((rows[known], True), (rows[~known], False)):
                if len(chosen):
                    for row, block in zip(chosen.tolist(), self._covariance(chosen, rho, scaled=scaled), strict=True):
                        self._covariances[tuple(row), rho] = block
        return [self._covariances[group, rho] for group in groups]

    def _covariance(self, rows: NDArray[np.int64], rho: float, *, scaled: bool) -> Floats:
        """Return the covariance matrices (m, j, j) of effects of m trials with j effects each, ``rows`` (m, j).

        Effects that share both arms correlate by ``rho`` (different measurements of the same people); effects that
        share one arm have that arm's part of the variance in common.
        """
        effects, variances, sizes = self._yi[rows], self._vi[rows], self._sizes[rows]
        arms1, arms2, labels = self._arms[0][rows], self._arms[1][rows], self._measurement[rows]
        if scaled:
            parts = smd_parts(effects, arms1, arms2, sizes[..., 0], sizes[..., 1])
        else:
            share = _shares(sizes)
            parts = np.zeros_like(effects), variances * share, variances * (1 - share)
        return covariances(variances, arms1, arms2, *parts, outcomes=labels, rho=rho)

    def _description(self, group: Group) -> tuple[float, float, float, str]:
        """Return the people of both sides of a trial, those randomised, and the flags of its effects."""
        if group not in self._described:
            flags = join_flags(*(self._flags[row] for row in group))
            self._described[group] = self._people(0, group), self._people(1, group), self._all_randomised(group), flags
        return self._described[group]

    def _people(self, side: int, group: tuple[int, ...]) -> float:
        """Count the people of the distinct arms of one side, each with its largest number; NaN if one is unknown."""
        if len(group) == 1:
            return float(self._sizes[group[0], side])
        largest: dict[int, float] = {}
        for row in group:
            arm = int(self._arms[side, row])
            largest[arm] = float(np.fmax(self._sizes[row, side], largest.get(arm, np.nan)))
        return sum(largest.values())

    def _all_randomised(self, group: tuple[int, ...]) -> float:
        """Return the people randomised to the two arms of a group; NaN if it compares several pairs of arms."""
        pairs = {tuple(self._arms[:, row].tolist()) for row in group}
        return float(self._randomised[group[0]]) if len(pairs) == 1 else float("nan")


def _check(used: pd.DataFrame) -> None:
    """Refuse effects that are not finite, and variances and numbers of people that cannot be."""
    checks = Checks(SynthesisError)
    column = {name: used[name].to_numpy(float) for name in ("yi", "vi", "n1", "n2", "n_randomised")}
    sound = {name: np.isfinite(values) & (values > 0) for name, values in column.items()}
    checks.require("yi", column["yi"], np.isfinite(column["yi"]), "finite")
    checks.require("vi", column["vi"], sound["vi"], "positive and finite")
    for name in ("n1", "n2", "n_randomised"):
        missing = np.isnan(column[name])
        checks.require(name, column[name], sound[name] | missing, "positive and finite, or missing")
    checks.finish()


def _of_one_size(groups: list[Group]) -> list[NDArray[np.int64]]:
    """Return the groups as tables (m, j), one for each number of effects."""
    sizes = sorted({len(group) for group in groups})
    return [np.array([group for group in groups if len(group) == size]) for size in sizes]


def _shares(sizes: Floats) -> Floats:
    """Return the part of each variance that the first arm brings in: by numbers of people, else one half."""
    known = np.isfinite(sizes).all(axis=-1)
    total = np.where(known, sizes.sum(axis=-1), 2.0)
    return np.where(known, sizes[..., 1], 1.0) / total


def pool_trials(trials: Trials, choices: Choices) -> tuple[dict[str, object], Floats]:
    """Pool one effect per trial; a single trial is passed on as it is, none gives an empty answer.

    Returns
    -------
    dict
        The fields of ``syntheses.csv`` from ``model`` on.
    ndarray, shape (k,)
        Share of the weight of each trial, in percent.
    """
    k = len(trials.names)
    counts = {"k": k, "n_effects": int(trials.n_effects.sum()), **trials.counts}
    if k == 0:
        return {"model": "none", **counts}, np.array([])
    if k == 1:
        return {**_single(trials, choices.level), **counts}, np.array([100.0])
    pooled = pool(trials.effects, trials.variances, **choices.pooling)
    return {"model": model_of(choices), **asdict(pooled), **counts}, weight_percent(trials.variances, pooled.tau2)


def deciding_row(trials: Trials, choices: Choices) -> dict[str, object]:
    """Pool as :func:`pool_trials` does, few trials by what decides for them (see :func:`deciding.decide`)."""
    row, _ = pool_trials(trials, choices)
    if not is_few(len(trials.names), trials.measure, choices):
        return row
    shown = decide(trials.effects, trials.variances, trials.measure, choices)
    unknown = dict.fromkeys(("se", "statistic", "p_value"), float("nan"))
    found = {name: getattr(shown, name) for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")}
    return {**row, **unknown, **found, "interval": shown.decided_by}


def model_of(choices: Choices) -> str:
    """Return the name of the model that a method fits."""
    return "common_effect" if choices.method == "CE" else "random_effects"


def _single(trials: Trials, level: float) -> Mapping[str, object]:
    """Pass on the only trial with a test of its own effect; see :func:`ipt_evidence.synthesis.deciding.single`."""
    shown, se = single(trials.effects, trials.variances, level), float(np.sqrt(trials.variances[0]))
    return {
        "model": SINGLE, "estimate": shown.estimate, "se": se, "ci_low": shown.ci_low, "ci_high": shown.ci_high,
        "statistic": shown.estimate / se, "p_value": 2 * float(special.ndtr(-abs(shown.estimate / se))),
        "method": "none", "interval": "normal", "level": level,
    }  # fmt: skip
