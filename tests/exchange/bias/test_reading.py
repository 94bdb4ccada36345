"""Tables of risk of bias: what is taken, left and asked."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ipt_evidence.exchange import report_of
from ipt_evidence.exchange.bias.columns import column_of
from ipt_evidence.exchange.bias.reading import read_bias
from ipt_evidence.exchange.kinds import kind_of
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.choices import TOOL_JUDGEMENTS

SAMPLES = Path(__file__).parents[1] / "samples" / "bias"
ALIKE = "names differ only in signs: one trial, or several?"
HEAD = "Study,D1,D2,D3,D4,D5,Overall\n"


def judgements(imported, tool="RoB2"):
    """Return the judgements of each trial, in the order of their domains."""
    rows = imported.tables["risk_of_bias"]
    found: dict[str, list[str]] = {}
    for row in rows[rows["tool"] == tool].to_dict("records"):
        found.setdefault(row["trial_id"], []).append(row["judgement"])
    return found


def left(imported, part=""):
    return [(item.line, item.what, item.reason) for item in imported.left if part in item.what]


def test_the_template_of_robvis_for_rob_2():
    found = read_bias(SAMPLES / "robvis_rob2.csv")
    assert judgements(found) == {
        "ash2001": ["low", "some_concerns", "low", "low", "low", "some_concerns"],
        "birch2004": ["high", "low", "low", "some_concerns", "high"],
        "cedar2010": ["low", "some_concerns", "high", "low", "low", "high"],
    }
    assert left(found) == [
        (1, "column weight (40)", "the raw tables have no place for them"),
        (3, "birch2004: risk of bias, missing_data", "'No information' is none of low, some_concerns, high"),
    ]


def test_the_template_of_robvis_for_rob_1():
    found = read_bias(SAMPLES / "robvis_rob1.csv")
    assert judgements(found, "RoB1") == {
        "ash2001": ["low", "unclear", "low", "high"],
        "birch2004": ["low", "unclear", "high", "low"],
    }
    assert [what for _, what, _ in left(found, "column")] == [
        (
            "columns blinding.of.participants.and.personnel (High), selective.reporting (Low), "
            "other.sources.of.bias (Low), weight (1)"
        ),
        "column overall (High)",
    ]


def test_the_results_sheet_of_the_rob_2_workbook():
    found = read_bias(SAMPLES / "rob2.xlsx")
    rows = found.tables["risk_of_bias"]
    first = rows[(rows["trial_id"] == "ash2001") & (rows["instrument"] == "BDI-II")]
    assert dict(zip(first["domain"], first["judgement"], strict=True)) == {
        **{"randomisation": "low", "deviations": "low", "missing_data": "low", "measurement": "some_concerns"},
        **{"reporting": "low", "overall": "some_concerns", "1.1": "Y", "1.2": "PY", "1.3": "N", "2.1": "Y"},
        **{"2.2": "Y", "2.3": "PN", "2.4": "NA", "2.5": "NA", "2.6": "Y", "2.7": "NA", "3.1": "Y", "3.2": "NA"},
        **{"3.3": "NA", "3.4": "NA", "4.1": "N", "4.2": "PN", "4.3": "Y", "4.4": "PY", "4.5": "PN", "5.1": "NI"},
        **{"5.2": "N", "5.3": "N"},
    }
    other = rows[(rows["trial_id"] == "ash2001") & (rows["instrument"] == "")]
    assert "high" in set(other["judgement"])
    assert (3, "ash2001: note for 1.1: computer-generated list", "risk_of_bias.csv holds no texts") in left(found)
    algorithm = "the algorithm gives 'Some concerns', the assessor low, which is taken"
    assert (3, "ash2001: 5.0 algorithm result Some concerns", algorithm) in left(found)
    assert any(item.reason == "sheet 'Intro' holds no such table, and is left" for item in found.todo)


def test_a_row_on_adhering_says_nothing_on_deviations_from_assignment():
    found = read_bias(SAMPLES / "rob2.xlsx")
    rows = found.tables["risk_of_bias"]
    domains = set(rows.loc[rows["trial_id"] == "birch2004", "domain"])
    assert domains == {*TOOL_JUDGEMENTS["RoB2"]} - {"deviations", "overall", "3.2"} - {f"2.{n}" for n in range(1, 8)}
    told = [what for line, what, reason in left(found) if "adhering" in reason]
    assert len(told) == 9
    assert "'NI' is none of Y, PY, PN, N, NA" in {reason for _, what, reason in left(found) if what.endswith("3.2")}


SIGNS = {
    ("+", "-", "?"): ["low", "high", "some_concerns"],
    ("+", "\u2212", "!"): ["low", "high", "some_concerns"],
    ("+", "-", "x"): ["low", "some_concerns", "high"],
    ("+", "-", "X", "!"): ["low"],
}


@pytest.mark.parametrize("signs", SIGNS)
def test_signs_are_those_of_cochrane_or_of_robvis_and_asked_about(imported, signs):
    cells = [*signs, *"+++++"][:6]
    found = imported(f"{HEAD}Ash 2001,{','.join(cells)}\n")
    assert judgements(found).get("ash2001", [])[: len(SIGNS[signs])] == SIGNS[signs]
    assert any(item.what == "signs in line 2" for item in found.todo)
    assert bool(judgements(found)) == bool(SIGNS[signs])


@pytest.mark.parametrize(
    ("row", "stray", "judged"),
    [
        ("+,-,x,!,x,x", 3, ["low", "some_concerns", "high", "high", "high"]),
        ("!,-,+,x,!,!", 3, ["some_concerns", "high", "low", "some_concerns", "some_concerns"]),
        ("+,x,*,-,+,x", 2, ["low", "high", "some_concerns", "low", "high"]),
    ],
)
def test_one_stray_sign_costs_its_own_cell_alone(imported, row, stray, judged):
    found = imported(f"{HEAD}Ash 2001,{row}\n")
    assert judgements(found) == {"ash2001": judged}
    cell = row.split(",")[stray]
    assert [reason for _, what, reason in left(found) if f"'{cell}'" in reason] == [
        f"'{cell}' is none of low, some_concerns, high"
    ]


def test_no_information_of_robvis_is_no_judgement(imported):
    found = imported(f"{HEAD}Ash 2001,+,x,?,+,+,x\n")
    assert judgements(found) == {"ash2001": ["low", "high", "low", "low", "high"]}
    assert left(found, "missing")[0][2] == "'?' is none of low, some_concerns, high"


def test_one_odd_word_does_not_change_the_tool(imported):
    found = imported(f"{HEAD}Ash 2001,High,Some concerns,Moderate,Low,Low,High\n")
    assert judgements(found)["ash2001"] == ["high", "some_concerns", "low", "low", "high"]
    assert left(found, "missing")[0][2] == "'Moderate' is none of low, some_concerns, high"


@pytest.mark.parametrize("last", ["D6", "D7"])
def test_robins_i_is_for_studies_that_were_not_randomised(imported, last):
    numbers = ",".join(f"D{n}" for n in range(1, int(last[1]) + 1))
    cells = ",".join(["Moderate", "Critical", "Low", "Serious", "Moderate", "Low", "Serious"][: int(last[1])])
    found = imported(f"Study,{numbers},Overall\nAsh 2001,{cells},Critical\n")
    assert not found.counts
    assert any("ROBINS-I" in reason for _, _, reason in left(found))


def test_rows_on_several_outcomes_are_not_mixed(imported):
    text = (
        "Study,Outcome,D1,D2,D3,D4,D5,Overall\nAsh 2001,sleep,Low,Low,,Low,Low,Low\n"
        "Ash 2001,mood,Low,Low,High,Low,Low,High\nAsh 2001,PHQ-9,Low,Low,High,Low,Low,High\n"
        "Ash 2001,pain,Low,Low,,Low,Low,Low\n"
    )
    found = imported(text)
    rows = found.tables["risk_of_bias"]
    assert rows.loc[rows["instrument"] == "", "domain"].tolist() == [
        *("randomisation", "deviations", "measurement", "reporting", "overall")
    ]
    assert rows.loc[rows["instrument"] == "PHQ-9", "judgement"].tolist() == ["low", "low", "high", "low", "low", "high"]
    reasons = {line: reason for line, what, reason in left(found, "risk of bias for")}
    assert reasons == {
        3: "missing_data high here, empty there; overall high here, low there: the row of line 2 is kept",
        5: "repeats line 2",
    }
    (asked,) = (item.reason for item in found.todo if item.what == "ash2001: risk of bias")
    assert asked == "judged several times, and the first row is kept: choose; line 2 (sleep), line 3 (mood)"


NAMES = {
    "D1": ("judgement", "", "1"), "rob_d4": ("judgement", "", "4"), "Domain 5": ("judgement", "", "5"),
    "domain.2": ("judgement", "", "2"), "D3 missing outcome data": ("judgement", "", "3"),
    "Randomization process": ("judgement", "RoB2", "randomisation"), "Overall Bias": ("judgement", "", "overall"),
    "Selection of the reported result": ("judgement", "RoB2", "reporting"),
    "4.0 Assessor's judgement": ("judgement", "RoB2", "measurement"),
    "Assessor's overall Judgement": ("judgement", "", "overall"), "1.1": ("answer", "RoB2", "1.1"),
    "X2.6": ("answer", "RoB2", "2.6"), "3.1 Were data for this outcome available?": ("answer", "RoB2", "3.1"),
    "3.0 Algorithm result": ("algorithm", "RoB2", "missing_data"), "Note for 1.1&1.2": ("support", "", ""),
    "Algorithm's overall Judgement": ("algorithm", "RoB2", "overall"), "D1b": ("other", "", ""),
    "2.9": ("other", "", ""), "Weight": ("other", "", ""), "Study.ID": ("study", "", ""),
    "Support for judgement D2": ("support", "", ""), "Allocation.concealment": ("judgement", "RoB1",
    "allocation_concealment"), "Blinding.of.participants.and.personnel": ("other", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_known_in_every_spelling(name):
    column = column_of(name)
    assert (column.role, column.tool, column.about) == NAMES[name]


@pytest.mark.parametrize("file", ["robvis_rob2.csv", "robvis_rob1.csv", "rob2.xlsx"])
def test_the_kind_is_recognised(file):
    assert kind_of(SAMPLES / file) == "bias"


def everything(imported):
    report = report_of(imported)
    cells = [str(cell) for table in imported.tables.values() for row in table.to_numpy() for cell in row]
    return "\n".join([*cells, *report["what"], *report["reason"]])


@pytest.mark.parametrize("name", [*NAMES, ""])
def test_a_marker_in_any_column_is_found_again(imported, name):
    quoted = f'"{name}"'
    found = imported(f"Study,D1,D2,D3,D4,D5,Overall,{quoted}\nAsh 2001,Low,Low,Low,Low,Low,Low,zymurgy\n")
    assert "zymurgy" in everything(found)


CELLS = st.sampled_from(["Low", "high risk", "S", "", "NA", "-", "?", "x", "Moderate", "no idea"])


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["Ash 2001", "Elm-2002", "Elm 2002", ""]), *[CELLS] * 6), min_size=1, max_size=6
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
def test_no_judgement_vanishes(imported, rows):
    found = imported(HEAD + "".join(",".join(row) + "\n" for row in rows))
    report = report_of(found)
    held = [line for line, row in enumerate(rows, start=2) if any(row)]
    assert {*held} <= {*map(int, report["line"].dropna())}
    # Taken and left together are what was read, row by row, unless the row as a whole is left or repeats another.
    for line in held:
        of_row = report[report["line"].eq(line) & report["status"].isin(["taken", "left"])]
        whole = of_row["what"].str.contains(r"row|risk of bias$", regex=True).any()
        filled = sum(bool(cell) for cell in rows[line - 2][1:])
        counted = of_row["what"].str.contains(r"risk_of_bias:|risk of bias, ").sum()
        assert whole or counted == filled or "ROBINS" in " ".join(report["reason"])


def test_two_trials_of_one_author_stay_two(tmp_path):
    path = tmp_path / "authors.csv"
    rows = "Ash,2001,Low,Low,Low,Low,Low,Low\nAsh,2005,High,Low,Low,Low,Low,High\n"
    path.write_text(HEAD.replace("Study", "Author,Year") + rows, encoding="utf-8")
    found = read_bias(path)
    assert judgements(found) == {"ash2001": ["low"] * 6, "ash2005": ["high", *["low"] * 4, "high"]}
    assert left(found) == []


TEXTS = [
    ("High (because of attrition)", "high", "because of attrition"),
    ("Low: central randomisation", "low", "central randomisation"),
    ("Some concerns - no protocol", "some_concerns", "no protocol"),
    ("High (low for dropout)", None, None),
    ("probably low", None, None),
    ("Low/high", None, None),
]


@pytest.mark.parametrize(("cell", "judgement", "text"), TEXTS)
def test_a_text_behind_a_judgement_is_left_and_another_judgement_there_leaves_both(imported, cell, judgement, text):
    found = imported(HEAD + f"Ash 2001,low,{cell},low,low,low,low\n")
    rows = found.tables["risk_of_bias"]
    assert rows.loc[rows["domain"] == "deviations", "judgement"].tolist() == ([judgement] if judgement else [])
    what = f"ash2001: risk of bias, deviations{f': {text}' if text else ''}"
    assert [said for _, said, _ in left(found)] == [what]


def test_trials_of_a_first_author_stay_apart(imported):
    head = HEAD.replace("Study", "First author,Year")
    found = imported(head + "Ash,2001,low,low,low,low,low,low\nAsh,2003,high,low,low,low,low,high\n")
    assert judgements(found) == {"ash2001": ["low"] * 6, "ash2003": ["high", *["low"] * 4, "high"]}


@pytest.mark.parametrize(("titles", "fits"), [(("RoB BDI-II", "RoB HAM-D"), True), (("Ada", "Bea"), False)])
def test_a_sheet_an_instrument_is_read_and_a_sheet_an_assessor_refused(tmp_path, titles, fits):
    book = Workbook()
    book.remove(book.active)
    for title, judgement in zip(titles, ("Low", "High"), strict=True):
        sheet = book.create_sheet(title)
        sheet.append(HEAD.strip().split(","))
        sheet.append(["Ash 2001", *["Low"] * 4, judgement, judgement])
    book.save(tmp_path / "rob.xlsx")
    if not fits:
        with pytest.raises(ExtractionError, match="several sheets hold such a table: Ada, Bea"):
            read_bias(tmp_path / "rob.xlsx")
        return
    rows = read_bias(tmp_path / "rob.xlsx").tables["risk_of_bias"]
    overall = rows[rows["domain"] == "overall"]
    assert overall[["instrument", "judgement"]].to_numpy().tolist() == [["BDI-II", "low"], ["HAM-D", "high"]]


def test_names_that_differ_only_in_signs_are_asked_about(imported):
    found = imported(HEAD + '"Müller, 2001",low,low,low,low,low,low\nMuller 2001,high,low,low,low,low,high\n')
    assert ("studies Müller, 2001; Muller 2001", ALIKE) in [(each.what, each.reason) for each in found.todo]
