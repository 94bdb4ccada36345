"""YAML that people wrote, read as plain text, numbers, lists and groups of keys; what could grow or hide is refused."""

import re
from collections.abc import Hashable
from typing import Any

import yaml
from yaml.reader import ReaderError

KIND = "tag:yaml.org,2002:"
"""Before the name of a kind of value, as YAML calls it."""

SHOWN = 40
"""Signs of a number that a message shows."""

PLAIN = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,307})")
"""Whole numbers as everybody reads them: YAML takes 010 for 8, 1:30 for 90, and 1_000 for 1000."""

PLAIN_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?i:inf|nan)")


class PlainLoader(yaml.SafeLoader):
    """A loader of what is as it looks: no alias, tag or merge, each key once, numbers in digits; it says the line."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases, which stand for more than any memory holds or for what they stand in, and tags."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _refused(f"*{event.anchor} is an alias; write it out", event)
        if event.tag is not None:
            raise _refused(f"{event.tag.replace(KIND, '!!')} is a tag; write the value without it", event)
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Refuse values that are none, such as the 99th of a month, and numbers that mean another than they show."""
        for kind, form in (("int", PLAIN), ("float", PLAIN_DECIMAL)):
            if node.tag == KIND + kind and not form.fullmatch(node.value):
                raise _refused(
                    f"{node.value[:SHOWN]} is no plain number; write its digits, or quote it if it is text", node
                )
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as problem:
            raise _refused(str(problem), node) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice, of which the first would be lost, and one that is no text: no, 1, a merge."""
        seen = set()
        for key, _ in node.value:
            if key.tag != f"{KIND}str":
                raise _refused("a key must be text; put it in quotes", key)
            if key.value in seen:
                raise _refused(f"the key {key.value} stands twice", key)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _refused(problem: str, at: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=at.start_mark)


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
    except ReaderError as problem:
        # The place of a sign that YAML does not allow is counted from the start of the text.
        before = text[: problem.position]
        line = before.count("\n")
        mark = yaml.Mark("", problem.position, line, len(before) - before.rfind("\n") - 1, None, 0)
        sign = chr(problem.character).encode("unicode_escape").decode()
        raise yaml.MarkedYAMLError(problem=f"{sign} is a sign that YAML does not allow", problem_mark=mark) from None
