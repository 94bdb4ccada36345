"""BibTeX as Zotero, Better BibTeX and EndNote export it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange.citations.exports import read_bibtex
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.references import read_bibliography

RAW = Path(__file__).parents[3] / "data" / "raw"
NO_FIELD = "the bibliography has no such field"

ZOTERO = r"""@article{doe_made-up_2000,
	title = {A {{Made-Up Trial}} of {CBT} \& {IPT}},
	volume = {57},
	url = {https://doi.org/10.1000%2Fmade.up},
	abstract = {Words, 50\% of them},
	language = {en},
	number = {5},
	urldate = {2024-01-01},
	journal = {Archives of Examples},
	author = {Doe, Jane and Garc{\'i}a-N{\'u}{\~n}ez, Jos{\'e} and {World Health Organization}},
	month = may,
	year = {2000},
	pages = {459--466},
	note = {PMID: 10000001},
	keywords = {one, two},
	file = {Full Text PDF:C\:\\Users\\x\\y.pdf:application/pdf},
}
"""

ENDNOTE = """@article{RN%s,
   author = {Doe, J.},
   title = {%s},
   journal = {J},
   year = {2001},
   type = {Journal Article}
}
"""


def test_an_export_of_zotero_becomes_an_entry(take):
    outcome = take("bibtex", ZOTERO)
    assert outcome.items == {
        "doe_made_up_2000": {
            "type": "article-journal",
            "author": [
                {"family": "Doe", "given": "Jane"},
                {"family": "García-Núñez", "given": "José"},
                {"literal": "World Health Organization"},
            ],
            "title": "A Made-Up Trial of CBT & IPT",
            "container-title": "Archives of Examples",
            "issued": {"date-parts": [[2000]]},
            "volume": "57",
            "issue": "5",
            "page": "459-466",
            "DOI": "10.1000/made.up",
            "PMID": "10000001",
        }
    }
    dropped = ["abstract", "file", "keywords", "language", "month", "urldate"]
    assert outcome.left == [(1, f"{name}, 1 x", NO_FIELD) for name in dropped]
    changed = "entered as doe_made_up_2000: keys are slugs, and no two alike"
    assert outcome.todo == [(1, "citation key doe_made-up_2000", changed)]


def test_keys_that_fall_together_are_told_apart(take):
    text = ENDNOTE % (1, "One") + ENDNOTE % (1, "Two") + (ENDNOTE % (1, "Three")).replace("RN", "rn")
    outcome = take("bibtex", text)
    assert [(key, item["title"]) for key, item in outcome.items.items()] == [
        ("rn1", "One"),
        ("rn1_2", "Two"),
        ("rn1_3", "Three"),
    ]
    assert [(line, what) for line, what, _ in outcome.todo] == [
        (1, "citation key RN1"),
        (8, "citation key RN1"),
        (15, "citation key rn1"),
    ]


@pytest.mark.parametrize(
    ("entry", "item"),
    [
        ("@online{a, author={Poe, E.}, title={T}, date={2020-05}, url={http://example.org}}", {"type": "document"}),
        (
            "@thesis{a, author={Poe, E.}, title={T}, date={2020}, institution={Uni}}",
            {"type": "thesis", "publisher": "Uni"},
        ),
        (
            "@report{a, author={Poe, E.}, title={T}, date={2020}, institution={WHO}}",
            {"type": "report", "publisher": "WHO"},
        ),
        (
            "@inbook{a, author={Poe, E.}, title={T}, date={2020}, booktitle={B}, publisher={P}, location={L}}",
            {"type": "chapter", "container-title": "B", "publisher-place": "L"},
        ),
        (
            "@article{a, author={Poe, E.}, title={T}, date={2020}, journaltitle={J}}",
            {"type": "article-journal", "container-title": "J"},
        ),
    ],
)
def test_types_and_fields_of_biblatex_find_ours(take, entry, item):
    assert take("bibtex", entry).items["a"].items() >= (item | {"issued": {"date-parts": [[2020]]}}).items()


@pytest.mark.parametrize(
    ("broken", "line", "what", "reason"),
    [
        ("@article{bad, title = {unclosed\n", 8, "bad", "the entry that starts here is not well-formed BibTeX"),
        (
            "@article{bad, author = {A, B}\n title = {T}}\n",
            8,
            "bad",
            "a comma is missing between the fields author and title",
        ),
        ("article{bad, title = {T}}\n", 8, "bad", "the text between two entries looks like an entry without its @"),
        (
            (ENDNOTE % (2, "T")).replace("{2001}", "{in press}"),
            8,
            "RN2",
            "year: must be filled in an entry of type article",
        ),
    ],
)
def test_what_cannot_be_taken_is_named_and_the_rest_kept(take, broken, line, what, reason):
    outcome = take("bibtex", (ENDNOTE % (1, "One")) + broken)
    assert list(outcome.entries) == ["rn1"]
    (found,) = [left for left in outcome.left if NO_FIELD not in left[2]]
    assert found[:2] == (line, what)
    assert found[2].startswith(reason)


@pytest.mark.parametrize("name", ["references.bib", "guide_references.bib"])
def test_our_references_come_back(take, name):
    ours = read_bibliography(RAW / name)
    outcome = take("bibtex", (RAW / name).read_text(encoding="utf-8"))
    assert {key: (entry.csl.get("title"), entry.used_by) for key, entry in outcome.entries.items()} == {
        key: (entry.csl.get("title"), entry.used_by) for key, entry in ours.entries.items()
    }
    assert [entry.csl["author"] for entry in outcome.entries.values() if "author" in entry.csl] == [
        entry.csl["author"] for entry in ours.entries.values() if "author" in entry.csl
    ]


def test_values_are_joined_however_deep_their_braces(tmp_path):
    path = tmp_path / "joined.bib"
    path.write_text(
        '@article{ash2011, author = {Ash, Jane} # { and } # "Elm, Bo", journal = {J}, year = 2011,\n'
        ' title = {Effects {of {nested {deep}}} trials} # " and more"}',
        encoding="utf-8",
    )
    found = read_bibtex(path)
    assert found.left == ()
    assert "title = {{Effects of nested deep trials and more}}" in found.bibliography
    assert "author = {Ash, Jane and Elm, Bo}" in found.bibliography


def test_refuses_what_is_no_bibtex(take):
    with pytest.raises(ExtractionError, match="this is not BibTeX: there is no entry such as"):
        take("bibtex", "Author,Title\nDoe,A\n")


PIECES = [
    "{",
    "}",
    '"',
    ",",
    "=",
    "@",
    "\\",
    "$",
    "%",
    "#",
    "\n",
    "title",
    "author",
    "@article{a,",
    "Doe, J.",
    "2001",
    " ",
]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_whatever_stands_in_a_file_the_good_entry_comes_through_sound(tmp_path_factory, pieces):
    folder = tmp_path_factory.mktemp("bib")
    (folder / "a.bib").write_text((ENDNOTE % (1, "One")) + "".join(pieces), encoding="utf-8", newline="")
    imported = read_bibtex(folder / "a.bib")
    (folder / "r.bib").write_text(imported.bibliography, encoding="utf-8")
    library = read_bibliography(folder / "r.bib")
    assert library.breaches == []
    assert library.entries["rn1"].csl["title"] == "One"
