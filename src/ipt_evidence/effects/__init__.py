"""Effect sizes from the summary statistics that trials report: arrays in, frozen results out."""

from ipt_evidence.effects.binary import (
    arcsine_difference,
    log_odds_ratio,
    log_risk_ratio,
    peto_log_odds_ratio,
    risk_difference,
)
from ipt_evidence.effects.changes import difference_of_effects, sd_of_change, standardised_mean_change
from ipt_evidence.effects.conversions import (
    log_odds_ratio_from_smd,
    se_from_ci,
    smd_from_f,
    smd_from_log_odds_ratio,
    smd_from_mean_difference,
    smd_from_mean_difference_ci,
    smd_from_mean_difference_se,
    smd_from_p,
    smd_from_t,
)
from ipt_evidence.effects.covariance import contrast_covariance, smd_covariance
from ipt_evidence.effects.means import (
    glass_delta,
    hedges_g,
    log_ratio_of_means,
    mean_difference,
    smd_unequal_variances,
)
from ipt_evidence.effects.recovery import (
    RecoveredMoments,
    mean_sd_from_five_numbers,
    mean_sd_from_quartiles,
    mean_sd_from_range,
    response_rate_from_scores,
)
from ipt_evidence.effects.results import ArmContrasts, BinaryContrasts, EffectSizes

__all__ = [
    "ArmContrasts",
    "BinaryContrasts",
    "EffectSizes",
    "RecoveredMoments",
    "arcsine_difference",
    "contrast_covariance",
    "difference_of_effects",
    "glass_delta",
    "hedges_g",
    "log_odds_ratio",
    "log_odds_ratio_from_smd",
    "log_ratio_of_means",
    "log_risk_ratio",
    "mean_difference",
    "mean_sd_from_five_numbers",
    "mean_sd_from_quartiles",
    "mean_sd_from_range",
    "peto_log_odds_ratio",
    "response_rate_from_scores",
    "risk_difference",
    "sd_of_change",
    "se_from_ci",
    "smd_covariance",
    "smd_from_f",
    "smd_from_log_odds_ratio",
    "smd_from_mean_difference",
    "smd_from_mean_difference_ci",
    "smd_from_mean_difference_se",
    "smd_from_p",
    "smd_from_t",
    "smd_unequal_variances",
    "standardised_mean_change",
]
