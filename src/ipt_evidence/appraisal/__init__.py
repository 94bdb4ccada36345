"""Appraisal: how far the pooled answers can be relied on, and which questions stay open."""
