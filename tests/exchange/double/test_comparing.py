import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange.double import compare, read_extract
from ipt_evidence.exchange.workbook import workbook_bytes
from ipt_evidence.exchange.workbook.references import SHEETS
from ipt_evidence.extraction.breaches import ExtractionError


def swap(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def listed(comparison):
    return [tuple(row) for row in comparison.disagreements.iloc[:, :5].itertuples(index=False)]


def test_the_same_tables_leave_nothing_to_decide(mini_extract):
    comparison = compare(mini_extract, mini_extract)
    assert comparison.disagreements.empty
    filled = comparison.agreement[comparison.agreement["rows"] > 0]
    assert filled["percent"].eq(100).all()
    assert filled["kappa"].dropna().to_numpy() == pytest.approx(1)
    assert filled["largest_difference"].dropna().eq(0).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(mini_extract, shuffled, seed):
    assert compare(mini_extract, shuffled(mini_extract, seed)).disagreements.empty


def test_a_cell_read_differently_is_named_with_both_values(two):
    anna, ben = two
    swap(ben, "arms.csv", ",individual,", ",group,")
    (row,) = listed(compare(read_extract(anna), read_extract(ben)))
    assert (row[0], row[2:]) == ("arms", ("format", "individual", "group"))
    assert row[1].startswith("trial_id=")


def test_the_two_sides_swap_with_the_extractors(two):
    anna, ben = two
    swap(ben, "arms.csv", ",individual,", ",,")
    swap(ben, "outcomes.csv", ",post,", ",followup,")
    there = compare(read_extract(anna), read_extract(ben))
    back = compare(read_extract(ben), read_extract(anna))
    assert sorted(listed(there)) == sorted((*row[:3], row[4], row[3]) for row in listed(back))
    assert {row[4] for row in listed(there)} == {"(empty)", "present", "absent"}
    pd.testing.assert_frame_equal(there.agreement, back.agreement)


def test_one_number_written_in_two_ways_is_one_number(two):
    anna, ben = two
    outcomes = pd.read_csv(ben / "outcomes.csv", dtype=str, keep_default_na=False)
    outcomes["mean"] = [f"{cell}0" if "." in cell else cell for cell in outcomes["mean"]]
    outcomes["weeks"] = [f"{cell}.0" if cell and "." not in cell else cell for cell in outcomes["weeks"]]
    outcomes.to_csv(ben / "outcomes.csv", index=False)
    assert (ben / "outcomes.csv").read_text() != (anna / "outcomes.csv").read_text()
    assert compare(read_extract(anna), read_extract(ben)).disagreements.empty


def test_a_key_read_differently_is_a_row_that_only_one_has(two):
    anna, ben = two
    swap(ben, "outcomes.csv", ",post,", ",followup,")
    comparison = compare(read_extract(anna), read_extract(ben))
    assert sorted(row[2:] for row in listed(comparison)) == [
        ("(row)", "absent", "present"),
        ("(row)", "present", "absent"),
    ]
    whole = comparison.agreement.query("table == 'outcomes' and column == '(row)'").iloc[0]
    assert whole["rows"] - whole["equal"] == 2


def test_only_columns_of_categories_have_a_kappa(mini_extract):
    kinds = compare(mini_extract, mini_extract).agreement.set_index(["table", "column"])["kind"]
    assert kinds["trials", "condition"] == kinds["trials", "phase"] == "category"
    assert kinds["outcomes", "lower_is_better"] == kinds["risk_of_bias", "judgement"] == "category"
    assert kinds["outcomes", "mean"] == kinds["arms", "n_randomised"] == "number"
    assert kinds["trials", "notes"] == kinds["outcomes", "source_id"] == "text"


def test_a_workbook_and_a_folder_can_be_compared(two, mini_extract, vocabulary, tmp_path):
    path = tmp_path / "ben.xlsx"
    path.write_bytes(workbook_bytes({name: mini_extract.tables[name].cells for name in SHEETS}, vocabulary))
    assert compare(read_extract(two[0]), read_extract(path)).disagreements.empty


def test_a_folder_need_not_hold_every_table(two):
    for folder in two:
        (folder / "claims.csv").unlink()
    comparison = compare(read_extract(two[0]), read_extract(two[1]))
    assert comparison.disagreements.empty
    assert "claims" not in set(comparison.agreement["table"])


def test_an_extraction_that_is_not_sound_is_refused_with_each_cell(two):
    swap(two[1], "arms.csv", ",individual,", ",alone,")
    with pytest.raises(ExtractionError, match="format = 'alone': must be one of couple"):
        read_extract(two[1])


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(ExtractionError, match=r"the folder has no table \(trials.csv, arms.csv"):
        read_extract(tmp_path)
