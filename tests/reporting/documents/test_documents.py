"""Documents are read back from their bytes: real tables, numbers of our tables, words for every picture, same bytes."""

import re
from dataclasses import replace
from math import exp
from pathlib import Path

import pytest

from ipt_evidence.appraisal.summary import COMPARED
from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.documents import publish
from ipt_evidence.reporting.documents.pictures import picture_of
from ipt_evidence.reporting.documents.typeset import Head, Typesetter
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.words.labels import PHASES

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "workflow" / "templates"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FIGURE = re.compile(r"(?<![\w.])[−-]?\d[\d,]*(?:\.\d+)?")
HEAD = Head(title="T", subtitle="", author="A", date="D", made=1_700_000_000)


@pytest.fixture(scope="session")
def whole(documents, read_docx):
    return read_docx(documents["whole-review.docx"])


def test_the_whole_review_and_every_condition_are_there_twice(documents, review):
    names = ["whole-review", *review.questions["condition"].unique()]
    assert sorted(documents) == sorted(f"{name}.{form}" for name in names for form in ("docx", "pdf"))
    assert {content[:4] for name, content in documents.items() if name.endswith("docx")} == {b"PK\3\4"}
    assert {content[:4] for name, content in documents.items() if name.endswith("pdf")} == {b"%PDF"}


def test_another_run_makes_the_same_bytes(one_document, review):
    condition = review.questions["condition"].iloc[0]
    # The second review was read by nobody before, so that nothing is at hand from the first.
    assert one_document(review, condition) == one_document(replace(review, settings=dict(review.settings)), condition)


def test_a_pdf_says_that_it_meets_pdf_ua_and_holds_tags_title_and_language(documents):
    for name, content in documents.items():
        if name.endswith(".pdf"):
            assert b"<pdfuaid:part>1</pdfuaid:part>" in content, name
            assert b"<pdfaid:part>2</pdfaid:part>" in content, name
            assert b"/MarkInfo" in content, name
            assert b"/Lang (en-GB)" in content or b"/Lang(en-GB)" in content, name


def test_a_picture_without_words_makes_no_pdf():
    setter = Typesetter(TEMPLATES / "documents")
    picture = picture_of("p", Canvas(10, 10).svg(title="t", description="d", name="p"))
    blocks = setter.read('<figure><img src="p" alt="t"><figcaption>c</figcaption></figure>')
    assert setter.pdf(HEAD, blocks, {"p": picture}).startswith(b"%PDF")
    silent = [{"t": "RawBlock", "c": ["typst", '#image("p.svg")']}]
    with pytest.raises(EvidenceError, match=r"(?s)^T: no PDF by a-2a and ua-1: .*missing alt text"):
        setter.pdf(HEAD, silent, {"p": picture})


def test_title_date_and_how_to_cite_stand_first(whole, review):
    settings = review.settings["review"]
    assert whole.styled("Title") == [settings["title"]]
    assert whole.styled("Author") == [settings["authors"]]
    assert whole.styled("Date") == [f"Tables last checked {settings['last_review']}"]
    told = " ".join(whole.styled("BodyText"))
    assert "commit 0123456789ab." in told
    assert settings["rights"] in told


def test_it_points_to_no_part_of_a_page(whole):
    told = " ".join([*whole.styled("BodyText"), *whole.styled("FirstParagraph")])
    assert "All are in the findings by condition." in told
    assert "overview below" not in told


def test_every_part_is_there_and_no_condition_is_missing(whole, review):
    parts = ["In plain words", "Answers in short", "Findings by condition", "Trials", "Flow of reports", "Methods",
             "Limitations", "Where the figures are", "References"]  # fmt: skip
    assert whole.styled("Heading1") == parts
    labels = review.labels.conditions
    asked = set(review.questions["condition"])
    assert whole.styled("Heading2") == [labels[one] for one, _ in review.vocabulary.in_order() if one in asked]


def test_the_document_on_a_condition_holds_its_own_comparisons(documents, read_docx, review):
    condition = review.questions["condition"].iloc[0]
    compared = {one.comparison for one in review.answers.values() if one.condition == condition}
    assert set(read_docx(documents[f"{condition}.docx"]).styled("Heading2")) == compared


def test_every_figure_has_a_caption_and_words_that_are_read_out(whole, review):
    plots = [one for one in review.answers.values() if one.primary and one.k]
    captions = whole.styled("ImageCaption")
    assert len(captions) == len(whole.told) == len(plots) + 1
    assert [caption.split(" ")[0] for caption in captions] == [
        f"Figure\N{NO-BREAK SPACE}{n + 1}." for n in range(len(captions))
    ]
    for one in plots:
        assert any(told.startswith(f"Forest plot: {one.asked}. ") and one.rated.written in told for told in whole.told)
    assert any(told.startswith("Flow of reports and trials. Records identified") for told in whole.told)


def test_tables_are_tables_with_heads_that_come_again_on_every_page(whole):
    captions = [caption.split(" ")[0] for caption in whole.tables]
    assert captions == [f"Table\N{NO-BREAK SPACE}{n + 1}." for n in range(len(captions))]
    for table in whole.body.iter(f"{W}tbl"):
        rows = list(table.iter(f"{W}tr"))
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert sum(int(one.attrib[f"{W}w"]) for one in table.find(f"{W}tblGrid")) > 0


def printed(words):
    """Return the figures in words with half of their last place; the coverage of an interval is no figure."""
    plain = re.sub(r"\d+% (CI|CrI|widened CI)", "", words)
    texts = [text.replace("−", "-").replace(",", "") for text in FIGURE.findall(plain)]
    return [(float(text), 0.5 * 10.0 ** -len(text.partition(".")[2])) for text in texts]


def hold(words, *values):
    """Hold the first figures in words to values of the tables."""
    found = printed(words)[: len(values)]
    assert len(found) == len(values), words
    for (figure, half), value in zip(found, values, strict=True):
        assert figure == pytest.approx(value, abs=half * 1.000001), (words, values)


def test_every_number_of_a_summary_is_in_summary_of_findings(documents, read_docx, review):
    seen, numbered = 0, 0
    for (condition, *_, phase), rows in review.tables["summary_of_findings"].groupby(list(COMPARED)):
        answers = [review.answers[question] for question in rows["question_id"]]
        if not any(one.k for one in answers):
            continue
        tables = read_docx(documents[f"{condition}.docx"]).tables
        compared = ", ".join(filter(None, (answers[0].comparison, PHASES[phase])))
        (table,) = (rows for name, rows in tables.items() if f"Summary of findings: {compared}." in name)
        for cells, row, one in zip(table[1:], rows.to_dict("records"), answers, strict=True):
            assert cells[0] == one.aspect
            if one.k == 0:
                assert len(cells) == 2
                continue
            seen += 1
            hold(cells[1], row["n_participants"])
            assert f"{row['k']} trials" in cells[1] or (row["k"] == 1 and "single trial" in cells[1])
            effect = [row[name] for name in ("estimate", "ci_low", "ci_high")]
            hold(cells[5].replace("g = ", ""), *(map(exp, effect) if row["measure"].startswith("log") else effect))
            assert row["certainty"].replace("_", " ") in cells[6]
            assert cells[7] == row["sentence"]
            if printed(cells[3]):
                numbered += 1
                hold(cells[2], 1000 * row["control_risk"])
                hold(cells[3], *(1000 * row[name] for name in ("with_intervention", "with_low", "with_high")))
                hold(cells[4], abs(row["benefit_per_1000"]))
    assert seen > 15
    assert numbered > 5


def test_a_wrong_number_is_found():
    hold("g = 0.52 (95% CI 0.14 to 0.91)".replace("g = ", ""), 0.5249, 0.1351, 0.91)
    with pytest.raises(AssertionError):
        hold("0.52", 0.5251)


def test_references_are_those_of_the_trials_and_each_is_led_to(whole, review):
    keys = set(review.tables["trials"]["citekey"])
    anchors = {one.attrib[f"{W}name"] for one in whole.body.iter(f"{W}bookmarkStart")}
    assert {f"ref-{key}" for key in keys} <= anchors
    assert len(whole.styled("Bibliography")) == len(keys)
    led = {one.attrib[f"{W}anchor"] for one in whole.body.iter(f"{W}hyperlink") if f"{W}anchor" in one.attrib}
    assert led <= anchors


def test_sections_turn_where_tables_are_wide_and_all_have_the_page_number(whole):
    sections = list(whole.body.iter(f"{W}sectPr"))
    turned = [one.find(f"{W}pgSz").attrib.get(f"{W}orient") == "landscape" for one in sections]
    assert turned[0] is turned[-1] is False
    assert any(turned)
    relations = whole.archive.read("word/_rels/document.xml.rels").decode()
    for one in sections:
        target = re.search(f'Id="{one.find(f"{W}footerReference").attrib[RELATION]}" Target="([^"]+)"', relations)
        assert target
        assert b" PAGE " in whole.archive.read(f"word/{target[1]}")


def test_nothing_of_another_review_is_said(documents, read_docx):
    for name, content in documents.items():
        if name.endswith(".docx"):
            document = read_docx(content)
            assert not re.search(r"\bIPT\b|[Ii]nterpersonal", document.text(document.body)), name
            assert not [told for told in document.told if "IPT" in told]


HOSTILE = (
    "#let x = 1 $a$ `b` [@x] <script>alert(1)</script> *c* _d_ @e // f /* g */ "
    '"h" \\i ]] #read("/etc/passwd") {{ j }} <w:tr>'
)


def test_markup_in_a_title_stays_text(review, one_document, read_docx):
    named = review.vocabulary.conditions
    condition = review.questions["condition"].iloc[0]
    is_it = named["condition"].eq(condition)
    vocabulary = replace(review.vocabulary, conditions=named.assign(label=named["label"].mask(is_it, HOSTILE)))
    settings = {**review.settings, "review": {**review.settings["review"], "title": HOSTILE, "authors": HOSTILE}}
    trials = review.tables["trials"].assign(notes=HOSTILE, label=HOSTILE)
    hostile = replace(review, vocabulary=vocabulary, settings=settings, tables={**review.tables, "trials": trials})
    docx, pdf = one_document(hostile, condition)
    document = read_docx(docx)
    assert pdf.startswith(b"%PDF")
    assert document.styled("Title") == [HOSTILE]
    assert document.styled("Subtitle") == [HOSTILE]
    assert document.styled("Author") == [HOSTILE]
    (trials,) = (table for caption, table in document.tables.items() if "in our tables, by name" in caption)
    assert {row[-1] for row in trials[1:]} == {HOSTILE}
    assert {row[0] for row in trials[1:]} == {HOSTILE}
    assert any(HOSTILE in told for told in document.told)


def test_typst_reads_no_markup_in_text(tmp_path):
    setter = Typesetter(TEMPLATES / "documents")
    blocks = setter.read("<p>" + HOSTILE.replace("&", "&amp;").replace("<", "&lt;") + "</p>")
    (paragraph,) = blocks
    assert {part["t"] for part in paragraph["c"]} == {"Str", "Space"}
    assert setter.pdf(replace(HEAD, title=HOSTILE), blocks, {}).startswith(b"%PDF")


def test_a_warning_of_pandoc_is_an_error():
    setter = Typesetter(TEMPLATES / "documents")
    with pytest.raises(EvidenceError, match="Duplicate identifier 'a'"):
        setter.read('<h1 id="a">One</h1><h1 id="a">Two</h1>')


def test_publishing_leaves_what_is_the_same_and_removes_what_is_asked_no_longer(tmp_path):
    publish({"a.docx": b"1", "b.pdf": b"2"}, tmp_path)
    (tmp_path / "note.txt").write_text("kept", encoding="utf-8")
    before = (tmp_path / "a.docx").stat().st_mtime_ns
    publish({"a.docx": b"1"}, tmp_path)
    assert (tmp_path / "a.docx").stat().st_mtime_ns == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.docx", "note.txt"]
