from dataclasses import replace

import pytest

from ipt_evidence.extraction.evidence import draft_evidence


@pytest.fixture(scope="session")
def sound_draft(mini_folder):
    draft, breaches = draft_evidence(mini_folder.folder / "raw", mini_folder.folder / "vocabulary")
    assert not breaches
    return draft


@pytest.fixture
def finds(sound_draft, mini_folder):
    """Return what one check finds after cells were changed, a line each, with paths from the folder on."""

    def find(check, *changes: tuple[str, int, dict[str, object]]) -> list[str]:
        frames = {name: frame.copy() for name, frame in sound_draft.tables.frames.items()}
        for table, line, cells in changes:
            for column, value in cells.items():
                frames[table].loc[line, column] = value
        draft = replace(sound_draft, tables=replace(sound_draft.tables, frames=frames))
        return [str(breach).replace(f"{mini_folder.folder.as_posix()}/", "") for breach in check(draft)]

    return find
