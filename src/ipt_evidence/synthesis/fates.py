"""What became of every trial and known report that bears on a question: one table, read by all who count them."""

from collections.abc import Mapping

import pandas as pd

from ipt_evidence.files import cells
from ipt_evidence.grouping import grouped
from ipt_evidence.synthesis.selection import BESIDE, COMPARED, beside, matching
from ipt_evidence.words.vocabulary import Vocabulary

FATE_COLUMNS = ["question_id", "trial_id", "fate", "reason_id", "doubt_id", "same_comparison"]

FATES = ("pooled", "not_pooled", "not_computed", "report_only")
"""What may become of a trial; of several results of a trial, the one that comes first here tells its fate."""

UNUSABLE = ("not_pooled", "not_computed")
"""Fates of trials that report something on a question none of which could be used."""

WITHOUT_FIGURES = ("no_arm_level_data", "not_retrieved")
"""Reasons of excluded reports that leave open whether the report holds a result; the others say that it holds none."""


def fates_of(
    questions: pd.DataFrame,
    selections: pd.DataFrame,
    not_computed: pd.DataFrame,
    reports: pd.DataFrame,
    vocabulary: Vocabulary,
) -> pd.DataFrame:
    """Say what became of every trial and known report that bears on a question.

    A trial bears on a question if it reports a result on what the question asks (condition, people, treatments,
    outcome, time point, phase) that measures the outcome in question among the people as randomised. It is pooled if
    one of its results is; not pooled if effects follow from its results and none is used; not computed if none
    follows.

    An excluded report may tell its condition, phase and comparators, never what it measured. It bears on every question
    that these do not rule out if its reason leaves open that it holds a result (:data:`WITHOUT_FIGURES`), so such a
    row says that the report exists, never that it has a result on the question; ``same_comparison`` says whether it is
    known to make the comparison asked about. A report without a condition tells too little and bears on no question;
    one on the people of a trial or of another report is not told apart from that.

    Parameters
    ----------
    questions : DataFrame
        Rows of the review plan.
    selections : DataFrame
        Their matching effects (see :func:`ipt_evidence.synthesis.selection.select`).
    not_computed : DataFrame
        Results from which no effect follows, of all conditions the questions need.
    reports : DataFrame
        ``excluded_reports.csv``.
    vocabulary : Vocabulary
        Tells which conditions a parent pools and which domain answers an outcome.

    Returns
    -------
    DataFrame
        :data:`FATE_COLUMNS`; each trial or report once per question, in the order of the questions, of
        :data:`FATES` and of ``trial_id``, which holds the ``report_id`` of a report. Of several reasons the first by
        name stands; a trial that is pooled has none.
    """
    bearing = selections[~selections["reason_id"].isin(BESIDE)]
    parts = {
        "pooled": bearing[bearing["used"]],
        "not_pooled": bearing[~bearing["used"]],
        "not_computed": _mute(questions, not_computed, vocabulary),
        "report_only": _reports(questions, reports, vocabulary),
    }
    rows = pd.concat([part.reindex(columns=FATE_COLUMNS).assign(fate=fate) for fate, part in parts.items()])
    orders = {"question_id": list(questions["question_id"]), "fate": list(FATES)}
    rows = rows.sort_values(
        ["question_id", "fate", "trial_id", "reason_id", "doubt_id"],
        key=lambda column: column.map(orders[column.name].index) if column.name in orders else column,
    )
    return rows.drop_duplicates(["question_id", "trial_id"]).reset_index(drop=True)


def _mute(questions: pd.DataFrame, not_computed: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """Return the results without an effect that bear on each question."""
    domains = not_computed["outcome"].map(vocabulary.outcomes.set_index("outcome")["domain"])
    bearing = not_computed[beside(not_computed, domains).eq("")]
    near, none = dict(iter(bearing.groupby(COMPARED))), bearing.iloc[:0]
    found = [none.assign(question_id="")]
    for _, question in questions.iterrows():
        rows = near.get(tuple(question[key] for key in COMPARED), none)
        same = matching(question, rows, vocabulary.members_of(question["condition"]))
        found.append(rows[same].assign(question_id=question["question_id"]))
    return pd.concat(found)


def _reports(questions: pd.DataFrame, reports: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """Return the reports that may hold a result on each question."""
    known = reports[reports["reason"].isin(WITHOUT_FIGURES) & reports["part_of"].isna()]
    known = known.rename(columns={"report_id": "trial_id", "reason": "reason_id", "phase": "of_phase"})
    asked = questions.assign(condition=questions["condition"].map(vocabulary.members_of)).explode("condition")
    found = asked[["question_id", "condition", "intervention", "comparator", "phase"]].merge(known, on="condition")
    # Comparators are those of the therapy alone, and a report that tells no phase is on acute treatment.
    alone, told = found["intervention"].eq(vocabulary.interventions[0]), found["comparators"].notna()
    named = [
        isinstance(classes, str) and one in classes.split(";")
        for one, classes in zip(found["comparator"], found["comparators"], strict=True)
    ]
    found = found.assign(same_comparison=alone & pd.Series(named, index=found.index, dtype=bool))
    in_phase = found["of_phase"].astype(object).fillna("acute").eq(found["phase"])
    return found[(found["same_comparison"] | ~told) & in_phase]


def unusable(fates: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return, by question, the trials that report something on it none of which could be used, sorted."""
    return _by_question(fates[fates["fate"].isin(UNUSABLE)])


def reports_on(fates: pd.DataFrame, *, same_comparison: bool) -> dict[str, tuple[str, ...]]:
    """Return, by question, the known reports without figures that make its comparison, or may make it, sorted."""
    return _by_question(fates[fates["fate"].eq("report_only") & fates["same_comparison"].eq(same_comparison)])


def _by_question(rows: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    pairs = ((question, trial) for question, trial in cells(rows[["question_id", "trial_id"]]))
    return {question: tuple(sorted(trials)) for question, trials in grouped(pairs).items()}


def trial_fates(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Say what became of each trial over all questions.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``trials``, ``effect_sizes``, ``not_computed`` and ``fates``.

    Returns
    -------
    Series of str, indexed by trial_id
        ``pooled`` if an answer uses it; else ``not_pooled`` if it has an effect, whether or not that bears on a
        question; else ``not_computed`` if it reports anything; else ``no_result``.
    """
    fates = pd.Series("no_result", index=pd.Index(tables["trials"]["trial_id"]), dtype=object)
    having = {
        "not_computed": tables["not_computed"],
        "not_pooled": tables["effect_sizes"],
        "pooled": tables["fates"][tables["fates"]["fate"].eq("pooled")],
    }
    for fate, rows in having.items():
        fates[fates.index.isin(rows["trial_id"])] = fate
    return fates
