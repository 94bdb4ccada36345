import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.schemas.sources import SCREENING
from ipt_evidence.reporting.flow.counts import NO_LOG, RECORDS, count_flow, flow_table
from ipt_evidence.words.reasons import EXCLUDED


def test_every_number_adds_up(boxes, tables):
    n = {name: box.n for name, box in boxes.items()}
    assert n["records_identified"] == len(tables["screening"]) == n["records_removed"] + n["records_screened"]
    assert n["reports_sought"] == len(tables["trials"]) + len(tables["excluded_reports"])
    assert n["reports_sought"] == n["reports_not_retrieved"] + n["reports_assessed"]
    assert n["reports_assessed"] == n["reports_excluded"] + n["main_reports"]
    assert n["trials"] == len(tables["trials"]) == n["trials_in_an_answer"] + n["trials_in_no_answer"]
    for box in boxes.values():
        assert not box.parts or box.n == sum(part.n for part in box.parts)


def test_what_the_tables_do_not_hold_is_not_a_number(small):
    boxes = {box.name: box for box in count_flow(small())}
    for _, name, _ in RECORDS:
        assert boxes[name].n is None
    table = flow_table(tuple(boxes.values())).set_index("box")
    unrecorded = table.loc[[name for _, name, _ in RECORDS]]
    assert unrecorded["n"].isna().all()
    assert set(unrecorded["reason"]) == {NO_LOG}
    assert table.drop(unrecorded.index)["n"].notna().all()


def log(*rows):
    cells = [{"record_id": f"r{place}", "title": "t"} | row for place, row in enumerate(rows)]
    return pd.DataFrame(cells, columns=list(SCREENING.columns), dtype="str")


BOTH = {"abstract_first": "include", "abstract_second": "include"}


def test_records_of_a_log_are_counted_as_by_hand(small):
    told = log(
        BOTH | {"source": "A", "report": "one2001"},
        BOTH | {"source": "A", "report": "one2001"},
        BOTH | {"source": "B", "report": "four2004"},
        BOTH | {"source": "B"},
        {"source": "B", "duplicate_of": "r0"},
        {"source": "A", "abstract_first": "include", "abstract_second": "exclude", "abstract_decision": "exclude"},
        {"source": "A", "abstract_decision": "exclude", "reason": "other_condition"},
        {"source": "A", "abstract_first": "unsure", "abstract_second": "unsure"},
    )
    rows = flow_table(count_flow(small(screening=told)))
    assert list(rows[["box", "reason", "n"]].head(15).itertuples(index=False, name=None)) == [
        ("records_identified", "", 8),
        ("records_identified", "A", 5),
        ("records_identified", "B", 3),
        ("records_removed", "", 1),
        ("records_removed", "duplicates", 1),
        ("records_screened", "", 7),
        ("records_screened", "entered", 3),
        ("records_screened", "excluded", 2),
        ("records_screened", "not_entered", 1),
        ("records_screened", "undecided", 1),
        ("records_excluded", "", 2),
        ("records_excluded", "not_recorded", 1),
        ("records_excluded", "other_condition", 1),
        ("reports_sought", "", 7),
        ("reports_sought", "from_records", 2),
    ]


WORDS = st.sampled_from(["include", "exclude", "unsure", None])
DECISIONS = st.sampled_from(["include", "exclude", None])
ROWS = st.fixed_dictionaries(
    {"source": st.sampled_from("AB"), "abstract_first": WORDS, "abstract_second": WORDS, "abstract_decision": DECISIONS,
     "report": st.sampled_from(["one2001", "four2004", None]), "duplicate_of": st.sampled_from(["r0", None, None])}
)  # fmt: skip


@given(st.lists(ROWS, min_size=1, max_size=20))
def test_whatever_a_log_says_every_box_is_the_sum_of_its_parts(small, rows):
    boxes = {box.name: box for box in count_flow(small(screening=log(*rows)))}
    n = {name: box.n for name, box in boxes.items()}
    assert n["records_identified"] == len(rows) == n["records_removed"] + n["records_screened"]
    for name, box in boxes.items():
        if name.startswith("records") or name == "reports_sought":
            assert sum(part.n for part in box.parts) == box.n
    assert n["records_excluded"] == sum(part.n for part in boxes["records_screened"].parts if part.reason == "excluded")


def test_a_small_flow_is_counted_as_by_hand(small):
    rows = flow_table(count_flow(small())).dropna(subset="n")
    assert list(rows[["box", "reason", "n"]].itertuples(index=False, name=None)) == [
        ("reports_sought", "", 7),
        ("reports_not_retrieved", "", 1),
        ("reports_assessed", "", 6),
        ("reports_excluded", "", 3),
        ("reports_excluded", "other_intervention", 2),
        ("reports_excluded", "not_randomised", 1),
        ("main_reports", "", 3),
        ("trials", "", 3),
        ("trials_in_an_answer", "", 2),
        ("trials_in_an_answer", "with_other_trials", 2),
        ("trials_in_no_answer", "", 1),
        ("trials_in_no_answer", "not_computed", 1),
    ]


def test_a_trial_alone_in_its_answers_is_told_apart(small):
    fates = pd.DataFrame({"question_id": ["q", "r"], "trial_id": ["one2001", "two2002"], "fate": "pooled"})
    boxes = {box.name: box for box in count_flow(small(fates=fates))}
    assert [(part.reason, part.n) for part in boxes["trials_in_an_answer"].parts] == [("on_their_own", 2)]


@given(st.lists(st.sampled_from(sorted(EXCLUDED)), max_size=30))
def test_any_reasons_add_up(small, reasons):
    excluded = pd.DataFrame({"report_id": [f"r{n}" for n in range(len(reasons))], "reason": reasons}, dtype="str")
    boxes = {box.name: box for box in count_flow(small(excluded_reports=excluded))}
    assert boxes["reports_sought"].n == len(reasons) + 3
    assert boxes["reports_excluded"].n == len(reasons) - reasons.count("not_retrieved")


REFUSED = [
    pytest.param(
        {
            "excluded_reports": pd.DataFrame(
                {"report_id": ["a", "a"], "reason": ["other_intervention", "other_intervention"]}
            )
        },
        "reports_assessed = 4, but reports_excluded + main_reports = 2 + 3",
        id="excluded twice",
    ),
    pytest.param(
        {"not_computed": pd.DataFrame({"trial_id": ["three2003", "nine2009"]})},
        "not_computed.csv: trial nine2009 is not in trials.csv; run the pipeline again",
        id="trial from nowhere",
    ),
    pytest.param(
        {"fates": pd.DataFrame({"question_id": "q", "trial_id": ["one2001", "ten2010"], "fate": "pooled"})},
        "fates.csv: trial ten2010 is not in trials.csv; run the pipeline again",
        id="fate of no trial",
    ),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_refuses_numbers_that_contradict_each_other(small, changes, message):
    with pytest.raises(EvidenceError) as caught:
        count_flow(small(**changes))
    first, *lines = str(caught.value).splitlines()
    assert first == "the flow of reports does not add up:"
    assert f"  {message}" in lines
