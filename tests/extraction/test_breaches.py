import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.breaches import KEY_CHARACTERS, SHOWN_CHARACTERS, Breach, ExtractionError, shown


def breach(file="a.csv", line=2, **fields):
    return Breach(file=file, line=line, **({"rule": "must be right", "remedy": "Put it right"} | fields))


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"key": "trial_id=x", "column": "sd", "value": "0"},
            "a.csv:2: trial_id=x: sd = '0': must be right. Put it right.",
        ),
        ({"line": None}, "a.csv: must be right. Put it right."),
        ({"column": "sd"}, "a.csv:2: sd: must be right. Put it right."),
        ({"column": "sd", "value": ""}, "a.csv:2: sd = '': must be right. Put it right."),
        ({"remedy": "did you mean x?"}, "a.csv:2: must be right. did you mean x?"),
    ],
)
def test_a_breach_is_one_line_with_place_row_cell_rule_and_remedy(fields, text):
    assert str(breach(**fields)) == text


def test_an_error_lists_all_breaches_by_file_and_line():
    error = ExtractionError([breach("b.csv", 3), breach("a.csv", 9), breach("a.csv", 4), breach("a.csv", None)])
    assert [(found.file, found.line) for found in error.breaches] == [
        ("a.csv", None),
        ("a.csv", 4),
        ("a.csv", 9),
        ("b.csv", 3),
    ]
    assert str(error).split("\n")[:2] == ["4 problems in 2 files; nothing was written.", "a.csv (3 problems)"]
    assert isinstance(error, EvidenceError)


def test_of_two_breaches_of_one_cell_the_first_is_kept():
    error = ExtractionError([breach(column="n", rule="must be a number"), breach(column="n", rule="must not be empty")])
    assert [found.rule for found in error.breaches] == ["must be a number"]


def test_two_breaches_of_one_whole_row_are_both_kept():
    assert len(ExtractionError([breach(rule="one"), breach(rule="two")]).breaches) == 2


@given(st.text())
def test_whatever_a_cell_holds_is_shown_on_one_printable_line(text):
    line = str(breach(column="n", value=text, key=text))
    assert line.isprintable()
    assert str(breach(rule=text, remedy=text)).isprintable()
    assert len(line) < 10 * (SHOWN_CHARACTERS + KEY_CHARACTERS)


def test_long_text_is_cut_and_says_how_long_it_was():
    assert shown("x" * 10_000_000) == f"{'x' * SHOWN_CHARACTERS}... (10000000 characters)"


def test_the_name_of_a_file_gives_no_orders():
    said = str(ExtractionError([Breach(file="a\x1b[31m.csv", rule="must go", remedy="Move it away")]))
    assert "\x1b" not in said
    assert said.count("a\\x1b[31m.csv") == 2
