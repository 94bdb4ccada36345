"""Columns of ``network_estimates`` by level of risk of bias."""

from ipt_evidence.appraisal.risk_of_bias.assessments import LEVELS

WEIGHT = {level: f"{level}_percent" for level in LEVELS}
"""Share of an estimate that comes from trials at a level."""

DIRECT = {level: f"{level}_trials" for level in LEVELS}
"""Trials at a level that compare the two treatments."""
