"""Meta-regression on a network: against metafor, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import network, network_regression, regress

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_network_more.json").read_text())["regression"]
PARTS = ("effects", "variances", "treatments1", "treatments2", "studies", "moderators")


def fitted(name, **choices):
    golden = GOLDEN[name]
    chosen = {part: golden[part] for part in ("reference", "at", "interaction")}
    return network_regression(*(golden[part] for part in PARTS), **(chosen | choices))


@pytest.mark.parametrize("name", GOLDEN)
def test_comparisons_and_slopes_match_metafor(name):
    golden, found = GOLDEN[name], fitted(name)
    assert found.treatments == tuple(golden["treatments"])
    there = np.array(golden["known_there"])
    assert np.isfinite(found.estimate[1:, 0]).tolist() == there.tolist()
    assert found.estimate[1:, 0][there] == pytest.approx(np.array(golden["estimate"])[there], rel=1e-6, abs=1e-7)
    assert found.se[1:, 0][there] == pytest.approx(np.array(golden["se"])[there], rel=1e-6)
    known = np.broadcast_to(golden["known"], len(found.slope) - 1)
    assert np.isfinite(found.slope[1:]).tolist() == known.tolist()
    assert found.slope[1:][known] == pytest.approx(golden["slope"], rel=2e-6, abs=1e-6)
    assert found.slope_se[1:][known] == pytest.approx(golden["slope_se"], rel=1e-6)
    assert found.slope_p_value[1:][known] == pytest.approx(golden["slope_p"], rel=1e-5)
    assert (found.qm, found.qm_p_value) == (
        pytest.approx(golden["qm"], rel=1e-5),
        pytest.approx(golden["qm_p"], rel=1e-5),
    )
    assert found.tau2 == pytest.approx(golden["tau2"], rel=1e-5, abs=1e-8)
    assert found.tau2_without == pytest.approx(golden["tau2_without"], rel=1e-5, abs=1e-8)
    assert (found.q, found.q_df) == (pytest.approx(golden["q"], rel=1e-7), golden["q_df"])
    assert (found.slope[0], found.slope_se[0], found.slope_p_value[0]) == (0, 0, 1)


@pytest.mark.parametrize("interval", ["normal", "HKSJ", "adhoc"])
def test_two_treatments_are_the_meta_regression_of_their_trials(interval):
    y, v, x = np.array([0.1, 0.5, -0.2, 0.9, 0.4]), np.array([0.05, 0.1, 0.08, 0.2, 0.03]), np.array([1.0, 2, 3, 5, 4])
    found = network_regression(y, v, ["b"] * 5, ["a"] * 5, list("12345"), x, at=0.0, interval=interval)
    plain = regress(y, v, x, interval=interval)
    assert [found.estimate[1, 0], found.slope[1]] == pytest.approx(plain.coefficients, rel=1e-8)
    assert [found.se[1, 0], found.slope_se[1]] == pytest.approx(plain.se, rel=1e-8)
    assert [found.p_value[1, 0], found.slope_p_value[1]] == pytest.approx(plain.p_values, rel=1e-7)
    assert (found.qm, found.qm_p_value) == (
        pytest.approx(plain.qm, rel=1e-7),
        pytest.approx(plain.qm_p_value, rel=1e-7),
    )


def test_where_comparisons_are_reported_moves_them_along_the_slope():
    here, there = fitted("senn_common", at=0.0), fitted("senn_common", at=1.0)
    assert there.estimate[1:, 0] - here.estimate[1:, 0] == pytest.approx(here.slope[1:])
    assert there.slope == pytest.approx(here.slope)
    # A common slope cancels between treatments other than the reference.
    assert there.estimate[1:, 1:] == pytest.approx(here.estimate[1:, 1:], abs=1e-9)


def test_a_moderator_that_explains_everything_leaves_nothing():
    *labels, x = (GOLDEN["senn_common"][part] for part in PARTS[2:])
    v, places = GOLDEN["senn_common"]["variances"], (np.array(labels[0]) != "placebo", np.array(labels[1]) != "placebo")
    y = np.array(x) * (places[0].astype(float) - places[1])
    found = network_regression(y, v, *labels, x, reference="placebo")
    assert found.slope[1:] == pytest.approx(1, abs=1e-9)
    assert found.tau2 == 0
    assert found.at == pytest.approx(np.mean(list(dict(zip(labels[2], x, strict=True)).values())))
    assert network(y, v, *labels).tau2 == pytest.approx(found.tau2_without)


TINY = ([0.4, 0.3, 0.2], [0.04, 0.05, 0.03], list("aab"), list("ooo"), list("123"))

# Trials of the reference do not differ in the moderator, those of three arms do, which lack it.
WITHOUT = [
    (0.3, 0.05, "a", "o", "1", 1), (0.5, 0.06, "b", "o", "2", 1), (0.2, 0.07, "c", "o", "3", 1),
    (-0.21, 0.054, "a", "b", "4", 0), (0.14, 0.068, "a", "c", "4", 0), (0.35, 0.08, "b", "c", "4", 0),
    (-0.36, 0.062, "a", "b", "5", 2), (-0.08, 0.07, "a", "c", "5", 2), (0.28, 0.046, "b", "c", "5", 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "x", "choice", "message"),
    [
        (
            list(zip(*WITHOUT, strict=True))[:5],
            [row[-1] for row in WITHOUT],
            {"reference": "o"},
            "no slope can be told from the treatments",
        ),
        (TINY, [1, 1, 1], {}, "no slope can be told from the treatments: trials of one comparison do not differ"),
        (TINY, [1, 2], {}, r"moderators must have one number per contrast, shape \(3,\), got shape \(2,\)"),
        (TINY, [1, np.nan, 2], {}, r"moderators must be finite; positions \[1\] are nan"),
        (TINY, [1, 2, 3], {"interaction": "both"}, "interaction must be one of common, separate; got 'both'"),
        (TINY, [1, 2, 3], {"at": np.inf}, "at must be finite, got inf"),
        ((*TINY[:2], list("aac"), list("ood"), list("123")), [1, 2, 3], {}, "moderators need a connected network"),
        (([0.4, 0.3, 0.1], [0.04] * 3, list("aab"), list("bcc"), list("111")), [1, 2, 2], {}, "they differ in 1$"),
    ],
)
def test_refuses_moderators_that_say_nothing(data, x, choice, message):
    with pytest.raises(SynthesisError, match=message):
        network_regression(*data, x, **choice)
