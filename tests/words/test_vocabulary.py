"""The vocabulary as later jobs read it, and its families."""

from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.extraction.schemas.sources import SOURCE_KINDS
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import read_table
from ipt_evidence.words import labels
from ipt_evidence.words.vocabulary import Vocabulary, nearest, read_vocabulary
from loading import load_questions

ROOT = Path(__file__).parents[2]
TABLES = ("conditions", "treatment_classes", "treatments", "outcomes", "instruments")


@pytest.mark.parametrize("folder", ["config/vocabulary", "tests/mini/vocabulary"])
def test_what_is_read_plainly_is_what_the_checks_read(folder):
    plain, checked = read_vocabulary((ROOT / folder).glob("*.csv")), load_vocabulary(ROOT / folder)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(checked, name).drop(columns="line"))


def test_the_plan_read_plainly_is_the_plan_that_was_checked(vocabulary):
    checked = load_questions(ROOT / "config" / "questions.csv", vocabulary).drop(columns="line")
    pd.testing.assert_frame_equal(read_table(ROOT / "config" / "questions.csv"), checked, check_dtype=False)


def test_a_table_that_is_not_given_has_no_words():
    words = read_vocabulary([ROOT / "config" / "vocabulary" / "conditions.csv"])
    assert words.members_of("eating_disorders")
    assert words.instruments.empty


def test_every_condition_is_in_one_family():
    conditions = pd.DataFrame({"condition": list("abcde"), "parent": [None, "a", "b", None, "c"]})
    words = Vocabulary(conditions, *[pd.DataFrame()] * 5)
    assert words.families == ("a", "d")
    assert [words.members_of(family) for family in words.families] == [("a", "b", "c", "e"), ("d",)]


def test_a_word_where_none_is_in_use_has_a_remedy():
    assert nearest("directory", []) == "none is in use yet"


def test_every_kind_of_source_has_its_words():
    assert set(labels.SOURCE_KINDS) == set(SOURCE_KINDS)
