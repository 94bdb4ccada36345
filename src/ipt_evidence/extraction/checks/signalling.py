"""Checks that judgements by RoB 2 and the published algorithm can be told apart."""

from collections.abc import Collection, Iterator

import pandas as pd

from ipt_evidence.extraction import rob2
from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.choices import TOOL_JUDGEMENTS
from ipt_evidence.files import rows_of
from ipt_evidence.grouping import grouped

RESULT = ["trial_id", "instrument"]
"""What RoB 2 judges: a trial, or its results on one instrument."""

WORDS = TOOL_JUDGEMENTS["RoB2"]
"""What may be said of each domain and signalling question."""

Judged = list[tuple[int, str, str]]
"""Line, domain or signalling question, and judgement of all that is said of a result."""


def flowcharts_come_to_an_end(draft: Draft) -> Iterator[Breach]:
    """Yield the domains whose answers lead to a signalling question that has none."""
    for rows in _results(draft):
        for domain, asked in rob2.QUESTIONS.items():
            answers = _said(rows, asked)
            for question in rob2.judge_domain(domain, answers).missing if answers else ():
                line, row = next(iter(draft.rows("risk_of_bias", _lines(draft, rows, asked))))
                rule = f"the answers on {domain} lead to question {question}, which must be answered then"
                remedy = f"Add a row for {question}; {_if_not_reported(question)}"
                yield draft.breach("risk_of_bias", line, row, "domain", rule, remedy)


def assessors_follow_the_algorithm(draft: Draft) -> Iterator[Breach]:
    """Yield judgements that differ from what the published algorithm gives, as warnings: assessors may do so."""
    for rows in _results(draft):
        judged = _said(rows, rob2.DOMAINS)
        for domain, asked in rob2.QUESTIONS.items():
            answers = _said(rows, asked)
            algorithm = rob2.judge_domain(domain, answers).judgement if answers else None
            if algorithm:
                yield from _contradiction(draft, rows, domain, (algorithm,), "from the answers")
                judged.setdefault(domain, algorithm)
        overall = rob2.judge_overall(judged)
        if overall:
            yield from _contradiction(draft, rows, "overall", _fitting(overall, judged), "from the domains")


def _fitting(overall: str, judged: dict[str, str]) -> tuple[str, ...]:
    """Return the overall judgements the tool leaves open: several domains with some concerns may be high."""
    concerns = sum(judgement == "some_concerns" for judgement in judged.values())
    return (overall, "high") if overall == "some_concerns" and concerns > 1 else (overall,)


def _contradiction(draft: Draft, rows: Judged, domain: str, fitting: tuple[str, ...], ground: str) -> Iterator[Breach]:
    entered = _said(rows, (domain,)).get(domain)
    if entered is None or entered in fitting:
        return
    rule = f"the published algorithm gives {' or '.join(fitting)} {ground}"
    remedy = "Look it up; if the assessors judged so, leave it: it holds, and the reports mark it as theirs"
    judged = _lines(draft, rows, (domain,))
    yield from draft.breaches("risk_of_bias", judged, "judgement", rule, remedy, level="warning")


def _results(draft: Draft) -> Iterator[Judged]:
    """Yield what is said of each result judged by RoB 2; where the tool lacks a word, what follows is not known."""
    frame = draft.tables.frames["risk_of_bias"]
    judgements = frame[(frame["tool"] == "RoB2").fillna(False) & frame["judgement"].notna()]
    rows = zip(judgements.index, rows_of(judgements, empty=None), strict=True)
    results = grouped(
        (tuple(row[name] for name in RESULT), (line, row["domain"], row["judgement"])) for line, row in rows
    )
    for judged in results.values():
        if all(judgement in WORDS.get(domain, ()) for _, domain, judgement in judged):
            yield judged


def _said(judged: Judged, domains: Collection[str]) -> dict[str, str]:
    return {domain: judgement for _, domain, judgement in judged if domain in domains}


def _lines(draft: Draft, judged: Judged, domains: Collection[str]) -> pd.Series:
    """Mark the lines of some domains of a result in the whole table."""
    index = draft.tables.frames["risk_of_bias"].index
    return pd.Series(index.isin([line for line, domain, _ in judged if domain in domains]), index=index)


def _if_not_reported(question: str) -> str:
    return "NI if the report does not say" if "NI" in rob2.answers_to(question) else "N or PN if there is none"
