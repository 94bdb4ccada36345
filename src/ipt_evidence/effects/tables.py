"""From validated study tables to the effect-size table."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ipt_evidence.effects.from_arms import from_counts, from_means
from ipt_evidence.effects.from_contrasts import from_contrasts
from ipt_evidence.effects.rows import (
    EFFECT_COLUMNS,
    MEASUREMENT,
    REFUSED_COLUMNS,
    Candidates,
    as_effects,
    identities,
    join_flags,
)
from ipt_evidence.engine.effect_sizes.covariance import contrast_covariance, smd_covariance
from ipt_evidence.extraction.pairs import measured_pairs, reviewed_pairs, unpaired
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.words.vocabulary import Vocabulary

NOT_IN_NAMES = (
    "effect_id", "measurement", "formula", "yi", "vi", "n1", "n2", "source_id", "flags", "row1_id", "row2_id",
)  # fmt: skip
"""Columns that do not tell an effect from the others; all the rest are behind its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectTables:
    """What the effects room hands on.

    Attributes
    ----------
    effect_sizes : DataFrame
        One row per effect; ``yi`` positive = favours the first-named arm, that of the therapy under review.
    effect_covariances : DataFrame
        Covariance of every two effects of one trial that answer one question.
    not_computed : DataFrame
        Reported results from which no effect follows, and trials without an arm under review, each with the id of its
        reason.
    """

    effect_sizes: pd.DataFrame
    effect_covariances: pd.DataFrame
    not_computed: pd.DataFrame


def compute_effects(studies: Studies, vocabulary: Vocabulary, *, rho: float) -> EffectTables:
    """Compute every pairwise effect of the therapy under review that the validated studies allow.

    Parameters
    ----------
    studies : Studies
        Validated trials, arms, outcomes and contrasts.
    vocabulary : Vocabulary
        Classes of treatments and polarity of outcomes.
    rho : float
        Assumed correlation of different measurements of the same people, for the covariances.
    """
    pairs = reviewed_pairs(studies.arms, vocabulary)
    event_good = vocabulary.outcomes.set_index("outcome")["event_good"]
    sizes = studies.arms.set_index(["trial_id", "arm_id"])["n_randomised"]
    measured = measured_pairs(pairs, studies.outcomes)
    found = Candidates()
    found.refuse(unpaired(pairs, studies.outcomes), "one_arm_only")
    for part in (
        from_means(measured),
        from_counts(measured, event_good),
        from_contrasts(pairs, studies.contrasts, sizes, event_good),
    ):
        found.extend(part)
    effects = _name_sensitivities(_effect_sizes(found, studies.trials), studies.doubts)
    refused = _with_trial_facts(pd.concat([*found.refused, _not_reviewed(studies.trials, pairs)]), studies.trials)
    return EffectTables(
        effect_sizes=effects,
        effect_covariances=covariances(effects, rho=rho),
        not_computed=refused.reindex(columns=REFUSED_COLUMNS).sort_values(REFUSED_COLUMNS, ignore_index=True),
    )


def _effect_sizes(found: Candidates, trials: pd.DataFrame) -> pd.DataFrame:
    if not found.accepted:
        return as_effects(pd.DataFrame())
    effects = as_effects(_with_trial_facts(pd.concat(found.accepted, ignore_index=True), trials))
    key = [name for name in EFFECT_COLUMNS if name not in NOT_IN_NAMES]
    effects = effects.assign(effect_id=_named(effects, key), measurement=_digests(effects, MEASUREMENT))
    return effects.sort_values([*key, "effect_id"], ignore_index=True)


def _name_sensitivities(effects: pd.DataFrame, doubts: pd.DataFrame) -> pd.DataFrame:
    """Add to effects under doubt the sensitivity analysis that the doubt asks for, as ``sensitivity:<name>``."""
    analysis = doubts.loc[doubts["action"].eq("sensitivity")].set_index("doubt_id")["sensitivity"]

    def named(flags: str) -> str:
        doubt_ids = (flag.removeprefix("doubt:") for flag in flags.split(";") if flag.startswith("doubt:"))
        return join_flags(flags, *(f"sensitivity:{analysis[doubt]}" for doubt in doubt_ids if doubt in analysis))

    return effects.assign(flags=effects["flags"].map(named))


def _with_trial_facts(rows: pd.DataFrame, trials: pd.DataFrame) -> pd.DataFrame:
    return rows.merge(trials[["trial_id", "condition", "population", "phase"]], on="trial_id", how="left")


def _not_reviewed(trials: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    rows = trials.loc[~trials["trial_id"].isin(pairs["trial_id"]), ["trial_id"]]
    return rows.assign(reported="trial", reason_id="no_arm_in_question")


def _digests(effects: pd.DataFrame, key: list[str]) -> list[str]:
    """Give rows that agree on a key the same short name; it depends on the row alone, so other rows never change it."""
    return [hashlib.sha256(text.encode()).hexdigest()[:8] for text in identities(effects, key)]


def _named(effects: pd.DataFrame, key: list[str]) -> list[str]:
    """Name each effect by its trial, its arms and a digest of everything that tells it from the others."""
    parts = effects[["trial_id", "arm1_id", "arm2_id"]].itertuples(index=False, name=None)
    return ["-".join((*part, digest)) for part, digest in zip(parts, _digests(effects, key), strict=True)]


def trial_covariance(effects: pd.DataFrame, *, rho: float) -> np.ndarray:
    """Return the covariance matrix (k, k) of effects of one trial that answer one question.

    Effects that share both arms correlate by ``rho`` (different measurements of the same people); effects that
    share one arm have that arm's part of the variance in common.
    """
    labels = effects["measurement"].tolist()
    arms = effects["arm1_id"].tolist(), effects["arm2_id"].tolist()
    values, variances = effects["yi"].to_numpy(float), effects["vi"].to_numpy(float)
    sizes = effects[["n1", "n2"]].to_numpy(float, na_value=np.nan)
    if effects["measure"].iloc[0] == "SMD" and np.isfinite(sizes).all():
        return smd_covariance(values, variances, *arms, sizes[:, 0], sizes[:, 1], outcomes=labels, rho=rho)
    share = _shares(sizes)
    parts = variances * share, variances * (1 - share)
    return contrast_covariance(variances, *arms, *parts, outcomes=labels, rho=rho)


def _shares(sizes: np.ndarray) -> np.ndarray:
    """Return the part of each variance that the first arm brings in: by numbers of people, else one half."""
    known = np.isfinite(sizes).all(axis=1)
    total = np.where(known, sizes.sum(axis=1), 2.0)
    return np.where(known, sizes[:, 1], 1.0) / total


def covariances(effects: pd.DataFrame, *, rho: float) -> pd.DataFrame:
    """List the covariance of every two effects of one trial that answer one question."""
    question = ["trial_id", "intervention", "comparator", "outcome", "timepoint", "domain", "measure"]
    rows = []
    for (trial_id, *_), group in effects.groupby(question, sort=True):
        if len(group) < 2:
            continue
        matrix, names = trial_covariance(group, rho=rho), group["effect_id"].tolist()
        rows += [
            (trial_id, names[i], names[j], matrix[i, j]) for i in range(len(names)) for j in range(i + 1, len(names))
        ]
    return pd.DataFrame(rows, columns=["trial_id", "effect1_id", "effect2_id", "covariance"])
