"""A missing label is refused with its position, however it is spelled and wherever labels are taken."""

import inspect

import numpy as np
import pandas as pd
import pytest

from ipt_evidence import effects, synthesis
from ipt_evidence.errors import EffectSizeError, SynthesisError

EFFECTS, VARIANCES = [0.9, 0.1, 0.35, 0.65, -0.2], [0.03, 0.05, 0.02, 0.04, 0.06]
NUMBERS = {
    "effects": EFFECTS, "variances": VARIANCES, "covariance": np.diag(VARIANCES), "moderators": [1, 2, 3, 5, 4],
    "variances1": [0.01] * 5, "variances2": [0.02] * 5, "n1": [30] * 5, "n2": [40] * 5, "first": "A", "second": "B",
}  # fmt: skip
LABELS = {
    "clusters": ["a", "a", "b", "c", "d"],
    "groups": ["x", "y", "x", "y", "y"],
    "arms1": ["i1", "i2", "i3", "i4", "i5"],
    "arms2": ["c1", "c1", "c2", "c3", "c4"],
    "outcomes": ["o", "o", "o", "p", "p"],
    "treatments1": ["A", "B", "A", "C", "A"],
    "treatments2": ["B", "C", "C", "D", "D"],
    "studies": ["1", "2", "3", "4", "5"],
}
FUNCTIONS = {
    name: getattr(face, name) for face in (effects, synthesis) for name in face.__all__
    if inspect.isfunction(getattr(face, name))
}  # fmt: skip
CASES = [
    (name, label)
    for name, function in FUNCTIONS.items()
    for label in inspect.signature(function).parameters
    if label in LABELS
]
SPELLED = ["  ", "nan", "NaN", "NA", "N/A", "None", "<NA>", "NaT", "null", pd.NaT, np.datetime64("NaT")]


def call(name, **given):
    wanted = inspect.signature(FUNCTIONS[name]).parameters
    known = {key: value for key, value in (NUMBERS | LABELS).items() if key in wanted}
    return FUNCTIONS[name](**(known | given))


def test_every_function_with_labels_is_met():
    assert {name for name, _ in CASES} >= {
        "pool_dependent",
        "aggregate",
        "compare_subgroups",
        "network",
        "smd_covariance",
    }


@pytest.mark.parametrize(("name", "label"), CASES)
@pytest.mark.parametrize("missing", [None, np.nan, "", pd.NA], ids=repr)
def test_a_missing_label_is_refused_with_its_position(name, label, missing):
    call(name)
    given = [*LABELS[label][:2], missing, LABELS[label][3], missing]
    with pytest.raises(
        (SynthesisError, EffectSizeError), match=rf"{label} must not be missing; positions \[2, 4\] are"
    ):
        call(name, **{label: given})


@pytest.mark.parametrize("missing", SPELLED, ids=repr)
def test_every_spelling_of_a_missing_label_is_refused(missing):
    with pytest.raises(SynthesisError, match=r"^clusters must not be missing; positions \[1\] are$"):
        call("pool_dependent", clusters=["a", missing, "b", "c", "d"])


@pytest.mark.parametrize(("name", "label"), CASES)
def test_a_masked_label_and_what_an_array_makes_of_a_missing_one_are_refused(name, label):
    masked = np.ma.array(LABELS[label], mask=[False, True, False, False, False])
    texts = np.array([LABELS[label][0], np.nan, *LABELS[label][2:]])
    for given in (masked, texts):
        with pytest.raises(
            (SynthesisError, EffectSizeError), match=rf"{label} must not be missing; positions \[1\] are"
        ):
            call(name, **{label: given})


def test_labels_of_two_kinds_stay_apart():
    assert synthesis.pool_dependent(EFFECTS, VARIANCES, [1, "1", 2, "2", 3]).k == 5
    assert synthesis.compare_subgroups(EFFECTS, VARIANCES, [1, "1", 1, "1", 1]).k.tolist() == [3, 2]
    pairs = [("a", 1), ("a", 2), ("b", 1), ("a", 1), ("b", 2)]
    assert synthesis.pool_dependent(EFFECTS, VARIANCES, pairs).k == 4
