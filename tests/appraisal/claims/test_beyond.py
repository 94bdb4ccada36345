"""Claims that reach beyond the tables."""

import pytest

from ipt_evidence.appraisal.claims.audit import judge
from ipt_evidence.words.sentence_parts import joined


def test_what_no_table_records_is_named_and_not_judged(make_claim, make_base):
    judged = judge(make_claim(kind="unrecorded", condition="", outcome="", not_measured=("life changes",)), make_base())
    assert (judged.verdict, judged.rule_id) == ("not_assessable", "not_recorded")
    assert joined(judged.why) == "Our tables record nothing on life changes, so they cannot judge this."
    assert joined(judged.instead) == "Our tables cannot judge what is said on life changes."


@pytest.mark.parametrize(
    ("label", "verdict"), [("strong", "not_assessable"), ("insufficient", "not_assessable"), ("harm", "contradicted")]
)
def test_that_few_do_as_well_is_judged_by_the_therapy_alone(make_claim, make_base, make_answer, label, verdict):
    strength = "moderate" if label == "harm" else label
    base = make_base(make_answer(label=label, strength=strength))
    judged = judge(make_claim(kind="exclusive", reserve=False), base)
    assert judged.verdict == verdict
    assert (judged.rule_id == "other_treatments_not_in_tables") == (verdict == "not_assessable")
    if verdict == "not_assessable":
        assert "cannot say how many are as well supported. On IPT itself:" in joined(judged.why)
        assert joined(judged.instead).endswith("How many match it our tables cannot say.")
