import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from statistics import mean

import pytest

from ipt_evidence.reporting.guides.document import assembled, full_parts, guide_page, readings, together
from ipt_evidence.reporting.guides.views import guidelines
from ipt_evidence.words.audit import VERDICTS
from ipt_evidence.words.brief import ABBREVIATION
from ipt_evidence.words.registers import PLAIN, PROFESSIONAL

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"
GUIDES = ("invented_leaflet", "invented_portal", "invented_page")

TITLES = {
    "guideline_support": {"What guidelines say", "Guideline support"},
    "strength_of_evidence": {"How strong the evidence is", "Strength of evidence by condition"},
    "limitations": {"What we do not know", "Limitations"},
    "claims_by_condition": {"What the guide says, and what the trials show", "Claims by condition"},
    "source_registry": {"Where the figures come from", "Source registry"},
    "last_evidence_review": {"When the evidence was last checked", "Last evidence review"},
    "indications": {"Indications"},
    "adaptations": {"Adaptations"},
    "evidence_summary": {"Evidence summary"},
    "when_it_is_used": {"When it is used", "Use"},
    "effectiveness": {"How well it works", "Effectiveness"},
    "questions_and_answers": {"Questions and answers"},
    "recommended_reading": {"Recommended reading"},
    "references": {"References"},
}


class Page(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.sources = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.tags.add(tag)
        self.ids += [facts["id"]] if "id" in facts else []
        self.links += [facts["href"]] if tag == "a" else []
        self.sources += [facts[name] for name in ("src", "data") if name in facts]


def in_full(review, guide_id):
    return assembled(review, guide_id, full_parts(review, guide_id, TEMPLATES), TEMPLATES)


@pytest.fixture(scope="module")
def texts(review):
    return {guide_id: in_full(review, guide_id) for guide_id in GUIDES}


@pytest.fixture(scope="module")
def pages(review, texts):
    return {guide_id: guide_page(text, review, guide_id, TEMPLATES) for guide_id, text in texts.items()}


def titles(text, level):
    return re.findall(rf"^{'#' * level} (.+)$", text, re.MULTILINE)


def words(markdown):
    """Return the sentences of a text as people read them."""
    lines = [line for line in markdown.splitlines() if line and not line.startswith("#")]
    return [re.sub(r"\[([^\]]*)\]\([^)]*\)|[*\\]", r"\1", line.removeprefix("- ")) for line in lines]


def test_these_are_the_guides(review):
    assert tuple(review.guides) == GUIDES


@pytest.mark.parametrize("guide_id", GUIDES)
def test_a_guide_has_exactly_its_parts_in_their_order(review, texts, guide_id):
    guide = review.guides[guide_id]
    level = 2 if len(readings(guide)) == 1 else 3
    found = [title for title in titles(texts[guide_id], level) if title != "How to read the figures"]
    wanted = [TITLES[part] for part in guide["evidence_parts"]] * len(readings(guide))
    assert len(found) == len(wanted)
    assert all(title in choices for title, choices in zip(found, wanted, strict=True))


def test_every_part_a_guide_may_list_has_a_template():
    assert {path.name.removesuffix(".md.j2") for path in (TEMPLATES / "guides").iterdir()} >= set(TITLES)


def test_the_directory_has_a_plain_and_a_professional_reading(texts):
    assert titles(texts["invented_leaflet"], 2) == ["Plain reading", "Professional reading"]


def test_audiences_get_their_words(texts):
    assert "BA may ease symptoms more than usual care or a waiting list" in texts["invented_page"]
    assert "participants" not in texts["invented_page"]
    assert "BA may reduce symptoms more than control conditions" in texts["invented_portal"]


def test_citation_styles_are_those_of_the_guides(texts):
    assert (
        "‘An invented trial of behavioural activation, number 1’, *Invented Journal of Examples*"
        in (texts["invented_page"])
    )
    assert "(2011). An invented trial of behavioural activation, number 1" in texts["invented_portal"]


def test_a_guide_lists_its_own_works_and_the_trials_it_rests_on(review, texts):
    section = texts["invented_page"].split("### Trials the statements rest on")[1].split("\n## ")[0]
    stated = [a for a in review.answers.values() if a.primary and a.condition == "depression"]
    assert section.count("\n- ") == len({trial for answer in stated for trial in answer.trials})


def test_figures_are_those_of_the_tables(review, texts):
    row = review.tables["syntheses"].set_index("question_id").loc["depression_ba_v_control_symptom_severity_post"]
    figures = f"[g = {row['estimate']:.2f} (95% CI {row['ci_low']:.2f} to {row['ci_high']:.2f})]"
    for guide_id in GUIDES[:2]:
        assert figures in texts[guide_id]
    assert "g = " not in texts["invented_page"]


@pytest.mark.parametrize("guide_id", GUIDES)
def test_every_sentence_with_a_figure_of_an_answer_links_to_its_question(texts, guide_id):
    lines = [line for line in texts[guide_id].splitlines() if "How to read" not in line]
    figures = [
        (line, figure)
        for line in lines
        for figure in re.findall(r"g = [−\d][\d.]+|odds ratio [\d.]+|\d+ trials?(?= with)", line)
        if "smallest important" not in line
    ]
    assert figures
    for line, figure in figures:
        assert re.search(rf"\[[^\]]*{re.escape(figure)}[^\]]*\]\(\.\./conditions/\w+/\w+\.html\)", line)


@pytest.mark.parametrize("guide_id", GUIDES)
def test_links_lead_to_questions_that_exist(review, texts, guide_id):
    conditions = review.questions.set_index("question_id")["condition"]
    links = re.findall(r"\(\.\./conditions/(\w+)/(\w+)\.html\)", texts[guide_id])
    assert len(links) > 1
    for condition, question in links:
        assert conditions[question] == condition


@pytest.mark.parametrize("guide_id", GUIDES)
def test_no_text_claims_more_than_its_label(texts, guide_id):
    lines = texts[guide_id].splitlines()
    weak = [
        line
        for line in lines
        if re.match(r"- \*\*(Limited evidence|Insufficient evidence|No trial|Reported, not usable)\.\*\* For ", line)
    ]
    assert weak
    open_ones = [line for line in weak if not line.startswith("- **Limited")]
    assert all(re.search(r"\b(may|probably)\b|we do not know|evidence is very uncertain", line) for line in weak)
    assert all(re.search(r"we do not know|evidence is very uncertain", line) for line in open_ones)
    without = [line for line in weak if line.startswith(("- **No trial.**", "- **Reported"))]
    assert all("No trial in our tables answers this question." in line for line in without)
    assert not [line for line in without if "No trial.**" in line and "could not be used" in line]
    assert not [line for line in lines if "does not work" in line]


@pytest.mark.parametrize("guide_id", GUIDES)
def test_nothing_is_left_blank(texts, guide_id):
    assert not re.search(r"\bnan\b|\bNone\b|\{\{|\}\}|  - |\n\n\n", texts[guide_id])


def test_every_claim_stands_beside_its_verdict_and_its_answers(review, texts):
    claims = review.tables["claims"].fillna({"question_ids": ""})
    for claim in claims[claims["guide_id"].eq("invented_leaflet")].to_dict("records"):
        parts = texts["invented_leaflet"].split(f"**{claim['claim']}**")[1:]
        assert len(parts) == 2
        for part in parts:
            beside = part.split("\n**")[0].split("\n#")[0]
            assert f"{VERDICTS[claim['verdict']][1].lower()}.*" in beside
            for question in filter(None, claim["question_ids"].split(";")):
                if review.tables["ratings"].set_index("question_id").loc[question, "k"]:
                    assert f"{question}.html)" in beside


def test_a_claim_the_plan_does_not_ask_prints_what_could_stand_instead(review, texts):
    instead = review.tables["claims"].set_index("claim_id").loc["in_groups", "instead"]
    (said,) = {
        line for line in texts["invented_leaflet"].splitlines() if "We would write: " in line and "in groups" in line
    }
    assert instead.split(" (")[0] in said


def test_guidelines_are_named_where_they_differ_and_not_counted(review):
    views = {view.label: view for view in guidelines(review, review.voice(PROFESSIONAL))}
    said = dict(views["depression"].stances)
    assert said["recommended_first_line"] == ("ICPC 2020 on adults with a first episode",)
    assert said["insufficient_evidence"] == ("IBCH 2018",)
    assert views["chronic pain"].stances == ()
    assert ABBREVIATION.search("Royal College (RCX)")[1] == "RCX"


def test_every_guideline_is_printed(review, texts):
    for title in review.tables["guidelines"]["title"]:
        assert title.replace("&", "\\&") in texts["invented_leaflet"]


def test_the_last_review_is_dated_from_the_settings(review, texts):
    assert f"last reviewed on **{review.settings['review']['last_review']}**" in texts["invented_leaflet"]


def test_public_texts_can_be_read_after_nine_years_of_school(texts, reading_grade):
    page = texts["invented_page"].split("## References")[0]
    plain = texts["invented_leaflet"].split("## Professional reading")[0]
    for text in (page, plain):
        assert mean(reading_grade(line) for line in words(text)) <= 9


def test_hostile_text_in_the_tables_stays_text(review):
    claims = review.tables["claims"].assign(claim="<script>alert(1)</script> [x](javascript:y) *b* {{ 7 * 7 }}")
    spoiled = replace(review, tables={**review.tables, "claims": claims})
    text = in_full(spoiled, "invented_leaflet")
    page = guide_page(text, spoiled, "invented_leaflet", TEMPLATES)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:y) *b* {{ 7 * 7 }}" in page
    assert "script" not in Page(page).tags
    assert not any("javascript" in link for link in Page(page).links)


@pytest.mark.parametrize("guide_id", GUIDES)
def test_pages_need_no_network_and_no_script(pages, guide_id):
    page = Page(pages[guide_id])
    assert page.tags.isdisjoint({"script", "link", "img", "iframe"})
    assert page.sources == []
    assert not re.search(r"url\((?!['\"]?data:)", pages[guide_id])


@pytest.mark.parametrize("guide_id", GUIDES)
def test_pages_lead_to_their_parts(pages, guide_id):
    page = Page(pages[guide_id])
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        assert not link.startswith("#") or link[1:] in page.ids


@pytest.mark.parametrize("guide_id", GUIDES)
def test_the_same_review_gives_the_same_text(review, texts, guide_id):
    assert in_full(review, guide_id) == texts[guide_id]


def test_a_guide_is_written_in_the_readings_it_lists(review):
    assert readings(review.guides["invented_page"]) == (PLAIN,)
    assert readings(review.guides["invented_portal"]) == (PROFESSIONAL,)
    assert readings(review.guides["invented_leaflet"]) == (PLAIN, PROFESSIONAL)


def test_words_are_joined_as_in_a_sentence():
    assert together(["a"]) == "a"
    assert together(["a", "b", "c"]) == "a, b and c"
    assert together(["a, of b", "c"]) == "a, of b; and c"
