"""What is written as BibTeX is read again as it was."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.extraction.references import read_bibliography
from ipt_evidence.extraction.references.bibtex import entry_fields, escaped, written
from ipt_evidence.extraction.references.csl import plain

RAW = Path(__file__).parents[3] / "data" / "raw"


def entry_text(key, item):
    """Write a CSL-JSON item as the importers do."""
    return written(key, item["type"], entry_fields(item, {}))


LETTERS = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="{}")


@settings(deadline=None)
@given(st.text(LETTERS) | st.text("\\$~`'-#_^%&<>,?!ab \"|"))
def test_text_stands_for_itself(text):
    assert plain(escaped(text)) == " ".join(
        "".join(sign for sign in text if sign.isprintable() or sign.isspace()).split()
    )


@given(st.text())
def test_no_text_can_end_a_field(text):
    assert not set("\n\r\0") & set(escaped(text))
    assert escaped(text).count("{") == escaped(text).count("}")


@pytest.mark.parametrize("name", ["references.bib", "guide_references.bib"])
def test_our_bibliographies_survive_being_written(tmp_path, name):
    before = read_bibliography(RAW / name).entries
    path = tmp_path / "r.bib"
    path.write_text("".join(entry_text(key, entry.csl) for key, entry in before.items()), encoding="utf-8")
    after = read_bibliography(path)
    assert after.breaches == []
    assert {key: entry.csl for key, entry in after.entries.items()} == {key: entry.csl for key, entry in before.items()}


@pytest.mark.parametrize(
    "person",
    [
        {"family": "Doe", "given": "J. K."},
        {"family": "Mello", "given": "M. F.", "non-dropping-particle": "de"},
        {"family": "King", "given": "Martin", "suffix": "Jr."},
        {"family": "Barry Eaton", "given": "Ann"},
        {"family": "hooks", "given": "bell"},
        {"family": "Núñez-O'Hara", "given": "José"},
        {"family": "Plato"},
        {"literal": "Trial Group, Division of Research and Training"},
        {"literal": "others"},
    ],
)
def test_names_survive_being_written(tmp_path, person):
    item = {"type": "document", "author": [{"family": "First", "given": "A."}, person], "title": "T"}
    path = tmp_path / "r.bib"
    path.write_text(entry_text("key", item | {"issued": {"date-parts": [[2001]]}}), encoding="utf-8")
    library = read_bibliography(path)
    assert library.breaches == []
    assert library.entries["key"].csl["author"][1] == person
