"""The page on the data checks, from tables as the checks find them now."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from ipt_evidence.extraction.checks import CHECKS
from ipt_evidence.extraction.checks.listing import checks_table, recall_table
from ipt_evidence.extraction.checks.plausibility import PLAUSIBILITY
from ipt_evidence.extraction.inputs import examine, findings_table
from ipt_evidence.files import read_table, write_table
from ipt_evidence.reporting.pages.checks import checks_page, checks_view
from loading import load_evidence

ROOT = Path(__file__).parents[3]
ODD = {"rule": "<script>alert(1)</script>", "level": "warning", "doubts": ()}


@pytest.fixture(scope="module")
def review(example, tmp_path_factory):
    """What the page draws on, written and read as by the pipeline; the first finding is made an open warning."""
    raw, config = example / "data/raw", example / "config"
    folder = tmp_path_factory.mktemp("tables")
    examination = examine(raw, config / "vocabulary", config / "questions.csv", config / "strength_rules.csv", "ba")
    first, *others = examination.findings
    evidence = load_evidence(raw, config / "vocabulary")
    tables = {
        "findings": findings_table([replace(first, **ODD), *others]),
        "inputs": examination.inputs,
        "checks": checks_table(),
        "recall": recall_table(examination.doubts),
        **{name: getattr(evidence, name) for name in ("doubts", "corrections", "trials")},
    }
    for name, table in tables.items():
        write_table(table, folder / f"{name}.csv")
    settings = {"review": {"title": "The review", "last_review": "2026-01-31"}}
    read = {name: read_table(folder / f"{name}.csv") for name in tables}
    names = SimpleNamespace(therapy="BA", trials=read["trials"].set_index("trial_id")["label"].to_dict())
    return SimpleNamespace(tables=read, settings=settings, labels=names)


def test_every_doubt_correction_and_check_is_there(review):
    page = SimpleNamespace(**checks_view(review))
    assert [doubt["doubt_id"] for doubt in page.doubts] == review.tables["doubts"]["doubt_id"].tolist()
    assert len(page.corrections) == len(review.tables["corrections"])
    assert [check["check"] for check in page.checks] == [check.name for check in PLAUSIBILITY]
    assert len(page.others) == len(CHECKS)


def test_every_finding_of_a_plausibility_check_is_counted_once(review):
    names = {check.name for check in PLAUSIBILITY}
    counted = sum(check["known"] + check["others"] for check in checks_view(review)["checks"])
    assert counted == review.tables["findings"]["check"].isin(names).sum()


def test_what_no_check_finds_has_a_reason(review):
    unseen = checks_view(review)["unseen"]
    assert unseen
    assert all(reason and not doubt["checks"] for doubt, reason in unseen)


def test_text_from_data_is_never_markup(review):
    html = checks_page(review, ROOT / "workflow" / "templates")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert html.count("<script") == 1
