"""Which arms are compared, and which of the two is named first."""

import pandas as pd

from ipt_evidence.extraction.pairs import reviewed_pairs


def arms(**treatments: str) -> pd.DataFrame:
    return pd.DataFrame([{"trial_id": "one2001", "arm_id": arm, "treatment": t} for arm, t in treatments.items()])


def pairs_of(table, vocabulary):
    return list(reviewed_pairs(table, vocabulary).itertuples(index=False, name=None))


def test_the_ipt_arm_is_named_first_whatever_the_order_of_the_table(vocabulary):
    expected = [("one2001", "ipt", "cau", "ipt", "control")]
    assert pairs_of(arms(ipt="ipt", cau="care_as_usual"), vocabulary) == expected
    assert pairs_of(arms(cau="care_as_usual", ipt="ipt"), vocabulary) == expected


def test_a_trial_with_four_arms_gives_every_pair_with_ipt_and_no_other(vocabulary):
    four = arms(ipt="ipt", drug="pharmacotherapy:imipramine", both="ipt+pharmacotherapy", pill="pill_placebo")
    found = {(first, second, kind, against) for _, first, second, kind, against in pairs_of(four, vocabulary)}
    assert found == {
        ("ipt", "drug", "ipt", "pharmacotherapy"),
        ("ipt", "both", "ipt", "combined"),
        ("ipt", "pill", "ipt", "control"),
        ("both", "drug", "combined", "pharmacotherapy"),
        ("both", "pill", "combined", "control"),
    }


def test_two_forms_of_ipt_keep_the_order_of_the_table(vocabulary):
    assert pairs_of(arms(short="ipc", long="ipt"), vocabulary) == [("one2001", "short", "long", "ipt", "ipt")]


def test_a_trial_without_ipt_has_no_pair(vocabulary):
    assert pairs_of(arms(cbt="cbt", wl="wait_list"), vocabulary) == []
