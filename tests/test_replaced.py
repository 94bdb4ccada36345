"""What a run does in its own way says the same as what Snakemake would do."""

import asyncio
import hashlib
import json
import os
from io import StringIO
from threading import Semaphore
from types import SimpleNamespace

import pytest
from snakemake.io import _IOFile
from snakemake.iocontainers import Namedlist
from snakemake.scheduling.job_scheduler import JobScheduler

from ipt_evidence.replaced import know_outputs, measure_once, note_at_once, notes, remember_checksums, wait_once


@pytest.fixture
def asked(monkeypatch):
    """Give the files whose checksum was really computed."""
    computed = []

    async def compute(file, threshold=None, **_):
        computed.append(file.file)
        return hashlib.sha256(file.path.read_bytes()).hexdigest() if file.path.exists() else None

    monkeypatch.setattr(_IOFile, "checksum", compute)
    remember_checksums()
    return computed


def checksum(path, **more):
    file = SimpleNamespace(file=str(path), path=path, is_storage=False)
    return asyncio.run(_IOFile.checksum(file, 1000, **more))


def test_the_checksum_of_a_file_is_computed_once_as_long_as_the_file_stays_the_same(asked, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("first")
    assert checksum(path) == checksum(path) == hashlib.sha256(b"first").hexdigest()
    assert len(asked) == 1


def test_a_file_of_the_same_size_that_is_written_anew_has_another_one(asked, tmp_path):
    path, anew = tmp_path / "a.csv", tmp_path / "new"
    path.write_text("first")
    seen = path.stat()
    assert checksum(path) == hashlib.sha256(b"first").hexdigest()
    anew.write_text("other")
    os.utime(anew, ns=(seen.st_atime_ns, seen.st_mtime_ns))  # as a restored file has its old date
    anew.replace(path)
    assert checksum(path) == hashlib.sha256(b"other").hexdigest()


def test_a_file_that_is_not_there_or_asked_for_in_another_way_is_left_to_snakemake(asked, tmp_path):
    path = tmp_path / "a.csv"
    assert checksum(path) is None
    path.write_text("first")
    assert checksum(path, force=True) == checksum(path, force=True) == hashlib.sha256(b"first").hexdigest()
    assert len(asked) == 3


def test_notes_are_written_in_one_go_as_they_would_be_piece_by_piece(monkeypatch):
    monkeypatch.setattr(notes, "json", json)
    note_at_once()
    note = {"input": ["a.csv", "ä.csv"], "starttime": 1.5, "params": [None, True], "log": {}}
    at_once, by_piece = StringIO(), StringIO()
    notes.json.dump(note, at_once)
    json.dump(note, by_piece)
    assert at_once.getvalue() == by_piece.getvalue()
    with pytest.raises(notes.json.JSONDecodeError):
        notes.json.load(StringIO("{"))


class Output(str):
    """A file that knows its rule, and counts how often it is compared."""

    compared = 0

    def __eq__(self, other):
        Output.compared += 1
        return str(self) == str(other)

    __hash__ = str.__hash__


@pytest.fixture
def rule(monkeypatch):
    """A rule with a hundred pages, as a run knows it."""
    monkeypatch.setattr(Namedlist, "__contains__", Namedlist.__contains__, raising=False)
    know_outputs()
    found = SimpleNamespace(name="site", output=Namedlist())
    found.output.extend(page(found, number) for number in range(100))
    return found


def page(rule, number):
    file = Output(f"reports/{number}.html")
    file.rule = rule
    return file


def test_a_rule_knows_its_outputs_without_comparing_them_one_by_one(rule, monkeypatch):
    monkeypatch.setattr(Output, "compared", 0)
    assert all(page(rule, number) in rule.output for number in range(100))
    assert Output.compared == 0
    assert page(rule, 100) not in rule.output
    rule.output.append(page(rule, 100))
    assert page(rule, 100) in rule.output


def test_other_lists_of_files_and_plain_texts_are_looked_through_as_before(rule):
    inputs = Namedlist([page(rule, 3)])
    assert page(rule, 3) in inputs
    assert page(rule, 4) not in inputs
    assert "reports/7.html" in rule.output
    assert "reports/7.txt" not in rule.output


def test_one_look_is_to_come_at_a_time_and_another_may_follow(monkeypatch):
    monkeypatch.setattr(JobScheduler, "_schedule_reevalutation", JobScheduler._schedule_reevalutation)
    wait_once()
    looks = Semaphore(0)
    scheduler = SimpleNamespace(_open_jobs=looks)
    for _ in range(2):
        for _ in range(3):
            JobScheduler._schedule_reevalutation(scheduler, 0.05)
        assert looks.acquire(timeout=10)
        assert not looks.acquire(timeout=0.2)


class Input(str):
    """A file of a size, or none, that counts how often it is looked at."""

    looked_at = 0

    async def exists(self):
        Input.looked_at += 1
        return self != "gone"

    async def size(self):
        return len(self)


def test_the_size_of_an_input_is_looked_at_once_and_that_of_a_new_one_too(monkeypatch):
    monkeypatch.setattr(JobScheduler, "update_input_sizes", JobScheduler.update_input_sizes)
    monkeypatch.setattr(Input, "looked_at", 0)
    scheduler = SimpleNamespace(_input_sizes={})

    def told(*inputs):
        asyncio.run(JobScheduler.update_input_sizes(scheduler, [SimpleNamespace(input=[*map(Input, inputs)])]))
        return scheduler._input_sizes

    by_snakemake = dict(told("a.csv", "gone"))
    scheduler._input_sizes, Input.looked_at = {}, 0
    measure_once()
    assert told("a.csv", "gone") == by_snakemake == {"a.csv": 5, "gone": None}
    assert told("a.csv", "gone", "table.csv") == by_snakemake | {"table.csv": 9}
    assert Input.looked_at == 3
