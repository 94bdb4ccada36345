"""ipt-evidence import, as a person at a terminal meets it."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.exchange import NAMES
from ipt_evidence.extraction.evidence import draft_evidence
from ipt_evidence.extraction.schemas import RAW_TABLES

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "exchange" / "samples"
GIVEN = ("--fill", "trials.phase=acute", "--fill", "trials.condition=depression")


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, ["import", *map(str, arguments)])


def test_a_table_of_references_in_columns_of_ones_own_is_read_by_its_map(run, tmp_path):
    file = tmp_path / "works.csv"
    file.write_text(
        "Nr;Titel der Arbeit;Autoren;Jahr;Zeitschrift\n1;Über Trauer;Müller, Änne;2019;Hefte\n", encoding="utf-8"
    )
    columns = {"title": "Titel der Arbeit", "author": "Autoren", "year": "Jahr", "journal": "Zeitschrift"}
    given = [item for name, column in columns.items() for item in ("--map", f"{name}={column}")]
    result = run(file, "--out", tmp_path / "first", *given)
    assert (result.exit_code, result.stderr) == (0, "")
    # The map is kept beside the file.
    assert run(file, "--out", tmp_path / "again").exit_code == 0
    first, again = ((tmp_path / name / "references.bib").read_text("utf-8") for name in ("first", "again"))
    assert first == again
    assert "author = {Müller, Änne}" in first
    assert "title = {{Über Trauer}}" in first
    assert "journal = {Hefte}" in first
    assert "nr" in (tmp_path / "first" / "import_report.csv").read_text("utf-8")


def test_a_map_of_references_is_held_to_their_fields_and_to_the_columns_there_are(run, tmp_path):
    file = tmp_path / "works.csv"
    file.write_text("Titel;Autoren;Jahr\nOne;Doe, J;2019\n", encoding="utf-8")
    refused = run(file, "--map", "title=Titel", "--map", "auhor=Autoren").stderr
    assert "auhor: no field of a reference has this name. Correct it: did you mean author?" in refused
    assert "year: the map must name it. Add year=COLUMN." in refused
    refused = run(file, "--map", "title=Titel", "--map", "author=Autoren", "--map", "year=Jhar").stderr
    assert (
        "the map names a column that the first row does not have: Jhar. Correct the map: did you mean jahr?" in refused
    )
    assert not (tmp_path / "works.csv.map.yaml").exists()


def test_a_metapsy_file_is_imported_and_told(run, tmp_path):
    result = run("metapsy", SAMPLES / "metapsy.csv", "--out", tmp_path, *GIVEN)
    assert (result.exit_code, result.stderr) == (0, "")
    said = " ".join(result.stdout.split())
    assert "trials │ 39" in said
    assert "42 of 45 rows agree with the file to 1e-6. 2 more differ by its rounding alone." in said
    assert "contradicts line ... on the arm cau ...; the row is left, line ... is kept" in said
    assert "treatment 'bat'" in said
    assert "trials.phase" not in said
    assert f"Next: ipt-evidence merge {tmp_path} --plan" in said
    with (tmp_path / "mismatches.csv").open(encoding="utf-8", newline="") as file:
        assert {row["line"]: row["reason"] for row in csv.DictReader(file)} == {
            "24": "nothing to compute it from, missing: sd_arm1, sd_arm2",
            "29": "the file has no .g although its figures give one",
            "30": "sign turned against the other rows of the file",
            "31": "the file has rounded values",
            "32": "the file has rounded values",
        }


@pytest.mark.parametrize(("kind", "file"), [("metapsy", "metapsy.csv"), ("revman", "review.rm5")])
def test_what_is_imported_passes_the_checks_but_for_what_the_file_cannot_say(run, tmp_path, kind, file):
    assert run(kind, SAMPLES / file, "--out", tmp_path, *GIVEN, "--fill", "sources.licence=none stated").exit_code == 0
    for name, schema in RAW_TABLES.items():
        if not (tmp_path / f"{name}.csv").exists():
            (tmp_path / f"{name}.csv").write_text(",".join(schema.columns) + "\n", encoding="utf-8")
    for name, content in {"references.bib": "", "guide_references.bib": "", "guides.yaml": "[]\n"}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    _, breaches = draft_evidence(tmp_path, ROOT / "config" / "vocabulary")
    errors = {(Path(breach.file).name, breach.column) for breach in breaches if breach.level == "error"}
    assert errors <= {("trials.csv", "citekey"), ("arms.csv", "treatment"), ("guides.yaml", "")}


def test_nothing_is_overwritten_without_force(run, tmp_path):
    run("revman", SAMPLES / "review.rm5", "--out", tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    again = run("metapsy", SAMPLES / "metapsy.csv", "--out", tmp_path)
    assert again.exit_code == 1
    assert f"{tmp_path.as_posix()}/trials.csv: the file is there already" in again.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert run("metapsy", SAMPLES / "metapsy.csv", "--out", tmp_path, "--force").exit_code == 0
    assert (tmp_path / "trials.csv").read_bytes() != before["trials.csv"]


def test_an_import_into_a_review_is_written_to_both_folders_or_to_none(run, tmp_path):
    (tmp_path / "raw").write_text("mine", encoding="utf-8")
    result = run(SAMPLES / "metapsy.csv", "--out", tmp_path / "out", "--into", tmp_path / "raw")
    assert result.exit_code == 1
    place = f"{tmp_path.as_posix()}/raw: the folder cannot be written to"
    assert place in result.stderr
    assert "Choose another folder with --out or --into" in result.stderr
    assert list((tmp_path / "out").glob("**/*")) == []


def test_what_was_imported_does_not_replace_the_review_it_goes_into(run, tmp_path):
    shutil.copy(ROOT / "data" / "raw" / "trials.csv", tmp_path)
    before = (tmp_path / "trials.csv").read_bytes()
    result = run(SAMPLES / "metapsy.csv", "--out", tmp_path, "--into", tmp_path / ".", "--force")
    assert result.exit_code == 1
    assert "this is the folder of --into, whose tables it would replace; choose another one" in result.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"trials.csv": before}


MISUSES = {
    (".",): "the file cannot be read (Is a directory)",
    ("excel", "x.csv"): "there is no kind 'excel'; choose one of metapsy, revman,",
    ("metapsy", "none.csv"): "none.csv: there is no such file. Check the name and the folder.",
    ("metapsy", SAMPLES / "review.rm5"): "this is not a file in the Metapsy data standard",
    ("revman", SAMPLES / "make_metapsy.py"): "this is no RevMan export",
    ("revman", SAMPLES / "review.rm5", "--fill", "phase"): "--fill phase: write it as TABLE.COLUMN=VALUE",
    ("revman", SAMPLES / "review.rm5", "--fill", "trials.age=3"): "this import has no column age in a table trials",
}


@pytest.mark.parametrize("arguments", MISUSES, ids=str)
def test_misuse_is_a_message_and_writes_nothing(run, tmp_path, arguments):
    result = run(*arguments, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert MISUSES[arguments] in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_of_which_nothing_can_be_taken_is_no_success(run, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("study;condition_arm1;condition_arm2\n;cbt;cau\n", encoding="utf-8")
    result = run("metapsy", path, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "nothing could be taken\n  line 2: row: study: empty" in result.stderr
    assert not (tmp_path / "out").exists()


def test_text_of_the_file_is_no_markup(run, tmp_path):
    path = tmp_path / "markup.csv"
    path.write_text("study;condition_arm1;condition_arm2;[red]x[/red]\nAsh, 2001;cbt;cau;1\n", encoding="utf-8")
    result = run("metapsy", path, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "column [red]x[/red]" in result.stdout


def test_without_a_vocabulary_the_words_are_not_compared(run, tmp_path):
    result = run("revman", SAMPLES / "review.rm5", "--out", tmp_path / "out", "--vocabulary", tmp_path / "none")
    assert result.exit_code == 0
    assert "not found, so words were not compared: use --vocabulary" in result.stdout


FILES = ROOT / "tests" / "cli" / "files"
CASES = ROOT / "tests" / "exchange" / "metapsy" / "cases"


@pytest.mark.parametrize("file", ["metapsy.csv", "review.rm5", "revman5.csv", "revmanweb.csv"])
def test_the_kind_of_a_file_need_not_be_named(run, tmp_path, file):
    result = run(SAMPLES / file, "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (tmp_path / "out" / "trials.csv").exists()


def test_a_file_alone_suffices(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(FILES / "references.ris")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "imported" / "references" / "references.bib").exists()


def test_a_file_of_another_kind_is_named_with_the_way_to_import_it(run, tmp_path):
    result = run("nbib", FILES / "references.ris", "--out", tmp_path / "out")
    path = FILES / "references.ris"
    assert (result.exit_code, result.stderr) == (
        1,
        f"{path}: this is not PubMed's NBIB: this is RIS. Use: ipt-evidence import ris {path}\n",
    )


REFERENCES = {
    "csl": "csl.json",
    "pubmed": "pubmed.xml",
    "endnote": "endnote.xml",
    "crossref": "crossref.json",
    "openalex": "openalex.json",
}


@pytest.mark.parametrize("kind", REFERENCES)
def test_references_of_every_kind_are_known_and_no_other_kind_takes_them(run, tmp_path, kind):
    path = SAMPLES / "references" / REFERENCES[kind]
    assert run(path, "--out", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "references.bib").exists()
    for wrong in ("csl", "crossref", "openalex", "pubmed", "ris"):
        if wrong != kind:
            result = run(wrong, path, "--out", tmp_path / wrong)
            assert result.exit_code == 1
            assert f": this is {NAMES[kind]}. Use: ipt-evidence import {kind} {path}" in result.stderr
            assert not (tmp_path / wrong).exists()


FOREIGN = {
    '<?xml version="1.0"?><article><front/></article>': "this is XML of another kind, which cannot be imported.",
    '[{"type": "article-journal"}]': "this is JSON, which cannot be imported.",
    "%0 Journal Article\n%T A trial\n": "this is EndNote's tagged form (.enw), which cannot be imported.",
    "a;b\n1;2\n": "what kind of file it is cannot be told from its content. Name it: ipt-evidence import KIND",
}


@pytest.mark.parametrize("text", FOREIGN)
def test_files_of_other_programs_are_named(run, tmp_path, text):
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    result = run(path, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert FOREIGN[text] in result.stderr


def test_a_metapsy_workbook_is_imported_like_the_text(run, tmp_path):
    (workbook,) = CASES.glob("20-*")
    (text,) = CASES.glob("02-*")
    for path, folder in ((workbook, "book"), (text, "text")):
        assert run(path, "--out", tmp_path / folder).exit_code == 0
    for name in ("outcomes.csv", "arms.csv", "trials.csv"):
        book, plain = ((tmp_path / folder / name).read_text(encoding="utf-8") for folder in ("book", "text"))
        assert book.replace("metapsy_20_metapsy_workbook", "x") == plain.replace("metapsy_02_sign_mechanical", "x")


def test_what_is_the_condition_of_the_trial_becomes_target(run, tmp_path):
    (path,) = CASES.glob("04-*")
    assert run(path, "--out", tmp_path / "out", "--fill", "trials.condition=late_life_depression").exit_code == 0
    with (tmp_path / "out" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        domains = {row["instrument"]: row["domain"] for row in csv.DictReader(file)}
    assert domains == {"PSWQ": "anxiety", "BDI": "target", "WHOQOL": "quality_of_life", "CSQ-8": ""}


def test_a_file_that_contradicts_itself_writes_nothing(run, tmp_path):
    (path,) = CASES.glob("05-*")
    result = run(path, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "by a factor of 100: a decimal point was lost in the means" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_table_of_ones_own_is_imported_by_a_map_that_is_kept(run, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("author,m1i,m2i\nAsh 2001,10,12\n", encoding="utf-8")
    named = {
        "study": "author",
        "condition_arm1": "=ipt",
        "condition_arm2": "=tau",
        "mean_arm1": "m1i",
        "mean_arm2": "m2i",
    }
    options = [part for name, column in named.items() for part in ("--map", f"{name}={column}")]
    result = run(path, "--out", tmp_path / "out", *options)
    assert result.exit_code == 0, result.output
    assert "First rows, as the column map reads them" in " ".join(result.stdout.split())
    assert (
        (tmp_path / "mine.csv.map.yaml").read_text(encoding="utf-8").startswith("study: author\ncondition_arm1: =ipt\n")
    )
    again = run(path, "--out", tmp_path / "again")
    assert again.exit_code == 0, again.output
    for name in ("arms.csv", "outcomes.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_three_exports_become_a_review_that_passes_the_checks(run, tmp_path, monkeypatch):
    """As docs/importing.md has it, from a Covidence export, a RoB 2 workbook and a RIS file; all but the run itself."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    plan = tmp_path / "config" / "questions.csv"
    plan.write_text(plan.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    extraction = SAMPLES / "forms" / "covidence.csv"
    files = {
        extraction: ["trials.condition=unipolar_depression", "trials.phase=acute", "sources.licence=own extraction"],
        SAMPLES / "walk" / "rob2.xlsx": ["sources.licence=own extraction"],
        SAMPLES / "walk" / "references.ris": [],
    }
    monkeypatch.chdir(tmp_path)
    for file, fill in files.items():
        options = [part for each in fill for part in ("--fill", each)]
        result = run(file, "--into", "data/raw", *options)
        assert result.exit_code == 0, result.output
    outcomes = Path("data/raw/outcomes.csv")
    result = CliRunner().invoke(app, ["check"])
    assert "lower_is_better = '': must be filled where measure is continuous" in result.stderr
    assert result.stderr.count("must be") == 1
    told = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(told.replace(",,,,,,,,table_covidence", ",,,,,,false,,table_covidence"), encoding="utf-8")
    result = CliRunner().invoke(app, ["check"])
    lines = re.findall(r"Add the row `(.*?)`", result.stderr)
    assert len(lines) == 3
    plan.write_text(plan.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["check"]).exit_code == 0
