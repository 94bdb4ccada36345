"""Results that nobody can change in place."""

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray


def frozen(values: NDArray) -> NDArray:
    """Return a read-only copy: neither the result nor what the caller gave shows changes of the other."""
    copy = np.array(values)
    copy.setflags(write=False)
    return copy


class FrozenArrays:
    """A frozen dataclass whose arrays are read-only too, and its own."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, field.name, frozen(value))
