"""For analysts: the tables of a review with their types and units, its answers under other choices, its pictures."""

from ipt_evidence.faces import face

__all__, __getattr__ = face(__file__)  # type: ignore[assignment]
