"""Labels of trials, treatments and groups: read, never missing, never two for one that cannot be told apart."""

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import SHOWN, Checks, and_more, made_or, short

_WORDS_FOR_MISSING = {
    *("nan", "NaN", "NAN", "-nan", "-NaN", "NA", "N/A", "n/a", "None", "<NA>", "NaT", "null", "NULL", "."),
    *("#NA", "#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"),
}
"""What a missing value becomes where other software writes it, a spreadsheet fails, or an array turns it into text."""


def read_labels(checks: Checks, name: str, labels: ArrayLike, size: int) -> list[Any]:
    """Read one label per effect and note what is missing: masked, None, NaN, blank text or a word for missing.

    A missing label is no label: effects without one do not belong together. Texts that differ in nothing one can see
    are noted, too: they would make two trials of one.
    """
    masked = np.ma.getmaskarray(labels) if isinstance(labels, np.ma.MaskedArray) else np.zeros(size, dtype=bool)
    given = made_or(None, _as_objects, labels)
    if given is None:
        checks.note(f"{name} must have one label per effect, shape ({size},), got {short(labels)}")
        return []
    if given.shape != (size,):
        checks.note(f"{name} must have one label per effect, shape ({size},), got shape {given.shape}")
        return []
    missing = [place for place, label in enumerate(given) if masked[place] or _is_missing(label)]
    if missing:
        checks.note(f"{name} must not be missing; positions {_shown(missing)} are")
    # A tuple calls itself hashable and may hold a list.
    loose = [place for place, label in enumerate(given) if made_or(None, hash, label) is None]
    if loose:
        checks.note(f"{name} must be text, numbers or tuples of them; positions {loose[:SHOWN]} are not")
    _note_twins(checks, name, {place: given[place] for place in sorted({*range(size)}.difference(missing))})
    return list(given)


def read_name(checks: Checks, name: str, label: Any, known: Collection[str]) -> str | None:
    """Read one label as :func:`read_names` reads many and note one that is not ``known``; None stands for none."""
    if label is None:
        return None
    found = _as_name(label) if np.isscalar(label) else None
    if found not in known:
        checks.note(f"{name} must be one of {', '.join(sorted(known))}; got {short(label)}")
        return None
    return found


def read_names(checks: Checks, name: str, labels: ArrayLike, size: int) -> list[str]:
    """Read labels as :func:`read_labels` does, as text; a whole number is one label, whether 2 or 2.0 holds it."""
    return [_as_name(label) for label in read_labels(checks, name, labels, size)]


def check_told_apart(checks: Checks, name: str, labels: Iterable[Any]) -> None:
    """Note texts that differ in case and spaces alone: no two treatments or groups are named so."""
    alike: dict[str, list[str]] = {}
    for label in dict.fromkeys(labels):
        if isinstance(label, str):
            alike.setdefault("".join(_seen(label).split()).casefold(), []).append(label)
    wrong = [" and ".join(map(repr, same)) for same in alike.values() if len(same) > 1]
    if wrong:
        checks.note(f"{name} must differ in more than case and spaces; give one name to {'; '.join(wrong)}")


def _note_twins(checks: Checks, name: str, labels: dict[int, Any]) -> None:
    """Note texts, by their positions, that look like another one but are not the same."""
    first: dict[str, str] = {}
    texts = {place: label for place, label in labels.items() if isinstance(label, str)}
    twins = [place for place, label in texts.items() if first.setdefault(_seen(label), label) != label]
    if twins:
        pairs = dict.fromkeys(f"{texts[place]!r} beside {first[_seen(texts[place])]!r}" for place in twins)
        checks.note(
            f"{name} must not differ in spaces or unseen signs alone; positions {_shown(twins)} are "
            f"{', '.join(list(pairs)[:SHOWN])}"
        )


def _shown(places: list[int]) -> str:
    return f"{places[:SHOWN]}{and_more(len(places))}"


def _as_name(label: Any) -> str:
    def name() -> str:
        whole = isinstance(label, float | np.floating) and float(label).is_integer()
        return str(int(label)) if whole else _text(label)

    return made_or(short(label), name)  # an integer may have more digits than are ever written


def _text(label: Any) -> str:
    return label.decode() if isinstance(label, bytes) else str(label)


def _seen(text: str) -> str:
    """Return what can be seen of a text: single spaces, and no sign that takes no room."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())


def _as_objects(labels: ArrayLike) -> NDArray[np.object_]:
    """Return labels as objects, entry by entry where some are tuples, which an array would take apart."""
    if isinstance(labels, list | tuple) and any(isinstance(label, tuple) for label in labels):
        return np.fromiter(labels, dtype=object, count=len(labels))
    return np.asarray(labels, dtype=object)


def _is_missing(label: Any) -> bool:
    if isinstance(label, tuple):
        return any(map(_is_missing, label))
    if isinstance(label, str | bytes):
        text = _seen(made_or("?", _text, label))
        return not text or text in _WORDS_FOR_MISSING
    # Comparing a missing value with itself is False (NaN) or has no truth value (the missing value of a table).
    return made_or(True, lambda: label is None or not bool(label == label))
