"""Codes that mean high or unclear, read either way."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.risk_of_bias import LEVELS, ROB1_ITEMS, assess, read_codes, risk_table, trial_overall
from ipt_evidence.extraction.choices import TOOL_JUDGEMENTS

ITEMS = st.fixed_dictionaries(
    {item: st.sampled_from(TOOL_JUDGEMENTS["RoB1"][item]) for item in ROB1_ITEMS},
)


def judged(said):
    rows = [("a", "RoB1", "HAM-D", item, judgement) for item, judgement in said.items()]
    return pd.DataFrame(rows, columns=["trial_id", "tool", "instrument", "domain", "judgement"])


@pytest.mark.parametrize(
    ("reading", "item", "overall"),
    [
        ("as_coded", "high_or_unclear", "high_or_unclear"),
        ("high", "high", "high"),
        ("unclear", "unclear", "some_concerns"),
    ],
)
def test_a_trial_whose_only_bad_codes_are_ambiguous_under_each_reading(reading, item, overall):
    said = dict.fromkeys(ROB1_ITEMS, "low") | {"allocation_concealment": "high_or_unclear"}
    table = read_codes(risk_table(assess(judged(said))), reading)
    assert table["allocation_concealment"].tolist() == [item]
    assert trial_overall(table).to_dict() == {"a": overall}


@given(said=ITEMS, word=st.sampled_from(["high", "unclear"]))
def test_to_read_the_codes_and_then_judge_is_to_judge_and_then_read(said, word):
    read = {item: word if judgement == "high_or_unclear" else judgement for item, judgement in said.items()}
    pd.testing.assert_frame_equal(
        read_codes(risk_table(assess(judged(said))), word).drop(columns="inputs"),
        risk_table(assess(judged(read))).drop(columns="inputs"),
        check_dtype=False,
    )


@given(said=ITEMS)
def test_the_level_as_coded_lies_between_the_two_readings(said):
    table = risk_table(assess(judged(said)))
    level = {
        reading: LEVELS.index(read_codes(table, reading)["overall"][0]) for reading in ("unclear", "as_coded", "high")
    }
    assert level["unclear"] <= level["as_coded"] <= level["high"]
