"""What limits the answers, in professional words: of the review as a whole, and of the main answers on a condition."""

from collections.abc import Iterable

from ipt_evidence.reporting.pages.question_view import QuestionView
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.tallies import coverage, limits
from ipt_evidence.words.labels import listed
from ipt_evidence.words.numbers import count, counted, percent
from ipt_evidence.words.registers import PROFESSIONAL
from ipt_evidence.words.sentences import Sentence

Limitation = tuple[str, tuple[Sentence, ...]]
"""What limits the answers in a word, and as sentences."""


def limitations(review: Review) -> tuple[Limitation, ...]:
    """Say what limits the review as a whole; the figures of each sentence are those that :mod:`tallies` counts."""
    found, covered = limits(review, review.answers), coverage(review, review.answers)
    therapy, names = review.labels.therapy, review.voice(PROFESSIONAL).conditions
    share = percent(100 * found.trials_not_judged / found.trials) if found.trials else percent(0)
    spread = (
        f"Of the {counted(found.predictions, 'answer')} that favour {therapy} and have a prediction interval, ",
        count(found.predictions_without_benefit),
        " have an interval that includes no benefit.",
    )

    def conditions(slugs: Iterable[str]) -> str:
        return listed([names[slug] for slug in slugs])

    every = {
        "Risk of bias": ("", f"{count(found.trials_not_judged)} of {counted(found.trials, 'trial')} ({share})",
                         " have no risk-of-bias judgement in our sources; unknown is not counted as low."),
        "Spread between trials": spread if found.predictions else (),
        "Single trials": (f"Every answer rests on a single trial for {conditions(found.single_trial)}.",)
                         if found.single_trial else (),
        "No usable result": (f"Trials exist, but no effect could be used, for {conditions(found.without_result)}.",)
                            if found.without_result else (),
        "No trial": (f"Our tables hold no trial for {conditions(found.without_trial)}.",)
                    if found.without_trial else (),
        "Follow-up": ("", f"{count(found.trials_followed_up)} of {counted(found.trials_used, 'trial')}",
                      " with a usable result report one at follow-up."),
        "Doubts": ("", f"{counted(found.doubts, 'known doubt')} about {counted(found.doubted_trials, 'trial')}",
                   f"; {count(found.doubts_kept_out)} keep results out of the pools, the others are flagged, corrected "
                   "or tested in sensitivity analyses."),
        "Results lost": ("", counted(found.trials_without_result, "trial"),
                         " report nothing from which a usable effect follows; "
                         f"{counted(covered.questions_single, 'question')} of {count(covered.questions_answered)} with "
                         "an answer rest on a single trial."),
    }  # fmt: skip
    return tuple((name, (Sentence(*parts),)) for name, parts in every.items() if parts)


def limitations_on(review: Review, views: Iterable[QuestionView]) -> tuple[Limitation, ...]:
    """Say of each main answer what speaks against relying on it, as the page on its comparison does."""
    return tuple((view.answer.asked, limits) for view in views if view.answer.k and (limits := view.professional.limits))
