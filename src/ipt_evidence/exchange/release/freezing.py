"""Write a release of the review: the same state always gives the same bytes."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.errors import EvidenceError
from ipt_evidence.exchange.release.components import BOM, LICENCES, bill_of_materials, locked
from ipt_evidence.exchange.release.contents import PROJECT, frozen_files
from ipt_evidence.exchange.release.crate import METADATA, crate
from ipt_evidence.extraction.settings import read_settings
from ipt_evidence.files import json_text, table_text, write_file
from ipt_evidence.messages import few
from ipt_evidence.reporting.as_left import not_as_noted
from ipt_evidence.reporting.changes.states import CODE, code_text, state_in
from ipt_evidence.reporting.citing import citation, commit_of
from ipt_evidence.reporting.made_from import citing_another, out_of_date

SUMS, UNFINISHED = "SHA256SUMS", ".unfinished"

LISTED = re.compile(r"([0-9a-f]{64})  (.+)")
UNLISTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What the lines of a list of checksums cannot hold."""


def freeze(review: Path, releases: Path) -> Path:
    """Freeze the state of a review as an RO-Crate in a folder named by the day of its last review.

    Parameters
    ----------
    review : Path
        The folder of the review, in which the pipeline has run.
    releases : Path
        Where releases are kept. A release of the same state is left as it is, damaged or not: :func:`check_release`.

    Returns
    -------
    Path
        The folder of the release.

    Raises
    ------
    EvidenceError
        If the tables are not those of the inputs, a file is not as the last run left it, reports show other tables or
        cite another commit, another state was released under the same day, or something else is in the place.
    """
    state_in(review)
    commit = commit_of(review)
    if faults := [*not_as_noted(review), *out_of_date(review), *citing_another(review, commit)]:
        raise EvidenceError("\n".join(["Nothing is released.", *faults]))
    settings = read_settings(review / "config/config.yaml")["review"]
    out = releases / str(settings["last_review"])
    files = dict(frozen_files(review))
    if unlisted := [name for name in files if UNLISTED.search(name)]:
        raise EvidenceError(
            "Nothing is released. A list of files holds no name with a line end, or that is not UTF-8: "
            f"{few(unlisted)}. Rename it, or move it away."
        )
    sums = {name: _digest(path.read_bytes()) for name, path in files.items()}
    written = _written(settings, files, sums, commit)
    sums |= {name: _digest(text.encode()) for name, text in written.items()}
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    if out.exists():
        _refuse_another(out, listed)
        return out
    _write(out, files, {**written, SUMS: listed})
    return out


def _refuse_another(out: Path, listed: str) -> None:
    """Refuse a place that holds anything but the release of the same state."""
    if not (out / SUMS).is_file():
        raise EvidenceError(f"{out}: is there and no release: {SUMS} is missing. Move it away")
    if _lines_of(out) != listed.splitlines():
        raise EvidenceError(
            f"{out}: holds another state of the review, released as of the same day. Set review.last_review in "
            "config/config.yaml to the day of the new state and run make, or move that release away"
        )


def _write(out: Path, files: Mapping[str, Path], texts: Mapping[str, str]) -> None:
    """Write a release beside its place and move it there, so that none is ever there in part."""
    draft = out.parent / UNFINISHED / out.name
    shutil.rmtree(draft, ignore_errors=True)  # what one that was killed left
    for name, path in files.items():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, draft / name)
    for name, text in texts.items():
        write_file(text, draft / name)
    draft.rename(out)
    draft.parent.rmdir()


def check_release(folder: Path) -> list[str]:
    """Return what is wrong with a release: files that are missing, changed, or not listed."""
    lines = _lines_of(folder)
    damaged = [number for number, line in enumerate(lines, start=1) if not LISTED.fullmatch(line)]
    listed = {found[2]: found[1] for found in map(LISTED.fullmatch, lines) if found}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {SUMS}
    faults = [f"{SUMS}: line {number} is no checksum with its file" for number in damaged]
    faults += [f"{name}: missing" for name in listed if name not in there]
    faults += [f"{name}: not listed in {SUMS}" for name in sorted(there - set(listed))]
    faults += [
        f"{name}: changed"
        for name, digest in listed.items()
        if name in there and _digest((folder / name).read_bytes()) != digest
    ]
    return faults


def _lines_of(release: Path) -> list[str]:
    """Return the lines of a list, damaged ones too."""
    return (release / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()


def _written(
    settings: Mapping[str, Any], files: Mapping[str, Path], sums: Mapping[str, str], commit: str
) -> dict[str, str]:
    """Return what is in no other place: digests of the program, its libraries, how to cite, and the description."""
    cited = citation(settings, commit)
    code = code_text(PROJECT)
    cite = f"{cited.text}\n\n{cited.bibtex}\n"
    libraries = locked(PROJECT / "requirements/main.txt")
    licences = [(library.name, library.version, library.licence) for library in libraries]
    day = date.fromisoformat(str(settings["last_review"]))
    texts = {
        CODE: code,
        "CITE.txt": cite,
        BOM: bill_of_materials(libraries, "ipt-evidence", version("ipt-evidence"), day),
        LICENCES: table_text(pd.DataFrame(licences, columns=["library", "version", "licence"])),
    }
    sizes = {name: path.stat().st_size for name, path in files.items()}
    sizes |= {name: len(text.encode()) for name, text in texts.items()}
    digests = {**sums, **{name: _digest(text.encode()) for name, text in texts.items()}}
    described = crate(
        settings, sizes, dict(sorted(digests.items())), version=version("ipt-evidence"), commit=commit, cite=cited.text
    )
    return {**texts, METADATA: json_text(described)}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
