"""Read a citation file made of text, and the bibliography that comes out of it."""

from dataclasses import dataclass

import pytest

from ipt_evidence.exchange import READERS, Imported
from ipt_evidence.extraction.references import Reference, read_bibliography


@dataclass(frozen=True)
class Outcome:
    """What an import gave, with what reading its bibliography again gives."""

    imported: Imported
    entries: dict[str, Reference]

    @property
    def items(self):
        return {
            key: {name: value for name, value in entry.csl.items() if name != "id"}
            for key, entry in self.entries.items()
        }

    @property
    def left(self):
        return [(left.line, left.what, left.reason) for left in self.imported.left]

    @property
    def todo(self):
        return [(todo.line, todo.what, todo.reason) for todo in self.imported.todo]


@pytest.fixture
def take(tmp_path):
    def take(kind: str, text: str | bytes) -> Outcome:
        path = tmp_path / f"export.{kind}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        imported = READERS[kind](path)
        out = tmp_path / "references.bib"
        out.write_text(imported.bibliography, encoding="utf-8")
        library = read_bibliography(out)
        assert library.breaches == []
        assert list(library.entries) == imported.citekeys
        return Outcome(imported, library.entries)

    return take
