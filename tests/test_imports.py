"""A script's inputs are the package files it imports, all of them and no others."""

import ast
import os
import re
import shutil
from pathlib import Path

import pytest

from ipt_evidence import imports
from ipt_evidence.imports import PACKAGE, files_behind, of_other_folder, state_of

SCRIPTS = Path(__file__).parents[1] / "workflow" / "scripts"


def behind(script: Path) -> set[str]:
    return {Path(file).relative_to(PACKAGE).as_posix() for file in files_behind(script)}


def test_an_edited_importer_re_runs_no_job():
    for script in SCRIPTS.glob("*.py"):
        assert not [file for file in behind(script) if file.startswith(("exchange/", "cli/"))], script.name


VALIDATING = re.compile(r"^\s*(?:import|from) (?:pandera|hypothesis)\b", re.MULTILINE)


# The document for machines has its schema from the definitions of the columns; states are compared under their keys.
DEFINED = {SCRIPTS / f"{name}.py" for name in ("check_evidence", "evidence", "changes")}
LATER = sorted(set(SCRIPTS.glob("*.py")) - DEFINED)


@pytest.mark.parametrize("script", LATER, ids=lambda script: script.stem)
def test_what_has_been_checked_is_not_checked_again(script):
    assert not [file for file in behind(script) if VALIDATING.search((PACKAGE / file).read_text(encoding="utf-8"))]


def test_the_checks_do_validate():
    found = behind(SCRIPTS / "check_evidence.py")
    assert [file for file in found if VALIDATING.search((PACKAGE / file).read_text(encoding="utf-8"))]


def test_imports_are_followed_through_modules_packages_and_functions(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("def later():\n    from ipt_evidence.engine.pooling import random_effects\n", encoding="utf-8")
    found = behind(script)
    assert {"__init__.py", "engine/__init__.py", "engine/pooling/__init__.py"} <= found
    assert {"engine/pooling/random_effects.py", "engine/pooling/tau2.py", "errors.py"} <= found
    assert not [file for file in found if file.startswith("engine/networks/")]


def parsed(file: Path) -> set[Path]:
    """Return the package files that a file imports itself, as Python's parser reads it."""
    named = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = [name.split(".")[1:] for name in named if name.split(".")[0] == PACKAGE.name]
    places = [PACKAGE.joinpath(*part[:depth]) for part in ours for depth in range(len(part) + 1)]
    return {path for at in places for path in (at / "__init__.py", at.with_suffix(".py")) if path.is_file()}


def test_imports_are_found_as_the_parser_finds_them():
    for file in (*PACKAGE.rglob("*.py"), *SCRIPTS.glob("*.py")):
        assert set(imports._imported(file)) == parsed(file), file


def test_the_digest_changes_with_the_code_behind_a_script_and_with_nothing_else(tmp_path, monkeypatch):
    package = tmp_path / "ipt_evidence"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, value in (
        ("PACKAGE", package),
        ("_files", imports._files.__wrapped__),
        ("_imported", imports._imported.__wrapped__),
    ):
        monkeypatch.setattr(imports, name, value)
    before = imports.code_behind(SCRIPTS / "gather_tables.py")
    (package / "engine" / "absolute.py").write_text("changed = True\n", encoding="utf-8")
    assert imports.code_behind(SCRIPTS / "gather_tables.py") == before
    (package / "gathering.py").write_text("changed = True\n", encoding="utf-8")
    assert imports.code_behind(SCRIPTS / "gather_tables.py") != before


def test_a_script_that_needs_nothing_of_the_package_rests_on_nothing(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import json\n", encoding="utf-8")
    assert behind(script) == set()


def test_a_public_face_pulls_in_no_method_that_is_not_asked_for(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from ipt_evidence.synthesis.trials import pool_trials\n", encoding="utf-8")
    assert "engine/networks/ranking.py" not in behind(script)


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A lock of one package, and a folder that packages are installed in."""
    monkeypatch.setattr(imports.sysconfig, "get_path", {"purelib": str(tmp_path)}.get)
    lock = tmp_path / "lock.txt"
    lock.write_text("some-library==1.0 \\\n    --hash=sha256:0\n", encoding="utf-8")
    (tmp_path / "Some_Library-1.0.dist-info").mkdir()
    return lock, tmp_path


def test_another_version_of_a_locked_library_is_seen(packages):
    lock, folder = packages
    before = imports.libraries(lock)
    (folder / "Some_Library-1.0.dist-info").rename(folder / "Some_Library-1.1.dist-info")
    assert imports.libraries(lock) != before


def test_what_is_installed_beside_the_locked_libraries_does_not_count(packages):
    lock, folder = packages
    before = imports.libraries(lock)
    (folder / "other-1.0.dist-info").mkdir()
    assert imports.libraries(lock) == before


def test_the_faces_that_notebooks_import_lead_to_the_code_behind_them():
    found = behind(PACKAGE / "analysis" / "__init__.pyi")
    assert {
        "analysis/answering.py",
        "analysis/pictures.py",
        "synthesis/trials.py",
        "reporting/forest/drawing.py",
    } <= found
    assert not [file for file in found if file.startswith(("exchange/", "cli/"))]


def test_content_tells_files_apart_and_times_do_not(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("a\n1\n", encoding="utf-8")
    without = imports.content_of([first, second])
    second.write_text("a\n1\n", encoding="utf-8")
    before = imports.content_of([first, second])
    os.utime(first, (0, 0))
    assert imports.content_of([first, second]) == before != without
    first.write_text("a\n2\n", encoding="utf-8")
    os.utime(first, (0, 0))
    assert imports.content_of([first, second]) != before


@pytest.mark.parametrize("made", ["notebooks/.ipynb_checkpoints/a.ipynb", "examples/one/drafts/index.html"])
def test_what_an_editor_or_a_draft_leaves_is_no_other_state(tmp_path, made):
    before = state_of(tmp_path, tmp_path)
    (tmp_path / made).parent.mkdir(parents=True)
    (tmp_path / made).write_text("x", encoding="utf-8")
    assert state_of(tmp_path, tmp_path) == before
    (tmp_path / made).parents[1].joinpath("other").write_text("x", encoding="utf-8")
    assert state_of(tmp_path, tmp_path) != before


def test_a_copied_folder_is_told_that_its_program_is_not_at_work(tmp_path):
    assert of_other_folder(PACKAGE.parents[1]) == of_other_folder(tmp_path) == ""
    (tmp_path / "src" / PACKAGE.name).mkdir(parents=True)
    assert of_other_folder(tmp_path) == (
        f"The program at work is that of {PACKAGE.parents[1].as_posix()}, not of this folder; "
        "run `make` here once: it builds an environment of its own"
    )
