"""What an earlier run made, kept by a digest of all that it was made from: what has not changed is not made again."""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ipt_evidence.files import write_file


class Kept:
    """What was made, by a digest of what it was made from: nothing that is out of date is ever found.

    Parameters
    ----------
    before : mapping of str to str
        What an earlier run kept, by digest, packed: most of it is written again as it is.
    makers : str
        The code and the templates that make it, or digests of them.

    Attributes
    ----------
    used : dict of str to str
        What this run asked for, by digest, packed; the rest is kept no longer.
    """

    def __init__(self, before: Mapping[str, str] | None = None, makers: str = "") -> None:
        self._before, self._makers = before or {}, hashlib.sha256(makers.encode()).hexdigest()
        self.used: dict[str, str] = {}

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
        digest = self._digest(kind, made_from)
        found = self._found(digest)
        return found[0] if found else self._keep(digest, make())

    def hold(self, kind: str, made_from: Iterable[str], make: Callable[[], Any]) -> Callable[[], Any]:
        """Do as :meth:`get`, but return what gives the value when it is called: until then it is held packed."""
        digest = self._digest(kind, made_from)
        if digest not in self.used and digest not in self._before:
            self._keep(digest, make())

        def given() -> Any:
            found = self._found(digest)
            return found[0] if found else self._keep(digest, make())

        return given

    def get_each(self, kind: str, texts: Iterable[str], make: Callable[[list[str]], Iterable[Any]]) -> dict[str, Any]:
        """Return what is kept of each of several texts; what is not kept is made in one go.

        Parameters
        ----------
        kind : str
            What it is.
        texts : iterable of str
            What each is made from.
        make : callable
            Makes a plain JSON value of each text of a list; called only if one is not kept.
        """
        digests = {text: self._digest(kind, [text]) for text in texts}
        found = {text: self._found(digest) for text, digest in digests.items()}
        new = [text for text, one in found.items() if not one]
        made = dict(zip(new, make(new), strict=True)) if new else {}
        return {text: one[0] if one else self._keep(digests[text], made[text]) for text, one in found.items()}

    def _found(self, digest: str) -> tuple[Any, ...]:
        """Return what is kept, in a tuple; an empty one if nothing is, or nothing whole."""
        packed = self.used.get(digest, self._before.get(digest))
        try:
            value = None if packed is None else (_unpacked(packed),)
        except (ValueError, zlib.error):
            value = None
        if packed is None or value is None:
            return ()
        self.used[digest] = packed
        return value

    def _keep(self, digest: str, value: Any) -> Any:
        self.used[digest] = _packed(value)
        return value

    def _digest(self, kind: str, made_from: Iterable[str]) -> str:
        found = hashlib.sha256(repr((self._makers, kind)).encode())
        for words in made_from:
            found.update(f"\0{words}".encode())
        return found.hexdigest()

    def write(self, path: str | Path) -> None:
        """Write what this run used: a digest and what is kept by it, line by line."""
        write_file("".join(f"{digest} {text}\n" for digest, text in sorted(self.used.items())), path)


def _packed(value: Any) -> str:
    """Pack a JSON value, piece by piece: the pages are large, and a run would hold them in several copies."""
    packing = zlib.compressobj(level=1)
    packed = [packing.compress(piece.encode("ascii")) for piece in json.JSONEncoder().iterencode(value)]
    return base64.b64encode(b"".join([*packed, packing.flush()])).decode("ascii")


def _unpacked(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text)))


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
        lines = Path(path).read_text(encoding="ascii").split("\n")[:-1]  # a line without an end is not whole
    except (OSError, ValueError):
        lines = []
    return Kept({digest: text for digest, space, text in (line.partition(" ") for line in lines) if space}, makers)
