"""Input checks of the numeric rooms: every breach is collected, then all are raised in one message."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.errors import EffectSizeError, EvidenceError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_SHOWN = 6


class Checks:
    """A list of breached rules that ends in one exception naming all of them.

    Parameters
    ----------
    error : type of EvidenceError
        The exception raised by :meth:`finish`.
    """

    def __init__(self, error: type[EvidenceError] = EffectSizeError) -> None:
        self._error = error
        self._breaches: list[str] = []

    def require(self, name: str, values: Floats, holds: ArrayLike, rule: str) -> None:
        """Note the positions of ``values`` (shape (k,)) at which ``holds`` is False as a breach of ``rule``."""
        bad = np.flatnonzero(~np.broadcast_to(np.asarray(holds, dtype=bool), values.shape))
        if bad.size:
            more = f" and {bad.size - _SHOWN} more" if bad.size > _SHOWN else ""
            shown = ", ".join(f"{value:g}" for value in values[bad[:_SHOWN]])
            are = "is" if bad.size == 1 else "are"
            places = "position" if bad.size == 1 else "positions"
            self.note(f"{name} must be {rule}; {places} {bad[:_SHOWN].tolist()} {are} {shown}{more}")

    def note(self, breach: str) -> None:
        """Note a breach that has no position."""
        self._breaches.append(breach)

    def finish(self) -> None:
        """Raise one exception that lists every noted breach, if there is any."""
        if self._breaches:
            raise self._error("; ".join(self._breaches))


def columns(checks: Checks, **named: ArrayLike) -> list[Floats]:
    """Read named inputs as float columns of one common length; scalars are repeated.

    Parameters
    ----------
    checks : Checks
        Collects what cannot be read; an unreadable shape or text is raised at once.
    **named : array_like
        Each a scalar or of shape (k,).

    Returns
    -------
    list of ndarray, shape (k,)
        In the order of ``named``, checked to be finite.
    """
    read: dict[str, Floats] = {}
    for name, values in named.items():
        try:
            read[name] = np.atleast_1d(np.asarray(values, dtype=np.float64))
        except (TypeError, ValueError):
            checks.note(f"{name} must be numbers, got {values!r}")
    checks.finish()
    lengths = {name: array.shape for name, array in read.items()}
    longest = max((array.size for array in read.values()), default=0)
    if any(array.ndim > 1 or array.size not in (1, longest) for array in read.values()):
        shapes = ", ".join(f"{name} {shape}" for name, shape in lengths.items())
        checks.note(f"inputs must be scalars or one-dimensional and equally long, got shapes {shapes}")
        checks.finish()
    for name, array in read.items():
        checks.require(name, array, np.isfinite(array), "finite")
    return [np.broadcast_to(array, longest) for array in read.values()]


def one_of(checks: Checks, name: str, value: str, allowed: Sequence[str]) -> None:
    """Note a breach unless ``value`` is one of ``allowed``."""
    if value not in allowed:
        checks.note(f"{name} must be one of {', '.join(allowed)}; got {value!r}")


def within(checks: Checks, name: str, value: float, low: float, high: float) -> None:
    """Note a breach unless ``low < value < high`` (NaN is a breach)."""
    if not low < value < high:
        checks.note(f"{name} must lie between {low:g} and {high:g}, got {value!r}")
