"""A Cochrane data package: everything in it is taken, or has a line."""

import zipfile
from pathlib import Path

import pytest

from ipt_evidence.exchange.revman.importing import read_revman
from ipt_evidence.extraction.breaches import ExtractionError

SAMPLE = Path(__file__).parent / "samples" / "package"
FILES = {
    path.relative_to(SAMPLE).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(SAMPLE.rglob("*"))
    if path.is_file()
}


@pytest.fixture
def package(tmp_path):
    def write(files: dict[str, str]):
        path = tmp_path / "CD1.zip"
        with zipfile.ZipFile(path, "w") as file:
            for name, text in files.items():
                file.writestr(name, text)
        return path

    return write


def test_a_package_is_taken_with_the_settings_of_its_analyses(package):
    found = read_revman(package(FILES))
    assert found.tables["arms"][["trial_id", "arm_id", "treatment", "detail"]].to_numpy().tolist() == [
        ["alder2001", "ipt", "IPT", "IPT (IPT versus usual care)"],
        ["alder2001", "usual_care", "care_as_usual", "Usual care (IPT versus usual care)"],
        ["birch2004", "ipt", "IPT", "IPT (IPT versus waiting list)"],
        ["birch2004", "control", "wait_list", "Control (IPT versus waiting list)"],
    ]
    outcomes = found.tables["outcomes"][["arm_id", "measure", "mean", "events", "total", "lower_is_better"]]
    assert outcomes.to_numpy().tolist() == [
        ["ipt", "binary", "", "0", "30", ""],
        ["usual_care", "binary", "", "0", "31", ""],
        ["ipt", "continuous", "9.5", "", "", "true"],
        ["control", "continuous", "12", "", "", "true"],
    ]
    # exp(-0.5) = 0.606531
    assert found.tables["contrasts"][["statistic", "value", "se", "favours"]].to_numpy().tolist() == [
        ["hazard_ratio", "0.606531", "0.2", "ipt"]
    ]
    assert found.tables["risk_of_bias"][["trial_id", "domain", "judgement"]].to_numpy().tolist() == [
        ["alder2001", "sequence_generation", "low"]
    ]
    assert found.citekeys == ["alder2001"]


def test_all_else_of_a_package_has_a_line(package):
    found = read_revman(package(FILES))
    assert [(item.line, item.what) for item in found.left] == [
        (2, "Alder 2001: risk of bias, other bias"),
        (3, "Cedar 2009: risk of bias, random sequence generation (selection bias)"),
        (None, "columns applicability, weight, mean, ci start, ci end"),
        (2, "risk-of-bias.csv: column domain (support): random sequence generation (selection bias), 1 x"),
        (2, "overall-estimates-and-settings.csv: column log-scale data, 3 x"),
        (2, "study-information.csv: column methods, 1 x"),
        (None, "subgroup-estimates.csv"),
        (None, "excluded.ris"),
        (None, "readme.txt"),
    ]
    asked = [item.reason for item in found.todo if item.what == "references"]
    assert asked == ["references.bib needs an entry for each of 1 trial, under the key in trials.csv: birch2004"]


def test_a_package_that_a_mac_zipped_again_is_read_like_the_other(package):
    shadows = {f"__MACOSX/{name.replace('CD1-', '._CD1-')}": "\0\5\26\7" for name in FILES}
    found, plain = read_revman(package(FILES | shadows)), read_revman(package(FILES))
    assert found.left == plain.left
    assert found.tables["outcomes"].equals(plain.tables["outcomes"])


def test_a_zip_of_two_packages_is_refused_instead_of_read_in_part(package):
    rows = FILES["CD1-analysis-data/CD1-data-rows.csv"]
    with pytest.raises(ExtractionError, match=r"the zip holds several files that end in data-rows\.csv"):
        read_revman(package({"CD1-data-rows.csv": rows, "CD2-data-rows.csv": rows}))


def test_an_estimate_keeps_the_sizes_of_its_groups(package):
    name = "CD1-analysis-data/CD1-data-rows.csv"
    row = "1,2,Relapse,,OVERALL,Alder 2001,2001,-0.5,0.2,0.0,0.0,0,0,0.0,0.0,0,0,"
    assert row in FILES[name]
    sized = row.replace("0.0,0.0,0,0,0.0,0.0,0,0,", "0.0,0.0,0,30,0.0,0.0,0,31.0,")
    found = read_revman(package(FILES | {name: FILES[name].replace(row, sized)})).tables["contrasts"]
    assert found[["n1", "n2"]].to_numpy().tolist() == [["30", "31"]]
    assert read_revman(package(FILES)).tables["contrasts"][["n1", "n2"]].to_numpy().tolist() == [["", ""]]


def test_a_package_of_rows_alone_is_read_like_the_rows(package):
    found = read_revman(package({"x-data-rows.csv": FILES["CD1-analysis-data/CD1-data-rows.csv"]}))
    assert found.tables["trials"]["trial_id"].tolist() == ["alder2001", "birch2004"]
    assert found.bibliography == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the zip holds no file that ends in data-rows.csv"),
        (b"PK\x03\x04 damaged", "the zip cannot be unpacked"),
    ],
)
def test_what_is_no_package_is_refused(package, content, message):
    path = package({"readme.txt": "words"})
    if content:
        path.write_bytes(content)
    with pytest.raises(ExtractionError, match=message):
        read_revman(path)
