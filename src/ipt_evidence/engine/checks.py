"""Input checks of the numeric rooms: every breach is collected, then all are raised in one message."""

from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.errors import EffectSizeError, EvidenceError

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]
T = TypeVar("T")

RANGE = 1e50
"""Largest size of numbers whose squares can be summed, and one over the least whose squares are not lost."""

DRAWS = 10_000_000
"""Draws, permutations or subsets at most: more would fill the memory before they told anything more."""

PEOPLE = 1e10
"""More people there are not."""

SHOWN = 6
"""Positions that a message names."""


class Checks:
    """A list of breached rules that ends in one exception naming all of them, at the end of a ``with`` at the latest.

    Parameters
    ----------
    error : type of EvidenceError
        The exception raised by :meth:`finish`.
    """

    def __init__(self, error: type[EvidenceError] = EffectSizeError) -> None:
        self._error = error
        self._breaches: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, raised: type[BaseException] | None, *_: object) -> None:
        if raised is None:
            self.finish()

    def require(self, name: str, values: Floats, holds: ArrayLike, rule: str) -> None:
        """Note the positions of ``values`` (shape (k,)) at which ``holds`` is False as breach of ``rule``."""
        bad = np.flatnonzero(~np.broadcast_to(np.asarray(holds, dtype=bool), values.shape))
        if bad.size:
            shown = ", ".join(repr(float(value)) for value in values[bad[:SHOWN]])
            self.note(f"{name} must be {rule}; positions {bad[:SHOWN].tolist()} are {shown}{and_more(bad.size)}")

    def note(self, breach: str) -> None:
        """Note a breach that has no position."""
        self._breaches.append(breach)

    def finish(self) -> None:
        """Raise one exception that lists every noted breach, if there is any."""
        if self._breaches:
            raise self._error("; ".join(self._breaches))


def read_columns(checks: Checks, **named: ArrayLike) -> list[Floats]:
    """Read named inputs as float columns of one common length; scalars are repeated.

    Parameters
    ----------
    checks : Checks
        Collects what cannot be read, which is raised at once.
    **named : array_like
        Each a scalar or of shape (k,).

    Returns
    -------
    list of ndarray, shape (k,)
        In the order of ``named``; entries may be NaN or infinite.
    """
    shape = "numbers in one dimension"
    read = {name: np.atleast_1d(read_numbers(checks, name, values, shape)) for name, values in named.items()}
    checks.finish()
    longest = max(array.size for array in read.values())
    if any(array.ndim > 1 or array.size not in (1, longest) for array in read.values()):
        shapes = ", ".join(f"{name} {array.shape}" for name, array in read.items())
        checks.note(f"inputs must be one-dimensional and equally long, got shapes {shapes}")
        checks.finish()
    return [array if array.size == longest else np.broadcast_to(array, longest) for array in read.values()]


def and_more(count: int) -> str:
    """Return how many of so many positions a message does not name."""
    return f" and {count - SHOWN} more" if count > SHOWN else ""


def made_or(otherwise: T, make: Callable[..., T], *given: Any) -> T:
    """Return what is made of what was given, or something else where that raises: objects may raise what they like.

    Want of memory says nothing of what was given, and is no breach of a rule.
    """
    try:
        return make(*given)
    except MemoryError:
        raise
    except Exception:
        return otherwise


def read_array(values: ArrayLike) -> NDArray[Any]:
    """Return values as an array of whatever they are; of shape (0,) what cannot be one."""
    return made_or(np.empty(0, dtype=object), np.asarray, values)


def read_numbers(checks: Checks, name: str, values: ArrayLike, rule: str = "numbers") -> Floats:
    """Read real numbers of any shape, missing ones as NaN; note what is masked or no number, and return no entries."""
    if np.ma.is_masked(values):
        checks.note(f"{name} must not hold masked values; leave those entries out of all inputs")
    found = made_or(None, _as_floats, values)
    if found is not None:
        return found
    checks.note(f"{name} must be {rule}{_no_numbers(values)}")
    return np.empty(0)


def _as_floats(values: ArrayLike) -> Floats | None:
    # Dates and complex numbers would be cast, to days and to their real part.
    if np.asarray(values).dtype.kind in "cmM":
        return None
    with np.errstate(over="ignore"):  # what only wider numbers hold is infinite
        return np.asarray(values, dtype=np.float64)


def gaps_as_nan(values: ArrayLike) -> ArrayLike:
    """Return values with NaN for the missing value of a table, which no array of numbers holds."""
    given = read_array(values)
    if given.dtype != object:
        return values
    # What is compared with it becomes it; so does True, which is a number.
    gaps = [
        made_or(None, float, one) is None and made_or(False, lambda one: (one == one) is one, one) for one in given.flat
    ]
    return np.where(np.reshape(gaps, given.shape), np.nan, given)


def _no_numbers(values: Any) -> str:
    """Say which entries of a sequence are no real numbers, or what was given instead of one."""
    given = values if isinstance(values, Sequence) else read_array(values)
    if isinstance(given, str | bytes) or (isinstance(given, np.ndarray) and not given.ndim):
        return f", got {short(values)}"
    wrong = [(place, entry) for place, entry in enumerate(given) if made_or(None, _as_floats, entry) is None]
    if not wrong:
        return ", got rows of different length"
    shown = ", ".join(f"{short(entry):.30}" for _, entry in wrong[:SHOWN])
    return f"; positions {[place for place, _ in wrong[:SHOWN]]} are {shown}{and_more(len(wrong))}"


def columns(checks: Checks, **named: ArrayLike) -> list[Floats]:
    """Read named inputs as :func:`read_columns` does and note what is not finite, or too large, as a breach."""
    arrays = read_columns(checks, **named)
    for name, array in zip(named, arrays, strict=True):
        finite = np.isfinite(array)
        checks.require(name, array, finite, "finite")
        checks.require(name, array, ~finite | (np.abs(array) < RANGE), f"between -{RANGE:g} and {RANGE:g}")
    return arrays


def check_positive(checks: Checks, name: str, values: Floats) -> None:
    """Require positive numbers, not so small that their squares are lost."""
    checks.require(name, values, ~(values <= 0), "positive")
    checks.require(name, values, ~((values > 0) & (values <= 1 / RANGE)), f"above {1 / RANGE:g}")


def check_people(checks: Checks, name: str, n: Floats, least: int) -> None:
    """Require numbers of participants, at least so many and no more than there are."""
    checks.require(name, n, n >= least, f"at least {least}")
    checks.require(name, n, ~(n > PEOPLE), f"at most {PEOPLE:g}: more people there are not")


def short(value: Any) -> str:
    """Return the beginning of how a value is written, in one line; its type where it cannot be."""
    return made_or(f"a value of type {type(value).__name__}", lambda: " ".join(repr(value).split())[:80])


def one_of(checks: Checks, name: str, value: str, allowed: Sequence[str]) -> None:
    """Note a breach unless ``value`` is one of ``allowed``."""
    if not isinstance(value, str) or value not in allowed:
        checks.note(f"{name} must be one of {', '.join(allowed)}; got {short(value)}")


def within(checks: Checks, name: str, value: float, low: float, high: float) -> float:
    """Read one number between ``low`` and ``high``; note what is none (NaN, too), and return NaN for it."""
    number = _one_number(value)
    if number is None or not low < number < high:
        checks.note(f"{name} must lie between {low:g} and {high:g}, got {short(value)}")
        return np.nan
    return number


def read_number(checks: Checks, name: str, value: float, rule: str = "finite") -> float:
    """Read one number that has a square; note what is none, and return NaN for it."""
    number = _one_number(value)
    if number is None or not np.isfinite(number):
        checks.note(f"{name} must be {'a number' if number is None else rule}, got {short(value)}")
        return np.nan
    return within(checks, name, number, -RANGE, RANGE)


def positive_number(checks: Checks, name: str, value: float) -> float:
    """Read one positive number that has a square; note what is none, and return NaN for it."""
    number = _one_number(value)
    if number is None or not 0 < number < np.inf:
        checks.note(f"{name} must be positive and finite, got {short(value)}")
        return np.nan
    return within(checks, name, number, 1 / RANGE, RANGE)


def yes_or_no(checks: Checks, name: str, value: bool) -> None:
    """Note a breach unless ``value`` is True or False."""
    if not isinstance(value, bool | np.bool_):
        checks.note(f"{name} must be True or False, got {short(value)}")


def whole_number(checks: Checks, name: str, value: int, least: int, why: str = "", *, most: int = 2**128 - 1) -> None:
    """Note a breach unless ``value`` is an integer from ``least`` to ``most``, with ``why`` the least if not plain."""
    # A span of time counts as an integer to numpy.
    if isinstance(value, bool | np.timedelta64) or not isinstance(value, int | np.integer):
        checks.note(f"{name} must be an integer, got {short(value)}")
    elif value < least:
        checks.note(f"{name} must be at least {least}{why}, got {short(value)}")
    elif value > most:
        checks.note(f"{name} must be at most {most}, got {short(value)}")


def _one_number(value: Any) -> float | None:
    """Return a real number, None for text, dates, masked values and whatever else is not one number."""

    def read() -> float | None:
        if np.ndim(value) or np.ma.is_masked(value) or np.asarray(value).dtype.kind in "cmMSU":
            return None
        return float(value)

    return made_or(None, read)
