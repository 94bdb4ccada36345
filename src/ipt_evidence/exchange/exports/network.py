"""The network around a question: every treatment its trials compared, one measurement a trial."""

from dataclasses import dataclass

from ipt_evidence.exchange.exports.network_trials import Reader, Row, Trial
from ipt_evidence.exchange.exports.results import events_good, study_names
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.review import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The trials on what a question asks about, whatever they compared.

    Attributes
    ----------
    question : mapping
        A row of the plan, for its condition, people, outcome, time point, phase and measure.
    trials : tuple of Trial
        By key.
    large_is_good : bool
        Whether a large effect of a pair favours its first treatment: always of a difference of scores, and of a ratio
        where its event is good.
    left : tuple of (str, str)
        Trials on the question that do not enter, and why.
    """

    question: Row
    trials: tuple[Trial, ...]
    large_is_good: bool
    left: tuple[tuple[str, str], ...]


def network_of(review: Review, question: Row) -> Network:
    """Return the network around a question.

    A trial enters with one measurement: of the kinds of result the configuration accepts, the first it has; of these
    the measurement of most treatments, then that of the widest set of people, then of most people, then the first by
    instrument, rater and week. Arms given the same treatment enter as one.
    """
    words = review.vocabulary
    reader = Reader(question, words, review.settings["synthesis"])
    trials = reader.trials(review.tables["trials"])
    names = study_names(rows_of(review.tables["trials"]))
    given = {(row["trial_id"], row["arm_id"]): row["treatment"] for row in rows_of(review.tables["arms"])}
    figures = reader.figures(review.tables["outcomes"], trials)
    statistics = reader.statistics(review.tables["effect_sizes"], trials)
    found, left = [], []
    for trial in sorted({*figures, *statistics}):
        try:
            found.append(reader.read(trial, names[trial], figures.get(trial, []), statistics.get(trial, []), given))
        except ValueError as problem:
            left.append((names[trial], str(problem)))
    good = events_good(words)
    return Network(
        question=question,
        trials=tuple(found),
        large_is_good=question["measure"] in ("SMD", "MD") or good[question["outcome"]],
        left=tuple(left),
    )
