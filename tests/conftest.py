"""What tests of several rooms share: the vocabulary in use, small made-up studies, a measure of readability, and the
independent engine."""

import fcntl
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.evidence import Evidence
from ipt_evidence.extraction.flags import FLAGGED
from ipt_evidence.extraction.inputs import examine, sound
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.extraction.validation import dtype_of, row_ids
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.words.figures import Figures, PooledFigures
from ipt_evidence.words.labels import labels_of
from ipt_evidence.words.strength_rules import rules_of
from loading import load_evidence

ROOT = Path(__file__).parents[1]
MINI = Path(__file__).parent / "mini"

# Property tests: the same cases on every machine, and no limit on how long a busy one takes.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

LONGEST_FIRST = ("workflow", "reporting", "cli", "extraction")
"""Rooms whose files take longest, in the order they are shared out: a long one at the end leaves a process idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rooms = [*LONGEST_FIRST, ""]
    items.sort(key=lambda item: [item.path.is_relative_to(ROOT / "tests" / room) for room in rooms].index(True))


DEFAULTS = {
    "trials": {"condition": "depression", "population": "adults", "phase": "acute"},
    "arms": {},
    "outcomes": {
        "trial_id": "one2001", "outcome": "symptom_severity", "domain": "target", "timepoint": "post",
        "source_id": "paper",
    },
    "contrasts": {
        "trial_id": "one2001", "arm1_id": "ipt", "arm2_id": "cau", "outcome": "symptom_severity", "domain": "target",
        "timepoint": "post", "favours": "ipt", "source_id": "paper",
    },
    "risk_of_bias": {},
    "doubts": {},
}  # fmt: skip


def _typed(name: str, rows: list[dict]) -> pd.DataFrame:
    schema = RAW_TABLES[name]
    columns = {
        column: pd.array([row.get(column, DEFAULTS[name].get(column)) for row in rows], dtype=dtype_of(checks))
        for column, checks in schema.columns.items()
    }
    frame = pd.DataFrame(columns)
    if name not in FLAGGED:
        return frame
    return frame.assign(flags=[row.get("flags", "") for row in rows], row_id=row_ids(frame, schema))


@pytest.fixture(scope="session")
def vocabulary():
    return load_vocabulary(ROOT / "config" / "vocabulary")


@pytest.fixture(scope="session")
def strength_rules():
    return rules_of(pd.read_csv(ROOT / "config" / "strength_rules.csv"))


@pytest.fixture(scope="session")
def labels(vocabulary):
    """Labels of the vocabulary in use, for reviews without trials."""
    empty = {
        "trials": pd.DataFrame(columns=["trial_id", "label"]),
        "sources": pd.DataFrame(columns=["source_id", "title"]),
    }
    return labels_of(vocabulary, empty, "ipt")


FIGURES = {
    "measure": "SMD", "level": 0.95, "k": 6, "k_without_n": 0, "k_randomised": 0, "n_participants": 700.0,
    "estimate": 0.5, "ci_low": 0.3, "ci_high": 0.7, "model": "random_effects", "method": "REML",
    "interval": "adhoc", "p_value": 1e-9, "pi_low": -0.2, "pi_high": 1.2,
    "tau2": 0.12, "tau2_low": 0.06, "tau2_high": 0.2, "i2": 70.0, "i2_low": 52.0, "i2_high": 80.0,
    "q": 12.0, "q_df": 5.0, "q_p_value": 0.03,
}  # fmt: skip


@pytest.fixture(scope="session")
def make_answer(labels):
    """Make an answer: six trials that favour IPT over control, unless cells say otherwise."""

    def make(**cells) -> Answer:
        figures = {name: cells.pop(name, value) for name, value in FIGURES.items()}
        facts = {
            "question_id": "q", "title": "t", "condition": "depression", "population": "all", "intervention": "ipt",
            "comparator": "control", "outcome": "symptom_severity", "timepoint": "post", "phase": "acute",
            "primary": True, "provisional": False,
            "certainty_if_sound": "moderate", "certainty_if_at_risk": "moderate", "mid": 0.24, "certainty": "moderate",
            "direction": "favours_intervention", "strength": "moderate", "label": "moderate", "rule_id": "r",
            "reason": "because", "downgraded": (), "checks": 0, "checks_failed": 0, "trials": ("a",),
            "effects": (), "sound": "", "sound_differ": False, "sound_finds": "other", "set_aside": (),
            "reports": (), "other_reports": 0, "contrasts": (), "absolute": None,
            "shares": {"low": 100.0, "some_concerns": 0.0, "high_or_unclear": 0.0, "high": 0.0, "unknown": 0.0},
        }  # fmt: skip
        nothing = {"strength": "no_evidence", "label": "no_evidence", "direction": "none", "certainty": ""}
        facts |= (nothing if figures["k"] == 0 else {}) | cells
        asked = (facts[name] for name in ("outcome", "timepoint", "phase"))
        return Answer(
            **facts,
            sides=labels.sides(facts["intervention"], facts["comparator"]),
            aspect=labels.aspect(*asked, figures["measure"]),
            pooled=PooledFigures(**figures),
            rated=Figures(**{field.name: figures[field.name] for field in fields(Figures)}),
        )

    return make


@pytest.fixture(scope="session")
def make_studies():
    """Build studies from rows that name only what matters; by default one trial of IPT against usual care."""

    def build(**tables: list[dict]) -> Studies:
        tables.setdefault("trials", [{"trial_id": "one2001"}])
        tables.setdefault(
            "arms",
            [
                {"trial_id": "one2001", "arm_id": "ipt", "treatment": "ipt", "n_randomised": 50},
                {"trial_id": "one2001", "arm_id": "cau", "treatment": "care_as_usual", "n_randomised": 52},
            ],
        )
        return Studies(**{name: _typed(name, tables.get(name, [])) for name in DEFAULTS})

    return build


@dataclass(frozen=True)
class Base:
    """A copy of an evidence base that a test may spoil."""

    folder: Path

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def vocabulary(self) -> Path:
        return self.folder / "vocabulary"

    @property
    def questions(self) -> Path:
        return self.folder / "questions.csv"

    @property
    def rules(self) -> Path:
        return self.folder / "strength_rules.csv"

    def swap(self, file: str, old: str, new: str) -> None:
        """Replace the first ``old`` in a file, which must be there."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def load(self) -> Evidence:
        return load_evidence(self.raw, self.vocabulary)

    def problems(self) -> list[str]:
        """Return what checking everything finds, a line each, with paths from the folder on."""
        with pytest.raises(ExtractionError) as caught:
            sound(examine(self.raw, self.vocabulary, self.questions, self.rules, "ipt"))
        return [str(breach).replace(f"{self.folder.as_posix()}/", "") for breach in caught.value.breaches]


@pytest.fixture(scope="session")
def mini_folder():
    """The mini evidence base as it stands; not to be changed."""
    return Base(MINI)


@pytest.fixture
def mini(tmp_path):
    shutil.copytree(MINI, tmp_path / "base")
    return Base(tmp_path / "base")


@pytest.fixture
def real(tmp_path):
    base = tmp_path / "base"
    shutil.copytree(ROOT / "data" / "raw", base / "raw")
    shutil.copytree(ROOT / "config" / "vocabulary", base / "vocabulary")
    shutil.copy(ROOT / "config" / "questions.csv", base)
    shutil.copy(ROOT / "config" / "strength_rules.csv", base)
    for path in base.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return Base(base)


@pytest.fixture(scope="session")
def evidence():
    """The mini evidence base; loaded once, so not to be changed."""
    return load_evidence(MINI / "raw", MINI / "vocabulary")


@pytest.fixture(scope="session")
def real_evidence():
    return load_evidence(ROOT / "data" / "raw", ROOT / "config" / "vocabulary")


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Callable[[Path], Any]], Any]:
    """Return what makes something once for all processes of a test run: the first that asks, in a folder for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], Any]) -> Any:
        held = shared / f"{name}.pickle"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not held.exists():
                held.write_bytes(pickle.dumps(make(shared / name)))
            return pickle.loads(held.read_bytes())

    return made


@pytest.fixture(scope="session")
def example(once) -> Path:
    """The invented review, run as its users run it; not to be changed."""
    return once("example", _run_example)


def _run_example(shared: Path) -> Path:
    folder = shared / "review"
    made = shutil.ignore_patterns("reports", "processed", "logs", ".snakemake")
    shutil.copytree(ROOT / "examples" / "behavioural_activation", folder, ignore=made, dirs_exist_ok=True)
    run = subprocess.run(
        [sys.executable, "-m", "snakemake", "--directory", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.fixture(scope="session")
def reading_grade():
    """Return the Flesch-Kincaid grade of a text: years of school needed to read it."""
    return grade


def syllables(word):
    """Count groups of vowels; a silent e at the end does not count."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = letters.endswith("e") and not letters.endswith(("le", "ee"))
    return max(groups - silent, 1)


def grade(text):
    """Grade a text; only full stops, question and exclamation marks end a sentence."""
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]
    words = re.findall(r"[^\W_]+(?:[.,'’-][^\W_]+)*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.fixture(scope="session")
def rscript():
    """The independent engine: R with metafor. A fresh machine may lack it; the gate may not."""
    program = shutil.which("Rscript")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Rscript with metafor is not installed")
    return program
