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
from ipt_evidence.extraction.pairs import measured_pairs, other_pairs, reviewed_pairs, unpaired
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.words.vocabulary import Vocabulary

NOT_IN_NAMES = (
    "effect_id", "measurement", "formula", "yi", "vi", "n1", "n2", "n_randomised", "source_id", "flags", "row1_id",
    "row2_id",
)  # fmt: skip
"""Columns that do not tell an effect from the others; all the rest are behind its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectTables:
    """What the effects room hands on.

    Attributes
    ----------
    effect_sizes : DataFrame
        One row per effect; ``yi`` positive = favours the first-named arm, that of the therapy under review.
    not_computed : DataFrame
        Reported results from which no effect follows, and trials without an arm under review, each with the id of its
        reason.
    """

    effect_sizes: pd.DataFrame
    not_computed: pd.DataFrame


def compute_effects(studies: Studies, vocabulary: Vocabulary) -> EffectTables:
    """Compute every pairwise effect of the therapy under review that the validated studies allow."""
    pairs = reviewed_pairs(studies.arms, vocabulary)
    found = Candidates()
    alone = unpaired(pairs, studies.outcomes)
    found.refuse(alone[~alone["other_instrument"]], "one_arm_only")
    found.refuse(alone[alone["other_instrument"]], "other_instrument_name")
    found.extend(_computed(pairs, studies, vocabulary))
    aside = studies.trials.loc[~studies.trials["trial_id"].isin(pairs["trial_id"]), ["trial_id"]]
    aside = aside.assign(reported="trial", reason_id="no_arm_in_question")
    refused = _with_trial_facts(pd.concat([*found.refused, aside]), studies.trials)
    return EffectTables(
        effect_sizes=_finished(found, studies),
        not_computed=refused.reindex(columns=REFUSED_COLUMNS).sort_values(REFUSED_COLUMNS, ignore_index=True),
    )


def compute_other_effects(studies: Studies, vocabulary: Vocabulary) -> pd.DataFrame:
    """Compute every effect between two arms neither of which was given the therapy under review.

    No question asks for them; a network of treatments has use for them. Positive favours the first-named arm.
    """
    pairs = other_pairs(studies.arms, vocabulary)
    return _finished(_computed(pairs, studies, vocabulary), studies) if len(pairs) else as_effects(pd.DataFrame())


def _computed(pairs: pd.DataFrame, studies: Studies, vocabulary: Vocabulary) -> Candidates:
    """Compute the effects of pairs of arms, with the results from which none follows."""
    event_good = vocabulary.outcomes.set_index("outcome")["event_good"]
    sizes = studies.arms.set_index(["trial_id", "arm_id"])["n_randomised"]
    measured = measured_pairs(pairs, studies.outcomes)
    found = Candidates()
    for part in (
        from_means(measured),
        from_counts(measured, event_good),
        from_contrasts(pairs, studies.contrasts, sizes, event_good),
    ):
        found.extend(part)
    return found


def _finished(found: Candidates, studies: Studies) -> pd.DataFrame:
    """Name the effects found and join what is known of their trials."""
    effects = _with_randomised(_effect_sizes(found, studies.trials), studies)
    return _name_sensitivities(effects, studies.doubts)


def _effect_sizes(found: Candidates, trials: pd.DataFrame) -> pd.DataFrame:
    if not found.accepted:
        return as_effects(pd.DataFrame())
    effects = as_effects(_with_trial_facts(pd.concat(found.accepted, ignore_index=True), trials))
    key = [name for name in EFFECT_COLUMNS if name not in NOT_IN_NAMES]
    effects = effects.assign(effect_id=_named(effects, key), measurement=_digests(effects, MEASUREMENT))
    return effects.sort_values([*key, "effect_id"], ignore_index=True)


def _with_randomised(effects: pd.DataFrame, studies: Studies) -> pd.DataFrame:
    """Add how many people were randomised to the two arms; in a trial of two, those of the trial if arms do not say."""
    arms = studies.arms.set_index(["trial_id", "arm_id"])["n_randomised"]
    first, second = (
        arms.reindex(pd.MultiIndex.from_frame(effects[["trial_id", name]])).to_numpy(float, na_value=np.nan)
        for name in ("arm1_id", "arm2_id")
    )
    trials = studies.trials.set_index("trial_id")["n_randomised"]
    of_two = trials.where(arms.groupby(level="trial_id").size().eq(2).reindex(trials.index, fill_value=False))
    whole = of_two.reindex(effects["trial_id"]).to_numpy(float, na_value=np.nan)
    return effects.assign(n_randomised=np.where(np.isnan(first + second), whole, first + second))


def _name_sensitivities(effects: pd.DataFrame, doubts: pd.DataFrame) -> pd.DataFrame:
    """Add to effects under doubt the sensitivity analysis that the doubt asks for, as ``sensitivity:<name>``."""
    analysis = doubts.loc[doubts["action"].eq("sensitivity")].set_index("doubt_id")["sensitivity"]

    def named(flags: str) -> str:
        doubt_ids = (flag.removeprefix("doubt:") for flag in flags.split(";") if flag.startswith("doubt:"))
        return join_flags(flags, *(f"sensitivity:{analysis[doubt]}" for doubt in doubt_ids if doubt in analysis))

    return effects.assign(flags=effects["flags"].map(named))


def _with_trial_facts(rows: pd.DataFrame, trials: pd.DataFrame) -> pd.DataFrame:
    return rows.merge(trials[["trial_id", "condition", "population", "phase"]], on="trial_id", how="left")


def _digests(effects: pd.DataFrame, key: list[str]) -> list[str]:
    """Give rows that agree on a key the same short name; it depends on the row alone, so other rows never change it."""
    return [hashlib.sha256(text.encode()).hexdigest()[:8] for text in identities(effects, key)]


def _named(effects: pd.DataFrame, key: list[str]) -> list[str]:
    """Name each effect by its trial, its arms and a digest of everything that tells it from the others."""
    parts = effects[["trial_id", "arm1_id", "arm2_id"]].itertuples(index=False, name=None)
    return ["-".join((*part, digest)) for part, digest in zip(parts, _digests(effects, key), strict=True)]
