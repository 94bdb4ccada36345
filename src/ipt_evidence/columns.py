"""Which columns of our tables hold no text: read by their names, since what their cells look like says little.

A trial called ``001``, an arm ``01`` or a column of text without any cell filled would be numbers by their look. The
definitions of all columns (``schemas``) are held to these names by a test; they are not asked here, because every job
would load what validates.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = frozenset({
    "adjusted_p_value", "age_high", "age_low", "baseline_mean", "baseline_sd", "baujat_x", "baujat_y",
    "benefit_high", "benefit_low", "benefit_per_1000", "bytes", "ci_high", "ci_low", "components", "computed",
    "control_risk", "control_risk_high", "control_risk_low", "control_trials", "converted_trials", "cooks_distance",
    "covariance_ratio", "df", "dfbetas", "dffits", "difference", "difference_ci_high", "difference_ci_low",
    "difference_high", "difference_low", "difference_p_value", "difference_se", "direct", "direct_high",
    "direct_low", "direct_percent", "downgrade", "equal", "estimate", "estimate_deleted", "estimate_shift",
    "estimate_width", "events", "group_k", "h2", "hat", "high", "high_or_unclear_percent",
    "high_or_unclear_risk_percent", "high_or_unclear_trials", "high_percent", "high_risk_percent", "high_trials",
    "highest", "i2", "i2_high", "i2_low", "i2_shift", "i2_width", "imprecision", "inconsistency", "indirect",
    "indirect_high", "indirect_low", "indirectness", "information_size", "intercept", "judged", "k", "k_direct",
    "k_multi_arm", "k_randomised", "k_unknown", "k_without_n", "kappa", "later_trials", "level", "line", "low",
    "low_percent", "low_risk_ci_high", "low_risk_ci_low", "low_risk_differs", "low_risk_estimate",
    "low_risk_percent", "low_risk_trials", "low_trials", "lowest", "mean", "mean_age", "mid", "min_k",
    "min_participants", "min_trials", "n", "n1", "n2", "n_contrasts", "n_designs", "n_effects", "n_participants",
    "n_randomised", "n_sessions", "n_tested", "n_treatments", "nnt", "nnt_best", "nnt_worst", "null_trial_size",
    "null_trials", "p_benefit", "p_important", "p_score", "p_value", "percent", "percent_women",
    "permutation_p_value", "permutations", "pi_high", "pi_low", "publication_bias", "published_ci_high",
    "published_ci_low", "published_estimate", "published_k", "q", "q_deleted", "q_df", "q_heterogeneity",
    "q_heterogeneity_df", "q_heterogeneity_p_value", "q_inconsistency", "q_inconsistency_df",
    "q_inconsistency_p_value", "q_inconsistency_random", "q_inconsistency_random_p_value", "q_p_value", "qm",
    "qm_df", "qm_df2", "qm_p_value", "r2", "rank", "records", "required_size", "rho", "risk_of_bias", "rstudent",
    "same_direction_percent", "same_label", "same_label_percent", "sd", "se", "session_minutes", "settled",
    "shared_trials", "slope", "slope_ci_high", "slope_ci_low", "slope_p_value", "slope_se", "some_concerns_percent",
    "some_concerns_trials", "specifications", "statistic", "subsets", "tau", "tau2", "tau2_deleted", "tau2_high",
    "tau2_low", "tau_high", "tau_low", "total", "trials_read", "unknown_percent", "unknown_risk_percent",
    "unknown_trials", "unusable", "value", "version", "vi", "weeks", "weight_percent", "with_high",
    "with_intervention", "with_low", "year", "yi",
})  # fmt: skip
"""Columns of numbers, in every table but those of :data:`TEXTS`."""

TRUTHS = frozenset({
    "adapted", "all_subsets", "as_expected", "compared", "counts", "event_good", "exact", "influential", "listing",
    "lower_is_better", "overlap", "primary", "provisional", "reserve", "same_comparison", "through_infinity",
    "used", "with_trial", "within",
})  # fmt: skip
"""Columns of true and false."""

TEXTS = {
    "checks": frozenset({"level"}),
    "contrasts": frozenset({"statistic"}),
    "findings": frozenset({"level", "value"}),
    "moderator_groups": frozenset({"value"}),
    "moderators": frozenset({"level"}),
}
"""Columns that hold text although the same name stands for numbers elsewhere, by table."""


def is_text(table: str, column: str) -> bool:
    """Return whether a column holds text; what is not known here does."""
    return column in TEXTS.get(table, ()) or column not in NUMBERS | TRUTHS


def of_no_row(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table without rows whose columns have the types that rows would give them."""
    kinds = {name: "bool" if name in TRUTHS else "float64" for name in table.columns if name in NUMBERS | TRUTHS}
    return table.astype({name: kind for name, kind in kinds.items() if table[name].dtype == object})
