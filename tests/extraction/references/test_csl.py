import pytest
from bibtexparser.middlewares.names import InvalidNameError
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.extraction.references.csl import csl_of, plain


def authors(names):
    return csl_of("key", "article", {"author": names})["author"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Doe, J. K.", {"family": "Doe", "given": "J. K."}),
        ("Jane Doe", {"family": "Doe", "given": "Jane"}),
        ("de Mello, M. F.", {"family": "Mello", "given": "M. F.", "non-dropping-particle": "de"}),
        ("van der Berg, Pia", {"family": "Berg", "given": "Pia", "non-dropping-particle": "van der"}),
        ("King, Jr., Martin", {"family": "King", "given": "Martin", "suffix": "Jr."}),
        (r"Garc{\'\i}a-N{\'u}{\~n}ez, Jos\'e", {"family": "García-Núñez", "given": "José"}),
        ("{World Health Organization}", {"literal": "World Health Organization"}),
        (r"{Universit{\"a}t Z{\"u}rich}", {"literal": "Universität Zürich"}),
        ("others", {"literal": "others"}),
        ("de la Cruz, Ana", {"family": "Cruz", "given": "Ana", "non-dropping-particle": "de la"}),
        ("von der Heide, K.", {"family": "Heide", "given": "K.", "non-dropping-particle": "von der"}),
        (r"Dag{\"o}{\"o}, Jesper", {"family": "Dagöö", "given": "Jesper"}),
        (r"{\O}stergaard, S{\o}ren", {"family": "Østergaard", "given": "Søren"}),
        ("O'Hara, Michael W.", {"family": "O'Hara", "given": "Michael W."}),
        ("{Trial Group and Partners}", {"literal": "Trial Group and Partners"}),
    ],
)
def test_names_keep_accents_particles_and_corporate_form(name, parts):
    assert authors(name) == [parts]


def test_lists_of_names_keep_their_order():
    assert [name.get("family", name.get("literal")) for name in authors("Li, A. and Bo, B. and others")] == [
        "Li",
        "Bo",
        "others",
    ]


def test_refuses_a_name_with_too_many_commas():
    with pytest.raises(InvalidNameError):
        authors("a, b, c, d")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("{{IPT for {PTSD}}}", "IPT for PTSD"),
        (r"Depression \& anxiety", "Depression & anxiety"),
        ("50% better & cheaper", "50% better & cheaper"),
        (r"50% better in M{\"u}nchen", "50% better in München"),
        ("two\n   lines", "two lines"),
        ("12 -- 16 weeks", "12 – 16 weeks"),
        (r"Schr\"odinger, Dag{\"o}{\"o}, Ren{\'e}, Fran\c{c}ois", "Schrödinger, Dagöö, René, François"),
        (r"Stra{\ss}e, S{\o}ren, Ko\v{s}ice, {\AA}se, \L{}\'od\'z", "Straße, Søren, Košice, Åse, Łódź"),
        (r"P $<$ .05 and $\alpha$ = 0.9", "P < .05 and α = 0.9"),
        ("``quoted'' and pp.~3", "“quoted” and pp. 3"),
        ("a---b", "a—b"),
    ],
)
def test_latex_becomes_plain_text(latex, text):
    assert plain(latex) == text


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"])))
def test_text_without_latex_stays_as_it_is(text):
    assert plain(text) == " ".join(text.split())


def test_fields_become_csl_variables():
    fields = {
        "title": "{{T}}", "journal": "J", "year": "2001", "volume": "3", "number": "4", "pages": "1--9",
        "doi": "10.1/x",
    }  # fmt: skip
    assert csl_of("key", "article", fields) == {
        "id": "key", "type": "article-journal", "title": "T", "container-title": "J", "volume": "3", "issue": "4",
        "page": "1-9", "DOI": "10.1/x", "issued": {"date-parts": [[2001]]},
    }  # fmt: skip
