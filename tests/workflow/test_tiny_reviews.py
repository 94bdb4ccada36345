"""Reviews of one trial to five, each table as empty as it may be, run to their pages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.files import read_table
from sites import faults_of
from tiny_reviews import Tiny, tiny_reviews, write

EXAMPLE = Path(__file__).parents[2] / "examples" / "behavioural_activation"

ARM = {"trial_id": "zoe2011"}
SMALLEST = Tiny(
    conditions=[{"condition": "grief", "label": "Grief", "plain_label": "grief", "parent": ""}],
    tables={name: [] for name in RAW_TABLES} | {
        "trials": [
            {**ARM, "label": "Zoë 2011", "year": 2011, "condition": "grief", "phase": "acute", "citekey": "zoe2011"},
        ],
        "arms": [{**ARM, "arm_id": "01", "treatment": "ba"}, {**ARM, "arm_id": "02", "treatment": "wait_list"}],
        "outcomes": [
            {**ARM, "arm_id": arm, "outcome": "response", "domain": "target", "timepoint": "post", "measure": "binary",
             "events": events, "total": 20, "source_id": "report"}
            for arm, events in (("01", 9), ("02", 5))
        ],
        "sources": [{"source_id": "report", "kind": "thesis", "title": "Zoë's thesis", "licence": "cited"}],
    },
    guides=[],
)  # fmt: skip
"""One trial, two arms, one outcome."""


@settings(max_examples=3)
@given(tiny_reviews())
def test_a_tiny_review_ends_with_a_whole_site(tmp_path_factory, run_review, review):
    folder = tmp_path_factory.mktemp("tiny")
    shutil.copytree(EXAMPLE / "config", folder / "config")
    (folder / "logs").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write(review, folder)
        run_review()
    assert faults_of(folder / "reports") == []
    assert (folder / "reports/evidence.json").is_file()


def test_the_smallest_is_run_from_elsewhere_as_spreadsheets_saved_it(tmp_path):
    """By Snakemake itself: a name with spaces, data that lie elsewhere, byte order marks and line ends CR LF."""
    folder, elsewhere = tmp_path / "my reviews" / "grief (ü)", tmp_path / "elsewhere"
    shutil.copytree(EXAMPLE / "config", folder / "config")
    write(SMALLEST, folder)
    for name in ("moderators.csv", "moderator_groups.csv"):
        (folder / "config" / name).unlink(missing_ok=True)
    for path in [*folder.rglob("*.csv"), folder / "config/config.yaml"]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    (folder / "data").rename(elsewhere)
    (folder / "data").symlink_to(os.path.relpath(elsewhere, folder))
    command = [sys.executable, "-c", "from ipt_evidence.cli import app; app()", "run", "reports/index.html"]
    done = subprocess.run(
        [*command, "--directory", "grief (ü)"], cwd=folder.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert faults_of(folder / "reports") == []
    rated = read_table(elsewhere / "processed/ratings.csv")
    # A share that responds gives no symptom score as exact as asked for: the question stands open.
    assert dict(zip(rated["question_id"], rated["k"], strict=True)) == {
        "grief_ba_v_control_symptom_severity_post": 0,
        "grief_ba_v_control_response_post": 1,
    }
    assert not [path for path in (elsewhere / "processed").iterdir() if path.name.startswith(".")]
