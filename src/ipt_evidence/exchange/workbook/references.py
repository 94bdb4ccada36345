"""The bibliography of the trials as a sheet: entries of references.bib to rows, and rows to entries."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from ipt_evidence.exchange.imported import BIBLIOGRAPHY, text_frame
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.reading import read_text
from ipt_evidence.extraction.references.bibliography import bibliography_of, failed_blocks, parse_quietly
from ipt_evidence.extraction.references.bibtex import entry_text, stands_in_braces, unbraced
from ipt_evidence.extraction.references.entries import FIELD_FORMS, REQUIRED_FIELDS, line_of
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.schemas.columns import choice, slug, table, text, whole

NAMES = "As Family, Given and Family, Given; the name of an organisation in braces; and others at the end for et al."


def _formed(field: str, title: str, description: str) -> pa.Column:
    """Return a column of text in the form that the bibliography asks of a field."""
    pattern, rule = FIELD_FORMS[field]
    return text(title, description, pattern=pattern, rule=rule)


REFERENCES = table(
    "references",
    "References",
    "One row per report of a trial, an entry of references.bib. Text is read as BibTeX reads it: signs stand for "
    "themselves, commands of LaTeX for what they print.",
    {
        "key": slug("Key", "Citation key: first author and year; the citekey of its trial."),
        "type": choice(
            "Entry type", "Kind of work; it says which fields must be filled.", REQUIRED_FIELDS, required=True
        ),
        "author": text("Authors", NAMES),
        "editor": text("Editors", NAMES),
        "year": whole("Year", "Year of the work.", least=1800, most=2099, unit="year", required=True),
        "title": text("Title", "Title of the work; its capitals stay as they are.", required=True),
        "journal": text("Journal", "Name of the journal."),
        "booktitle": text("In", "Title of the book or the proceedings it stands in."),
        "volume": text("Volume", "Volume."),
        "number": text("Number", "Issue."),
        "pages": text("Pages", "First and last page, such as 459-466."),
        "edition": text("Edition", "Edition of a book."),
        "publisher": text("Publisher", "Publisher of a book."),
        "school": text("School", "University of a thesis."),
        "institution": text("Institution", "Who gave out a report."),
        "address": text("Place", "Place of the publisher."),
        "doi": _formed("doi", "DOI", "Digital object identifier."),
        "pmid": _formed("pmid", "PubMed number", "PubMed number."),
        "url": text("Address", "Address on the web, where there is no DOI."),
        "companionof": _formed("companionof", "Companion of", "Key of the main report of the same trial."),
        "registration": _formed("registration", "Registration", "Number in a trial registry."),
        "usedby": text("Used by", "Guides that cite it, as in guides.yaml, joined by commas."),
        "keywords": text("Keywords", "recommended-reading, if guides recommend it."),
        "note": text("Note", "What else is to be printed with it."),
    },
    key=["key"],
)
"""Every field that the bibliography reads, key and entry type first."""

SHEETS = {**RAW_TABLES, REFERENCES.name: REFERENCES}
"""Schema of each sheet of a workbook: the raw tables, and the bibliography."""


def reference_rows(folder: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the entries of the bibliography in a folder of raw tables as text cells, indexed by line.

    Parameters
    ----------
    folder : Path
        ``data/raw``; without a bibliography there are no rows.

    Returns
    -------
    rows : DataFrame
        The columns of `REFERENCES`.
    others : tuple of str
        Fields that nothing reads, and the sheet has no column for.

    Raises
    ------
    ExtractionError
        If an entry cannot be read.
    """
    path = folder / BIBLIOGRAPHY
    text, breaches = read_text(path) if path.exists() else ("", [])
    if breaches:
        raise ExtractionError(breaches)
    return rows_of_text(text or "", path.as_posix())


def rows_of_text(text: str, file: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the entries of a BibTeX text as :func:`reference_rows` does; ``file`` is its name in breaches."""
    columns, library = list(REFERENCES.columns), parse_quietly(text)
    if breaches := list(failed_blocks(library, file)):
        raise ExtractionError(breaches)
    rows: dict[int, dict[str, str]] = {}
    for entry in library.entries:
        fields = {name.lower(): str(field.value).strip() for name, field in entry.fields_dict.items()}
        fields["title"] = unbraced(fields.get("title", ""))
        rows[line_of(entry)] = fields | {"key": entry.key, "type": entry.entry_type.lower()}
    others = {name for row in rows.values() for name in row} - {*columns}
    return text_frame(columns, rows.items()), tuple(sorted(others))


def bibliography_text(rows: pd.DataFrame) -> tuple[str, list[Breach]]:
    """Return rows of the sheet as BibTeX, and what is wrong with them, by row and column.

    Parameters
    ----------
    rows : DataFrame
        Text cells with the columns of `REFERENCES`, indexed by row.
    """
    entries, breaches = [], []
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        fields = {str(name): " ".join(str(cell).split()) for name, cell in row.items() if str(cell).strip()}
        if unclosed := [name for name, value in fields.items() if not stands_in_braces(value)]:
            breach = partial(Breach, file="", line=int(line), key=f"key={row['key']}", remedy="Close or remove them")
            breaches += [breach(column=name, value=row[name], rule="its braces do not match") for name in unclosed]
            continue
        entry = entry_text(fields.pop("key", ""), fields.pop("type", ""), fields)
        wrong = bibliography_of(entry, "").breaches
        breaches += [replace(breach, line=int(line), key=f"key={row['key']}") for breach in wrong]
        entries.append(entry)
    return "\n".join(entries), breaches
