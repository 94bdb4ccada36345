"""The five guides as they are published: lengths, readability, words that plain text never prints, links, sources."""

import csv
import html
import io
import json
import re
from pathlib import Path

import pytest

from ipt_evidence.reporting.guides.said import GUIDE, LINE, SHORT

ROOT = Path(__file__).parents[2]
GUIDES = ("resource_library", "therapy_directory", "clinician_portal", "practice_page", "explainer_article")
BANNED = (
    r"\bg = ", r"\bCI\b", r"\bCrI\b", r"odds ratio", r"risk ratio", r"hazard ratio", r"prediction interval",
    r"\d ?%", r"\bp [=<]", r"standardised", r"heterogeneity", r"sensitivity anal", r"confidence interval",
    r"participants", r"\bI2\b", r"\btau\b", r"GRADE",
)  # fmt: skip
"""What no plain text prints."""

CERTAIN = re.compile(r"\b(may|might|probably|could|leaves? open|we (do not )?know|very uncertain|too little)\b")


REVIEWED = (
    "ipt", "ipc", "ipsrt", "ipt+placebo", "maintenance_ipt", "ipt+pharmacotherapy", "maintenance_ipt+pharmacotherapy",
)  # fmt: skip
"""The treatments under review, alone or with medication."""


def records(guide):
    return json.loads((ROOT / f"reports/guides/{guide}.json").read_text(encoding="utf-8"))


def text(guide, form):
    return (ROOT / f"reports/guides/{guide}.{form}").read_text(encoding="utf-8")


def parts():
    """Every part of every guide, and every question and claim below one, with its guide and register."""
    return [
        (guide, register["register"], part)
        for guide in GUIDES
        for register in records(guide)["registers"]
        for top in register["parts"]
        for part in (top, *top["items"])
    ]


def plain(guide, form):
    """The plain reading of a guide without its lists of works, as people read it, paragraph by paragraph."""
    reading = re.split(r"^#+ (?:References|Professional reading)$", text(guide, form), flags=re.MULTILINE)[0]
    lines = [line.strip() for line in reading.splitlines() if line.strip() and not line.startswith("#")]
    bare = (re.sub(r" ?\\\[\d+\\\]|[*\\]", "", line.removeprefix("- ")) for line in lines)
    return [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line) for line in bare]


PLAIN = [guide for guide in GUIDES if any(one["register"] == "plain" for one in records(guide)["registers"])] if (
    ROOT / "reports/guides" / f"{GUIDES[0]}.json"
).exists() else []  # fmt: skip


def test_lines_parts_and_guides_keep_to_their_lengths():
    assert len(parts()) > 60
    for guide, register, part in parts():
        where = f"{guide}, {register}: {part['heading']}"
        assert 0 < part["line"]["words"] <= LINE, where
        assert 0 < sum(one["words"] for one in part["short"]) <= SHORT, where
    # A whole guide is counted as anybody's tool counts it: what stands between spaces.
    counted = {(guide, kind): len(text(guide, kind).split()) for guide in GUIDES for kind in ("md", "txt")}
    assert {file: words for file, words in counted.items() if words > GUIDE} == {}


def test_there_are_guides_in_plain_words():
    assert PLAIN == ["therapy_directory", "practice_page", "explainer_article"]


@pytest.mark.parametrize("form", ["md", "full.md"])
@pytest.mark.parametrize("guide", PLAIN)
def test_plain_texts_can_be_read_after_eight_years_of_school(guide, form, reading_grade):
    assert reading_grade(" ".join(plain(guide, form))) <= 8


@pytest.mark.parametrize("form", ["md", "full.md"])
@pytest.mark.parametrize("guide", PLAIN)
def test_plain_texts_print_no_statistic(guide, form):
    found = [(word, line) for line in plain(guide, form) for word in BANNED if re.search(word, line)]
    assert found == []


def test_professional_texts_print_figures():
    assert "95% CI" in text("clinician_portal", "md")


def test_every_sentence_rests_on_something():
    for guide, register, part in parts():
        for one in (part["line"], *part["short"]):
            assert one["rests_on"], f"{guide}, {register}: {one['text']}"


def test_no_sentence_on_an_answer_is_surer_than_the_answer():
    evidence = json.loads((ROOT / "reports/evidence.json").read_text(encoding="utf-8"))
    rated = {one["question_id"]: one for one in evidence["questions"]}
    for _, _, part in parts():
        for one in (part["line"], *part["short"]):
            ids = [name.removeprefix("question:") for name in one["rests_on"] if name.startswith("question:")]
            levels = {rated[name]["rating"]["certainty"] for name in ids if rated[name].get("rating")}
            compares = re.search(r"\b(more|less|better|worse) (often )?than\b|IPT it ", one["text"])
            if compares and levels and "high" not in levels:
                assert CERTAIN.search(one["text"]), one["text"]


@pytest.mark.parametrize("guide", GUIDES)
def test_links_survive_pasting(guide):
    for form in ("md", "full.md"):
        links = re.findall(r"\]\(([^)]+)\)", text(guide, form))
        assert all(link.startswith(("https://", "http://", "#")) for link in links), form
    assert all(link.startswith("http") for link in re.findall(r'href="([^"]*)"', text(guide, "fragment.html")))
    page = text(guide, "md")
    noted = set(re.findall(r"\\\[(\d+)\\\]", page.split("**Where the numbers")[0]))
    assert noted == set(re.findall(r"^- \\\[(\d+)\\\] reports/", page, re.MULTILINE))


def test_notes_lead_to_the_place_of_their_figures():
    for guide in GUIDES:
        for address in re.findall(r"^- \[\d+\] (reports/\S+)$", text(guide, "txt"), re.MULTILINE):
            path, _, anchor = address.partition("#")
            assert (ROOT / path).exists(), address
            assert not anchor or f'id="{anchor}"' in (ROOT / path).read_text(encoding="utf-8"), address
            # The first page is long: whoever looks for a figure there must be told where.
            assert anchor or path != "reports/index.html", address


def test_figures_of_the_first_page_stand_where_their_notes_lead():
    page = (ROOT / "reports/index.html").read_text(encoding="utf-8")
    for _, _, part in parts():
        for one in part["short"]:
            for link in one["links"]:
                where, _, anchor = link["address"].partition("#")
                if where != "index.html":
                    continue
                section = re.sub(r"<[^>]+>", " ", page.split(f'<h2 id="{anchor}"')[1].split("</section>")[0])
                for number in re.findall(r"\d+", link["text"]):
                    assert re.search(rf"\b{number}\b", section), (link, number)


RATIO = re.compile(r"(odds|risk|hazard) ratio [\d.]+(,| \()95%")


def test_every_ratio_says_which_way_is_good():
    seen = 0
    for guide in GUIDES:
        for form in ("txt", "full.md"):
            for line in text(guide, form).splitlines():
                if RATIO.search(line):
                    seen += 1
                    assert "above 1 favours" in line, line
    assert seen


def test_every_page_with_ratios_says_which_way_is_good():
    seen = 0
    for path in sorted((ROOT / "reports").glob("conditions/**/*.html")):
        said = re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8"))
        # Trials are described in words that people typed.
        if RATIO.search(said) and path.stem != "all-trials":
            seen += 1
            assert re.search("above 1 favours", said), path
    assert seen > 50


def test_no_heading_of_a_guide_is_repeated_in_what_stands_below_it():
    for guide, register, part in parts():
        said = " ".join(one["text"] for one in part["short"])
        assert part["heading"].count(": ") == 0 or part["heading"].endswith("."), (guide, register, part["heading"])
        condition = part["heading"].rpartition(", for ")[2]
        if part["part"].startswith("claim:") and guide != "therapy_directory":
            assert not said.startswith(f"For {condition},"), (guide, part["heading"])


def test_counted_people_are_told_where_trials_counted_them():
    said = text("explainer_article", "txt")
    assert "with IPT it may be about 62 (from counts), but could be 43 to 79" in said
    assert "about 60 (estimated)" not in said
    assert "One trial, against prolonged exposure and relaxation therapy." in said
    assert "(as in depression of any kind, at any age)" in said
    assert "No usable trial in our tables compares IPT with no therapy" in text("practice_page", "txt")


def test_plain_texts_know_no_scale_and_say_who_nice_is():
    for guide in PLAIN:
        for form in ("md", "full.md"):
            assert "PHQ" not in " ".join(plain(guide, form))
    assert "the National Institute for Health and Care Excellence (NICE)" in " ".join(plain("therapy_directory", "md"))


def test_the_page_of_a_guide_has_links_and_a_text_to_copy():
    for guide in GUIDES:
        body, _, away = text(guide, "html").partition('<section class="take"')
        assert 'href="../' in body
        assert "Where the numbers in brackets lead" not in body
        assert "Where the numbers in brackets lead" in away


def test_what_the_seeds_print_is_there():
    said = {guide: text(guide, "txt") for guide in GUIDES}
    for question in ("How long does IPT last?", "Is IPT only for depression?", "How does IPT differ from CBT?"):
        assert question in said["explainer_article"]
    assert "Our tables record nothing on therapeutic alliance and culture" in said["explainer_article"]
    assert "Our tables record nothing on relationship conflicts and life changes" in said["practice_page"]
    assert "There are few trained therapists. Our tables cannot judge this." in said["therapy_directory"]
    assert "How many match it our tables cannot say." in said["clinician_portal"]
    assert "the next check is due by 2027-11-22" in said["therapy_directory"]


def shown(path):
    """The words of a page, without styles and markup."""
    page = re.sub(r"<(style|script).*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_every_interval_stands_on_the_page_its_note_leads_to():
    pages, seen = {}, 0
    for _, _, part in parts():
        for one in part["short"]:
            for link in one["links"]:
                path = ROOT / "reports" / link["address"].partition("#")[0]
                if path.stem == "all-trials":  # Holds what each trial gave, not its spread.
                    continue
                for interval in re.findall(r"[−\d][\d.,]* to [−\d][\d.,]*\d", link["text"]):
                    seen += 1
                    assert interval in pages.setdefault(path, shown(path)), (link["text"], path.name)
    assert seen > 40


def test_what_is_counted_over_tables_leads_to_where_it_is_counted():
    for guide, _, part in parts():
        for one in part["short"]:
            if re.search(r"IPT (took|ended) \d", one["text"]):
                assert one["links"], guide


def test_the_full_text_has_what_the_short_one_leaves_to_it():
    said = text("explainer_article", "full.md")
    for guide in GUIDES:
        assert not re.search(r"(others?|More) stands? in the full text", text(guide, "full.md")), guide
    asked = said.split("# Is IPT only for depression?")[1].split("# How does")[0]
    for condition in ("grief that stays intense", "social anxiety", "post-traumatic stress", "bipolar disorder"):
        assert condition in asked
    assert "Shear" in said.split("Trials the statements rest on")[1]


def test_the_surest_answers_within_a_condition_are_told_where_its_own_cannot_be():
    eating = text("explainer_article", "txt").split("Eating disorders.")[1].splitlines()[0]
    assert "For bulimia, IPT may ease symptoms less than cognitive behavioural therapy (CBT)" in eating
    assert "This is from one trial." in eating


def test_guidelines_on_every_condition_the_directory_claims_are_counted():
    said = text("therapy_directory", "txt").split("Professional reading")[0]
    assert "For depression in pregnancy or after birth" in said.split("How strong the evidence is")[0]


def test_the_surest_answer_is_told_whichever_way_it_points():
    """Of trials on symptoms nothing can be told; of those that counted who responds, medication did better."""
    finding = "For depression of any kind, at any age, IPT probably brings clear improvement less often than medication"
    for guide in ("explainer_article", "practice_page"):
        said = re.sub(r" \[\d+\]", "", text(guide, "txt")).split("Depression in adults.")[0]
        assert finding in said
        assert "In new settings, IPT may do just as well, or better. On symptoms, 15 trials settle nothing." in said
    assert "IPT probably leads to response less often than medication" in text("clinician_portal", "txt")


def test_the_form_that_was_given_is_named():
    assert "It was given as interpersonal and social rhythm therapy." in text("clinician_portal", "txt")


def test_trials_by_format_add_up_with_those_that_do_not_say():
    table = (ROOT / "data/processed/arms.csv").read_text(encoding="utf-8")
    said = re.search(r"by format: (.*?); for (\d+) we do not know it", text("clinician_portal", "txt"))
    counted = sum(map(int, re.findall(r"\((\d+)\)", said[1]))) + int(said[2])
    found = {
        (row["trial_id"], row["format"])
        for row in csv.DictReader(io.StringIO(table))
        if row["treatment"] in REVIEWED
    }  # fmt: skip
    assert counted == len(found)


def test_a_line_on_several_groups_of_people_says_what_sound_trials_find():
    (line,) = [part["line"]["text"] for _, _, part in parts() if part["part"] == "claim:cp_all_ages"]
    assert line.startswith("For depression in adults and depression in children and adolescents, IPT may reduce")
    assert line.endswith("; in 1, not all results agree.")


def test_what_one_outcome_shows_is_never_told_without_what_the_other_leaves_open():
    """Every sentence on symptoms or on people who improve, of every comparison, by the tables of the run."""
    evidence = json.loads((ROOT / "reports/evidence.json").read_text(encoding="utf-8"))
    rated = {one["question_id"]: one for one in evidence["questions"]}
    alone = 0
    for guide, register, part in parts():
        for text_of_part in ([part["line"]], part["short"]):
            rests = {one.removeprefix("question:") for said in text_of_part for one in said["rests_on"]}
            said = " ".join(one["text"] for one in text_of_part)
            for name in rests & set(rated):
                other = name.replace("_symptom_severity_", "_response_")
                told = [rated[one]["rating"]["label"] for one in (name, other) if one in rated and rated[one]["trials"]]
                if other == name or len(told) < 2 or (told[0] == "insufficient") == (told[1] == "insufficient"):
                    continue
                sides = {rated[one]["rating"]["direction"] for one in (name, other)}
                if len(sides) == 1 and sides.pop().startswith("favours"):
                    # What points the same way, but cannot be relied on, takes nothing back.
                    continue
                alone += 1
                words = "settle nothing|left open|not all results|stand in the full text"
                assert re.search(words, said), (guide, register, part["heading"], said)
    assert alone > 10
