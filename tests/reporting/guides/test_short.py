"""The short form: how long it is, what may never be left out of it, and what it rests on."""

import io
import json
import re
import zipfile
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from ipt_evidence.appraisal.claims.efficacy import LABELS
from ipt_evidence.reporting.guides.brief import brief_markdown
from ipt_evidence.reporting.guides.formats import guide_files
from ipt_evidence.reporting.guides.said import (
    GUIDE,
    LINE,
    SHORT,
    Piece,
    length,
    lines_of,
    listing,
    plainly,
    together,
    words_in,
)
from ipt_evidence.reporting.guides.short import gathered, on_claims, on_questions
from ipt_evidence.reporting.guides.short import parts as fitting
from ipt_evidence.reporting.guides.short.desk import Desk, Part
from ipt_evidence.reporting.guides.short.in_their_place import uncompared
from ipt_evidence.reporting.guides.short.on_facts import next_due
from ipt_evidence.reporting.guides.short.parts import parts_of
from ipt_evidence.reporting.guides.stated import stated
from ipt_evidence.words.audit import VERDICTS_BRIEFLY
from ipt_evidence.words.guide_parts import HOLDS, in_plain_words, verdict_in_words, without_scales
from ipt_evidence.words.registers import PLAIN, PROFESSIONAL, REGISTERS
from ipt_evidence.words.sentence_parts import whole

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"
GUIDES = ("invented_leaflet", "invented_portal", "invented_page")
KINDS = {"question", "claim", "guideline", "guide", "work", "table", "setting"}


@pytest.fixture(scope="module")
def desks(review):
    return [Desk.of(review, guide, REGISTERS[name]) for guide in GUIDES for name in review.guides[guide]["readings"]]


@pytest.fixture(scope="module")
def parts(desks):
    return [(desk, part) for desk in desks for top in parts_of(desk) for part in (top, *top.items)]


@pytest.fixture(scope="module")
def forms(review):
    return guide_files(review, "invented_leaflet", TEMPLATES)


def test_lines_and_parts_keep_to_their_lengths(parts):
    for _, part in parts:
        assert 0 < part.line.length <= LINE, part.line.text
        assert 0 < length(part.short) <= SHORT, " ".join(one.text for one in part.short)


def test_parts_stand_in_the_order_of_the_guide(desks):
    for desk in desks:
        assert [part.part for part in parts_of(desk)] == desk.guide["evidence_parts"]


def test_every_sentence_rests_on_something_that_is_there(review, parts):
    known = {
        "question": set(review.answers), "claim": set(review.tables["claims"]["claim_id"]),
        "guideline": set(review.tables["guidelines"]["guideline_id"]), "work": set(review.guide_references),
        "guide": set(review.guides), "table": {*review.tables, "questions"},
        "setting": {"review.last_review", "review.months_to_next"},
    }  # fmt: skip
    assert set(known) == KINDS
    for _, part in parts:
        for said in (part.line, *part.short):
            assert said.rests_on, said.text
            for one in said.rests_on:
                kind, _, name = one.partition(":")
                assert name in known[kind], one


def test_every_answer_a_short_text_tells_is_one_the_guide_states(review, parts):
    """The full text, its list of trials and the chain back from a cell go by the same answers."""
    known = {guide: {f"question:{one.question_id}" for one in stated(review, guide)} for guide in GUIDES}
    for desk, part in parts:
        rests = {one for said in (part.line, *part.short) for one in said.rests_on if one.startswith("question:")}
        assert rests <= known[desk.guide["guide_id"]], part.heading


def test_claims_the_guide_makes_are_all_answered(desks):
    for desk in desks:
        told = {one for part in parts_of(desk) for item in part.items for one in item.part.split("; ")}
        asked = {claim.claim_id for claim in desk.claims if claim.kind == "reading_list"}
        assert {f"claim:{claim.claim_id}" for claim in desk.claims if claim.claim_id not in asked} <= told


def test_a_claim_that_does_not_hold_has_what_could_be_printed_in_its_place(desks):
    for desk in desks:
        verdicts = {f"claim:{claim.claim_id}": claim for claim in desk.claims}
        for item in on_claims.items("claims_by_condition", desk):
            claim = verdicts[item.part.split("; ")[0]]
            assert item.short[0].text == " ".join(verdict_in_words(claim.verdict, claim.rule_id))
            doubtful = claim.verdict in ("partly_supported", "not_supported", "contradicted")
            assert len(item.short) > 1 or not doubtful, item.heading


def test_of_every_claim_that_holds_in_part_it_is_said_which_part():
    rules = Path(on_claims.__file__).parents[3] / "appraisal" / "claims"
    source = "".join(path.read_text(encoding="utf-8") for path in rules.glob("*.py"))
    found = set(re.findall(r'"partly_supported",? (?:rule_id=)?"(\w+)"', source))
    found -= {*VERDICTS_BRIEFLY}
    found |= {f"answer_{label}" for label, verdict in LABELS.items() if verdict == "partly_supported"}
    assert found == set(HOLDS)
    for rule in (*found, *(f"subset_{rule}" for rule in found)):
        assert verdict_in_words("partly_supported", rule)[0].startswith("Holds in part: ")


def test_plain_words_name_no_scores_on_scales():
    said = "adults (subthreshold to mild; PHQ-9 below 16); children (family-based IPT)"
    assert without_scales(said) == "adults; children (family-based IPT)"
    assert in_plain_words(whole(said)).text == "adults; children (family-based IPT)."


def test_what_a_number_of_people_means_is_said_where_one_is_given_whatever_the_words(review):
    def brief(*said):
        part = Part(part="evidence_summary", heading="Findings", line=said[0], short=said)
        return brief_markdown(review, "invented_leaflet", {"plain": [part]}, {})

    words = plainly("Doses (estimated) and visits (from counts).")
    assert "Of 100 people:" not in brief(words)
    counted = replace(words, kinds=("from counts",))
    for marked in (counted, together([plainly("This."), counted])):
        assert 'Of 100 people: "from counts" means counted in trials.' in brief(marked)


def test_questions_are_answered_in_their_order_and_as_they_are_asked(review):
    desk = Desk.of(review, "invented_leaflet", PLAIN)
    (part,) = [one for one in parts_of(desk) if one.part == "questions_and_answers"]
    assert [item.heading for item in part.items] == [
        one["text"] for one in review.guides["invented_leaflet"]["questions"]
    ]
    said = {item.heading: " ".join(one.text for one in item.short) for item in part.items}
    assert "sessions" in said["How long does BA last?"]
    assert "Our tables hold no trial of BA on any other condition." in said["Is BA only for depression?"]
    assert "Our tables compare results." in said["How does BA differ from other talking therapies?"]
    # The same question gets the same answer, whatever a guide claims elsewhere.
    claims = review.tables["claims"].assign(verdict="supported", reserve=True)
    other = Desk.of(replace(review, tables={**review.tables, "claims": claims}), "invented_leaflet", PLAIN)
    assert [item.short for item in parts_of(other)[7].items] == [item.short for item in part.items]


def test_what_is_told_first_does_not_hang_on_which_way_it_points(review):
    desk = Desk.of(review, "invented_portal", PROFESSIONAL)
    turned = {
        name: replace(one, direction={"favours_intervention": "favours_comparator"}.get(one.direction, one.direction))
        for name, one in review.answers.items()
    }
    other = Desk.of(replace(review), "invented_portal", PROFESSIONAL)
    other.review.__dict__["answers"] = turned
    ids = [[one.question_id for one in each.main(desk.conditions)] for each in (desk, other)]
    assert ids[0] == ids[1]


def test_a_rest_that_can_be_told_is_never_called_unknown(review):
    """Where there is no room, conditions are counted as less; they are not named as unknown."""
    for register, room in product(REGISTERS.values(), range(20, SHORT + 1, 5)):
        desk = Desk.of(review, "invented_leaflet", register)
        found = gathered.groups(desk.main(gathered.lowest(desk.conditions, desk)), desk)
        tellable = {desk.voice.conditions[one.condition] for group in found for one in group.answers}
        for said in gathered.told(desk.conditions, desk, room):
            if "we know too little" in said.text:
                assert not any(f"{name}," in said.text or f"{name} and" in said.text for name in tellable)


def test_a_line_counts_conditions_that_pool_no_other_one_named(review):
    """What is counted is counted alike: of how many it holds, and of how many there are."""
    for name in REGISTERS.values():
        desk = Desk.of(review, "invented_portal", name)
        conditions = tuple(review.vocabulary.conditions["condition"])
        counted = gathered.lowest(conditions, desk)
        assert len(counted) < len(conditions)
        (found, *_) = gathered.groups(desk.main(counted), desk) or [None]
        said = gathered.line(conditions, desk, 1).text
        assert f"{len(found.answers)} of {len(counted)} conditions" in said if found else str(len(counted)) in said


def test_one_condition_is_named_and_not_counted(review):
    for name in REGISTERS.values():
        desk = Desk.of(review, "invented_portal", name)
        said = gathered.line(("depression",), desk, 60).text
        assert said.startswith(f"For {desk.voice.conditions['depression']}, "), said


def test_a_line_never_says_that_sound_trials_find_less_where_they_may_find_nothing(review):
    portal = Desk.of(review, "invented_portal", PROFESSIONAL)
    conditions = tuple(review.vocabulary.conditions["condition"])
    rated = {
        name: replace(
            one, direction="favours_intervention", strength="limited", certainty="low", sound_differ=True,
            sound_finds="less_or_none",
        )
        if one.k else one
        for name, one in review.answers.items()
    }  # fmt: skip
    other = replace(review)
    other.__dict__["answers"] = rated
    desk = replace(portal, review=other)
    for most in (LINE, 20, 1):
        assert re.search(
            "find less, or nothing|find otherwise|not all results agree", gathered.line(conditions, desk, most).text
        )


def test_a_line_of_a_part_on_answers_says_what_was_found(desks):
    for desk in desks:
        for part in parts_of(desk):
            if part.part in ("strength_of_evidence", "evidence_summary", "when_it_is_used", "indications"):
                assert part.line == gathered.line(desk.conditions, desk)


def test_conditions_without_room_are_not_said_to_be_known_less(review):
    for register, room in product(REGISTERS.values(), range(10, SHORT + 1, 5)):
        desk = Desk.of(review, "invented_leaflet", register)
        said = " ".join(one.text for one in gathered.told(desk.conditions, desk, room))
        assert "know less" not in said
        assert not re.search("others?", said) or re.search(r"\d+ others? stands? in the full text|\bother ", said)


def test_what_two_treatments_differ_in_keeps_what_must_stand_beside_it(review):
    desk = Desk.of(review, "invented_leaflet", PLAIN)
    for one in desk.questions:
        if one["asks"] != "differs":
            continue
        (_, *others) = on_questions.answers_to(one, desk)
        said = " ".join(each.text for each in on_questions.ANSWERS["differs"](one, desk))
        for other in others:
            found = on_questions.finding_of(other, desk.voice).text.partition(", ")[2]
            if found and found in said:
                assert all(each.text in said for each in on_questions.beside(other, desk.voice))
        assert "what is done in a session" in said


def test_the_next_check_is_due_by_the_cadence_of_the_settings(review):
    assert next_due({"last_review": "2026-11-22", "months_to_next": 12}) == "2027-11-22"
    assert next_due({"last_review": "2026-08-31", "months_to_next": 6}) == "2027-02-28"
    desk = Desk.of(review, "invented_leaflet", PLAIN)
    (part,) = [one for one in parts_of(desk) if one.part == "last_evidence_review"]
    assert "the next check is due by 2028-01-15" in part.short[0].text


def test_reading_and_references_are_kept_apart(desks):
    for desk in desks:
        works = {part.part: set(part.works) for part in parts_of(desk)}
        if "recommended_reading" in works:
            assert works["recommended_reading"]
            assert works["recommended_reading"].isdisjoint(works["references"])


def test_all_forms_say_the_same(forms):
    text, page, short = (forms[f"guides/invented_leaflet.{form}"] for form in ("txt", "fragment.html", "md"))
    sentence = "The tables were last checked on 2026-01-15"
    assert sentence in text
    assert sentence in page
    assert sentence in short
    with zipfile.ZipFile(io.BytesIO(forms["guides/invented_leaflet.docx"])) as document:
        words = re.sub(r"<[^>]+>", "", document.read("word/document.xml").decode("utf-8"))
    assert sentence in words


def test_a_document_has_the_same_bytes_every_time(review, forms):
    assert guide_files(review, "invented_leaflet", TEMPLATES) == forms


def test_what_is_pasted_into_another_page_keeps_working_links(forms):
    page = f"<html><body><h1>Another page</h1>{forms['guides/invented_leaflet.fragment.html']}</body></html>"
    links = re.findall(r'href="([^"]*)"', page)
    assert len(links) > 5
    assert all(link.startswith("https://") for link in links)
    assert "id=" not in page
    assert "<script" not in page
    # A link at the top opens the text; a click selects all of it, without a script.
    offered = forms["guides/invented_leaflet.html"]
    assert offered.index('href="#copy"') < offered.index("<article>")
    assert (
        forms["guides/invented_leaflet.fragment.html"].strip() in offered.partition('<div class="copied" id="copy">')[2]
    )
    assert ".copied { user-select: all;" in offered


def test_the_record_holds_parts_lengths_and_registers(review, forms):
    record = json.loads(forms["guides/invented_leaflet.json"])
    assert [one["register"] for one in record["registers"]] == ["plain", "professional"]
    assert record["next_review_due"] == "2028-01-15"
    for register in record["registers"]:
        assert [part["part"] for part in register["parts"]] == review.guides["invented_leaflet"]["evidence_parts"]
        for part in register["parts"]:
            assert part["line"]["text"]
            assert part["short"]
            assert part["full"]["markdown"]
            assert part["full"]["rests_on"]


def test_a_guide_as_a_whole_keeps_to_its_length(review):
    for guide in GUIDES[1:]:
        assert len(guide_files(review, guide, TEMPLATES)[f"guides/{guide}.md"].split()) <= GUIDE


def test_parts_get_less_room_where_a_guide_would_be_too_long(review, monkeypatch):
    def words(found):
        return sum(length(part.short) for parts in found.values() for top in parts for part in (top, *top.items))

    monkeypatch.setattr(fitting, "GUIDE", 10_000)
    whole = fitting.fitted(review, "invented_leaflet")
    monkeypatch.setattr(fitting, "GUIDE", fitting._words(whole) - 5)
    less = fitting.fitted(review, "invented_leaflet")
    assert words(less) <= words(whole) - 5
    assert [part.heading for parts in less.values() for part in parts if part.short] == [
        part.heading for parts in whole.values() for part in parts
    ]


def test_a_line_without_room_for_a_finding_says_where_it_stands(review):
    answer = next(one for one in review.answers.values() if one.k)
    for register in REGISTERS.values():
        *_, last = lines_of(answer, review.voice(register))
        assert last.text.startswith("What trials found on ")
        assert last.length <= LINE


def test_names_in_a_list_keep_their_links():
    names = [Piece("a", "x"), Piece("b, c", "y"), Piece("d", "z")]
    assert "".join(one.text for one in listing(names)) == "a; b, c; and d"
    assert [one.address for one in listing(names) if one.address] == ["x", "y", "z"]
    assert words_in("g = 0.48 (95% CI −0.2 to 1) – 3,988") == 8
    assert plainly("a b", "table:trials").length == 2


def test_no_trial_of_treatment_is_not_worded_as_no_trial_at_all(review):
    desk = Desk.of(review, "invented_leaflet", PLAIN)
    decides = next(one for one in review.answers.values() if one.k and one.is_main and one.comparator != "control")
    said = {}
    for phase in ("acute", "prevention", ""):
        other = replace(review)
        other.__dict__["answers"] = {
            name: replace(one, phase=phase)
            for name, one in review.answers.items()
            if phase or one.comparator != "control"
        }
        said[phase] = [one.text for one in uncompared(decides, replace(desk, review=other))]
    assert said["acute"] == []
    assert said["prevention"][0].startswith("No usable trial of treatment in our tables compares BA with ")
    assert said[""][0].startswith("No usable trial in our tables compares BA with ")
