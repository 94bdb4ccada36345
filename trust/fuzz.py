"""Hostile files at every door: what a reader is given, it takes as text or refuses by name; nothing else ever happens.

``python trust/fuzz.py`` from the root, ``--files 200`` for so many files a reader. Hypothesis spoils a sound file of
each kind: bytes cut, doubled, exchanged, and hostile pieces set in (markup, script, control and direction characters,
formulas, paths, tags of YAML, entities of XML, long cells). The markers are harmless. A reader that ends in anything
but a result or a refusal, that takes too long, writes outside its folder or lets a formula into a report has failed;
the smallest file that shows it is printed. The raw tables, the plan, the vocabulary, the settings and the files of the
guides of a review are readers too.
"""

import argparse
import csv
import io
import shutil
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import yaml
from copies import ROOT, record, state, tell
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ipt_evidence.errors import EvidenceError
from ipt_evidence.exchange import READERS, write_import
from ipt_evidence.exchange.column_map import mapped_sheet, parse_map, read_map
from ipt_evidence.exchange.kinds import kind_of, other_program
from ipt_evidence.exchange.metapsy.importing import read_mapped
from ipt_evidence.extraction.breaches import errors_in
from ipt_evidence.extraction.inputs import examine
from ipt_evidence.extraction.schemas import RAW_FILES
from ipt_evidence.extraction.settings import settings_breaches
from ipt_evidence.files import ARMED
from ipt_evidence.plain_yaml import read_plain

SAMPLES = ROOT / "tests/exchange/samples"
MINI = ROOT / "tests/mini"

PIECES = (
    b"<script>document.title='MARK'</script>", b"<img src=x onerror=alert(1)>", b"&lt;b&gt;", b"]]>", b"<!--",
    b"{{ 7*7 }}", b"{% raw %}", b"=1+1", b"@SUM(1)", b"+cmd|' /C calc'!A0", b"-2+3", b"\t=1", b"../../etc/hostname",
    b"/etc/hostname", b"C:\\x", b"file:///etc/hostname", b"\x00", b"\x1b[31m", b"\x7f", "\u202emark\u202c".encode(),
    "\u2066".encode(), "\ufeff".encode(), b"\xff\xfe", b"\xed\xa0\x80", "e\u0301".encode() * 40,
    b"!!python/object/apply:os.getcwd []", b"&a [*a]", b"<<: *a", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;",
    b"<?xml version='1.0' encoding='utf-7'?>", b"\\input{x}", b"\\href{javascript:1}{x}", b"${x}", b"%s%n", b"1e999",
    b"nan", b"-inf", b"9" * 400, b"x" * 140_000, b'"', b"'", b"\n", b"\r", b",", b";", b"\t", b"[" * 300, b"{" * 300,
    b"TY  - JOUR\n", b"ER  - \n", b"@article{x,",
)  # fmt: skip

# Places all over a file: hypothesis by itself prefers its ends.
PLACES = st.integers(0, 2**32 - 1).map(lambda number: number * 2654435761 % 2**32 / 2**32)
EDIT = st.tuples(
    PLACES,
    st.one_of(
        st.sampled_from(PIECES).map(lambda piece: ("in", piece)),
        st.integers(1, 400).map(lambda count: ("cut", count)),
        st.binary(min_size=1, max_size=3).map(lambda some: ("over", some)),
        st.integers(1, 2000).map(lambda count: ("double", count)),
    ),
)
EDITS = st.lists(EDIT, min_size=1, max_size=4)

MAPS = {
    "distiller": parse_map(
        ("study=First author and year", "condition_arm1=Arm 1", "condition_arm2=Arm 2", "instrument=Scale",
         *(f"{name}_arm{arm}={title} arm {arm}" for arm in (1, 2) for name, title in
           (("mean", "Mean"), ("sd", "SD"), ("n", "N"))))
    ),
}  # fmt: skip
"""Of kinds whose columns are a form of one's own, and are refused without a map."""

SLOW = 30.0
"""Seconds after which a reader counts as hung."""


def spoilt(data: bytes, edits: list) -> bytes:
    for share, (what, piece) in edits:
        place = int(share * len(data))
        if what == "in":
            data = data[:place] + piece + data[place:]
        elif what == "cut":
            data = data[:place] + data[place + piece :]
        elif what == "over":
            data = data[:place] + piece + data[place + len(piece) :]
        else:
            data = data[: place + piece] + data[place:]
    return data


def spoilt_archive(data: bytes, edits: list) -> bytes:
    """Spoil one part of an archive, by the first edit, and pack it again: spoilt as a whole, none would open."""
    with zipfile.ZipFile(io.BytesIO(data)) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    name = sorted(parts)[int(edits[0][0] * (len(parts) - 1))]
    parts[name] = spoilt(parts[name], edits)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return packed.getvalue()


def package() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted((SAMPLES / "package").rglob("*.*")):
            archive.write(path, path.relative_to(SAMPLES / "package").as_posix())
    return packed.getvalue()


def samples() -> dict[str, list[tuple[str, bytes]]]:
    """Return sound files by the kind that reads them."""
    found: dict[str, list[tuple[str, bytes]]] = {kind: [] for kind in READERS}
    files = (path for folder in (SAMPLES, ROOT / "tests/cli/files") for path in folder.rglob("*.*"))
    for path in sorted(path for path in files if path.suffix not in (".py", ".txt") and path.stat().st_size):
        kind = kind_of(path)
        if kind in found:
            found[kind].append((path.suffix, path.read_bytes()))
    found["revman"].append((".zip", package()))
    found["workbook"].append((".xlsx", (ROOT / "tests/exchange/workbook/missing_drawing.xlsx").read_bytes()))
    found["bibtex"].append((".bib", (MINI / "raw/references.bib").read_bytes()))
    found["nbib"] = found["nbib"] or [(".nbib", b"PMID- 1\nFAU - Doe, N.\nTI  - T\nJT  - J\nDP  - 2001\n")]
    found["references"].append((".csv", b'Title,Authors,Year,DOI\nA trial,"Doe, N.",2001,10.1000/1\n'))
    return found


def door(kind: str, file: Path, out: Path) -> str:
    """Import a file as the command line does; return what came of it."""
    kind_of(file)
    other_program(file)
    imported = read_mapped(file, mapped_sheet(file, MAPS[kind])) if kind in MAPS else READERS[kind](file)
    if not imported.counts:
        return "refused"
    for path in write_import(imported, out, force=True):
        assert out in path.parents, f"{path} is outside"
    # Raw tables keep every cell to the letter; the reports beside them are made to be looked at.
    for path in (path for path in out.glob("*.csv") if path.name not in RAW_FILES):
        formulas = [cell for row in written(path) for cell in row if ARMED.match(cell) and cell[0] != "'"]
        assert not formulas, f"{path.name} lets formulas through: {formulas[:3]}"
    return "taken"


def written(path: Path) -> list[list[str]]:
    """Return the cells of a table, however long they are."""
    usual = csv.field_size_limit(2**31 - 1)  # it belongs to the whole program
    try:
        with path.open(encoding="utf-8", newline="") as opened:
            return list(csv.reader(opened))
    finally:
        csv.field_size_limit(usual)


def of_review(file: Path, content: bytes) -> str:
    """Examine a review in which one file is spoilt; return what came of it."""
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(shutil.copytree(MINI, Path(scratch) / "base"))
        (base / file).write_bytes(content)
        found = examine(base / "raw", base / "vocabulary", base / "questions.csv", base / "strength_rules.csv", "ipt")
    return "refused" if errors_in(found.findings) else "taken"


def of_settings(content: bytes) -> str:
    try:
        read = read_plain(content.decode())
    except (yaml.YAMLError, UnicodeDecodeError):
        return "refused"
    return "refused" if settings_breaches(read, "config.yaml") else "taken"


def tried(reader: str, sources: list, read: Callable, count: int) -> tuple[Counter, str]:
    """Give so many spoilt files to a reader; return what came of them, and what was wrong."""
    counts: Counter[str] = Counter()

    @seed(len(reader))
    @settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False,
        phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(st.sampled_from(range(len(sources))), EDITS)
    def give(which: int, edits: list) -> None:
        name, data = sources[which]
        content = spoilt_archive(data, edits) if data.startswith(b"PK") else spoilt(data, edits)
        begun = time.monotonic()
        try:
            counts[read(name, content)] += 1
        except EvidenceError:
            counts["refused"] += 1
        assert time.monotonic() - begun < SLOW, "it takes too long"

    try:
        give()
    except Exception as failure:  # whatever a reader does that it should not
        notes = "\n".join(getattr(failure, "__notes__", ()))
        return counts, f"{type(failure).__name__}: {str(failure)[:300]}\n{notes[-1500:]}"
    return counts, ""


def through(kind: str) -> Callable[[str, bytes], str]:
    def read(suffix: str, content: bytes) -> str:
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / f"given{suffix}"
            file.write_bytes(content)
            return door(kind, file, Path(scratch) / "out")

    return read


def mapped(suffix: str, content: bytes) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / f"given{suffix}"
        file.write_bytes(content)
        read_map(file)
    return "taken"


def readers() -> dict[str, tuple[list, Callable, float]]:
    """Return for each reader sound files, how it reads, and its share of the files: a whole review takes longer."""
    found = {kind: (given, through(kind), 1.0) for kind, given in samples().items()}
    parts = [(path.relative_to(MINI), path.read_bytes()) for path in sorted(MINI.rglob("*.*"))]
    found["files of a review"] = (parts, of_review, 0.5)
    found["settings"] = ([("", (ROOT / "config/config.yaml").read_bytes())], lambda _, data: of_settings(data), 0.2)
    found["column map"] = ([(".yaml", b"study: author\ncondition_arm1: '=ipt'\ncondition_arm2: '=cau'\n")], mapped, 1.0)
    return found


def main() -> None:
    warnings.simplefilter("ignore")  # of libraries, on files that are meant to be odd
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--files", type=int, default=200)
    asked.add_argument("--reader", help="only this one")
    given_ = asked.parse_args()
    lines, of = [], state()
    if not given_.reader:
        record("fuzz", [], of)
    for reader, (sources, read, share) in readers().items():
        if given_.reader in (None, reader):
            counts, wrong = tried(reader, sources, read, max(int(given_.files * share), 10))
            said = f"{counts['taken']} taken, {counts['refused']} refused"
            tell(f"{reader:18} {sum(counts.values()):6} files: {wrong or said}")
            lines.append(
                {"what": reader, "how": f"{sum(counts.values())} spoilt files", "found": wrong.split("\n")[0] or said,
                 "held": not wrong}
            )  # fmt: skip
    held = all(line["held"] for line in lines) if given_.reader else record("fuzz", lines, of)
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
