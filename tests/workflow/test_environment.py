"""The two routes to the environment name the same packages."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def _requirements(lines: list[str]) -> dict[str, str]:
    pairs = (re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", line.replace(" ", "")) for line in lines)
    return {pair[1].lower().replace("_", "-"): pair[2] for pair in pairs if pair}


def _pyproject() -> dict[str, dict[str, str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return {"main": _requirements(project["dependencies"])} | {name: _requirements(extras[name]) for name in extras}


def test_conda_users_get_the_packages_and_ranges_of_pyproject():
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    by_pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    conda = _requirements([entry for entry in entries if isinstance(entry, str)] + by_pip[:-1])
    assert by_pip[-1] == "-e ."
    extra = {"python": ">=3.11", "pip": ""}
    declared = _pyproject()
    assert {name: bound for name, bound in conda.items() if name not in extra} == declared["main"] | declared["lab"]


def test_the_lock_is_made_from_the_packages_of_pyproject():
    wanted = _requirements((ROOT / "requirements/main.in").read_text(encoding="utf-8").splitlines()[1:])
    declared = _pyproject()
    build = {"hatchling": "", "editables": ""}
    assert wanted == declared["main"] | declared["dev"] | build


def test_every_lock_pins_hashes_and_names_no_registry():
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        pinned = re.findall(r"^[a-z0-9][^\s;=]*==\S+", text, flags=re.MULTILINE)
        assert pinned, lock.name
        assert text.count(" \\\n    --hash=sha256:") >= len(pinned), lock.name
