"""Names of other programs as the words and keys that raw tables allow."""

import re
import unicodedata
from collections.abc import Mapping
from itertools import count
from typing import TypeVar

_PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d"}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
_JOINTS = re.compile(r"[^a-z0-9]+")
_LONGEST = 100

Key = TypeVar("Key")


def slug(text: str, joint: str = "_") -> str:
    """Return small ASCII letters and digits of ``text``, everything else as ``joint``; may be empty."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).encode("ascii", "ignore").decode().lower()
    return _JOINTS.sub(joint, plain).strip("_")[:_LONGEST].strip("_")


def word(text: str) -> str:
    """Return ``text`` as a new word of a vocabulary: ASCII letters, digits and ``_ : + -``; may be empty."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9:+-]+", "_", plain).strip("_:+-")[:_LONGEST].strip("_:+-")


def unique_slugs(labels: Mapping[Key, str], fallback: str, joint: str = "_") -> dict[Key, str]:
    """Return a slug for each label; of labels with one slug all but the first get a number.

    Parameters
    ----------
    labels : mapping of Key to str
        What to name, in the order that decides who comes first.
    fallback : str
        Slug of a label without a single ASCII letter or digit.
    joint : str
        What stands for everything that is no letter or digit.

    Returns
    -------
    dict of Key to str
        Slugs, no two alike.
    """
    found: dict[Key, str] = {}
    taken: set[str] = set()
    # A number that was taken once stays taken, so that each stem goes on from its last.
    numbers: dict[str, int] = {}
    for key, label in labels.items():
        stem = slug(label, joint) or fallback
        for number in count(numbers.get(stem, 1)):
            numbers[stem] = number
            found[key] = stem if number == 1 else f"{stem}_{number}"
            if found[key] not in taken:
                break
        taken.add(found[key])
    return found
