"""What another choice of method or data was, in words."""

VARIANTS = {
    "method": "τ² by {method}",
    "common_effect": "One effect common to all trials",
    "prior": "Another prior: {method}",
    "interval_normal": "Normal instead of t interval",
    "correlation": "Measurements of one trial correlate {value}",
    "kept_apart": "Effects of a trial kept apart, correlating {value}; robust interval (CHE, CR2)",
    "kept_apart_few": "Effects of a trial kept apart, correlating {value}; too few degrees of freedom for an interval",
    "design_effect": "Variance of cluster-randomised trials times {value}",
    "doubt": "Without doubtful results of {trials}",
    "endpoint_means_only": "Only means at the time point",
    "risk_ratio": "Risk ratio of counts",
    "risk_difference": "Risk difference of counts",
    "without_trial": "Without {trials}",
    "with_retracted": "With trials whose report is retracted: {trials}",
    "without_retracted": "Without trials whose report is retracted: {trials}",
    "with_expression_of_concern": "With trials whose report is under an expression of concern: {trials}",
    "without_expression_of_concern": "Without trials whose report is under an expression of concern: {trials}",
}
"""Kinds of variants of ``sensitivity.csv``; names in braces are columns of the row."""
