"""Checks that conditions, treatments, outcomes and instruments are words of the vocabulary, and ranges are sourced."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.schemas import VOCABULARY_TABLES
from ipt_evidence.extraction.validation import cell_breach
from ipt_evidence.words.vocabulary import nearest


def conditions_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield conditions, parents allowed, that are not in the vocabulary."""
    for table in ("trials", "excluded_reports", "guidelines", "claims", "benchmarks"):
        yield from _unlisted(draft, table, "condition", "conditions")


def treatments_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield treatments that are not in the vocabulary."""
    for table in ("arms", "guidelines", "claims"):
        yield from _unlisted(draft, table, "treatment", "treatments")


def comparators_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield classes of treatment that claims and published results compare and that are not in the vocabulary."""
    if not draft.words.readable("treatment_classes"):
        return
    classes, file = draft.words.frames["treatment_classes"]["class"].dropna(), draft.words.files["treatment_classes"]
    any_or_listed = {"any", *classes}, "must be any, or listed in {file}"
    for table, column, (known, rule) in (
        ("claims", "comparator", any_or_listed),
        ("benchmarks", "comparator", any_or_listed),
        ("benchmarks", "intervention", ({*classes}, "must be listed in {file}")),
    ):
        yield from draft.unlisted(table, column, known, rule, file=file)


def guides_ask_about_what_is_listed(draft: Draft) -> Iterator[Breach]:
    """Yield questions of guides about conditions or classes of treatment that are not in the vocabulary."""
    asked = [(name, one) for name, guide in (draft.guides or {}).items() for one in guide.get("questions", [])]
    for column, table in (("condition", "conditions"), ("comparator", "treatment_classes")):
        if not draft.words.readable(table):
            continue
        known = set(draft.words.frames[table]["class" if column == "comparator" else column].dropna())
        for guide, question in asked:
            word = question.get(column)
            if word is not None and word not in known:
                yield Breach(
                    file=Path(draft.guide_references.file).with_name("guides.yaml").as_posix(),
                    key=f"guide_id={guide}",
                    column=f"questions, {column}",
                    value=str(word),
                    rule=f"must be listed in {draft.words.files[table]}",
                    remedy=f"Correct it: {nearest(str(word), known)}",
                )


def compared_classes_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield classes of treatment that excluded reports compare with and that are not in the vocabulary."""
    if not draft.words.readable("treatment_classes"):
        return
    known = set(draft.words.frames["treatment_classes"]["class"].dropna())
    cells = draft.tables.frames["excluded_reports"]["comparators"].fillna("")
    unknown = cells.map(lambda cell: next((one for one in cell.split(";") if one and one not in known), ""))
    for line, row in draft.rows("excluded_reports", unknown.ne("")):
        rule = f"must be classes listed in {draft.words.files['treatment_classes']}, joined by ;"
        remedy = f"Correct {unknown[line]}: {nearest(unknown[line], known)}"
        yield draft.breach("excluded_reports", line, row, "comparators", rule, remedy)


def outcomes_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield outcomes that are not in the vocabulary."""
    for table in ("outcomes", "contrasts", "doubts", "claims", "benchmarks"):
        yield from _unlisted(draft, table, "outcome", "outcomes")


def instruments_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield instruments that are not in the vocabulary."""
    for table in ("outcomes", "contrasts", "risk_of_bias", "doubts"):
        yield from _unlisted(draft, table, "instrument", "instruments")


def therapy_is_listed(draft: Draft, intervention: str) -> Iterator[Breach]:
    """Yield the therapy that the configuration puts under review if no class of the role both is it."""
    known = draft.vocabulary.interventions
    if draft.words.readable("treatment_classes") and intervention not in known:
        yield Breach(
            file="config/config.yaml",
            column="review.intervention",
            value=intervention,
            rule=f"must be a class of {draft.words.files['treatment_classes']} whose role is both",
            remedy=f"Correct it, or the role of the class: {nearest(intervention, known)}",
        )


def ranges_have_a_source(draft: Draft) -> Iterator[Breach]:
    """Yield instruments with half a score range, with one that nobody is named for, or with a source and no range."""
    frame = draft.words.frames["instruments"]
    filled = frame[["low", "high", "range_source"]].notna()
    for line, row in frame[filled.any(axis=1) & ~filled.all(axis=1)].iterrows():
        missing = next(name for name in filled.columns if pd.isna(row[name]))
        rule = "low, high and range_source must be filled together"
        remedy = "Name the publication or manual that gives the range, or empty all three"
        file, schema = draft.words.files["instruments"], VOCABULARY_TABLES["instruments"]
        yield cell_breach(file, line, row, schema, missing, rule, remedy)


def _unlisted(draft: Draft, table: str, column: str, list_name: str) -> Iterator[Breach]:
    if not draft.words.readable(list_name):
        return
    known = set(draft.words.frames[list_name][column].dropna())
    filled = [name for name, checks in VOCABULARY_TABLES[list_name].columns.items() if not checks.nullable]
    remedy = f"Add a row there ({', '.join(filled)}), or correct it: {{near}}"
    file = draft.words.files[list_name]
    yield from draft.unlisted(table, column, known, "must be listed in {file}", remedy, file=file)
