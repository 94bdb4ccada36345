"""The page on trust says what was tried on this state, and nothing that was not."""

import json
import re
import shutil
from pathlib import Path

import pytest

from ipt_evidence.files import write_json
from ipt_evidence.imports import STATE, state_of
from ipt_evidence.reporting.trust import RECORDS, TRIALS, read_records, trust_page

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "workflow/templates"
SETTINGS = {"title": "A review", "last_review": "2026-11-22"}
RECORD = {
    "commit": "0123456789abcdef", "date": "2026-11-29", "state": "now",
    "tried": [{"what": "SIGKILL <b>", "how": "at 9 moments", "found": "9 of 9", "held": True}],
}  # fmt: skip


def tried(*held):
    return {"tried": [*RECORD["tried"], *({"what": "w", "how": "h", "found": "f", "held": one} for one in held)]}


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
        (tried(False, True), "Did not hold.", " Run on 2026-11-29, commit <code>0123456789ab</code>."),
        (tried(None), "Held.", " Run on 2026-11-29, commit <code>0123456789ab</code>."),
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


def test_a_trial_that_stopped_before_its_end_has_not_held(tmp_path):
    write_json(RECORD | {"tried": []}, tmp_path / RECORDS / "fuzz.json")
    found, page = said(read_records(tmp_path))
    assert found[2] == ("Begun, and not ended.", " Run on 2026-11-29, commit <code>0123456789ab</code>.")
    assert "<table" not in page


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('{"held": tr', "it is not JSON (Expecting value: line 1 column 10 (char 9))"),
        ("\xff", "it is not UTF-8"),
        ("[]", "[] is not of type &#39;object&#39;"),
        (json.dumps({name: cell for name, cell in RECORD.items() if name != "date"}),
         "&#39;date&#39; is a required property"),
        (json.dumps(RECORD | {"date": "today"}), "date: &#39;today&#39; does not match"),
        (json.dumps(RECORD | {"tried": [{**RECORD["tried"][0], "held": "no"}]}),
         "tried.0.held: &#39;no&#39; is not of type &#39;boolean&#39;, &#39;null&#39;"),
    ],
)  # fmt: skip
def test_a_record_that_is_not_whole_stops_nothing_and_is_named(tmp_path, text, wrong):
    (tmp_path / RECORDS).mkdir(parents=True)
    (tmp_path / RECORDS / "fuzz.json").write_text(text, encoding="latin-1")
    found, _ = said(read_records(tmp_path))
    assert found[2][0] == "What it left cannot be used."
    assert found[2][1].startswith(f" <code>reports/trust/fuzz.json</code>: {wrong}")
    assert found[2][1].endswith(". Run it again, or delete that file.")


def test_what_a_trial_rests_on_is_part_of_the_state():
    """Every path of the tests that a trial or its target names lies in what a state is made from."""
    texts = [path.read_text(encoding="utf-8") for path in [ROOT / "Makefile", *(ROOT / "trust").glob("*.*")]]
    named = {path for text in texts for path in re.findall(r"tests/[\w/.]+\w", text.replace('" / "', "/"))}
    named -= {"tests/oracle", "tests/oracle/make_golden.R", "tests/oracle/golden_location_scale.py"}
    named -= {"tests/oracle/validation.py"}
    assert {"tests/mini", "tests/oracle/golden_network_review.R", "tests/slurm/cluster.sh"} <= named
    outside = [path for path in sorted(named) if not any(Path(path).is_relative_to(part) for part in STATE)]
    assert outside == []


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
