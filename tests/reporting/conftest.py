"""What the tests of reporting share: the review as the pipeline left it, and a measure of readability."""

import re
from pathlib import Path

import pytest
import yaml

from ipt_evidence.reporting.review import load_review

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def review():
    return load_review(yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8")), ROOT)


@pytest.fixture(scope="session")
def reading_grade():
    """Return the Flesch-Kincaid grade of a text: years of school needed to read it."""
    return grade


def syllables(word):
    """Count groups of vowels; a silent e at the end does not count."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = letters.endswith("e") and not letters.endswith(("le", "ee"))
    return max(groups - silent, 1)


def grade(text):
    """Grade a text; only full stops, question and exclamation marks end a sentence."""
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]
    words = re.findall(r"[^\W_]+(?:[.,'’-][^\W_]+)*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
