import pandas as pd
import pytest

from ipt_evidence.exchange import write_import
from ipt_evidence.exchange.double import agreed_tables, compare, read_extract, write_comparison
from ipt_evidence.exchange.double.comparing import Comparison
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.references import bibliography_of, read_bibliography
from ipt_evidence.files import unguarded


@pytest.fixture
def differing(two):
    """Two extractions that differ in a choice, a number, a note and a row, and their list of disagreements."""
    anna, ben = two
    changes = [
        ("arms", "format", "group"),
        ("arms", "n_randomised", "41"),
        ("trials", "notes", "=a note that begins like a formula"),
        ("outcomes", "timepoint", "followup"),
    ]
    for table, column, value in changes:
        frame = pd.read_csv(ben / f"{table}.csv", dtype=str, keep_default_na=False)
        frame.loc[0, column] = value
        frame.to_csv(ben / f"{table}.csv", index=False)
    first, second = read_extract(anna), read_extract(ben)
    listed = write_comparison(compare(first, second), anna.parent / "compared", force=False)[1]
    return first, second, listed


def decide(path, choose):
    """Fill in the list as a person does."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame["decision"] = [choose(row) for row in frame.to_dict("records")]
    frame["decided_by"] = "Anna and Ben"
    frame.to_csv(path, index=False)


def problems(first, second, path):
    with pytest.raises(ExtractionError) as caught:
        agreed_tables(first, second, path)
    return [str(breach).replace(f"{path.as_posix()}", path.name) for breach in caught.value.breaches]


@pytest.mark.parametrize(("column", "winner"), [("value_a", 0), ("value_b", 1)])
def test_siding_with_one_extractor_throughout_gives_the_tables_of_that_one(differing, column, winner):
    *extracts, path = differing
    decide(path, lambda row: row[column])
    agreed = agreed_tables(*extracts, path)
    for name, table in agreed.tables.items():
        expected = extracts[winner].tables[name].cells
        assert sorted(map(tuple, table.to_numpy())) == sorted(map(tuple, expected.to_numpy())), name


def test_agreed_tables_are_written_and_agree_with_themselves(differing, tmp_path):
    first, second, path = differing
    decide(path, lambda row: row["value_b"])
    write_import(agreed_tables(first, second, path), tmp_path / "agreed", force=False)
    assert compare(read_extract(tmp_path / "agreed"), second).disagreements.empty


def test_a_third_value_and_an_empty_cell_can_be_agreed_on(differing):
    first, second, path = differing
    third = {"format": "(empty)", "n_randomised": "40", "notes": "settled", "(row)": "present"}
    decide(path, lambda row: third[row["column"]])
    agreed = agreed_tables(first, second, path).tables
    assert agreed["arms"].loc[0, ["format", "n_randomised"]].tolist() == ["", "40"]
    assert agreed["trials"].loc[0, "notes"] == "settled"
    assert len(agreed["outcomes"]) == len(first.tables["outcomes"].cells) + 1


def test_a_dropped_row_is_reported_with_who_dropped_it(differing):
    first, second, path = differing
    decide(path, lambda row: "absent" if row["column"] == "(row)" else row["value_a"])
    agreed = agreed_tables(first, second, path)
    assert [item.reason for item in agreed.left] == ["dropped by Anna and Ben"] * 2
    assert len(agreed.tables["outcomes"]) == len(first.tables["outcomes"].cells) - 1


def test_names_every_undecided_row(differing):
    first, second, path = differing
    found = problems(first, second, path)
    assert len(found) == len(pd.read_csv(path))
    assert all("decision = '': the disagreement is undecided. Fill in" in line for line in found)


def test_a_decision_needs_a_name(differing):
    first, second, path = differing
    decide(path, lambda row: row["value_a"])
    path.write_text(path.read_text().replace("Anna and Ben", ""))
    assert all("decided_by = '': must be filled. Say who decided." in line for line in problems(first, second, path))


def test_a_decision_that_the_table_cannot_hold_is_named_by_its_line(differing):
    first, second, path = differing
    decide(path, lambda row: "alone" if row["column"] == "format" else row["value_a"])
    (line,) = problems(first, second, path)
    number = next(place for place, text in enumerate(path.read_text().splitlines(), start=1) if ",format," in text)
    assert line.startswith(f"disagreements.csv:{number}: arms: trial_id=")
    assert "decision = 'alone': must be one of couple, family" in line


def test_a_row_can_only_stay_or_go(differing):
    first, second, path = differing
    decide(path, lambda row: "yes" if row["column"] == "(row)" else row["value_a"])
    assert all("must be present or absent" in line for line in problems(first, second, path))


def test_decisions_on_other_figures_than_those_in_the_tables_are_refused(differing):
    first, second, path = differing
    decide(path, lambda row: row["value_a"])
    path.write_text(path.read_text().replace(",41,", ",42,"))
    assert "value_b = '42': the extraction holds '41' now. Compare again" in problems(first, second, path)[0]


def test_rows_too_many_and_too_few_are_named(differing):
    first, second, path = differing
    decide(path, lambda row: row["value_a"])
    listed = pd.read_csv(path, dtype=str, keep_default_na=False)
    listed.loc[1, "key"] = f"x{listed.loc[1, 'key']}"
    pd.concat([listed.head(1), listed]).to_csv(path, index=False)
    found = " ".join(problems(first, second, path))
    assert "the disagreement is listed twice" in found
    assert "the two extractions have no such disagreement" in found
    assert "the extractions disagree here, and the file has no row for it" in found


def test_a_list_that_may_hold_decisions_is_not_replaced_unasked(differing):
    first, second, path = differing
    with pytest.raises(ExtractionError, match="the file is there already, and may hold decisions"):
        write_comparison(compare(first, second), path.parent, force=False)


def test_any_text_survives_the_list(tmp_path, mini_extract):
    awkward = ["=1", "'quoted", "a\rb", 'a "b", c', "a\nb", "(empty)"]
    frame = compare(mini_extract, mini_extract).disagreements
    rows = [["t", str(place), "c", text, text, "", "", ""] for place, text in enumerate(awkward)]
    frame = pd.DataFrame(rows, columns=frame.columns, dtype="str")
    comparison = Comparison(agreement=pd.DataFrame(), disagreements=frame)
    _, path = write_comparison(comparison, tmp_path, force=False)
    (first, *_) = problems(mini_extract, mini_extract, path)
    assert "no such disagreement" in first
    back = pd.read_csv(path, dtype=str, keep_default_na=False)["value_a"].map(unguarded)
    assert back.tolist() == awkward


def test_references_are_compared_by_field_and_agreed_on_like_rows(two, tmp_path):
    anna, ben = two
    path = ben / "references.bib"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Journal of Trials", "Journal of Other Trials", 1), encoding="utf-8")
    first, second = read_extract(anna), read_extract(ben)
    listed = write_comparison(compare(first, second), tmp_path / "compared", force=False)[1]
    rows = pd.read_csv(listed, dtype=str, keep_default_na=False)
    assert rows[["table", "key", "column", "value_a", "value_b"]].to_numpy().tolist() == [
        ["references", "key=alpha2001", "journal", "Journal of Trials", "Journal of Other Trials"]
    ]
    decide(listed, lambda row: row["value_b"])
    agreed = bibliography_of(agreed_tables(first, second, listed).bibliography, "x").entries
    before = read_bibliography(anna / "references.bib").entries
    assert {key: one.csl for key, one in agreed.items()} == {
        key: one.csl | ({"container-title": "Journal of Other Trials"} if key == "alpha2001" else {})
        for key, one in before.items()
    }
