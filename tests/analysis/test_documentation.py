"""docs/python.md, run as it stands in the folder of a review."""

import re
import shutil
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "python.md"


def test_every_block_runs_in_the_order_of_the_page(example, tmp_path, monkeypatch, capsys):
    for part in ("config", "data/processed"):
        shutil.copytree(example / part, tmp_path / part)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 8
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, DOCUMENT.name, "exec"), names)
    assert (tmp_path / "published.svg").is_file()
    assert "as published" in capsys.readouterr().out
