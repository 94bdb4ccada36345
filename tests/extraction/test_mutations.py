"""More than a hundred spoilt files: the evidence base loads whole, or is refused with every place; never half of it."""

import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.evidence import Evidence, evidence_of
from ipt_evidence.extraction.export import write_tables
from ipt_evidence.extraction.inputs import examine, sound
from ipt_evidence.extraction.schemas import RAW_TABLES
from loading import load_evidence

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "mini"

MINI_FILES = sorted(path.relative_to(MINI).as_posix() for path in MINI.rglob("*") if path.is_file())
CELLS = (
    "", " ", "0", "-1", "-0", "1e999", "nan", "inf", "NA", "9" * 400, "٣", "1,5", "0x10", "true", "TRUE", "None",
    "=cmd|' /C calc'!A0", "@SUM(1)", "<script>alert(1)</script>", "[red]x[/red]", "{{ 7*7 }}", "{% raw %}", "%s%n",
    "../../etc/passwd", "a;b", "x=y; z=w", "trial_id=", "\x00", "\x1b[31m", "\u202e", "\ufeff", "\ud7ff", "a\r\nb",
    '"', '""', "'", "`", "\\", "𝔘𝔫𝔦", "e\u0301" * 50, "10.1000/xyz", "symptom_severity", "ipt", "alpha2001",
)  # fmt: skip
SNIPPETS = (
    "{",
    "}",
    "@article{x,",
    "@",
    '"',
    "\\",
    "%",
    ":",
    "- ",
    "\t",
    "\x00",
    "[",
    "&a",
    "*a",
    "!!python/object:os",
    "\n\n",
)
WEIGHED = ("trials", "arms", "outcomes", "contrasts", "doubts", "corrections", "instruments")
"""Tables that the plausibility checks look at."""

ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "cp500", "utf-7")


@dataclass(frozen=True)
class Mutation:
    """What is done to one file; ``what`` says it where a test fails."""

    file: str
    what: str
    apply: Callable[[Path], None]

    def __repr__(self) -> str:
        return f"{self.file}: {self.what}"


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        path.write_bytes(change(path.read_bytes()))

    return apply


def _text(change: Callable[[str], str]) -> Callable[[Path], None]:
    return _bytes(lambda data: change(data.decode("utf-8")).encode("utf-8", "surrogatepass"))


def _into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _cell(row: int, column: int, value: str) -> Callable[[str], str]:
    """Type ``value`` into a cell, found by its commas: quoted cells are torn, as by a careless editor."""

    def change(text: str) -> str:
        lines = text.split("\n")
        at = row % max(len(lines) - 1, 1)
        cells = lines[at].split(",")
        cells[column % len(cells)] = value
        lines[at] = ",".join(cells)
        return "\n".join(lines)

    return change


def _swapped(first: int, second: int) -> Callable[[str], str]:
    def change(text: str) -> str:
        rows = [line.split(",") for line in text.split("\n")]
        for cells in rows:
            one, other = first % len(cells), second % len(cells)
            cells[one], cells[other] = cells[other], cells[one]
        return "\n".join(",".join(cells) for cells in rows)

    return change


def _line(at: int, change: Callable[[list[str], int], list[str]]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        lines = text.split("\n")
        return "\n".join(change(lines, at % len(lines)))

    return changed


@st.composite
def mutations(draw, files):
    """Draw one way to spoil one of ``files``."""
    file = draw(st.sampled_from(files))
    kinds = ["bytes", "cut", "encoding", "line ends", "deleted", "emptied", "snippet", "line", "folder", "noise"]
    kind = draw(
        st.sampled_from(kinds + ["cell"] * 10 + ["columns"] * 2 if file.endswith(".csv") else kinds + ["snippet"] * 4)
    )
    numbers = st.integers(0, 10_000)
    first, second = draw(numbers), draw(numbers)
    if kind == "cell":
        value = draw(st.sampled_from(CELLS) | st.text(max_size=20) | st.floats().map(str))
        return Mutation(file, f"cell {first}, {second} = {value!r}", _text(_cell(first, second, value)))
    if kind == "columns":
        return Mutation(file, f"columns {first} and {second} exchanged", _text(_swapped(first, second)))
    if kind == "encoding":
        name = draw(st.sampled_from(ENCODINGS))
        spoilt = lambda text: (text + "naïve – é\n").encode(name, "replace")  # noqa: E731
        return Mutation(file, name, _bytes(lambda data: spoilt(data.decode("utf-8"))))
    if kind == "snippet":
        snippet = draw(st.sampled_from(SNIPPETS))
        return Mutation(file, f"{snippet!r} at {first}", _text(lambda text: _inserted(text, first, snippet)))
    return Mutation(file, f"{kind} {first}", _whole(kind, first))


def _inserted(text: str, at: int, snippet: str) -> str:
    place = at % (len(text) + 1)
    return text[:place] + snippet + text[place:]


def _whole(kind: str, seed: int) -> Callable[[Path], None]:
    noise = random.Random(seed).randbytes(64)
    changes: dict[str, Callable[[Path], None]] = {
        "bytes": _bytes(lambda data: data[: seed % len(data)] + noise[:3] + data[seed % len(data) + 3 :]),
        "cut": _bytes(lambda data: data[: seed % len(data)]),
        "line ends": _bytes(lambda data: data.replace(b"\n", (b"\r\n", b"\r", b"\x0b\n")[seed % 3])),
        "deleted": Path.unlink,
        "emptied": _bytes(lambda data: b"\n" * (seed % 3)),
        "line": _text(_line(seed, lambda lines, at: [*lines[:at], *[lines[at]] * (seed % 2 * 2), *lines[at + 1 :]])),
        "folder": _into_a_folder,
        "noise": _bytes(lambda data: data + noise),
    }
    return changes[kind]


def assert_whole_or_refused(base: Path, mutation: Mutation) -> None:
    """Load and write the evidence base: every table, or no file and an error that names places."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        try:
            write_tables(_loaded(base, weighed=Path(mutation.file).stem in WEIGHED), out)
        except ExtractionError as error:
            assert not out.exists()
            assert_places_are_named(error, base)
            return
        assert len(list(out.iterdir())) == len(RAW_TABLES) + 2


def _loaded(base: Path, *, weighed: bool) -> Evidence:
    """Load the evidence base; where the plausibility checks look at what was spoilt, with them."""
    raw, vocabulary = base / "raw", base / "vocabulary"
    if not weighed:
        return load_evidence(raw, vocabulary)
    examination = examine(raw, vocabulary, base / "questions.csv", base / "strength_rules.csv", "ipt")
    assert all(str(finding).isprintable() for finding in examination.findings)
    return evidence_of(sound(examination).draft)


def assert_places_are_named(error: ExtractionError, base: Path) -> None:
    """Every problem must name a file of the evidence base, a rule and a remedy."""
    assert error.breaches
    for breach in error.breaches:
        assert breach.level == "error"
        assert breach.file.startswith(base.as_posix())
        assert breach.rule
        assert breach.remedy
        assert len(str(breach)) < 5_000


@settings(max_examples=48, deadline=None, derandomize=True, database=None)
@given(mutations(MINI_FILES))
def test_a_spoilt_base_is_whole_or_refused(mutation):
    with tempfile.TemporaryDirectory() as folder:
        base = Path(shutil.copytree(MINI, Path(folder) / "base"))
        mutation.apply(base / mutation.file)
        assert_whole_or_refused(base, mutation)


REAL_FILES = [f"raw/{name}.csv" for name in ("outcomes", "arms", "contrasts", "trials", "doubts", "corrections")]


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(mutations(REAL_FILES))
def test_the_real_tables_spoilt_are_whole_or_refused(mutation):
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        shutil.copytree(ROOT / "data" / "raw", base / "raw", copy_function=shutil.copyfile)
        shutil.copytree(ROOT / "config" / "vocabulary", base / "vocabulary", copy_function=shutil.copyfile)
        for name in ("questions.csv", "strength_rules.csv"):
            shutil.copyfile(ROOT / "config" / name, base / name)
        mutation.apply(base / mutation.file)
        assert_whole_or_refused(base, mutation)


def test_a_cell_of_ten_megabytes_is_refused_in_one_short_line(mini):
    mini.swap("raw/trials.csv", "Two sites.", "x" * 10_000_000)
    (problem,) = mini.problems()
    assert problem.startswith("raw/trials.csv:2: ")
    assert len(problem) < 1_000


def test_what_is_said_of_a_bibliography_field_of_a_megabyte_is_short(mini):
    mini.swap("raw/references.bib", "title = {", "title = {" + "x" * 1_000_000)
    examination = examine(mini.raw, mini.vocabulary, mini.questions, mini.rules, "ipt")
    assert all(len(str(finding)) < 1_000 for finding in examination.findings)


def test_a_byte_order_mark_and_carriage_returns_change_nothing(mini):
    expected = mini.load()
    for path in mini.raw.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert mini.load().outcomes.equals(expected.outcomes)
