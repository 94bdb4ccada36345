"""What an earlier run made, kept by a digest of all that it was made from: what has not changed is not made again."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ipt_evidence.files import write_file


class Kept:
    """What was made, by a digest of what it was made from: nothing that is out of date is ever found.

    Parameters
    ----------
    before : mapping of str to Any
        What an earlier run kept, by digest: plain JSON values.
    makers : str
        The code and the templates that make it, or digests of them.

    Attributes
    ----------
    used : dict of str to Any
        What this run asked for, by digest; the rest is kept no longer.
    """

    def __init__(self, before: Mapping[str, Any] | None = None, makers: str = "") -> None:
        self._before, self._makers = before or {}, hashlib.sha256(makers.encode()).hexdigest()
        self.used: dict[str, Any] = {}

    def get(self, kind: str, made_from: Iterable[str], make: Callable[[], Any]) -> Any:
        """Return what is kept, or make it.

        Parameters
        ----------
        kind : str
            What it is.
        made_from : iterable of str
            All that ``make`` draws on, in words that differ if it does.
        make : callable
            Makes it, a plain JSON value; called only if it is not kept.
        """
        found = hashlib.sha256(repr((self._makers, kind)).encode())
        for words in made_from:
            found.update(f"\0{words}".encode())
        digest = found.hexdigest()
        if digest not in self.used:
            self.used[digest] = self._before[digest] if digest in self._before else make()
        return self.used[digest]

    def write(self, path: str | Path) -> None:
        """Write what this run used."""
        write_file(json.dumps(self.used, ensure_ascii=False), path)


def read_kept(path: str | Path, makers: str) -> Kept:
    """Read what the last run wrote; if it wrote nothing, or nothing whole, everything is made anew.

    Parameters
    ----------
    path : path
        What :meth:`Kept.write` wrote.
    makers : str
        As for :class:`Kept`.
    """
    try:
        before = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    return Kept(before, makers)
