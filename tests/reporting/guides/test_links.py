"""Links that survive pasting: absolute where the reports are published, else numbered notes."""

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import ValidationError, validate

from ipt_evidence.reporting.guides.links import absolute, noted, to_paste
from ipt_evidence.reporting.guides.markdown import escape, link

ROOT = Path(__file__).parents[3]
FIRST, SECOND, THIRD = link("g = 0.5 [x]", "../conditions/a.html"), link("b", "../b.html"), link("c", "../b.html")
TEXT = f"# T\n\nSee {FIRST}, {SECOND} and {THIRD}.\n"


def test_published_reports_are_linked_to():
    assert absolute(TEXT, "https://example.org/ipt/").count("](https://example.org/ipt/") == 3
    assert "](https://example.org/ipt/conditions/a.html)" in absolute(TEXT, "https://example.org/ipt")


def test_reports_that_are_not_published_are_named_in_notes_each_page_once():
    text = noted(TEXT, "The review")
    assert "](" not in text
    assert r"g = 0.5 \[x\] \[1\], b \[2\] and c \[2\]." in text
    assert text.endswith("\n- \\[1\\] reports/conditions/a.html\n- \\[2\\] reports/b.html\n")
    assert "below the folder of the review The review" in text


def test_notes_name_the_whole_address_of_what_is_published():
    assert r"\[2\] https\://example.org/ipt/b.html" in noted(TEXT, "T", "https://example.org/ipt")


def test_links_to_the_web_and_text_that_only_looks_like_a_link_are_left_alone():
    text = f"{link('doi', 'https://doi.org/10.1/x')} {escape('[a](../b.html)')}\n"
    assert to_paste(text, "T", "") == text
    assert to_paste(text, "T", "https://example.org") == text


@pytest.mark.parametrize("address", ["", "https://example.org/ipt", "http://a.b/c/"])
@pytest.mark.parametrize("bad", ["ftp://x", "example.org", "https://a b", "https://a)b"])
def test_the_setting_takes_a_web_address_or_nothing(address, bad):
    schema = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text(encoding="utf-8"))["properties"][
        "site"
    ]
    validate({"base_url": address}, schema)
    with pytest.raises(ValidationError):
        validate({"base_url": bad}, schema)


def test_no_link_of_a_text_to_paste_needs_the_page_it_came_from():
    for base_url in ("", "https://example.org"):
        for target in re.findall(r"\]\(([^)]+)\)", to_paste(TEXT, "T", base_url)):
            assert target.startswith("https://")
