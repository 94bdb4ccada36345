import pytest

from ipt_evidence.reporting.kept import Kept, read_kept


def made(kept, *made_from, kind="page", text="new"):
    return kept.get(kind, made_from, lambda: text)


def test_what_is_kept_is_not_made_again(tmp_path):
    first = read_kept(tmp_path / "kept.txt", "code")
    assert made(first, "a", text={"z": "1", "a": "é"}) == {"z": "1", "a": "é"}
    first.write(tmp_path / "kept.txt")
    second = read_kept(tmp_path / "kept.txt", "code")
    assert list(made(second, "a").items()) == [("z", "1"), ("a", "é")]


@pytest.mark.parametrize(
    "change",
    [{"code": "b"}, {"kind": "reference"}, {"words": ("a", "c")}, {"words": ("a",)}, {"words": ("ab",)}],
    ids=str,
)
def test_another_maker_kind_or_content_is_made_anew(tmp_path, change):
    before = read_kept(tmp_path / "kept.txt", "a")
    made(before, "a", "b", text="old")
    before.write(tmp_path / "kept.txt")
    now = read_kept(tmp_path / "kept.txt", change.get("code", "a"))
    assert made(now, *change.get("words", ("a", "b")), kind=change.get("kind", "page")) == "new"


def test_of_several_texts_those_that_are_new_are_made_together():
    before = Kept()
    assert before.get_each("page", ["a", "b", "a"], lambda texts: [text.upper() for text in texts]) == {
        "a": "A",
        "b": "B",
    }
    now, asked = Kept(before.used), []
    found = now.get_each("page", ["a", "c", "d"], lambda texts: asked.append(texts) or map(str.upper, texts))
    assert (found, asked) == ({"a": "A", "c": "C", "d": "D"}, [["c", "d"]])
    assert now.get_each("page", ["d"], lambda texts: None) == {"d": "D"}


def test_what_is_no_longer_asked_for_is_kept_no_longer():
    before = Kept()
    made(before, "a")
    now = Kept(before.used)
    made(now, "b")
    assert len(now.used) == 1
    assert not now.used.keys() & before.used.keys()


def test_a_broken_file_keeps_nothing(tmp_path):
    (tmp_path / "kept.txt").write_text('{"half', encoding="utf-8")
    assert made(read_kept(tmp_path / "kept.txt", "a"), "a") == "new"


@pytest.mark.parametrize(
    "spoil",
    [lambda text: text[:-3], lambda text: text[:-9] + "A" * 9, lambda text: "ü", str.lower],
    ids=["cut", "overwritten", "no base64", "other letters"],
)
def test_what_is_damaged_is_made_anew(tmp_path, spoil):
    first = Kept()
    made(first, "a", text="old")
    digest, packed = next(iter(first.used.items()))
    before = {digest: spoil(packed)}
    assert made(Kept(before), "a", text="new") == "new"
    now = Kept(before)
    held = now.hold("page", ["a"], lambda: "new")
    assert (held(), held()) == ("new", "new")
    assert made(Kept(now.used), "a", text="newer") == "new"
    first = Kept()
    first.get_each("page", ["a", "b"], lambda texts: ["old"] * len(texts))
    before = dict(
        zip(first.used, [spoil(next(iter(first.used.values()))), *list(first.used.values())[1:]], strict=True)
    )
    assert Kept(before).get_each("page", ["a", "b"], lambda texts: ["new"] * len(texts)) == {"a": "new", "b": "old"}
