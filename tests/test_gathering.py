"""Tables of families set under one another, as text."""

import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.gathering import gather, order_of


@pytest.fixture
def files(tmp_path):
    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return [tmp_path / f"{name}.csv" for name in texts]

    return write


def test_rows_are_put_in_order_and_cells_stay_as_they_are(files, tmp_path):
    parts = files(
        one='question_id,note,yi\nb,"x, ""y""\nz",0.30000000000000004\nb,second,1e-300\n',
        none="question_id,note,yi\n",
        two="question_id,note,yi\na,,1.0\nunasked,,2\n",
    )
    gather(parts, tmp_path / "out.csv", column="question_id", order={"a": 0, "b": 1})
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == (
        'question_id,note,yi\na,,1.0\nb,"x, ""y""\nz",0.30000000000000004\nb,second,1e-300\nunasked,,2\n'
    )


def test_the_column_may_stand_behind_any_text(files, tmp_path):
    rows = ['"b, ""last""\n\nof ""two""",q2,"1\n"\n', "'=a,q1,\u2028\n", '"",q0,""\n']
    (part,) = files(one=f"note,question_id,more\n{''.join(rows)}")
    gather([part], tmp_path / "out.csv", column="question_id", order={"q0": 0, "q1": 1, "q2": 2})
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == f"note,question_id,more\n{''.join(rows[::-1])}"


def test_without_a_column_rows_stay_as_they_come(files, tmp_path):
    gather(files(one="a\n2\n", two="a\n1\n"), tmp_path / "out.csv", column="", order={})
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "a\n2\n1\n"


def test_tables_of_different_kinds_are_refused(files, tmp_path):
    one, two = files(one="a,b\n1,2\n", two="a,c\n1,2\n")
    with pytest.raises(EvidenceError, match=f"^{two}: has the columns a, c; {one} has a, b$"):
        gather([one, two], tmp_path / "out.csv", column="", order={})


def test_questions_are_told_by_condition_and_then_as_planned(files):
    (plan,) = files(plan="question_id,title,condition\nq1,One,ptsd\nq2,Two,grief\nq3,Three,ptsd\n")
    assert order_of(plan) == {"q2": 0, "q1": 1, "q3": 2}
