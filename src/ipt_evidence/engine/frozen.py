"""Results that nobody can change in place."""

from dataclasses import fields

import numpy as np


class FrozenArrays:
    """A frozen dataclass whose arrays are read-only too."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
