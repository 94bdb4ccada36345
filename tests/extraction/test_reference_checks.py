"""Checks across references, each with the message it gives and the likeness it lets pass."""

from dataclasses import replace

import pytest

from ipt_evidence.extraction.checks import references
from ipt_evidence.extraction.references import read_bibliography


def entry(key, *, line_break="\n", **fields):
    fields = {"author": "Doe, Jane", "title": f"{{Title of {key}}}", "journal": "Journal", "year": "2001"} | fields
    return (
        f"@article{{{key},"
        + ",".join(f"{line_break}  {name} = {{{value}}}" for name, value in fields.items())
        + "\n}\n"
    )


@pytest.fixture
def finds(sound_draft, tmp_path):
    """Return what one check finds in bibliographies made of these entries: level and message each."""

    def find(check, *trials, guides=()):
        (tmp_path / "references.bib").write_text("".join(trials), encoding="utf-8")
        (tmp_path / "guide_references.bib").write_text("".join(guides), encoding="utf-8")
        library, guide_library = (
            read_bibliography(tmp_path / f"{name}.bib") for name in ("references", "guide_references")
        )
        assert library.breaches == guide_library.breaches == []
        draft = replace(sound_draft, references=library, guide_references=guide_library)
        return [(found.level, str(found).replace(f"{tmp_path.as_posix()}/", "")) for found in check(draft)]

    return find


TITLE = "{Interpersonal psychotherapy for depressed adolescents in school clinics}"


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        pytest.param({"doi": "10.1000/AbC"}, {"doi": "10.1000/aBc", "year": "2009"}, "DOI", id="DOI in another case"),
        pytest.param({"pmid": "123"}, {"pmid": "123"}, "PubMed number", id="PMID"),
        pytest.param(
            {"title": "{IPT for Depression: a trial}"},
            {"title": r"{{IPT} for d{\'e}pression --- a trial.}", "author": "Poe, E."},
            "title and year",
            id="title typed otherwise",
        ),
    ],
)
def test_one_work_under_two_keys_is_an_error(finds, one, other, sign):
    second = entry("one", **one).count("\n") + 1
    assert finds(references.works_are_entered_once, entry("one", **one), entry("two", **other)) == [
        (
            "error",
            f"references.bib:{second}: two: has the same {sign} as one (references.bib:1). "
            "Keep one entry, and cite its key; if they are two works, correct what they have in common.",
        )
    ]


def test_a_work_is_found_across_both_bibliographies(finds):
    same = {"doi": "10.1000/x"}
    (found,) = finds(references.works_are_entered_once, entry("one", **same), guides=[entry("two", **same)])
    assert found[1].startswith("guide_references.bib:1: two: has the same DOI as one (references.bib:1).")


def test_nearly_the_same_title_a_year_apart_is_a_warning(finds):
    near = TITLE.replace("clinics", "clinic")
    found = finds(references.works_are_entered_once, entry("one", title=TITLE), entry("two", title=near, year="2002"))
    assert found == [
        (
            "warning",
            "references.bib:7: two: may be the same work as one (references.bib:1): first author and title are nearly "
            "the same. Keep one of them; two reports of one trial are told apart by companionof = {key of the main "
            "report}.",
        )
    ]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"title": TITLE, "year": "2003"}, id="two years apart"),
        pytest.param({"title": TITLE.replace("clinics", "clinic"), "author": "Poe, E."}, id="another author"),
        pytest.param({"title": "{Interpersonal psychotherapy for depressed mothers}"}, id="another title"),
        pytest.param({"title": TITLE, "companionof": "one"}, id="known companion"),
        pytest.param({"title": TITLE, "journal": "medRxiv"}, id="preprint, which has its own check"),
    ],
)
def test_works_that_are_only_alike_pass(finds, other):
    assert finds(references.works_are_entered_once, entry("one", title=TITLE), entry("two", **other)) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Müller", "Mueller"),
        ("Sørensen", "Soerensen"),
        ("Sørensen", "Sorensen"),
        ("Åberg", "Aaberg"),
        ("Weiß", "Weiss"),
    ],
)
def test_a_work_online_first_is_known_however_its_author_is_spelled(finds, name, other):
    first = entry("one", title="{A short title}", author=f"{name}, Eva", year="2010")
    second = entry("two", title="{A short title}", author=f"{other}, Eva", year="2011")
    ((level, message),) = finds(references.works_are_entered_once, first, second)
    assert level == "warning"
    assert "may be the same work as one (references.bib:1): first author and title are nearly the same" in message


def test_a_long_title_word_for_word_is_one_work_whoever_is_named_first(finds):
    first = entry("one", title=TITLE, author="Doe, Jane", year="2010")
    second = entry("two", title=TITLE, author="Roe, Ann and Doe, Jane", year="2011")
    ((level, message),) = finds(references.works_are_entered_once, first, second)
    assert level == "warning"
    assert "may be the same work as one (references.bib:1): the titles are the same" in message


@pytest.mark.parametrize(
    "preprint",
    [
        {"doi": "10.1101/2020.01.02.20016502"},
        {"doi": "10.31234/osf.io/abcde"},
        {"doi": "10.21203/rs.3.rs-12345/v1"},
        {"doi": "10.48550/arXiv.2001.00001"},
        {"journal": "bioRxiv"},
        {"journal": "Research Square"},
    ],
)
def test_a_preprint_and_its_article_are_a_pair(finds, preprint):
    pair = entry("article2001", title=TITLE), entry("preprint2000", title=TITLE, **{"year": "2000"} | preprint)
    assert finds(references.preprints_give_way, *pair) == [
        (
            "warning",
            "references.bib:7: preprint2000: looks like the preprint of article2001 (references.bib:1). "
            "Cite the published article, and take each result from one of the two only.",
        )
    ]


def test_a_preprint_alone_or_a_journal_of_the_same_press_is_no_pair(finds):
    alone = entry("preprint2000", title=TITLE, doi="10.31234/osf.io/abcde")
    assert finds(references.preprints_give_way, alone, entry("other2001")) == []
    journal = entry("press2001", title=TITLE, doi="10.1101/gad.123456.108")
    assert finds(references.preprints_give_way, entry("one", title=TITLE), journal) == []


def test_companions_are_named_and_must_be_of_something(finds):
    check = references.companions_name_their_main_report
    texts = entry("main"), entry("second", companionof="main"), entry("third", companionof="mian")
    assert finds(check, *texts) == [
        (
            "note",
            "references.bib:7: second: is a companion report of main. "
            "Take each result of the trial from one of its reports only.",
        ),
        (
            "error",
            "references.bib:14: third: companionof = 'mian': must be the key of another entry. "
            "Correct it: did you mean main?",
        ),
    ]
    assert [level for level, _ in finds(check, entry("main", companionof="main"))] == ["error"]


def test_reports_with_one_registration_number_are_one_trial(finds):
    check = references.reports_of_one_trial_are_known
    number = {"registration": "NCT00000001"}
    assert finds(check, entry("main", **number), entry("second", registration="nct00000001")) == [
        (
            "note",
            "references.bib:8: second: registration = 'nct00000001': has the trial registration number of main "
            "(references.bib:1): two reports of one trial. "
            "Add companionof = {main}, and take each result from one of them only.",
        )
    ]
    assert finds(check, entry("main", **number), entry("second", companionof="main", **number)) == []


@pytest.mark.parametrize(("pages", "wrong"), [("466--459", True), ("S12--S9", True), ("457--9", False), ("e5", False)])
def test_pages_that_run_backwards_are_a_warning(finds, pages, wrong):
    found = finds(references.pages_run_forwards, entry("one", pages=pages))
    shown = pages.replace("--", "-")
    rule = "the pages end before they begin. Look them up; digits may be exchanged."
    assert found == ([("warning", f"references.bib:1: one: pages = '{shown}': {rule}")] if wrong else [])


def test_a_trial_of_another_year_than_its_report_is_a_warning(finds):
    ((level, text),) = finds(references.years_agree, entry("alpha2001", year="2003"), entry("beta2002", year="2002"))
    assert level == "warning"
    assert text.endswith(
        "trial_id=alpha2001: year = '2001': the report alpha2001 has the year 2003. "
        "Correct one of the two; the year of a trial is that of its main report."
    )


@pytest.mark.parametrize(
    ("authors", "message"),
    [
        ("Doe, J. and others", "the list of authors ends in others after 1 name. Complete it from the report."),
        ("Doe, J. and Poe, E. and others", "ends in others after 2 names."),
        ("Doe, J. and Poe, E.", ""),
        ("Doe, J.", ""),
    ],
)
def test_authors_cut_short_are_a_note(finds, authors, message):
    found = finds(references.authors_are_all_named, entry("alpha2001", author=authors))
    assert [level for level, _ in found] == ["note"] * bool(message)
    assert all(message in text for _, text in found)


def changed(draft, column, value):
    trials = draft.tables.frames["trials"].copy()
    trials.loc[trials.index[0], column] = value
    return replace(draft, tables=replace(draft.tables, frames=draft.tables.frames | {"trials": trials}))


def test_one_author_of_a_trial_called_et_al_is_a_note(sound_draft, tmp_path):
    (tmp_path / "r.bib").write_text(entry("alpha2001"), encoding="utf-8")
    draft = changed(sound_draft, "label", "Alpha et al., 2001")
    draft = replace(draft, references=read_bibliography(tmp_path / "r.bib"))
    (found,) = references.authors_are_all_named(draft)
    assert (found.level, found.rule) == ("note", "has one author where the label of its trial says et al.")


@pytest.mark.parametrize(("notes", "count"), [("Seen in the journal.", 1), ("Looked up in PubMed on 2026-11-22.", 0)])
def test_a_report_status_needs_the_day_of_its_look_up(sound_draft, notes, count):
    draft = changed(changed(sound_draft, "report_status", "retracted"), "notes", notes)
    found = list(references.report_statuses_are_dated(draft))
    assert [breach.level for breach in found] == ["warning"] * count
    assert all("on which day it was looked up" in breach.rule for breach in found)
