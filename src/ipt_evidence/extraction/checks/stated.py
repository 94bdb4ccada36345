"""Checks on what others state: that claims and guidelines fill what they are judged by, and that texts say the same.

Rules read columns only. The words of a text are looked at here, to warn where they and the columns differ.
"""

import re
from collections.abc import Iterator

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.schemas.guides import CODE
from ipt_evidence.extraction.validation import as_typed

NOT_JUDGED_BY = "Correct the cell if the text is right; nothing is judged by the text"

OF_BENEFIT = ("efficacy", "delivery", "breadth", "exclusive")
READ_BY = {
    "reserve": OF_BENEFIT,
    "not_measured": ("efficacy", "breadth", "unrecorded"),
    **dict.fromkeys(("low", "high", "unit", "session_minutes"), ("dose",)),
    "bodies": ("guideline",),
    "works": ("reading_list",),
}
"""Kinds of claims whose rules read a column."""

RESERVE = re.compile(r"\b(?:can|could|may|might|is used|has been adapted)\b")
RANGE = re.compile(r"\b(\d{1,9})\s*(?:to|or|[-\u2010-\u2015])\s*(\d{1,9})\s+(weekly )?(sessions|weeks)\b")
MINUTES = re.compile(r"\b(\d{1,9})[\s-]*minutes?\b")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
REPEATS = re.compile(r"^Same \w+ as (\w+)")
RATES_EVIDENCE = re.compile(r"\bevidence (?:listing|rating)\b", re.IGNORECASE)
WITH_MEDICATION = re.compile(r"\bcombined with\b")
AGES = re.compile(r"\baged (\d+) to (\d+)\b")
AGE_WORDS = {
    "adults": re.compile(r"(?<!older )\badults?\b", re.IGNORECASE),
    "children_adolescents": re.compile(r"\b(?:child|adolescen|teenage|young people)", re.IGNORECASE),
    "older_adults": re.compile(r"\b(?:older (?:adults|people)|later life)\b", re.IGNORECASE),
}


def claims_fill_what_they_are_judged_by(draft: Draft) -> Iterator[Breach]:
    """Yield claims that lack a column their kind is judged by, or fill one that no rule of their kind reads."""
    frame = draft.tables.frames["claims"]
    for column, kinds in READ_BY.items():
        idle = frame["kind"].notna() & ~frame["kind"].isin(kinds) & frame[column].notna()
        rule, remedy = "must be empty where kind is {kind}", "Empty the cell, or correct the kind"
        yield from draft.breaches("claims", idle, column, rule, remedy)
    unsaid = frame["kind"].isin(OF_BENEFIT) & frame["reserve"].isna()
    remedy = "Write true if it says only that the therapy can, may, or is used to help, else false"
    yield from draft.breaches("claims", unsaid, "reserve", "must be filled where kind is {kind}", remedy)


def unrecorded_claims_name_their_topic(draft: Draft) -> Iterator[Breach]:
    """Yield claims on what no table records that do not name it."""
    frame = draft.tables.frames["claims"]
    unnamed = frame["kind"].eq("unrecorded") & frame["not_measured"].isna()
    rule, remedy = "must be filled where kind is unrecorded", "Name what the claim is about and no table records"
    yield from draft.breaches("claims", unnamed, "not_measured", rule, remedy)


def stated_ranges_are_whole(draft: Draft) -> Iterator[Breach]:
    """Yield claims with part of a range of sessions or weeks, guidelines with half a range of ages, turned ranges."""
    yield from _whole(draft, "claims", ("low", "high", "unit"))
    yield from _whole(draft, "guidelines", ("age_low", "age_high"))


def guidelines_name_the_row_they_repeat(draft: Draft) -> Iterator[Breach]:
    """Yield guidelines that repeat a row that is not there, or that repeats another one itself."""
    frame = draft.tables.frames["guidelines"]
    originals = set(frame.loc[frame["same_as"].isna(), "guideline_id"].dropna())
    rule, remedy = "must be the guideline_id of another row, which repeats none", "Name the row that states it first"
    yield from draft.unlisted("guidelines", "same_as", originals, rule, remedy)


def second_populations_follow_a_first(draft: Draft) -> Iterator[Breach]:
    """Yield trials whose second special population is the first one again, or stands alone."""
    frame = draft.tables.frames["trials"]
    first, second = frame["special_population"], frame["second_population"]
    rule = "must be another group than special_population, which must be filled"
    wrong = first.isna() | (first == second)
    yield from draft.breaches("trials", second.notna() & wrong, "second_population", rule, "Move it there, or empty it")


def claims_say_what_their_columns_hold(draft: Draft) -> Iterator[Breach]:
    """Yield claims whose text reads otherwise than the columns by which they are judged; the columns decide."""
    named = draft.tables.frames["guidelines"]["body"].dropna().unique()
    absent = set(draft.tables.frames["claims"]["not_measured"].dropna().str.split(";").explode())
    frame = draft.tables.frames["claims"]
    for line, row in draft.rows("claims", frame["kind"].notna() & frame["claim"].notna()):
        for column, text in _read_claim(row["claim"], list(named), absent).items():
            if row["kind"] in READ_BY[column]:
                yield from _differing(draft, "claims", line, row, column, text)
        works = len(str(row["works"]).split(";")) if pd.notna(row["works"]) else 0
        if row["kind"] == "reading_list" and works != len(YEAR.findall(row["claim"])):
            rule = f"the text names {len(YEAR.findall(row['claim']))} works by year"
            yield draft.breach("claims", line, row, "works", rule, NOT_JUDGED_BY, level="warning")


def guidelines_say_what_their_columns_hold(draft: Draft) -> Iterator[Breach]:
    """Yield guidelines whose population or note reads otherwise than the columns by which they are compared."""
    frame = draft.tables.frames["guidelines"]
    for line, row in draft.rows("guidelines", frame["population"].notna()):
        population, note = row["population"], as_typed(row["note"])
        groups = [name for name, pattern in AGE_WORDS.items() if pattern.search(population)]
        ages = AGES.search(population)
        low, high = ages.groups() if ages else ("", "")
        read = {"age_groups": ";".join(groups), "age_low": low, "age_high": high}
        if repeats := REPEATS.search(note):
            read["same_as"] = repeats[1]
        if RATES_EVIDENCE.search(note):
            read["kind"] = "evidence_rating"
        for column, text in read.items():
            yield from _differing(draft, "guidelines", line, row, column, text)
        if WITH_MEDICATION.search(population) and "+" not in row["treatment"]:
            rule = "the text reads as a combination"
            yield draft.breach("guidelines", line, row, "treatment", rule, NOT_JUDGED_BY, level="warning")


def people_with_hiv_are_coded(draft: Draft) -> Iterator[Breach]:
    """Yield trials whose diagnosis names HIV and neither of whose special populations is hiv."""
    frame = draft.tables.frames["trials"]
    coded = frame["special_population"].eq("hiv") | frame["second_population"].eq("hiv")
    named, rule = frame["diagnosis"].str.contains(r"\bHIV\b") & ~coded, "the diagnosis names HIV"
    yield from draft.breaches("trials", named, "second_population", rule, NOT_JUDGED_BY, level="warning")


def _read_claim(text: str, bodies: list[str], absent: set[str]) -> dict[str, str]:
    """Return what the words of a claim suggest for its columns, as cells would hold it; empty where nothing."""
    course, minutes = RANGE.search(text), MINUTES.search(text)
    low, high, weekly, unit = course.groups() if course else ("", "", "", "")
    codes = [f":{code}" for code in re.findall(CODE, text)]
    named = sorted((body for body in bodies if re.search(rf"\b{re.escape(body)}\b", text)), key=text.index)
    return {
        "reserve": "true" if RESERVE.search(text) else "false",
        "not_measured": ";".join(sorted(term for term in absent if term in text.lower())),
        "low": low, "high": high, "unit": "weekly_sessions" if weekly else unit,
        "session_minutes": minutes[1] if minutes else "",
        "bodies": ";".join([*named, *codes]),
    }  # fmt: skip


def _differing(draft: Draft, table: str, line: int, row: pd.Series, column: str, text: str) -> Iterator[Breach]:
    """Yield a warning if a text reads otherwise than a cell; the order of several words does not matter."""
    cell = as_typed(row[column])
    if _parts(cell) != _parts(text):
        rule = f"the text reads as '{text}'" if text else "the text holds no such words"
        yield draft.breach(table, line, row, column, rule, NOT_JUDGED_BY, level="warning")


def _parts(cell: str) -> set[str]:
    """Return the words of a cell, a body and the code behind it apart."""
    return {part for part in re.split(r";|(?=:)", cell) if part}


def _whole(draft: Draft, table: str, columns: tuple[str, ...]) -> Iterator[Breach]:
    frame = draft.tables.frames[table]
    filled, (low, high, *_) = frame[list(columns)].notna(), columns
    for line, row in draft.rows(table, filled.any(axis=1) & ~filled.all(axis=1)):
        missing = next(name for name in columns if pd.isna(row[name]))
        rule = f"{', '.join(columns)} must be filled together"
        yield draft.breach(table, line, row, missing, rule, "Fill the cell, or empty the others")
    rule = f"must not be above {high}, {{{high}}}"
    yield from draft.breaches(table, frame[low] > frame[high], low, rule, "Exchange the two")
