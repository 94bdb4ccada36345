"""Components of treatments: against metafor's design matrices, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import component_network, network

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_network_more.json").read_text())["components"]
PARTS = ("effects", "variances", "treatments1", "treatments2", "studies")
MADE = tuple(GOLDEN["made"][part] for part in PARTS)


@pytest.mark.parametrize("name", GOLDEN)
def test_components_and_comparisons_match_metafor(name):
    golden = GOLDEN[name]
    found = component_network(*(golden[part] for part in PARTS), inactive=golden["inactive"])
    assert found.components == tuple(golden["components"])
    assert found.identified.all()
    assert found.effect == pytest.approx(golden["random"]["estimate"], rel=1e-6, abs=1e-8)
    assert found.se == pytest.approx(golden["random"]["se"], rel=1e-6)
    assert found.tau2 == pytest.approx(golden["tau2"], rel=1e-5, abs=1e-8)
    pairs = [[found.treatments.index(name) for name in golden[side]] for side in ("first", "second")]
    assert found.estimate[tuple(pairs)] == pytest.approx(golden["comparison"]["estimate"], rel=1e-6, abs=1e-8)
    assert found.estimate_se[tuple(pairs)] == pytest.approx(golden["comparison"]["se"], rel=1e-6)
    assert (found.q, found.q_df) == (pytest.approx(golden["q"], rel=1e-8), golden["q_df"])
    assert found.q_additivity == pytest.approx(golden["q"] - golden["q_own"], abs=1e-8)
    assert found.additivity_df == golden["q_df"] - golden["df_own"]


def test_treatments_of_one_component_each_are_the_network_itself():
    data = ([0.4, 0.3, 0.2, 0.5], [0.04, 0.05, 0.03, 0.06], list("abac"), list("dddb"), list("1234"))
    found, plain = component_network(*data, inactive="d"), network(*data)
    assert found.estimate == pytest.approx(plain.estimate, abs=1e-12)
    assert found.estimate_se == pytest.approx(plain.se, abs=1e-12)
    assert found.effect == pytest.approx(plain.estimate[:3, 3])
    assert (found.additivity_df, found.q_additivity) == (0, 0)
    assert np.isnan(found.additivity_p_value)
    assert found.q == pytest.approx(plain.q)


def test_what_is_always_given_together_is_not_told_apart_but_compared():
    found = component_network([0.5, 0.4, 0.2], [0.04] * 3, ["a+b", "a+b", "c"], ["o"] * 3, list("123"), inactive="o")
    assert found.components == ("a", "b", "c")
    assert found.identified.tolist() == [False, False, True]
    assert np.isnan([found.effect[0], found.se[1], found.p_value[0], found.ci_low[1]]).all()
    places = [found.treatments.index(name) for name in ("a+b", "o")]
    assert found.estimate[tuple(places)] == pytest.approx(0.45)


def test_what_is_given_to_everybody_changes_nothing_and_is_not_told():
    data = (
        [0.51, -0.52, 0.14, -0.32, 0.66, 0.20, -0.46, 0.36, -0.36],
        [0.332, 0.313, 0.542, 0.368, 0.36, 0.186, 0.415, 0.275, 0.579],
    )
    first = ["o+b+d", "o+a+b", "o+a+b", "o+a+b", "o+b+d", "o+b+d", "o", "o+b", "o+b"]
    second = ["o", "o+b+d", "o", "o+b", "o", "o+b", "o+b", "o", "o+b+d"]
    few = component_network(*data, first, second, list("122222234"), inactive="o")
    wider = ([f"{name}+c" for name in side] for side in (first, second))
    more = component_network(*data, *wider, list("122222234"), inactive="o")
    assert more.components == ("a", "b", "c", "d")
    assert more.identified.tolist() == [True, True, False, True]
    assert more.effect[[0, 1, 3]] == pytest.approx(few.effect, rel=1e-9)
    assert more.se[[0, 1, 3]] == pytest.approx(few.se, rel=1e-9)
    assert (more.q_df, more.additivity_df) == (few.q_df, few.additivity_df)


def test_parts_that_no_trial_joins_are_compared_by_the_components_they_share():
    data = ([0.5, 0.3, 0.2], [0.04, 0.05, 0.03], ["a", "a+b", "a+c"], ["o", "a", "a+b"], list("123"))
    apart = ([0.5, 0.3], [0.04, 0.05], ["a", "b+c"], ["o", "c"], list("12"))
    assert component_network(*data, inactive="o").estimate[0, 1] == pytest.approx(-0.3)
    found = component_network(*apart, inactive="o")
    assert len(network(*apart).components) == 2
    assert found.identified.tolist() == [True, True, False]
    assert np.isnan(found.tau2)
    assert found.q_df == 0


@settings(max_examples=8)
@given(st.lists(st.floats(-2, 2), min_size=4, max_size=4))
def test_effects_that_add_up_are_found_and_test_as_additive(gains):
    _, v, first, second, studies = MADE
    gain = dict(zip(["drug", "therapy", "programme", "usual"], gains, strict=True))

    def effect(name):
        return sum(gain.get(part.strip(), 0.0) for part in name.split("+"))

    y = [effect(one) - effect(other) for one, other in zip(first, second, strict=True)]
    found = component_network(y, v, first, second, studies, inactive="list")
    assert found.effect == pytest.approx([gain[name] for name in found.components], abs=1e-9)
    assert found.q_additivity == pytest.approx(0, abs=1e-9)
    assert found.tau2 == 0


def test_order_of_components_in_names_does_not_matter():
    y, v, first, second, studies = MADE
    turned = (
        [" + ".join(reversed(name.split("+"))) for name in first],
        [" + ".join(reversed(name.split("+"))) for name in second],
    )
    before, after = (
        component_network(*MADE, inactive="list"),
        component_network(y, v, *turned, studies, inactive="list"),
    )
    assert after.effect == pytest.approx(before.effect)
    assert after.tau2 == pytest.approx(before.tau2)


@pytest.mark.parametrize(
    ("first", "choice", "message"),
    [
        (["a", "a+", "c"], {}, "these treatments have empty or repeated ones: a\\+$"),
        (["a", "b+b", "c"], {}, "these treatments have empty or repeated ones: b\\+b$"),
        (
            ["a+b", "b+a", "c"],
            {},
            "treatments of the same components are one treatment; give them one name: a\\+b, b\\+a$",
        ),
        (["a", "b", "c"], {"inactive": "x"}, "inactive must be one of a, b, c, o; got 'x'"),
        (["a", "b", "c"], {"separator": " "}, "separator must not be blank"),
    ],
)
def test_refuses_names_that_are_no_sets_of_components(first, choice, message):
    with pytest.raises(SynthesisError, match=message):
        component_network([0.1, 0.2, 0.3], [0.1] * 3, first, ["o"] * 3, list("123"), **choice)
