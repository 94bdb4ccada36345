"""Nothing read is dropped without a line: every field a format knows, one at a time, in the reference or the report."""

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange import READERS

FIELDS = {
    kind: names.split()
    for kind, names in yaml.safe_load(Path(__file__).with_name("fields.yaml").read_text(encoding="utf-8")).items()
}

MARK = "Zqmark"
"""What the field under test holds: letters that stand nowhere else."""


def as_csl(field, value):
    item = {
        "id": "a", "type": "article-journal", "title": "T", "container-title": "J", "issued": {"date-parts": [[2001]]},
        "author": [{"family": "Doe", "given": "J."}],
    }  # fmt: skip
    if field in FIELDS["csl_names"]:
        value = [{"family": value, "given": "X."}]
    return json.dumps([item | {field: {"raw": value} if field in FIELDS["csl_dates"] else value}])


def as_ris(field, value):
    return f"TY  - JOUR\nAU  - Doe, J.\nTI  - T\nT2  - J\nPY  - 2001\n{field}  - {value}\nER  - \n"


def as_nbib(field, value):
    return f"PMID- 1\nFAU - Doe, J.\nTI  - T\nJT  - J\nDP  - 2001\n{field:<4}- {value}\n"


def as_bibtex(field, value):
    fields = {"author": "Doe, J.", "title": "T", "journal": "J", "year": "2001"} | {field: value}
    return "@article{a, " + ", ".join(f"{name} = {{{text}}}" for name, text in fields.items()) + "}"


def nested(path, value):
    tags = path.split("/")
    return "".join(f"<{tag}>" for tag in tags) + value + "".join(f"</{tag}>" for tag in reversed(tags))


def as_pubmed(path, value):
    base = ("AuthorList/Author/LastName", "Doe"), ("ArticleTitle", "T"), ("Journal/Title", "J")
    article = "".join(nested(f"MedlineCitation/Article/{way}", text) for way, text in base)
    year = nested("MedlineCitation/Article/Journal/JournalIssue/PubDate/Year", "2001")
    return f"<PubmedArticle>{article}{year}{nested(path, value)}</PubmedArticle>"


def as_endnote(path, value):
    base = ("contributors/authors/author", "Doe, J."), ("titles/title", "T"), ("titles/secondary-title", "J")
    record = "".join(nested(way, text) for way, text in (*base, ("dates/year", "2001")))
    kind = '<ref-type name="Journal Article">17</ref-type>'
    return f"<xml><records><record>{kind}{record}{nested(path, value)}</record></records></xml>"


def as_crossref(field, value):
    work = {
        "type": "journal-article", "title": ["T"], "container-title": ["J"], "issued": {"date-parts": [[2001]]},
        "author": [{"family": "Doe", "given": "J."}],
    }  # fmt: skip
    return json.dumps({"message": work | {field: [{"family": value, "name": value}] if field == "author" else [value]}})


def as_openalex(field, value):
    work = {
        "type": "article", "title": "T", "publication_year": 2001,
        "authorships": [{"author": {"display_name": "J Doe"}}],
        "primary_location": {"source": {"display_name": "J"}},
    }  # fmt: skip
    return json.dumps(work | {field: value})


WRITERS = {
    "csl": as_csl,
    "ris": as_ris,
    "nbib": as_nbib,
    "bibtex": as_bibtex,
    "pubmed": as_pubmed,
    "endnote": as_endnote,
    "crossref": as_crossref,
    "openalex": as_openalex,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_every_field_is_in_the_reference_or_in_the_report(tmp_path, kind):
    fields = [*FIELDS[kind], *(FIELDS["csl_names"] + FIELDS["csl_dates"] if kind == "csl" else [])]
    texts = {field: WRITERS[kind](field, MARK) for field in fields}
    assert [field for field in fields if not _is_told(tmp_path / "file", kind, texts[field], field)] == []


def _is_told(path, kind, text, field):
    path.write_text(text, encoding="utf-8")
    imported = READERS[kind](path)
    if not imported.citekeys:
        return bool(imported.left)
    report = " ".join(f"{item.what} {item.reason}" for item in (*imported.left, *imported.todo))
    if MARK.lower() in f"{imported.bibliography} {report}".lower():
        return True
    # A branch of a nested format is named once, by where it begins.
    names = {*field.split("/")}
    return any(names & {*re.split(r"[/ ,]", item.what)} for item in imported.left)


SMALL = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["", "One", "A <i>trial</i>", "Two & three", "Über"]),
        "family": st.sampled_from(["", "Doe", "LEE", "de Mello", "García Núñez"]),
        "given": st.sampled_from(["J.", "EM", "IV", "Ana Luisa"]),
        "year": st.sampled_from(["", "2001", "in press"]),
    }
)


def many(kind, records):
    """Write records in a format, each as the one above with these values, whichever are empty."""
    texts = [_one(kind, **record) for record in records]
    if kind in ("csl", "crossref", "openalex"):
        return "[" + ",\n".join(texts) + "]"
    if kind in ("pubmed", "endnote"):
        inside = "\n".join(texts)
        return f"<PubmedArticleSet>{inside}</PubmedArticleSet>" if kind == "pubmed" else _records(inside)
    return "\n".join(texts)


def _records(inside):
    return f"<xml><records>{inside}</records></xml>"


def _one(kind, title, family, given, year):
    escaped = title.replace("&", "&amp;").replace("<", "&lt;")
    if kind == "csl":
        item = {"type": "article-journal", "title": title, "container-title": "J", "issued": {"raw": year}}
        return json.dumps(item | {"author": [{"family": family, "given": given}]})
    if kind == "crossref":
        work = {"DOI": "10.1000/x", "type": "journal-article", "title": [title], "container-title": ["J"]}
        date = {"date-parts": [[int(year) if year.isdigit() else None]]}
        return json.dumps({"message": work | {"issued": date, "author": [{"family": family, "given": given}]}})
    if kind == "openalex":
        work = {"type": "article", "title": title, "publication_year": year, "authorships": []}
        return json.dumps(work | {"primary_location": {"source": {"display_name": "J"}}})
    if kind == "pubmed":
        ways = {
            "ArticleTitle": escaped, "Journal/Title": "J", "Journal/JournalIssue/PubDate/MedlineDate": year,
            "AuthorList/Author/LastName": family,
        }  # fmt: skip
        return nested("PubmedArticle/MedlineCitation/Article", "".join(nested(*way) for way in ways.items()))
    if kind == "endnote":
        ways = {"titles/title": escaped, "titles/secondary-title": "J", "dates/year": year}
        author = nested("contributors/authors/author", f"{family}, {given}")
        return nested("record", '<ref-type name="Journal Article">17</ref-type>' + author + "".join(
            nested(*way) for way in ways.items()
        ))  # fmt: skip
    if kind == "ris":
        return f"TY  - JOUR\nAU  - {family}, {given}\nTI  - {title}\nT2  - J\nPY  - {year}\nER  - \n"
    if kind == "nbib":
        return f"PMID- 1\nFAU - {family}, {given}\nTI  - {title}\nJT  - J\nDP  - {year}\n"
    return f"@article{{a, author={{{family}, {given}}}, title={{{title}}}, journal={{J}}, year={{{year}}}}}"


@pytest.mark.parametrize("kind", WRITERS)
@settings(deadline=None, max_examples=25)
@given(records=st.lists(SMALL, min_size=1, max_size=6))
def test_every_record_is_taken_or_left(tmp_path_factory, kind, records):
    path = tmp_path_factory.mktemp(kind) / "file"
    path.write_text(many(kind, records), encoding="utf-8")
    imported = READERS[kind](path)
    whole = [item for item in imported.left if re.search(r"must be filled|cannot be read|looks like", item.reason)]
    assert len(imported.citekeys) + len(whole) == len(records)
    assert len(set(imported.citekeys)) == len(imported.citekeys)
