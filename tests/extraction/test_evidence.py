"""The whole way in: the real tables load, and every way of spoiling them is named at its place."""

import csv

import pytest

from ipt_evidence.extraction.breaches import ExtractionError

DTYPES = {
    "trials": {"year": "Int64", "n_randomised": "Int64", "mean_age": "Float64", "label": "str"},
    "outcomes": {"mean": "Float64", "n": "Int64", "events": "Int64", "lower_is_better": "boolean", "flags": "str"},
    "contrasts": {"value": "Float64", "n1": "Int64", "event_good": "boolean", "favours": "str"},
    "doubts": {"doubt_id": "str", "line": "Int64"},
}


def rows_of(path):
    """Return the rows of a CSV file as lists, each with the line it starts on."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        rows, start = [], 1
        for row in reader:
            rows.append((start, row))
            start = reader.line_num + 1
    return rows


def line_of(path, **cells):
    """Return the line on which the first row with these cells starts."""
    (_, header), *rows = rows_of(path)
    return next(line for line, row in rows if cells.items() <= dict(zip(header, row, strict=True)).items())


def retype(path, line, column, value):
    """Type another value into one cell."""
    rows = rows_of(path)
    dict(rows)[line][rows[0][1].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(row for _, row in rows)


def test_the_real_tables_are_sound(real_evidence):
    assert len(real_evidence.trials) >= 115
    assert set(real_evidence.outcomes["trial_id"]) <= set(real_evidence.trials["trial_id"])
    assert len(real_evidence.references) == len(real_evidence.trials)
    assert real_evidence.guides.keys() >= set(real_evidence.claims["guide_id"])


@pytest.mark.parametrize("table", DTYPES)
def test_values_have_real_types(evidence, table):
    frame = getattr(evidence, table)
    assert {name: str(frame[name].dtype) for name in DTYPES[table]} == DTYPES[table]


def test_every_row_names_its_line_also_below_a_cell_of_two_lines(evidence):
    assert dict(zip(evidence.trials["trial_id"], evidence.trials["line"], strict=True)) == {
        "alpha2001": 2,
        "beta2002": 4,
    }


def test_corrections_change_the_value_and_not_the_file(evidence, mini_folder):
    row = evidence.outcomes[evidence.outcomes["line"] == 3].iloc[0]
    assert (row["sd"], "1.1" in (mini_folder.raw / "outcomes.csv").read_text()) == (4.8, True)


def test_what_guides_cite_is_one_list_with_the_trial_reports_among_it(evidence):
    cited = {item["id"]: (item["usedby"], item["recommended"]) for item in evidence.guide_references}
    assert cited == {"alpha2001": (["directory"], False), "zeta1984": (["directory"], True)}


def test_problems_of_all_files_are_raised_at_once(mini):
    mini.swap("raw/arms.csv", "beta2002,ipt,ipt", "beta2002,ipt,iptt")
    mini.swap("raw/outcomes.csv", "4.25", "-4.25")
    mini.swap("vocabulary/instruments.csv", "63", "sixty")
    (mini.raw / "guides.yaml").unlink()
    files = [line.split(":")[0] for line in mini.problems()]
    assert files == ["raw/arms.csv", "raw/guides.yaml", "raw/outcomes.csv", "vocabulary/instruments.csv"]


def test_the_message_is_grouped_by_file(mini):
    mini.swap("raw/outcomes.csv", "4.25", "-4.25")
    mini.swap("raw/outcomes.csv", "10.5", "ten")
    with pytest.raises(ExtractionError) as caught:
        mini.load()
    first, second, *rows = str(caught.value).split("\n")
    assert first == "2 problems in 1 file; nothing was written."
    assert second.endswith("raw/outcomes.csv (2 problems)")
    assert [row.split(":")[-2].strip() for row in rows] == ["mean = 'ten'", "sd = '-4.25'"]


# The ten ways: each spoils a copy of the real tables and must give exactly this message.

SPOILED = [
    (
        "trials.csv", {"trial_id": "elkin1989"}, "n_randomised", "about 250",
        "trial_id=elkin1989: n_randomised = 'about 250': must be a whole number. "
        "Write digits only (12), or leave the cell empty if it is not reported.",
    ),
    (
        "outcomes.csv", {"trial_id": "beeber2010", "arm_id": "ipt", "measure": "continuous"}, "sd", "0",
        "trial_id=beeber2010; arm_id=ipt; outcome=symptom_severity; domain=target; "
        "instrument=CES-D; timepoint=post; weeks=22; measure=continuous: sd = '0': must be above 0. "
        "Enter the figure as printed, or leave the cell empty if it is not reported.",
    ),
    (
        "outcomes.csv", {"trial_id": "agras2000", "arm_id": "ipt", "outcome": "remission"}, "events", "111",
        "trial_id=agras2000; arm_id=ipt; outcome=remission; domain=target; timepoint=post; "
        "weeks=20; measure=binary: events = '111': must not be above total, which is 110. "
        "Look both up in the source; they may be exchanged.",
    ),
    (
        "outcomes.csv", {"trial_id": "agras2000", "arm_id": "cbt", "outcome": "recovery"}, "arm_id", "cbbt",
        "trial_id=agras2000; arm_id=cbbt; outcome=recovery; domain=target; timepoint=post; "
        "weeks=20; measure=binary: arm_id = 'cbbt': must be an arm of agras2000. "
        "Add the arm to arms.csv, or correct it: did you mean cbt?",
    ),
    (
        "trials.csv", {"trial_id": "agras2000"}, "condition", "bulimia",
        "trial_id=agras2000: condition = 'bulimia': must be listed in vocabulary/conditions.csv. "
        "Add a row there (condition, label, plain_label), or correct it: did you mean bulimia_nervosa?",
    ),
]  # fmt: skip
"""File, row, column, what is typed there, and the message."""


def test_names_every_cell_that_is_spoiled_and_an_entry_that_is_and_nothing_else(real):
    expected = set()
    for file, row, column, value, message in SPOILED:
        path = real.raw / file
        line = line_of(path, **row)
        retype(path, line, column, value)
        expected.add(f"raw/{file}:{line}: {message}")
    text = (real.raw / "references.bib").read_text(encoding="utf-8")
    broken = text[: text.index("@article{altamura2017")].count("\n") + 1
    (real.raw / "references.bib").write_text(
        text.replace("@article{altamura2017,", "@article{altamura2017", 1), encoding="utf-8"
    )
    expected.add(
        f"raw/references.bib:{broken}: altamura2017: the entry that starts here is not well-formed BibTeX "
        "(Expected comma after entry key, but found =). "
        "Close every brace, and put a comma after the key and every field."
    )
    problems = real.problems()
    assert set(problems) == expected
    assert len(problems) == len(expected)


def test_names_a_missing_column(real):
    real.swap("raw/arms.csv", "n_sessions", "sessions")
    assert real.problems() == [
        "raw/arms.csv:1: sessions: the table has no such column. Rename it to n_sessions, or remove it.",
        "raw/arms.csv:1: n_sessions: the column is missing from the first row. "
        "Add it; its cells may be empty where the codebook allows.",
    ]


def test_names_a_duplicate_key_and_where_its_twin_stands(real):
    first = line_of(real.raw / "arms.csv", trial_id="agras2000", arm_id="ipt")
    second = line_of(real.raw / "arms.csv", trial_id="agras2000", arm_id="cbt")
    retype(real.raw / "arms.csv", second, "arm_id", "ipt")
    duplicate = (
        f"raw/arms.csv:{second}: trial_id=agras2000; arm_id=ipt: line {first} has the same trial_id, arm_id. "
        "Delete one of the two, or correct what tells them apart."
    )
    assert duplicate in real.problems()


def test_names_line_and_byte_of_a_wrong_encoding(real):
    path = real.raw / "trials.csv"
    line = line_of(path, trial_id="agras2000")
    path.write_bytes(path.read_bytes().replace(b"Agras 2000", "Agrås 2000".encode("cp1252"), 1))
    assert real.problems() == [
        f"raw/trials.csv:{line}: byte 0xe5 at position 14 is not UTF-8, in 'gras2000,Agr\ufffds 2000,2000'. "
        "Save the file again in UTF-8, and check the letter that stands there."
    ]


def test_names_a_missing_file(real):
    (real.raw / "arms.csv").unlink()
    assert real.problems() == ["raw/arms.csv: the file is missing. Put it back, or restore it from version control."]
