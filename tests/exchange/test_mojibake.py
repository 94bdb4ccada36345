import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.exchange.mojibake import mended, misread_as


def misread(text):
    """Read UTF-8 as Windows-1252, and the five bytes without a letter there as Latin-1, the way programs do."""
    letters = (bytes([byte]) for byte in text.encode("utf-8"))
    return "".join(each.decode("latin-1" if each in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for each in letters)


@pytest.mark.parametrize("text", ["Rüsch, 2014", "GAF—Global", "Łódź", "Peña & Ōta", "naïve “quoted”"])
def test_what_was_misread_comes_back(text):
    assert mended(misread(text)) == text
    assert misread_as(misread(text)) == "Windows-1252"
    assert mended(text) == text


@pytest.mark.parametrize("text", ["Rüsch, 2014", "GAF—Global", "Peña"])
def test_what_was_read_on_a_mac_comes_back(text):
    misread_there = text.encode("utf-8").decode("mac_roman")
    assert (mended(misread_there), misread_as(misread_there)) == (text, "Mac Roman")


@pytest.mark.parametrize("text", ["“Évaluation”", "«État»", "Öl–Weide", "3 ± 2 µg · 5°"])
def test_quotations_and_signs_are_no_wrong_encoding(text):
    assert (mended(text), misread_as(text)) == (text, "")


@given(st.text(alphabet="abc äöüéèñçßøåÄÖÜ€–—’“”", max_size=20))
def test_sound_text_of_western_languages_stays_as_it_is_and_mending_is_done_in_one_go(text):
    once = misread(text)
    assert mended(once) == mended(text)
    assert mended(mended(once)) == mended(once)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_text_is_never_touched(text):
    assert mended(text) == text
