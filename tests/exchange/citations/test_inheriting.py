"""Entries of BibTeX that have fields from others, as biber lends them."""

import json

import pypandoc
import pytest

CHILDREN = """@inproceedings{talk, crossref = {Proc}, author = {Doe, J.}, title = {A talk}, pages = {1--2}}
@incollection{chapter, crossref = {book}, author = {Doe, J.}, title = {A chapter}}
@article{paper, crossref = {issue}, author = {Poe, E.}, title = {A paper}, year = {2001}}
@proceedings{proc, title = {The proceedings}, year = {1999}, editor = {Ed, A.}, publisher = {Press}}
@collection{book, title = {The book}, subtitle = {Its subtitle}, date = {2005-03}, editor = {Roe, A.},
  publisher = {Press}, doi = {10.1000/book}}
@periodical{issue, title = {The journal}, volume = {3}, year = {2000}}
"""


def test_children_have_what_their_parents_lend(take):
    outcome = take("bibtex", CHILDREN)
    assert outcome.left == [(7, "issue", "author or editor: must be filled in an entry of type misc")]
    items = outcome.items
    assert items["talk"] == {
        "type": "paper-conference", "author": [{"family": "Doe", "given": "J."}], "title": "A talk", "page": "1-2",
        "editor": [{"family": "Ed", "given": "A."}], "container-title": "The proceedings", "publisher": "Press",
        "issued": {"date-parts": [[1999]]},
    }  # fmt: skip
    assert items["chapter"]["container-title"] == "The book: Its subtitle"
    assert "DOI" not in items["chapter"]
    assert (items["paper"]["container-title"], items["paper"]["volume"]) == ("The journal", "3")
    assert items["paper"]["issued"] == {"date-parts": [[2001]]}


def test_pandoc_lends_the_same(take):
    """Pandoc follows crossref by the rules of biblatex, in code of its own."""
    # It knows keys to the letter only.
    made = pypandoc.convert_text(CHILDREN.replace("{Proc}", "{proc}"), "csljson", format="biblatex")
    theirs = {item["id"]: item for item in json.loads(made)}
    ours = take("bibtex", CHILDREN).items
    for key in ("talk", "chapter"):
        for variable in ("title", "container-title", "publisher", "editor"):
            assert ours[key][variable] == theirs[key][variable]
        assert ours[key]["issued"]["date-parts"][0][0] == int(theirs[key]["issued"]["date-parts"][0][0])


def test_a_parent_of_parents_and_a_circle(take):
    text = """@incollection{a, crossref = {b}, author = {Doe, J.}, title = {T}}
@book{b, crossref = {c}, title = {B}, editor = {Roe, A.}}
@book{c, publisher = {Press}, year = {2001}, title = {C}, author = {Poe, E.}}
@article{d, crossref = {e}, author = {Doe, J.}, title = {T}}
@article{e, crossref = {d}, journal = {J}, year = {2002}, author = {Poe, E.}, title = {U}}
"""
    items = take("bibtex", text).items
    assert (items["a"]["container-title"], items["a"]["publisher"]) == ("B", "Press")
    assert (items["d"]["container-title"], items["d"]["issued"]) == ("J", {"date-parts": [[2002]]})


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("crossref = {none}", "no entry of the file has the key 'none', so nothing is inherited from it"),
        ("xdata = {a, none}", "no entry of the file has the key 'none', so nothing is inherited from it"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(take, link, reason):
    outcome = take("bibtex", f"@article{{a, {link}, author={{Doe, J.}}, title={{T}}, journal={{J}}, year=2001}}")
    assert list(outcome.entries) == ["a"]
    assert outcome.left == [(1, f"a: {link.split()[0]}", reason)]


def test_xdata_lends_all_and_is_no_reference(take):
    text = """@xdata{press, publisher = {Press}, location = {Leiden}}
@book{a, xdata = {press}, author = {Doe, J.}, title = {B}, year = {2001}}
"""
    outcome = take("bibtex", text)
    assert (outcome.items["a"]["publisher"], outcome.items["a"]["publisher-place"]) == ("Press", "Leiden")
    assert outcome.left == [(1, "press", "an entry of the type xdata is no reference: it lends its fields to others")]
