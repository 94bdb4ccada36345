import pytest

from ipt_evidence.extraction.references import read_bibliography

GOOD = """@article{good2001,
  author = {Doe, J.},
  title = {{A trial}},
  journal = {Journal},
  year = {2001}
}
"""


@pytest.fixture
def read(tmp_path):
    def read(text, encoding="utf-8"):
        path = tmp_path / "r.bib"
        path.write_bytes(text.encode(encoding))
        library = read_bibliography(path)
        return list(library.entries), [str(breach).replace(path.as_posix(), "r.bib") for breach in library.breaches]

    return read


def test_every_entry_knows_its_line_and_who_uses_it(mini_folder):
    library = read_bibliography(mini_folder.raw / "references.bib")
    assert {key: (entry.line, entry.used_by) for key, entry in library.entries.items()} == {
        "alpha2001": (1, ("directory",)),
        "beta2002": (11, ()),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "@article{bad, title = {unclosed\n\n",
            "r.bib:1: bad: the entry that starts here is not well-formed BibTeX (Unexpected block start: `@article`. "
            "Was still looking for field-value closing `}`). "
            "Close every brace, and put a comma after the key and every field.",
            id="unclosed brace",
        ),
        pytest.param(
            GOOD,
            "r.bib:7: good2001: line 1 has the same citation key. Keep one entry, or rename one key.",
            id="duplicate key",
        ),
        pytest.param(
            "@misc{other, title = {a}, title = {b}, author = {Doe, J.}, year = 2001}\n",
            "r.bib:1: other: the entry has the field title twice. Keep one of them.",
            id="field twice",
        ),
        pytest.param(
            "@misc{, title = {a}, author = {Doe, J.}, year = 2001}\n",
            "r.bib:1: the entry that starts here has no citation key. "
            "Write the key and a comma behind the opening brace, such as agras2000.",
            id="no key",
        ),
        pytest.param(
            "@book{other, title = {a}, year = 2001, publisher = { {} }, author = {Doe, J.}}\n",
            "r.bib:1: other: publisher: must be filled in an entry of type book. Add the field.",
            id="empty field",
        ),
        pytest.param(
            "@incollection{other, title = {a}, author = {Doe, J.}, year = 2001, publisher = {P}}\n",
            "r.bib:1: other: booktitle: must be filled in an entry of type incollection. Add the field.",
            id="missing field",
        ),
        pytest.param(
            "@misc{other,\n title = {a},\n author = {Doe, J.},\n year = {in press}}\n",
            "r.bib:4: other: year = 'in press': must be a year of four digits, from 1800 to 2099. Correct the field.",
            id="no year",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe, J.}, year = 2001,\n doi = {https://doi.org/10.1000/x}}\n",
            "r.bib:2: other: doi = 'https://doi.org/10.1000/x': must be a DOI without a resolver, such as "
            "10.1001/jama.2014.1. Write 10.1000/x.",
            id="DOI as address",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe, J.}, year = 2001,\n doi = {doi:10.1000%2Fa\\_b.}}\n",
            "r.bib:2: other: doi = 'doi:10.1000%2Fa\\_b.': must be a DOI without a resolver, such as "
            "10.1001/jama.2014.1. Write 10.1000/a_b.",
            id="DOI in disguise",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe, J.}, year = 2201}\n",
            "r.bib:1: other: year = '2201': must be a year of four digits, from 1800 to 2099. Correct the field.",
            id="impossible year",
        ),
        pytest.param(
            "@misc{other,\n author = {Doe, J.}\n title = {a},\n year = 2001}\n",
            "r.bib:2: other: author: a comma is missing between the fields author and title. "
            "Put a comma after every field.",
            id="comma missing",
        ),
        pytest.param(
            "@misc{other, title = word, author = {Doe, J.}, year = 2001}\n",
            "r.bib:1: other: title = 'word': must stand in braces: words outside them are abbreviations, and these "
            "are not defined. Put the text in braces.",
            id="undefined abbreviation",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe, J., K., L., M.}, year = 2001}\n",
            "r.bib:1: other: author or editor: the name 'Doe, J., K., L., M.' cannot be read (too many commas). "
            "Write Family, Given and Family, Given; put the name of an organisation in braces.",
            id="commas between authors",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe JK and Poe, E.}, year = 2001}\n",
            "r.bib:1: other: author or editor: 'JK' looks like initials and would be printed as a family name. "
            "Write Family, Given and Family, Given; put the name of an organisation in braces.",
            id="initials behind the name",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe J, Roe A, Poe E}, year = 2001}\n",
            "r.bib:1: other: author or editor = 'Doe J, Roe A, Poe E': these are several people. "
            "Write Family, Given and Family, Given; put the name of an organisation in braces.",
            id="several people between commas",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe, J. and}, year = 2001}\n",
            "r.bib:1: other: author or editor = 'Doe, J. and': 'and' has a name on one side only. "
            "Write Family, Given and Family, Given; put the name of an organisation in braces.",
            id="and without a name",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {John Doe Jr.}, year = 2001}\n",
            "r.bib:1: other: author or editor: 'Jr.' would be printed as a family name. Write Family, Jr, Given.",
            id="suffix taken for the family name",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe, Jane F., III}, year = 2001}\n",
            "r.bib:1: other: author or editor: 'III' stands where the given name belongs, and would be printed as "
            "initials. Write Family, Jr, Given.",
            id="suffix last",
        ),
        pytest.param(
            "@misc{other, title = {a}, author = {Doe, Jane F. Jr.}, year = 2001}\n",
            "r.bib:1: other: author or editor: 'Jane F. Jr.' stands where the given name belongs, and would be printed "
            "as initials. Write Family, Jr, Given.",
            id="suffix behind the given name",
        ),
        pytest.param(
            "@webpage{other, title = {a}}\n",
            "r.bib:1: other: entry type = 'webpage': must be one of article, book, incollection, inproceedings, misc, "
            "phdthesis, techreport. Choose the nearest one.",
            id="unknown type",
        ),
        pytest.param(
            "article{other, title = {a}}\n",
            "r.bib:1: other: the text between two entries looks like an entry without its @. "
            "Put the @ before the entry type, or delete the text.",
            id="lost @",
        ),
    ],
)
def test_names_each_bad_entry_and_keeps_the_good_one(read, text, message):
    entries, messages = read(GOOD + text) if text == GOOD else read(text + GOOD)
    assert entries == ["good2001"]
    assert messages == [message]


def test_names_the_line_of_bytes_that_are_no_utf8(read):
    entries, messages = read(GOOD.replace("Doe", "Döe"), "cp1252")
    assert entries == ["good2001"]
    assert messages[0].startswith("r.bib:2: byte 0xf6 at position 14 is not UTF-8")


def test_says_nothing_on_the_terminal(read, capfd):
    read("@article{bad, title = {unclosed\n" + GOOD)
    assert capfd.readouterr() == ("", "")


def test_a_broken_entry_still_counts_as_named(tmp_path):
    path = tmp_path / "r.bib"
    path.write_text("@article{bad, title = {unclosed\n" + GOOD)
    assert read_bibliography(path).named == {"bad", "good2001"}


BROKEN = """@article{good2001,
  author = {Doe, J.}, title = {First}, journal = {Journal}, year = {2001}
}
@article{unclosed2002,
  author = {Poe, E.}, title = {{Never closed}, journal = {Journal}, year = {2002}
}
@article{,
  author = {Roe, R.}, title = {No key}, journal = {Journal}, year = {2003}
}
@article{
  author = {Roe, R.}, title = {No key at all}, journal = {Journal}, year = {2003}
}
@article{Good2001,
  author = {Doe, J.}, title = {Capital}, journal = {Journal}, year = {2001}
}
@article{good2001,
  author = {Doe, J.}, title = {Twice}, journal = {Journal}, year = {2001}
}
@article{comma2004,
  author = {Moe, M.} title = {No comma}, journal = {Journal}, year = {2004}
}
@article{bare2004
  author = {Moe, M.}, title = {No comma after the key}, journal = {Journal}, year = {2004}
}
article{lost2005,
  author = {Loe, L.}, title = {No at sign}, journal = {Journal}, year = {2005}
}
@article{letter2006,
  author = {D\xf6e, J.}, title = {Bytes of Windows}, journal = {Journal}, year = {2006}
}
@article{quote2007,
  author = "Poe, E., title = "Quote never closed", journal = "Journal", year = 2007
}
@article{good2008,
  author = {Doe, J.}, title = {Last}, journal = {Journal}, year = {2008}
}
"""


def test_of_a_file_with_every_fault_each_is_named_and_the_good_entries_stay(tmp_path):
    path = tmp_path / "r.bib"
    path.write_bytes(BROKEN.encode("latin-1"))
    library = read_bibliography(path)
    assert list(library.entries) == ["good2001", "letter2006", "good2008"]
    found = sorted((breach.line, breach.key, breach.rule.split(" (")[0]) for breach in library.breaches)
    malformed, no_key = (
        "the entry that starts here is not well-formed BibTeX",
        "the entry that starts here has no citation key",
    )
    assert found == [
        (4, "unclosed2002", malformed),
        (7, "", no_key),
        (10, "", no_key),
        (13, "Good2001", "line 1 has the same citation key but for capital letters"),
        (13, "Good2001", "the citation key must be a slug: small ASCII letters, digits and _"),
        (16, "good2001", "line 1 has the same citation key"),
        (20, "comma2004", "a comma is missing between the fields author and title"),
        (22, "bare2004", malformed),
        (25, "lost2005", "the text between two entries looks like an entry without its @"),
        (29, "", "byte 0xf6 at position 14 is not UTF-8, in ' author = {D\ufffde, J.}, tit'"),
        (31, "quote2007", malformed),
    ]


def test_a_field_is_not_taken_for_a_key(tmp_path):
    path = tmp_path / "r.bib"
    path.write_text("@article{\n  author = {Roe, R.}}\n@article{bare2004\n  author = {Moe, M.}}\n", encoding="utf-8")
    assert read_bibliography(path).named == {"bare2004"}


def test_links_between_reports_are_read(tmp_path):
    path = tmp_path / "r.bib"
    path.write_text(GOOD.replace("year =", "companionof = {main2000}, registration = {NCT00000001}, year ="))
    reference = read_bibliography(path).entries["good2001"]
    assert (reference.companion_of, reference.registration) == ("main2000", "NCT00000001")
