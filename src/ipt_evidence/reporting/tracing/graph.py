"""What rests on what: one set of pairs, walked in both directions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

KINDS = (
    "guide", "claim", "question", "rule", "pooled", "effect", "guideline", "trial", "cell", "correction", "doubt",
    "source", "reference",
)  # fmt: skip
"""Kinds of what is linked, from what is said to what it was read from."""


@dataclass(frozen=True, slots=True)
class Node:
    """Something that rests on something, or that something rests on.

    Attributes
    ----------
    kind : str
        One of ``KINDS``.
    name : str
        Its id in the tables; of a cell ``outcomes.csv:123:mean``, of a trial in an answer ``question_id/trial_id``.
    """

    kind: str
    name: str


def cell(table: str, line: int, column: str) -> Node:
    """Return the node of a cell of a raw table."""
    return Node("cell", f"{table}.csv:{line}:{column}")


class Links:
    """Pairs of nodes, the first of which rests on the second.

    Parameters
    ----------
    pairs : iterable of (Node, Node)
        No node may rest on itself, directly or through others.

    Attributes
    ----------
    down, up : mapping of Node to tuple of Node
        What a node rests on, and what rests on it, directly: in the order of ``KINDS``, then as the pairs came.
    """

    def __init__(self, pairs: Iterable[tuple[Node, Node]]) -> None:
        once = dict.fromkeys(pairs)
        self.down = _sorted_by((above, below) for above, below in once)
        self.up = _sorted_by((below, above) for above, below in once)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes that are linked."""
        return tuple(dict.fromkeys((*self.down, *self.up)))

    def below(self, start: Iterable[Node]) -> tuple[Node, ...]:
        """Return all that some nodes rest on, directly or through others, without themselves."""
        return _reached(start, self.down)

    def above(self, start: Iterable[Node]) -> tuple[Node, ...]:
        """Return all that rests on some nodes, directly or through others, without themselves."""
        return _reached(start, self.up)


def _sorted_by(pairs: Iterable[tuple[Node, Node]]) -> dict[Node, tuple[Node, ...]]:
    found: dict[Node, list[Node]] = {}
    for node, other in pairs:
        found.setdefault(node, []).append(other)
    return {node: tuple(sorted(others, key=_place)) for node, others in found.items()}


def _place(node: Node) -> int:
    return KINDS.index(node.kind)


def _reached(start: Iterable[Node], links: Mapping[Node, tuple[Node, ...]]) -> tuple[Node, ...]:
    first = tuple(start)
    reached, new = dict.fromkeys(first), list(first)
    while new:
        found = [other for other in links.get(new.pop(), ()) if other not in reached]
        reached |= dict.fromkeys(found)
        new += found
    return tuple(sorted((node for node in reached if node not in first), key=_place))
