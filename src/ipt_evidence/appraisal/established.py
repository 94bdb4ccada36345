"""Older systems beside our own: Chambless and Hollon (1998) by counting trials, Tolin et al. (2015) by certainty."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.strength import INACTIVE, LARGE
from ipt_evidence.engine.intervals import short_of, side_of_null
from ipt_evidence.words.labels import CERTAINTIES, within
from ipt_evidence.words.numbers import counted

PLACEBOS = ("pill_placebo", "attention_control")
"""Controls that count as a pill or psychological placebo; all others are waiting lists or usual care."""

MODERATE = 0.5
"""Standardised mean difference that a trial must exclude to show that two treatments do equally well."""

STRICT_TEAMS = LENIENT_TRIALS = 2

NO_SYSTEM = ("dropout",)
"""Outcomes the systems do not speak of."""

GAINS = ("symptom_severity", "response", "remission", "recovery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of one system.

    Attributes
    ----------
    level : str
        Slug of the level; empty text where the system does not apply.
    reason : str
        What it rests on.
    """

    level: str
    reason: str


NOT_RATED = Level(level="", reason="")


def chambless_hollon(trials: pd.DataFrame, measure: str) -> Level:
    """Give the level of Chambless and Hollon (1998) that the trials of one question would support.

    Parameters
    ----------
    trials : DataFrame
        One row per trial: ``team`` (empty text if not known), ``ci_low``, ``ci_high`` (positive = in its favour),
        ``against`` (inactive, placebo or treatment).
    measure : str
        SMD, or a ratio on the log scale.

    Returns
    -------
    Level
        well_established, probably_efficacious, possibly_efficacious or experimental.

    Notes
    -----
    Independent teams are told apart by the family name of the first author of the main report, from the bibliography. A
    trial whose team is not known is never taken for that of another team, so two teams must be known by name. Manuals,
    samples and measures, which the system asks for too, are not in the tables and are taken as given, and so is that a
    treatment compared with is an established one: that makes it the more generous reading. A trial in which the other
    treatment does better shows no equality, however small the difference. Trials that find nothing are, as in the
    system, not counted.
    """
    low, high, kind = (trials[name].to_numpy() for name in ("ci_low", "ci_high", "against"))
    side, active = side_of_null(low, high), kind != "inactive"
    better, worse = side > 0, side < 0
    equal = (kind == "treatment") & ~worse & np.logical_and(*short_of(low, high, MODERATE))
    strict = (better & active) | (equal if measure == "SMD" else False)
    teams = {*compress(trials["team"].tolist(), strict)} - {""}
    lenient = int((better & ~active).sum())
    if len(teams) >= STRICT_TEAMS:
        level = "well_established"
    elif strict.any() or lenient >= LENIENT_TRIALS:
        level = "probably_efficacious"
    elif better.any() and not worse.any():
        level = "possibly_efficacious"
    else:
        level = "experimental"
    reason = (
        f"Of {counted(len(trials), 'trial')}, {int(strict.sum())} found it better than placebo or another treatment, "
        f"or equal to one; {lenient} better than a waiting list or usual care; {int(worse.sum())} worse."
    )
    return Level(level=level, reason=reason)


def against(treatment: str, treatment_class: str) -> str:
    """Say what a comparison arm is to this system: inactive, placebo or treatment."""
    if treatment_class != INACTIVE:
        return "treatment"
    return "placebo" if treatment in PLACEBOS else "inactive"


def tolin(rating: Mapping[Any, Any], sisters: pd.DataFrame) -> Level:
    """Give the wording of Tolin et al. (2015) that the rating of one question would support.

    Parameters
    ----------
    rating : mapping
        A row of the ratings: ``k``, ``direction``, ``interval_vs_mid``, ``certainty``, ``outcome``.
    sisters : DataFrame
        Ratings of the same comparison at any time point, on symptoms and on functioning, its own among them.

    Returns
    -------
    Level
        very_strong, strong, weak or insufficient.

    Notes
    -----
    very_strong: high certainty of an important gain in symptoms and in functioning, at the end of treatment and
    later. strong: moderate or high certainty of an important gain. weak: low or very low certainty of one. Harms,
    resources and use outside research, which the system asks for too, are not in the tables.
    """
    if rating["k"] < 2:
        return Level(level="insufficient", reason="No meta-analysis: fewer than two trials.")
    if not _gain(rating):
        return Level(level="insufficient", reason="No meta-analysis shows a clinically meaningful gain.")
    if rating["certainty"] in ("low", "very_low"):
        return Level(level="weak", reason=f"A gain, with {within(CERTAINTIES[rating['certainty']])} certainty.")
    firm = {
        (row["outcome"] in GAINS, row["timepoint"])
        for row in sisters.to_dict("records")
        if _gain(row) and row["certainty"] == "high"
    }
    if len(firm) == 4:
        reason = "High certainty of gains in symptoms and functioning, at the end of treatment and later."
        return Level(level="very_strong", reason=reason)
    return Level(level="strong", reason=f"A gain, with {within(CERTAINTIES[rating['certainty']])} certainty.")


def _gain(rating: Mapping[Any, Any]) -> bool:
    important = rating["interval_vs_mid"] in (*LARGE, "none")
    return bool(rating["k"] >= 2 and rating["direction"] == "favours_intervention" and important)
