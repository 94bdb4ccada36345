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
SPELLED = [
    *("  ", "nan", "NaN", "NA", "N/A", "None", "<NA>", "NaT", "null", pd.NaT, np.datetime64("NaT"), "\u00a0"),
    *(b"", b"nan", "\u200b", "\ufeff ", "#N/A", "#REF!", "#DIV/0!", "n/a", "NAN", "-nan", ".", np.str_("nan ")),
]  # fmt: skip


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


@pytest.mark.parametrize(("name", "label"), CASES)
@pytest.mark.parametrize(
    "twin",
    [lambda text: f"{text} ", lambda text: f"\u00a0{text}", lambda text: f"{text}\u200b", lambda text: f"{text}\n"],
    ids=["space", "no-break space", "no width", "line end"],
)
def test_labels_that_no_eye_tells_apart_are_refused_with_their_positions(name, label, twin):
    own = [f"{text}x" for text in LABELS[label]]
    given = [own[0], own[1], own[2], own[3], twin(own[1])]
    with pytest.raises(
        (SynthesisError, EffectSizeError),
        match=rf"{label} must not differ in spaces or unseen signs alone; positions \[4\]",
    ) as raised:
        call(name, **{label: given})
    assert f"{twin(own[1])!r} beside {own[1]!r}" in str(raised.value)


def test_treatments_components_and_groups_differ_in_more_than_case_and_spaces():
    pairs = {"treatments1": ["CBT", "cbt", "IPT", "wait list", "IPT"], "treatments2": ["Waitlist"] * 4 + ["TAU"]}
    message = "treatments must differ in more than case and spaces; give one name to 'CBT' and 'cbt'; 'wait list' and"
    for name in ("network", "node_split", "component_network", "network_posterior", "group_contributions"):
        with pytest.raises(SynthesisError, match=message):
            call(name, **pairs)
    components = {"treatments1": ["IPT", "ipt+Drug", "IPT", "a", "b"], "treatments2": ["o"] * 5}
    with pytest.raises(SynthesisError, match=r"components must differ in more .* to 'IPT' and 'ipt'"):
        call("component_network", **components)
    assert call("network", **components).k == 5
    for name in ("compare_subgroups", "group_contributions"):
        with pytest.raises(SynthesisError, match=r"groups must differ in more .* to 'low' and 'Low'"):
            call(name, groups=["low", "high", "Low", "high", "high"])


def test_bytes_name_treatments_as_text_does():
    texts = {label: np.array(LABELS[label], dtype="S") for label in ("treatments1", "treatments2", "studies")}
    assert call("network", **texts).treatments == call("network").treatments


def test_trials_may_be_told_apart_by_case_and_groups_by_signs():
    assert synthesis.pool_dependent(EFFECTS, VARIANCES, ["a", "A", "b", "B", "c"]).k == 5
    assert call("group_contributions", groups=["+", "-", "?", "-", "+"]).groups == ("+", "-", "?")
