"""The states of a review that can be compared: folders where the pipeline ran, and releases."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.settings import read_settings
from ipt_evidence.files import UnreadableError, read_json, read_table
from ipt_evidence.imports import PACKAGE

RELEASES, CODE = "releases", "code.json"
"""Where releases are kept, and the file of a release that holds the digests of the program."""

PROGRAM = ("src/ipt_evidence", "requirements/main.txt")
"""What of a checkout decides the tables: the package and the locked libraries."""


APART = tuple(f"src/ipt_evidence/{part}/" for part in ("cli", "exchange", "reporting"))
"""Parts of the program that no answer, label, verdict or sentence comes from."""


@dataclass(frozen=True, slots=True)
class State:
    """A state of a review whose tables are there.

    Attributes
    ----------
    name : str
        What people call it.
    folder : Path
        Holds ``config``, ``data/raw`` and ``data/processed``.
    code : mapping of str to str or None
        Digests of the files of the program that made the tables, by path; None if that is not recorded.
    """

    name: str
    folder: Path
    code: Mapping[str, str] | None


def state_in(folder: Path, name: str = "") -> State:
    """Return the state of a review in a folder where the pipeline ran, or of a release.

    Parameters
    ----------
    folder : Path
        Holds ``config``, ``data/raw`` and ``data/processed``.
    name : str
        What to call it; its path if none is given.

    Raises
    ------
    EvidenceError
        If something is missing, or its inputs are no longer what its tables were made from.
    """
    called = name or folder.as_posix()
    for part in ("config/config.yaml", "data/raw", "data/processed/claims.csv"):
        if not (folder / part).exists():
            raise EvidenceError(f"{called}: no state of a review: {part} is missing. Run the pipeline there: make")
    inputs = read_table(folder / "data/processed/inputs.csv")
    if not {"file", "sha256"} <= {*inputs}:
        raise UnreadableError(folder / "data/processed/inputs.csv", "it lists no files with their checksums")
    edited = [
        file
        for file, digest in inputs[["file", "sha256"]].itertuples(index=False)
        if not (path := _below(folder, file)).is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest
    ]
    edited += ["config/config.yaml"] if _other_settings(folder) else []
    if edited:
        raise EvidenceError(
            f"{called}: {', '.join(edited)}: not what its tables were made from. Run the pipeline there again: make"
        )
    return State(called, folder, code_of(folder))


def _other_settings(folder: Path) -> bool:
    """Tell whether the settings are no longer those of the reports; without reports they count as the same."""
    document = folder / "reports/evidence.json"
    if not document.is_file():
        return False
    settings = read_settings(folder / "config/config.yaml")
    shown = read_json(document)
    if not isinstance(shown, dict) or "settings" not in shown:
        raise UnreadableError(document, "it holds no settings")
    return bool(shown["settings"] != json.loads(json.dumps(settings, default=str)))


def _below(folder: Path, file: str) -> Path:
    """Return where an input lies; tables made elsewhere name it by the way from there."""
    parts = Path(file).parts
    start = next((place for place, part in enumerate(parts) if part in ("data", "config")), 0)
    return folder.joinpath(*parts[start:])


def code_of(folder: Path) -> dict[str, str] | None:
    """Return the digests of the program that a folder holds or a release recorded; None if neither does."""
    if (folder / CODE).is_file():
        return dict(read_json(folder / CODE))
    return code_digests(folder) if (folder / PROGRAM[0]).is_dir() else None


def code_digests(folder: Path) -> dict[str, str]:
    """Return the digest of every file of the program in a checkout that decides the tables, by path."""
    files = [path for part in PROGRAM for path in sorted((folder / part).rglob("*.py")) or [folder / part]]
    found = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return {path: digest for path, digest in found.items() if not path.startswith(APART)}


def this_run(review: Path) -> State:
    """Return the state that a run of the pipeline is making: its tables are there, its reports may not be."""
    return State("this run", review, code_digests(PACKAGE.parents[1]))


def runs_now(state: State) -> bool:
    """Tell whether the program that runs is the one that made the tables of a state, as far as that is recorded."""
    return state.code is None or state.code == code_digests(PACKAGE.parents[1])


def last_release(folder: Path) -> Path | None:
    """Return the latest release that is kept in the folder of a review; None if there is none."""
    found = sorted(path.parent for path in (folder / RELEASES).glob(f"*/{CODE}"))
    return found[-1] if found else None


def code_text(folder: Path) -> str:
    """Return the digests of the program as JSON."""
    return json.dumps(code_digests(folder), indent=1, sort_keys=True) + "\n"
