import pytest

from ipt_evidence.extraction.guides import EVIDENCE_PARTS, read_guides

GUIDE = """- guide_id: one
  kind: page
  audience: public
  readings: [plain]
  evidence_parts: [references]
  citation_style: apa
  notes: A note.
"""


def read(folder, text):
    path = folder / "guides.yaml"
    path.write_text(text, encoding="utf-8")
    guides, breaches = read_guides(path)
    return guides, [str(breach).replace(path.as_posix(), "guides.yaml") for breach in breaches]


def test_guides_are_found_by_their_id(tmp_path):
    guides, messages = read(tmp_path, GUIDE)
    assert (guides["one"]["evidence_parts"], messages) == (["references"], [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "guides.yaml:1: must be a list of guides. Start each guide with '- guide_id: ...'."),
        (
            "- guide_id: one: two\n",
            "guides.yaml:1: the file is not well-formed YAML (mapping values are not allowed here). "
            "Check the indentation, and quote text that holds a colon.",
        ),
    ],
)
def test_a_file_that_is_no_list_of_guides_gives_none(tmp_path, text, message):
    assert read(tmp_path, text) == (None, [message])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  notes: A note.\n",
            "",
            "guides.yaml:8: a guide must have exactly the fields guide_id, kind, audience, readings, "
            "evidence_parts, citation_style, notes, and may have questions. Add what is missing, remove what is not "
            "listed.",
        ),
        (
            "public",
            "everyone",
            "guides.yaml:8: guide_id=two: audience = 'everyone': must be one of professional, public. "
            "Correct the field.",
        ),
        (
            "[plain]",
            "[plain, plain]",
            "guides.yaml:8: guide_id=two: readings = '['plain', 'plain']': must be a list of one or more of plain, "
            "professional, each once. Correct the field.",
        ),
        (
            "  notes: A note.\n",
            "  notes: A note.\n  questions: [{asks: differs, condition: depression, text: How}]\n",
            "guides.yaml:8: guide_id=two: questions = '[{'asks': 'differs', 'condition': 'depression', 'text': 'How... "
            "(63 characters)': "
            "must be a list of questions, each with asks and what that kind of question must name, in printable text: "
            "how_long (condition, text); helps (condition, text); only (condition, text); differs (comparator, "
            "condition, text). Correct the field.",
        ),
        (
            "[references]",
            "[references, references]",
            "guides.yaml:8: guide_id=two: evidence_parts = '['references', 'references']': must be a list of words "
            f"out of {', '.join(EVIDENCE_PARTS)}, each once. Correct the field.",
        ),
        *(
            (
                "A note.",
                rf'"A note.{hidden}"',
                f"guides.yaml:8: guide_id=two: notes = 'A note.{said}': must be text of characters that print. "
                "Correct the field.",
            )
            for hidden, said in (
                (r"\a", r"\x07"),
                (r"\u202e", r"\u202e"),
                (r"\ud800", r"\ud800"),
                (r"\uffff", r"\uffff"),
            )
        ),
        *(
            (
                "two",
                name,
                f"guides.yaml:8: guide_id={said}: guide_id = '{said}': must be a slug: small ASCII letters, digits "
                "and _. Correct the field.",
            )
            for name, said in (("[two]", "['two']"), (".nan", "nan"), ("2", "2"), ("null", "None"))
        ),
        ("two", "one", "guides.yaml:8: guide_id=one: the guide is listed twice. Keep one of the two."),
    ],
)
def test_names_a_bad_guide_and_keeps_the_good_one(tmp_path, old, new, message):
    second = GUIDE.replace("one", "two").replace(old, new)
    guides, messages = read(tmp_path, GUIDE + second)
    assert (list(guides), messages) == (["one"], [message])


@pytest.mark.parametrize("text", [".nan", "1", "null", "[a]", '"a\\u202e"', "2026-01-01"])
def test_a_question_is_text_as_it_is_seen(tmp_path, text):
    asked = f"  questions: [{{asks: helps, condition: depression, text: {text}}}]\n"
    guides, (message,) = read(tmp_path, GUIDE + asked)
    assert guides == {}
    assert message.startswith("guides.yaml:1: guide_id=one: questions = ")
