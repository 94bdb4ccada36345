import re
import shutil

import pandas as pd
import pytest

from ipt_evidence import load
from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.validation import dtype_of
from ipt_evidence.reporting.schemas import PROCESSED_TABLES

KINDS = {"str": "str", "Int64": "Int64", "Float64": "float64", "boolean": "boolean"}


def test_every_table_has_the_types_of_its_definition_whatever_is_in_it(tables):
    compared = 0
    for name, schema in PROCESSED_TABLES.items():
        if name not in tables:
            continue
        types = tables[name].dtypes
        assert list(types.index) == list(schema.columns), name
        assert {column: str(kind) for column, kind in types.items()} == {
            column: KINDS[dtype_of(definition)] for column, definition in schema.columns.items()
        }, name
        compared += 1
    assert compared > 30


def test_every_table_of_the_processed_folder_can_be_read(tables, example):
    found = {path.stem for path in (example / "data/processed").glob("*.csv")}
    assert found <= set(tables)
    assert {"questions", "vocabulary/conditions"} <= set(tables)
    assert all(len(tables.columns(name)) for name in tables)


@pytest.fixture
def copied(example, tmp_path):
    for part in ("config", "data/processed"):
        shutil.copytree(example / part, tmp_path / "review" / part)
    return tmp_path / "review"


def test_content_does_not_change_a_type(copied):
    arms = copied / "data/processed/arms.csv"
    lines = arms.read_text(encoding="utf-8").splitlines()
    lines[1:] = ["alder2011,01,ba,,individual,,,2"]
    arms.write_text("\n".join(lines) + "\n", encoding="utf-8")
    doubts = copied / "data/processed/doubts.csv"
    doubts.write_text(doubts.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    found = load(copied)
    assert found["arms"]["arm_id"].tolist() == ["01"]
    assert str(found["arms"]["n_sessions"].dtype) == "Int64"
    assert set(map(str, found["doubts"].dtypes)) <= {"str", "Int64"}


def test_columns_say_what_they_mean_and_in_which_unit(tables):
    columns = tables.columns("synthesis_weights")
    assert columns.index.tolist() == tables["synthesis_weights"].columns.tolist()
    assert columns.loc["weight_percent", ["holds", "unit"]].tolist() == ["number", "percent"]
    assert columns.loc["n1", ["holds", "unit"]].tolist() == ["whole number", "people"]
    assert columns["description"].str.len().min() > 0


def test_the_folder_of_notebooks_leads_to_its_review(copied, monkeypatch):
    (copied / "notebooks").mkdir()
    monkeypatch.chdir(copied / "notebooks")
    assert len(load()["trials"]) == len(load(copied)["trials"])


def test_a_folder_without_a_review_is_refused(tmp_path):
    with pytest.raises(EvidenceError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} has no config/config.yaml; give the folder of a review: one with config and data in it"
    )


def test_a_review_that_was_not_run_is_told_what_to_run(copied):
    shutil.rmtree(copied / "data")
    with pytest.raises(EvidenceError) as caught:
        load(copied)
    assert str(caught.value) == (
        f"{copied} has no data/processed/syntheses.csv; run the pipeline first: `make` in the project, "
        f"`snakemake --directory {copied}` for a review of your own"
    )


def test_a_table_of_another_version_is_refused(copied):
    path = copied / "data/processed/bayes.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("p_benefit", "p_good", 1), encoding="utf-8")
    with pytest.raises(
        EvidenceError, match=re.escape("bayes.csv: the column p_good is not one of this version's; run")
    ):
        load(copied)["bayes"]


def test_what_is_not_there_is_named_with_what_is_near(tables):
    for ask, message in (
        (lambda: tables["synthesis"], r"has no table 'synthesis'; did you mean syntheses\?"),
        (lambda: tables.question("depression"), "the plan has no question 'depression'; "),
        (
            lambda: tables.most_studied(outcome="luck"),
            "the plan has no question on outcome luck; see the table 'questions'",
        ),
    ):
        with pytest.raises(EvidenceError, match=message):
            ask()


def test_trials_of_a_question_come_by_year_with_their_names_and_risk(tables):
    question = tables.most_studied(measure="SMD")
    trials = tables.trials_of(question)
    answered = tables["syntheses"].set_index("question_id").at[question, "k"]
    assert len(trials) == answered == tables["syntheses"].query("measure == 'SMD'")["k"].max()
    assert trials["year"].is_monotonic_increasing
    assert trials["label"].str.startswith("Invented").all()
    assert set(trials["risk"]) <= {"low", "some_concerns", "high_or_unclear", "high", "unknown"}


def test_a_table_is_read_once(tables):
    assert tables["trials"] is tables["trials"]
    assert isinstance(tables["trials"], pd.DataFrame)
