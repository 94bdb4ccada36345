import pytest

from ipt_evidence.reporting.remarks import FLAGS, Remarks, sentence


@pytest.fixture(scope="module")
def remarks(review):
    return Remarks(review)


def test_no_flag_of_a_pooled_trial_is_passed_over(review, remarks):
    flagged = review.tables["synthesis_weights"].dropna(subset=["flags"])
    assert len(flagged) > 3
    for row in flagged.to_dict("records"):
        flags = row["flags"].split(";")
        remark = remarks.on(row["trial_id"], row["flags"])
        assert len(remark.doubts) == sum(flag.startswith("doubt:") for flag in flags)
        assert len(remark.notes) == sum(not flag.startswith(("doubt:", "sensitivity:")) for flag in flags)


def test_a_trial_without_flags_has_no_remark(review, remarks):
    trial = review.tables["trials"]["trial_id"].iloc[0]
    remark = remarks.on(trial, float("nan"))
    assert (remark.notes, remark.doubts) == ((), ())


def test_a_doubt_says_what_was_done(remarks):
    (doubt,) = remarks.on("cedar2013", "doubt:cedar2013_followup").doubts
    assert "Half of the people had other treatment" in doubt["doubt"]
    assert "Left out in the named analysis" in doubt["resolution"]


def test_reasons_name_the_doubt_not_its_id(remarks):
    reason = remarks.reason({"reason_id": "doubt", "doubt_id": "gorse2017_days"})
    assert "turns the scale round in one table" in reason
    assert "gorse2017" not in reason


def test_no_reason_shown_holds_an_id(review, remarks):
    selected = review.tables["selections"]
    told = {remarks.reason(row) for row in selected[~selected["used"]].to_dict("records")}
    assert len(told) > 2
    assert all("_" not in reason and "{" not in reason for reason in told)


def test_trials_go_by_their_labels(remarks):
    assert remarks.named("elm2015;alder2011") == "Invented Elm 2015, Invented Alder 2011"
    assert remarks.named(float("nan")) == ""


def test_remarks_are_sentences():
    assert sentence("measures anxiety, not the outcome in question") == "Measures anxiety, not the outcome in question."
    assert all(note[0].isupper() and note.endswith(".") for note in FLAGS.values())
