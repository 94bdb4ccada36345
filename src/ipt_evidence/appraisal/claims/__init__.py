"""The audit of what the guides claim: one module per kind of claim, each with its rule, and one verdict per claim."""

from ipt_evidence.appraisal.claims.audit import VERDICT_COLUMNS, audit_claims
from ipt_evidence.appraisal.claims.base import TABLES, Base

__all__ = ["TABLES", "VERDICT_COLUMNS", "Base", "audit_claims"]
