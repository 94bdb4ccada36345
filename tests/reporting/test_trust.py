"""The page on trust says what was tried on this state, and nothing that was not."""

import re
import shutil
from pathlib import Path

import pytest

from ipt_evidence.files import write_json
from ipt_evidence.imports import state_of
from ipt_evidence.reporting.trust import RECORDS, TRIALS, read_records, trust_page

TEMPLATES = Path(__file__).parents[2] / "workflow/templates"
SETTINGS = {"title": "A review", "last_review": "2026-11-22"}
RECORD = {
    "commit": "0123456789abcdef", "date": "2026-11-29", "held": True, "state": "now",
    "tried": [{"what": "SIGKILL <b>", "how": "at 9 moments", "found": "9 of 9"}],
}  # fmt: skip


def said(records):
    page = trust_page(records, "now", SETTINGS, TEMPLATES)
    return re.findall(r"<p><b>(.*?)</b>(.*?)</p>", page), page


def test_without_records_nothing_is_said_to_have_held(tmp_path):
    assert read_records(tmp_path) == {}
    assert said({})[0] == [("Not run on this state.", "")] * len(TRIALS)


@pytest.mark.parametrize(
    ("changed", "verdict", "when"),
    [
        ({}, "Held.", " Run on 2026-11-29, commit <code>0123456789ab</code>."),
        ({"held": False}, "Did not hold.", " Run on 2026-11-29, commit <code>0123456789ab</code>."),
        ({"commit": ""}, "Held.", " Run on 2026-11-29, on files that no commit holds."),
        ({"state": "then"}, "Held, on another state: not run on this state.",
         " Run on 2026-11-29, commit <code>0123456789ab</code>."),
    ],
)  # fmt: skip
def test_a_record_is_told_with_its_day_and_state(tmp_path, changed, verdict, when):
    write_json(RECORD | changed, tmp_path / RECORDS / "crash-test.json")
    found, page = said(read_records(tmp_path))
    not_run = ("Not run on this state.", "")
    assert found == [not_run, (verdict, when), not_run, not_run]
    assert "SIGKILL &lt;b&gt;</th><td>at 9 moments</td><td>9 of 9</td>" in page


def test_a_state_is_that_of_inputs_and_program_wherever_they_lie(tmp_path):
    review, program = tmp_path / "one", tmp_path / "program"
    for path in (review / "data/raw/arms.csv", review / "config/config.yaml", program / "src/a/b.py"):
        path.parent.mkdir(parents=True)
        path.write_text("1", encoding="utf-8")
    before = state_of(review, program)
    copy = shutil.copytree(review, tmp_path / "reports" / "two")
    assert state_of(copy, program) == before
    for made in (review / "data/processed/x.csv", review / "reports/x.html", program / "src/a/__pycache__/b.pyc"):
        made.parent.mkdir(parents=True)
        made.write_text("1", encoding="utf-8")
    assert state_of(review, program) == before
    (program / "src/a/b.py").write_text("2", encoding="utf-8")
    assert state_of(review, program) != before
