"""Data crosses the rooms from left to right, so a room imports only from rooms to its left."""

import ast
from pathlib import Path

import pytest

from ipt_evidence import ROOMS

PACKAGE = Path(__file__).parents[1] / "src" / "ipt_evidence"


def imported_rooms(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    parts = [name.split(".") for name in names if name.startswith("ipt_evidence.")]
    return {part[1] for part in parts} & set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_rooms_to_its_left(room):
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    for file in (PACKAGE / room).rglob("*.py"):
        assert imported_rooms(file) <= allowed, file


@pytest.mark.parametrize("room", ["effects", "synthesis"])
def test_the_numeric_rooms_know_no_files(room):
    for file in (PACKAGE / room).rglob("*.py"):
        names = {
            node.id for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)
        }
        assert not names & {"open", "Path", "read_csv"}, file


def test_every_folder_of_the_package_is_a_room_or_the_command_line():
    found = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == {*ROOMS, "cli"}
