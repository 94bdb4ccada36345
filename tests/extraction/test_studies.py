from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.studies import STUDY_TABLES, read_studies, studies_of, write_studies

words = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
figures = st.none() | st.floats(allow_nan=False, allow_infinity=False)
counts = st.none() | st.integers(0, 10**9)


def slices(evidence, folder):
    return {path.name: path.read_bytes() for path in write_studies(evidence, Path(folder))}


def same(one, other):
    for name in STUDY_TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_one_file_per_condition_that_has_trials(evidence, tmp_path):
    assert sorted(slices(evidence, tmp_path)) == ["depression.json", "ptsd.json"]
    assert list(read_studies(tmp_path / "ptsd.json").trials["trial_id"]) == ["beta2002"]


def test_the_real_conditions_hold_every_trial_once(real_evidence, tmp_path):
    studies = read_studies(*write_studies(real_evidence, tmp_path))
    for name in STUDY_TABLES:
        assert len(getattr(studies, name)) == len(getattr(real_evidence, name))
    assert studies.trials["trial_id"].is_unique


def test_what_is_read_is_what_was_written(real_evidence, tmp_path):
    for path in write_studies(real_evidence, tmp_path):
        same(read_studies(path), studies_of(real_evidence, path.stem))


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
            same(read_studies(path), studies_of(changed, path.stem))


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
    assert after["depression.json"] != before["depression.json"]
    lines = [dict(zip(base.outcomes["row_id"], base.outcomes["line"], strict=True)) for base in (evidence, changed)]
    moved = {row: line for row, line in lines[1].items() if line != lines[0].get(row)}
    assert sorted(moved.values()) == [4, 5, 6, 7, 8], "the new row, and four that keep their names on other lines"
    assert len(lines[0].keys() - lines[1].keys()) == 0


def test_an_unchanged_file_is_not_written_again(evidence, tmp_path):
    paths = write_studies(evidence, tmp_path)
    before = [path.stat().st_mtime_ns for path in paths]
    assert [path.stat().st_mtime_ns for path in write_studies(evidence, tmp_path)] == before


def test_the_file_of_a_condition_without_trials_is_removed(evidence, tmp_path):
    (tmp_path / "gone.json").write_text("{}")
    assert sorted(slices(evidence, tmp_path)) == sorted(path.name for path in tmp_path.iterdir())


def test_several_files_are_joined(evidence, tmp_path):
    studies = read_studies(*write_studies(evidence, tmp_path))
    assert {field.name: len(getattr(studies, field.name)) for field in fields(studies)} == {
        name: len(getattr(evidence, name)) for name in STUDY_TABLES
    }


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"trials": [{}]}'])
def test_a_file_the_pipeline_did_not_write_is_refused(tmp_path, content):
    path = tmp_path / "ptsd.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(
        ExtractionError, match=r"ptsd\.json: must be study data as the pipeline writes it .* Run the pipeline"
    ):
        read_studies(path)
