"""Every rule under every state of an answer: no sentence asserts what no table holds."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.appraisal.strength import Reading, strength_of
from ipt_evidence.words.brief import in_a_line, may, must, ways
from ipt_evidence.words.figures import AbsoluteFigures
from ipt_evidence.words.registers import REGISTERS, voice
from ipt_evidence.words.sentence_parts import joined
from ipt_evidence.words.statements import state
from ipt_evidence.words.strength_rules import rules_of

ROOT = Path(__file__).parents[2]
RULES = {
    "risk_of_bias": ("not_mostly_low", "not_assessed", "mostly_high_and_different", "overridden"),
    "inconsistency": ("signs_2", "signs_3", "signs_2_both_ways", "signs_3_both_ways", "overridden"),
    "indirectness": ("marks_0_one_setting", "marks_1", "marks_2", "marks_1_one_setting", "marks_2_one_setting",
                     "overridden"),
    "imprecision": ("interval_1", "interval_2", "interval_3", "few_people", "size_not_known",
                    "overridden"),
    "publication_bias": ("small_trials_only", "sizes_not_known", "results_missing", "adjusted_averages_differ",
                         "nothing_left", "overridden"),
}  # fmt: skip
"""Rules that take levels away, by domain."""

DIRECTIONS = ("favours_intervention", "favours_comparator", "no_important_difference", "little_difference", "unclear")
CERTAINTIES = ("very_low", "low", "moderate", "high")
SHARES = {
    "nobody judged": {"low": 0.0, "some_concerns": 0.0, "high_or_unclear": 0.0, "high": 0.0, "unknown": 100.0},
    "all sound": {"low": 100.0, "some_concerns": 0.0, "high_or_unclear": 0.0, "high": 0.0, "unknown": 0.0},
    "mostly weak": {"low": 10.0, "some_concerns": 0.0, "high_or_unclear": 10.0, "high": 60.0, "unknown": 20.0},
    "mixed": {"low": 20.0, "some_concerns": 10.0, "high_or_unclear": 10.0, "high": 30.0, "unknown": 30.0},
}
PEOPLE = AbsoluteFigures(
    basis="response", event_good=True, control_question_id="q", control_trials=3, control_risk=0.3,
    control_risk_low=0.2, control_risk_high=0.4, with_intervention=0.45, with_low=0.36, with_high=0.53,
    benefit_per_1000=150.0, benefit_low=60.0, benefit_high=230.0, nnt=6.7, nnt_best=4.3, nnt_worst=16.7,
    through_infinity=False,
)  # fmt: skip

NEVER = (
    r"nobody has repeated", r"the only trial", r"no other trial", r"no trial (has|have|exists)", r"does not work",
    r"no evidence (that|of)", r"proven|proof|proves that", r"\bnan\b|None|\{|\}",
)  # fmt: skip
"""What no table holds, whatever the state."""


def strengths(direction):
    """Return what the rules can make of a direction, by certainty and size of the body."""
    rules = rules_of(pd.read_csv(ROOT / "config" / "strength_rules.csv"))
    reading = Reading(direction=direction, interval_vs_null="includes", interval_vs_mid="estimate_beyond")
    return {
        (certainty, strength_of(reading, certainty=certainty, k=k, n_participants=people, comparator="cbt",
                                rules=rules).strength)
        for certainty, k, people in product(CERTAINTIES, (1, 3, 9), (50.0, 200.0, 900.0))
    }  # fmt: skip


@pytest.fixture(scope="module")
def answers(make_answer):
    """Every direction, strength and certainty that the rules can give, of one trial and of several."""
    found = [make_answer(k=0)]
    for direction in DIRECTIONS:
        for (certainty, strength), k, shares in product(strengths(direction), (1, 8), SHARES.values()):
            found.append(
                make_answer(
                    k=k, comparator="cbt", direction=direction, certainty=certainty, strength=strength, shares=shares
                )
            )
    return found


@pytest.fixture(params=REGISTERS.values(), ids=list(REGISTERS))
def speaker(request, vocabulary, labels):
    return replace(voice(request.param, vocabulary, labels), trials={"a": "Ash 2001"})


REASONS = [(domain, rule) for domain, rules in RULES.items() for rule in rules]


def possible(answer, rule):
    """Tell whether a rule can decide where the weight lies so."""
    shares = answer.shares
    needs = {
        "not_assessed": shares["unknown"] >= 50,
        "mostly_high_and_different": shares["high"] > 50,
        "one_trial_from_different": shares["low"] > 0,
    }
    return answer.k > 0 and needs.get(rule, not (rule == "not_mostly_low" and shares["unknown"] >= 50))


def test_no_state_gives_a_sentence_that_no_table_holds(answers, speaker):
    for one, reason in product(answers, REASONS):
        if not possible(one, reason[1]):
            continue
        said = state(replace(one, downgraded=(reason,)), speaker)
        assert not re.search("|".join(NEVER), said.text), said.text
        known = one.shares["high"] + one.shares["high_or_unclear"] + one.shares["some_concerns"]
        assert known or "weak point" not in said.text, said.text


def test_how_sure_it_sounds_follows_from_certainty_and_label(answers, speaker):
    for one in answers:
        found = state(one, speaker).finding.text
        hidden = one.strength in ("insufficient", "no_evidence")
        assert hidden == bool(re.search("we do not know how|evidence is very uncertain", found)), found
        assert not (hidden and re.search(r"\b(more|less|better|worse|may|probably)\b", found)), found
        assert ("very uncertain" in found) == (hidden and one.certainty == "very_low"), found
        assert ("may" in found.split()) == (not hidden and one.certainty == "low"), found
        assert ("probably" in found) == (not hidden and one.certainty == "moderate"), found


def test_the_rules_walked_are_those_that_decide(made):
    taken = made[made["downgrade"].lt(0) & made["status"].ne("overridden")]
    assert set(zip(taken["domain"], taken["rule"], strict=True)) <= set(REASONS)


@pytest.fixture
def made():
    return pd.read_csv(ROOT / "data" / "processed" / "certainty.csv")


STATISTICS = (
    r"\bg = ", r"\bCI\b", r"\bCrI\b", r"odds ratio", r"risk ratio", r"prediction interval", r"\d%", r"\bp = ",
    r"standardised", r"heterogeneity", r"sensitivity", r"confidence",
)  # fmt: skip
"""What the plain register never prints."""


def test_the_plain_register_prints_no_statistic(answers, vocabulary, labels):
    speaker = replace(voice(REGISTERS["plain"], vocabulary, labels), trials={"a": "Ash 2001"})
    for one in answers:
        reasons = tuple(reason for reason in REASONS if possible(one, reason[1]))
        wide = replace(
            one, sound="g = 0.02 (95% CI −0.22 to 0.27)", sound_differ=True, downgraded=reasons, checks=12,
            effects=(("g = 0.50 (95% CI 0.10 to 0.90)", 1),) * min(one.k, 2), checks_failed=3,
            trials=("a",) * max(min(one.k, 2), 1),
        )  # fmt: skip
        for sentences in (state(wide, speaker).sentences, must(wide, speaker), may(wide, speaker)):
            said = " ".join(each.text for each in sentences)
            assert not re.search("|".join(STATISTICS), said), said
        for line in in_a_line(wide, speaker):
            assert not re.search("|".join(STATISTICS), line.text)


def test_no_short_sentence_is_surer_than_its_certainty(answers, speaker):
    for one, absolute in product(answers, (None, PEOPLE)):
        told = replace(one, absolute=absolute)
        for said in (way.text for way in (must(told, speaker)[0], *in_a_line(told, speaker))):
            hidden = one.strength in ("insufficient", "no_evidence")
            assert hidden == bool(re.search("we do not know how|evidence is very uncertain", said)), said
            if not hidden:
                allowed = {"low": r"\bmay\b", "moderate": r"\b(may|probably)\b"}.get(one.certainty, "")
                assert re.search(allowed, said), said


def test_what_must_stand_beside_a_finding_is_in_few_words_too(answers, speaker):
    for one in answers:
        if not one.k or one.strength in ("insufficient", "no_evidence"):
            continue
        wide = replace(one, sound="g = 0.02", sound_differ=True, sound_finds="less_or_none")
        few = " ".join(each.text for each in must(wide, speaker))
        long, brief = (line.text for line in in_a_line(wide, speaker))
        assert re.search("Alone, trials at low risk of bias find g = 0.02|Sound trials find less, or nothing", few)
        assert re.search("(sound trials|trials at low risk of bias) find less, or nothing", long)
        assert re.search("(sound trials|trials at low risk of bias) find otherwise", brief)
        assert re.search("new settings|prediction interval", few), few


OTHERS = [("insufficient", "favours_intervention"), ("insufficient", "favours_comparator"), ("insufficient", "unclear")]
OTHERS += [("limited", direction) for direction in DIRECTIONS if direction != "unclear"]
ALIKE = ("no_important_difference", "little_difference")


def side_told(strength, direction):
    """Say in a word what a reader learns: no finding, hardly a difference, or which side does better."""
    if strength == "insufficient" and direction.startswith("favours"):
        return f"little on {direction}"
    return "open" if strength == "insufficient" else "alike" if direction in ALIKE else direction


def test_no_finding_hides_what_the_other_main_outcome_says(answers, speaker, make_answer):
    """Symptoms and response of one comparison: where they do not say the same, no text gives one of them alone."""
    says = {
        "open": "settles? nothing|left open|not all results",
        "alike": "little or no|no important|not so|not all results",
        "little on favours_intervention": "favour IPT, but that is too little|not so|not all results",
        "little on favours_comparator": r"favour (CBT|cognitive).*, but that is too little|not so|not all results",
    }
    told, unjudged = 0, [one for one in answers if one.k == 0 or one.shares["unknown"] == 100]
    for one, (strength, direction), absolute in product(unjudged, OTHERS, (None, PEOPLE)):
        other = make_answer(
            question_id="other", outcome="response", measure="logOR", comparator="cbt", certainty="low",
            strength=strength, direction=direction,
        )  # fmt: skip
        asked = replace(one, counterpart=other, absolute=absolute)
        side, beside = side_told(one.strength, one.direction), side_told(strength, direction)
        # What cannot be relied on takes nothing back from a finding on the same side, and adds nothing to its like.
        silent = (side, f"little on {side}", *([beside] if {one.strength, strength} == {"insufficient"} else []))
        differ = one.k > 0 and beside not in silent
        found = says.get(beside, "more often|less often|not so|not all results")
        texts = [joined(way) for way in ways(asked, speaker)] + [way.text for way in in_a_line(asked, speaker)]
        texts += [state(asked, speaker).text, joined((*state(asked, speaker).caution,))]
        for said in texts:
            if differ:
                assert re.search(found, said), said
                told += 1
            else:
                assert not re.search(
                    "settles? nothing|left open|favours? .* but that is|not all results|not so|But ", said
                ), said
    assert told > 500


def test_what_one_trial_alone_found_is_said_to_be(answers, vocabulary, labels):
    speaker = replace(voice(REGISTERS["plain"], vocabulary, labels), trials={"a": "Ash 2001"})
    for one in answers:
        alone = replace(one, rated=replace(one.rated, k=1), compared=())
        said = " ".join(each.text for each in must(alone, speaker))
        assert ("This is from one trial." in said) == (
            one.k > 0 and one.strength not in ("insufficient", "no_evidence")
        )


def test_the_form_the_therapy_was_given_in_is_named(answers, speaker):
    for one in answers:
        named = replace(one, given=("Interpersonal counselling",))
        assert (
            "It was given as interpersonal counselling." in " ".join(each.text for each in must(named, speaker))
        ) == (one.k > 0)


def test_what_trials_plainly_show_is_said_of_answers_that_are_too_little_to_rely_on(answers, speaker):
    for one in answers:
        agreeing = replace(one, pooled=replace(one.pooled, k=2), effects=(("g = −0.5", -1), ("g = −0.6", -1)))
        said = " ".join(each.text for each in must(agreeing, speaker))
        shown = one.k > 0 and one.strength == "insufficient"
        assert (
            "Both usable trials of IPT against CBT in our tables favour CBT, but that is too little to rely on." in said
        ) == shown, said


def test_that_two_trials_show_opposite_things_is_said_in_few_words_too(answers, speaker):
    for one in answers:
        opposed = replace(one, pooled=replace(one.pooled, k=2), effects=(("g = 0.7", 1), ("g = −0.6", -1)))
        said = " ".join(each.text for each in must(opposed, speaker))
        shown = one.k > 0 and one.strength == "insufficient"
        assert ("Of the two usable trials in our tables, one favours IPT and one CBT." in said) == shown, said
