"""RoB 2: every path of the published flowcharts, as the guidance of 22 August 2019 draws them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.extraction.rob2 import (
    ALWAYS_ASKED,
    DOMAINS,
    FLOWCHARTS,
    QUESTIONS,
    SEVERITY,
    Ask,
    answers_to,
    judge_domain,
    judge_overall,
)

YES, NO, NOT_NO, NOT_YES = ("Y", "PY"), ("N", "PN"), ("Y", "PY", "NI"), ("N", "PN", "NI")
NI = ("NI",)
LOW, SOME, HIGH = SEVERITY

PATHS = [
    # 1: concealment first, then the sequence, then the baseline.
    ("randomisation", {"1.2": YES, "1.1": NOT_NO, "1.3": NOT_YES}, LOW),
    ("randomisation", {"1.2": YES, "1.1": NOT_NO, "1.3": YES}, SOME),
    ("randomisation", {"1.2": YES, "1.1": NO}, SOME),
    ("randomisation", {"1.2": NI, "1.3": NOT_YES}, SOME),
    ("randomisation", {"1.2": NI, "1.3": YES}, HIGH),
    ("randomisation", {"1.2": NO}, HIGH),
    # 2: two parts; here each with the other one at low.
    ("deviations", {"2.1": NO, "2.2": NO, "2.6": YES}, LOW),
    ("deviations", {"2.1": NOT_NO, "2.3": NO, "2.6": YES}, LOW),
    ("deviations", {"2.1": NO, "2.2": NOT_NO, "2.3": NO, "2.6": YES}, LOW),
    ("deviations", {"2.1": NOT_NO, "2.3": NI, "2.6": YES}, SOME),
    ("deviations", {"2.1": NOT_NO, "2.3": YES, "2.4": NO, "2.6": YES}, SOME),
    ("deviations", {"2.1": NOT_NO, "2.3": YES, "2.4": NOT_NO, "2.5": YES, "2.6": YES}, SOME),
    ("deviations", {"2.1": NOT_NO, "2.3": YES, "2.4": NOT_NO, "2.5": NOT_YES, "2.6": YES}, HIGH),
    ("deviations", {"2.1": NO, "2.2": NOT_NO, "2.3": YES, "2.4": NOT_NO, "2.5": NOT_YES, "2.6": YES}, HIGH),
    ("deviations", {"2.1": NO, "2.2": NO, "2.6": NOT_YES, "2.7": NO}, SOME),
    ("deviations", {"2.1": NO, "2.2": NO, "2.6": NOT_YES, "2.7": NOT_NO}, HIGH),
    # ... and the less favourable part holds.
    ("deviations", {"2.1": YES, "2.3": NI, "2.6": NO, "2.7": YES}, HIGH),
    ("deviations", {"2.1": YES, "2.3": YES, "2.4": YES, "2.5": NO, "2.6": NO, "2.7": NO}, HIGH),
    ("deviations", {"2.1": YES, "2.3": NI, "2.6": NO, "2.7": NO}, SOME),
    # 3
    ("missing_data", {"3.1": YES}, LOW),
    ("missing_data", {"3.1": NOT_YES, "3.2": YES}, LOW),
    ("missing_data", {"3.1": NOT_YES, "3.2": NO, "3.3": NO}, LOW),
    ("missing_data", {"3.1": NOT_YES, "3.2": NO, "3.3": NOT_NO, "3.4": NO}, SOME),
    ("missing_data", {"3.1": NOT_YES, "3.2": NO, "3.3": NOT_NO, "3.4": NOT_NO}, HIGH),
    # 4
    ("measurement", {"4.1": YES}, HIGH),
    ("measurement", {"4.1": NOT_YES, "4.2": YES}, HIGH),
    ("measurement", {"4.1": NOT_YES, "4.2": NO, "4.3": NO}, LOW),
    ("measurement", {"4.1": NOT_YES, "4.2": NO, "4.3": NOT_NO, "4.4": NO}, LOW),
    ("measurement", {"4.1": NOT_YES, "4.2": NO, "4.3": NOT_NO, "4.4": NOT_NO, "4.5": NO}, SOME),
    ("measurement", {"4.1": NOT_YES, "4.2": NO, "4.3": NOT_NO, "4.4": NOT_NO, "4.5": NOT_NO}, HIGH),
    ("measurement", {"4.1": NOT_YES, "4.2": NI, "4.3": NO}, SOME),
    ("measurement", {"4.1": NOT_YES, "4.2": NI, "4.3": NOT_NO, "4.4": NO}, SOME),
    ("measurement", {"4.1": NOT_YES, "4.2": NI, "4.3": NOT_NO, "4.4": NOT_NO, "4.5": NO}, SOME),
    ("measurement", {"4.1": NOT_YES, "4.2": NI, "4.3": NOT_NO, "4.4": NOT_NO, "4.5": NOT_NO}, HIGH),
    # 5
    ("reporting", {"5.1": YES, "5.2": NO, "5.3": NO}, LOW),
    ("reporting", {"5.1": NOT_YES, "5.2": NO, "5.3": NO}, SOME),
    ("reporting", {"5.1": ("Y", "PY", "PN", "N", "NI"), "5.2": NI, "5.3": NOT_YES}, SOME),
    ("reporting", {"5.1": ("Y", "PY", "PN", "N", "NI"), "5.2": NO, "5.3": NI}, SOME),
    ("reporting", {"5.1": ("Y", "PY", "PN", "N", "NI"), "5.2": YES, "5.3": ("Y", "PY", "PN", "N", "NI")}, HIGH),
    ("reporting", {"5.1": ("Y", "PY", "PN", "N", "NI"), "5.2": NOT_YES, "5.3": YES}, HIGH),
]  # fmt: skip


@pytest.mark.parametrize(("domain", "allowed", "judgement"), PATHS)
def test_each_path_of_the_flowcharts_ends_where_the_guidance_says(domain, allowed, judgement):
    for words in product(*allowed.values()):
        verdict = judge_domain(domain, dict(zip(allowed, words, strict=True)))
        assert (verdict.judgement, verdict.missing) == (judgement, ())


# Domain 2 is left out: its two parts combine, and the table holds most paths with the other part at low.
@pytest.mark.parametrize("domain", [domain for domain in DOMAINS if domain != "deviations"])
def test_the_paths_above_cover_every_complete_set_of_answers(domain):
    asked = QUESTIONS[domain]
    for words in product(*(answers_to(question) for question in asked)):
        said = dict(zip(asked, words, strict=True))
        verdict = judge_domain(domain, said)
        fitting = {
            judgement
            for name, allowed, judgement in PATHS
            if name == domain and all(said[question] in words for question, words in allowed.items())
        }
        assert fitting == ({verdict.judgement} if verdict.judgement else set())


@pytest.mark.parametrize(
    ("domain", "answers", "missing"),
    [
        ("randomisation", {"1.1": "Y", "1.3": "N"}, ("1.2",)),
        ("deviations", {"2.1": "Y"}, ("2.3", "2.6")),
        ("deviations", {"2.1": "Y", "2.3": "NA", "2.6": "Y"}, ("2.3",)),
        ("missing_data", {"3.1": "N", "3.2": "NI"}, ("3.2",)),
        ("measurement", {"4.1": "N", "4.2": "N", "4.3": "NI", "4.4": "PY"}, ("4.5",)),
        ("reporting", {"5.2": "N", "5.3": "N"}, ("5.1",)),
    ],
)
def test_a_question_without_answer_is_named_and_nothing_is_judged(domain, answers, missing):
    verdict = judge_domain(domain, answers)
    assert (verdict.judgement, verdict.missing) == (None, missing)


@pytest.mark.parametrize(
    ("judgements", "overall"),
    [
        ((LOW, LOW, LOW, LOW, LOW), LOW),
        ((LOW, SOME, LOW, LOW, LOW), SOME),
        ((SOME, SOME, SOME, SOME, SOME), SOME),
        ((LOW, LOW, LOW, LOW, HIGH), HIGH),
        ((SOME, LOW, HIGH, LOW, LOW), HIGH),
        ((LOW, LOW, LOW, LOW), None),
        ((SOME, SOME), None),
        ((HIGH,), HIGH),
        ((), None),
    ],
)
def test_the_domains_give_the_overall_judgement(judgements, overall):
    assert judge_overall(dict(zip(DOMAINS, judgements, strict=False))) == overall


def questions_of(step):
    if isinstance(step, str):
        return set()
    return {step.question}.union(*map(questions_of, (step.yes, step.no, step.unknown)))


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_flowchart_asks_its_own_questions_and_all_of_them(domain):
    assert set().union(*map(questions_of, FLOWCHARTS[domain])) == set(QUESTIONS[domain])


def test_a_question_that_is_always_asked_takes_no_not_applicable():
    for question in [question for asked in QUESTIONS.values() for question in asked]:
        assert ("NA" in answers_to(question)) == (question not in ALWAYS_ASKED)
    assert "NI" not in answers_to("3.2")


def rank(judgement):
    return SEVERITY.index(judgement)


@given(st.sampled_from(DOMAINS), st.data())
def test_probably_counts_as_the_answer_itself(domain, data):
    answers = {question: data.draw(st.sampled_from(answers_to(question))) for question in QUESTIONS[domain]}
    firm = {question: answer.removeprefix("P") for question, answer in answers.items()}
    assert judge_domain(domain, answers) == judge_domain(domain, firm)


@given(st.lists(st.sampled_from(SEVERITY), min_size=5, max_size=5), st.sampled_from(DOMAINS))
def test_a_less_favourable_domain_never_makes_the_trial_more_favourable(judgements, spoilt):
    domains = dict(zip(DOMAINS, judgements, strict=True))
    assert rank(judge_overall(domains | {spoilt: HIGH})) >= rank(judge_overall(domains))


def test_a_step_says_where_each_answer_leads():
    step = Ask("1.2", yes="a", no="b", unknown="c")
    assert [step.next(answer) for answer in ("Y", "PY", "PN", "N", "NI")] == ["a", "a", "b", "b", "c"]
