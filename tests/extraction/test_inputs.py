import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.inputs import examine, sound

SPOILS = [
    "",
    "0",
    "-1",
    "1e999",
    "=cmd()",
    "<b>",
    "\x00",
    "\u202e",
    "٣",
    " 3",
    "{",
    '"',
    "a\nb",
    ",",
    "../up",
    "true",
    "x; y=z",
]


def test_every_file_is_listed_with_its_checksum(mini):
    inputs = sound(examine(mini.raw, mini.vocabulary, mini.questions, mini.rules, "ipt")).inputs
    assert set(inputs["file"]) == {path.as_posix() for path in mini.folder.rglob("*") if path.is_file()}
    row = inputs[inputs["file"].str.endswith("arms.csv")].iloc[0]
    assert row["sha256"] == hashlib.sha256((mini.raw / "arms.csv").read_bytes()).hexdigest()


def test_the_therapy_under_review_is_checked_with_the_tables(mini):
    with pytest.raises(ExtractionError) as caught:
        sound(examine(mini.raw, mini.vocabulary, mini.questions, mini.rules, "control"))
    classes = (mini.vocabulary / "treatment_classes.csv").as_posix()
    assert [str(breach) for breach in caught.value.breaches] == [
        "config/config.yaml: review.intervention = 'control': must be a class of "
        f"{classes} whose role is both. Correct it, or the role of the class: the words in use are ipt."
    ]


def test_the_plan_is_checked_with_the_tables(mini):
    mini.swap("questions.csv", "relapse,followup", "relaps,followup")
    mini.swap("raw/arms.csv", "individual", "single")
    assert [message.split(":")[0] for message in mini.problems()] == ["questions.csv", "raw/arms.csv"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_typed_anywhere_gives_data_or_a_clear_list(mini, data):
    path = data.draw(st.sampled_from(sorted(path for path in mini.folder.rglob("*") if path.is_file())))
    before = path.read_bytes()
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, min(len(before), start + 12)))
    path.write_bytes(before[:start] + data.draw(st.sampled_from(SPOILS)).encode() + before[end:])
    try:
        breaches = _breaches(mini)
    finally:
        path.write_bytes(before)
    assert all(breach.file and breach.rule and breach.remedy for breach in breaches)
    assert all(str(breach).isprintable() for breach in breaches)


def _breaches(base):
    try:
        sound(examine(base.raw, base.vocabulary, base.questions, base.rules, "ipt"))
    except ExtractionError as error:
        return error.breaches
    return ()
