"""What is said of the questions of a plan."""

import json
import re
from statistics import mean

import pytest

from ipt_evidence.words.registers import PLAIN, REGISTERS
from ipt_evidence.words.sentence_parts import of_parts, unquoted
from ipt_evidence.words.sentences import suggested
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


@pytest.mark.parametrize("register", REGISTERS.values(), ids=list(REGISTERS))
def test_the_audit_would_print_on_every_question_what_its_page_says(review, register):
    speaker = review.voice(register)
    for answer in review.answers.values():
        sentence = suggested(answer, speaker)
        assert unquoted(sentence).text == state(answer, speaker).finding.text
        assert sentence.question_id == answer.question_id


@pytest.mark.parametrize("register", REGISTERS.values(), ids=list(REGISTERS))
def test_what_the_audit_prints_instead_of_a_claim_is_what_the_page_says(review, register):
    speaker, claims = review.voice(register), review.tables["claims"]
    printed = [
        sentence
        for sentences in claims.loc[claims["delivery"].isna(), "sentences"].map(json.loads)
        for sentence in (of_parts(*parts) for parts in sentences[register.name]["instead"])
        if sentence.question_id and "leave open whether" not in sentence.text
    ]
    assert len({sentence.question_id for sentence in printed}) > 2
    for sentence in printed:
        assert unquoted(sentence).text == state(review.answers[sentence.question_id], speaker).finding.text
