"""What each job left: files that are gone since, or other than their job left them, are made anew by the next run."""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ipt_evidence.files import write_file
from ipt_evidence.messages import few
from ipt_evidence.reporting.made_from import MARK

NOTES = Path(".snakemake/metadata/as_left.jsonl")
"""A line for each job that came to a good end; the last of a job counts. It goes when Snakemake's notes go."""

OTHER, REMEDY = "Missing, or not as the job that makes it left it", "`ipt-evidence run` makes it anew."
"""What is wrong with such files, and what helps."""

Files = dict[str, list[str | int]]
"""By path: the digest of a file, its size, and the times of its content and of its entry."""


def note(review: Path, job: str, paths: Iterable[str]) -> None:
    """Note what a job left.

    Parameters
    ----------
    review : Path
        The folder of the review.
    job : str
        What tells the job: the first of its outputs.
    paths : iterable of str
        Its outputs; a folder stands for all that it holds.
    """
    files: Files = {path: [_digest(review / path), *_state(review / path)] for path in _files(review, paths)}
    with (review / NOTES).open("a", encoding="utf-8") as stream:
        stream.write(_line(job, files))


def to_make_anew(
    review: Path, made: Collection[str], on_request: Collection[str] = ()
) -> tuple[frozenset[str], list[str]]:
    """Find the outputs that are not as their jobs left them, or of which nothing is noted.

    What is as it was left costs a look at its size and times, no more.

    Parameters
    ----------
    review : Path
        The folder of the review.
    made : collection of str
        Every file that the rules make, by its path from that folder.
    on_request : collection of str
        Those of them that no plain run makes: one that is gone is not missed.

    Returns
    -------
    outputs : frozenset of str
        Outputs of the jobs that are to run again, one each at least.
    told : list of str
        What to tell the user, a sentence each; none if there was nothing.
    """
    noted = _tidied(review, made, on_request)
    other = {job: found for job, files in noted.items() if job in made and (found := _others(review, files))}
    known = {path for files in noted.values() for path in files}
    unknown = [path for path in sorted(made) if path not in known and (review / path).is_file()]
    told = []
    if found := sorted(path for paths in other.values() for path in paths) + (unknown if noted else []):
        told.append(f"{OTHER}, and so to be made anew: {few(found)}.")
    elif unknown:
        told.append("Nothing is noted of the run that made the files here: all are to be made anew.")
    return frozenset({*other, *unknown}), told


def not_as_noted(review: Path) -> list[str]:
    """Say, in a sentence, which files are gone or other than the last run left them; nothing if all are as they were.

    Parameters
    ----------
    review : Path
        The folder of the review.
    """
    noted = _read(_text(review))
    if not noted:
        return [f"Nothing is noted of the run that made the files here. {REMEDY}"]
    found = sorted(path for files in noted.values() for path in _others(review, files))
    return [f"{OTHER}: {few(found)}. {REMEDY}"] if found else []


def tidy(review: Path, made: Collection[str]) -> None:
    """Forget what is gone and made by no rule any more; arguments as for :func:`to_make_anew`."""
    _tidied(review, made, ())


def _tidied(review: Path, made: Collection[str], on_request: Collection[str]) -> dict[str, Files]:
    """Return what is noted and still counts, the files that are as they were with their times of now; note that."""
    before = _text(review)
    noted: dict[str, Files] = {
        job: {
            path: [left[0], *now] if (now := _state(review / path)) and _is_as_left(review / path, left, now) else left
            for path, left in files.items()
            if (job in made and path not in on_request) or (review / path).is_file()
        }
        for job, files in _read(before).items()
    }
    noted = {job: files for job, files in noted.items() if files}
    text = "".join(_line(job, files) for job, files in noted.items())
    if text != before:
        with suppress(OSError):  # a run that finds no place says so itself
            write_file(text, review / NOTES)
    return noted


def _others(review: Path, files: Mapping[str, list[str | int]]) -> list[str]:
    return [path for path, left in files.items() if not _is_as_left(review / path, left, _state(review / path))]


def _is_as_left(path: Path, left: list[str | int], now: list[int]) -> bool:
    # A folder in the place of a file has a state, too.
    return bool(now) and (now == left[1:] or (path.is_file() and _digest(path) == left[0]))


def _text(review: Path) -> str:
    try:
        return (review / NOTES).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _read(text: str) -> dict[str, Files]:
    """Read what is noted; a line that is not whole, of a run that was killed, says nothing, nor does a damaged one."""
    noted: dict[str, Files] = {}
    for line in text.splitlines():
        with suppress(ValueError, RecursionError):
            if _is_note(found := json.loads(line)):
                noted |= found
    return noted


def _is_note(found: Any) -> bool:
    return isinstance(found, dict) and all(
        isinstance(files, dict) and all(isinstance(left, list) and left for left in files.values())
        for files in found.values()
    )


def _line(job: str, files: Files) -> str:
    return json.dumps({job: files}) + "\n"


def _state(path: Path) -> list[int]:
    try:
        found = os.stat(path)  # noqa: PTH116 # a run looks at every file
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _digest(path: Path) -> str:
    """Return a digest of a file without the line that says that a page is out of date, which no job sets."""
    if path.suffix == ".html":
        return hashlib.sha256(path.read_bytes().replace(MARK.encode(), b"")).hexdigest()
    # Tables of many trials are larger than the memory that a run should take.
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(review: Path, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        place = review / path
        found = sorted(one for one in place.rglob("*") if one.is_file()) if place.is_dir() else [place]
        yield from (one.relative_to(review).as_posix() for one in found if one.is_file())
