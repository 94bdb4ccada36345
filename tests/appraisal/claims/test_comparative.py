"""Claims that IPT does about as well as another treatment."""

import pytest

from ipt_evidence.appraisal.claims.comparative import judge, similar
from ipt_evidence.words.sentence_parts import joined


@pytest.mark.parametrize(
    ("low", "high", "cells", "found"),
    [
        (-0.23, 0.23, {}, ("supported", "inside")),
        (-0.23, 0.23, {"strength": "insufficient"}, ("not_supported", "inside_weak")),
        (-0.23, 0.24, {}, ("partly_supported", "open_better")),
        (-0.24, 0.23, {}, ("partly_supported", "open_worse")),
        (-0.23, 0.24, {"strength": "insufficient"}, ("not_supported", "open")),
        (-0.24, 0.23, {"strength": "insufficient"}, ("not_supported", "open")),
        (-0.24, 0.24, {}, ("not_supported", "open")),
        (0.01, 0.50, {}, ("not_supported", "differs_better")),
        (-0.50, -0.01, {}, ("not_supported", "differs_worse")),
        (0.24, 0.50, {}, ("contradicted", "beyond_better")),
        (-0.50, -0.24, {}, ("contradicted", "beyond_worse")),
        (-0.50, -0.24, {"strength": "insufficient"}, ("not_supported", "beyond_worse")),
        (-0.10, 0.10, {"mid": float("nan")}, ("not_supported", "open")),
    ],
)
def test_the_whole_interval_is_held_against_the_mid(make_answer, low, high, cells, found):
    answer = make_answer(comparator="cbt", ci_low=low, ci_high=high, **cells)
    assert similar(answer) == found


def test_the_reason_says_what_the_interval_leaves_open(make_claim, make_answer, make_base):
    answer = make_answer(comparator="cbt", estimate=0.03, ci_low=-0.23, ci_high=0.3, strength="insufficient",
                           label="insufficient", direction="unclear", certainty="very_low")  # fmt: skip
    judged = judge(make_claim(comparator="cbt"), make_base(answer))
    assert joined(judged.why) == (
        "The trials leave open a difference as large as the smallest important difference (6 trials with 700 people; "
        "g = 0.03, 95% CI −0.23 to 0.30; very low certainty; smallest important difference g = 0.24)."
    )
    instead = joined(judged.instead)
    assert instead.startswith(
        "For depression in adults, the trials in our tables leave open whether IPT does as well as"
    )


def test_no_trial_of_the_comparison_settles_nothing(make_claim, make_answer, make_base):
    base = make_base(make_answer(comparator="cbt", k=0), make_answer(question_id="control"))
    assert judge(make_claim(comparator="cbt"), base).verdict == "no_trials"
