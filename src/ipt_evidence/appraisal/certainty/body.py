"""The trials that answer a question, as a rating sees them, and what they say together."""

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import compress
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.appraisal.importance import Importance
from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import frozen
from ipt_evidence.engine.pooling.random_effects import shares
from ipt_evidence.synthesis.deciding import Shown, decide
from ipt_evidence.synthesis.model import Model


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """One effect per trial, with what bears on how far it can be relied on.

    Attributes
    ----------
    trials : tuple of str, length k
        Their names.
    effects, variances : ndarray, shape (k,)
        Effects (positive favours the treatment named first) and sampling variances.
    participants : ndarray, shape (k,)
        People in each trial; NaN where not known.
    risk : tuple of str, length k
        low, some_concerns, high_or_unclear, high or unknown.
    marks : tuple of frozenset of str, length k
        In what ways a trial sits apart from the question; empty if in none.
    settings : tuple of str, length k
        Special group or setting the question does not name; empty text if none.
    randomised : ndarray of bool, shape (k,)
        False where it is not certain that people were allocated by chance.
    unusable : int
        Trials and reports that bear on the question and gave no figure that could be used.
    unusable_people : float
        People in them; NaN where one of them does not say how many.
    measure : str
        Measure of the effects.
    important : Importance
        What difference matters, and how many people it takes to show it.
    """

    trials: tuple[str, ...]
    effects: Floats
    variances: Floats
    participants: Floats
    risk: tuple[str, ...]
    marks: tuple[frozenset[str], ...]
    settings: tuple[str, ...]
    randomised: Bools
    unusable: int
    unusable_people: float
    measure: str
    important: Importance

    @property
    def mid(self) -> float:
        """Minimal important difference on the scale of the effects; NaN where none is defined."""
        return self.important.mid

    @property
    def k(self) -> int:
        """Number of trials."""
        return int(self.effects.size)

    @property
    def n_participants(self) -> float:
        """People in the trials that say how many there were."""
        return float(self.participants.sum(where=np.isfinite(self.participants)))

    def at_risk(self, *levels: str) -> Bools:
        """Return which trials are at one of these levels of risk of bias."""
        return _at_risk(self.risk, levels)

    def people_of(self, chosen: Bools) -> float:
        """Return how many people there were in the chosen trials, as far as they say."""
        people = self.participants[chosen]
        return float(people.sum(where=np.isfinite(people)))

    def count(self, chosen: Bools) -> int:
        """Return how many trials are chosen."""
        return int(chosen.sum())

    def one(self, chosen: Bools) -> tuple["Body", Bools]:
        """Return the body and the chosen trials, as :meth:`Bodies.one` does of many."""
        return self, chosen

    def only(self, chosen: Bools) -> "Body":
        """Return the body of the chosen trials."""
        kept = chosen.tolist()
        words: dict[str, Any] = {
            name: tuple(compress(getattr(self, name), kept)) for name in ("trials", "risk", "marks", "settings")
        }
        arrays = ("effects", "variances", "participants", "randomised")
        return replace(self, **words, **{name: getattr(self, name)[chosen] for name in arrays})


# Kept, as a body is rated under many choices that leave its trials as they are.
@lru_cache(maxsize=1024)
def _at_risk(risk: tuple[str, ...], levels: tuple[str, ...]) -> Bools:
    return frozen(np.array([level in levels for level in risk], dtype=bool))


def _percent(weights: Floats, chosen: Bools) -> Floats:
    """Sum the weights of the chosen trials without the last digits: 12 of 24 equal trials have 50 percent, not less."""
    return np.asarray(np.round((weights * chosen).sum(axis=-1), 9))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled(Shown):
    """What the trials of a body say together.

    Attributes
    ----------
    weights : ndarray, shape (k,)
        Percent of the weight of each trial.
    """

    weights: Floats

    def share(self, chosen: Bools) -> float:
        """Return the percent of the weight that the chosen trials have."""
        return float(_percent(self.weights, chosen))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bodies:
    """Many bodies of trials out of the same ones, as the rules of the domains see them.

    Attributes
    ----------
    whole : Body
        All K trials; what effects they have is of no account.
    kept : ndarray of bool, shape (n, K)
        The trials of each body.
    effects, variances : ndarray, shape (n, K)
        Their effects and variances; numbers of no account for the trials left out.
    """

    whole: Body
    kept: Bools
    effects: Floats
    variances: Floats

    # As in the body of all K trials.
    mid = property(attrgetter("whole.mid"))
    important = property(attrgetter("whole.important"))
    marks = property(attrgetter("whole.marks"))
    settings = property(attrgetter("whole.settings"))
    randomised = property(attrgetter("whole.randomised"))

    @property
    def k(self) -> NDArray[np.int64]:
        """Number of trials of each body, shape (n,)."""
        return self.kept.sum(axis=1)

    @property
    def n_participants(self) -> Floats:
        """People in the trials of each body that say how many there were, shape (n,)."""
        return self.people_of(np.ones_like(self.randomised))

    def at_risk(self, *levels: str) -> Bools:
        """Return which of all K trials are at one of these levels of risk of bias."""
        return self.whole.at_risk(*levels)

    def people_of(self, chosen: Bools) -> Floats:
        """Return how many people there were in the chosen trials of each body, shape (n,)."""
        people = self.whole.participants
        return np.asarray(self.kept @ np.where(chosen & np.isfinite(people), people, 0.0))

    def count(self, chosen: Bools) -> NDArray[np.int64]:
        """Return how many of the chosen trials each body has, shape (n,)."""
        return (self.kept & chosen).sum(axis=1)

    def one(self, chosen: Bools, place: int) -> tuple[Body, Bools]:
        """Return one of the bodies, and which of its trials are among the chosen of all K."""
        kept = self.kept[place]
        found = self.whole.only(kept)
        effects, variances = self.effects[place, kept], self.variances[place, kept]
        return replace(found, effects=effects, variances=variances), chosen[kept]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledBodies:
    """What the trials of many bodies say together.

    Attributes
    ----------
    estimate, ci_low, ci_high, pi_low, pi_high, tau2, i2, q_p_value : ndarray, shape (n,)
        As in :class:`ipt_evidence.synthesis.deciding.Shown`; NaN for a body without trials.
    weights : ndarray, shape (n, K)
        Percent of the weight of each trial; 0 for the trials left out.
    """

    estimate: Floats
    ci_low: Floats
    ci_high: Floats
    pi_low: Floats
    pi_high: Floats
    tau2: Floats
    i2: Floats
    q_p_value: Floats
    weights: Floats

    def share(self, chosen: Bools) -> Floats:
        """Return the percent of the weight that the chosen trials (K,) or (n, K) have, shape (n,)."""
        return _percent(self.weights, chosen)


def pool_body(body: Body, *, model: Model) -> Pooled:
    """Pool the trials of a body of at least one trial (see :func:`ipt_evidence.synthesis.deciding.decide`)."""
    return weighed(decide(body.effects, body.variances, body.measure, model), body)


def weighed(shown: Shown, body: Body) -> Pooled:
    """Add the weights of the trials of a body to what they show."""
    return Pooled(**{name: getattr(shown, name) for name in _SHOWN}, weights=shares(body.variances, shown.tau2))


_SHOWN = tuple(field.name for field in fields(Shown))
