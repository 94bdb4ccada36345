"""Tables on disk and the messages of jobs."""

import math

import pandas as pd
import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.files import messages_to, read_json, read_table, read_tables, write_json, write_table


def test_a_table_comes_back_as_it_was_written(tmp_path):
    table = pd.DataFrame({"name": ["Dagöö", "NA", None], "value": [0.1 + 0.2, math.nan, -1e-300]})
    write_table(table, tmp_path / "t.csv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), table, check_dtype=False)


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+cmd", "@cmd", "\tx"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(tmp_path, text):
    write_table(pd.DataFrame({"note": [text], "value": [-1.0]}), tmp_path / "t.csv")
    assert read_table(tmp_path / "t.csv").iloc[0].tolist() == [f"'{text}", -1.0]


@pytest.mark.parametrize("text", ["-1", "+2.5"])
def test_a_number_written_as_text_runs_nothing_and_stays(tmp_path, text):
    write_table(pd.DataFrame({"judgement": [text, "low"]}), tmp_path / "t.csv")
    assert read_table(tmp_path / "t.csv")["judgement"].tolist() == [text, "low"]


def test_tables_of_one_kind_are_set_under_one_another_and_empty_ones_add_nothing(tmp_path):
    write_table(pd.DataFrame({"a": [1, 2]}), tmp_path / "1.csv")
    write_table(pd.DataFrame({"a": []}), tmp_path / "2.csv")
    paths = [str(tmp_path / f"{number}.csv") for number in (2, 1)]
    assert read_tables(paths)["a"].tolist() == [1, 2]
    assert read_tables(paths[:1]).columns.tolist() == ["a"]
    assert read_tables([]).empty


def test_json_refuses_a_number_that_is_not_finite(tmp_path):
    write_json({"b": 1, "a": "é"}, tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == '{\n "a": "é",\n "b": 1\n}\n'
    assert read_json(tmp_path / "x.json") == {"a": "é", "b": 1}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"a": math.nan}, tmp_path / "y.json")


def test_what_the_user_can_put_right_goes_to_the_log_and_ends_the_job(tmp_path):
    with pytest.raises(SystemExit) as ended, messages_to(tmp_path / "job.log"):
        raise EvidenceError("line 3: unknown arm")
    assert ended.value.code == 1
    assert (tmp_path / "job.log").read_text(encoding="utf-8") == "line 3: unknown arm\n"


def test_a_defect_of_the_program_is_not_hidden_as_a_message(tmp_path):
    with pytest.raises(ZeroDivisionError), messages_to(tmp_path / "job.log"):
        print(1 / 0)
