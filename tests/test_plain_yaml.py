"""YAML that people wrote: what could grow, hide or run is refused by line, and nothing of it is built."""

from pathlib import Path

import pytest
import yaml

from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.guides import read_guides
from ipt_evidence.extraction.settings import read_settings
from ipt_evidence.plain_yaml import read_plain

BOMB = "a: &a [x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join([f'*{before}'] * 9)}]\n" for before, key in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        pytest.param(BOMB, 2, "*a is an alias; write it out", id="some lines that stand for billions"),
        pytest.param("r: &r [*r]\n", 1, "*r is an alias; write it out", id="a list that holds itself"),
        pytest.param("a: 1\nb: 2\na: 3\n", 3, "the key a stands twice", id="a key that hides another"),
        pytest.param("a: 1\nday: 2026-99-99\n", 2, "month must be in 1..12", id="no day"),
        pytest.param("<<: {a: 1}\nb: 2\n", 1, "a key must be text; put it in quotes", id="a merge that hides keys"),
        pytest.param("true: 1\nyes: 2\n", 1, "a key must be text; put it in quotes", id="a key in disguise"),
        pytest.param("a: 1\n? [b]\n: 2\n", 2, "a key must be text; put it in quotes", id="a key of several"),
        pytest.param(
            "a: !!python/object/apply:os.getcwd []\n", 1, "!!python/object/apply:os.getcwd is a tag", id="a call"
        ),
        *(
            pytest.param(f"a: !!{value}\n", 1, f"!!{value.split()[0]} is a tag; write the value without it", id=value)
            for value in ('int ""', 'float ""', "bool often", "timestamp soon", "set {a, b}", "omap [a: 1, a: 2]")
        ),
        *(
            pytest.param(f"a: {number}\n", 1, f"{number[:40]} is no plain number; write its digits", id=number[:9])
            for number in ("010", "1_000", "1:30", "0x1F", "0b11", "1_0.5", "1:30.5", "9" * 5000, "1:" * 400 + "1.5")
        ),
        pytest.param("a: 1\nb: \x07\n", 2, r"\x07 is a sign that YAML does not allow", id="a sign for terminals"),
    ],
)
def test_what_is_more_than_plain_is_refused_by_line(tmp_path, text, line, problem):
    path = Path(tmp_path, "config.yaml")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExtractionError) as refused:
        read_settings(path)
    assert f"{path.as_posix()}:{line}: is not YAML: {problem}" in str(refused.value)
    guides, (breach,) = read_guides(path)
    assert guides is None
    assert (breach.line, problem in breach.rule) == (line, True)


def test_what_is_nested_too_deep_is_refused():
    with pytest.raises(yaml.YAMLError, match="nested too deep"):
        read_plain("[" * 5000 + "]" * 5000)


def test_plain_text_is_read_as_by_every_reader():
    text = "a: [1, 2.5, -0, 1.0e+3, true, null, x]\nb: {c: 'd: e'}\nday: 2026-11-22\n"
    assert read_plain(text) == yaml.safe_load(text)
