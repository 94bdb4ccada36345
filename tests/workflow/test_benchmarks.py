"""What the benchmarks rest on: grown tables that are sound, and results of which each keeps to its section."""

import importlib.util
import sys
from pathlib import Path

import pytest

from ipt_evidence.extraction.inputs import examine, sound

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def module(monkeypatch):
    def load(name):
        monkeypatch.syspath_prepend(str(BENCHMARKS))
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        loaded = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, loaded)
        spec.loader.exec_module(loaded)
        return loaded

    return load


def test_grown_tables_are_sound_and_always_the_same(module, real, tmp_path):
    grow = module("grow").grow
    before = {path.name: path.read_text(encoding="utf-8") for path in real.raw.iterdir()}
    grow(real.raw, 2)
    after = {path.name: path.read_text(encoding="utf-8") for path in real.raw.iterdir()}
    assert len(sound(examine(real.raw, real.vocabulary, real.questions, real.rules, "ipt")).inputs)
    outcomes = after["outcomes.csv"].splitlines()
    assert len(outcomes) == 2 * len(before["outcomes.csv"].splitlines()) - 1
    assert after["trials.csv"].startswith(before["trials.csv"])
    for name, text in before.items():
        (real.raw / name).write_text(text, encoding="utf-8")
    grow(real.raw, 2)
    assert {path.name: path.read_text(encoding="utf-8") for path in real.raw.iterdir()} == after


def test_conditions_are_copied_with_their_trials_and_questions(module, real):
    module("grow").spread(real.raw, real.vocabulary, real.questions, 2)
    found = sound(examine(real.raw, real.vocabulary, real.questions, real.rules, "ipt"))
    for column, rows in (("condition", found.draft.tables.frames["trials"]), ("question_id", found.questions)):
        copied = rows[column].str.endswith("_y2")
        assert copied.sum() == (~copied).sum()


def test_a_benchmark_writes_its_own_section_only(module, monkeypatch, tmp_path):
    measuring = module("measuring")
    monkeypatch.setattr(measuring, "RESULTS", tmp_path / "results.md")
    for title, text in (("One", "1 s"), ("Two", "2 s"), ("One", "3 s"), ("One and more", "4 s"), ("One", "5 s")):
        measuring.write_section(title, text)
    assert (tmp_path / "results.md").read_text(encoding="utf-8") == (
        "# Measured\n\n## One\n\n5 s\n\n## Two\n\n2 s\n\n## One and more\n\n4 s\n"
    )
