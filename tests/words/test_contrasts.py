"""Credible differences between trials in words."""

import pandas as pd
import pytest

from ipt_evidence.appraisal.contrasts import credible_contrasts
from ipt_evidence.words.contrasts import written, written_slope

TABLES = {
    "moderators": pd.DataFrame({"moderator_id": ["bias", "dose"], "title": ["Risk of bias", "Number of sessions"]}),
    "moderator_groups": pd.DataFrame(
        {
            "moderator_id": "bias",
            "group": ["low", "some", "high"],
            "trials": [f"trials at {level} risk of bias" for level in ("low", "some", "high")],
        }
    ),
}


def tables(sign=1, credibility="moderate", measure="SMD", slope=0.05):
    shared = {"question_id": "q", "k": 38, "measure": measure, "level": 0.95, "credibility": credibility}
    bounds = {"_ci_low": 0.16, "_ci_high": 0.91, "": 0.54}
    turned = {"_ci_low": -0.91, "_ci_high": -0.16, "": -0.54}
    found = {f"difference{end}": value for end, value in (bounds if sign > 0 else turned).items()}
    nothing = dict.fromkeys(found) | {"difference_p_value": None, "group": "low", "reference": None}
    weak = {"difference": 0.1, "difference_ci_low": -0.2, "difference_ci_high": 0.4, "difference_p_value": 0.5}
    rows = [nothing, weak | {"group": "some"}, found | {"difference_p_value": 0.006, "group": "high"}]
    slopes = {"slope": slope, "slope_ci_low": slope - 0.01, "slope_ci_high": slope + 0.01}
    return TABLES | {
        "subgroups": pd.DataFrame([shared | {"moderator_id": "bias", "reference": "low"} | row for row in rows]),
        "regressions": pd.DataFrame([shared | {"moderator_id": "dose"} | slopes]),
    }


def sentences(**changes):
    return ["".join(one.parts("IPT")) for one in credible_contrasts(tables(**changes)).get("q", ())]


def test_the_clearest_difference_of_a_moderator_is_told_whichever_way_it_points():
    more = "Effects seem more in favour of IPT in trials at {} risk of bias than in trials at {} risk of bias "
    figures = "(difference: 0.54, 95% CI 0.16 to 0.91; 38 trials; credibility of this difference: moderate)."
    assert sentences()[0] == more.format("high", "low") + figures
    assert sentences(sign=-1)[0] == more.format("low", "high") + figures


def test_slopes():
    told = "Effects seem more in favour of IPT the {} the number of sessions (difference: for each unit more {}, "
    told += "95% CI {}; 38 trials; credibility of this difference: high)."
    assert sentences(credibility="high")[1] == told.format("higher", "0.050", "0.040 to 0.060")
    assert sentences(credibility="high", slope=-0.05)[1] == told.format("lower", "−0.050", "−0.060 to −0.040")


@pytest.mark.parametrize("credibility", ["low", "very_low", None])
def test_differences_of_little_credibility_are_not_spoken_of(credibility):
    assert sentences(credibility=credibility) == []


def test_differences_of_ratios_are_ratios_of_them():
    assert written(0.0, -0.6931, 0.6931, "logOR", 0.95) == "ratio of odds ratios 1.00, 95% CI 0.50 to 2.00"
    assert written_slope(0.0, -0.01, 0.01, "logOR", 0.95) == "ratio of odds ratios 1.000, 95% CI 0.990 to 1.010"
