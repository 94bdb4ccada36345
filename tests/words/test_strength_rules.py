"""The sentences of the strength rules, made from their numbers."""

from dataclasses import astuple, replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.words.strength_rules import (
    CERTAINTIES,
    DIRECTIONS,
    LADDER,
    PLAIN_FACTORS,
    SIZES,
    StrengthRule,
    goes_by,
    needs,
    never_decides,
    rules_of,
)

TABLE = pd.read_csv(Path(__file__).parents[2] / "config" / "strength_rules.csv")


def sentences(table):
    return {rule.rule_id: rule.sentence for rule in rules_of(table)}


@pytest.mark.parametrize(
    ("rule_id", "sentence"),
    [
        ("no_trials", "no trial in the tables answers the question"),
        (
            "high_difference",
            "high certainty, an interval that excludes no difference, an average beyond the smallest important "
            "difference, at least five trials with 600 people",
        ),
        (
            "low_no_difference",
            "at least low certainty, the whole interval short of an important difference either way, at least 100 "
            "people",
        ),
        (
            "low_little_difference",
            "at least low certainty, an average short of an important difference, an interval that reaches one at "
            "one end only, at least 100 people",
        ),
        ("very_low_certainty", "very low certainty, at least 100 people"),
        ("few_people", "fewer than 100 people in all"),
    ],
)
def test_a_sentence_says_what_an_answer_has_and_what_it_lacks(rule_id, sentence):
    assert sentences(TABLE)[rule_id] == sentence


def test_a_sentence_follows_its_numbers():
    raised = TABLE.replace({"min_participants": {100: 300}})
    assert sentences(raised)["few_people"] == "fewer than 300 people in all"


def test_what_no_longer_follows_is_not_said():
    raised = TABLE.assign(min_participants=TABLE["min_participants"].mask(TABLE["rule_id"].str.startswith("low_"), 300))
    assert sentences(raised)["very_low_certainty"] == "at least 100 people"


def test_the_labels_go_by_what_their_rules_ask():
    rules = rules_of(TABLE)
    assert goes_by(rules) == (
        "the certainty of the evidence by the five domains of GRADE, the size of the effect, the number of trials and "
        "the number of people"
    )
    assert needs(rules, "strong") == "high certainty, at least five trials with 600 people"
    assert needs(rules, "limited") == "at least low certainty, at least 100 people"
    sizeless = rules_of(TABLE.assign(size="any"))
    assert "large" not in goes_by(sizeless, PLAIN_FACTORS)


asked = st.builds(
    StrengthRule,
    rule_id=st.just("r"),
    strength=st.sampled_from(LADDER[1:]),
    direction=st.sampled_from(["any", *DIRECTIONS]),
    min_certainty=st.sampled_from(CERTAINTIES),
    size=st.sampled_from(SIZES),
    min_k=st.integers(1, 3),
    min_participants=st.sampled_from([0, 100, 600]),
)
found = st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(1, 4), st.sampled_from([0, 50, 100, 599, 600, 900]))


def holds(rule, direction, answer):
    return direction in rule.directions and all(one >= least for one, least in zip(answer, rule.asks, strict=True))


@given(st.lists(asked, min_size=1, max_size=5), st.sampled_from(DIRECTIONS), found)
def test_what_a_sentence_says_is_true_of_every_answer_it_decides(rules, direction, answer):
    """Each rule is told apart by its place; the words for what is lacking are held against the answer."""
    table = pd.DataFrame([astuple(replace(rule, rule_id=f"r{place}"))[:-1] for place, rule in enumerate(rules)],
                         columns=TABLE.columns)  # fmt: skip
    rules = rules_of(table)
    decides = next((rule for rule in rules if holds(rule, direction, answer)), None)
    if decides is None:
        return
    assert not never_decides(decides, rules[: rules.index(decides)])
    parts, (certainty, size, k, people) = decides.sentence.split(", "), answer
    said = {
        "very low certainty": certainty < 1,
        "less than moderate certainty": certainty < 2,
        "less than high certainty": certainty < 3,
        "an average short of the smallest important difference": size < 1,
        "a single trial in our tables": k < 2,
        "fewer than three trials": k < 3,
        "fewer than 100 people in all": people < 100,
        "fewer than 600 people in all": people < 600,
    }
    assert all(true for part, true in said.items() if part in parts)
