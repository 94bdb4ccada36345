"""Counts over the whole review that texts state: trials, reports, doubts, follow-up, formats."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.engine.intervals import includes_null
from ipt_evidence.reporting.review import Review
from ipt_evidence.synthesis.fates import trial_fates
from ipt_evidence.words import numbers
from ipt_evidence.words.reasons import EXCLUDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much the review covers.

    Attributes
    ----------
    trials, randomised, trials_not_counted : int
        Trials in the tables, people randomised in them, and trials whose number of people is not reported.
    reports_excluded : tuple of (str, int)
        Reports sought and not entered, by reason in words, most frequent first.
    conditions : int
        Conditions with at least one trial.
    questions, questions_answered, questions_single : int
        Questions of the plan, those with at least one trial, and those with just one.
    """

    trials: int
    randomised: int
    trials_not_counted: int
    reports_excluded: tuple[tuple[str, int], ...]
    conditions: int
    questions: int
    questions_answered: int
    questions_single: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What limits the answers as a whole.

    Attributes
    ----------
    trials, trials_not_judged : int
        Trials in the tables, and those without any judgement of risk of bias.
    trials_without_result : int
        Trials none of whose results could be used.
    predictions, predictions_without_benefit : int
        Answers that favour the therapy and have a prediction interval, and those whose interval includes no benefit.
    trials_followed_up, trials_used : int
        Trials with a usable result at follow-up, and with any usable result.
    doubts, doubted_trials, doubts_kept_out : int
        Known doubts, the trials they are about, and those that keep a result out.
    single_trial, without_result, without_trial : tuple of str
        Conditions every answer on which rests on a single trial; with trials but no usable result; without trials.
    """

    trials: int
    trials_not_judged: int
    trials_without_result: int
    predictions: int
    predictions_without_benefit: int
    trials_followed_up: int
    trials_used: int
    doubts: int
    doubted_trials: int
    doubts_kept_out: int
    single_trial: tuple[str, ...]
    without_result: tuple[str, ...]
    without_trial: tuple[str, ...]


@lru_cache(maxsize=1)
def coverage(review: Review) -> Coverage:
    """Count trials, people, reports and questions."""
    answers = review.answers.values()
    trials, reports = review.tables["trials"], review.tables["excluded_reports"]
    return Coverage(
        trials=len(trials),
        randomised=int(trials["n_randomised"].sum()),
        trials_not_counted=int(trials["n_randomised"].isna().sum()),
        reports_excluded=tuple((EXCLUDED[reason], number) for reason, number in most_first(reports["reason"]).items()),
        conditions=trials["condition"].nunique(),
        questions=len(answers),
        questions_answered=sum(answer.k > 0 for answer in answers),
        questions_single=sum(answer.k == 1 for answer in answers),
    )


@lru_cache(maxsize=1)
def limits(review: Review) -> Limits:
    """Count what limits the answers."""
    tables, answers = review.tables, review.answers.values()
    doubts, used = tables["doubts"], tables["selections"][tables["selections"]["used"].astype(bool)]
    predicted = [
        answer
        for answer in answers
        if answer.direction == "favours_intervention" and not numbers.is_missing(answer.rated.pi_low)
    ]
    most = {name: _most_trials(name, answers) for name in review.vocabulary.conditions["condition"]}
    tried = set(tables["trials"]["condition"])
    studied = {name for name in most if tried.intersection(review.vocabulary.members_of(name))}
    return Limits(
        trials=len(tables["trials"]),
        trials_not_judged=int(tables["trial_risk"]["basis"].eq("none").sum()),
        trials_without_result=int(trial_fates(tables).ne("pooled").sum()),
        predictions=len(predicted),
        predictions_without_benefit=sum(
            includes_null(answer.rated.pi_low, answer.rated.pi_high) for answer in predicted
        ),
        trials_followed_up=used.loc[used["timepoint"].eq("followup"), "trial_id"].nunique(),
        trials_used=used["trial_id"].nunique(),
        doubts=len(doubts),
        doubted_trials=doubts["trial_id"].nunique(),
        doubts_kept_out=int(doubts["action"].eq("exclude").sum()),
        single_trial=tuple(name for name, k in most.items() if k == 1),
        without_result=tuple(name for name, k in most.items() if k == 0 and name in studied),
        without_trial=tuple(name for name in most if name not in studied),
    )


def _most_trials(condition: str, answers: Iterable[Answer]) -> int:
    return max((answer.k for answer in answers if answer.condition == condition), default=0)


def trials_by(review: Review, column: str) -> tuple[tuple[str, int], ...]:
    """Count the trials by a column of their arms under review (``format``, ``treatment``), most frequent first.

    A trial with several such arms counts once for each value; what is not reported counts as ``not_reported``.
    """
    arms = review.vocabulary.given(review.tables["arms"])[["trial_id", column]].fillna({column: "not_reported"})
    return tuple(most_first(arms.drop_duplicates()[column]).items())


def special_populations(review: Review) -> tuple[tuple[str, int], ...]:
    """Count the trials that were about a special group of people, by group; a trial about two counts for each."""
    trials = review.tables["trials"]
    return tuple(most_first(pd.concat([trials["special_population"], trials["second_population"]]).dropna()).items())


def most_first(values: pd.Series) -> dict[str, int]:
    """Count each value, the most frequent first, those that are as frequent by name."""
    counts = values.value_counts()
    return dict(sorted(((str(name), int(number)) for name, number in counts.items()), key=lambda c: (-c[1], c[0])))
