"""An override holds until one of its inputs changes."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.overrides import Override, changes, decide, inputs_json

INPUTS = {"k": 5, "estimate": 0.5123456789, "target": "benefit", "missing": float("nan"), "marks": ["a", "b"]}


def override(inputs):
    return Override(judgement="0", assessor="A. Panel", date="2027-01-31", reason="the same team", inputs_seen=inputs)


def test_without_an_override_the_rule_decides():
    found = decide("-1", INPUTS, None)
    assert (found.judgement, found.computed, found.status, found.note) == ("-1", "-1", "computed", "")


def test_an_override_replaces_the_judgement_and_keeps_what_the_rule_said():
    found = decide("-1", INPUTS, override(json.loads(inputs_json(INPUTS))))
    assert (found.judgement, found.computed, found.status) == ("0", "-1", "overridden")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"k": 6}, "k was 5, is 6"),
        ({"estimate": 0.52}, "estimate was 0.512346, is 0.52"),
        ({"missing": 1.0}, "missing was not known, is 1"),
        ({"marks": ["a"]}, "marks was ['a', 'b'], is ['a']"),
        ({"new": 3}, "new was not known, is 3"),
    ],
)
def test_a_changed_input_ends_it_and_is_named(change, words):
    found = decide("-1", INPUTS | change, override(json.loads(inputs_json(INPUTS))))
    assert (found.judgement, found.status) == ("-1", "expired")
    assert words in found.note


def test_rounding_noise_is_no_change():
    assert changes(INPUTS, INPUTS | {"estimate": INPUTS["estimate"] * (1 + 1e-9)}) == []


values = st.one_of(st.integers(-9, 9), st.floats(-9, 9), st.text(max_size=5), st.none(), st.booleans())


@given(st.dictionaries(st.text(max_size=5), values, max_size=5))
def test_what_is_written_down_and_read_again_has_not_changed(inputs):
    assert changes(json.loads(inputs_json(inputs)), inputs) == []


def test_numbers_of_numpy_are_written_as_numbers():
    assert inputs_json({"a": np.float64(0.5), "b": np.int64(3), "c": np.nan}) == '{"a": 0.5, "b": 3, "c": null}'
