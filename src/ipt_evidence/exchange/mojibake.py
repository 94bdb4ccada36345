"""Letters that were UTF-8 and have been read as Windows-1252 on the way: found, and read as they were meant."""

import re

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_MOST_ROUNDS = 3
"""A text may have gone wrong more than once."""


def mended(text: str) -> str:
    """Return a text as it was before it was read in the wrong encoding; any other text as it is.

    Parameters
    ----------
    text : str
        Such as ``RÃ¼sch``, which is UTF-8 for ``Rüsch`` read as Windows-1252.

    Notes
    -----
    A run of letters is put right only if its bytes in Windows-1252 are UTF-8: by chance that takes a capital with an
    accent before a sign such as ``¼``, which no language writes.
    """
    for _ in range(_MOST_ROUNDS):
        better = _BEYOND_ASCII.sub(lambda found: _reread(found[0]), text)
        if better == text:
            break
        text = better
    return text


def _reread(run: str) -> str:
    try:
        return b"".join(map(_byte, run)).decode("utf-8")
    except UnicodeError:
        return run


def _byte(letter: str) -> bytes:
    # Five bytes have no letter in Windows-1252; programs keep them as the control characters of Latin-1.
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
