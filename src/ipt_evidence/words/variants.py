"""What another choice of method or data was, in words."""

VARIANTS = {
    "method": "τ² by {method}",
    "common_effect": "one effect common to all trials",
    "interval_normal": "normal instead of t interval",
    "correlation": "measurements of one trial correlate {value}",
    "design_effect": "variance of cluster-randomised trials times {value}",
    "doubt": "without doubtful results of {trials}",
    "endpoint_means_only": "only means at the time point",
    "risk_ratio": "risk ratio of counts",
    "risk_difference": "risk difference of counts",
    "without_trial": "without {trials}",
    "with_retracted": "with trials whose report is retracted: {trials}",
    "without_retracted": "without trials whose report is retracted: {trials}",
    "with_expression_of_concern": "with trials whose report is under an expression of concern: {trials}",
    "without_expression_of_concern": "without trials whose report is under an expression of concern: {trials}",
}
"""Kinds of variants of ``sensitivity.csv``; names in braces are columns of the row."""
