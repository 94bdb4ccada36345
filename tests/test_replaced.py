"""What a run does in its own way says the same as what Snakemake would do."""

import asyncio
import hashlib
import os
from types import SimpleNamespace

import pytest
from snakemake.io import _IOFile

from ipt_evidence.replaced import remember_checksums


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
