"""Dose and response over trials: against metafor on natural splines, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import dose_response, regress

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_methods.json").read_text())["dose_response"]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_curve_is_that_of_metafor_on_natural_splines(name):
    golden = GOLDEN[name]
    given = (np.array(golden[part]) for part in ("effects", "variances", "doses"))
    found = dose_response(
        *given, knots=golden["knots"], at=golden["at"], reference=golden["reference"], interval="HKSJ"
    )
    for field in ("estimate", "se", "ci_low", "difference", "difference_se", "qm", "curvature", "tau2"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-6, abs=1e-9), field
    assert found.qm_p_value == pytest.approx(golden["qm_p"], rel=1e-5)
    assert found.curvature_p_value == pytest.approx(golden["curvature_p"], rel=1e-5)


DOSES = np.array([6, 8, 8, 10, 12, 12, 14, 16, 16, 20.0])
V = np.array([0.03, 0.05, 0.04, 0.06, 0.03, 0.04, 0.05, 0.02, 0.06, 0.04])
Y = np.array([0.2, 0.35, 0.15, 0.5, 0.55, 0.4, 0.7, 0.6, 0.45, 0.5])


def test_a_straight_line_is_found_as_one():
    found = dose_response(0.1 + 0.05 * DOSES, V, DOSES, interval="normal", reference=10)
    assert found.estimate == pytest.approx(0.1 + 0.05 * found.at, abs=1e-9)
    assert found.difference == pytest.approx(0.05 * (found.at - 10), abs=1e-9)
    assert (found.curvature, found.curvature_p_value) == (pytest.approx(0, abs=1e-9), pytest.approx(1, abs=1e-4))
    assert found.difference_se[found.at == 10] == pytest.approx(0, abs=1e-9)


def test_the_unit_of_dose_does_not_matter_and_ends_are_straight():
    found, weeks = (
        dose_response(Y, V, DOSES, at=[6, 13, 20]),
        dose_response(Y, V, DOSES / 7 + 100, at=np.array([6, 13, 20]) / 7 + 100),
    )
    assert weeks.estimate == pytest.approx(found.estimate, rel=1e-7)
    assert weeks.se == pytest.approx(found.se, rel=1e-7)
    assert (weeks.qm, weeks.curvature) == (pytest.approx(found.qm, rel=1e-6), pytest.approx(found.curvature, rel=1e-6))
    ends = dose_response(Y, V, DOSES, knots=[8, 12, 15], at=[16, 18, 20]).estimate
    assert ends[2] - ends[1] == pytest.approx(ends[1] - ends[0], rel=1e-8)


def test_knots_lie_at_harrells_quantiles_by_default():
    assert dose_response(Y, V, DOSES).knots == pytest.approx(np.quantile(DOSES, [0.1, 0.5, 0.9]))
    assert dose_response(Y, V, DOSES, knots=4).knots == pytest.approx(np.quantile(DOSES, [0.05, 0.35, 0.65, 0.95]))
    found = dose_response(Y, V, DOSES)
    assert found.at.tolist() == sorted({*DOSES})
    assert (found.reference, found.df) == (12, 7)
    assert found.curvature_df == regress(Y, V, DOSES).qe_df - found.df


@pytest.mark.parametrize(
    ("doses", "choice", "message"),
    [
        (DOSES, {"knots": 2}, "knots must be one of 3, 4, 5, or doses; got 2"),
        (np.where(DOSES < 20, 8, 20), {}, "knots must be at least three increasing doses, got"),
        (DOSES, {"at": [5, 10]}, r"at and reference must be from 6 to 20; positions \[0\] are 5.0"),
        (DOSES, {"reference": 30}, "at and reference must be from 6 to 20"),
        (DOSES[:5], {}, r"doses must have one number per effect, shape \(10,\), got shape \(5,\)"),
    ],
)
def test_refuses_curves_that_the_trials_do_not_show(doses, choice, message):
    with pytest.raises(SynthesisError, match=message):
        dose_response(Y, V, doses, **choice)
