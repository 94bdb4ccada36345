"""Reviews of one trial to five, each table as empty as it may be, run to their pages."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings

from sites import faults_of
from tiny_reviews import tiny_reviews, write

EXAMPLE = Path(__file__).parents[2] / "examples" / "behavioural_activation"


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
