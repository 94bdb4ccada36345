"""What changed between two states of the invented review: the change named, what it moves, and nothing else."""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.files import read_table, rows_of, write_table
from ipt_evidence.reporting.changes.causes import apply, causes_of
from ipt_evidence.reporting.changes.document import changes_data, changes_markdown, changes_page
from ipt_evidence.reporting.changes.inputs import differences
from ipt_evidence.reporting.changes.moved import Moved, Place
from ipt_evidence.reporting.changes.outline import outline
from ipt_evidence.reporting.changes.remaking import remake
from ipt_evidence.reporting.changes.report import _explained, compare
from ipt_evidence.reporting.changes.states import State, state_in

ROOT = Path(__file__).parents[3]
MADE = ("effect_sizes", "syntheses", "synthesis_weights", "selections", "ratings", "certainty", "absolute", "claims",
        "robustness", "concordance", "agreement", "summary_of_findings")  # fmt: skip
NEWCOMER = "willow2021"


def copied(state, folder):
    for part in ("config", "data/raw"):
        shutil.copytree(state / part, folder / part)
    return folder


def swap(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_trial(folder):
    """Add a trial like Invented Alder 2011, with other figures, its own source and its own reference."""
    raw = folder / "data/raw"
    for name in ("trials", "arms", "outcomes", "sources"):
        with (raw / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        like = [row for row in rows if "alder2011" in (row.get("trial_id"), row.get("source_id", "")[7:])]
        assert like
        for row in like:
            row = {
                key: cell.replace("alder2011", NEWCOMER).replace("Alder 2011", "Willow 2021")
                for key, cell in row.items()
            }
            row |= {"mean": "21.5"} if row.get("mean") == "16.4" else {}
            rows.append(row)
        with (raw / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    bib = (raw / "references.bib").read_text(encoding="utf-8")
    start = bib.index("{alder2011,")
    entry = bib[bib.rindex("@", 0, start) : bib.index("\n}", start) + 2]
    entry = entry.replace("alder2011", NEWCOMER).replace("Alder", "Willow").replace("2011", "2021")
    (raw / "references.bib").write_text(f"{bib}\n{entry}\n", encoding="utf-8")


def named(name, folder):
    return State(name, folder, {})


def places(found, kind):
    return {one.moved.place.name for one in found.moved if one.moved.place.kind == kind}


def rated(folder):
    return rows_of(read_table(folder / "data/processed/ratings.csv"))


@pytest.fixture(scope="module")
def old(example):
    return example


@pytest.fixture(scope="module")
def with_trial(old, tmp_path_factory):
    folder = copied(old, tmp_path_factory.mktemp("changes") / "new")
    add_trial(folder)
    remake(folder, old)
    return folder


@pytest.fixture(scope="module")
def one_trial(old, with_trial):
    return compare(named("old", old), named("new", with_trial), tell=print)


def test_tables_made_again_are_those_of_the_workflow(old, tmp_path):
    folder = copied(old, tmp_path / "again")
    remake(folder)
    for name in MADE:
        made, first = (read_table(one / f"data/processed/{name}.csv") for one in (folder, old))
        key = list(first.columns)
        pd.testing.assert_frame_equal(
            made.sort_values(key, ignore_index=True), first.sort_values(key, ignore_index=True), check_exact=True
        )


def test_the_same_state_twice_says_that_nothing_changed(old):
    found = compare(state_in(old), state_in(old), tell=print)
    assert (found.causes, found.moved) == ((), ())
    assert outline(found).summary == "Nothing changed."


def test_a_new_trial_is_named_and_moves_exactly_the_questions_it_answers(one_trial, old, with_trial):
    (cause,) = one_trial.causes
    assert (cause.title, cause.how) == (f"trial {NEWCOMER}", "came")
    assert {change.file for change in cause.carried} == {"data/raw/sources.csv", "data/raw/references.bib"}
    weights = read_table(with_trial / "data/processed/synthesis_weights.csv")
    answered = set(weights.loc[weights["trial_id"].eq(NEWCOMER), "question_id"])
    assert len(answered) > 1
    assert places(one_trial, "question") == answered
    before, after = (read_table(one / "data/processed/claims.csv").set_index("claim_id") for one in (old, with_trial))
    said = ["verdict", "why", "instead"]
    differ = {name for name in after.index if not before.loc[name, said].equals(after.loc[name, said])}
    assert places(one_trial, "claim") == differ
    assert {(one.by, one.how) for one in one_trial.moved} == {((f"trial {NEWCOMER}",), "only")}


def test_text_to_paste_again_is_listed_guide_by_guide(one_trial, with_trial):
    moved = [one.moved for one in one_trial.moved if one.moved.place.kind == "guide"]
    trials = len(read_table(with_trial / "data/processed/trials.csv"))
    assert any(f"They hold {trials} randomised trials on" in text for one in moved for text in one.new)
    assert not any(one.place.what.startswith("Recommended reading") for one in moved)
    assert [place.kind for place in outline(one_trial).guides] == ["guide"] * len(places(one_trial, "guide"))
    assert "## Text to paste again" in changes_markdown(outline(one_trial))


def test_labels_and_certainty_that_moved_are_those_of_the_tables(one_trial, old, with_trial):
    before, after = (
        read_table(one / "data/processed/ratings.csv").set_index("question_id") for one in (old, with_trial)
    )
    for column, what in (("certainty", "certainty"), ("rule_id", "rule"), ("k", "trials")):
        differ = set(after.index[after[column].fillna("") != before.loc[after.index, column].fillna("")])
        assert {one.moved.place.name for one in one_trial.moved if one.moved.place.what == what} == differ


def test_each_form_names_the_trial_and_what_moved(one_trial, review):
    told = outline(one_trial)
    page = changes_page(told, review.settings["review"], ROOT / "workflow/templates")
    for text in (changes_markdown(told).replace("\\", ""), page, str(changes_data(told))):
        assert NEWCOMER in text
        for place in told.questions:
            assert place.name in text


def test_without_an_earlier_state_the_page_says_so(review):
    page = changes_page(None, review.settings["review"], ROOT / "workflow/templates")
    assert "No earlier state of this review is kept here" in page


def test_another_important_difference_is_named_and_nothing_else(old, tmp_path):
    folder = copied(old, tmp_path / "mid")
    swap(folder / "config/vocabulary/mids.csv", "functioning,,SMD,0.3", "functioning,,SMD,0.9")
    remake(folder, old)
    found = compare(named("old", old), named("new", folder), tell=print)
    assert [(cause.title, cause.how) for cause in found.causes] == [("important difference functioning", "changed")]
    assert found.causes[0].changes[0].cells == (("mid", "0.3", "0.9"),)
    plan = read_table(old / "config/questions.csv").set_index("question_id")
    assert places(found, "question")
    assert set(plan.loc[list(places(found, "question")), "outcome"]) == {"functioning"}


def test_of_several_changes_each_is_named_beside_what_it_moves(old, with_trial, tmp_path):
    folder = copied(with_trial, tmp_path / "three")
    swap(folder / "data/raw/claims.csv", "leaflet,efficacy,late_life_depression", "leaflet,efficacy,chronic_pain")
    swap(folder / "data/raw/sources.csv", "Invented report of Invented Birch 2012", "Invented paper of Birch 2012")
    remake(folder, with_trial)
    found = compare(named("old", old), named("new", folder), tell=print)
    trial, claim = f"trial {NEWCOMER}", "claim helps_in_later_life"
    assert {cause.title for cause in found.causes} == {trial, claim, "source report_birch2012"}
    moving = {title for one in found.moved for title in one.by}
    assert [cause.title for cause in found.causes if cause.title not in moving] == ["source report_birch2012"]
    answers = [one for one in found.moved if one.moved.place.kind != "guide"]
    for one in answers:
        assert one.by == ((claim,) if one.moved.place.name == "helps_in_later_life" else (trial,)), one
        assert one.how == "alone"
    assert {title for one in found.moved for title in one.by} == {trial, claim}
    assert all("source" not in title for one in found.moved for title in one.by)


PLACE = Place("question", "q", "label")
MOVED = Moved(PLACE, "Q", ("limited",), ("strong",))
TOLD = {
    "alone": ({"a": {PLACE: ("strong",)}, "b": {}}, ("a",)),
    "each alone": ({"a": {PLACE: ("strong",)}, "b": {PLACE: ("strong",)}}, ("a", "b")),
    "each in part": ({"a": {PLACE: ("moderate",)}, "b": {PLACE: ("moderate",)}}, ("a", "b")),
    "one of them in part": ({"a": {PLACE: ("moderate",)}, "b": {}}, ("a", "b")),
    "none of them": ({"a": {}, "b": {}}, ("a", "b")),
}


@pytest.mark.parametrize("case", TOLD)
def test_causes_that_move_something_only_together_are_said_to(case):
    said, by = TOLD[case]
    found = _explained(MOVED, said, {PLACE: ("strong",)}, ("a", "b"))
    assert (found.by, found.how) == (by, "alone" if "alone" in case else "together")


def test_what_changed_behind_the_printed_digits_is_no_change(old, tmp_path):
    folder = tmp_path / "rounded"
    shutil.copytree(old, folder)
    for name in ("syntheses", "ratings"):
        path = folder / f"data/processed/{name}.csv"
        table = read_table(path)
        write_table(table.assign(**{one: table[one] + 1e-9 for one in ("estimate", "ci_low", "ci_high")}), path)
    assert compare(named("old", old), named("new", folder)).moved == ()


def test_order_and_spelling_are_no_change_and_all_changes_made_lead_from_one_state_to_the_other(
    old, with_trial, tmp_path
):
    again = copied(with_trial, tmp_path / "again")
    path = again / "data/raw/outcomes.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *reversed(rows)]).replace(",16.4,", ",16.40,") + "\n", encoding="utf-8")
    assert differences(with_trial, again) == ()
    made = copied(old, tmp_path / "made")
    apply(causes_of(differences(old, with_trial)), made)
    assert differences(with_trial, made) == ()
    apply(causes_of(differences(with_trial, old)), made)
    assert differences(old, made) == ()


def test_tables_that_are_not_made_from_the_inputs_are_refused(old, tmp_path):
    folder = tmp_path / "edited"
    shutil.copytree(old, folder)
    with (folder / "data/raw/arms.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(EvidenceError) as refusal:
        state_in(folder, "edited")
    assert str(refusal.value) == (
        "edited: data/raw/arms.csv: not what its tables were made from. Run the pipeline there again: make"
    )
    with pytest.raises(EvidenceError, match=r"^bare: no state of a review: config/config\.yaml is missing"):
        state_in(tmp_path, "bare")


def test_tables_in_the_form_of_another_program_are_named(old, tmp_path):
    folder = tmp_path / "earlier"
    shutil.copytree(old, folder)
    claims = read_table(folder / "data/processed/claims.csv")
    write_table(
        claims.assign(sentences=claims["sentences"].map(lambda _: '{"plain": {}}')),
        folder / "data/processed/claims.csv",
    )
    with pytest.raises(EvidenceError) as refusal:
        compare(State("HEAD~9", folder, {"src/ipt_evidence/words/labels.py": "other"}), state_in(old))
    assert str(refusal.value).startswith(
        "HEAD~9: made by another program, whose tables have a form that this one does not"
    )
    assert str(refusal.value).endswith("Compare states of one program, or from a later commit on")
