"""One map of reasons: every id that code gives has words, no words are idle, and no words are read back."""

import ast
from string import Formatter

import pytest

from ipt_evidence.effects.rows import REFUSED_COLUMNS
from ipt_evidence.extraction.schemas.sources import EXCLUSION_REASONS
from ipt_evidence.imports import PACKAGE
from ipt_evidence.synthesis.selection import UNSOUND_REPORTS
from ipt_evidence.words.reasons import EXCLUDED, LEFT_OUT, NOT_COMPUTED, REASONS, why
from ipt_evidence.words.variants import VARIANTS

DOUBTS = {"odd": {"about": "outcomes", "doubt": "Means of {0} <b>agree</b>.", "resolution": "Kept out."}}
READERS = {
    "search", "match", "fullmatch", "sub", "subn", "findall", "finditer", "split", "extract", "extractall", "partition",
    "removeprefix", "removesuffix", "startswith", "endswith", "contains",
}  # fmt: skip
PROSE = {"reason", "reasons", "explanation"}
GROUPS_MESSAGES = {"cli/importing.py"}
"""Sets messages on foreign rows under one another for the terminal; nothing is read out of them."""


def given(*places: str) -> set[str]:
    """Return the texts that stand in code."""
    trees = [ast.parse((PACKAGE / place).read_text(encoding="utf-8")) for place in places]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_no_id_stands_for_two_reasons():
    assert len(REASONS) == len(LEFT_OUT) + len(NOT_COMPUTED) + len(EXCLUDED)


def test_every_reason_the_code_gives_has_words_and_no_words_are_idle():
    assert set(LEFT_OUT) <= given("synthesis/selection.py")
    effects = given(*(f"effects/{name}.py" for name in ("tables", "from_arms", "from_contrasts")))
    assert set(NOT_COMPUTED) <= effects
    assert set(EXCLUDED) == set(EXCLUSION_REASONS)
    for file in (PACKAGE / "effects").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NoEffectError":
                assert node.args[0].value in NOT_COMPUTED


@pytest.mark.parametrize("reason_id", NOT_COMPUTED)
def test_the_words_of_a_result_without_effect_name_only_its_own_columns(reason_id):
    assert {name for _, name, _, _ in Formatter().parse(NOT_COMPUTED[reason_id]) if name} <= set(REFUSED_COLUMNS)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"reason_id": "other_domain", "domain": "quality_of_life"}, "measures quality of life, not the outcome"),
        ({"reason_id": "ratio_of_scale", "reported": "hazard_ratio"}, "a hazard ratio of a scale cannot be turned"),
        ({"reason_id": "better_kind", "outranked_by": "endpoint"}, "a better kind of result (endpoint)"),
        ({"reason_id": "doubt", "doubt_id": "odd"}, "a doubt about the outcomes: Means of {0} <b>agree</b>. Kept out."),
    ],
)
def test_a_reason_is_filled_with_the_figures_of_its_row_and_nothing_in_them_is_a_placeholder(row, words):
    assert words in why(row, DOUBTS)


def test_every_kind_of_variant_has_words_and_no_words_are_idle():
    by_report = {f"{side}_{status}" for side in ("with", "without") for status in UNSOUND_REPORTS}
    assert by_report <= set(VARIANTS)
    assert set(VARIANTS) - by_report <= given("synthesis/sensitivity.py")
    for node in ast.walk(ast.parse((PACKAGE / "synthesis/sensitivity.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            kinds = [value for key, value in pairs if getattr(key, "value", "") == "kind"]
            assert all(kind.value in VARIANTS for kind in kinds if isinstance(kind, ast.Constant))


def readings(source: str) -> list[int]:
    """Return the lines on which a program takes prose apart."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
            parts = [part for each in (node.func.value, *node.args) for part in ast.walk(each)]
            names = {getattr(part, "id", getattr(part, "attr", getattr(part, "value", None))) for part in parts}
            found += [node.lineno] if any(isinstance(name, str) and name in PROSE for name in names) else []
    return found


def test_no_module_takes_a_reason_apart():
    for file in PACKAGE.rglob("*.py"):
        if file.relative_to(PACKAGE).as_posix() not in GROUPS_MESSAGES:
            assert readings(file.read_text(encoding="utf-8")) == [], file


@pytest.mark.parametrize(
    "line",
    [
        'DOUBT_REASON.fullmatch(effect["reason"])',
        'name = reason.removeprefix("kept out")',
        're.sub(r"\\w+", label, row["explanation"])',
        'selections["reason"].str.extract("doubt (.*)")',
    ],
)
def test_taking_a_reason_apart_is_seen(line):
    assert readings(line) == [1]
