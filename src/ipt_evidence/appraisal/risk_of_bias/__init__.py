"""Risk of bias: of each result as judged, of each trial, and of the weight of each answer."""

from ipt_evidence.appraisal.risk_of_bias.assessments import (
    HIGH_OR_UNCLEAR,
    LEVELS,
    ROB1_ITEMS,
    UNKNOWN,
    Assessment,
    Judgement,
    judge,
)
from ipt_evidence.appraisal.risk_of_bias.overruling import Overruled, overrule
from ipt_evidence.appraisal.risk_of_bias.readings import READINGS, read_codes
from ipt_evidence.appraisal.risk_of_bias.shares import result_risk, trial_overall, weight_by_domain, weight_by_risk
from ipt_evidence.appraisal.risk_of_bias.tables import RISK_COLUMNS, assess, risk_table, trial_risk
from ipt_evidence.extraction.rob2 import SEVERITY

__all__ = [
    "HIGH_OR_UNCLEAR",
    "LEVELS",
    "READINGS",
    "RISK_COLUMNS",
    "ROB1_ITEMS",
    "SEVERITY",
    "UNKNOWN",
    "Assessment",
    "Judgement",
    "Overruled",
    "assess",
    "judge",
    "overrule",
    "read_codes",
    "result_risk",
    "risk_table",
    "trial_overall",
    "trial_risk",
    "weight_by_domain",
    "weight_by_risk",
]
