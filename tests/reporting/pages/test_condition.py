import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from ipt_evidence.appraisal.summary import COMPARED
from ipt_evidence.reporting.pages.condition import condition_page
from ipt_evidence.reporting.pages.index import index_page
from ipt_evidence.reporting.pages.trials import trials_page
from ipt_evidence.words import numbers
from ipt_evidence.words.reasons import why

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "workflow/templates"
PARENT, CHILD, EMPTY = "depression", "late_life_depression", "chronic_pain"
COMPARISON, QUESTION, TRIALS, NETWORK = "comparison", "question", "trials", "network"
PAGES = {
    "index": "index.html",
    **{name: f"conditions/{name}.html" for name in (PARENT, CHILD, EMPTY)},
    COMPARISON: f"conditions/{PARENT}/ba-v-control.html",
    QUESTION: f"conditions/{PARENT}/{PARENT}_ba_v_control_symptom_severity_post.html",
    TRIALS: f"conditions/{PARENT}/all-trials.html",
    NETWORK: f"conditions/{PARENT}/network-{PARENT}_symptom_severity_post.html",
    **{name: f"{name}.html" for name in ("methods", "prisma", "glossary", "search")},
}
NAMES = tuple(PAGES)
NOTEBOOKS = ["01_explore_effects"]

VOID = {"meta", "link", "br", "img", "input", "hr", "col", "wbr"}


class Reader(HTMLParser):
    """Reads a page: ids, links, tags with attributes, and the text that a reader sees."""

    def __init__(self, page):
        super().__init__()
        self.ids, self.links, self.tags, self.open, self.text = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if "href" in attributes else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def pages(review, files):
    found = {name: files[path] for name, path in PAGES.items()}
    return found | {"index": index_page(review, TEMPLATES, NOTEBOOKS)}


@pytest.fixture(scope="module")
def read(pages):
    return {name: Reader(page) for name, page in pages.items()}


@pytest.mark.parametrize("name", NAMES)
def test_tags_are_closed_in_order(read, name):
    assert read[name].open == []


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_links_within_the_page_arrive(read, name):
    page = read[name]
    assert len(set(page.ids)) == len(page.ids)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    named = [
        value.split() for _, attributes in page.tags for key, value in attributes.items() if key == "aria-labelledby"
    ]
    assert {name for names in named for name in names} <= set(page.ids)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_needs_nothing_but_itself(read, name):
    page = read[name]
    assert not {"link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not [attributes for _, attributes in page.tags if "src" in attributes]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_runs_its_own_script_and_lets_no_other_run(pages, name):
    (script,) = re.findall(r"<script[^>]*>(.*?)</script>", pages[name], flags=re.DOTALL)
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', pages[name])
    assert f"script-src 'sha256-{b64encode(sha256(script.encode('utf-8')).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"<[^>]+ on[a-z]+=", pages[name])


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_reports_or_to_the_open_web(read, name):
    assert len(read[name].links) > 5
    for link in read[name].links:
        assert re.match(
            r"#|https://|((\.\./)*(data/|conditions/|guides/|notebooks/)?[\w/.-]+\.(html|csv|json|md)([?#]|$))", link
        ), link


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_printed_that_no_reader_should_see(read, name):
    assert not re.search(r"\bnan\b|\bNone\b|<NA>|\binf\b|\{\{ |\bTrue\b|\bFalse\b", read[name].words)


@pytest.mark.parametrize("name", NAMES)
def test_attributes_of_the_template_are_not_escaped(read, name):
    assert not [attributes for _, attributes in read[name].tags if '"' in (attributes.get("class") or "")]


@pytest.mark.parametrize("name", NAMES)
def test_figures_have_a_true_minus_sign(pages, name):
    assert not re.search(r'class="(?:number|figure|effect|interval)"[^>]*>[^<]*-\d', pages[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_one_heading_of_the_first_order_and_skips_none(read, name):
    levels = [int(tag[1]) for tag, _ in read[name].tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_told_apart_by_captions_and_scoped_headers(read, name):
    tags = [tag for tag, _ in read[name].tags]
    assert tags.count("caption") == tags.count("table")
    assert all("scope" in attributes for tag, attributes in read[name].tags if tag == "th")


@pytest.mark.parametrize("name", NAMES)
def test_landmarks_language_and_skip_link_are_there(read, name):
    tags = dict(reversed(read[name].tags))
    assert tags["html"]["lang"] == "en"
    assert {"header", "nav", "main", "footer"} <= set(tags)
    assert read[name].links[0] == "#main"


@pytest.mark.parametrize("name", NAMES)
def test_what_scrolls_can_be_reached_and_is_named(read, name):
    boxes = [attributes for _, attributes in read[name].tags if attributes.get("class", "").startswith("scroll")]
    assert bool(boxes) == (name != "glossary")
    for box in boxes:
        assert box["tabindex"] == "0"
        assert {"aria-label", "aria-labelledby"} & set(box)


@pytest.mark.parametrize("name", NAMES)
def test_every_plot_has_a_title_and_a_description(pages, name):
    assert pages[name].count("<svg") == pages[name].count("<desc") == pages[name].count("<title") - 1


def test_the_same_review_gives_the_same_bytes(review, pages):
    assert condition_page(review, PARENT, TEMPLATES) == pages[PARENT]
    assert index_page(review, TEMPLATES, NOTEBOOKS) == pages["index"]


def test_every_question_has_its_place_on_the_page_of_its_condition_and_leads_on_to_its_own(review, read):
    for name in (PARENT, CHILD, EMPTY):
        asked = review.questions.query("condition == @name")["question_id"]
        assert len(asked)
        assert set(asked) <= set(read[name].ids)
        assert {f"../conditions/{name}/{question}.html" for question in asked} <= set(read[name].links)


def test_the_comparison_with_control_comes_first(read):
    groups = [link for link in read[PARENT].links if re.fullmatch(rf"{PARENT}/\w+-v-\w+\.html", link)]
    assert len(groups) > 3
    assert groups[0] == f"{PARENT}/ba-v-control.html"


def test_a_comparison_answers_in_a_table_with_the_figures_of_its_table(review, pages):
    table = re.search(r'<table class="answers.*?</table>', pages[COMPARISON], flags=re.DOTALL)[0]
    rows = {row.split("#")[1].split('"')[0]: row for row in re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL)[1:]}
    told = 0
    for row in (
        review.tables["summary_of_findings"]
        .query("condition == @PARENT and comparator == 'control'")
        .to_dict("records")
    ):
        shown = rows.get(row["question_id"])
        if shown and row["basis"] in ("counts", "response"):
            answer = review.answers[row["question_id"]]
            low, middle, high, without = (
                answer.absolute.of_hundred(row[name])
                for name in ("with_low", "with_intervention", "with_high", "control_risk")
            )
            says = f"{middle} ({low} to {high})" in shown and f", {without} with" in shown
            assert says == (answer.strength != "insufficient")
            told += says
    assert told


def test_every_cell_of_the_overview_leads_to_a_question_of_its_condition(review, read):
    condition = review.questions.set_index("question_id")["condition"].to_dict()
    cells = [link for link in read["index"].links if re.match(r"conditions/\w+/", link)]
    assert len(cells) > 5
    for link in cells:
        page, question = re.fullmatch(r"conditions/(\w+)/(\w+)\.html", link).groups()
        assert condition[question] == page


def test_the_index_leads_to_every_condition_and_guide(review, read):
    links = set(read["index"].links)
    assert {f"conditions/{name}.html" for name in review.questions["condition"]} <= links
    assert {f"guides/{name}.html" for name in review.guides} <= links
    assert {"notebooks/01_explore_effects.html", "evidence.json", "evidence.schema.json"} <= links


def test_a_parent_names_its_children_and_a_child_its_parent(review, read):
    children = review.vocabulary.members_of(PARENT)[1:]
    assert {f"{child}.html" for child in children} <= set(read[PARENT].links)
    assert f"{PARENT}.html" in read[CHILD].links


def test_the_main_answer_stands_in_the_index_and_on_its_page_with_the_figures_of_the_table(review, read):
    question = f"{PARENT}_ba_v_control_symptom_severity_post"
    row = review.tables["syntheses"].set_index("question_id").loc[question]
    text = numbers.estimate(row["estimate"], row["ci_low"], row["ci_high"], "SMD", level=row["level"])
    assert text in read[PARENT].words
    assert text in read[COMPARISON].words
    assert text in read[QUESTION].words
    assert f"({numbers.interval(row['ci_low'], row['ci_high'], 'SMD', level=row['level'])})" in read["index"].words
    assert numbers.count(row["n_participants"]) in read[PARENT].words


def test_every_trial_of_a_condition_is_in_its_table_with_its_reference(review, read):
    trials = review.tables["trials"]
    members = review.vocabulary.members_of(PARENT)
    here = trials[trials["condition"].isin(members)]
    ids = set(read[TRIALS].ids)
    assert {f"trial-{trial}" for trial in here["trial_id"]} <= ids
    assert {f"ref-{key}" for key in here["citekey"]} <= ids


def test_results_that_could_not_be_computed_are_listed_with_their_reason(review, read):
    rows = review.tables["not_computed"].query("condition == @PARENT")
    assert len(rows)
    for row in rows.to_dict("records"):
        assert why(row, {})[1:] in read[TRIALS].words


def test_a_condition_without_trials_is_a_gap_not_a_verdict(read):
    words = read[EMPTY].words
    assert "No trial in our tables answers a question on pain that lasts for months (chronic pain)" in words
    assert "says nothing for or against BA" in words
    assert "does not work" not in words


def test_text_from_the_tables_never_becomes_markup(review):
    columns = ["label", "notes", "diagnosis", "country"]
    trials = review.tables["trials"].astype(dict.fromkeys(columns, object))
    chosen = trials["condition"].eq(CHILD)
    for column in columns:
        trials.loc[chosen, column] = "<script>alert('$x$')</script> & {{ 7 * 7 }}"
    spoiled = replace(review, tables={**review.tables, "trials": trials})
    page = trials_page(spoiled, CHILD, TEMPLATES)
    assert page.count("<script") == 1
    assert "&lt;script&gt;" in page
    assert "{{ 7 * 7 }}" in Reader(page).words


def test_an_undefined_name_in_a_template_stops_the_page(review, tmp_path):
    for template in TEMPLATES.glob("*.*"):
        (tmp_path / template.name).write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    template = tmp_path / "condition.html.j2"
    template.write_text(
        template.read_text(encoding="utf-8").replace("page.label }}", "page.lable }}"), encoding="utf-8"
    )
    with pytest.raises(Exception, match="lable"):
        condition_page(review, EMPTY, tmp_path)


def summaries(page):
    return re.findall(r'<table class="summary".*?</table>', page, flags=re.DOTALL)


def test_each_phase_of_a_comparison_with_trials_has_its_summary_of_findings(review, files):
    table = review.tables["summary_of_findings"]
    found = table.groupby(list(COMPARED))["k"].max().gt(0)
    assert found.nunique() == 2
    for (condition, first, second), phases in found.groupby(list(COMPARED[:3])).sum().items():
        assert len(summaries(files[f"conditions/{condition}/{first}-v-{second}.html"])) == phases


def test_a_summary_prints_the_figures_of_its_table(review, pages):
    printed = " ".join(re.sub(r"<[^>]+>", " ", " ".join(summaries(pages[COMPARISON]))).split())
    asked = "condition == @PARENT and intervention == 'ba' and comparator == 'control' and k > 0"
    rows = review.tables["summary_of_findings"].query(asked)
    assert rows["with_intervention"].notna().any()
    for row in rows.to_dict("records"):
        assert row["sentence"] in printed
        if row["basis"] in ("counts", "response"):
            low, middle, high = (round(1000 * row[name]) for name in ("with_low", "with_intervention", "with_high"))
            assert f"{middle} ({low} to {high})" in printed
            assert f"{round(1000 * row['control_risk'])} " in printed


def test_each_number_in_a_summary_leads_to_its_note(pages, read):
    notes = re.findall(r"<sup>.*?</sup>", " ".join(summaries(pages[COMPARISON])))
    links = re.findall(r'href="#([^"]+)"', " ".join(notes))
    assert links
    assert set(links) <= set(read[COMPARISON].ids)


def test_people_are_drawn_as_many_as_are_told(review, pages):
    found = review.answers[f"{PARENT}_ba_v_control_symptom_severity_post"]
    (drawing,) = re.findall(rf"<svg[^>]*people-{found.question_id}-title.*?</svg>", pages[PARENT], flags=re.DOTALL)
    colours = re.findall(r'<circle[^>]*fill="([^"]+)"', drawing)
    people, key = colours[:200], colours[200:]
    full, likely, possible = key[:3]
    figures = found.absolute
    assert people[:100].count(full) == round(100 * figures.control_risk)
    assert people[100:].count(full) == round(100 * figures.with_low)
    by_the_estimate = people[100:].count(full) + people[100:].count(likely)
    assert by_the_estimate == round(100 * figures.with_intervention)
    assert by_the_estimate + people[100:].count(possible) == round(100 * figures.with_high)
    assert "Of 100 people, about" in re.search(r"<desc[^>]*>(.*?)</desc>", drawing)[1]
