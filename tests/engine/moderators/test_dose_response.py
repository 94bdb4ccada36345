"""Dose and response over trials: against metafor on natural splines, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import constant_correlation, dose_response, regress

ORACLE = Path(__file__).parents[2] / "oracle"
GOLDEN = json.loads((ORACLE / "golden_methods.json").read_text())["dose_response"]
TRIALS = json.loads((ORACLE / "golden_dose_response.json").read_text())["trials"]


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


def of_trials(golden, interval):
    given = (golden[part] for part in ("effects", "variances", "doses"))
    choices = {part: golden[part] for part in ("trials", "covariance", "knots", "at", "reference")}
    return dose_response(*given, **choices, interval=interval)


@pytest.mark.parametrize("name", TRIALS)
def test_trials_with_several_doses_have_the_curve_of_metafor(name):
    golden = TRIALS[name]
    found = of_trials(golden, "normal")
    for field in ("estimate", "se", "ci_low", "difference", "difference_se", "qm", "curvature"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-6, abs=1e-8), field
    assert (found.qm_p_value, found.curvature_p_value) == pytest.approx(
        (golden["qm_p"], golden["curvature_p"]), rel=1e-5
    )
    assert (found.tau2, found.tau2_within) == pytest.approx((golden["tau2"], golden["tau2_within"]), rel=1e-5, abs=1e-8)
    assert (found.k, found.n_effects) == (len(set(golden["trials"])), len(golden["effects"]))


@pytest.mark.parametrize("name", TRIALS)
def test_their_residuals_scale_the_covariance_of_intervals_by_t(name):
    golden = TRIALS[name]
    found, floored = (of_trials(golden, interval) for interval in ("HKSJ", "adhoc"))
    assert found.df == found.k - len(golden["knots"])
    se = np.array(golden["se"])
    assert found.se == pytest.approx(se * np.sqrt(golden["scale"]), rel=1e-6)
    assert floored.se == pytest.approx(se * np.sqrt(max(golden["scale"], 1.0)), rel=1e-6)
    assert found.ci_high - found.estimate == pytest.approx(stats.t.ppf(0.975, found.df) * found.se)
    assert found.qm == pytest.approx(golden["qm"] / golden["scale"] / found.qm_df, rel=1e-6)


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
        (np.zeros(10), {}, "^doses must differ, or there is no curve along them; all are 0$"),
        (
            np.where(DOSES < 12, 8, 12),
            {"knots": [8, 9, 12]},
            "^the doses, from 8 to 12 and 2 of them distinct, do not tell a curve with knots at 8, 9, 12; give knots "
            "among the doses, or use regress$",
        ),
        (DOSES, {"knots": [30, 40, 50]}, "^the doses, from 6 to 20 .* do not tell a curve with knots at 30, 40, 50;"),
        (DOSES, {"at": [5, 10]}, r"at and reference must be from 6 to 20; positions \[0\] are 5.0"),
        (DOSES, {"reference": 30}, "at and reference must be from 6 to 20"),
        (DOSES[:5], {}, r"doses must have one number per effect, shape \(10,\), got shape \(5,\)"),
    ],
)
def test_refuses_curves_that_the_trials_do_not_show(doses, choice, message):
    with pytest.raises(SynthesisError, match=message):
        dose_response(Y, V, doses, **choice)


SEVERAL = ["a", "a", "b", "c", "c", "d", "e", "f", "g", "h"]
SHARED = constant_correlation(V, SEVERAL, rho=0.5)


@pytest.mark.parametrize("interval", ["adhoc", "HKSJ", "normal"])
def test_trials_of_one_dose_each_need_no_covariance_and_change_nothing(interval):
    named, plain = (
        dose_response(Y, V, DOSES, trials=range(10), interval=interval),
        dose_response(Y, V, DOSES, interval=interval),
    )
    for field in ("estimate", "se", "difference_low", "qm", "curvature_p_value", "tau2"):
        assert getattr(named, field) == pytest.approx(getattr(plain, field), rel=1e-7, abs=1e-12), field
    assert (named.df, named.k, named.tau2_within) == (plain.df, plain.k, plain.tau2_within)


def test_several_doses_of_a_trial_are_no_trials_of_their_own():
    found = dose_response(Y, V, DOSES, trials=SEVERAL, covariance=SHARED)
    assert (found.k, found.n_effects, found.df) == (8, 10, 5)
    order = np.random.default_rng(3).permutation(10)
    moved = dose_response(
        Y[order], V[order], DOSES[order], trials=np.array(SEVERAL)[order], covariance=SHARED[np.ix_(order, order)]
    )
    assert moved.estimate == pytest.approx(found.estimate, rel=1e-8)
    assert moved.se == pytest.approx(found.se, rel=1e-8)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"covariance": SHARED}, "covariance needs trials, the label of the trial of each effect"),
        ({"trials": [*SEVERAL[:8], None, ""]}, "trials must not be missing; positions [8, 9] are"),
        (
            {"trials": SEVERAL},
            "covariance is needed where trials have several doses, as a, c: these share a comparator; "
            "contrast_covariance makes it from the arms, constant_correlation from an assumed correlation",
        ),
        ({"trials": SEVERAL, "method": "DL"}, "with trials the method must be REML, got 'DL'"),
        ({"trials": list("aaabbbccca")}, "a curve with 3 knots needs at least 4 trials, got 3"),
        (
            {"trials": range(10), "covariance": SHARED},
            "covariance must be 0 between clusters; effects that covary belong to one cluster",
        ),
    ],
)
def test_refuses_trials_that_no_curve_can_be_drawn_through(choice, message):
    with pytest.raises(SynthesisError) as refusal:
        dose_response(Y, V, DOSES, **choice)
    assert str(refusal.value) == message


def test_several_doses_on_a_curve_leave_hartung_and_knapp_nothing_to_test_against():
    line = 0.1 + 0.05 * DOSES
    with pytest.raises(
        SynthesisError, match=r"^all effects lie exactly on the curve; use interval='adhoc' or 'normal'$"
    ):
        dose_response(line, V, DOSES, trials=SEVERAL, covariance=SHARED, interval="HKSJ")
    found = dose_response(line, V, DOSES, trials=SEVERAL, covariance=SHARED)
    assert found.estimate == pytest.approx(0.1 + 0.05 * found.at)


@pytest.mark.parametrize("trials", [None, list("abc")])
def test_refuses_fewer_effects_than_a_curve_has_coefficients(trials):
    with pytest.raises(SynthesisError, match=r"^a curve with 3 knots needs at least 4 effects, got 3; use regress$"):
        dose_response(Y[:3], V[:3], [1, 2, 4], trials=trials)
