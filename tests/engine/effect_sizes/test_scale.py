"""No size of numbers is too much for an effect size: the answer is right, or a sentence says why there is none."""

import numpy as np
import pytest

from ipt_evidence.effects import (
    hedges_g,
    log_ratio_of_means,
    mean_difference,
    mean_sd_from_quartiles,
    sd_of_change,
    se_from_ci,
    smd_from_mean_difference,
    smd_from_p,
    smd_from_t,
)
from ipt_evidence.errors import EffectSizeError

PLAIN = (3.0, 2.0, 20, 1.0, 1.5, 25)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("unit", [1e-49, 1e-30, 1e30, 1e48])
def test_the_unit_of_a_scale_may_be_anything_that_has_a_square(unit):
    six = [value * (1 if place % 3 == 2 else unit) for place, value in enumerate(PLAIN)]
    assert hedges_g(*six).values == pytest.approx(hedges_g(*PLAIN).values, rel=1e-12)
    assert log_ratio_of_means(*six).variances == pytest.approx(log_ratio_of_means(*PLAIN).variances, rel=1e-12)
    assert mean_difference(*six).variances / unit**2 == pytest.approx(mean_difference(*PLAIN).variances, rel=1e-12)
    for quartiles in ([1, 3, 9], [-1, 0, 2], [10, 11, 13]):
        plain = mean_sd_from_quartiles(*quartiles, 50, method="mcgrath")
        large = mean_sd_from_quartiles(*(unit * one for one in quartiles), 50, method="mcgrath")
        assert large.means / unit == pytest.approx(plain.means, rel=1e-6)
        assert large.sds / unit == pytest.approx(plain.sds, rel=1e-6)


def test_standard_deviations_whose_squares_are_lost_change_by_a_standard_deviation():
    assert sd_of_change(2e-200, 3e-200, 0.5) / 1e-200 == pytest.approx(np.sqrt(7), rel=1e-12)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hedges_g(1e200, 1, 20, 0, 1, 20), r"^mean1 must be between -1e\+50 and 1e\+50; positions"),
        (lambda: hedges_g(1, 1e-200, 20, 0, 0, 20), r"^the larger of sd1 and sd2 must be above 1e-50; positions"),
        (lambda: log_ratio_of_means(1e-300, 1, 20, 1, 1, 20), r"^mean1 must be above 1e-50; positions"),
        (lambda: smd_from_mean_difference(1, 1e-300, 20, 20), r"^sd must be above 1e-50; positions"),
        (lambda: smd_from_p(1e-300, 3, 4), r"^p must be above 1e-50; positions"),
        (lambda: smd_from_t(1, 3e10, 20), r"^n1 must be at most 1e\+10: more people there are not; positions"),
        (lambda: se_from_ci(0, 1, level=1e-20), r"^the quantile of level and df must be positive and finite; pos"),
        (lambda: mean_sd_from_quartiles(1e-8, 1, 1e8, 50, method="mcgrath"), r"^the mean of the closest .* below"),
    ],
)
def test_numbers_beyond_that_are_refused(call, message):
    with pytest.raises(EffectSizeError, match=message):
        call()
