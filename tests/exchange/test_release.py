"""A release: every file of the state, described and summed, the same bytes for the same state."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from ipt_evidence.errors import EvidenceError
from ipt_evidence.exchange.release.components import BOM, LICENCES, NOT_STATED
from ipt_evidence.exchange.release.crate import METADATA
from ipt_evidence.exchange.release.freezing import SUMS, UNFINISHED, check_release, freeze
from ipt_evidence.reporting.as_left import note
from ipt_evidence.reporting.changes.report import compare
from ipt_evidence.reporting.changes.states import last_release, state_in

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def released(example, tmp_path_factory):
    return freeze(example, tmp_path_factory.mktemp("releases"))


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_releases_of_one_state_are_the_same_bytes(example, released, tmp_path):
    assert content(freeze(example, tmp_path)) == content(released)
    again = freeze(example, released.parent)
    assert (again, content(again)) == (released, content(released))


def test_a_release_holds_tables_texts_locks_and_how_to_cite_it(example, released):
    held = set(content(released))
    for name in ("config/config.yaml", "data/raw/outcomes.csv", "data/processed/ratings.csv", "reports/index.html",
                 "reports/evidence.json", "requirements/main.txt", "LICENSE", "CITE.txt"):  # fmt: skip
        assert name in held
    assert not {name for name in held if name.startswith(("data/processed/ratings/", "reports/changes.html", "logs/"))}
    made = {path.relative_to(example).as_posix() for path in (example / "data/processed").glob("*.csv")}
    assert made <= held


def test_the_description_names_every_file_with_its_size_and_sum(released):
    files = content(released)
    described = json.loads(files.pop(METADATA))
    sums = dict(reversed(line.split("  ")) for line in files.pop(SUMS).decode().splitlines())
    entities = {one["@id"]: one for one in described["@graph"]}
    named = {key: one for key, one in entities.items() if one["@type"] == "File"}
    assert set(named) == set(files) == set(sums) - {METADATA}
    for name, data in files.items():
        assert named[name]["sha256"] == sums[name] == hashlib.sha256(data).hexdigest()
        assert named[name]["contentSize"] == str(len(data))
    # What the specification asks for: a descriptor about the root, a root with its facts, every file reached from it.
    assert entities[METADATA]["about"] == {"@id": "./"}
    assert {"name", "description", "datePublished", "license"} <= set(entities["./"])
    reached, new = set(), ["./"]
    while new:
        parts = [part["@id"] for part in entities[new.pop()].get("hasPart", ())]
        reached.update(parts)
        new += parts
    assert set(named) <= reached <= set(entities)


def test_damage_is_found(released, tmp_path):
    assert check_release(released) == []
    copy = shutil.copytree(released, tmp_path / "copy")
    (copy / "LICENSE").unlink()
    (copy / "CITE.txt").write_text("me", encoding="utf-8")
    (copy / "more.txt").write_text("more", encoding="utf-8")
    with (copy / SUMS).open("ab") as listed:
        listed.write(b"\xff\n")
    number = len((copy / SUMS).read_bytes().splitlines())
    damaged = f"{SUMS}: line {number} is no checksum with its file"
    assert check_release(copy) == [damaged, "LICENSE: missing", f"more.txt: not listed in {SUMS}", "CITE.txt: changed"]


def test_a_release_is_a_state_that_can_be_compared(example, released, tmp_path):
    (tmp_path / "releases").symlink_to(released.parent)
    kept = last_release(tmp_path)
    assert kept is not None
    assert (kept.name, last_release(released)) == (released.name, None)
    found = compare(state_in(kept), state_in(example), tell=print)
    assert (found.causes, found.moved) == ((), ())


def test_another_state_is_not_released_under_the_same_day(example, released, tmp_path):
    folder = shutil.copytree(example, tmp_path / "review")
    (folder / "config/notes.md").write_text("another", encoding="utf-8")
    with pytest.raises(EvidenceError) as refusal:
        freeze(folder, released.parent)
    assert str(refusal.value) == (
        f"{released}: holds another state of the review, released as of the same day. Set review.last_review in "
        "config/config.yaml to the day of the new state and run make, or move that release away"
    )
    assert content(freeze(example, released.parent)) == content(released)


def test_only_what_a_run_left_is_released_with_reports_of_its_tables_and_of_its_commit(example, tmp_path):
    folder = shutil.copytree(example, tmp_path / "review")
    page, gaps = folder / "reports/index.html", folder / "data/processed/gaps.csv"
    text = page.read_text(encoding="utf-8")

    def refused() -> list[str]:
        with pytest.raises(EvidenceError) as refusal:
            freeze(folder, tmp_path / "releases")
        return str(refusal.value).splitlines()

    page.write_text(text.replace("depression", "sadness"), encoding="utf-8")
    edited = "Missing, or not as the job that makes it left it: reports/index.html. `ipt-evidence run` makes it anew."
    assert refused() == ["Nothing is released.", edited]
    page.write_text(text, encoding="utf-8")
    for name in ("data/processed/inputs.csv", "reports/evidence.json"):
        kept = (folder / name).read_bytes()
        for damage in (b"\xff", b"{", b"[]\n"):
            (folder / name).write_bytes(damage)
            assert name in refused()[0]
        (folder / name).write_bytes(kept)
    for name in ("data/raw/a\nb.txt", os.fsdecode(b"config/\xff.md")):
        (folder / name).write_text("", encoding="utf-8")
        assert refused()[0].startswith("Nothing is released. A list of files holds no name with a line end")
        (folder / name).unlink()
    # A run that made the tables and was ended before the pages.
    tables = gaps.read_text(encoding="utf-8")
    gaps.write_text(tables + "\n", encoding="utf-8")
    note(folder, "data/processed/trial_risk.csv", ["data/processed/gaps.csv"])
    other = "Made from other tables than there are now: the pages, evidence.json. `ipt-evidence run` makes them anew."
    assert refused() == ["Nothing is released.", other]
    gaps.write_text(tables, encoding="utf-8")
    note(folder, "data/processed/trial_risk.csv", ["data/processed/gaps.csv"])
    for words in (
        ["init", "-q"],
        ["add", "config"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "."],
    ):
        subprocess.run(["git", "-C", folder, *words], check=True)
    cited = "The commit cited is not the one that holds the review now: the pages. `ipt-evidence run` makes them anew."
    assert refused() == ["Nothing is released.", cited]
    shutil.rmtree(folder / ".git")
    assert freeze(folder, tmp_path / "releases").is_dir()


def test_what_a_killed_release_left_is_no_release_and_in_nobodys_way(example, released, tmp_path):
    left = tmp_path / UNFINISHED / released.name
    left.mkdir(parents=True)
    (left / "code.json").write_text("{}", encoding="utf-8")
    (tmp_path / "releases").symlink_to(tmp_path)
    assert last_release(tmp_path) is None
    assert content(freeze(example, tmp_path)) == content(released)
    assert not (tmp_path / UNFINISHED).exists()


def test_a_folder_that_is_no_release_is_not_written_over(example, released, tmp_path):
    place = tmp_path / released.name
    place.mkdir()
    (place / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(EvidenceError) as refusal:
        freeze(example, tmp_path)
    assert str(refusal.value) == f"{place}: is there and no release: SHA256SUMS is missing. Move it away"
    assert content(place) == {"mine.txt": b"mine"}


def test_the_bill_of_materials_names_every_locked_library_with_its_sums_and_is_sound(released):
    text = (released / BOM).read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    listed = json.loads(text)["components"]
    lock = (ROOT / "requirements/main.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", lock)
    pinned = {entry.split()[0].split(";")[0]: set(re.findall(r"sha256:(\w+)", entry)) for entry in entries}
    found = {f"{one['name']}=={one['version']}": {each["content"] for each in one["hashes"]} for one in listed}
    assert found == {name: sums for name, sums in pinned.items() if "==" in name}


def test_the_list_of_licences_holds_what_each_library_states(released):
    rows = pd.read_csv(released / LICENCES).set_index("library")["licence"]
    assert rows[["pandas", "snakemake", "typst"]].notna().all()
    assert rows["rich"].startswith("MIT")
    assert (rows == NOT_STATED).sum() < 10
