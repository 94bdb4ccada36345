"""Faults that real citation files showed, one invented file each, with siblings of every kind."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange.citations.exports import read_bibtex
from ipt_evidence.exchange.citations.markup import unmarked
from ipt_evidence.exchange.citations.nbib import ONCE, read_nbib
from ipt_evidence.exchange.citations.people import named, people_in, without_degrees
from ipt_evidence.exchange.imported import report_of
from ipt_evidence.exchange.mojibake import LOST_REASON
from ipt_evidence.extraction.references import read_bibliography

CASES = Path(__file__).parents[1] / "samples" / "cases"
KEPT = "the field has one value, and another stands before it"

RECORD = "PMID- 10000001\nFAU - Doe, Jane\nTI  - A trial of something.\nJT  - Journal of Examples\nDP  - 2009\n"
OTHER = (
    "FAU - Roe, Ada\nTI  - Another trial.\nPT  - Retracted publication\n"
    "RIN - J Ex. 2011;1(1):2\nJT  - J Ex\nDP  - 2010\n"
)


@pytest.fixture
def case(take):
    def read(name: str):
        (path,) = CASES.glob(f"{name}*")
        kind = {"bib": "bibtex"}.get(path.suffix.removeprefix("."), path.suffix.removeprefix("."))
        return take(kind, path.read_bytes())

    return read


def people(outcome):
    return [item["author"] for item in outcome.items.values()]


def notes(outcome):
    return [item.get("note", "") for item in outcome.items.values()]


def test_an_empty_publication_type_says_nothing(case):
    outcome = case("14")
    assert (notes(outcome), outcome.todo) == ([""], [])


@pytest.mark.parametrize("line", ["RIN -", "ECI -", "EIN - ", "PRIN-", "PT  - ", "CRI -"])
def test_no_empty_line_says_anything(take, line):
    outcome = take("nbib", f"{RECORD}{line}\n")
    assert (notes(outcome), outcome.todo) == ([""], [])


RETRACTED = "Retracted, says PubMed (J Ex. 2011;1(1):2)"


def test_a_retraction_stays_with_its_record(case):
    outcome = case("15")
    assert people(outcome) == [[{"family": "Doe", "given": "Jane"}], [{"family": "Roe", "given": "Ada"}]]
    assert notes(outcome) == ["", f"{RETRACTED}."]
    assert [(line, what) for line, what, _ in outcome.todo] == [(8, "PMID 10000002")]


@pytest.mark.parametrize(
    "number",
    ["PMID- 10000002\n", "PMID-10000002\n", "PMID: 10000002\n", "PMID 10000002\n", "\nPMID - 10000002\n", "\n"],
)
def test_a_record_begins_with_its_number_or_behind_an_empty_line(take, number):
    outcome = take("nbib", RECORD + number + OTHER)
    assert notes(outcome) == ["", f"{RETRACTED}."]


def test_two_records_without_anything_between_are_left_with_what_is_said_of_one(take):
    outcome = take("nbib", RECORD + OTHER)
    assert (outcome.entries, outcome.todo) == ({}, [])
    reason = (
        "it holds TI twice: two records without an empty line between them. PubMed says of one of them: retracted. Put "
        "the line there"
    )
    assert outcome.left == [(7, "record of line 1", reason)]


def test_an_empty_line_inside_an_abstract_does_not_end_it(take):
    outcome = take("nbib", RECORD + "AB  - One.\n\n      Two.\nRIN - J Ex. 2011;1(1):2\n")
    assert notes(outcome) == [f"{RETRACTED}."]


def test_one_status_and_all_notices(take):
    lines = ["RIN - A. 2004;1:1", "RIN - B. 2010;2:2", "ECI - C. 2003;3:3", "PT  - Retracted Publication"]
    outcome = take("nbib", RECORD + "\n".join(lines) + "\n")
    said = (
        "Retracted, says PubMed (A. 2004;1:1; B. 2010;2:2). Under an expression of concern, says PubMed (C. 2003;3:3)"
    )
    assert notes(outcome) == [f"{said}."]
    reason = f"{said}: set report_status to retracted in trials.csv, and the day in notes"
    assert outcome.todo == [(1, "PMID 10000001", reason)]


def test_second_registrations_are_named(take):
    outcome = take("nbib", RECORD + "SI  - ClinicalTrials.gov/NCT00000001\nSI  - ISRCTN/ISRCTN00000002\n")
    assert [entry.registration for entry in outcome.entries.values()] == ["NCT00000001"]
    what = "PMID 10000001: registration ISRCTN00000002"
    assert outcome.left == [(6, what, "a reference has one: the first is kept")]


def test_names_in_capitals_are_names(case):
    doe = {"family": "Doe", "given": "J"}
    assert people(case("16")) == [
        [{"family": "LEE", "given": "E. M."}, doe],
        [{"family": "Roe", "given": "A"}, {"family": "WU", "given": "X"}],
    ]


def test_initials_that_look_like_numbers_are_initials(case):
    assert people(case("17")) == [
        [{"family": "Ivanov", "given": "I. V."}, {"family": "Doe", "given": "J"}],
        [{"family": "Petrov", "given": "I. I."}],
    ]


@pytest.mark.parametrize("kind", ["ris", "nbib", "bibtex"])
@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("DAY, C", {"family": "DAY", "given": "C"}),
        ("LI, Y-X", {"family": "LI", "given": "Y-X"}),
        ("NG, AB", {"family": "NG", "given": "A. B."}),
        ("Buynevich, IV", {"family": "Buynevich", "given": "I. V."}),
        ("Vega, VI", {"family": "Vega", "given": "V. I."}),
        ("Doe, JK", {"family": "Doe", "given": "J. K."}),
        ("LEE, AMY", {"family": "LEE", "given": "AMY"}),
    ],
)
def test_every_door_takes_them(take, kind, name, person):
    text = {
        "ris": f"TY  - JOUR\nAU  - {name}\nTI  - T\nT2  - J\nPY  - 2001\nER  - \n",
        "nbib": RECORD.replace("Doe, Jane", name),
        "bibtex": f"@article{{a, author = {{{name}}}, title = {{T}}, journal = {{J}}, year = 2001}}",
    }
    outcome = take(kind, text[kind])
    assert people(outcome) == [[person]]
    assert outcome.left == []


def test_degrees_are_no_part_of_a_name(case):
    outcome = case("f04")
    assert people(outcome) == [
        [
            {"family": "Fagan", "given": "Ruth"},
            {"family": "Gill", "given": "P. J."},
            {"family": "Hale", "given": "John", "suffix": "Jr"},
        ]
    ]
    reason = "a degree is no part of a name"
    assert outcome.left == [(1, "Fagan, Ruth, PhD: PhD", reason), (1, "Gill, P. J., MD: MD", reason)]


@pytest.mark.parametrize(
    ("name", "plain", "degrees"),
    [
        ("Doe, Jane, M.D., Ph.D.", "Doe, Jane", "M.D., Ph.D."),
        ("Doe, Jane MD, PhD", "Doe, Jane", "MD, PhD"),
        ("Doe, Jane PhD", "Doe, Jane", "PhD"),
        ("Nguyen, MA", "Nguyen, MA", ""),
        ("Do, BA", "Do, BA", ""),
        ("Doe, Jane, FRCPsych", "Doe, Jane", "FRCPsych"),
        ("King, Martin, Jr", "King, Martin, Jr", ""),
    ],
)
def test_degrees_are_told_from_initials(name, plain, degrees):
    assert without_degrees(name) == (plain, degrees)


@pytest.mark.parametrize(
    ("name", "suffix"), [("Roe, Ada, III", "III"), ("Roe, Ada, Jr.", "Jr"), ("Roe, Ada, the Younger", "the Younger")]
)
def test_a_third_part_never_takes_the_place_of_the_given_name(name, suffix):
    assert named(name) == {"family": "Roe", "given": "Ada", "suffix": suffix}


def test_several_people_on_one_line(case):
    outcome = case("f07")
    assert [person["family"] for person in people(outcome)[0]] == ["Sánchez-Invento", "Montero", "Reyes"]
    assert [reason for _, _, reason in outcome.todo] == ["one line with 3 names, taken as so many people"]
    assert list(outcome.entries) == ["sanchezinvento2016"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Doe, Jane and Roe, Ada", ["Doe, Jane", "Roe, Ada"]),
        ("Doe, J., Roe, A., & Poe, E.", ["Doe, J.", "Roe, A.", "Poe, E."]),
        ("Doe J; Roe A", ["Doe J", "Roe A"]),
        ("Doe J, Roe A, Poe B", ["Doe J", "Roe A", "Poe B"]),
        ("García Ó., Pérez Á.", ["García Ó.", "Pérez Á."]),
        ("Doe, Ó., Roe, Á.", ["Doe, Ó.", "Roe, Á."]),
        ("King ML, Jr", ["King ML, Jr"]),
        ("Trial Group UK, Ethics Committee EU", ["Trial Group UK, Ethics Committee EU"]),
        ("Doe, J.;", ["Doe, J."]),
        ("Department of Health and Human Services", ["Department of Health and Human Services"]),
        ("Doe, J., K., L.", ["Doe, J., K., L."]),
    ],
)
def test_lines_are_taken_apart_where_names_end(line, names):
    assert people_in(line) == names


def test_a_line_of_names_without_a_tag_is_a_name(take):
    outcome = take("ris", "TY  - JOUR\nAU  - Doe, Jane\nRoe, Ada\nTI  - T\nT2  - J\nPY  - 2001\nER  - \n")
    assert [person["family"] for person in people(outcome)[0]] == ["Doe", "Roe"]


def test_tags_and_entities_are_decoded(case):
    (item,) = case("f05").items.values()
    assert item["title"] == "CO₂ & mood: a post hoc look <12 weeks – a trial"
    assert item["container-title"] == "Invented Journal of Psychiatry & Care"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("10<sup>3</sup> people", "10³ people"),
        ("the 4<sup>th</sup> year", "the 4th year"),
        ("&lt;i&gt;Post hoc&lt;/i&gt;", "Post hoc"),
        ("A &amp;amp; B", "A & B"),
        ("p < .05 and n > 3", "p < .05 and n > 3"),
        ("R&D; AT&T", "R&D; AT&T"),
        ("<jats:italic>x</jats:italic> <b class='y'>z</b>", "x z"),
    ],
)
def test_markup_goes_and_signs_stay(typed, text):
    assert unmarked(typed) == text


def test_second_values_stand_in_the_report(case):
    outcome = case("f20")
    report = report_of(outcome.imported)
    assert [item["title"] for item in outcome.items.values()] == ["First title"]
    left = [(line, what) for line, what, reason in outcome.left if reason == KEPT]
    assert left == [(4, "TI Second, translated title"), (5, "T1 A third"), (9, "Y1 2014/12/01/")]
    named = " ".join(report["what"])
    assert "JO (other name of the journal), 1 x" in named
    assert "SN (ISSN or ISBN), 2 x" in named


def test_a_command_with_an_address_stops_nothing(case):
    assert [item["title"] for item in case("18").items.values()] == ["A trial of something", "Another trial"]


def test_words_and_signs_of_commands_are_kept(case):
    (item,) = case("19").items.values()
    assert item["title"] == "Effects of IPT with the metafor package, p < .05"


def test_accents_in_braces_are_no_organisation(case):
    assert people(case("f03")) == [
        [
            {"family": "Özkan", "given": "René"},
            {"family": "Kovács", "given": "Éva"},
            {"family": "Ivanov", "given": "Željko"},
            {"family": "Ádám", "given": "B."},
        ]
    ]


def test_an_undefined_word_is_refused_by_both_readers_at_its_line(case):
    outcome = case("f06")
    rule = "must stand in braces: words outside them are abbreviations, and these are not defined"
    assert (4, "tamm2009", f"journal = 'psychmed': {rule}") in outcome.left
    (breach,) = read_bibliography(CASES / "f06_macro.bib").breaches
    assert (breach.line, breach.rule) == (4, rule)


@pytest.mark.parametrize(
    ("journal", "text"),
    [('"Journal of " # "Tests"', "Journal of Tests"), ("pm", "Psych Med"), ('"The " # pm # { 2}', "The Psych Med 2")],
)
def test_words_that_are_defined_are_filled_in_and_joined(take, journal, text):
    outcome = take(
        "bibtex",
        "@string{pm = {Psych Med}}\n@article{a, author = {Doe, J.}, title = {T}, year = 2001, month = 1 # may, "
        f"journal = {journal}}}",
    )
    assert [item["container-title"] for item in outcome.items.values()] == [text]


def test_a_field_given_twice_is_taken_once_and_told(case):
    outcome = case("f19")
    assert list(outcome.entries) == ["urban2011"]
    assert (6, "urban2011: keywords b", "the field is given twice: the first is kept") in outcome.left


def test_a_title_given_twice_is_the_first(take):
    outcome = take("bibtex", "@article{a, author={Doe, J.}, title={One}, title = {Two}, journal={J},\n year=2001}")
    assert [item["title"] for item in outcome.items.values()] == ["One"]
    assert outcome.left == [(1, "a: title Two", "the field is given twice: the first is kept")]


def test_what_is_commented_out_stays_out(case):
    assert list(case("f26").entries) == ["imran2019"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("@comment{@article{x, title={T}}}\n%s", ["a"]),
        ("@Comment {\n@article{x, title={T}}\n@book{y, title={U}}\n}\n%s", ["a"]),
        ("@comment{never closed\n%s", ["a"]),
        ("@comment without braces\n%s", ["a"]),
        ("%s@comment{jabref-meta: x:{y};}\n", ["a"]),
    ],
)
def test_comments_of_every_form_hide_what_they_enclose(take, text, keys):
    entry = "@article{a, author = {Doe, J.}, title = {T}, journal = {J}, year = 2001}\n"
    assert list(take("bibtex", text % entry).entries) == keys


def test_a_command_that_nobody_knows_is_kept_and_asked_about(take):
    entry = r"@article{a, author = {Doe, J.}, title = {The \mysign trial}, journal = {J}, year = 2001}"
    outcome = take("bibtex", entry)
    assert [item["title"] for item in outcome.items.values()] == [r"The \mysign trial"]
    assert (1, r"a: \mysign", "a LaTeX command without words, kept as it is typed") in outcome.todo


def test_other_resolvers_lead_to_the_doi_and_other_names_of_fields_are_known(take):
    entry = "@article{a, author={Doe, J.}, title={T}, subtitle={S}, issue={4}, url={https://doi.acm.org/10.1145/1.2}, "
    (item,) = take("bibtex", entry + "journal={J}, year=2001}").items.values()
    assert (item["title"], item["issue"], item["DOI"]) == ("T: S", "4", "10.1145/1.2")


LINE = st.sampled_from(
    ["PMID- 1", "PMID-2", "TI  - One.", "TI  - Two.", "FAU - Doe, Jane", "JT  - J", "DP  - 2001", "PT  -",
     "PT  - Journal Article", "RIN - J. 2001;1:1", "ECI -", "", "      goes on", "outside",
     "SI  - ISRCTN/ISRCTN00000001"]
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(LINE, min_size=1, max_size=25))
def test_every_pubmed_record_is_taken_or_left_and_no_notice_moves(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("nbib")
    text = ["PMID- 7", *lines]
    (folder / "a.nbib").write_text("\n".join(text), encoding="utf-8")
    imported = read_nbib(folder / "a.nbib")
    records = _records(text)
    taken = [entry.csl for entry in _entries(imported, folder)]
    whole = [item for item in imported.left if "must be filled" in item.reason or item.reason.startswith("it holds")]
    assert len(taken) + len(whole) == len(records)
    single = [all(sum(line.startswith(tag) for line in record) < 2 for tag in ONCE) for record in records]
    retracted = [any(line.startswith("RIN") for line in record) for record in records]
    assert sum("Retracted" in item.reason for item in imported.todo) == sum(
        map(all, zip(single, retracted, strict=True))
    )


def _records(lines):
    """Divide lines into records in another way than the importer: blocks between empty lines, then at each PMID."""
    blocks = re.split(r"\n\s*\n(?! {2})", "\n".join(lines))
    parts = [part for block in blocks for part in re.split(r"(?m)^(?=PMID)", block)]
    tagged = [[line for line in part.splitlines() if re.match(r"[A-Z]{2,4} *-", line)] for part in parts]
    return [part for part in tagged if part]


def _entries(imported, folder):
    (folder / "r.bib").write_text(imported.bibliography, encoding="utf-8")
    library = read_bibliography(folder / "r.bib")
    assert library.breaches == []
    return library.entries.values()


VALUE = st.sampled_from(
    ["{One}", "{Two}", "word", '"a" # "b"', '"a" # word', "{Doe, Jane}", "2001", r"{\foo{x} \href{u}{v}}"]
)
FIELD = st.tuples(st.sampled_from(["title", "author", "journal", "year", "keywords"]), VALUE)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(FIELD, max_size=7), min_size=1, max_size=4), st.booleans())
def test_every_bibtex_entry_is_taken_or_left(tmp_path_factory, entries, same_key):
    folder = tmp_path_factory.mktemp("bib")
    text = "\n".join(
        f"@article{{k{0 if same_key else place}, " + ", ".join(f"{name} = {value}" for name, value in fields) + "}"
        for place, fields in enumerate(entries)
    )
    (folder / "a.bib").write_text(text, encoding="utf-8")
    imported = read_bibtex(folder / "a.bib")
    taken = len(list(_entries(imported, folder)))
    whole = [item for item in imported.left if ":" not in item.what and " x" not in item.what]
    assert taken + len(whole) == len(entries)


@pytest.mark.parametrize(
    "typed",
    [
        r"10.1002/a<b>c_d#e",
        r"10.1002/a{\textless}b{\textgreater}c\_d\#e",
        r"10.1002/a\textless{}b\textgreater{}c\textunderscore{}d\#e",
        r"10.1002/a$<$b$>$c{\_}d{\#}e",
        r"10.1002/a\textless b\textgreater c\_d\#e",
    ],
)
def test_a_doi_in_latex_has_its_signs(take, typed):
    outcome = take(
        "bibtex", f"@article{{a, author={{Doe, J.}}, title={{T}}, journal={{J}}, year=2001, doi={{{typed}}}}}"
    )
    assert [item["DOI"] for item in outcome.items.values()] == ["10.1002/a<b>c_d#e"]
    assert not outcome.todo


def test_a_name_that_has_lost_a_letter_is_asked_about(take):
    names = "AU  - M?ller, Jo\nAU  - M\ufffdller, Al\nAU  - Doe, Jane\n"
    outcome = take("ris", f"TY  - JOUR\n{names}TI  - What works? For whom?\nJO  - J\nPY  - 2001\nER  - \n")
    assert [(line, what) for line, what, _ in outcome.todo] == [(3, "'M\ufffdller,', 1 x"), (1, "author M?ller Jo")]
    assert {reason for _, _, reason in outcome.todo} == {LOST_REASON}
