"""ipt-evidence watch: every record of a search has one fate, and what asks for a person is told."""

import csv
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.exchange import READERS
from ipt_evidence.exchange.kinds import kind_of
from ipt_evidence.exchange.watching import watch
from ipt_evidence.extraction.references import bibliography_of, read_bibliography
from ipt_evidence.extraction.schemas.sources import SCREENING
from ipt_evidence.extraction.tables import read_table

ROOT = Path(__file__).parents[2]
RAW = ROOT / "tests" / "mini" / "raw"

RECORD = """TY  - JOUR
AU  - {author}
TI  - {title}
JO  - Journal of Trials
PY  - {year}
{more}ER  -

"""


def ris(path, *records):
    filled = [{"author": "Oak, Ann", "year": "2020", "more": ""} | record for record in records]
    path.write_text("".join(RECORD.format(**record) for record in filled), encoding="utf-8")
    return path


@pytest.fixture
def raw(tmp_path):
    """The tables of the small review, with a report left out and a registered trial."""
    folder = Path(shutil.copytree(RAW, tmp_path / "raw"))
    bibliography = folder / "references.bib"
    text = bibliography.read_text(encoding="utf-8")
    start = text.index("{alpha2001,") + len("{alpha2001,")
    bibliography.write_text(f"{text[:start]}\n  registration = {{NCT01234567}},{text[start:]}", encoding="utf-8")
    table = folder / "excluded_reports.csv"
    header = table.read_text(encoding="utf-8").splitlines()[0].split(",")
    row = dict.fromkeys(header, "") | {"report_id": "gone1999", "label": "Gone 1999", "year": "1999", "detail": "x"}
    row |= {"doi": "10.1000/gone", "reason": "not_randomised"}
    table.write_text(",".join(header) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    return folder


def statuses(raw, *files):
    return [(each.record, each.status, each.match) for each in watch([READERS["ris"](file) for file in files], raw)]


def test_each_record_has_one_fate(raw, tmp_path):
    titles = {key: each.csl for key, each in read_bibliography(raw / "references.bib").entries.items()}
    beta = titles["beta2002"]
    author = f"{beta['author'][0]['family']}, {beta['author'][0].get('given', 'X')}"
    first = ris(
        tmp_path / "first.ris",
        {"title": "A new trial", "more": "DO  - 10.1000/new\n"},
        {"title": "Retyped", "more": "DO  - https://doi.org/10.1000/ALPHA\n"},
        {"title": "Left out", "more": "DO  - 10.1000/gone\n"},
        {"title": beta["title"].upper() + "!", "author": author, "year": str(beta["issued"]["date-parts"][0][0])},
        {"title": beta["title"] + "s", "author": author, "year": str(beta["issued"]["date-parts"][0][0] + 1)},
    )
    second = ris(tmp_path / "second.ris", {"title": "A NEW TRIAL.", "year": "2020"})
    assert [(status, match) for _, status, match in statuses(raw, first, second)] == [
        ("new", ""),
        ("known", "alpha2001"),
        ("left_out", "gone1999"),
        ("known", "beta2002"),
        ("perhaps_known", "beta2002"),
        ("repeated", "oak2020"),
    ]


def test_a_search_of_the_references_of_the_review_finds_nothing_new(tmp_path):
    found = watch([READERS["bibtex"](ROOT / "data" / "raw" / "references.bib")], ROOT / "data" / "raw")
    entries = read_bibliography(ROOT / "data" / "raw" / "references.bib").entries
    assert [(each.record, each.match) for each in found] == [(key, key) for key in entries]
    assert {each.status for each in found} == {"known"}


def test_a_retraction_since_is_told_first_and_only_if_the_trial_is_not_marked(raw, tmp_path):
    record = (
        "PMID- 11111111\nOWN - NLM\nDP  - 2001\nTI  - Anything.\nPT  - Journal Article\nPT  - Retracted Publication\n"
        "AU  - Oak A\nJT  - Journal\nLID - 10.1000/alpha [doi]\nRIN - J Trials. 2021 May 3;1(1):1. PMID: 22222222\n\n"
    )
    (tmp_path / "new.nbib").write_text(record, encoding="utf-8")
    (found,) = watch([READERS["nbib"](tmp_path / "new.nbib")], raw)
    assert (found.status, found.match) == ("retracted", "alpha2001")
    assert found.reason.startswith("Retracted, says PubMed")
    trials = raw / "trials.csv"
    text = trials.read_text(encoding="utf-8")
    trials.write_text(text.replace(",alpha2001,,", ",alpha2001,retracted,"), encoding="utf-8")
    (found,) = watch([READERS["nbib"](tmp_path / "new.nbib")], raw)
    assert (found.status, found.match) == ("known", "alpha2001")


def test_another_report_of_a_registered_trial_is_a_companion(raw, tmp_path):
    fields = {"author": "Fir, Bo", "title": "{Another}", "journal": "J", "year": "2004", "registration": "nct01234567"}
    entry = "@article{x,\n" + ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items()) + "\n}\n"
    (tmp_path / "new.bib").write_text(entry, encoding="utf-8")
    (found,) = watch([READERS["bibtex"](tmp_path / "new.bib")], raw)
    assert (found.status, found.match) == ("companion", "alpha2001")


def test_at_a_terminal_all_is_counted_written_and_what_asks_for_a_person_is_listed(raw, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    file = ris(
        tmp_path / "new.ris", {"title": "=HYPERLINK(1) [bold]"}, {"title": "Two", "more": "DO  - 10.1000/gone\n"}
    )
    out = tmp_path / "watch.csv"
    command = ["watch", str(file), "--raw", str(raw), "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2 records in 1 file" in done.stdout
    assert "=HYPERLINK(1) [bold]" in done.stdout
    with out.open(encoding="utf-8", newline="") as written:
        rows = list(csv.DictReader(written))
    assert [row["status"] for row in rows] == ["new", "left_out"]
    assert not rows[0]["title"].startswith("=")
    assert "the file is there already" in CliRunner().invoke(app, command).stderr


def test_a_file_of_trials_is_no_search(raw, tmp_path):
    refused = CliRunner().invoke(
        app, ["watch", str(raw / "trials.csv"), "--raw", str(raw), "--out", str(tmp_path / "w")]
    )
    assert refused.exit_code == 1
    assert "this is no file of references" in refused.stderr


PUBMED = (
    "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI\n"
    '"1","A new trial","Oak A, van Elm BC.","J. 2020","Oak A","J","2020","2020/01/01","","","10.1000/new"\n'
    '"2","RETRACTED: Anything","Oak A, Fir B.","J. 2001","Oak A","J","2001","2001/01/01","","","10.1000/alpha"\n'
)
COVIDENCE = (
    "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,Accession Number,DOI,Ref,"
    "Covidence #,Study,Notes,Tags\n"
    'A NEW TRIAL.,"Oak, Ann; Elm, B. C.",x,2020,,J,1,2,3-9,,,5,#7,Oak 2020,,\n'
)
RAYYAN = (
    "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,"
    "doi,keywords,pubmed_id,pmc_id\n"
    'rayyan-1,Left out,1999,,,J,,,,,"Gone, Ada and Fir, Bo",,,,,x,,10.1000/gone,,,\n'
)


def test_tables_of_references_are_known_by_their_columns_and_read(raw, tmp_path):
    texts = {"pubmed.csv": PUBMED, "covidence.csv": COVIDENCE, "rayyan.csv": RAYYAN}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert {kind_of(tmp_path / name) for name in texts} == {"references"}
    imports = [READERS["references"](tmp_path / name) for name in texts]
    assert [(each.record, each.status, each.match) for each in watch(imports, raw)] == [
        ("oak2020", "new", ""),
        ("oak2001", "retracted", "alpha2001"),
        ("oak2020", "repeated", "oak2020"),
        ("gone1999", "left_out", "gone1999"),
    ]
    names = [
        entry.csl["author"] for each in imports for entry in bibliography_of(each.bibliography, "").entries.values()
    ]
    assert [[person["family"] for person in people] for people in names] == [
        ["Oak", "Elm"], ["Oak", "Fir"], ["Oak", "Elm"], ["Gone", "Fir"],
    ]  # fmt: skip
    # What is not read is counted by its column.
    assert {item.what for item in imports[1].left} == {
        "abstract, 1 x", "covidence_#, 1 x", "ref, 1 x", "study, 1 x",
    }  # fmt: skip


def test_records_are_entered_into_the_log_once_and_duplicates_marked(raw, tmp_path):
    (tmp_path / "pubmed.csv").write_text(PUBMED, encoding="utf-8")
    (tmp_path / "embase.csv").write_text(COVIDENCE, encoding="utf-8")

    def run(name, source):
        command = ["watch", str(tmp_path / name), "--raw", str(raw), "--out", str(tmp_path / "w.csv"), "--force"]
        done = CliRunner().invoke(app, [*command, "--log", source, "--searched", "2026-05-31"])
        assert (done.exit_code, done.stderr) == (0, "")
        return next(line for line in done.stdout.splitlines() if line.startswith("Screening log"))

    before = (raw / "screening.csv").read_text(encoding="utf-8")
    assert run("pubmed.csv", "PubMed") == "Screening log: 2 records entered, 0 of them duplicates; 0 there already."
    assert run("embase.csv", "Embase") == "Screening log: 1 record entered, 1 of them a duplicate; 0 there already."
    assert run("pubmed.csv", "PubMed") == "Screening log: 0 records entered, 0 of them duplicates; 2 there already."
    text = (raw / "screening.csv").read_text(encoding="utf-8")
    assert text.startswith(before)
    rows = list(csv.DictReader(text[len(before) :].splitlines(), before.splitlines()[0].split(",")))
    assert [(row["record_id"], row["source"], row["searched"], row["duplicate_of"]) for row in rows] == [
        ("pubmed_oak2020", "PubMed", "2026-05-31", ""),
        ("pubmed_oak2001", "PubMed", "2026-05-31", ""),
        ("embase_oak2020", "Embase", "2026-05-31", "pubmed_oak2020"),
    ]
    frame, breaches = read_table(raw / "screening.csv", SCREENING)
    assert (len(frame), breaches) == (7, [])


def test_a_day_that_is_none_is_refused(raw, tmp_path):
    file = ris(tmp_path / "new.ris", {"title": "One"})
    command = ["watch", str(file), "--raw", str(raw), "--log", "PubMed", "--searched", "May"]
    assert "--searched May: must be a day, such as 2026-05-31" in CliRunner().invoke(app, command).stderr


def test_the_log_and_the_table_are_written_both_or_neither(raw, tmp_path):
    file, out = ris(tmp_path / "new.ris", {"title": "One"}), tmp_path / "no_folder" / "watch.csv"
    out.parent.write_text("mine", encoding="utf-8")
    before = (raw / "screening.csv").read_bytes()
    done = CliRunner().invoke(app, ["watch", str(file), "--raw", str(raw), "--log", "PubMed", "--out", str(out)])
    assert done.exit_code == 1
    assert f"{out.parent.as_posix()}: the folder cannot be written to" in done.stderr
    assert "Choose another place with --out or --raw" in done.stderr
    assert (raw / "screening.csv").read_bytes() == before


def test_the_command_that_says_what_was_not_read_can_be_copied(raw, tmp_path):
    file = ris(tmp_path / "my search.ris", {"title": "One", "more": "N1  - a note\n"})
    done = CliRunner().invoke(app, ["watch", str(file), "--raw", str(raw), "--out", str(tmp_path / "w.csv")])
    assert f"`ipt-evidence import '{file.as_posix()}'` says what and why" in done.stdout
