import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.evidence import Evidence, draft_evidence, load_evidence
from ipt_evidence.extraction.inputs import check_inputs

ROOT = Path(__file__).parents[2]
MINI = Path(__file__).parent / "mini"


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
            check_inputs(self.raw, self.vocabulary, self.questions)
        return [str(breach).replace(f"{self.folder.as_posix()}/", "") for breach in caught.value.breaches]


@pytest.fixture
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
def sound_draft():
    draft, breaches = draft_evidence(MINI / "raw", MINI / "vocabulary")
    assert not breaches
    return draft


@pytest.fixture
def finds(sound_draft):
    """Return what one check finds after cells were changed, a line each, with paths from the folder on."""

    def find(check, *changes: tuple[str, int, dict[str, object]]) -> list[str]:
        frames = {name: frame.copy() for name, frame in sound_draft.tables.frames.items()}
        for table, line, cells in changes:
            for column, value in cells.items():
                frames[table].loc[line, column] = value
        draft = replace(sound_draft, tables=replace(sound_draft.tables, frames=frames))
        return [str(breach).replace(f"{MINI.as_posix()}/", "") for breach in check(draft)]

    return find
