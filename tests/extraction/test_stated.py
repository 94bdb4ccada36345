"""What claims and guidelines must fill, and where their texts read otherwise than their columns."""

import pytest

from ipt_evidence.extraction.inputs import examine

CLAIMS, GUIDELINES, TRIALS = "raw/claims.csv", "raw/guidelines.csv", "raw/trials.csv"
EFFICACY = "acute,,strong,false,,,,,,,,Evidence for IPT in depression is strong."
ROW = "c2,directory,{kind},depression,adults,ipt,,,acute,,,{cells},{text}\n"


@pytest.fixture
def warned(mini):
    """Return the warnings once rows are added to claims.csv, without file and remedy."""

    def added(rows, *swaps):
        for swap in swaps:
            mini.swap(*swap)
        path = mini.raw / "claims.csv"
        path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
        examined = examine(mini.raw, mini.vocabulary, mini.questions, mini.rules, "ipt")
        return [
            (finding.level, finding.column, finding.value, finding.rule)
            for finding in examined.findings
            if finding.check.endswith(("_hold", "_coded"))
        ]

    return added


def claim(kind, cells, text):
    return ROW.format(kind=kind, cells=cells, text=f'"{text}"')


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (claim("efficacy", "false,,,,,,,", "IPT treats depression."), []),
        (
            claim("efficacy", "false,,,,,,,", "IPT, which can be given in groups, treats depression."),
            [("warning", "reserve", "false", "the text reads as 'true'")],
        ),
        (claim("dose", ",,12,16,sessions,,,", "IPT takes 12-16 sessions."), []),
        (claim("dose", ",,12,16,weekly_sessions,50,,", "IPT takes 12 to 16 weekly sessions of 50 minutes."), []),
        (
            claim("dose", ",,,,,,,", "IPT takes 12\N{EN DASH}16 sessions."),
            [
                ("warning", "low", "", "the text reads as '12'"),
                ("warning", "high", "", "the text reads as '16'"),
                ("warning", "unit", "", "the text reads as 'sessions'"),
            ],
        ),
        (
            claim("dose", ",,12,16,sessions,50,,", "IPT takes 12 to 16 sessions."),
            [("warning", "session_minutes", "50", "the text holds no such words")],
        ),
        (claim("guideline", ",,,,,,Delta,", "Delta recommends IPT, also in people with HIV (MDD)."), []),
        (
            claim("guideline", ",,,,,,,", "Delta D12 DD12 recommends IPT."),
            [("warning", "bodies", "", "the text reads as 'Delta;:DD12'")],
        ),
        (
            claim("reading_list", ",,,,,,,one2001", "Read One 2001 and Two 2002."),
            [("warning", "works", "one2001", "the text names 2 works by year")],
        ),
    ],
)
def test_a_text_that_reads_otherwise_is_a_warning(warned, row, found):
    assert warned(row) == found


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("adults,adults,,", "children aged 5 to 11,adults,5,11", [("age_groups", "adults", "children_adolescents")]),
        ("adults,adults,,", "adults aged 30 to 40,adults,,", [("age_low", "", "30"), ("age_high", "", "40")]),
        (",guideline_text,,", ",guideline_text,,Same advice as other2001; do not count twice.",
         [("same_as", "", "other2001")]),
        (",guideline_text,,", ",guideline_text,,An evidence listing.", [("kind", "recommendation", "evidence_rating")]),
    ],
)  # fmt: skip
def test_a_guideline_that_reads_otherwise_is_a_warning(warned, old, new, found):
    expected = [("warning", column, value, f"the text reads as '{text}'") for column, value, text in found]
    assert warned("", (GUIDELINES, old, new)) == expected


def test_ipt_with_medication_is_a_treatment_of_its_own(warned):
    found = warned("", (GUIDELINES, "adults,adults,,", '"adults, IPT combined with an antidepressant",adults,,'))
    assert found == [("warning", "treatment", "ipt", "the text reads as a combination")]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (CLAIMS, EFFICACY, EFFICACY.replace("false", ""),
         "reserve = '': must be filled where kind is efficacy. Write true if it says only that the therapy can, "
         "may, or is used to help, else false."),
        (CLAIMS, EFFICACY, EFFICACY.replace("false,,,,,", "false,,,,,50"),
         "session_minutes = '50': must be empty where kind is efficacy. Empty the cell, or correct the kind."),
        (GUIDELINES, "adults,adults,,", "adults,adults,18,",
         "age_high = '': age_low, age_high must be filled together. Fill the cell, or empty the others."),
        (GUIDELINES, "adults,adults,,", "adults,adults,65,18",
         "age_low = '65': must not be above age_high, 18. Exchange the two."),
        (GUIDELINES, ",guideline_text,,", ",guideline_text,delta2020,",
         "same_as = 'delta2020': must be the guideline_id of another row, which repeats none. Name the row that states "
         "it first."),
        (GUIDELINES, "ipt,acute,recommendation,", "ipt,acute,recomendation,",
         "kind = 'recomendation': must be one of recommendation, evidence_rating. Choose one of the listed words."),
    ],
)  # fmt: skip
def test_what_a_rule_needs_must_be_there(mini, file, old, new, problem):
    mini.swap(file, old, new)
    (found,) = mini.problems()
    assert found.startswith(f"{file}:2: ")
    assert found.endswith(problem)


def test_a_second_special_population_needs_a_first(mini):
    lines = (mini.raw / "trials.csv").read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    mini.swap(TRIALS, lines[1], ",".join([*cells[:6], "hiv", *cells[7:]]))
    (found,) = mini.problems()
    assert "second_population = 'hiv': must be another group than special_population, which must be filled" in found


@pytest.mark.parametrize(("people", "sound"), [("not stated on the page", True), ("not stated here", False)])
def test_people_who_are_not_stated_have_one_word(mini, people, sound):
    mini.swap(GUIDELINES, ",depression,adults,", f",depression,{people},")
    examined = examine(mini.raw, mini.vocabulary, mini.questions, mini.rules, "ipt")
    rules = [found.rule for found in examined.findings if found.column == "population"]
    assert rules == ([] if sound else ["must say whom it is about, or be: not stated on the page"])
