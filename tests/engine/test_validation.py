"""The page of validation says what the golden files and the tests on them say now."""

import importlib.util
import inspect
import re
import sys
from pathlib import Path

import pytest

from ipt_evidence import effects, synthesis

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("validation", ROOT / "tests" / "oracle" / "validation.py")
validation = importlib.util.module_from_spec(_spec)
sys.modules["validation"] = validation
_spec.loader.exec_module(validation)
PAGE = (ROOT / "docs" / "validation.md").read_text("utf-8")
REMEDY = "docs/validation.md is not current; run: python tests/oracle/validation.py"


def test_the_page_is_of_these_golden_files_and_tests():
    assert f"`{validation.digest()}`" in PAGE, REMEDY


def test_every_golden_file_that_tests_of_the_engine_read_has_a_part():
    read = {name for path in validation.modules() for files in validation.golden_tests(path).values() for name in files}
    assert len(read) > 10
    for name in read:
        assert f"`{name.removesuffix('.json')}`" in PAGE, name


def test_the_page_names_every_public_function_and_no_test_of_its_own():
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| `") and line.count(" | ") == 3]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    functions = {
        name for face in (effects, synthesis) for name in face.__all__ if inspect.isfunction(getattr(face, name))
    }
    assert len(functions) > 90
    assert functions - named == set()
    assert "\n| - |" not in PAGE
    assert not [path for path in validation.modules() if path.name == Path(__file__).name]


def test_where_the_peer_is_not_right_is_computed_anew():
    for row in [*validation._likelihoods(), *validation._selection_models(), *validation._clusters()]:
        assert "| " + " | ".join(row) + " |" in PAGE, REMEDY


def test_a_comparison_is_noted_with_its_size_and_laws_are_not():
    golden = ("golden_pooling.json",)
    value = validation.json.loads((validation.ORACLE / golden[0]).read_text("utf-8"))["sets"]["bcg_rr"]["effects"][0]
    assert validation._is_golden([value, float("nan")], golden)
    assert not validation._is_golden([value + 1e-9], golden)
    assert not validation._is_golden(1, golden)
    seen = []
    with validation._noted(lambda found, expected: seen.append(validation.difference(found, expected)), set()):
        assert pytest.approx({"a": 200.2}, rel=0.1) == {"a": 200.0}
        assert [0.5, float("nan")] == pytest.approx([0.25, float("nan")], abs=1, nan_ok=True)
    assert seen == [pytest.approx(0.2 / 200.2), 0.25]
