"""Names as reference managers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.exchange.citations.people import named


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
        ("Barry Eaton, Ann", {"family": "Barry Eaton", "given": "Ann"}),
        ("World Health Organization,", {"literal": "World Health Organization"}),
        ("WHO", {"literal": "WHO"}),
        ("et al.", {"literal": "others"}),
        ("Doe, J., K., L., M.", {"literal": "Doe, J., K., L., M."}),
    ],
)
def test_names_find_their_parts(typed, person):
    assert named(typed) == person


@given(st.text())
def test_every_text_is_some_name(text):
    assert isinstance(named(text), dict)
