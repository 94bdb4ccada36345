"""What is said of the questions of the real plan."""

import re
from statistics import mean

import pytest

from ipt_evidence.words.registers import PLAIN, REGISTERS
from ipt_evidence.words.statements import state


@pytest.mark.parametrize("register", REGISTERS.values(), ids=list(REGISTERS))
def test_every_question_of_the_plan_has_sentences(review, register):
    found, speaker = review.answers, review.voice(register)
    assert list(found) == list(review.questions["question_id"])
    for answer in found.values():
        words = state(answer, speaker).text
        assert not re.search(r"\bnan\b", words)
        assert "_" not in words
        assert ("No trial in our tables answers this question." in words) == (answer.k == 0)
        assert ("too little to rely on" in words) <= (answer.strength == "insufficient")


def test_plain_sentences_can_be_read_after_nine_years_of_school(review, reading_grade):
    speaker = review.voice(PLAIN)
    grades = [reading_grade(state(answer, speaker).text) for answer in review.answers.values()]
    assert mean(grades) <= 9
    assert max(grades) <= 12
