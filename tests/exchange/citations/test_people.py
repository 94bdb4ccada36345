"""Names as reference managers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.exchange.citations.bibtex_names import names_in
from ipt_evidence.exchange.citations.csl_names import people
from ipt_evidence.exchange.citations.people import named
from ipt_evidence.exchange.ledger import Ledger


@pytest.mark.parametrize(
    ("typed", "person"),
    [
        ("Weissman, Myrna M", {"family": "Weissman", "given": "Myrna M"}),
        ("Weissman MM", {"family": "Weissman", "given": "M. M."}),
        ("de Mello, M. F.", {"family": "Mello", "given": "M. F.", "non-dropping-particle": "de"}),
        ("de Mello MF", {"family": "Mello", "given": "M. F.", "non-dropping-particle": "de"}),
        ("King, Martin L Jr", {"family": "King", "given": "Martin L", "suffix": "Jr"}),
        ("King, Martin L., Jr.", {"family": "King", "given": "Martin L.", "suffix": "Jr"}),
        ("King ML Jr", {"family": "King", "given": "M. L.", "suffix": "Jr"}),
        ("Wu XY, Jr", {"family": "Wu", "given": "X. Y.", "suffix": "Jr"}),
        ("Özkan Ş", {"family": "Özkan", "given": "Ş."}),
        ("LI X-Y", {"family": "LI", "given": "X.-Y."}),
        ("Barry Eaton, Ann", {"family": "Barry Eaton", "given": "Ann"}),
        ("World Health Organization,", {"literal": "World Health Organization"}),
        ("WHO", {"literal": "WHO"}),
        ("Doe J. K.", {"family": "Doe", "given": "J. K."}),
        ("Trial Group UK", {"literal": "Trial Group UK"}),
        ("Department of Health U.S.A.", {"literal": "Department of Health U.S.A."}),
        ("et al.", {"literal": "others"}),
        ("Department of Psychiatry, Leiden", {"literal": "Department of Psychiatry, Leiden"}),
        ("Center, David", {"family": "Center", "given": "David"}),
        ("Doe J, PhD", {"family": "Doe", "given": "J."}),
        ("Doe JK, MD, MSc", {"family": "Doe", "given": "J. K."}),
        ("Doe, J., K., L., M.", {"literal": "Doe, J., K., L., M."}),
    ],
)
def test_names_find_their_parts(typed, person):
    assert named(typed) == person


JR = {"family": "King", "given": "Martin L", "suffix": "Jr"}


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("King, Martin L Jr", [JR]),
        ("King, Martin L, Jr.", [JR]),
        ("King, Jr, Martin L", [JR]),
        ("Doe, Jane, PhD", [{"family": "Doe", "given": "Jane"}]),
        ("Doe JK", [{"family": "Doe", "given": "J. K."}]),
        ("Jane Doe", [{"family": "Doe", "given": "Jane"}]),
        ("WHO", [{"literal": "WHO"}]),
        ("{Trial Group, Leiden; Delft}", [{"literal": "Trial Group, Leiden; Delft"}]),
        ("Doe, J.; Roe, A.", [{"family": "Doe", "given": "J."}, {"family": "Roe", "given": "A."}]),
        ("Doe, J., Roe, A.", [{"family": "Doe", "given": "J."}, {"family": "Roe", "given": "A."}]),
        ("Doe, J. et al.", [{"family": "Doe", "given": "J."}, {"literal": "others"}]),
        (
            "Doe J, Roe A, Poe B",
            [{"family": "Doe", "given": "J."}, {"family": "Roe", "given": "A."}, {"family": "Poe", "given": "B."}],
        ),
        (r"Doe, J. \& Roe, A.", [{"family": "Doe", "given": "J."}, {"family": "Roe", "given": "A."}]),
        ("John Doe Jr.", [{"family": "Doe", "given": "John", "suffix": "Jr."}]),
        (
            "Ludwig van Doe III",
            [{"family": "Doe", "given": "Ludwig", "suffix": "III", "non-dropping-particle": "van"}],
        ),
        ("{Smith Company Jr.}", [{"literal": "Smith Company Jr."}]),
        ("Doe, John, MD", [{"family": "Doe", "given": "John"}]),
        ("Doe, Jr, M. D.", [{"family": "Doe", "given": "M. D.", "suffix": "Jr"}]),
        (r"{\'A}lvarez {\'O}", [{"family": "Álvarez", "given": "Ó."}]),
        (r"M{\"u}ller-L{\"u}d, HJ", [{"family": "Müller-Lüd", "given": "H. J."}]),
    ],
)
def test_names_in_bibtex_are_those_that_were_meant(typed, people):
    assert names_in(typed, 1, Ledger("file")) == people


@given(st.text())
def test_every_text_is_some_name(text):
    assert isinstance(named(text), dict)


@pytest.mark.parametrize("typed", ["Doe, J. and and Roe, A.", "and Doe, J. and Roe, A.", "Doe, J. and Roe, A. and"])
def test_an_and_without_a_name_is_no_part_of_one(typed):
    ledger = Ledger("file")
    assert names_in(typed, 1, ledger) == [{"family": "Doe", "given": "J."}, {"family": "Roe", "given": "A."}]
    assert [item.reason for item in ledger.todo] == ["'and' has a name on one side only: is one missing?"]


def test_names_in_one_piece_are_taken_apart_in_csl():
    names = [{"literal": "Doe J, Roe A"}, {"literal": "Trial Group, Leiden"}, {"name": "Doe, Jane"}, {"literal": "WHO"}]
    found = people([*names, {"family": "Poe", "given": "E."}], 1, Ledger("file"))
    assert found == [
        {"family": "Doe", "given": "J."},
        {"family": "Roe", "given": "A."},
        {"literal": "Trial Group, Leiden"},
        {"family": "Doe", "given": "Jane"},
        {"literal": "WHO"},
        {"family": "Poe", "given": "E."},
    ]
