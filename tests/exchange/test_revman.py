from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange import READERS
from ipt_evidence.exchange.revman.importing import read_revman
from ipt_evidence.exchange.revman.rows import Analysis
from ipt_evidence.exchange.revman.words import better_side, domain_of, outcome_of, treatment_of
from ipt_evidence.extraction.breaches import ExtractionError

SAMPLES = Path(__file__).parent / "samples"
FIGURES = ["arm_id", "outcome", "criterion", "timepoint", "mean", "sd", "n", "events", "total", "lower_is_better"]
REMISSION = [
    ["ipt", "remission", "Remission at the end", "post", "", "", "", "12", "40", ""],
    ["usual_care", "remission", "Remission at the end", "post", "", "", "", "8", "40", ""],
]
SEVERITY = [
    ["ipt", "symptom_severity", "Depression severity | End of treatment", "post", "9.5", "4.0", "38", "", "", "true"],
    [
        *("usual_care", "symptom_severity", "Depression severity | End of treatment", "post"),
        *("12.25", "5.5", "36", "", "", "true"),
    ],
    [
        *("ipt", "symptom_severity", "Depression severity | Six-month follow-up", "followup"),
        *("8.5", "4.1", "30", "", "", "true"),
    ],
    [
        *("usual_care", "symptom_severity", "Depression severity | Six-month follow-up", "followup"),
        *("10.0", "5.1", "31", "", "", "true"),
    ],
]


@pytest.fixture(scope="module")
def review():
    return read_revman(SAMPLES / "review.rm5")


@pytest.fixture
def written(tmp_path):
    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_a_review_is_taken(review):
    assert review.kind == "revman"
    assert READERS["revman"](SAMPLES / "review.rm5").counts == review.counts
    assert review.tables["trials"][["trial_id", "label", "year", "citekey"]].to_numpy().tolist() == [
        ["inventedalder2001", "Invented Alder 2001", "2001", "inventedalder2001"],
        ["inventedbirch2002", "Invented Birch 2002", "2002", "inventedbirch2002"],
    ]
    assert (
        review.tables["arms"][["arm_id", "treatment"]].to_numpy().tolist()
        == [
            ["ipt", "IPT"],
            ["usual_care", "care_as_usual"],
        ]
        * 2
    )
    assert review.tables["sources"]["title"].tolist() == ["Invented review, for tests only"]


@pytest.mark.parametrize("name", ["review.rm5", "revman5.csv"])
def test_figures_of_both_groups_become_rows_by_arm(name):
    found = read_revman(SAMPLES / name).tables["outcomes"]
    assert found[FIGURES].to_numpy().tolist() == REMISSION + SEVERITY


def test_lines_are_those_of_the_file(review):
    text = (SAMPLES / "review.rm5").read_text(encoding="iso-8859-1").splitlines()
    for line, row in zip(review.tables["outcomes"].index, review.tables["outcomes"].to_dict("records"), strict=True):
        assert row["mean"] in text[line - 1]
        assert row["total"] in text[line - 1]


def test_data_rows_of_the_web_version(written):
    found = read_revman(SAMPLES / "revmanweb.csv")
    rows = found.tables["outcomes"]
    assert rows["arm_id"].tolist() == ["experimental", "control"] * 2
    assert rows[["mean", "sd", "n", "events", "total"]].to_numpy().tolist() == [
        ["", "", "", "12", "40"],
        ["", "", "", "8", "40"],
        ["9.5", "4.0", "38", "", ""],
        ["12.25", "5.5", "36", "", ""],
    ]
    computed = "RevMan computes them from the rest, or uses them for its plots"
    assert [(item.line, item.what, item.reason) for item in found.left] == [
        (
            4,
            "Invented Birch 2002: Relapse within a year (log_estimate -0.37, se 0.28)",
            "only an estimate, and the file does not say which effect measure it is",
        ),
        (None, "columns weight, mean, ci start, ci end", computed),
    ]


def test_columns_by_group_number_are_read_too(written):
    path = written("plain.csv", "Study,Outcome,Mean 1,SD 1,Total 1,Mean 2,SD 2,Total 2\nAsh 2001,Score,1,2,10,3,4,11\n")
    rows = read_revman(path).tables["outcomes"]
    assert rows[["mean", "sd", "n"]].to_numpy().tolist() == [["1", "2", "10"], ["3", "4", "11"]]


def test_an_estimate_with_its_measure_becomes_a_contrast(review):
    wanted = ["trial_id", "arm1_id", "arm2_id", "outcome", "statistic", "value", "se", "favours"]
    assert review.tables["contrasts"][wanted].to_numpy().tolist() == [
        ["inventedbirch2002", "ipt", "usual_care", "relapse", "hazard_ratio", "0.69", "0.28", "ipt"]
    ]


def test_judgements_are_taken_where_the_table_has_the_domain(review):
    assert review.tables["risk_of_bias"][["trial_id", "domain", "judgement"]].to_numpy().tolist() == [
        ["inventedalder2001", "sequence_generation", "low"],
        ["inventedbirch2002", "sequence_generation", "unclear"],
    ]


def test_everything_left_has_its_line_and_reason(review):
    assert [(item.line, item.reason) for item in review.left] == [
        (40, "nobody in group 1: the result is not estimable"),
        (51, "SD of group 1 is 0.0"),
        (69, "neither counts nor means nor an estimate with its standard error"),
        (26, "the item has no place in risk_of_bias.csv"),
        (8, "export the references from RevMan as RIS, and import that file"),
    ]


def test_a_result_that_contradicts_an_earlier_one_is_left(written):
    rows = "Study,Outcome,Events 1,Total 1,Events 2,Total 2\nAsh,Remission,3,10,2,10\nAsh,Remission,4,10,2,10\n"
    found = read_revman(written("twice.csv", rows))
    assert found.tables["outcomes"]["events"].tolist() == ["3", "2"]
    assert found.left[0].reason == (
        "contradicts line 2 on the arm experimental (events 3 there, 4 here); line 2 is kept"
    )


REFUSED = {
    "doctype": (
        '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<COCHRANE_REVIEW>&x;</COCHRANE_REVIEW>',
        "2: the file declares the entity 'x', which is not read: it could pull in other files, or grow",
    ),
    "bomb": (
        '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;">]>\n<a>&y;</a>',
        "1: the file declares the entity 'x', which is not read",
    ),
    "broken": ("<COCHRANE_REVIEW>\n<STUDY>\n</COCHRANE_REVIEW>", "3: the file is no well-formed XML (mismatched tag"),
    "other": ("<html></html>", " the XML is no RevMan review: it starts with <html>"),
    "deep": ("<a>" * 200 + "</a>" * 200, "1: elements are nested deeper than 100"),
    "csv": ("a,b\n1,2\n", "1: this is no RevMan export: the first row has neither 'Comparison Number' nor 'Study'"),
    "settings": ("Study,Country\nAsh,NL\n", "1: the file has no columns of results by group"),
    "entity": ("<COCHRANE_REVIEW>&nbsp;</COCHRANE_REVIEW>", "1: the file is no well-formed XML (undefined entity"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unusable_files_are_refused_with_a_place(written, name):
    content, message = REFUSED[name]
    path = written(name, content)
    with pytest.raises(ExtractionError) as caught:
        read_revman(path)
    assert str(caught.value.breaches[0]).removeprefix(f"{path.as_posix()}:").startswith(message)


def test_a_review_without_results_gives_nothing(written):
    found = read_revman(written("empty.rm5", "<COCHRANE_REVIEW><ANALYSES_AND_DATA/></COCHRANE_REVIEW>"))
    assert (found.counts, found.left) == ({}, ())


SIDES = {
    ("Favours experimental", "Favours control"): 1,
    ("Favours control", "Favours experimental"): 2,
    ("Favors IPT", ""): 1,
    ("", "Favours IPT"): 2,
    ("favours usual care", "favours ipt"): 2,
    ("Lower", "Higher"): 0,
    ("", ""): 0,
    ("Favours IPT", "Favours IPT"): 0,
}


@pytest.mark.parametrize("sides", SIDES)
def test_the_labels_of_the_plot_say_which_side_is_better(sides):
    analysis = Analysis(labels=("IPT", "Usual care"), sides=sides)
    better = SIDES[sides]
    assert better_side(analysis, -0.4) == better
    assert better_side(analysis, 0.4) == (3 - better if better else 0)
    assert better_side(analysis, 0.0) == 0


def test_free_words_are_read_where_they_are_clear():
    assert [outcome_of(name) for name in ("Drop-outs", "Responders (50%)", "Self-esteem", "Global functioning")] == [
        *("dropout", "response", "", "functioning")
    ]
    assert domain_of("Blinding of outcome assessment (detection bias)") == ("RoB1", "blinding_of_assessors")
    assert domain_of("Blinding of participants and personnel (performance bias)") == ("", "")
    assert [treatment_of(label) for label in ("Waiting  list", "Music therapy", "(?)")] == [
        *("wait_list", "Music_therapy", "unnamed")
    ]


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
def test_any_damage_is_read_or_refused(tmp_path, data):
    name = data.draw(st.sampled_from(["review.rm5", "revman5.csv", "revmanweb.csv"]))
    content = bytearray((SAMPLES / name).read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + data.draw(st.integers(0, 40))] = data.draw(st.one_of(st.binary(max_size=9), st.just(b"<x/>")))
    path = tmp_path / name
    path.write_bytes(bytes(content[: data.draw(st.integers(500, 3 * len(content)))]))
    try:
        found = read_revman(path)
    except ExtractionError:
        return
    assert set(found.tables["outcomes"]["trial_id"]) <= set(found.tables["trials"]["trial_id"])


@pytest.mark.parametrize("name", ["review.rm5", "revman5.csv", "revmanweb.csv"])
def test_letters_that_were_misread_reach_neither_keys_nor_labels(tmp_path, name):
    path = tmp_path / name
    path.write_text((SAMPLES / name).read_text(encoding="utf-8").replace("Alder", "RÃ¼sch"), encoding="utf-8")
    imported = read_revman(path)
    assert any("rusch" in trial for trial in imported.tables["trials"]["trial_id"])
    assert "Ã" not in "".join(table.to_csv() for table in imported.tables.values())
    assert any("read as Windows-1252: taken as" in item.reason and "Rüsch" in item.reason for item in imported.todo)
