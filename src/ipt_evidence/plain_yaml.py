"""YAML that people wrote, read as plain text, numbers, lists and groups of keys; what could grow or hide is refused."""

from collections.abc import Hashable
from typing import Any

import yaml


class PlainLoader(yaml.SafeLoader):
    """A loader that knows no aliases, takes each key once, and says the line of a value that cannot be one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases: a few lines of them stand for more than any memory holds, or for what they stand in."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem=f"*{event.anchor} is an alias; write it out", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Refuse values that are none, such as the 99th of a month."""
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as problem:
            raise yaml.MarkedYAMLError(problem=str(problem), problem_mark=node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice: the first would be lost."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for place, (key, _) in enumerate(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value in keys[:place]:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value} stands twice", problem_mark=key.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_plain(text: str) -> Any:
    """Read a YAML text.

    Raises
    ------
    yaml.YAMLError
        If it is not YAML, or more than plain; with the line where one can be told.
    """
    try:
        return yaml.load(text, Loader=PlainLoader)
    except RecursionError:
        raise yaml.YAMLError("it is nested too deep") from None
