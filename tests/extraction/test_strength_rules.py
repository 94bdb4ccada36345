"""The check of the rule table behind every strength label."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.appraisal.certainty import LEVELS
from ipt_evidence.appraisal.strength import Reading, strength_of
from ipt_evidence.extraction.inputs import examine
from ipt_evidence.extraction.strength_rules import check_strength_rules
from ipt_evidence.words.strength_rules import LADDER, rules_of

RULES = Path(__file__).parents[2] / "config" / "strength_rules.csv"


@pytest.fixture
def found(tmp_path):
    """Return what is wrong with the table once some of its text is changed, a line each."""

    def changed(*pairs):
        path, text = tmp_path / "rules.csv", RULES.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return [str(breach).removeprefix(f"{tmp_path.as_posix()}/") for breach in check_strength_rules(path)]

    return changed


def test_the_table_in_use_is_sound():
    assert check_strength_rules(RULES) == []


def test_misspelt_words_stop_with_file_and_line_all_at_once(found):
    wrong = found(
        ("strong,difference,high,estimate", "strong,diference,high,estimat"),
        ("moderate,difference,moderate", "moderate,difference,moderat"),
    )
    assert wrong == [
        "rules.csv:3: rule_id=high_difference: direction = 'diference': must be one of any, difference, "
        "no_important_difference, little_difference, unclear. Choose one of the listed words.",
        "rules.csv:5: rule_id=moderate_difference: min_certainty = 'moderat': must be one of any, low, moderate, high. "
        "Choose one of the listed words.",
        "rules.csv:3: rule_id=high_difference: size = 'estimat': must be one of any, estimate. Choose one of the "
        "listed words.",
    ]


@pytest.mark.parametrize(
    ("pairs", "wrong"),
    [
        (
            [("few_people,insufficient", "few_people,strong")],
            ["rules.csv:12: rule_id=few_people: strength = 'strong': must not be stronger than line 5 (moderate), "
             "which can hold in the same direction: more certainty, size, trials or people would give a weaker label. "
             "Move the row above line 5, or correct the strength."],
        ),
        (
            [("very_low_certainty,insufficient,any,", "very_low_certainty,insufficient,unclear,")],
            ["rules.csv:11: rule_id=very_low_certainty: never decides: earlier rules hold whenever it does. Delete it, "
             "move it up, or have the earlier ones ask for more."],
        ),
        (
            [("few_people,insufficient,any,any,any,1,0", "few_people,insufficient,any,low,any,2,100")],
            ["rules.csv:12: rule_id=few_people: never decides: earlier rules hold whenever it does. Delete it, move "
             "it up, or have the earlier ones ask for more.",
             "rules.csv:12: rule_id=few_people: min_certainty = 'low': must be any in the last rule, so that every "
             "answer gets a label. Correct it, or add a rule at the end that asks for nothing.",
             "rules.csv:12: rule_id=few_people: min_participants = '100': must be 0 in the last rule, so that every "
             "answer gets a label. Correct it, or add a rule at the end that asks for nothing.",
             "rules.csv:12: rule_id=few_people: min_k = '2': must be 1 in the last rule, so that every answer gets a "
             "label. Correct it, or add a rule at the end that asks for nothing."],
        ),
        (
            [("no_trials,no_evidence,any,any,any,0,0\n", "")],
            ["rules.csv: must have a rule for questions without trials. Add one whose strength is no_evidence."],
        ),
        (
            [("very_low_certainty,", "few_people,")],
            ["rules.csv:12: rule_id=few_people: line 11 has the same rule_id. Delete one of the two, or correct what "
             "tells them apart."],
        ),
    ],
    ids=["order", "dead", "last", "no trials", "twice"],
)  # fmt: skip
def test_a_table_that_does_not_hold_together_is_refused(found, pairs, wrong):
    assert found(*pairs) == wrong


def test_the_rules_are_checked_with_everything_else(mini, tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text(RULES.read_text(encoding="utf-8").replace("unclear", "open"), encoding="utf-8")
    (finding,) = examine(mini.raw, mini.vocabulary, mini.questions, path, "ipt").findings
    assert (finding.file, finding.line, finding.column, finding.value) == (path.as_posix(), 10, "direction", "open")
    inputs = examine(mini.raw, mini.vocabulary, mini.questions, mini.rules, "ipt").inputs
    assert inputs["file"].iloc[-1] == mini.rules.as_posix()


rows = st.tuples(
    st.sampled_from(LADDER[1:]), st.sampled_from(["any", "difference", "unclear"]),
    st.sampled_from(["any", "low", "high"]), st.sampled_from(["any", "estimate"]), st.integers(1, 3),
    st.sampled_from([0, 100]),
)  # fmt: skip
LEANINGS = [
    ("favours_intervention", "crosses"), ("favours_comparator", "estimate_beyond"),
    ("no_important_difference", "short"), ("unclear", "crosses"),
]  # fmt: skip


@settings(max_examples=50)
@given(st.lists(rows, min_size=1, max_size=3))
def test_a_table_that_passes_never_gives_less_for_more(tmp_path_factory, middle):
    """Rules between a first and a last one that are always there; a refused table proves nothing and is let go."""
    first, last = (
        ("none", "no_evidence", "any", "any", "any", 0, 0),
        ("last", "insufficient", "any", "any", "any", 1, 0),
    )
    named = [(f"r{place}", *row) for place, row in enumerate(middle)]
    table = pd.DataFrame([first, *named, last], columns=pd.read_csv(RULES).columns)
    path = tmp_path_factory.mktemp("rules") / "rules.csv"
    table.to_csv(path, index=False)
    if check_strength_rules(path):
        return
    rules = rules_of(table)
    for direction, size in LEANINGS:
        reading = Reading(direction=direction, interval_vs_null="", interval_vs_mid=size)
        given_by = [
            [[LADDER.index(strength_of(reading, certainty=certainty, k=k, n_participants=people, comparator="control",
                                       rules=rules).strength) for people in (0.0, 100.0)] for k in (1, 2, 3)]
            for certainty in LEVELS
        ]  # fmt: skip
        assert all((np.diff(given_by, axis=axis) >= 0).all() for axis in range(3))
