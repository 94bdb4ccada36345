"""PubMed records: wrapped lines, names in two forms, and what became of a report."""

import pytest

from ipt_evidence.extraction.breaches import ExtractionError

NO_FIELD = "the bibliography has no such field"
IN_PART = "the reference holds another value in its place, or a part of it"
USUAL = [
    ("PT (type of publication)", IN_PART),
    ("SI (number in a databank)", IN_PART),
    ("TA (journal in short)", IN_PART),
]
"""What every record here holds beyond its reference."""

RECORD = """PMID- 10000001
VI  - 57
IP  - 5
DP  - 2000 May-Jun
TI  - A made-up trial of interpersonal psychotherapy with a title that
      goes on in the next line.
PG  - 459-66
LID - 10.1000/Made.up [doi]
FAU - Weissman, Myrna M
AU  - Weissman MM
FAU - King, Martin L Jr
AU  - King ML Jr
CN  - Made-up Trial Group
PT  - Journal Article
SI  - GENBANK/A1
SI  - ClinicalTrials.gov/NCT00000001
TA  - J Made Up
JT  - Journal of made-up trials (London, England)
"""


def with_lines(*lines):
    return RECORD + "".join(f"{line}\n" for line in lines)


def test_a_record_becomes_an_entry(take):
    outcome = take("nbib", "\n" + RECORD)
    assert outcome.items == {
        "weissman2000": {
            "type": "article-journal",
            "author": [
                {"family": "Weissman", "given": "Myrna M"},
                {"family": "King", "given": "Martin L", "suffix": "Jr"},
                {"literal": "Made-up Trial Group"},
            ],
            "title": "A made-up trial of interpersonal psychotherapy with a title that goes on in the next line",
            "container-title": "Journal of made-up trials",
            "issued": {"date-parts": [[2000]]},
            "volume": "57",
            "issue": "5",
            "page": "459-66",
            "DOI": "10.1000/Made.up",
            "PMID": "10000001",
        }
    }
    assert outcome.entries["weissman2000"].registration == "NCT00000001"
    assert outcome.left == [
        (line, f"{what}, 1 x", reason) for line, (what, reason) in zip((15, 16, 18), USUAL, strict=True)
    ]
    assert outcome.todo == []


@pytest.mark.parametrize("between", ["\n", "", "\n\n\n"])
def test_a_new_number_begins_a_new_record(take, between):
    outcome = take("nbib", RECORD + between + RECORD.replace("10000001", "10000002"))
    assert [item["PMID"] for item in outcome.items.values()] == ["10000001", "10000002"]


@pytest.mark.parametrize(
    ("lines", "status", "note"),
    [
        (["PT  - Retracted Publication"], "retracted", "Retracted, says PubMed."),
        (
            ["RIN - J Made Up. 2003;1(1):2. PMID: 10000003"],
            "retracted",
            "Retracted, says PubMed (J Made Up. 2003;1(1):2. PMID: 10000003).",
        ),
        (
            ["ECI - J Made Up. 2003;1:2"],
            "expression_of_concern",
            "Under an expression of concern, says PubMed (J Made Up. 2003;1:2).",
        ),
        (["EIN - J Made Up. 2001;58:1."], "corrected", "Corrected, says PubMed (J Made Up. 2001;58:1)."),
        (["PT  - Corrected and Republished Article"], "corrected", "Corrected, says PubMed."),
    ],
)
def test_what_became_of_a_report_is_noted_and_asked_for(take, lines, status, note):
    outcome = take("nbib", with_lines(*lines))
    assert outcome.items["weissman2000"]["note"] == note
    reason = f"{note.rstrip('.')}: set report_status to {status} in trials.csv, and the day in notes"
    assert outcome.todo == [(1, "PMID 10000001", reason)]


@pytest.mark.parametrize(
    "kind", ["Retraction of Publication", "Retraction Notice", "Expression of Concern", "Published Erratum"]
)
def test_a_notice_is_no_report_of_its_own_fate(take, kind):
    outcome = take("nbib", with_lines(f"PT  - {kind}"))
    assert "note" not in outcome.items["weissman2000"]
    reason = f"of the type {kind}: a notice about another report, not a report of results"
    assert outcome.todo == [(1, "PMID 10000001", reason)]


def test_short_names_stand_in_where_there_are_more_of_them(take):
    text = RECORD.replace("FAU - King, Martin L Jr\n", "").replace("AU  - King ML Jr", "AU  - de Mello MF")
    assert take("nbib", text).items["weissman2000"]["author"][:2] == [
        {"family": "Weissman", "given": "M. M."},
        {"family": "Mello", "given": "M. F.", "non-dropping-particle": "de"},
    ]


@pytest.mark.parametrize(
    ("old", "new", "name", "value"),
    [
        ("LID - 10.1000/Made.up [doi]", "AID - S0000 [pii]\nAID - 10.1000/aid [doi]", "DOI", "10.1000/aid"),
        ("459-66", "e12; discussion e20", "page", "e12"),
        ("2000 May-Jun", "2001 Winter", "issued", {"date-parts": [[2001]]}),
    ],
)
def test_fields_in_other_dress(take, old, new, name, value):
    (item,) = take("nbib", RECORD.replace(old, new)).items.values()
    assert item[name] == value


def test_a_chapter_of_a_book(take):
    text = RECORD.replace("JT  - ", "BTI - ").replace("TA  - J Made Up\n", "PB  - Press\n")
    (item,) = take("nbib", text).items.values()
    assert (item["type"], item["publisher"]) == ("chapter", "Press")


def test_what_the_bibliography_does_not_hold_is_named_once(take):
    abstract = ["AB  - Words", "      go on - here.", "MH  - Depression", "MH  - Humans"]
    outcome = take("nbib", with_lines(*abstract) + with_lines(*abstract).replace("10000001", "10000002"))
    assert outcome.left[:2] == [(19, "AB (abstract), 2 x", NO_FIELD), (21, "MH (subject heading), 4 x", NO_FIELD)]
    assert [what for _, what, _ in outcome.left[2:]] == [f"{what}, 2 x" for what, _ in USUAL]


def test_what_is_incomplete_is_left_with_what_is_missing(take):
    outcome = take("nbib", RECORD.replace("DP  - 2000 May-Jun\n", ""))
    assert outcome.entries == {}
    reasons = [reason for _, _, reason in outcome.left]
    assert reasons == [*(reason for _, reason in USUAL), "year: must be filled in an entry of type article"]


def test_refuses_what_is_no_nbib(take):
    with pytest.raises(ExtractionError, match="this is not NBIB: no line has a tag such as 'PMID- 12345678'"):
        take("nbib", "Author,Title\nDoe,A\n")
