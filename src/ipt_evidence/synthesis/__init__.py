"""Pooling of effect sizes and everything asked of a pooled result: arrays in, frozen results out."""

from ipt_evidence.faces import face

__all__, __getattr__ = face(__file__)  # type: ignore[assignment]
