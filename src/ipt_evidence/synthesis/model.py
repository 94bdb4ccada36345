"""How a set of trials is pooled: what the configuration chooses."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """How a set of trials is pooled.

    Attributes
    ----------
    method, interval : str
        As in :func:`ipt_evidence.synthesis.pool`.
    level : float
        Coverage of the intervals.
    few_trials : int
        Most trials that count as few; 0 or 1 leaves every answer to ``interval``.
    prior_scale : float
        Scale of the half-normal prior for tau, in standard deviations and log ratios.
    """

    method: str
    interval: str
    level: float
    few_trials: int
    prior_scale: float

    @property
    def pooling(self) -> dict[str, Any]:
        """What the functions of the engine take: ``method``, ``interval`` and ``level``."""
        return {"method": self.method, "interval": self.interval, "level": self.level}

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Return what the section ``synthesis`` of the configuration chooses."""
        return cls(**{field.name: settings[field.name] for field in fields(cls)})
