"""The reports of the real review: what only its data can show."""

import posixpath
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from ipt_evidence.reporting.addresses import comparison_address, network_address, question_address
from ipt_evidence.reporting.flow.page import silent_trials
from ipt_evidence.reporting.guides.views import guidelines
from ipt_evidence.reporting.remarks import Remarks
from ipt_evidence.reporting.review import Review, load_review
from ipt_evidence.reporting.tallies import limits, special_populations
from ipt_evidence.synthesis import pool
from ipt_evidence.words.registers import PROFESSIONAL
from reading_back import known_of, unexplained

ROOT = Path(__file__).parents[2]
LINK = re.compile(r'href="(?![a-z]+:)([^"#?]*)[^"#]*#?([^"]*)"')
"""A link within the reports: file and anchor."""


@pytest.fixture(scope="module")
def review() -> Review:
    processed = ROOT / "data" / "processed"
    return load_review(
        yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8")),
        tables=processed.glob("*.csv"),
        references=processed.glob("*references.json"),
        guides=ROOT / "data/raw/guides.yaml",
        questions=ROOT / "config/questions.csv",
        vocabulary=(ROOT / "config/vocabulary").glob("*.csv"),
        rules=ROOT / "config/strength_rules.csv",
    )


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Every page of the reports but the executed notebooks, by its path."""
    reports = ROOT / "reports"
    found = {path.relative_to(reports).as_posix(): path for path in reports.rglob("*.html")}
    read = {name: path.read_text("utf-8") for name, path in found.items() if not name.startswith("notebooks/")}
    assert len(read) > 20
    return read


def test_every_page_that_is_asked_for_is_there(review, pages):
    names = (
        "index", "flow", "checks", "claims", "guidelines", "published", "gaps", "methods", "prisma", "glossary",
        "search", "changes", "trust", "agreement",
    )  # fmt: skip
    single = {f"{name}.html" for name in names}
    asked = review.answers.values()
    conditions = {f"conditions/{one.condition}{part}.html" for one in asked for part in ("", "/all-trials")}
    conditions |= {question_address(one) for one in asked} | {comparison_address(one) for one in asked}
    networks = review.tables["networks"][["condition", "network_id"]].itertuples(index=False)
    conditions |= {network_address(*one) for one in networks}
    guides = {f"guides/{name}{form}.html" for name in review.guides for form in ("", ".full", ".fragment")}
    assert set(pages) == single | conditions | guides
    assert tuple(review.guides) == (
        "resource_library", "therapy_directory", "clinician_portal", "practice_page", "explainer_article",
    )  # fmt: skip


def test_every_link_from_report_to_report_arrives(pages):
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}
    links = [(name, *link) for name, text in pages.items() for link in LINK.findall(text)]
    arrivals = [
        (posixpath.normpath(posixpath.join(name, "..", path or name.rpartition("/")[2])), anchor)
        for name, path, anchor in links
    ]
    assert len(links) > 1000
    assert [(page, anchor) for page, anchor in arrivals if anchor and page in ids and anchor not in ids[page]] == []
    assert all((ROOT / "reports" / page).exists() for page, _ in arrivals)


def test_no_page_prints_what_no_reader_should_see_or_uses_an_id_twice(pages):
    for name, page in pages.items():
        words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert not re.search(r"\bnan\b|\bNone\b|<NA>|\{\{ |\bTrue\b|\bFalse\b", words), name
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), name


def test_no_page_is_too_heavy_to_read(pages):
    weights = {name: (len(page.encode("utf-8")), len(re.findall(r"<[a-zA-Z]", page))) for name, page in pages.items()}
    assert len(weights) > 300
    assert [name for name, (size, elements) in weights.items() if size > 400_000 or elements > 6_000] == []


def test_every_text_calls_the_therapy_as_before(pages):
    for name in ("index.html", "gaps.html", "claims.html", "guidelines.html", "conditions/ptsd.html"):
        assert "interpersonal psychotherapy (IPT)" in pages[name]
    assert (
        "Interpersonal psychotherapy (IPT): evidence for the therapy directory"
        in pages["guides/therapy_directory.html"]
    )


def test_trials_in_no_answer_say_why(review):
    why = {trial.report_id: " ".join(trial.why) for trial in silent_trials(review)}
    assert why["leung2012"] == "measures stress, not the outcome in question"
    assert why["jacob2014"] == "no arm of the trial was given the treatment in question, alone or with medication"
    assert "Printed arm sizes sum to 96" in why["reynolds1999b"]


def test_no_reason_shown_holds_an_id(review):
    remarks, selected = Remarks(review), review.tables["selections"]
    told = {remarks.reason(row) for row in selected[~selected["used"]].to_dict("records")}
    assert len(told) > 5
    assert all("_" not in reason and "{" not in reason for reason in told)


def test_limits_name_the_conditions_they_are_about(review):
    counted = limits(review)
    assert "chronic_fatigue" in counted.without_trial
    assert "panic_disorder" in counted.without_result
    assert "borderline_personality_disorder" in counted.single_trial
    assert dict(special_populations(review))["hiv"] == 8


def test_guidelines_are_named_where_they_differ(review):
    views = {view.label: view for view in guidelines(review, review.voice(PROFESSIONAL))}
    adults = dict(views["depression in adults"].stances)
    assert "NICE 2022" in adults["option"]
    assert "American College of Physicians 2023" in adults["not_mentioned"]
    assert views["dysthymia"].stances == ()


def taken(pages_of_data, kind):
    return {path.name.partition("-")[0]: pd.read_csv(path) for path in pages_of_data.glob(f"*-{kind}.csv")}


def test_pictures_end_where_the_answers_are(review):
    """Last average by year, primary specification, and what trim and fill adds: as other tables have it."""
    data = ROOT / "reports/data"
    pooled = review.tables["syntheses"].set_index("question_id")["estimate"]
    by_year, curves, funnels = (taken(data, kind) for kind in ("years", "specifications", "funnel"))
    assert min(map(len, (by_year, curves, funnels))) > 8
    for question, rows in by_year.items():
        assert rows["estimate"].iloc[-1] == pytest.approx(pooled[question], abs=1e-6)
        assert rows["year"].is_monotonic_increasing
    chosen = {name: review.settings["synthesis"][name] for name in ("rho", "method", "interval")}
    chosen |= {"evidence": "all", "doubts": "kept", "outliers": "kept"}
    for question, rows in curves.items():
        (primary,) = rows.loc[(rows[list(chosen)] == pd.Series(chosen)).all(axis=1), "estimate"]
        assert primary == pytest.approx(pooled[question], abs=1e-6)
    filled = review.tables["small_study"].query("method == 'trim_and_fill'").set_index("question_id")["estimate"]
    for question, rows in funnels.items():
        assert pool(rows["effect"], rows["se"] ** 2).estimate == pytest.approx(filled[question], abs=1e-6)
        assert rows.loc[rows["what"].eq("trial"), "trial_id"].is_unique


def test_every_number_is_explained(review, pages):
    """All pages but those on conditions, and every third of those: the others are of the same kinds."""
    data = {f"data/{path.name}": path.read_text("utf-8") for path in (ROOT / "reports/data").glob("*-*.csv")}
    data |= {f"trust/{path.name}": path.read_text("utf-8") for path in (ROOT / "reports/trust").glob("*.json")}
    known = known_of(review, data)
    whole = [name for name in pages if not name.startswith("conditions/")]
    chosen = [*whole, *sorted(set(pages) - set(whole))[::3]]
    faults = {name: unexplained(name, pages[name], known) for name in chosen}
    assert {name: found for name, found in faults.items() if found} == {}
