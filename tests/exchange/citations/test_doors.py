"""What all doors for references have in common, each tried with its own sample."""

import json
from pathlib import Path

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange import READERS
from ipt_evidence.exchange.kinds import kind_of, other_program
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.references import read_bibliography
from ipt_evidence.files import write_json

SAMPLES = Path(__file__).parents[1] / "samples" / "references"
RAW = Path(__file__).parents[3] / "data" / "raw"
FILES = {
    "csl": "csl.json",
    "pubmed": "pubmed.xml",
    "endnote": "endnote.xml",
    "crossref": "crossref.json",
    "openalex": "openalex.json",
}

LINDE = {"type": "article-journal", "volume": "57", "issue": "5", "DOI": "10.1000/made.up"}
NAMES = {
    "csl": ["Linde", "Vries", "König", "Made-up Trial Group"],
    "pubmed": ["Linde", "König", "Sukarno", "Made-up Trial Group"],
    "endnote": ["Linde", "García-Invento", "Made-up Trial Group"],
    "crossref": ["Linde", "Doe", "Made-up Trial Group"],
    "openalex": ["Linde", "Mello", "Made-up Trial Group"],
}
KEYS = {
    "csl": ["linde2000", "roe2011", "worldhealthorganization2019"],
    "pubmed": ["linde2000", "editor2003", "roe2011"],
    "endnote": ["linde2000", "roe2011", "doe1999"],
    "crossref": ["linde2000", "editor2003", "linde1999"],
    "openalex": ["linde2000", "roe2001"],
}


@pytest.fixture
def sample(take):
    return lambda kind: take(kind, (SAMPLES / FILES[kind]).read_bytes())


def families(item):
    return [person.get("family") or person["literal"] for person in item["author"]]


@pytest.mark.parametrize("kind", FILES)
def test_the_sample_of_each_kind_is_taken(sample, kind):
    outcome = sample(kind)
    assert list(outcome.entries) == KEYS[kind]
    linde = outcome.items["linde2000"]
    assert linde.items() >= LINDE.items()
    assert linde["issued"] == {"date-parts": [[2000]]}
    assert families(linde) == NAMES[kind]


def test_what_is_raised_or_lowered_stays_so(sample):
    titles = {kind: sample(kind).items["linde2000"]["title"] for kind in ("csl", "pubmed", "endnote", "crossref")}
    assert titles == {
        "csl": "Interpersonal psychotherapy and CO₂",
        "pubmed": "Interpersonal psychotherapy and CO₂: a post hoc look at 10³ people, p < .05",
        "endnote": "Interpersonal psychotherapy and CO₂: a post hoc look, p < .05",
        "crossref": "Interpersonal psychotherapy & post hoc looks",
    }


@pytest.mark.parametrize("kind", FILES)
def test_the_kind_is_told_by_the_content(kind, tmp_path):
    path = tmp_path / "no-suffix"
    path.write_bytes((SAMPLES / FILES[kind]).read_bytes())
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"type": "article-journal", "title": "T", "DOI": "10.1000/x"}', "csl"),
        ('{"references": [{"type": "book", "title": "T", "author": []}]}', "csl"),
        ('{"message": {"DOI": "10.1000/x", "title": ["T"]}}', "crossref"),
        ('{"indexed": {}, "type": "article-journal", "title": "T"}', "crossref"),
        ('{"DOI": "10.1000/x", "title": ["T"]}\n{"DOI": "10.1000/y", "title": ["U"]}\n', "crossref"),
        ('{"results": [{"id": "https://openalex.org/W1"}]}', "openalex"),
        ("<PubmedArticle><MedlineCitation/></PubmedArticle>", "pubmed"),
        ("<?xml version='1.0'?>\n<records>\n <record><ref-type/></record></records>", "endnote"),
        ("@article{Doe et al. 2001, title={T}}", "bibtex"),
    ],
)
def test_shorter_forms_are_known(tmp_path, text, kind):
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<?xml version="1.0"?><article><front/></article>', "XML of another kind"),
        ("<!DOCTYPE html><html></html>", "a web page"),
        ('[{"itemType": "journalArticle"}]', "Zotero's own JSON"),
        ("%0 Journal Article\n%T A trial\n", "EndNote's tagged form (.enw)"),
        ('{"message": [{"type": "parameter"}]}', "JSON"),
    ],
)
def test_other_files_are_named(tmp_path, text, name):
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    found = other_program(path)
    assert kind_of(path) is None
    assert found is not None
    assert found[0] == name


@pytest.mark.parametrize(("kind", "form"), [("csl", "csljson"), ("endnote", "endnotexml")])
def test_pandoc_reads_what_we_read(sample, kind, form):
    """Pandoc, which has a reader of its own for both, finds the same people, years, titles and numbers."""
    theirs = json.loads(pypandoc.convert_file(str(SAMPLES / FILES[kind]), "csljson", format=form))
    ours = list(sample(kind).items.values())
    assert len(theirs) >= len(ours)
    for item, other in zip(ours, theirs, strict=False):
        assert families(item) == families(other)
        assert item["issued"]["date-parts"][0][0] == int(other["issued"]["date-parts"][0][0])
        assert plainly(item["title"]) == plainly(other["title"])
        for variable in {"volume", "publisher", "container-title"} & item.keys() & other.keys():
            assert item[variable] == other[variable]


def plainly(title):
    return title.translate(str.maketrans("₂³", "23")).replace("<sub>2</sub>", "2")


@pytest.mark.parametrize("name", ["references.bib", "guide_references.bib"])
def test_the_references_we_export_come_back(take, tmp_path, name):
    """Our CSL-JSON holds an entry without the fields of our own."""
    ours = read_bibliography(RAW / name).entries
    write_json([entry.csl for entry in ours.values()], tmp_path / "references.json")
    outcome = take("csl", (tmp_path / "references.json").read_bytes())
    assert {key: entry.csl for key, entry in outcome.entries.items()} == {key: each.csl for key, each in ours.items()}
    assert (outcome.left, outcome.todo) == ([], [])


def test_references_come_back_from_another_program(take):
    """What pandoc makes of our bibliography gives the same people and places again."""
    ours = read_bibliography(RAW / "references.bib").entries
    made = pypandoc.convert_file(str(RAW / "references.bib"), "csljson", format="bibtex")
    theirs = take("csl", made).entries
    assert theirs.keys() == ours.keys()
    same = ("container-title", "volume", "issue", "DOI", "issued")
    assert [[straight(entry.csl.get(name)) for name in same] for entry in theirs.values()] == [
        [straight(entry.csl.get(name)) for name in same] for entry in ours.values()
    ]
    assert [[*map(straight, families(entry.csl))] for entry in theirs.values()] == [
        [*map(straight, families(entry.csl))] for entry in ours.values()
    ]


def straight(value):
    """Pandoc sets apostrophes as printers do."""
    return value.replace("’", "'") if isinstance(value, str) else value


XML = {
    "pubmed": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&{name};"
    "</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    "endnote": "<xml><records><record><titles><title>&{name};</title></titles></record></records></xml>",
}
DECLARED = "the file declares the entity '{}', which is not read: it could pull in other files, or grow"


@pytest.mark.parametrize("kind", XML)
@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("lol", '<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">'),
        ("file", '<!ENTITY file SYSTEM "file:///etc/hostname">'),
        ("net", '<!ENTITY net PUBLIC "-//X" "http://example.org/x">'),
        ("remote", '<!ENTITY % remote SYSTEM "http://example.org/x.dtd"> %remote;'),
    ],
)
def test_entities_of_a_file_are_refused_by_name(tmp_path, kind, name, declared):
    path = tmp_path / "hostile.xml"
    path.write_text(f"<?xml version='1.0'?><!DOCTYPE x [{declared}]>{XML[kind].format(name=name)}", encoding="utf-8")
    with pytest.raises(ExtractionError) as problem:
        READERS[kind](path)
    assert DECLARED.format(name) in str(problem.value)


@pytest.mark.parametrize("kind", XML)
def test_signs_of_html_are_read_and_others_refused(tmp_path, kind):
    path = tmp_path / "a.xml"
    head = "<?xml version='1.0'?><!DOCTYPE x PUBLIC '-//NLM' 'http://example.org/never-fetched.dtd'>"
    path.write_text(head + XML[kind].format(name="beta"), encoding="utf-8")
    assert "β" in str(READERS[kind](path).left)
    path.write_text(head + XML[kind].format(name="nothing"), encoding="utf-8")
    with pytest.raises(ExtractionError, match="uses the entity 'nothing', which nothing in it defines"):
        READERS[kind](path)


@pytest.mark.parametrize("kind", ["csl", "crossref", "openalex"])
@pytest.mark.parametrize("text", ['[{"type": "book", "title": ', "[" * 5000 + "]" * 5000, '[{"type" "book"}]', "[1,]"])
def test_json_that_cannot_be_read_is_refused(tmp_path, kind, text):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExtractionError, match=r"no well-formed JSON|nested deeper"):
        READERS[kind](path)


def test_what_json_names_twice_is_taken_once_and_told(take):
    text = ONE["csl"].format("Doe").replace('"title": "T"', '"title": "T", "title": "U", "volume": NaN')
    outcome = take("csl", text)
    assert [item["title"] for item in outcome.items.values()] == ["T"]
    assert outcome.left == [(1, "title (again), 1 x", "the bibliography has no such field")]


@pytest.mark.parametrize(
    ("typed", "doi"),
    [
        ("10.1002/(SICI)1097-4571(199806)49:8<B::AID-ASI4>3.0.CO;2-O", None),
        (
            "10.1002/(SICI)1097(1998)49:8&lt;693::AID-ASI4&gt;3.0.CO;2-O",
            "10.1002/(SICI)1097(1998)49:8<693::AID-ASI4>3.0.CO;2-O",
        ),
    ],
)
def test_a_doi_with_angles_is_no_markup(take, typed, doi):
    (item,) = take("ris", ONE["ris"].format("Doe").replace("ER  -", f"DO  - {typed}\nER  -")).items.values()
    assert item["DOI"] == (doi or typed)


ONE = {
    "ris": "TY  - JOUR\nAU  - {}, N.\nTI  - T\nT2  - J\nPY  - 2001\nER  - \n",
    "nbib": "PMID- 1\nFAU - {}, N.\nTI  - T\nJT  - J\nDP  - 2001\n",
    "bibtex": "@article{{a, author={{{}, N.}}, title={{T}}, journal={{J}}, year=2001}}",
    "csl": '[{{"type": "article-journal", "title": "T", "container-title": "J", "issued": "2001", '
    '"author": [{{"family": "{}", "given": "N."}}]}}]',
    "crossref": '{{"message": {{"DOI": "10.1000/x", "type": "journal-article", "title": ["T"], "container-title": '
    '["J"], "issued": {{"date-parts": [[2001]]}}, "author": [{{"family": "{}", "given": "N."}}]}}}}',
    "openalex": '{{"id": "https://openalex.org/W1", "type": "article", "title": "T", "publication_year": 2001, '
    '"primary_location": {{"source": {{"display_name": "J"}}}}, '
    '"authorships": [{{"author": {{"display_name": "N. {}"}}}}]}}',
    "pubmed": "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue><PubDate><Year>2001</Year>"
    "</PubDate></JournalIssue><Title>J</Title></Journal><ArticleTitle>T</ArticleTitle><AuthorList><Author><LastName>{}"
    "</LastName><ForeName>N.</ForeName></Author></AuthorList></Article></MedlineCitation></PubmedArticle>",
    "endnote": "<xml><records><record><ref-type name='Journal Article'>17</ref-type><contributors><authors><author>"
    "{}, N.</author></authors></contributors><titles><title>T</title><secondary-title>J</secondary-title></titles>"
    "<dates><year>2001</year></dates></record></records></xml>",
}


@pytest.mark.parametrize("kind", ONE)
def test_letters_are_put_right_at_every_door(take, kind):
    outcome = take(kind, ONE[kind].format("RÃ¼sch"))
    assert [families(item) for item in outcome.items.values()] == [["Rüsch"]]
    assert any("RÃ¼sch" in what for _, what, _ in outcome.todo)


@pytest.mark.parametrize("kind", ONE)
@pytest.mark.parametrize("name", ["O’NEIL-SMITH", "LEE", "Ng"])
def test_names_in_capitals_are_names_at_every_door(take, kind, name):
    assert [families(item) for item in take(kind, ONE[kind].format(name)).items.values()] == [[name]]


@pytest.mark.parametrize("kind", [kind for kind in ONE if kind != "openalex"])
@pytest.mark.parametrize(("given", "read"), [("IV", "I. V."), ("EM", "E. M."), ("II", "I. I.")])
def test_initials_are_initials_at_every_door(take, kind, given, read):
    text = ONE[kind].format("Petrov").replace("N.", given)
    ((person,),) = [item["author"] for item in take(kind, text).items.values()]
    assert person == {"family": "Petrov", "given": read}


@pytest.mark.parametrize("kind", [kind for kind in ONE if kind != "openalex"])
@pytest.mark.parametrize(
    "given", ["III", "Jr", "Jr.", "2nd", "III, Jr", "M., III, Jr", "IV, Jr", "Ph.D., Jr", "Sr, MD"]
)
def test_no_suffix_costs_the_reference(take, kind, given):
    outcome = take(kind, ONE[kind].format("Soe").replace("N.", given))
    ((person,),) = [item["author"] for item in outcome.items.values()]
    name = " ".join(person.get(part, "") for part in ("family", "given", "suffix", "literal"))
    said = " ".join([name, *(f"{what} {reason}" for _, what, reason in (*outcome.left, *outcome.todo))])
    assert "Soe" in name
    assert all(part.strip(". ") in said.replace(". ", "") for part in given.split(","))


def test_what_cannot_be_told_apart_is_a_name_in_one_piece_and_asked_about(take):
    outcome = take("ris", ONE["ris"].format("Soe").replace("N.", "III"))
    assert [item["author"] for item in outcome.items.values()] == [[{"literal": "Soe III"}]]
    reason = "which part is which cannot be told: taken as a name in one piece; check it"
    assert (1, "author Soe III", reason) in outcome.todo
    outcome = take("ris", ONE["ris"].format("Ivanov").replace("N.", "IV, Jr"))
    assert [item["author"] for item in outcome.items.values()] == [
        [{"family": "Ivanov", "given": "I. V.", "suffix": "Jr"}]
    ]


PIECES = [
    *"aÄß漢{}\\$%&#_^~<>\"'`,;:.-() ",
    "and",
    "et al.",
    "Jr",
    "IV",
    "PhD",
    "\\'e",
    '{\\"o}',
    "&amp;",
    "<i>",
    "\u2028",
    "\u200b",
]


def with_name(kind, name):
    """Return a record with a name of any signs, written as its format asks for."""
    if kind in ("csl", "crossref", "openalex"):
        return ONE[kind].format(json.dumps(name)[1:-1])
    if kind in ("pubmed", "endnote"):
        return ONE[kind].format(name.replace("&", "&amp;").replace("<", "&lt;"))
    return ONE[kind].format(name)


@pytest.mark.parametrize("kind", ONE)
@settings(deadline=None, max_examples=60)
@given(name=st.lists(st.sampled_from(PIECES), min_size=1, max_size=10).map("".join))
def test_no_name_stops_a_door_or_the_reader_behind_it(tmp_path_factory, kind, name):
    folder = tmp_path_factory.mktemp(kind)
    (folder / "file").write_text(with_name(kind, name), encoding="utf-8")
    try:
        imported = READERS[kind](folder / "file")
    except ExtractionError:
        # A brace too many can leave no entry of BibTeX at all.
        assert kind == "bibtex"
        return
    assert imported.citekeys or imported.left
    (folder / "references.bib").write_text(imported.bibliography, encoding="utf-8")
    library = read_bibliography(folder / "references.bib")
    assert library.breaches == []
    assert list(library.entries) == imported.citekeys
