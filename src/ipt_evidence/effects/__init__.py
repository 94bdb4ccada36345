"""Effect sizes from the summary statistics that trials report: arrays in, frozen results out."""

from ipt_evidence.faces import face

__all__, __getattr__ = face(__file__)  # type: ignore[assignment]
