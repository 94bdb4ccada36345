"""The schemas of the tables of judgements: what a column means and may hold."""

from ipt_evidence.appraisal.schemas.beside import AGREEMENT, CLAIMS, CONCORDANCE
from ipt_evidence.appraisal.schemas.moderators import REGRESSIONS, SUBGROUPS
from ipt_evidence.appraisal.schemas.networks import NETWORK_CONTRASTS, NETWORK_ESTIMATES, NETWORK_RANKS, NETWORKS
from ipt_evidence.appraisal.schemas.ratings import BAYES, CERTAINTY_OF_DOMAINS, RATINGS
from ipt_evidence.appraisal.schemas.risk_of_bias import RISK_READINGS, TRIAL_RISK
from ipt_evidence.appraisal.schemas.robustness import MULTIVERSE, ROBUSTNESS
from ipt_evidence.appraisal.schemas.summaries import ABSOLUTE, GAPS, SUMMARY_OF_FINDINGS

__all__ = [
    "ABSOLUTE",
    "AGREEMENT",
    "BAYES",
    "CERTAINTY_OF_DOMAINS",
    "CLAIMS",
    "CONCORDANCE",
    "GAPS",
    "MULTIVERSE",
    "NETWORKS",
    "NETWORK_CONTRASTS",
    "NETWORK_ESTIMATES",
    "NETWORK_RANKS",
    "RATINGS",
    "REGRESSIONS",
    "RISK_READINGS",
    "ROBUSTNESS",
    "SUBGROUPS",
    "SUMMARY_OF_FINDINGS",
    "TRIAL_RISK",
]
