"""RIS: no record is lost, whatever it lacks."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange.citations.ris import read_ris
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.references import read_bibliography

RAW = Path(__file__).parents[3] / "data" / "raw"
NO_FIELD = "the bibliography has no such field"


def record(*lines, kind="JOUR", end="ER  - \n"):
    head = [f"TY  - {kind}", "AU  - Doe, Jane", "TI  - A made-up trial", "T2  - Journal of Trials", "PY  - 2001"]
    return "".join(f"{line}\n" for line in (*head, *lines)) + end


def test_a_record_becomes_an_entry(take):
    text = record(
        "VL  - 3", "IS  - 4", "SP  - 457", "EP  - 459", "DO  - https://doi.org/10.1000/AbC", "AU  - de Mello, M."
    )
    assert take("ris", text).items == {
        "doe2001": {
            "type": "article-journal",
            "author": [
                {"family": "Doe", "given": "Jane"},
                {"family": "Mello", "given": "M.", "non-dropping-particle": "de"},
            ],
            "title": "A made-up trial",
            "container-title": "Journal of Trials",
            "issued": {"date-parts": [[2001]]},
            "volume": "3",
            "issue": "4",
            "page": "457-459",
            "DOI": "10.1000/AbC",
        }
    }


@pytest.mark.parametrize(
    ("text", "todo"),
    [
        pytest.param(
            record(end="") + record(), [(1, "reference without ER", "taken to end before line 6")], id="TY twice"
        ),
        pytest.param(
            record() + record(end=""), [(7, "reference without ER", "taken to end with the file")], id="no ER"
        ),
        pytest.param("\ufeff" + record() + record(), [], id="byte order mark"),
        pytest.param("\n\n" + record() + "\n\n" + record(), [], id="blank lines"),
        pytest.param((record() + record()).replace("\n", "\r\n"), [], id="line ends of Windows"),
        pytest.param((record() + record()).replace("  - ", " - "), [], id="one space"),
        pytest.param((record() + record()).replace("ER  - ", "ER  -"), [], id="ER without a space"),
    ],
)
def test_both_records_come_through(take, text, todo):
    outcome = take("ris", text)
    assert list(outcome.entries) == ["doe2001", "doe2001_2"]
    place = max(number for number, line in enumerate(text.splitlines(), 1) if "TY" in line)
    assert outcome.todo == [
        *todo,
        (place, "citation key doe2001", "entered as doe2001_2: keys are slugs, and no two alike"),
    ]


def test_a_record_without_type_is_taken_and_asked_about(take):
    outcome = take("ris", record().replace("TY  - JOUR\n", ""))
    assert outcome.items["doe2001"]["type"] == "article-journal"
    assert outcome.todo == [(1, "reference without TY", "taken as article-journal: check its entry type")]


def test_lines_that_go_on_belong_to_the_tag_before(take):
    text = record("AB  - Words", "that go on - and on", "KW  - one", "two").replace(
        "made-up trial", "made-up\n  trial - of IPT"
    )
    outcome = take("ris", text)
    assert outcome.items["doe2001"]["title"] == "A made-up trial - of IPT"
    assert outcome.left == [(7, "AB (abstract), 1 x", NO_FIELD), (9, "KW (keywords), 1 x", NO_FIELD)]


@pytest.mark.parametrize(
    ("kind", "lines", "item"),
    [
        (
            "BOOK",
            ["PB  - Press", "CY  - London", "ET  - 2nd"],
            {"type": "book", "edition": "2nd", "publisher-place": "London"},
        ),
        ("CHAP", ["PB  - Press", "A2  - Poe, E."], {"type": "chapter", "editor": [{"family": "Poe", "given": "E."}]}),
        ("CONF", [], {"type": "paper-conference", "container-title": "Journal of Trials"}),
        ("THES", ["PB  - University"], {"type": "thesis", "publisher": "University"}),
        ("RPRT", ["PB  - Institute"], {"type": "report", "publisher": "Institute"}),
        ("ELEC", ["UR  - http://example.org/a"], {"type": "document", "URL": "http://example.org/a"}),
    ],
)
def test_types_find_their_fields(take, kind, lines, item):
    outcome = take("ris", record(*lines, kind=kind))
    assert outcome.items["doe2001"].items() >= item.items()


def test_what_is_incomplete_is_left_with_what_is_missing(take):
    text = record().replace("PY  - 2001", "PY  - in press") + record().replace("T2  - Journal of Trials\n", "")
    outcome = take("ris", text)
    assert outcome.entries == {}
    assert outcome.left == [
        (5, "PY, 1 x", "the reference holds another value in its place, or a part of it"),
        (1, "A made-up trial", "year: must be filled in an entry of type article"),
        (7, "A made-up trial", "journal: must be filled in an entry of type article"),
    ]


def test_a_field_without_its_form_is_dropped_and_the_reference_kept(take):
    outcome = take("ris", record("DO  - unknown", "UR  - C:/papers/one.pdf"))
    assert list(outcome.entries) == ["doe2001"]
    assert outcome.left == [
        (1, "A made-up trial: DOI unknown", "it has not the form of one"),
        (1, "A made-up trial: URL C:/papers/one.pdf", "it has not the form of one"),
    ]


def test_the_address_of_a_doi_becomes_the_doi_and_another_one_gives_way(take):
    assert take("ris", record("UR  - https://doi.org/10.1000%2Fx")).items["doe2001"]["DOI"] == "10.1000/x"
    outcome = take("ris", record("DO  - 10.1000/x", "UR  - http://example.org/a"))
    assert "URL" not in outcome.items["doe2001"]
    assert outcome.left == [(1, "A made-up trial: URL http://example.org/a", "the DOI leads to the work")]


def test_letters_of_windows_are_read_and_asked_about(take):
    outcome = take("ris", record().replace("Doe", "Dö").encode("cp1252"))
    assert outcome.items["do2001"]["author"] == [{"family": "Dö", "given": "Jane"}]
    assert outcome.todo == [(2, "line 2", "not UTF-8, read as Windows-1252: check its letters")]


def test_a_name_without_a_comma_is_asked_about(take):
    outcome = take("ris", record("AU  - Made-up Trial Group"))
    assert outcome.todo == [(1, "Made-up Trial Group", "a name without a comma, taken as an organisation")]


def test_latex_in_a_title_stays_text(take):
    title = r"50% of $10 & more_things \cite{x} -- ~100 < 200"
    assert take("ris", record().replace("A made-up trial", title)).items["doe2001"]["title"] == title.replace(
        "{x}", "x"
    )


def test_refuses_what_is_no_ris(take):
    with pytest.raises(ExtractionError, match="this is not RIS: no line has a tag such as 'TY  - JOUR'"):
        take("ris", "Author,Title\nDoe,A\n")


def ris_of(item):
    """Write a CSL-JSON item as RIS, the other way from the importer."""
    names = {"article-journal": "JOUR", "book": "BOOK", "chapter": "CHAP", "document": "GEN"}
    persons = {"author": "AU", "editor": "ED"}
    fields = {"title": "TI", "container-title": "T2", "volume": "VL", "issue": "IS", "publisher": "PB",
              "publisher-place": "CY", "edition": "ET", "DOI": "DO", "PMID": "AN", "URL": "UR"}  # fmt: skip
    yield f"TY  - {names[item['type']]}"
    for role, tag in persons.items():
        for person in item.get(role, []):
            parts = (person.get("non-dropping-particle", ""), person.get("family", ""))
            given = ", ".join(person[part] for part in ("given", "suffix") if part in person)
            family = " ".join(filter(None, parts))
            yield f"{tag}  - {person.get('literal', f'{family}, {given}')}"
    yield f"PY  - {item['issued']['date-parts'][0][0]}"
    yield from (f"{tag}  - {item[name]}" for name, tag in fields.items() if name in item)
    first, *last = item.get("page", "").split("-")
    yield from [f"SP  - {first}", *(f"EP  - {page}" for page in last)] if first else []
    yield from ["DB  - PubMed", "ER  - ", ""]


@pytest.mark.parametrize("name", ["references.bib", "guide_references.bib"])
def test_our_references_come_back_from_ris(take, name):
    ours = read_bibliography(RAW / name).entries.values()
    outcome = take("ris", "\n".join(line for entry in ours for line in ris_of(entry.csl)))
    # Where a DOI leads to the work its address is not kept.
    expected = [
        {
            field: value
            for field, value in entry.csl.items()
            if field != "id" and (field != "URL" or "DOI" not in entry.csl)
        }
        for entry in ours
    ]
    assert list(outcome.items.values()) == expected


NOISE = st.one_of(
    st.sampled_from(["AU  - Doe, J.", "AU  - Doe, J., K., L., M.", "T2  - J", "PY  - 2001", "", "SP  - 1", "DO  - x"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    st.builds("{}  - {}".format, st.sampled_from(["A1", "AB", "VL", "UR", "AN", "XX"]), st.text(max_size=20)),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.lists(NOISE, max_size=8), st.booleans()), min_size=1, max_size=5))
def test_every_record_is_taken_or_named(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("ris")
    lines = []
    for place, (noise, ended) in enumerate(records):
        lines += ["TY  - JOUR", *noise, f"TI  - Title {place}", *(["ER  - "] if ended else [])]
    text = "\n".join(lines).replace("\0", "")
    (folder / "a.ris").write_text(text, encoding="utf-8", errors="replace", newline="")
    imported = read_ris(folder / "a.ris")
    (folder / "r.bib").write_text(imported.bibliography, encoding="utf-8")
    library = read_bibliography(folder / "r.bib")
    assert library.breaches == []
    told = [*(entry.csl["title"] for entry in library.entries.values()), *(left.what for left in imported.left)]
    assert all(f"Title {place}" in told for place in range(len(records)))


def test_publisher_and_number_of_an_article_stand_under_the_tags_of_web_of_science(take):
    lines = ("PU  - ELSEVIER", "AR  - 1234", "PM  - 23456789", "AN  - WOS:000288888800003")
    (item,) = take("ris", record(*lines)).items.values()
    assert (item["publisher"], item["page"], item["PMID"]) == ("ELSEVIER", "1234", "23456789")
