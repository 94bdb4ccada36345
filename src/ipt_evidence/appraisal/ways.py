"""Bodies of some of the same trials, pooled in many ways at once and rated by the rules of a single body."""

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.appraisal.certainty import Body, Judgement
from ipt_evidence.appraisal.certainty.body import Bodies, PooledBodies
from ipt_evidence.appraisal.certainty.rating import levels_of
from ipt_evidence.appraisal.rating import Rules
from ipt_evidence.appraisal.strength import NOTHING, Reading, Strength, read_interval, strength_of
from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.pooling.inference import chi2_p
from ipt_evidence.engine.pooling.random_effects import shares
from ipt_evidence.engine.pooling.specifications import pool_specifications
from ipt_evidence.engine.pooling.subsets import PooledSubsets
from ipt_evidence.synthesis.deciding import Shown, is_few, of_few
from ipt_evidence.synthesis.model import Model

POOLED = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2")


class Rated(NamedTuple):
    """What combinations of choices are compared by."""

    k: int
    certainty: str
    direction: str
    strength: str
    label: str


class Ways:
    """Bodies of some of the same trials, pooled in one go with the parts of them that a rating asks for.

    Parameters
    ----------
    body : Body
        All k trials.
    effects, variances : ndarray, shape (d, k)
        Versions of the data; NaN where a trial has no effect in one.
    version : ndarray of int, shape (s,)
        The version that each way takes.
    kept : ndarray of bool, shape (s, k)
        The trials that each way keeps, of those with an effect.
    methods, intervals : list of str, length s
        How each way pools.
    model : Model
        The primary model.
    """

    def __init__(
        self,
        body: Body,
        effects: Floats,
        variances: Floats,
        version: np.ndarray,
        kept: Bools,
        methods: list[str],
        intervals: list[str],
        model: Model,
    ) -> None:
        self._methods, self._intervals, self._model = methods, intervals, model
        self._bodies = Bodies(
            whole=body, kept=kept, effects=np.nan_to_num(effects)[version],
            variances=np.nan_to_num(variances, nan=1.0)[version],
        )  # fmt: skip
        low = body.at_risk("low")
        subsets = [kept, kept & low] if low.any() and not low.all() else [kept]
        pooled = pool_specifications(
            effects, variances, data=np.tile(version, len(subsets)), subsets=np.vstack(subsets),
            methods=methods * len(subsets), intervals=intervals * len(subsets), level=model.level,
        )  # fmt: skip
        parts = [np.arange(len(version)) + number * len(version) for number in range(len(subsets))]
        found = [self._pooled(pooled, part, chosen) for part, chosen in zip(parts, subsets, strict=True)]
        self._whole, self._low_risk = found[0], found[-1] if low.any() else None

    def _pooled(self, pooled: PooledSubsets, rows: NDArray[np.int64], chosen: Bools) -> PooledBodies:
        """Return what the chosen trials (n, k) say together, few of them by what decides for few."""
        found = {name: getattr(pooled, name)[rows] for name in POOLED}
        k = chosen.sum(axis=1)
        found["q_p_value"] = np.array(list(map(chi2_p, pooled.q[rows].tolist(), np.maximum(k - 1, 0).tolist())))
        weights = shares(self._bodies.variances, found["tau2"][:, None], chosen)
        measure = self._bodies.whole.measure
        for place in np.flatnonzero([interval == self._model.interval for interval in self._intervals]):
            if is_few(k[place], measure, self._model):
                shown = Shown(**{name: float(values[place]) for name, values in found.items()}, decided_by="")
                data = self._bodies.effects[place, chosen[place]], self._bodies.variances[place, chosen[place]]
                decides = of_few(shown, *data, measure, self._model)
                for name, values in found.items():
                    values[place] = getattr(decides, name)
        return PooledBodies(**found, weights=weights)

    def _model_of(self, place: int) -> Model:
        return replace(self._model, method=self._methods[place], interval=self._intervals[place])

    def rated(self, body: Body, comparator: str, publication: Judgement, rules: Rules) -> list[Rated]:
        """Rate each way.

        Parameters
        ----------
        body : Body
            All trials, with what matters to people.
        comparator, publication, rules
            As in :func:`ipt_evidence.appraisal.robustness.label_rows`.
        """
        bodies, pooled = replace(self._bodies, whole=body), self._whole
        levels = levels_of(
            bodies, pooled, self._low_risk, self._model_of, self._model.level, rules.thresholds, publication
        )
        intervals = zip(pooled.estimate.tolist(), pooled.ci_low.tolist(), pooled.ci_high.tolist(), strict=True)
        rows = zip(bodies.k.tolist(), levels.tolist(), intervals, bodies.n_participants.tolist(), strict=True)

        @cache
        def named(reading: Reading, level: str, k: int, people: float) -> Strength:
            return strength_of(
                reading, certainty=level, k=k, n_participants=people, comparator=comparator, rules=rules.strength
            )

        found = []
        for k, level, interval, people in rows:
            reading = read_interval(*interval, body.mid) if k else NOTHING
            strength = named(reading, level, k, people)
            found.append(Rated(k, level if k else "", reading.direction, strength.strength, strength.label))
        return found
