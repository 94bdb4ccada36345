"""Memory that a process holds and does not need."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Give the system what has been freed: the library of C keeps it for later, unless it can be asked not to (glibc)."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
