import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from ipt_evidence.reporting.flow.page import excluded_groups, flow_page, silent_trials
from ipt_evidence.reporting.pages.prisma import prisma_page
from ipt_evidence.words.reasons import NO_RESULT

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"


@pytest.fixture(scope="module")
def page(review):
    return flow_page(review, TEMPLATES)


def test_every_excluded_report_is_listed_once_under_its_reason(review):
    groups = excluded_groups(review)
    listed = [(report.report_id, reason) for reason, reports in groups.items() for report in reports]
    table = review.tables["excluded_reports"]
    assert sorted(listed) == sorted(zip(table["report_id"], table["reason"], strict=True))
    assert len(listed) > 2
    assert next(iter(groups)) == "not_retrieved"


def test_every_report_that_has_a_place_is_linked_to_it(review, page):
    table = review.tables["excluded_reports"]
    links = unescape(page)
    assert table[["doi", "pmid"]].notna().any().all()
    for doi in table["doi"].dropna():
        assert f">doi:{doi}</a>" in links
    for pmid in table["pmid"].dropna():
        assert f'href="https://pubmed.ncbi.nlm.nih.gov/{pmid}/"' in links


def test_every_trial_in_no_answer_says_why(review, boxes):
    silent = silent_trials(review)
    assert len(silent) == boxes["trials_in_no_answer"].n
    assert all(trial.why and NO_RESULT not in trial.why for trial in silent)
    why = {trial.report_id: trial.why for trial in silent}
    assert why["fir2016"] == ("the report is retracted",)
    assert "a ratio without standard error, interval, exact p value or counts" in why["ivy2019"]


def test_a_doubt_is_told_in_its_own_words(review):
    doubts = review.tables["doubts"].set_index("doubt_id")["doubt"]
    told = {trial.report_id: " ".join(trial.why) for trial in silent_trials(review)}
    assert doubts["ivy2019_numbers"] in told["ivy2019"]


def test_the_page_states_the_numbers(review, page, boxes):
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert f"{boxes['reports_sought'].n} reports sought, {boxes['reports_assessed'].n} assessed" in text
    assert f"{boxes['records_identified'].n}" in text
    assert "not known. It is not zero" not in text
    rows = review.tables["screening_agreement"].to_dict("records")
    assert [row["stage"] for row in rows] == ["abstract", "full_text"]
    for row in rows:
        assert f"{row['records']} {row['judged']} {row['equal']}" in text


def test_a_review_without_a_log_says_what_is_not_known(review):
    none = {name: review.tables[name].iloc[:0] for name in ("screening", "screening_agreement")}
    without = replace(review, tables={**review.tables, **none})
    text = " ".join(re.sub(r"<[^>]+>", " ", flow_page(without, TEMPLATES)).split())
    assert "how many records were found and screened is not known. It is not zero." in text
    assert "Who screened" not in text
    said = " ".join(re.sub(r"<[^>]+>", " ", prisma_page(without, TEMPLATES)).split())
    assert "that a systematic search was made is not recorded" in said
    assert "how many records were found and screened is not recorded" in said
    assert said.count("not recorded") > " ".join(prisma_page(review, TEMPLATES).split()).count("not recorded")


def test_every_id_is_used_once(page):
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
