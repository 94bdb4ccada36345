import re

import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.pandoc import pandoc, pandoc_text


def test_another_pandoc_of_the_machine_is_not_used_even_if_it_is_newer(tmp_path, monkeypatch):
    other = tmp_path / "pandoc"
    other.write_text("#!/bin/sh\necho pandoc 99.0\n", encoding="utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("PYPANDOC_PANDOC", str(other))
    assert pandoc_text("*a*", "--to=html") == "<p><em>a</em></p>\n"
    assert re.match(r"pandoc 3\.", pandoc_text("", "--version"))


def test_what_pandoc_refuses_is_told_in_its_words():
    with pytest.raises(EvidenceError, match=r"^pandoc --to=nothing: Unknown output format nothing"):
        pandoc(b"", "--to=nothing")
