from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.slices import write_plan, write_studies
from ipt_evidence.extraction.studies import STUDY_TABLES, read_studies
from ipt_evidence.files import read_table
from loading import studies_of

words = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
figures = st.none() | st.floats(allow_nan=False, allow_infinity=False)
counts = st.none() | st.integers(0, 10**9)


def slices(evidence, folder):
    return {path.name: path.read_bytes() for path in write_studies(evidence, Path(folder))}


def same(one, other):
    for name in STUDY_TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def members(evidence, path):
    return evidence.vocabulary.members_of(path.stem)


def test_one_file_per_family_of_conditions(evidence, tmp_path):
    assert sorted(slices(evidence, tmp_path)) == [f"{name}.json" for name in sorted(evidence.vocabulary.families)]
    assert list(read_studies(tmp_path / "ptsd.json").trials["trial_id"]) == ["beta2002"]


def test_a_slice_knows_the_team_of_a_trial_from_its_reference(evidence, tmp_path):
    renamed = [{**item, "author": [{"family": "Gamma"}]} for item in evidence.references]
    write_studies(replace(evidence, references=renamed), tmp_path)
    assert set(read_studies(tmp_path / "ptsd.json").trials["team"]) == {"gamma"}
    write_studies(replace(evidence, references=[]), tmp_path)
    assert set(read_studies(tmp_path / "ptsd.json").trials["team"]) == {""}


def test_the_real_families_hold_every_row_once(real_evidence, tmp_path):
    families = [read_studies(path) for path in write_studies(real_evidence, tmp_path)]
    for name in STUDY_TABLES:
        assert sum(len(getattr(studies, name)) for studies in families) == len(getattr(real_evidence, name))
    assert pd.concat([studies.trials for studies in families])["trial_id"].is_unique


def test_what_is_read_is_what_was_written(real_evidence, tmp_path):
    for path in write_studies(real_evidence, tmp_path):
        same(read_studies(path), studies_of(real_evidence, members(real_evidence, path)))


def test_each_question_of_the_plan_goes_to_the_family_of_its_condition(evidence, tmp_path):
    plan = pd.DataFrame({"question_id": ["a", "b"], "condition": ["depression", "ptsd"], "line": [2, 3]})
    found = {path.stem: read_table(path) for path in write_plan(plan, evidence, tmp_path)}
    assert found["ptsd"].values.tolist() == [["b", "ptsd"]]
    assert sum(map(len, found.values())) == 2


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_file(evidence, random):
    shuffled = {}
    for name in STUDY_TABLES:
        frame = getattr(evidence, name)
        shuffled[name] = frame.iloc[random.sample(range(len(frame)), len(frame))].reset_index(drop=True)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        assert slices(replace(evidence, **shuffled), one) == slices(evidence, other)


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_any_values_survive_the_way_through_a_file(evidence, data):
    rows = len(evidence.outcomes)
    drawn = {
        "mean": pd.Series(data.draw(st.lists(figures, min_size=rows, max_size=rows)), dtype="Float64"),
        "n": pd.Series(data.draw(st.lists(counts, min_size=rows, max_size=rows)), dtype="Int64"),
        "derived": pd.Series(data.draw(st.lists(words, min_size=rows, max_size=rows)), dtype="str"),
        "lower_is_better": pd.Series(
            data.draw(st.lists(st.none() | st.booleans(), min_size=rows, max_size=rows)), dtype="boolean"
        ),
    }
    changed = replace(evidence, outcomes=evidence.outcomes.assign(**drawn))
    with TemporaryDirectory() as folder:
        for path in write_studies(changed, Path(folder)):
            same(read_studies(path), studies_of(changed, members(changed, path)))


def test_a_row_inserted_above_leaves_the_other_conditions_alone(mini, evidence, tmp_path):
    before = slices(evidence, tmp_path / "before")
    mini.swap("raw/excluded_reports.csv", "gamma2003", "aaa2003")
    row = "alpha2001,ipt,relapse,target,SCID,,clinician,post,16,binary,,,,,,9,20,itt,,,data_open"
    mini.swap("raw/outcomes.csv", "alpha2001,ipt,remission", f"{row}\nalpha2001,ipt,remission")
    mini.swap(
        "raw/risk_of_bias.csv",
        "alpha2001,RoB1",
        "alpha2001,RoB1,BDI,allocation_concealment,low,data_open\nalpha2001,RoB1",
    )
    changed = mini.load()
    after = slices(changed, tmp_path / "after")
    assert after["ptsd.json"] == before["ptsd.json"]
    assert after["unipolar_depression.json"] != before["unipolar_depression.json"]
    lines = [dict(zip(base.outcomes["row_id"], base.outcomes["line"], strict=True)) for base in (evidence, changed)]
    moved = {row: line for row, line in lines[1].items() if line != lines[0].get(row)}
    assert sorted(moved.values()) == [4, 5, 6, 7, 8], "the new row, and four that keep their names on other lines"
    assert len(lines[0].keys() - lines[1].keys()) == 0


def test_an_unchanged_file_is_not_written_again(evidence, tmp_path):
    paths = write_studies(evidence, tmp_path)
    before = [path.stat().st_mtime_ns for path in paths]
    assert [path.stat().st_mtime_ns for path in write_studies(evidence, tmp_path)] == before


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"trials": [{}]}'])
def test_a_file_the_pipeline_did_not_write_is_refused(tmp_path, content):
    path = tmp_path / "ptsd.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(
        ExtractionError, match=r"ptsd\.json: must be study data as the pipeline writes it .* Run the pipeline"
    ):
        read_studies(path)
