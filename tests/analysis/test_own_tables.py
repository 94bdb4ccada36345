import pandas as pd
import pytest

from ipt_evidence.analysis import effects_from_tables
from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import RAW_TABLES

SHOWN = ["trial_id", "arm1_id", "arm2_id", "outcome", "instrument", "timepoint", "measure", "formula"]


def raw(tables, *names):
    """The checked tables of the review in the form of the raw ones."""
    return {name: tables[name][list(RAW_TABLES[name].columns)] for name in names}


def test_the_tables_of_the_review_give_its_effects(tables):
    given = raw(tables, "trials", "arms", "outcomes", "contrasts")
    found = effects_from_tables(given, tables.vocabulary).sort_values(["effect_id"], ignore_index=True)
    theirs = tables["effect_sizes"].sort_values("effect_id", ignore_index=True)
    ours = found[found["effect_id"].isin(theirs["effect_id"])].reset_index(drop=True)
    assert ours["effect_id"].tolist() == theirs["effect_id"].tolist()
    pd.testing.assert_frame_equal(ours[["yi", "vi"]], theirs[["yi", "vi"]])


@pytest.fixture
def own():
    arms = {"trial_id": "own", "arm_id": ["one", "two"]}
    return {
        "trials": pd.DataFrame(
            [{"trial_id": "own", "label": "Own", "year": 2026, "condition": "depression", "phase": "acute"}]
        ),
        "arms": pd.DataFrame({**arms, "treatment": ["ba", "care_as_usual"]}),
        "outcomes": pd.DataFrame(
            {**arms, "outcome": "symptom_severity", "domain": "target", "timepoint": "post", "measure": "continuous",
             "mean": [10.0, 12.0], "sd": 4.0, "n": 30, "lower_is_better": True}
        ),
    }  # fmt: skip


def test_only_what_is_needed_need_be_there(own, tables):
    found = effects_from_tables(own, tables.vocabulary).set_index("measure")
    assert found.at["MD", "yi"] == pytest.approx(2.0)
    assert found.at["MD", "vi"] == pytest.approx(2 * 4.0**2 / 30)
    assert set(found["intervention"]) == {"ba"}


def test_every_mistake_is_named_with_its_place_at_once(own, tables):
    own["outcomes"] = own["outcomes"].assign(
        sd=[-4.0, 4.0], outcome=["symptom_severity", "luck"], arm_id=["one", "three"]
    )
    with pytest.raises(ExtractionError) as caught:
        effects_from_tables(own, tables.vocabulary)
    breaches = {(one.file, one.line, one.column, one.rule) for one in caught.value.breaches}
    assert breaches == {
        ("outcomes", 2, "sd", "must be above 0"),
        ("outcomes", 3, "outcome", "must be a word of outcomes"),
        ("outcomes", 3, "arm_id", "must be an arm of arms"),
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda own: own | {"results": own["arms"]},
            "'results' is no table of trials; these are trials, arms, outcomes",
        ),
        (
            lambda own: own | {"arms": own["arms"].rename(columns={"treatment": "treatmnt"})},
            "the table 'arms' has no column 'treatmnt'; did you mean treatment?",
        ),
        (
            lambda own: {"trials": own["trials"]},
            "the table 'arms' is missing: trials say who was randomised, arms to what",
        ),
    ],
)
def test_tables_and_columns_that_there_are_not_are_refused(own, tables, change, message):
    with pytest.raises(EvidenceError) as caught:
        effects_from_tables(change(own), tables.vocabulary)
    assert str(caught.value).startswith(message)
