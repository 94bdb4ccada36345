"""One question rated: certainty, reading of the interval, strength label."""

from collections.abc import Mapping
from dataclasses import dataclass

from ipt_evidence.appraisal.certainty import Body, Certainty, Thresholds, rate_certainty
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
    """Rate a body of evidence, with or without trials.

    Parameters
    ----------
    body : Body
        The trials.
    comparator : str
        Class of treatment compared with.
    pool : callable
        Pools a body.
    rules : Rules
        What to go by.
    overrides, asymmetry
        As in :func:`ipt_evidence.appraisal.certainty.rate_certainty`.
    """
    if body.k == 0:
        nothing = strength_of(
            NOTHING, certainty="", k=0, n_participants=0.0, comparator=comparator, rules=rules.strength
        )
        return Rating(certainty=None, reading=NOTHING, strength=nothing)
    certainty = rate_certainty(body, pool, rules.model, rules.thresholds, overrides=overrides, asymmetry=asymmetry)
    pooled = certainty.pooled
    reading = read_interval(pooled.estimate, pooled.ci_low, pooled.ci_high, body.mid)
    strength = strength_of(
        reading,
        certainty=certainty.level,
        k=certainty.body.k,
        n_participants=certainty.body.n_participants,
        comparator=comparator,
        rules=rules.strength,
    )
    return Rating(certainty=certainty, reading=reading, strength=strength)
