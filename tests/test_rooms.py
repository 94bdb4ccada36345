"""Data crosses the rooms from left to right, on floors that know nothing of them; nobody inside needs the doors."""

import ast
import re
from pathlib import Path

import pytest

from ipt_evidence import DOORS, FLOORS, ROOMS
from ipt_evidence.imports import PACKAGE

ENGINE_RESTS_ON = {
    "numpy", "scipy", "statsmodels",
    "abc", "collections", "copy", "dataclasses", "functools", "itertools", "math", "types", "typing",
    "ipt_evidence.engine", "ipt_evidence.errors",
}  # fmt: skip
FILES = re.compile(
    r"open(_memmap)?|(read|write)_(text|bytes)|(load|save)(txt|z|z_compressed|mat)?|genfromtxt|from(file|regex)|tofile|"
    r"memmap|__import__|exec|eval"
)
"""Names by which files are read and written, and code run by its text."""
TABLES = re.compile(r"read_(?!only)\w+|to_(csv|json|parquet|excel|pickle)")
"""Attributes by which tables are; functions of the engine are called read_..., too."""
OURS = re.compile(r"\bipt\b|interpersonal|psychotherap", re.IGNORECASE)


def imports(tree: ast.AST) -> list[str]:
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return names + [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]


def folders(source: str) -> set[str]:
    parts = [name.split(".") for name in imports(ast.parse(source)) if name.startswith("ipt_evidence.")]
    return {part[1] for part in parts} & {*ROOMS, *FLOORS, *DOORS}


def trespasses(source: str) -> list[str]:
    """Say what a file of the engine has that it may not have: tables, files, our subject."""
    nodes = list(ast.walk(ast.parse(source)))
    strange = {
        name
        for name in imports(ast.parse(source))
        if not {name.split(".")[0], ".".join(name.split(".")[:2])} & ENGINE_RESTS_ON
    }
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names = {node.id for node in nodes if isinstance(node, ast.Name)} | attributes
    names |= {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    files = {name for name in names if FILES.fullmatch(name)} | {name for name in attributes if TABLES.fullmatch(name)}
    return sorted({*strange, *files, *(found.lower() for found in OURS.findall(source))})


ALLOWED = {
    "engine": {"engine"},
    "words": {"words"},
    **{room: {*FLOORS, *ROOMS[: place + 1]} for place, room in enumerate(ROOMS)},
}


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_room_imports_only_from_floors_and_rooms_to_its_left(folder):
    for file in (PACKAGE / folder).rglob("*.py"):
        assert folders(file.read_text(encoding="utf-8")) <= ALLOWED[folder], file


REPORTING = PACKAGE / "reporting"
DRAWINGS = ("forest", "gap_map", "flow", "published")


def parts_of_reporting(file: Path) -> set[str]:
    """Return the modules and packages of the reporting room that a file imports."""
    names = [name.split(".") for name in imports(ast.parse(file.read_text(encoding="utf-8")))]
    return {name[2] for name in names if name[:2] == ["ipt_evidence", "reporting"] and len(name) > 2}


def test_drawings_rest_on_what_they_share_and_on_no_other_drawing():
    for file in (REPORTING / "drawing").rglob("*.py"):
        assert parts_of_reporting(file) <= {"drawing"}, file
    for drawing in DRAWINGS:
        for file in (REPORTING / drawing).rglob("*.py"):
            assert not parts_of_reporting(file) & {*DRAWINGS} - {drawing}, file


def test_what_pages_and_guides_share_imports_neither():
    for file in set(REPORTING.glob("*.py")) - {REPORTING / "site.py"}:
        assert not parts_of_reporting(file) & {"pages", "guides", *DRAWINGS}, file


def test_the_engine_knows_no_tables_no_files_and_nothing_of_our_subject():
    for file in (PACKAGE / "engine").rglob("*.py"):
        assert trespasses(file.read_text(encoding="utf-8")) == [], file


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pandas as pd\n\ndef peek(name):\n    return pd.read_csv(name)\n", ["pandas", "read_csv"]),
        ("from pandas import DataFrame\n", ["pandas"]),
        ("def peek(name):\n    return open(name).read()\n", ["open"]),
        ("from pathlib import Path\nx = Path('a').read_text()\n", ["pathlib", "read_text"]),
        ("x = table.to_csv('a')\n", ["to_csv"]),
        ("import numpy as np\nx = np.load('a')\nnp.save('a', x)\n", ["load", "save"]),
        ("from numpy import genfromtxt\n", ["genfromtxt"]),
        ("from scipy.io import loadmat\n", ["loadmat"]),
        ("import importlib\nx = importlib.import_module('pandas')\n", ["importlib"]),
        ("import duckdb\nimport h5py.x\n", ["duckdb", "h5py.x"]),
        ('"""Pools the effects of IPT."""\n', ["ipt"]),
    ],
)
def test_what_the_engine_may_not_have_is_seen(source, found):
    assert trespasses(source) == found


def test_every_folder_of_the_package_is_a_room_a_floor_or_a_door():
    found = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == {*ROOMS, *FLOORS, *DOORS}


@pytest.mark.parametrize("script", sorted((Path(__file__).parents[1] / "workflow" / "scripts").glob("*.py")), ids=str)
def test_no_script_of_the_workflow_comes_through_a_door(script):
    assert not folders(script.read_text(encoding="utf-8")) & set(DOORS)


THERAPY = re.compile(r"(?<![a-z])ipt(?![a-z])|interpersonal|^other_combination$", re.IGNORECASE)


def code_words(source: str) -> list[str]:
    """Return every name and every text of a module but docstrings and notes, without the name of the package."""
    nodes = list(ast.walk(ast.parse(source)))
    notes = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    found = [
        value
        for node in nodes
        for field in ("value", "id", "name", "arg", "attr")
        if isinstance(value := getattr(node, field, None), str) and id(node) not in notes
    ]
    return [word.replace("ipt-evidence", "").replace("ipt_evidence", "") for word in found]


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_no_code_names_the_therapy_under_review(file):
    words = code_words(file.read_text(encoding="utf-8"))
    assert [word for word in words if THERAPY.search(word)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('def f():\n    """Pool IPT."""\n    return 1\n', []),
        ('CLASSES = ("ipt", "combined")\n', ["ipt"]),
        ("def ipt_arms(review):\n    pass\n", ["ipt_arms"]),
        ('NOTE = 1\n"""About IPT."""\n', []),
        ('print(f"trials of IPT on {number}")\n', ["trials of IPT on "]),
    ],
)
def test_a_therapy_in_code_is_seen(source, found):
    assert [word for word in code_words(source) if THERAPY.search(word)] == found
