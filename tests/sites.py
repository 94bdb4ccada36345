"""What is wrong with a site as a whole: links that lead nowhere, words that are none, the name of another therapy."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r'href="(?![a-z]+:)([^"#?]*)')
"""A link to another file of the reports."""

OTHER_REVIEW = re.compile(r"\bIPT\b|(?i:interpersonal)|(?i:(?<![\w/-])ipt(?![\w-]))")
"""Names of the therapy of the main review; the package and the project are called after it, and may be."""

UNSAID = re.compile(r"(?<![\w/.#-])(nan|NaN|None|NaT|<NA>|&lt;NA&gt;|inf|undefined)(?![\w.-])")
"""What a program writes where it had nothing to say."""

MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
FOR_READERS = (".html", ".md", ".txt")
ALWAYS = {
    f"{name}.html"
    for name in ("index", "claims", "guidelines", "published", "gaps", "flow", "checks", "methods", "prisma", "search")
}
NOT_OF_THE_SITE = {"agreement.html", "changes.html", "trust.html", "evidence.json", "evidence.schema.json"}
"""What other jobs make, and pages link to."""


def faults_of(reports: Path) -> list[str]:
    """Return what is wrong with the pages and texts in a folder; nothing if the site is whole."""
    texts = {
        path.relative_to(reports).as_posix(): path.read_text(encoding="utf-8")
        for path in reports.rglob("*")
        if path.suffix in (*FOR_READERS, ".csv", ".json")
    }
    found = [f"{name} is missing" for name in sorted(ALWAYS - set(texts))]
    return found + [f"{name}: {fault}" for name, text in texts.items() for fault in _faults(reports, name, text)]


def _faults(reports: Path, name: str, text: str) -> Iterator[str]:
    if other := OTHER_REVIEW.search(text):
        yield f"speaks of {other[0]}"
    if name.endswith(FOR_READERS):
        words = MARKUP.sub(" ", text)
        yield from (words[max(said.start() - 60, 0) : said.end() + 30] for said in UNSAID.finditer(words))
    if name.endswith(".html"):
        for link in set(LINK.findall(text)) - {""}:
            target = posixpath.normpath(posixpath.join(name, "..", link))
            if target not in NOT_OF_THE_SITE and not (reports / target).is_file():
                yield f"links to {target}, which is not there"
