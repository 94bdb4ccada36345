"""Files of tagged lines, as RIS and PubMed write them: records of tags, each with its lines."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

PUBMED = re.compile(r"pubmed|medline|\bnlm\b", re.IGNORECASE)
"""Names of databases whose numbers are those of PubMed."""

YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d{2}(?!\d)")


@dataclass(slots=True)
class Tagged:
    """One record.

    Attributes
    ----------
    line : int
        1-based line it starts on.
    tags : dict of str to list of str
        Values of each tag, in the order of the file, continuation lines joined.
    lines : dict of str to list of int
        1-based line of each value.
    """

    line: int
    tags: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lines: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, tag: str, value: str, line: int) -> None:
        """Add a value."""
        self.tags[tag].append(value.strip())
        self.lines[tag].append(line)

    def go_on(self, tag: str, text: str) -> None:
        """Continue the last value of a tag."""
        self.tags[tag][-1] = f"{self.tags[tag][-1]} {text.strip()}".strip()

    def first(self, *names: str) -> str:
        """Return the first value with content of the first tag that has one; empty text if there is none."""
        for name in names:
            for value in self.tags.get(name, ()):
                if value:
                    return value
        return ""

    def all(self, *names: str) -> list[str]:
        """Return all values with content of the first tag that has one."""
        return next((kept for name in names if (kept := [value for value in self.tags.get(name, []) if value])), [])


def lines_of(text: str) -> list[str]:
    """Return the lines of a text by their ends alone: signs such as U+2028 or U+0085 stand within lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def year_in(*texts: str) -> int | None:
    """Return the first year that stands in the first of ``texts`` that holds one."""
    for text in texts:
        if year := YEAR.search(text):
            return int(year.group())
    return None


def second_values(record: Tagged, *names: str) -> Iterator[tuple[str, int, str]]:
    """Yield tag, line and value of all values of ``names`` that differ from the first, which alone is kept."""
    values = [value for name in names for value in record.tags.get(name, ())]
    if len(values) < 2:
        return
    kept = record.first(*names).casefold()
    for name in names:
        for value, line in zip(record.tags.get(name, []), record.lines.get(name, []), strict=True):
            if value and value.casefold() != kept:
                yield name, line, value
