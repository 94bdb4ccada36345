"""Certainty of a body of evidence: five domains, each judged by a stated rule, added up as GRADE does."""

from ipt_evidence.appraisal.certainty.body import Body, Pooled, pool_body
from ipt_evidence.appraisal.certainty.judgement import DOMAINS, LEVELS, Judgement
from ipt_evidence.appraisal.certainty.rating import Certainty, rate_certainty
from ipt_evidence.appraisal.certainty.thresholds import Thresholds

__all__ = ["DOMAINS", "LEVELS", "Body", "Certainty", "Judgement", "Pooled", "Thresholds", "pool_body", "rate_certainty"]
