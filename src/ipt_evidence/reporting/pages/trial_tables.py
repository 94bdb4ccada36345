"""The trials on a condition, what they report that could not be computed, and where their figures come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.files import records
from ipt_evidence.reporting.pages.question_details import measured
from ipt_evidence.reporting.pages.question_forest import TrialFacts
from ipt_evidence.reporting.review import Review, rows_by
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.reasons import why

RESULT_TABLES = ("outcomes", "contrasts", "risk_of_bias")
"""Tables whose rows name the source they were read from."""

NBSP = "\N{NO-BREAK SPACE}"

STATISTICS = {
    "binary": "numbers of people with the event",
    "continuous": "means",
    "change": "changes from baseline",
    "smd": "standardised mean difference",
    "t": "t statistic",
    "F1": "F statistic",
    "trial": "the trial as a whole",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One row of the table of trials.

    Attributes
    ----------
    trial_id, label, citekey, condition, country, population, diagnosis, people, risk, risk_words, notes : str
        The trial in words; what is not reported is a dash.
    arms : tuple of str
        What was compared, one text an arm.
    """

    trial_id: str
    label: str
    citekey: str
    condition: str
    country: str
    population: str
    diagnosis: str
    people: str
    risk: str
    risk_words: str
    notes: str
    arms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncomputed:
    """A reported result from which no effect could be computed.

    Attributes
    ----------
    trial, compared, asked, measured, reported, reason, source : str
        The result and why it could not be used.
    """

    trial: str
    compared: str
    asked: str
    measured: str
    reported: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from.

    Attributes
    ----------
    title, kind, licence, doi, pmid : str
        The source; ``doi`` and ``pmid`` are empty if there is none.
    """

    title: str
    kind: str
    licence: str
    doi: str
    pmid: str


def trials_on(review: Review, condition: str) -> pd.DataFrame:
    """Return the trials on a condition and on those under it."""
    trials = review.tables["trials"]
    return trials[trials["condition"].isin(review.vocabulary.members_of(condition))]


def trial_rows(review: Review, trials: pd.DataFrame, facts: TrialFacts) -> tuple[Trial, ...]:
    """Describe trials, by label."""
    conditions, treatments = review.labels.conditions, review.labels.treatments
    arms = rows_by(review.tables["arms"], "trial_id")
    rows = (
        Trial(
            **{name: row[name] for name in ("trial_id", "label", "citekey")},
            condition=conditions[row["condition"]],
            country=labels.text(row["country"]),
            population=_population(row),
            diagnosis=labels.text(row["diagnosis"], ""),
            people=numbers.count(row["n_randomised"]),
            risk=(risk := facts.risk.get(row["trial_id"], "unknown")),
            risk_words=labels.RISKS[risk],
            notes=labels.text(row["notes"], ""),
            arms=tuple(_arm(arm, treatments) for arm in arms.get(row["trial_id"], ())),
        )
        for row in records(trials)
    )
    return tuple(sorted(rows, key=lambda row: row.label.casefold()))


def _arm(row: Mapping[Any, Any], treatments: Mapping[str, str]) -> str:
    """Write what is known of an arm: ``IPT, group, 16 sessions, n = 139``."""
    parts = [labels.capital(treatments[row["treatment"]]), labels.FORMATS.get(row["format"], "")]
    if pd.notna(row["n_sessions"]):
        parts.append(numbers.counted(int(row["n_sessions"]), "session"))
    if pd.notna(row["n_randomised"]):
        parts.append(f"n{NBSP}={NBSP}{numbers.count(row['n_randomised'])}")
    return ", ".join(part for part in parts if part)


def _population(row: Mapping[Any, Any]) -> str:
    age = "age not stated" if pd.isna(row["population"]) else labels.POPULATIONS[row["population"]]
    # What another special group is, the notes say.
    special = [row[column] for column in ("special_population", "second_population")]
    return ", ".join([age, *(labels.SPECIAL[one] for one in special if pd.notna(one) and one != "other")])


def uncomputed_rows(review: Review, trials: pd.DataFrame, facts: TrialFacts) -> tuple[Uncomputed, ...]:
    """List the results of trials from which no effect could be computed, by trial."""
    rows = review.tables["not_computed"]
    found = (_uncomputed(row, facts, review.labels) for row in records(rows[rows["trial_id"].isin(trials["trial_id"])]))
    return tuple(dict.fromkeys(sorted(found, key=lambda row: (row.trial.casefold(), row.asked, row.measured))))


def _uncomputed(row: Mapping[Any, Any], facts: TrialFacts, named: labels.Labels) -> Uncomputed:
    arms = [facts.treatment[row["trial_id"], row[arm]] for arm in ("arm1_id", "arm2_id") if pd.notna(row[arm])]
    asked = named.outcomes.get(row["outcome"], numbers.MISSING)
    time = f" {labels.TIMES[row['timepoint']]}" if pd.notna(row["timepoint"]) else ""
    return Uncomputed(
        trial=facts.label[row["trial_id"]],
        compared=labels.capital(" v ".join(arms)) or numbers.MISSING,
        asked=f"{asked}{time}",
        measured=measured(row) if pd.notna(row["outcome"]) else numbers.MISSING,
        reported=STATISTICS.get(row["reported"], labels.words(row["reported"])),
        reason=labels.capital(why(row, {})),
        source=named.sources.get(row["source_id"], numbers.MISSING),
    )


def source_rows(review: Review, trials: pd.DataFrame) -> tuple[Source, ...]:
    """List the sources from which the figures of trials were read, data sets first."""
    used, sources = _used(review, trials, RESULT_TABLES, "source_id"), review.tables["sources"]
    rows = records(sources[sources["source_id"].isin(used)])
    rows.sort(key=lambda row: (row["kind"] != "database", row["title"].casefold()))
    return tuple(
        Source(
            row["title"],
            labels.SOURCE_KINDS[row["kind"]],
            labels.text(row["licence"]),
            *(_number(row, name) for name in ("doi", "pmid")),
        )
        for row in rows
    )


def _used(review: Review, trials: pd.DataFrame, names: Iterable[str], column: str) -> set[str]:
    """Return what stands in a column of tables in the rows on trials."""
    tables = (review.tables[name] for name in names)
    return {cell for table in tables for cell in table.loc[table["trial_id"].isin(trials["trial_id"]), column].dropna()}


def _number(row: Mapping[Any, Any], name: str) -> str:
    """Return an identifier as text; a table of numbers may have made a decimal of it."""
    value = row[name]
    return f"{value:.0f}" if isinstance(value, float) and value == value else labels.text(value, "")


def instruments_of(review: Review, trials: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """List the instruments by which trials measured, with their full names."""
    used = _used(review, trials, ("outcomes", "contrasts"), "instrument")
    names = zip(review.vocabulary.instruments["instrument"], review.vocabulary.instruments["name"], strict=True)
    return tuple((code, name) for code, name in names if code in used)
