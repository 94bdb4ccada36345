"""Letters that were UTF-8 and have been read as something else on the way: found, and read as they were meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

ENCODINGS = {
    "Windows-1252": ("cp1252", re.compile(r"[^\x00-\x7f]+")),
    # Of Mac Roman only runs that begin as no sentence does: quotation marks before capitals are sound there.
    "Mac Roman": ("mac_roman", re.compile(r"(?:[\u00ac\u221a\u0192\u2248]|\u201a\u00c4)[^\x00-\x7f]+")),
}
"""Name of each encoding, its codec, and the runs of letters that may be UTF-8 read in it."""

LOST = re.compile(r"\ufffd|(?<=[^\W\d_])\?(?=[^\W\d_])")
"""What stands for a letter that an encoding did not have: the sign for it, or a question mark within a word."""

LOST_REASON = "a letter was lost on the way: put it right in the file, and import again"

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
    A run of letters is put right only if its bytes in that encoding are UTF-8: by chance that takes a capital with an
    accent before a sign such as ``¼``, which no language writes.
    """
    if text.isascii():
        return text
    for _ in range(_MOST_ROUNDS):
        better = next((said for name in ENCODINGS if (said := _reread(text, name)) != text), text)
        if better == text:
            break
        text = better
    return text


def misread_as(text: str) -> str:
    """Return the name of the encoding that a text was wrongly read in, empty text if it is sound."""
    return next((name for name in ENCODINGS if _reread(text, name) != text), "")


def lost_in(text: str) -> bool:
    """Return whether a word has lost a letter on its way, as ``M?ller``; addresses have question marks of their own."""
    return any(LOST.search(word) and "/" not in word for word in text.split())


@dataclass(frozen=True, slots=True)
class Misread:
    """A text that came in the wrong letters: the 1-based line, what stood there, and what was read.

    The two are the same where a letter is lost for good.
    """

    line: int
    typed: str
    meant: str


def read_right(text: str, line: int, found: list[Misread]) -> str:
    """Return a text with its letters put right; add what was changed or is lost to ``found``, word by word."""
    if "\ufffd" in text:
        found.extend(Misread(line, word, word) for word in text.split() if "\ufffd" in word)
    if (better := mended(text)) == text:
        return text
    words = ((typed, mended(typed)) for typed in text.split(" "))
    found.extend(Misread(line, typed, meant) for typed, meant in words if typed != meant)
    return better


def lines_read_right(text: str) -> tuple[str, list[Misread]]:
    """Return a text with the letters of all its lines put right, and what was changed."""
    found: list[Misread] = []
    if text.isascii():
        return text, found
    lines = [
        line if line.isascii() else read_right(line, number, found)
        for number, line in enumerate(text.split("\n"), start=1)
    ]
    return "\n".join(lines), found


def words_put_right(found: Iterable[Misread]) -> list[tuple[int, str, str]]:
    """Return line, words and what is to be checked, once for each word that was put right or has lost a letter."""
    words: dict[tuple[str, str], list[int]] = {}
    for each in found:
        words.setdefault((each.typed, each.meant), []).append(each.line)
    return [
        (
            lines[0],
            f"'{typed[:80]}', {len(lines)} x",
            LOST_REASON
            if typed == meant
            else f"UTF-8 that was once read as {misread_as(typed)}: taken as '{meant[:80]}'; check it",
        )
        for (typed, meant), lines in words.items()
    ]


def _reread(text: str, name: str) -> str:
    codec, runs = ENCODINGS[name]
    return text if text.isascii() else runs.sub(lambda found: _decoded(found[0], codec), text)


def _decoded(run: str, codec: str) -> str:
    try:
        return b"".join(_byte(letter, codec) for letter in run).decode("utf-8")
    except UnicodeError:
        return run


def _byte(letter: str, codec: str) -> bytes:
    # Five bytes have no letter in Windows-1252; programs keep them as the control characters of Latin-1.
    try:
        return letter.encode(codec)
    except UnicodeEncodeError:
        return letter.encode("latin-1")
