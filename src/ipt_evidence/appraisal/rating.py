"""One question rated: certainty, reading of the interval, strength label."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from ipt_evidence.appraisal.certainty import Body, Certainty, Thresholds, pool_body, rate_certainty
from ipt_evidence.appraisal.certainty.rating import Pool
from ipt_evidence.appraisal.overrides import Override
from ipt_evidence.appraisal.strength import NOTHING, Reading, Strength, read_interval, strength_of
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.small_study import Asymmetry
from ipt_evidence.words.strength_rules import StrengthRule


@dataclass(frozen=True, eq=False, kw_only=True)
class Rules:
    """What every rating goes by.

    Attributes
    ----------
    thresholds : Thresholds
        Numbers the certainty rules compare with.
    strength : tuple of StrengthRule
        The rules of ``config/strength_rules.csv``.
    model : Model
        How trials are pooled.
    """

    thresholds: Thresholds
    strength: tuple[StrengthRule, ...]
    model: Model

    @classmethod
    def of(cls, strength: tuple[StrengthRule, ...], synthesis: Mapping[str, Any], appraisal: Mapping[str, Any]) -> Self:
        """Return what the sections of those names of the configuration choose."""
        return cls(thresholds=Thresholds(**appraisal["certainty"]), strength=strength, model=Model.of(synthesis))

    @property
    def pool(self) -> Pool:
        """Pools a body by the model."""
        return partial(pool_body, model=self.model)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rating:
    """A question rated.

    Attributes
    ----------
    certainty : Certainty or None
        None without trials.
    reading : Reading
        Where the interval lies, of the trials the certainty rests on.
    strength : Strength
        The label and its rule.
    """

    certainty: Certainty | None
    reading: Reading
    strength: Strength


def rate(
    body: Body,
    comparator: str,
    pool: Pool,
    rules: Rules,
    overrides: Mapping[str, Override] | None = None,
    asymmetry: Asymmetry | None = None,
) -> Rating:
    """Rate a body of evidence, with or without trials, against a class of treatments.

    ``overrides`` and ``asymmetry`` as in :func:`ipt_evidence.appraisal.certainty.rate_certainty`.
    """
    if body.k == 0:
        certainty, reading = None, NOTHING
    else:
        certainty = rate_certainty(body, pool, rules.model, rules.thresholds, overrides=overrides, asymmetry=asymmetry)
        pooled = certainty.pooled
        reading = read_interval(pooled.estimate, pooled.ci_low, pooled.ci_high, body.mid)
    strength = strength_of(
        reading, certainty=certainty.level if certainty else "", k=body.k, n_participants=body.n_participants,
        comparator=comparator, rules=rules.strength,
    )  # fmt: skip
    return Rating(certainty=certainty, reading=reading, strength=strength)
