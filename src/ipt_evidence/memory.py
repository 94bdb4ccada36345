"""Memory that a process holds and does not need."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Give the system what has been freed, where the library of C can be asked to (glibc): it keeps it for later."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
