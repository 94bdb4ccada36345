"""A JSON document that remembers which of its values were read, so that the others can be named."""

from collections.abc import Iterator
from typing import Any


class Node:
    """One place of a document, there or not.

    Parameters
    ----------
    value : object
        What json.loads gives.
    path : str
        Where it stands in the document.
    read : set of str
        Paths of the values that were read; shared by all nodes of a document.
    """

    __slots__ = ("_read", "path", "value")

    def __init__(self, value: Any, path: str, read: set[str]) -> None:
        self.value, self.path, self._read = value, path, read

    def at(self, *names: str) -> "Node":
        """Return the place that names lead to."""
        value, path = self.value, self.path
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
            path = f"{path}.{name}"
        return Node(value, path, self._read)

    def __iter__(self) -> Iterator["Node"]:
        """Yield the items of a list; nothing else has any."""
        for place, item in enumerate(self.value if isinstance(self.value, list) else []):
            yield Node(item, f"{self.path}[{place}]", self._read)

    @property
    def text(self) -> str:
        """Read a value as text in one line, empty text if there is none, or a list or an object in its place."""
        if isinstance(self.value, dict | list) or self.value is None:
            return ""
        self._read.add(self.path)
        return " ".join(str(self.value).split())

    def texts(self) -> list[str]:
        """Read the values of a list as text."""
        return [text for node in self if (text := node.text)]

    def unread(self) -> Iterator["Node"]:
        """Yield the values below that nobody read."""
        if isinstance(self.value, dict):
            for name in self.value:
                yield from self.at(name).unread()
        elif isinstance(self.value, list):
            for node in self:
                yield from node.unread()
        elif self.value not in (None, "") and self.path not in self._read:
            yield self
