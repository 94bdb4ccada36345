"""Credibility of differences between trials: the items of ICEMAN at their borders, and the published ceilings."""

from itertools import product

import pytest

from ipt_evidence.appraisal.credibility import (
    DEFINITELY_LESS,
    DEFINITELY_MORE,
    LEVELS,
    PROBABLY_LESS,
    PROBABLY_MORE,
    SCALE,
    credibility,
    items,
)
from ipt_evidence.words.moderators import ANSWERS, why

ROW = {"as_expected": True, "qm_p_value": 0.001, "permutation_p_value": 0.001, "n_tested": 1, "method": "REML"}


def answer(item, *, categorical=True, smallest=20, **other):
    return items(ROW | other, categorical=categorical, smallest=smallest)[item]


@pytest.mark.parametrize(
    ("categorical", "smallest", "expected"),
    [
        (True, 2, DEFINITELY_LESS),
        (True, 3, PROBABLY_LESS),
        (True, 4, PROBABLY_LESS),
        (True, 5, PROBABLY_MORE),
        (True, 9, PROBABLY_MORE),
        (True, 10, DEFINITELY_MORE),
        (False, 10, PROBABLY_LESS),
        (False, 11, PROBABLY_MORE),
        (False, 15, PROBABLY_MORE),
        (False, 16, DEFINITELY_MORE),
    ],
)
def test_number_of_trials(categorical, smallest, expected):
    assert answer("many_trials", categorical=categorical, smallest=smallest) == expected


@pytest.mark.parametrize(
    ("by_f", "by_permutation", "expected"),
    [
        (0.051, 0.001, DEFINITELY_LESS),
        (0.001, 0.051, DEFINITELY_LESS),
        (0.05, 0.05, PROBABLY_LESS),
        (0.01, 0.01, PROBABLY_MORE),
        (0.005, 0.005, DEFINITELY_MORE),
    ],
)
def test_chance_is_judged_by_the_larger_p_value(by_f, by_permutation, expected):
    assert answer("chance", qm_p_value=by_f, permutation_p_value=by_permutation) == expected


@pytest.mark.parametrize(("tested", "expected"), [(3, PROBABLY_MORE), (4, PROBABLY_LESS), (11, DEFINITELY_LESS)])
def test_number_of_moderators(tested, expected):
    assert answer("few_tested", n_tested=tested) == expected


@pytest.mark.parametrize(
    ("as_expected", "expected"),
    [(True, PROBABLY_MORE), (False, DEFINITELY_LESS), (None, PROBABLY_LESS), (float("nan"), PROBABLY_LESS)],
)
def test_direction(as_expected, expected):
    assert answer("direction", as_expected=as_expected) == expected


def test_a_comparison_between_trials_is_never_highly_credible():
    best = items(ROW, categorical=False, smallest=30)
    assert credibility(best) == "moderate"
    assert why(best) == ("trials are compared with other trials, never people within a trial",)


def test_every_answer_has_words():
    rows = [
        ROW | {"as_expected": told, "qm_p_value": p, "n_tested": tested, "method": method}
        for told, p, tested, method in product(
            (True, False, None), (0.1, 0.02, 0.007, 0.001), (1, 5, 12), ("REML", "CE")
        )
    ]
    for row, categorical, smallest in product(rows, (True, False), (2, 4, 7, 20)):
        for item, found in items(row, categorical=categorical, smallest=smallest).items():
            assert ANSWERS[item][found]


def test_ceilings_of_the_instrument():
    def level(*answers):
        return credibility(dict(enumerate([*answers, *[PROBABLY_MORE] * (6 - len(answers))])))

    assert level() == "high"
    assert level(PROBABLY_LESS, PROBABLY_LESS) == level(DEFINITELY_LESS) == "moderate"
    assert level(DEFINITELY_LESS, DEFINITELY_LESS) == level(DEFINITELY_LESS, PROBABLY_LESS, PROBABLY_LESS) == "low"
    assert level(DEFINITELY_LESS, DEFINITELY_LESS, DEFINITELY_LESS) == level(*[PROBABLY_LESS] * 6) == "very_low"


def test_a_worse_answer_never_raises_the_level():
    for answers in product(SCALE, repeat=4):
        before = LEVELS.index(credibility(dict(enumerate(answers))))
        for place, one in enumerate(answers):
            if one != DEFINITELY_LESS:
                worse = [*answers]
                worse[place] = SCALE[SCALE.index(one) - 1]
                assert LEVELS.index(credibility(dict(enumerate(worse)))) <= before
