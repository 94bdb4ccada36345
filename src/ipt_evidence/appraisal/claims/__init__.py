"""The audit of what the guides claim: one module per kind of claim, each with its rule, and one verdict per claim."""

from ipt_evidence.appraisal.claims.audit import VERDICT_COLUMNS, audit_claims
from ipt_evidence.appraisal.claims.findings import TABLES, Base, Finding, findings_of

__all__ = ["TABLES", "VERDICT_COLUMNS", "Base", "Finding", "audit_claims", "findings_of"]
