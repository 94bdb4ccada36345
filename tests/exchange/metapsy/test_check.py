import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange.metapsy.check import check_metapsy
from ipt_evidence.exchange.metapsy.reasons import CHANGES, COUNTS, FIGURES, MEANS, READY, relative

# Rows of the public file of the Metapsy database depression-psyctr (Open Data Commons Attribution License 1.0), with
# the effects that it prints; positive effects favour the first arm.
PUBLISHED = {
    "Abas 2018, DSSQ": (MEANS, (3.8, 3.3, 13, 5.5, 2.7, 15), 0.551649025934374, 0.386464634602015),
    "Abas 2018, PHQ-9": (MEANS, (3.1, 3.1, 13, 5.7, 3.9, 15), 0.710417767645097, 0.391345090542833),
    "Abbas 2023a": (MEANS, (8.81, 2.59, 27, 16.54, 3.97, 35), 2.21847255951162, 0.326058962974006),
    "Amano 2023": (MEANS, (18.9, 12.3, 16, 18.5, 12, 15), -0.0320468998790311, 0.359421939392527),
    "Ayen 2004": (MEANS, (12.8, 3.9, 11, 32.3, 5.4, 10), 4.00773893133375, 0.778376456518759),
    "Aagaard 2017": (MEANS, (17.5, 12.6, 40, 17.5, 12.4, 35), 0.0, 0.231455024943138),
    "Alexopoulos 2016": (COUNTS, (28, 84, 37, 87), -0.215183490629242, 0.174866416963007),
    "Araya 2021": (COUNTS, (159, 440, 114, 440), 0.265099475177847, 0.0811923132832991),
    "Barber 2012": (COUNTS, (14, 51, 12, 50), 0.0989335546931013, 0.25150795223941),
    "Barrett 2001": (COUNTS, (21, 37, 16, 36), 0.270056935486176, 0.260130882861446),
    "Gold 2023": (READY, (0.435967441843049, 0.156117631210568), 0.435967441843049, 0.156117631210568),
}


def table(*rows):
    frame = pd.DataFrame([dict.fromkeys(FIGURES, np.nan) | row for row in rows], dtype="float64")
    return frame.assign(line=range(2, len(rows) + 2), study="invented")


def row(columns, figures, g=np.nan, se=np.nan):
    return {**dict(zip(columns, figures, strict=True)), ".g": g, ".g_se": se}


FIRST, SECOND = (10.0, 5.0, 12), (13.5, 6.0, 13)
D = -3.5 / math.sqrt((11 * 25 + 12 * 36) / 23)
J = 1 - 3 / (4 * 25 - 9)
SE = math.sqrt(25 / (12 * 13) + D**2 / 50)
SOUND = row(MEANS, (8.0, 4.0, 20, 10.0, 4.0, 20), 0.5 * (1 - 3 / 151), math.sqrt(0.1 + 0.25 / 80))


def reason(**changed):
    frame = table(SOUND, row(MEANS, (*FIRST, *SECOND), -J * D, SE) | changed)
    found = check_metapsy(frame)
    assert found.agreeing == found.compared - len(
        found.mismatches[found.mismatches["from"].ne("")].dropna(subset="g_file")
    )
    return list(found.mismatches["reason"])


def test_effects_of_the_published_file_are_found_again():
    found = check_metapsy(table(*(row(*each) for each in PUBLISHED.values())))
    assert (found.compared, found.agreeing, found.orientation) == (11, 11, -1)
    assert found.mismatches.empty


def test_a_standard_error_that_is_ours_times_the_correction_is_named():
    assert reason(**{".g_se": J * SE}) == ["g agrees, the standard error is ours times J"]
    assert reason(**{".g_se": 1.3 * SE}) == ["g agrees, the standard error does not"]


def test_effects_that_agree_are_not_listed():
    assert reason() == []


def test_change_scores_follow_the_formula_of_means():
    frame = table(SOUND, row(CHANGES, (*FIRST, *SECOND), -J * D, SE))
    assert check_metapsy(frame).agreeing == 2


def test_an_arm_without_events_gets_a_half_in_each_cell():
    d = math.log(0.5 * 18.5 / (20.5 * 3.5)) * math.sqrt(3) / math.pi
    se = math.sqrt((1 / 0.5 + 1 / 20.5 + 1 / 3.5 + 1 / 18.5) * 3 / math.pi**2)
    frame = table(SOUND, row(COUNTS, (0, 20, 3, 21), d * (1 - 3 / (4 * 43 - 9)), se))
    assert check_metapsy(frame).agreeing == 2


REASONS = [
    ({".g": np.nan}, "the file has no .g although its figures give one"),
    ({".g_se": np.nan}, "the file has no .g_se"),
    ({".g": J * D}, "sign turned against the other rows of the file"),
    ({".g": round(-J * D, 2), ".g_se": round(SE, 2)}, "the file has rounded values"),
    ({".g": -D}, "g is Cohen's d, without correction for small samples"),
    ({".g": 0.31, ".g_se": 0.4, "precalc_g": 0.31}, "g is the ready-made value"),
    ({".g_se": 2 * SE}, "g agrees, the standard error does not"),
    ({".g": 1.37}, "the standard error agrees, g does not"),
    ({".g": 1.37, ".g_se": 0.777777777}, "not explained"),
    ({"sd_arm1": np.nan, "n_arm2": np.nan}, "nothing to compute it from, missing: sd_arm1, n_arm2"),
    (dict.fromkeys(MEANS, np.nan), "no raw figures: nothing to compute it from"),
]


@pytest.mark.parametrize(("changed", "expected"), REASONS)
def test_every_mismatch_has_its_reason(changed, expected):
    assert reason(**changed) == [expected]


def test_another_formula_is_named():
    df = 23
    exact = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    assert reason(**{".g": -exact * D}) == ["g is by the formula of metafor"]


def test_an_effect_of_the_changes_is_named_where_there_are_means():
    changes = dict(zip(CHANGES, (-4.0, 4.0, 20, -2.0, 4.0, 20), strict=True))
    assert reason(**{".g": SOUND[".g"], ".g_se": 0.9}, **changes) == ["g is that of the changes"]


def test_events_in_everybody_give_no_effect():
    frame = table(SOUND, row(COUNTS, (20, 20, 3, 21), 1.0, 0.5))
    (said,) = check_metapsy(frame).mismatches["reason"]
    assert said == "no effect follows from its counts: too few people, no spread, or events in nobody or everybody"


def test_the_sign_of_the_file_is_found():
    turned = [
        SOUND | {".g": -SOUND[".g"]},
        row(COUNTS, PUBLISHED["Araya 2021"][1], -0.265099475177847, 0.0811923132832991),
    ]
    found = check_metapsy(table(*turned))
    assert (found.agreeing, found.orientation) == (2, 1)


def test_no_rows_are_no_mismatch():
    found = check_metapsy(table(SOUND).iloc[:0])
    assert (found.compared, found.agreeing, len(found.mismatches)) == (0, 0, 0)


@given(
    st.lists(
        st.fixed_dictionaries(
            {name: st.one_of(st.just(math.nan), st.floats(-50, 50), st.integers(-1, 90).map(float)) for name in FIGURES}
        ),
        max_size=4,
    )
)
@settings(deadline=None)
def test_any_figures_are_compared_without_complaint(rows):
    frame = table(*rows) if rows else table(SOUND).iloc[:0]
    found = check_metapsy(frame)
    own = frame[".g"].notna() if rows else pd.Series(dtype=bool)
    assert found.agreeing <= found.compared <= own.sum()
    assert found.mismatches["reason"].str.len().gt(0).all()
    assert set(found.mismatches["line"]) <= set(frame["line"])


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_the_relative_difference_is_symmetric(a, b):
    assert relative(a, b) == relative(b, a)
    assert relative(a, a) == 0
