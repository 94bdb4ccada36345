from pathlib import Path

import pytest

from ipt_evidence.exchange import Imported, LeftOut, text_table
from ipt_evidence.exchange.completing import (
    with_cells,
    with_directions,
    with_known_treatments,
    with_new_words,
    with_own_condition,
)
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.extraction.vocabulary import load_vocabulary

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def vocabulary():
    return load_vocabulary(ROOT / "config" / "vocabulary")


@pytest.fixture
def imported():
    outcomes = [
        (2, {"outcome": "symptom_severity", "instrument": "BDI", "measure": "continuous"}),
        (3, {"outcome": "symptom_severity", "instrument": "BDI", "measure": "change", "lower_is_better": "false"}),
        (4, {"outcome": "symptom_severity", "instrument": "SF-36", "measure": "continuous"}),
        (5, {"outcome": "symptom_severity", "instrument": "new-scale", "measure": "continuous"}),
        (6, {"outcome": "joy", "instrument": "new-scale", "measure": "binary"}),
    ]
    return Imported(
        kind="metapsy",
        file="file.csv",
        tables={
            "outcomes": text_table("outcomes", outcomes),
            "trials": text_table("trials", [(2, {"phase": "acute"}), (3, {})]),
        },
        todo=(LeftOut("file.csv", None, "trials.phase", "give it"),),
    )


def test_directions_come_from_the_vocabulary_where_the_file_has_none(imported, vocabulary):
    found = with_directions(imported, vocabulary)
    assert found.tables["outcomes"]["lower_is_better"].tolist() == ["true", "false", "false", "", ""]
    assert [item.what for item in found.todo] == ["trials.phase", "direction of new-scale"]


def test_a_treatment_is_known_by_its_word_in_any_letters_and_by_its_label(vocabulary):
    names = ["IPT", "Interpersonal  psychotherapy", "pharmacotherapy:ssri", "Music therapy"]
    arms = text_table("arms", [(line, {"treatment": name}) for line, name in enumerate(names, start=2)])
    found = with_known_treatments(Imported(kind="revman", file="file.rm5", tables={"arms": arms}, todo=()), vocabulary)
    assert found.tables["arms"]["treatment"].tolist() == ["ipt", "ipt", "pharmacotherapy:ssri", "Music therapy"]


def test_new_words_are_named_once_with_their_first_line(imported, vocabulary):
    found = with_new_words(imported, vocabulary)
    assert [(item.line, item.what) for item in found.todo[1:]] == [(6, "outcome 'joy'"), (5, "instrument 'new-scale'")]
    assert found.todo[1].reason.startswith("needs a row in config/vocabulary/outcomes.csv, or another word; ")


def test_only_empty_cells_are_filled(imported):
    found = with_cells(imported, {("trials", "phase"): "maintenance"})
    assert found.tables["trials"]["phase"].tolist() == ["acute", "maintenance"]
    assert found.todo == ()


def test_a_column_that_is_not_there_is_a_key_error(imported):
    with pytest.raises(KeyError):
        with_cells(imported, {("arms", "format"): "group"})


def test_a_ledger_keeps_the_first_and_fills_what_it_lacks():
    ledger = Ledger("file.csv")
    ledger.keep_first("trials", 2, {"trial_id": "a", "label": "A", "year": "", "country": "US"}, "trial a")
    ledger.keep_first("trials", 3, {"trial_id": "a", "label": "A", "year": "2001", "country": "GB"}, "trial a")
    assert ledger.rows["trials"] == {("a",): (2, {"trial_id": "a", "label": "A", "year": "2001", "country": "US"})}
    assert ledger.left == [LeftOut("file.csv", 3, "trial a", "country is 'US' in line 2, 'GB' here: the first is kept")]
    offered = {"trial_id": "a", "year": "2002", "label": "A"}
    assert ledger.contradiction("trials", [offered], ("year", "label")) == (
        "contradicts line 2 (year 2001 there, 2002 here); line 2 is kept"
    )
    assert ledger.contradiction("trials", [{"trial_id": "b", "year": "2002"}], ("year",)) == ""
    assert ledger.tables(("trials", "arms"))["arms"].empty


@pytest.mark.parametrize(
    ("condition", "domains"),
    [("unipolar_depression", ["target", "", "anxiety"]), ("", ["depression", "", "anxiety"])],
)
def test_only_a_known_domain_may_be_the_condition_of_its_trial(condition, domains):
    trials = text_table("trials", [(2, {"trial_id": "ash2001", "condition": condition})])
    named = [(line, {"trial_id": "ash2001", "domain": name}) for line, name in enumerate(("depression", "", "anxiety"))]
    tables = {"trials": trials, "outcomes": text_table("outcomes", named)}
    found = with_own_condition(Imported(kind="metapsy", file="file.csv", tables=tables, todo=()))
    assert found.tables["outcomes"]["domain"].tolist() == domains
